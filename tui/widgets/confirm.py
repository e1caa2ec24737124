"""The question before what cannot be undone."""

from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from issuance.identity.cleaning import printable
from tui.translation import N_
from tui.widgets.dialog import UnhurriedDialog

_YES: Final = "yes"


class Confirm(UnhurriedDialog[bool]):
    """Asks yes or no, with the consequence in words; No is chosen already.

    A scanner's Enter or type-ahead must not approve: keys typed before the question stood for half
    a second are dropped. The result is True, False, or None when left with Esc.

    Args:
        question: what is about to happen.
        consequence: what it means, with amounts.
        yes: the words of the affirmative choice, such as "Yes, charge USD 22.77".
    """

    def __init__(self, question: str, consequence: str, yes: str) -> None:
        super().__init__()
        self._question = question
        self._consequence = consequence
        self._yes = yes

    def compose_box(self) -> ComposeResult:
        """Build the box."""
        with Vertical(classes="box"):
            yield Static(printable(self._question), markup=False, classes="title")
            yield Static(printable(self._consequence), markup=False, classes="consequence")
            yield OptionList(
                Option(self.translate(N_("No"))),
                Option(printable(self._yes), id=_YES),
                markup=False,
            )

    def on_mount(self) -> None:
        """Choose No."""
        self.query_one(OptionList).highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer."""
        self.dismiss(event.option_id == _YES)
