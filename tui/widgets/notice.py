"""What an act that is recorded leaves open, shown until it was read."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from issuance.identity.cleaning import printable
from tui.translation import N_
from tui.widgets.dialog import UnhurriedDialog


class Notice(UnhurriedDialog[None]):
    """Says one thing and waits for Enter; keys typed ahead do not close it.

    Args:
        title: what was done.
        text: what is still open, and who can do it.
    """

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose_box(self) -> ComposeResult:
        """Build the box."""
        with Vertical(classes="box"):
            yield Static(printable(self._title), markup=False, classes="title")
            yield Static(printable(self._text), markup=False, classes="consequence")
            yield OptionList(Option(self.translate(N_("I have read it"))), markup=False)

    def on_mount(self) -> None:
        """Choose the only answer."""
        self.query_one(OptionList).highlighted = 0

    def on_option_list_option_selected(self) -> None:
        """Leave."""
        self.dismiss(None)
