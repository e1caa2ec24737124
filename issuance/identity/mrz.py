"""Reads machine-readable zones of cards (TD1) and passports (TD3), field by field.

Source: ICAO Doc 9303, part 3 (fields, dates, check digits). Ecuador's card has the
cédula in the first line's optional data since 2021; Chile's has the RUN in the second line's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from issuance.findings import Finding, any_blocks, blocks, informs, warns
from issuance.findings.identity import IdentityFinding
from issuance.identity.cedula import LENGTH as CEDULA_LENGTH
from issuance.identity.cedula import read_cedula
from issuance.identity.mrz_digits import ALPHABET, FILLER, check_digit
from issuance.identity.mrz_zone import MrzLayout, Zone, split_zone, take_apart, wrong_character
from issuance.identity.run import read_run

_LETTERS: Final = frozenset(ALPHABET[10:])
_DIGITS: Final = frozenset(ALPHABET[:10])
_SEXES: Final = frozenset("MF" + FILLER)
_LONGEST_VALIDITY_YEARS: Final = 50


@dataclass(frozen=True, slots=True)
class MrzFields:
    """What a zone says; empty or None where it does not say or cannot be understood.

    Names are in the zone's own spelling and cut at its end: they never decide anything.
    `national_number` is the cédula or the RUN, where the issuer is Ecuador or Chile.
    """

    layout: MrzLayout
    document_code: str
    issuer: str
    document_number: str
    national_number: str
    birth_date: date | None
    sex: str
    expiry_date: date | None
    nationality: str
    surnames: str
    given_names: str
    optional_data: tuple[str, ...]
    is_old_format: bool = False


@dataclass(frozen=True, slots=True)
class MrzReading:
    """The fields, None where the shape was wrong, and what was found.

    Without a blocking finding every check digit is right, or the card is of the old format.
    """

    fields: MrzFields | None
    findings: tuple[Finding, ...]

    @property
    def blocking(self) -> bool:
        """Tell whether something is wrong that forbids to trust the fields."""
        return any_blocks(self.findings)


def read_mrz(text: str, today: date) -> MrzReading:
    """Read a typed, pasted or scanned zone, whatever its line breaks, spaces and case.

    A birth lies in the past, an expiry at most fifty years ahead: that decides the century.
    """
    lines, layout, finding = split_zone(text)
    if finding:
        return MrzReading(None, (finding,))
    zone = take_apart(lines, layout)
    is_old = _is_old_format(lines, zone)
    findings = [warns(IdentityFinding.MRZ_OLD_FORMAT)] if is_old else list(_check(zone, today))
    number, wrong_number = _national_number(zone)
    if is_old:
        number = lines[0][5:15]
    elif wrong_number:
        findings.append(wrong_number)
    fields = _understand(zone, number, today, is_old=is_old)
    if not any_blocks(findings):
        if fields.expiry_date and fields.expiry_date < today:
            expiry = fields.expiry_date.isoformat()
            findings.append(warns(IdentityFinding.MRZ_EXPIRED, expiry=expiry))
        shown = fields.national_number or fields.document_number
        findings.append(informs(IdentityFinding.MRZ_COMPARE, number=shown))
    return MrzReading(fields, tuple(findings))


def _check(zone: Zone, today: date) -> Iterator[Finding]:
    """Find what contradicts Doc 9303, field by field in the zone's order."""
    codes = "P" if zone.layout is MrzLayout.PASSPORT else "ACI"
    if zone.code[0] not in codes or zone.code[1] in _DIGITS:
        yield blocks(IdentityFinding.MRZ_DOCUMENT_CODE, read=zone.code)
    for country in (zone.issuer, zone.nationality):
        letters = country.text.rstrip(FILLER)
        if not letters or not _LETTERS.issuperset(letters):
            yield blocks(IdentityFinding.MRZ_COUNTRY, item=country.item, read=country.text)
    for part, allowed in (
        (zone.birth, _DIGITS | {FILLER}),
        (zone.sex, _SEXES),
        (zone.expiry, _DIGITS | {FILLER}),
        (zone.names, _LETTERS | {FILLER}),
        *((digit, _DIGITS) for _, digit in zone.protected),
    ):
        if finding := wrong_character(part, allowed):
            yield finding
    for day, understood in (
        (zone.birth, birth_date_in(zone.birth.text, today)),
        (zone.expiry, expiry_date_in(zone.expiry.text, today)),
    ):
        if understood is None:
            # Part 3, 4.8: fillers stand for what nobody knows.
            report = warns if FILLER in day.text else blocks
            yield report(IdentityFinding.MRZ_DATE, item=day.item, read=day.text)
    yield from _wrong_digits(zone)


