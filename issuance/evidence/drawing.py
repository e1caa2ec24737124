"""A small picture as characters of a terminal: two pixels a cell in half blocks.

Pure data: the screen turns it into styles. A picture is drawn by the terminal's own characters
because terminal graphics ask the terminal questions whose late answers are read as typed keys.
"""

from functools import lru_cache
from typing import Final, Literal, NamedTuple

from issuance.evidence.report import Preview

Rgb = tuple[int, int, int]
Colour = Rgb | int | None
"""Red, green and blue (0 to 255 each); the number of a palette colour; or the terminal's own."""

Colours = Literal[16_777_216, 256, 16, 0]

HALF_BLOCK: Final = "▀"
_RAMP: Final = " .:-=+*#%@"
_LEVELS: Final = (0, 95, 135, 175, 215, 255)
"""The steps of a channel in the 6x6x6 cube, palette colours 16 to 231."""
_SIXTEEN: Final[tuple[Rgb, ...]] = (
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0),
    (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0),
    (92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255),
)  # fmt: skip
"""What xterm shows for the sixteen colours; other terminals come close."""


class Cell(NamedTuple):
    """One character with the colours of its upper (foreground) and lower half (background)."""

    character: str
    foreground: Colour
    background: Colour


def half_blocks(preview: Preview, columns: int, rows: int, colours: Colours) -> list[list[Cell]]:
    """Draw a picture in at most `columns` by `rows` cells, its proportions kept.

    With no colours each cell is one character of a ramp from dark to light.
    """
    width, height = _fit(preview, columns, rows * 2)
    return [
        [
            _cell(
                _sample(preview, column, row, width, height),
                _sample(preview, column, min(row + 1, height - 1), width, height),
                colours,
            )
            for column in range(width)
        ]
        for row in range(0, height, 2)
    ]


def _fit(preview: Preview, columns: int, lines: int) -> tuple[int, int]:
    """Return the largest size in pixels within the room that keeps the proportions."""
    if preview.width * lines > preview.height * columns:
        return columns, max(1, preview.height * columns // preview.width)
    return max(1, preview.width * lines // preview.height), lines


def _sample(preview: Preview, column: int, row: int, width: int, height: int) -> Rgb:
    return preview.pixel(column * preview.width // width, row * preview.height // height)


def _cell(upper: Rgb, lower: Rgb, colours: Colours) -> Cell:
    if colours == 0:
        light = (_luminance(upper) + _luminance(lower)) // 2
        return Cell(_RAMP[light * len(_RAMP) // 256], None, None)
    return Cell(HALF_BLOCK, _reduce(upper, colours), _reduce(lower, colours))


def _luminance(colour: Rgb) -> int:
    """Return the luma of a colour, 0 to 255 (ITU-R BT.601)."""
    red, green, blue = colour
    return (299 * red + 587 * green + 114 * blue) // 1000


@lru_cache(maxsize=4096)
def _reduce(colour: Rgb, colours: Colours) -> Rgb | int:
    if colours == 16:
        return min(range(16), key=lambda number: _distance(colour, _SIXTEEN[number]))
    if colours == 256:
        red, green, blue = (
            min(range(6), key=lambda step: abs(_LEVELS[step] - channel)) for channel in colour
        )
        return 16 + 36 * red + 6 * green + blue
    return colour


def _distance(one: Rgb, other: Rgb) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
