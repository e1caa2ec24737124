"""The shapes of machine-readable zones: their lines, where each field lies, and what protects it.

Source: ICAO Doc 9303, parts 4 (TD3, two lines of 44) and 5 (TD1, three lines of 30).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from issuance.findings import Finding, blocks
from issuance.findings.identity import IdentityFinding
from issuance.identity.entry import LONGEST_ENTRY, upper_ascii
from issuance.identity.mrz_digits import ALPHABET, FILLER

_LOOKS_LIKE: Final = str.maketrans("OQDILZSBG", "000112586")
"""What a reading program takes digits for."""


class MrzLayout(StrEnum):
    """The shape of a zone, by its name in Doc 9303."""

    CARD = "TD1"
    PASSPORT = "TD3"

    @property
    def rows(self) -> int:
        """Return the number of lines."""
        return 3 if self is MrzLayout.CARD else 2

    @property
    def width(self) -> int:
        """Return the characters of a line."""
        return 30 if self is MrzLayout.CARD else 44


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of one line, with its place for the person who compares it."""

    item: str
    text: str
    line: int
    position: int


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone taken apart, nothing checked; `protected` are texts with their check digits."""

    layout: MrzLayout
    code: str
    issuer: Part
    number: str
    birth: Part
    sex: Part
    expiry: Part
    nationality: Part
    names: Part
    optional: tuple[str, ...]
    protected: tuple[tuple[str, Part], ...]


def repair(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines with look-alike letters turned to digits where only digits can stand.

    For what a program read from a picture; what a person typed is never changed.
    """
    if [len(line) for line in lines] == [30, 30, 30]:
        first, second, third = lines
        first = _digits_at(first, 14, 15)
        if first[2:5] == "ECU":
            first = _digits_at(first, 15, 30)
        for start, end in ((0, 7), (8, 15), (29, 30)):
            second = _digits_at(second, start, end)
        return first, second, third
    if [len(line) for line in lines] == [44, 44]:
        first, second = lines
        for start, end in ((9, 10), (13, 20), (21, 28), (42, 44)):
            second = _digits_at(second, start, end)
        return first, second
    return lines


def _digits_at(line: str, start: int, end: int) -> str:
    return line[:start] + line[start:end].translate(_LOOKS_LIKE) + line[end:]


def split_zone(text: str) -> tuple[tuple[str, ...], MrzLayout, Finding | None]:
    """Return the lines, which are right in number and length where nothing is found."""
    rows = ["".join(row.split()) for row in upper_ascii(text[:LONGEST_ENTRY]).splitlines()]
    rows = [row for row in rows if row]
    whole = "".join(rows)
    layout = MrzLayout.PASSPORT if whole.startswith("P") else MrzLayout.CARD
    expected = layout.rows * layout.width
    finding = None
    if len(whole) == expected:
        rows = [whole[start : start + layout.width] for start in range(0, expected, layout.width)]
    elif len(rows) == layout.rows:
        line, row = next(
            (line, row) for line, row in enumerate(rows, start=1) if len(row) != layout.width
        )
        finding = blocks(
            IdentityFinding.MRZ_LINE_LENGTH, line=line, typed=len(row), expected=layout.width
        )
    else:
        finding = blocks(IdentityFinding.MRZ_LENGTH, typed=len(whole), expected=expected)
    allowed = frozenset(ALPHABET + FILLER)
    for line, row in enumerate(rows, start=1):
        finding = finding or wrong_character(Part("", row, line, 1), allowed)
    return tuple(rows), layout, finding


def wrong_character(part: Part, allowed: frozenset[str]) -> Finding | None:
    """Return the finding about the first character that may not stand there, if there is one."""
    for place, character in enumerate(part.text):
        if character not in allowed:
            return blocks(
                IdentityFinding.MRZ_CHARACTER,
                character=character,
                line=part.line,
                position=part.position + place,
            )
    return None


def take_apart(lines: tuple[str, ...], layout: MrzLayout) -> Zone:
    """Return the fields of a zone whose lines are right in number and length."""
    return _take_card_apart(lines) if layout is MrzLayout.CARD else _take_passport_apart(lines)


def _take_card_apart(lines: tuple[str, ...]) -> Zone:
    first, second, third = lines
    number, digit, optional = first[5:14], Part("document_number", first[14], 1, 15), first[15:]
    tail = optional.split(FILLER, 1)[0]
    # Part 5, 4.2.2, note j: a long number goes on in the optional data, its check digit last.
    if digit.text == FILLER and len(tail) > 1:
        number += tail[:-1]
        digit = Part("document_number", tail[-1], 1, 15 + len(tail))
        optional = optional[len(tail) :]
    whole = first[5:] + second[:7] + second[8:15] + second[18:29]
    return Zone(
        layout=MrzLayout.CARD,
        code=first[:2],
        issuer=Part("issuer", first[2:5], 1, 3),
        number=number,
        birth=Part("birth_date", second[:6], 2, 1),
        sex=Part("sex", second[7], 2, 8),
        expiry=Part("expiry_date", second[8:14], 2, 9),
        nationality=Part("nationality", second[15:18], 2, 16),
        names=Part("names", third, 3, 1),
        optional=(optional, second[18:29]),
        protected=(
            (number, digit),
            (second[:6], Part("birth_date", second[6], 2, 7)),
            (second[8:14], Part("expiry_date", second[14], 2, 15)),
            (whole, Part("composite", second[29], 2, 30)),
        ),
    )


def _take_passport_apart(lines: tuple[str, ...]) -> Zone:
    first, second = lines
    personal, personal_digit = second[28:42], second[42]
    # Part 4, 4.2.2: the check digit of an empty field may be left out.
    if not personal.strip(FILLER) and personal_digit == FILLER:
        personal_digit = "0"
    whole = second[:10] + second[13:20] + second[21:43]
    return Zone(
        layout=MrzLayout.PASSPORT,
        code=first[:2],
        issuer=Part("issuer", first[2:5], 1, 3),
        number=second[:9],
        birth=Part("birth_date", second[13:19], 2, 14),
        sex=Part("sex", second[20], 2, 21),
        expiry=Part("expiry_date", second[21:27], 2, 22),
        nationality=Part("nationality", second[10:13], 2, 11),
        names=Part("names", first[5:], 1, 6),
        optional=(personal,),
        protected=(
            (second[:9], Part("document_number", second[9], 2, 10)),
            (second[13:19], Part("birth_date", second[19], 2, 20)),
            (second[21:27], Part("expiry_date", second[27], 2, 28)),
            (personal, Part("personal_number", personal_digit, 2, 43)),
            (whole, Part("composite", second[43], 2, 44)),
        ),
    )
