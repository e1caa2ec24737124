"""A picture in a terminal's own pixels: Kitty's graphics protocol with Unicode placeholders.

Drawn only where somebody turned it on: a terminal without it shows nonsense, and asking what it can
would be answered late, as if somebody had typed. The terminal is told to answer nothing.

Source: the terminal graphics protocol of Kitty, "Unicode placeholders", and its list of row and
column diacritics.
"""

import base64
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.drawing import Pixels

OWN_PIXELS: Final = "own_pixels"
"""The station's setting that turns this on."""

PIXELS_ACROSS: Final = 6
"""Pixels sent for the width of a cell; twice as many for its height. Finer costs a slow line more
than it shows."""

_PLACEHOLDER: Final = "\U0010eeee"
_LAST_DIACRITIC: Final = 0x082D
"""Up to here no later version of Unicode added a character to the protocol's list."""
_FUSED: Final = frozenset({0x0306, 0x0307, 0x0308, 0x0309, 0x030A, 0x030B, 0x030C, 0x030F, 0x0311,
                           0x0313, 0x0314, 0x0342, 0x0653, 0x0654})  # fmt: skip
"""Marks that normalisation may fuse with a letter; the list leaves them out."""
_MARKS_ABOVE: Final = 230
_DIACRITICS: Final = tuple(
    chr(code)
    for code in range(0x0305, _LAST_DIACRITIC + 1)
    if unicodedata.combining(chr(code)) == _MARKS_ABOVE
    and unicodedata.category(chr(code)) == "Mn"
    and not unicodedata.decomposition(chr(code))
    and code not in _FUSED
)
"""Stand for the numbers from 0 above a placeholder: first the row, then the column."""

MOST_CELLS: Final = len(_DIACRITICS)
"""How many columns or rows a picture may have."""

_CHUNK: Final = 4096


@dataclass(frozen=True, slots=True)
class Place:
    """Where a picture is shown: so many columns and rows of cells."""

    columns: int
    rows: int

    def within(self, pixels: Pixels) -> "Place":
        """Return the part of this place that a picture fills, its proportions kept."""
        across, down = min(self.columns, MOST_CELLS), min(self.rows, MOST_CELLS)
        # A cell is twice as high as wide.
        scale = min(across / pixels.width, 2 * down / pixels.height)
        return Place(max(1, round(pixels.width * scale)), max(1, round(pixels.height * scale / 2)))


def transmission(number: int, pixels: Pixels, place: Place) -> str:
    """Return what gives a terminal a picture to keep, for the cells that will stand for it.

    `number` is from 1 and below 2**24, since a colour stands for it in the cells.
    """
    content = base64.standard_b64encode(zlib.compress(pixels.rgb, 1)).decode("ascii")
    first = (
        f"a=T,U=1,q=2,f=24,o=z,i={number},s={pixels.width},v={pixels.height},"
        f"c={place.columns},r={place.rows},"
    )
    return "".join(_commands(first, content))


def _commands(first: str, content: str) -> Iterator[str]:
    """Cut a content into the lengths the protocol allows; all but the last say that more comes."""
    for start in range(0, len(content), _CHUNK):
        more = int(start + _CHUNK < len(content))
        keys = first if start == 0 else "q=2,"
        yield f"\x1b_G{keys}m={more};{content[start : start + _CHUNK]}\x1b\\"


def removal(number: int) -> str:
    """Return what makes a terminal forget a picture."""
    return f"\x1b_Ga=d,d=I,q=2,i={number}\x1b\\"


def placeholders(number: int, place: Place) -> list[Strip]:
    """Return the cells in whose place the terminal shows the picture.

    Every cell names its row and column, so that one may be drawn without its neighbours.
    """
    red, green, blue = number >> 16, number >> 8 & 255, number & 255
    style = Style(color=Color.from_rgb(red, green, blue))
    return [
        Strip(
            [
                Segment(f"{_PLACEHOLDER}{_DIACRITICS[row]}{_DIACRITICS[column]}", style)
                for column in range(place.columns)
            ],
            place.columns,
        )
        for row in range(place.rows)
    ]
