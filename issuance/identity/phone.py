"""Telephone numbers where a person is reached: mobile or landline, kept as E.164 (ITU-T)."""

from enum import StrEnum

from issuance.findings import blocks
from issuance.findings.identity import IdentityFinding
from issuance.identity.entry import entered, is_digit, wrong_character
from issuance.identity.verdict import Reading, impossible, incomplete, valid


class PhoneLine(StrEnum):
    """What kind of line a number is."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    #: Some countries number both alike.
    MOBILE_OR_LANDLINE = "mobile_or_landline"


@entered
def read_phone(text: str, country: str = "EC") -> Reading:
    """Read a telephone number.

    Without `+` or `00` it is a number of `country` (ISO 3166-1 alpha-2), as dialled there. The
    value is E.164, for example `+593991234567`. A finding names the country whose numbers are
    explained to whoever types.
    """
    if refused := wrong_character(IdentityFinding.PHONE_CHARACTER, text, _belongs_in_a_number):
        return refused
    late_plus = text.find("+", 1)
    if late_plus > 0:
        finding = blocks(IdentityFinding.PHONE_CHARACTER, character="+", position=late_plus + 1)
        return impossible(text, finding)
    digits = "".join(filter(is_digit, text))
    if text.startswith("+"):
        return _read_international(text, digits, country)
    if digits.startswith("00"):
        return _read_international(text, digits.removeprefix("00"), country)
    return _read_number(text, digits, country)


def phone_line(number: str) -> PhoneLine | None:
    """Tell what kind of line an E.164 number is; None for what is neither mobile nor landline."""
    # 31 ms to import: not before the first number is typed.
    import phonenumbers

    lines = {
        phonenumbers.PhoneNumberType.MOBILE: PhoneLine.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE: PhoneLine.LANDLINE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE: PhoneLine.MOBILE_OR_LANDLINE,
    }
    try:
        return lines.get(phonenumbers.number_type(phonenumbers.parse(number)))
    except phonenumbers.NumberParseException:
        return None


def _belongs_in_a_number(character: str) -> bool:
    return is_digit(character) or character in "+ ()-./"


def _read_international(text: str, digits: str, country: str) -> Reading:
    import phonenumbers

    calling_codes = [str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE]
    if any(digits.startswith(code) for code in calling_codes):
        return _read_number(text, "+" + digits, country)
    if any(code.startswith(digits) for code in calling_codes):
        return incomplete(text, blocks(IdentityFinding.PHONE_INCOMPLETE, country=country))
    return impossible(text, blocks(IdentityFinding.PHONE_CALLING_CODE, digits=digits[:3]))


def _read_number(text: str, dialled: str, country: str) -> Reading:
    import phonenumbers

    not_a_number = blocks(IdentityFinding.PHONE_NOT_A_NUMBER, country=country)
    not_complete = blocks(IdentityFinding.PHONE_INCOMPLETE, country=country)

    try:
        number = phonenumbers.parse(dialled, country, keep_raw_input=True)
    except phonenumbers.NumberParseException as problem:
        if problem.error_type == phonenumbers.NumberParseException.TOO_LONG:
            return impossible(text, not_a_number)
        return incomplete(text, not_complete)
    source = phonenumbers.CountryCodeSource.FROM_NUMBER_WITHOUT_PLUS_SIGN
    if number.country_code_source == source:
        code = str(number.country_code)
        return impossible(text, blocks(IdentityFinding.PHONE_PLUS_MISSING, digits=code))
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if phone_line(value):
        return valid(value)
    if _may_be_longer(dialled, country):
        return incomplete(text, not_complete)
    return impossible(text, not_a_number)


def _may_be_longer(dialled: str, country: str) -> bool:
    import phonenumbers

    try:
        longer = phonenumbers.parse(dialled + "0", country)
    except phonenumbers.NumberParseException:
        return False
    length = phonenumbers.is_possible_number_for_type_with_reason(
        longer, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE
    )
    return length != phonenumbers.ValidationResult.TOO_LONG
