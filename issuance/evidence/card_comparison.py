"""Compares what a card says in print, in its machine-readable zone and in the application."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from issuance.evidence.card_codes import bare_number
from issuance.evidence.report import CardRead
from issuance.evidence.rules import CardRule, Expected
from issuance.findings import Finding, informs, warns
from issuance.findings.evidence import EvidenceCode
from issuance.identity.countries import two_letters
from issuance.identity.mrz import MrzFields
from issuance.identity.mrz_zone import MrzLayout


@dataclass(frozen=True, slots=True)
class CardSeen:
    """What was read on all pages: the zone's fields, and how often each number was read.

    `printed` counts the numbers in print, by the engine `reader`; `coded` those in the card's
    codes, by the engine `code_reader`.
    """

    fields: MrzFields | None
    printed: Counter[str]
    coded: Counter[str]
    reader: str
    code_reader: str

    def engine_of(self, number: str) -> str:
        """Return the engine that read a number which is not in the zone."""
        return self.reader if number in self.printed else self.code_reader


def card_as_read(card: CardSeen, expected: Expected) -> CardRead:
    """Return what was read, from the zone where there is one."""
    fields = card.fields
    printed = _printed_number(card, expected)
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


def _printed_number(card: CardSeen, expected: Expected) -> str:
    """Return the number printed on the card or in its codes; nothing where it is not certain.

    A number read once is believed where it is the expected one or the zone's: chance does not
    read ten right digits. Any other must have been read twice.
    """
    numbers = card.printed + card.coded
    in_zone = card.fields.national_number if card.fields else ""
    for known in (expected.number, in_zone):
        for number in numbers:
            if known and bare_number(number) == bare_number(known):
                return number
    number, times = next(iter(numbers.most_common(1)), ("", 0))
    return number if times > 1 else ""


def compare_card(card: CardSeen, expected: Expected, rule: CardRule) -> Iterator[Finding]:
    """Find where zone, print and application agree and differ; names only inform."""
    fields, engine = card.fields, card.reader
    in_zone = fields.national_number if fields else ""
    printed = _printed_number(card, expected)
    wanted = bare_number(expected.number)
    if not printed:
        yield informs(EvidenceCode.NUMBER_NOT_READ, engine=engine)
    if printed and in_zone and bare_number(printed) != bare_number(in_zone):
        by = card.engine_of(printed)
        yield warns(EvidenceCode.CARD_CONTRADICTS_ITSELF, read=printed, engine=by)
    number = in_zone or printed
    if fields and fields.layout is MrzLayout.PASSPORT and bare_number(in_zone) != wanted:
        number = fields.document_number
    if number and wanted:
        by = engine if fields else card.engine_of(number)
        is_same = bare_number(number) == wanted
        yield _compared("number", number, number if is_same else expected.number, by)
    if fields is None:
        return
    if fields.layout is MrzLayout.CARD and fields.issuer not in rule.countries:
        yield warns(
            EvidenceCode.CARD_DIFFERS,
            item="issuer",
            read=fields.issuer,
            expected=", ".join(rule.countries),
            engine=engine,
        )
    # Nothing protects the other fields of the old format: a misread date would accuse wrongly.
    if fields.is_old_format:
        return
    yield from _compare_fields(fields, expected, engine)
    if fields.expiry_date and expected.today and fields.expiry_date < expected.today:
        expiry = fields.expiry_date.isoformat()
        yield warns(EvidenceCode.CARD_EXPIRED, expiry=expiry, engine=engine)


def _compare_fields(fields: MrzFields, expected: Expected, engine: str) -> Iterator[Finding]:
    for item, read, wanted in (
        ("birth_date", _written(fields.birth_date), _written(expected.birth_date)),
        ("sex", fields.sex, expected.sex.upper()),
        ("nationality", two_letters(fields.nationality), two_letters(expected.nationality)),
    ):
        if read and wanted:
            yield _compared(item, read, wanted, engine)
    if expected.surnames and expected.given_names and fields.surnames and fields.given_names:
        # The zone is cut at the line's end, and fillers behind a name are taken for letters.
        read = _first(fields.surnames), _first(fields.given_names)
        wanted = _first(expected.surnames), _first(expected.given_names)
        agrees = all(map(str.startswith, read, wanted))
        code = EvidenceCode.CARD_AGREES if agrees else EvidenceCode.CARD_DIFFERS
        told = {"read": " ".join(read), "expected": " ".join(wanted)}
        yield informs(code, item="names", engine=engine, **told)


def _compared(item: str, read: str, wanted: str, engine: str) -> Finding:
    if read == wanted:
        return informs(EvidenceCode.CARD_AGREES, item=item, engine=engine)
    return warns(EvidenceCode.CARD_DIFFERS, item=item, read=read, expected=wanted, engine=engine)


def _first(names: str) -> str:
    """Return the first of some names in plain capitals, as far as a zone's spelling is known."""
    plain = unicodedata.normalize("NFD", names.upper())
    letters = "".join(each if "A" <= each <= "Z" else " " if each in " -" else "" for each in plain)
    return next(iter(letters.split()), "")


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""
