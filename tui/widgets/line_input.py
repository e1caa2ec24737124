"""A one-line field for the counter: no border, no blinking, nothing hostile shown."""

from typing import Any

from textual.events import Paste
from textual.geometry import Region
from textual.widgets import Input
from textual.widgets.input import Selection

from issuance.identity.cleaning import printable
from tui.application import VentanillaWidget


class LineInput(VentanillaWidget, Input):
    """Textual's Input without what costs bytes; unprintable characters show as U+FFFD."""

    DEFAULT_CSS = """
    LineInput, LineInput:focus {
        border: none;
        height: 1;
        padding: 0;
        width: 40;
        max-width: 100%;
        background: $field-background;
        color: $field-foreground;
        background-tint: $field-background 0%;
    }
    LineInput:focus {
        background: $field-focus-background;
        color: $field-focus-foreground;
    }
    LineInput > .input--placeholder {
        color: $text-muted;
    }
    """

    def __init__(self, value: str = "", **options: Any) -> None:
        super().__init__(value, compact=True, select_on_focus=False, **options)
        # A blinking cursor sends 2.6 KB/s for ever.
        self.cursor_blink = False

    def mark_for_replacement(self) -> None:
        """Let the next key typed begin a new text."""
        self.selection = Selection(0, len(self.value))

    def _on_paste(self, event: Paste) -> None:
        """Take several lines as one: Textual keeps the first and drops the rest."""
        event.prevent_default()
        lines = event.text.splitlines()
        if len(lines) > 1 and not self.password:
            event = Paste(" ".join(filter(None, map(str.strip, lines))))
        super()._on_paste(event)

    def on_focus(self) -> None:
        """Show where the cursor is."""
        cursor = self.cursor_screen_offset.x - self.content_region.x + self.scroll_offset.x
        place = Region(cursor, 0, 1, 1)
        self.scroll_to_region(place, animate=False, force=True)

    def on_blur(self) -> None:
        """Show the beginning, by which a value is known."""
        self.scroll_to(x=0, animate=False, force=True)

    def watch_selection(self) -> None:
        """Show the beginning of a value that was put here while one was elsewhere."""
        if not self.has_focus:
            self.on_blur()

    def validate_value(self, value: str) -> str:
        """Show an unprintable character as U+FFFD: ESC and bidi marks reach the terminal else."""
        return value if self.password else printable(value)
