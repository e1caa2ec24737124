"""Compares what a card says in print, in its machine-readable zone and in the application."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date

from issuance.evidence.report import CardRead
from issuance.evidence.rules import CardRule, Expected
from issuance.findings import Finding, informs, warns
from issuance.findings.evidence import EvidenceCode
from issuance.identity.countries import two_letters
from issuance.identity.mrz import MrzFields
from issuance.identity.mrz_zone import MrzLayout


def card_as_read(fields: MrzFields | None, numbers: Counter[str], expected: Expected) -> CardRead:
    """Return what was read, from the zone where there is one."""
    in_zone = fields.national_number if fields else ""
    printed = _printed_number(numbers, expected.number, in_zone)
    if fields is None:
        return CardRead(number=printed)
    return CardRead(
        number=fields.national_number or printed,
        document_number=fields.document_number,
        surnames=fields.surnames,
        given_names=fields.given_names,
        birth_date=_written(fields.birth_date),
        expiry_date=_written(fields.expiry_date),
        sex=fields.sex,
        nationality=fields.nationality,
    )


def _printed_number(numbers: Counter[str], expected: str, in_zone: str) -> str:
    """Return the number printed on the card; nothing where it is not certain.

    A number read once is believed where it is the expected one or the zone's: chance does not
    read ten right digits. Any other must have been read twice.
    """
    for known in (expected, in_zone):
        if known and known in numbers:
            return known
    number, times = next(iter(numbers.most_common(1)), ("", 0))
    return number if times > 1 else ""


def compare_card(
    fields: MrzFields | None, numbers: Counter[str], expected: Expected, rule: CardRule
) -> Iterator[Finding]:
    """Find where zone, print and application agree and differ; names only inform."""
    in_zone = fields.national_number if fields else ""
    printed = _printed_number(numbers, expected.number, in_zone)
    if not printed:
        yield informs(EvidenceCode.NUMBER_NOT_READ)
    if printed and in_zone and printed != in_zone:
        yield warns(EvidenceCode.CARD_CONTRADICTS_ITSELF, read=printed)
    number = in_zone or printed
    if fields and fields.layout is MrzLayout.PASSPORT and expected.number != in_zone:
        number = fields.document_number
    if number and expected.number:
        yield _compared("number", number, expected.number)
    if fields is None:
        return
    if fields.layout is MrzLayout.CARD and fields.issuer not in rule.countries:
        wanted = ", ".join(rule.countries)
        yield warns(EvidenceCode.CARD_DIFFERS, item="issuer", read=fields.issuer, expected=wanted)
    # Nothing protects the other fields of the old format: a misread date would accuse wrongly.
    if fields.is_old_format:
        return
    yield from _compare_fields(fields, expected)
    if fields.expiry_date and expected.today and fields.expiry_date < expected.today:
        yield warns(EvidenceCode.CARD_EXPIRED, expiry=fields.expiry_date.isoformat())


def _compare_fields(fields: MrzFields, expected: Expected) -> Iterator[Finding]:
    for item, read, wanted in (
        ("birth_date", _written(fields.birth_date), _written(expected.birth_date)),
        ("sex", fields.sex, expected.sex.upper()),
        ("nationality", two_letters(fields.nationality), two_letters(expected.nationality)),
    ):
        if read and wanted:
            yield _compared(item, read, wanted)
    if expected.surnames and expected.given_names and fields.surnames and fields.given_names:
        # The zone is cut at the line's end, and fillers behind a name are taken for letters.
        read = _first(fields.surnames), _first(fields.given_names)
        wanted = _first(expected.surnames), _first(expected.given_names)
        agrees = all(map(str.startswith, read, wanted))
        code = EvidenceCode.CARD_AGREES if agrees else EvidenceCode.CARD_DIFFERS
        yield informs(code, item="names", read=" ".join(read), expected=" ".join(wanted))


def _compared(item: str, read: str, wanted: str) -> Finding:
    if read == wanted:
        return informs(EvidenceCode.CARD_AGREES, item=item)
    return warns(EvidenceCode.CARD_DIFFERS, item=item, read=read, expected=wanted)


def _first(names: str) -> str:
    """Return the first of some names in plain capitals, as far as a zone's spelling is known."""
    plain = unicodedata.normalize("NFD", names.upper())
    letters = "".join(each if "A" <= each <= "Z" else " " if each in " -" else "" for each in plain)
    return next(iter(letters.split()), "")


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""
