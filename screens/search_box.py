"""The one box of the start screen: typed or scanned text, replaced whole by the next scan."""

from textual.actions import SkipAction
from textual.widgets.input import Selection

from tui.widgets.line_input import LineInput


class SearchBox(LineInput):
    """While it is empty, left and right belong to the screen."""

    def mark_for_replacement(self) -> None:
        """Let the next key typed begin a new text."""
        self.selection = Selection(0, len(self.value))

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
