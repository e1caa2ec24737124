"""Characters that must not reach a terminal, a certificate or a letter unseen.

Escape and other control characters, bidirectional controls and zero-width characters pass through
terminals unharmed and change what a reader sees (Unicode Technical Report 36). What is entered is
refused with the place of the character; what is shown has it replaced.
"""

import unicodedata
from collections.abc import Iterator

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# Greek has up to three marks on one letter; longer piles only spoil the lines above and below,
# and normalising thousands of them takes seconds.
MOST_MARKS = 3

# Default ignorable code points (Unicode, DerivedCoreProperties) that Python calls printable.
_INVISIBLE = frozenset(
    map(
        chr,
        (
            0x034F,
            *range(0x115F, 0x1161),
            *range(0x17B4, 0x17B6),
            *range(0x180B, 0x1810),
            0x3164,
            *range(0xFE00, 0xFE10),
            0xFFA0,
            *range(0xE0100, 0xE01F0),
        ),
    )
)


def printable(text: str) -> str:
    """Return text that is safe to show, in normal form C.

    Every character that `first_unprintable` would refuse becomes U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return text
    characters = list(text)
    for position in _unprintable_positions(text):
        characters[position] = REPLACEMENT
    return unicodedata.normalize("NFC", "".join(characters))


def first_unprintable(text: str) -> int | None:
    """Return the index, from 0, of the first character that may not be entered."""
    if text.isascii() and text.isprintable():
        return None
    return next(_unprintable_positions(text), None)


def _unprintable_positions(text: str) -> Iterator[int]:
    marks_in_a_row = 0
    for position, character in enumerate(text):
        if _is_mark(character):
            marks_in_a_row += _marks_in(character)
        else:
            marks_in_a_row = _marks_in(character)
        if not _is_visible(character) or marks_in_a_row > MOST_MARKS:
            yield position


def _is_visible(character: str) -> bool:
    if character in _INVISIBLE:
        return False
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _marks_in(character: str) -> int:
    return sum(_is_mark(part) for part in unicodedata.normalize("NFD", character))
