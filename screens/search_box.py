"""The one box of the start screen: typed or scanned text, replaced whole by the next scan."""

import re
from dataclasses import dataclass, field
from typing import Final

from textual.actions import SkipAction
from textual.events import Paste
from textual.message import Message

from screens.card_comparison import is_address
from tui.widgets.line_input import LineInput

_FIRST_LINE: Final = re.compile(
    r"\s*([ACI][A-Z<][A-Z<]{3}[A-Z0-9<]{25}|P[A-Z<][A-Z<]{3}[A-Z<]{39})"
)
"""The first line of a card's or passport's machine-readable zone (ICAO Doc 9303, 4 and 5)."""


def begins_card(text: str) -> bool:
    """Tell whether a text is a machine-readable zone or its first line, or a card's QR code."""
    return is_address(text) or ("<" in text and _FIRST_LINE.match(text.upper()) is not None)


class SearchBox(LineInput):
    """While it is empty, left and right belong to the screen."""

    @dataclass
    class CardPasted(Message):
        """The lines of a card were pasted, of which an Input would keep the first."""

        text: str = field(repr=False)

    def _on_paste(self, event: Paste) -> None:
        if begins_card(event.text):
            event.stop()
            event.prevent_default()
            self.post_message(self.CardPasted(event.text))
        else:
            super()._on_paste(event)

    def action_cursor_left(self, select: bool = False) -> None:
        """Move in the text."""
        self._leave_to_the_screen_if_empty()
        super().action_cursor_left(select)

    def action_cursor_right(self, select: bool = False) -> None:
        """Move in the text."""
        self._leave_to_the_screen_if_empty()
        super().action_cursor_right(select)

    def _leave_to_the_screen_if_empty(self) -> None:
        if not self.value:
            raise SkipAction
