"""Pick one of a coded list and say why: return, reject, revoke, override."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from issuance.findings import Severity
from issuance.identity.cleaning import printable
from tui.actions import BACK, Action
from tui.key_bar import KeyBar
from tui.translation import N_
from tui.widgets.dialog import Dialog
from tui.widgets.line_input import LineInput
from tui.widgets.message_line import MessageLine

_DONE: Final = Action("done", "enter", N_("Done"), "")
_TO_THE_NOTE: Final = Action("to_the_note", "enter", N_("To the note"), "")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The code picked and the reason typed."""

    code: str
    reason: str


class Choice(Dialog[Chosen]):
    """Enter picks from the list, then Enter after the reason closes the dialog.

    With `at_once` Enter on the list is enough where no reason is needed; Tab goes to it.

    Args:
        title: what is asked.
        options: pairs of code and label; at least one.
        reason_needed: tells for a code whether an empty reason is refused.
        at_once: whether picking closes the dialog, unless a reason is needed.
        begun: what was picked and typed before.
        keep: called with what is picked and typed whenever that changes.
    """

    def __init__(
        self,
        title: str,
        options: Sequence[tuple[str, str]],
        *,
        reason_needed: Callable[[str], bool] = lambda _code: True,
        at_once: bool = False,
        begun: Chosen | None = None,
        keep: Callable[[Chosen], object] = lambda _chosen: None,
    ) -> None:
        super().__init__()
        self._title = title
        self._options = options
        self._reason_needed = reason_needed
        self._at_once = at_once
        codes = [code for code, _ in options]
        known = begun is not None and begun.code in codes
        self._kept = begun if begun is not None and known else Chosen(codes[0], "")
        self._keep = keep

    def compose_box(self) -> ComposeResult:
        """Build the box."""
        with Vertical(classes="box"):
            yield Static(printable(self._title), markup=False, classes="title")
            yield OptionList(
                *(Option(printable(label), id=code) for code, label in self._options),
                markup=False,
            )
            yield Static(self.translate(N_("Note")), markup=False, classes="muted")
            reason = LineInput(self._kept.reason, id="reason", max_length=500)
            reason.styles.width = "100%"
            yield reason
            yield MessageLine()

    def on_mount(self) -> None:
        """Start on the first choice, or on the one made before."""
        self.query_one(OptionList).highlighted = [code for code, _ in self._options].index(
            self._kept.code
        )

    def shown_actions(self) -> Sequence[Action]:
        """Say what Enter does now: go on to the note, or finish."""
        at_note = not self.is_mounted or isinstance(self.focused, Input)
        done = at_note or (self._at_once and not self._reason_needed(self.chosen.code))
        return (BACK, _DONE if done else _TO_THE_NOTE)

    def on_descendant_focus(self) -> None:
        """Show what Enter does here."""
        self._show_actions()

    def _show_actions(self) -> None:
        for bar in self.query(KeyBar):
            bar.show(*self.shown_actions())

    @property
    def chosen(self) -> Chosen:
        """What is picked and typed now."""
        highlighted = self.query_one(OptionList).highlighted or 0
        return Chosen(self._options[highlighted][0], self.query_one(Input).value.strip())

    def on_option_list_option_highlighted(self) -> None:
        """Keep what is picked."""
        self._keep_changes()
        self._show_actions()

    def on_input_changed(self) -> None:
        """Keep what is typed."""
        self._keep_changes()

    def _keep_changes(self) -> None:
        if self.chosen != self._kept:
            self._kept = self.chosen
            self._keep(self._kept)

    def on_option_list_option_selected(self) -> None:
        """Go on to the reason, or close where that is enough."""
        if self._at_once and not self._reason_needed(self.chosen.code):
            self.dismiss(self.chosen)
        else:
            self.set_focus(self.query_one(Input))

    def on_input_submitted(self) -> None:
        """Close with the choice, unless the reason is missing."""
        if self._reason_needed(self.chosen.code) and not self.chosen.reason:
            self.query_one(MessageLine).show(
                self.translate(N_("A reason is needed: write it, then press Enter.")),
                Severity.BLOCKS,
            )
            return
        self.dismiss(self.chosen)
