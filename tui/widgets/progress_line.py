"""How far work is that takes a while: a bar of characters, a count, and what it is at."""

from typing import Final

from textual.widgets import Static

from issuance.identity.cleaning import printable
from tui.cells import fitted

_CELLS: Final = 24


class ProgressLine(Static):
    """One line that is drawn again at every step; it has no clock, so at rest it costs nothing."""

    DEFAULT_CSS = """
    ProgressLine {
        height: 1;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- Textual's own name
        super().__init__(markup=False, id=id)

    def show(self, done: int, count: int, words: str = "") -> None:
        """Show that so many of so many are done, and what comes now."""
        full = _CELLS * done // max(count, 1)
        bar = f"[{'#' * full}{'-' * (_CELLS - full)}] {done}/{count}  "
        room = max(self.size.width - len(bar), 1)
        self.update(bar + fitted(printable(words), room).rstrip(), layout=False)

    def clear(self) -> None:
        """Show nothing."""
        self.update("", layout=False)
