"""A photo in the terminal, painted once."""

import asyncio
import itertools
from typing import TYPE_CHECKING, Any, Final

from textual import work
from textual.strip import Strip
from textual.widget import Widget

from tui.application import VentanillaWidget
from tui.drawing import Colours, Pixels, draw
from tui.graphics import MOST_CELLS, PIXELS_ACROSS, Place, placeholders, removal, transmission
from tui.terminal import draws_ascii_only

if TYPE_CHECKING:
    from textual.app import App

_COLOURS: Final[dict[str | None, Colours]] = {
    "truecolor": 16_777_216,
    "256": 256,
    "standard": 16,
    "windows": 16,
}


def colours_of(app: "App[Any]") -> Colours:
    """Return how many colours the terminal has; none where none are wanted (NO_COLOR)."""
    return 0 if app.no_color else _COLOURS.get(app.console.color_system, 0)


_MOST_PIXELS: Final = 2048
"""The longer side of a picture asked for, in the terminal's own pixels."""


class Picture(VentanillaWidget, Widget):
    """Shows RGB pixels as large as fit, in the middle; the caller brings them near this size."""

    _numbers = itertools.count(1)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- Textual's own name
        super().__init__(id=id)
        self._pixels: Pixels | None = None
        self._strips: list[Strip] = []
        self._sent = 0

    @property
    def in_own_pixels(self) -> bool:
        """Whether the terminal shows pictures in its own pixels; somebody turned that on."""
        return self.ventanilla.own_pixels and colours_of(self.app) == _COLOURS["truecolor"]

    def resolution(self, times: int = 1) -> tuple[int, int]:
        """Return the width and height in pixels that fill this place so many times over."""
        width, height = self.size.width, self.size.height * 2
        fine = 1
        if self.in_own_pixels:
            width, height = min(width, MOST_CELLS), min(height, MOST_CELLS * 2)
            fine = max(1, min(PIXELS_ACROSS, _MOST_PIXELS // (max(width, height) * times)))
        return width * fine * times, height * fine * times

    def show(self, pixels: Pixels) -> None:
        """Show a picture; the same one again costs nothing."""
        if pixels != self._pixels:
            self._pixels = pixels
            self._draw()

    def clear(self) -> None:
        """Show nothing."""
        if self._pixels is not None:
            self._pixels = None
            self._strips = []
            self._forget()
            self.refresh()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is shown."""
        return self._pixels is None

    def on_resize(self) -> None:
        """Fit the picture to the new size."""
        self._draw()

    def on_unmount(self) -> None:
        """Leave no picture of a person behind in the terminal."""
        self._forget()

    def render_line(self, y: int) -> Strip:
        """Return a line drawn before."""
        strip = self._strips[y] if y < len(self._strips) else Strip.blank(0)
        left = (self.size.width - strip.cell_length) // 2
        return Strip.join([Strip.blank(left, self.rich_style), strip]).extend_cell_length(
            self.size.width, self.rich_style
        )

    def _draw(self) -> None:
        if self._pixels is None or not self.size.area:
            return
        if self.in_own_pixels:
            self._send(self._pixels)
            return
        self._strips = [
            strip.apply_style(self.rich_style)
            for strip in draw(
                self._pixels.fitted(self.size.width, self.size.height * 2),
                colours_of(self.app),
                ascii_only=draws_ascii_only(),
                dark=self.app.current_theme.dark,
            )
        ]
        self.refresh()

    @work(exclusive=True, group="send", description="send a picture to the terminal")
    async def _send(self, pixels: Pixels) -> None:
        """Give the terminal the picture, then the cells that stand for it."""
        number = next(self._numbers)
        place = Place(self.size.width, self.size.height).within(pixels)
        data = await asyncio.to_thread(transmission, number, pixels, place)
        if pixels is not self._pixels or not self.is_attached:
            return
        self._forget()
        self.ventanilla.write_to_terminal(data)
        self._sent = number
        self._strips = placeholders(number, place)
        self.refresh()

    def _forget(self) -> None:
        if self._sent:
            self.ventanilla.write_to_terminal(removal(self._sent))
            self._sent = 0