def _wrong_digits(zone: Zone) -> Iterator[Finding]:
    """Find wrong check digits; the one over all is told only where no other explains it."""
    wrong = [digit for text, digit in zone.protected if check_digit(text) != digit.text]
    explained = len(wrong) > 1
    for digit in wrong:
        if digit.item != "composite" or not explained:
            yield blocks(
                IdentityFinding.MRZ_DIGIT_WRONG,
                item=digit.item,
                line=digit.line,
                position=digit.position,
            )


def _is_old_format(lines: tuple[str, ...], zone: Zone) -> bool:
    """Tell whether the cédula stands where the document number belongs."""
    return (
        zone.layout is MrzLayout.CARD
        and lines[0].startswith("IDECU")
        and read_cedula(lines[0][5:15]).acceptable
        and len(zone.optional[0].strip(FILLER)) != CEDULA_LENGTH
    )


def _national_number(zone: Zone) -> tuple[str, Finding | None]:
    """Return the cédula or RUN in its normal form, or why it is none."""
    issuer, is_card = zone.issuer.text, zone.layout is MrzLayout.CARD
    if issuer == "ECU":
        text = zone.optional[0].strip(FILLER)
        reading = read_cedula(text)
    elif issuer == "CHL" and is_card:
        text = zone.optional[1].strip(FILLER)
        reading = read_run(text.replace(FILLER, "-"))
    else:
        return "", None
    if reading.acceptable:
        return reading.value, None
    # A passport need not name it.
    if not is_card:
        return "", None
    return "", blocks(IdentityFinding.MRZ_NATIONAL_NUMBER, read=text)


def _understand(zone: Zone, national_number: str, today: date, *, is_old: bool) -> MrzFields:
    surnames, _, given_names = zone.names.text.partition(FILLER * 2)
    return MrzFields(
        layout=zone.layout,
        document_code=zone.code.rstrip(FILLER),
        issuer=zone.issuer.text.rstrip(FILLER),
        document_number="" if is_old else zone.number.rstrip(FILLER),
        national_number=national_number,
        birth_date=birth_date_in(zone.birth.text, today),
        sex=zone.sex.text if zone.sex.text in {"M", "F"} else "",
        expiry_date=expiry_date_in(zone.expiry.text, today),
        nationality=zone.nationality.text.rstrip(FILLER),
        surnames=_spaced(surnames),
        given_names=_spaced(given_names),
        optional_data=tuple(each.strip(FILLER) for each in zone.optional),
        is_old_format=is_old,
    )


def _spaced(names: str) -> str:
    return " ".join(part for part in names.split(FILLER) if part)


def birth_date_in(text: str, today: date) -> date | None:
    """Return a birth date written as year, month and day in two digits each, if it is one."""
    day = _date_in(2000, text)
    return day if day and day <= today else _date_in(1900, text)


def expiry_date_in(text: str, today: date) -> date | None:
    """Return an expiry date written as year, month and day in two digits each, if it is one."""
    day = _date_in(2000, text)
    latest = today.year + _LONGEST_VALIDITY_YEARS
    return day if day and day.year <= latest else _date_in(1900, text)


def _date_in(century: int, text: str) -> date | None:
    if not _DIGITS.issuperset(text):
        return None
    try:
        return date(century + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None
