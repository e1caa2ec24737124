"""What a card says beside what an application says: pure, and nothing is overwritten."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final

from backend_client.policy_lines import FormField
from issuance.evidence.report import CardRead
from issuance.findings import Finding, any_blocks
from issuance.identity.chile_qr import read_chile_qr
from issuance.identity.dates import date_as_typed, read_date
from issuance.identity.kinds import FieldKind
from issuance.identity.mrz import read_mrz
from tui.widgets.value_list import fold

Same = Callable[[str, str], bool]

_SEPARATORS: Final = str.maketrans("", "", " -.'")
_NAMES: Final = frozenset({"surnames", "given_names"})
_ROOM_FOR_NAMES: Final = 28
"""Characters of a card's third line, less the two between surnames and given names."""


class Agreement(StrEnum):
    """How an item of the card stands to the application."""

    SAME = "same"
    DIFFERS = "differs"
    FILLS = "fills"
    TO_TYPE = "to_type"


@dataclass(frozen=True, slots=True)
class CardLine:
    """One item of the card: `name` is that of the first form field it belongs to."""

    name: str
    card: str
    application: str
    agreement: Agreement
    fills: Mapping[str, str] = field(default_factory=dict[str, str])


def read_card_text(text: str, today: date) -> tuple[CardRead | None, tuple[Finding, ...]]:
    """Read a machine-readable zone or the text of Chile's QR code; no card where it is wrong."""
    if is_address(text):
        qr = read_chile_qr(text, today)
        if qr.fields is None or any_blocks(qr.findings):
            return None, qr.findings
        return CardRead(
            number=qr.fields.run,
            document_number=qr.fields.serial,
            birth_date=_iso(qr.fields.birth_date),
            expiry_date=_iso(qr.fields.expiry_date),
            nationality="CHL",
        ), qr.findings
    zone = read_mrz(text, today)
    if zone.fields is None or zone.blocking:
        return None, zone.findings
    return CardRead(
        number=zone.fields.national_number,
        document_number=zone.fields.document_number,
        surnames=zone.fields.surnames,
        given_names=zone.fields.given_names,
        birth_date=_iso(zone.fields.birth_date),
        expiry_date=_iso(zone.fields.expiry_date),
        sex=zone.fields.sex,
        nationality=zone.fields.nationality,
    ), zone.findings


def is_address(text: str) -> bool:
    """Tell whether a text is the address in a QR code and no machine-readable zone."""
    return text.lstrip().lower().startswith("http")


def compare(
    card: CardRead,
    people_fields: Mapping[str, tuple[str, ...]],
    form: Collection[FormField],
    texts: Mapping[str, str],
    today: date,
) -> tuple[CardLine, ...]:
    """Return the items that card and form share, each with what it would fill in.

    `people_fields` names the form's fields for each item of a card; fields the form does not show
    now are left alone. Names never tell two people apart: they are compared without accents, and
    as far as the card's line had room.
    """
    asked = {each.name: each for each in form}
    is_cut = len(card.surnames) + len(card.given_names) >= _ROOM_FOR_NAMES
    lines: list[CardLine] = []
    for item, names in people_fields.items():
        shown = [asked[name] for name in names if name in asked]
        said = _said(card, item, shown)
        if shown and said:
            found = _lines(
                said, [each.name for each in shown], texts, _sameness(item, today, is_cut)
            )
            lines += map(_to_type, found) if is_cut and item in _NAMES else found
    return tuple(lines)


def _to_type(line: CardLine) -> CardLine:
    """Return a line that fills nothing in: of a name cut at the line's end the rest is unknown."""
    fills = line.agreement is Agreement.FILLS
    return replace(line, agreement=Agreement.TO_TYPE, fills={}) if fills else line


def _said(card: CardRead, item: str, shown: list[FormField]) -> str:
    """Return what the card says of an item; a passport's number is that of the document."""
    if item == "number" and any(each.kind == FieldKind.PASSPORT for each in shown):
        return card.document_number
    text = str(getattr(card, item))
    return date_as_typed(text) if item.endswith("_date") else text


def _lines(said: str, names: list[str], texts: Mapping[str, str], same: Same) -> list[CardLine]:
    """Compare an item with its fields: with each alone where they are as many as its words."""
    words = [said] if len(names) == 1 else said.split()
    if len(words) == len(names):
        return [
            _line(name, word, texts.get(name, ""), same, {name: word})
            for name, word in zip(names, words, strict=True)
        ]
    typed = " ".join(text for name in names if (text := texts.get(name, "").strip()))
    # Where one surname ends and the other begins, the card does not tell; a single one is clear.
    fills = {names[0]: said} if len(words) == 1 else {}
    return [_line(names[0], said, typed, same, fills)]


def _line(name: str, said: str, typed: str, same: Same, fills: Mapping[str, str]) -> CardLine:
    if typed.strip():
        agreement = Agreement.SAME if same(said, typed) else Agreement.DIFFERS
        return CardLine(name, said, typed, agreement)
    agreement = Agreement.FILLS if fills else Agreement.TO_TYPE
    return CardLine(name, said, "", agreement, fills)


def _sameness(item: str, today: date, is_cut: bool) -> Same:
    """Return what tells whether two texts of an item say the same."""

    def same_day(said: str, typed: str) -> bool:
        # Any way to write a date that the form takes; the day itself decides.
        return read_date(said, today=today).value == read_date(typed, today=today).value

    def same_name(said: str, typed: str) -> bool:
        # Doc 9303, part 3, 6: an Ñ may be written NXX.
        one, other = _plain(said).replace("nxx", "n"), _plain(typed)
        return one == other or (is_cut and other.startswith(one))

    if item.endswith("_date"):
        return same_day
    if item in _NAMES:
        return same_name
    return lambda said, typed: _plain(said) == _plain(typed)


def _plain(text: str) -> str:
    return fold(text).translate(_SEPARATORS)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
