"""A photo in the terminal: half-blocks of our own, painted once, no question to the terminal."""

from dataclasses import dataclass
from typing import Final

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

_RAMP: Final = " .:-=+*#%@"
"""Characters from dark to bright, where colours are too few to show a face."""


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

    def at(self, x: int, y: int) -> tuple[int, int, int]:
        """Return the colour of a pixel."""
        start = (y * self.width + x) * 3
        red, green, blue = self.rgb[start : start + 3]
        return red, green, blue

    def fitted(self, width: int, height: int) -> "Pixels":
        """Return the picture no larger than this, its proportions kept, by nearest pixel."""
        scale = min(width / self.width, height / self.height, 1)
        new_width, new_height = max(1, int(self.width * scale)), max(1, int(self.height * scale))
        rgb = bytearray()
        for y in range(new_height):
            for x in range(new_width):
                rgb += bytes(self.at(x * self.width // new_width, y * self.height // new_height))
        return Pixels(new_width, new_height, bytes(rgb))


def half_blocks(pixels: Pixels) -> list[Strip]:
    """Return lines of `▀`: each cell shows two pixels, one above the other."""
    strips: list[Strip] = []
    for y in range(0, pixels.height, 2):
        below = min(y + 1, pixels.height - 1)
        strips.append(
            Strip(
                Segment(
                    "▀",
                    Style(
                        color=Color.from_rgb(*pixels.at(x, y)),
                        bgcolor=Color.from_rgb(*pixels.at(x, below)),
                    ),
                )
                for x in range(pixels.width)
            ).simplify()
        )
    return strips


def characters(pixels: Pixels, style: Style) -> list[Strip]:
    """Return lines of characters by brightness, one to two pixels (a cell is twice as tall)."""
    strips: list[Strip] = []
    for y in range(0, pixels.height, 2):
        line = ""
        for x in range(pixels.width):
            red, green, blue = pixels.at(x, y)
            brightness = (299 * red + 587 * green + 114 * blue) // 1000
            line += _RAMP[brightness * len(_RAMP) // 256]
        strips.append(Strip([Segment(line, style)]))
    return strips


class Picture(Widget):
    """Shows RGB pixels as large as fit; the caller scales a photo down in a thread before."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- Textual's own name
        super().__init__(id=id)
        self._pixels: Pixels | None = None
        self._strips: list[Strip] = []

    def show(self, width: int, height: int, rgb: bytes) -> None:
        """Show a picture of three bytes a pixel.

        Raises:
            ValueError: when the size does not fit the bytes.
        """
        self._pixels = Pixels(width, height, rgb)
        self._draw()

    def on_resize(self) -> None:
        """Fit the picture to the new size."""
        self._draw()

    def render_line(self, y: int) -> Strip:
        """Return a line drawn before."""
        strip = self._strips[y] if y < len(self._strips) else Strip.blank(0)
        return strip.extend_cell_length(self.size.width, self.rich_style)

    def _draw(self) -> None:
        if self._pixels is None or not self.size.area:
            return
        fitted = self._pixels.fitted(self.size.width, self.size.height * 2)
        many_colours = self.app.console.color_system in {"truecolor", "256"}
        if many_colours and not self.app.no_color:
            self._strips = half_blocks(fitted)
        else:
            self._strips = characters(fitted, self.rich_style)
        self.refresh()
