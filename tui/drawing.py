"""A small picture as lines of a terminal: two pixels a cell in half-blocks, in any colours it has.

The terminal is asked nothing: late answers to a question would be read as typed keys.
"""

from bisect import bisect, bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

Rgb = tuple[int, int, int]
Colours = Literal[16_777_216, 256, 16, 0]

_HALF_BLOCK: Final = "▀"
_SHADES: Final = " ░▒▓█"
_ASCII: Final = " .:-=+*#%@"
_CUBE: Final = (0, 95, 135, 175, 215, 255)
"""The steps of a channel in the 6x6x6 cube, palette colours 16 to 231."""
_GREYS: Final = tuple(range(8, 248, 10))
"""The palette colours 232 to 255."""
_FOUR_GREYS: Final = (0, 85, 170, 255)
"""Black, bright black, white and bright white: of the sixteen, those every terminal agrees on."""
_ROUNDED: Final = bytes(min(255, each // 8 * 8 + 4) for each in range(256))
"""A channel in steps the eye hardly sees: equal neighbours cost no bytes, and colours repeat."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """An RGB picture: `rgb` holds three bytes a pixel, row by row.

    Raises:
        ValueError: when the size does not fit the bytes.
    """

    width: int
    height: int
    rgb: bytes

    def __post_init__(self) -> None:
        if min(self.width, self.height) < 1 or len(self.rgb) != self.width * self.height * 3:
            raise ValueError("the bytes are not width x height x 3")

    def at(self, x: int, y: int) -> Rgb:
        """Return the colour of a pixel."""
        start = (y * self.width + x) * 3
        red, green, blue = self.rgb[start : start + 3]
        return red, green, blue

    def fitted(self, width: int, height: int) -> "Pixels":
        """Return the picture as large as fits, its proportions kept, by nearest pixel."""
        if self.width * height > self.height * width:
            new_width, new_height = width, max(1, self.height * width // self.width)
        else:
            new_width, new_height = max(1, self.width * height // self.height), height
        if (new_width, new_height) == (self.width, self.height):
            return self
        columns = [x * self.width // new_width for x in range(new_width)]
        rows = [y * self.height // new_height for y in range(new_height)]
        rgb = b"".join(
            self.rgb[(y * self.width + x) * 3 : (y * self.width + x) * 3 + 3]
            for y in rows
            for x in columns
        )
        return Pixels(new_width, new_height, rgb)

    def part(self, across: float, down: float, width: int, height: int) -> "Pixels":
        """Cut out a part of at most this size, centred at a place given from 0 to 1."""
        width, height = min(width, self.width), min(height, self.height)
        left = min(max(round(across * self.width) - width // 2, 0), self.width - width)
        top = min(max(round(down * self.height) - height // 2, 0), self.height - height)
        rows = (
            self.rgb[(row * self.width + left) * 3 :][: width * 3]
            for row in range(top, top + height)
        )
        return Pixels(width, height, b"".join(rows))


def draw(pixels: Pixels, colours: Colours, *, ascii_only: bool, dark: bool) -> list[Strip]:
    """Return a picture as lines of a terminal.

    Args:
        pixels: the picture; a line shows two rows of it.
        colours: how many the terminal has; with none, characters from light to dense are drawn.
        ascii_only: whether the terminal has no block characters.
        dark: whether the text is lighter than its ground, so that dense characters look bright.
    """
    if colours == 0 or ascii_only:
        ramp = _ASCII if ascii_only else _SHADES
        return _characters(pixels, ramp if dark else ramp[::-1])
    if colours == 16:
        greys = _levels(_brightness(pixels, rows_a_line=1), len(_FOUR_GREYS))
        return _half_blocks(pixels, lambda x, y: _grey(_FOUR_GREYS[greys[y][x]]))
    nearest = _in_palette if colours == 256 else _exactly
    rounded = Pixels(pixels.width, pixels.height, pixels.rgb.translate(_ROUNDED))
    return _half_blocks(pixels, lambda x, y: nearest(rounded.at(x, y)))


def _half_blocks(pixels: Pixels, colour: Callable[[int, int], Color]) -> list[Strip]:
    return [
        Strip(
            Segment(
                _HALF_BLOCK,
                Style(color=colour(x, y), bgcolor=colour(x, min(y + 1, pixels.height - 1))),
            )
            for x in range(pixels.width)
        ).simplify()
        for y in range(0, pixels.height, 2)
    ]


def _characters(pixels: Pixels, ramp: str) -> list[Strip]:
    levels = _levels(_brightness(pixels, rows_a_line=2), len(ramp))
    return [Strip([Segment("".join(ramp[each] for each in row))]) for row in levels]


def _brightness(pixels: Pixels, rows_a_line: int) -> list[list[float]]:
    """Return from 0 to 1 how bright each pixel is, half by its light and half by its rank.

    The rank keeps the features of a dark face apart before a bright wall.
    """
    rgb = pixels.rgb
    # Luma of ITU-R BT.601.
    luma = [
        (299 * red + 587 * green + 114 * blue) // 1000
        for red, green, blue in zip(rgb[::3], rgb[1::3], rgb[2::3], strict=True)
    ]
    by_light = _spread({each: float(each) for each in luma})
    ordered = sorted(luma)
    by_rank = _spread({each: bisect(ordered, each) + bisect_left(ordered, each) for each in luma})
    bright = [(by_light[each] + by_rank[each]) / 2 for each in luma]
    rows = [bright[y * pixels.width : (y + 1) * pixels.width] for y in range(pixels.height)]
    return rows[::rows_a_line]


def _spread(values: Mapping[int, float]) -> dict[int, float]:
    """Return the values from 0 for the least to 1 for the greatest."""
    least, greatest = min(values.values()), max(values.values())
    span = (greatest - least) or 1
    return {key: (value - least) / span for key, value in values.items()}


def _levels(rows: list[list[float]], count: int) -> list[list[int]]:
    """Round to so many levels; what rounding takes is given to the neighbours (Floyd-Steinberg)."""
    levels: list[list[int]] = []
    below = [0.0] * (len(rows[0]) + 2)
    for row in rows:
        owed, below = below, [0.0] * len(below)
        line: list[int] = []
        for x, value in enumerate(row):
            wanted = value * (count - 1) + owed[x + 1]
            level = min(max(round(wanted), 0), count - 1)
            rest = (wanted - level) / 16
            owed[x + 2] += rest * 7
            below[x] += rest * 3
            below[x + 1] += rest * 5
            below[x + 2] += rest
            line.append(level)
        levels.append(line)
    return levels


@cache
def _grey(value: int) -> Color:
    return Color.from_rgb(value, value, value)


@cache
def _exactly(colour: Rgb) -> Color:
    return Color.from_rgb(*colour)


@cache
def _in_palette(colour: Rgb) -> Color:
    """Return the nearest of the 240 colours that do not depend on the terminal's settings.

    The cube is coarse where it is dark, the greys are fine but tell no skin from a wall: a colour's
    hue counts for more than its light.
    """
    in_cube = tuple(min(_CUBE, key=lambda step: abs(step - each)) for each in colour)
    mean = sum(colour) // 3
    grey = min(_GREYS, key=lambda step: abs(step - mean))
    if _difference(in_cube, colour) <= _difference((grey, grey, grey), colour):
        return Color.from_rgb(*in_cube)
    # Rich divides the greys evenly over 0 to 255; this is the value it gives back as this grey.
    return _grey(round((_GREYS.index(grey) + 1) * 255 / 25))


def _difference(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    red, green, blue = (a - b for a, b in zip(one, other, strict=True))
    light = (red + green + blue) // 3
    return light * light + 3 * ((red - light) ** 2 + (green - light) ** 2 + (blue - light) ** 2)
