"""A photo in the terminal, painted once."""

from typing import TYPE_CHECKING, Any, Final

from textual.strip import Strip
from textual.widget import Widget

from tui.drawing import Colours, Pixels, draw
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


class Picture(Widget):
    """Shows RGB pixels as large as fit, in the middle; the caller brings them near this size."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- Textual's own name
        super().__init__(id=id)
        self._pixels: Pixels | None = None
        self._strips: list[Strip] = []

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
            self.refresh()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is shown."""
        return self._pixels is None

    def on_resize(self) -> None:
        """Fit the picture to the new size."""
        self._draw()

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
