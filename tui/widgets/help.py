"""The page behind F1: plain text, paged by key, no network."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from issuance.identity.cleaning import printable
from tui.actions import HELP, bindings
from tui.translation import N_
from tui.widgets.dialog import Dialog


class HelpScreen(Dialog[None]):
    """Shows text; PageUp and PageDown turn, Esc, F1, F3 or Enter close."""

    BINDINGS: ClassVar = [
        *bindings(HELP),
        Binding("enter", "back", show=False),
        Binding("pagedown,space", "turn(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
    ]

    DEFAULT_CSS = """
    HelpScreen VerticalScroll {
        height: auto;
        max-height: 70vh;
        scrollbar-size: 0 0;
    }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose_box(self) -> ComposeResult:
        """Build the page."""
        lines = "\n".join(printable(line) for line in self._text.splitlines())
        with Vertical(classes="box"):
            with VerticalScroll():
                yield Static(lines, markup=False)
            yield Static(
                self.translate(N_("PageDown: more · Esc: close")), markup=False, classes="muted"
            )

    def action_turn(self, pages: int) -> None:
        """Turn a page."""
        self.query_one(VerticalScroll).scroll_relative(
            y=pages * max(1, self.query_one(VerticalScroll).size.height - 1), animate=False
        )

    def action_help(self) -> None:
        """Close: F1 opened it."""
        self.dismiss(None)
