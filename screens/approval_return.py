"""Which fields the applicant or the operator must mend, and a note that says how."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from issuance.findings import Severity
from issuance.identity.cleaning import printable
from tui.actions import BACK, CANCEL, DO, Action, bindings
from tui.translation import N_
from tui.widgets.dialog import Dialog
from tui.widgets.line_input import LineInput
from tui.widgets.message_line import MessageLine


@dataclass(frozen=True, slots=True)
class Returned:
    """The fields marked, in the form's order, and the note."""

    items: tuple[str, ...]
    note: str


_NOTHING = Returned((), "")


class ReturnDialog(Dialog[Returned]):
    """Space or Enter marks a field; Tab goes to the note; F10 returns the application.

    F12 empties it; again, it brings back what was there, as long as nothing was marked since.

    Args:
        fields: pairs of name and label.
        begun: what was marked and noted before.
        keep: called with what is marked and noted whenever that changes.
    """

    BINDINGS: ClassVar = [
        *bindings(BACK, DO, CANCEL),
        Binding("space", "mark", show=False),
        Binding("tab,shift+tab", "other", show=False, priority=True),
    ]

    DEFAULT_CSS = """
    ReturnDialog OptionList {
        height: auto;
        max-height: 11;
        scrollbar-size: 1 1;
    }
    ReturnDialog #note {
        width: 100%;
    }
    """

    def __init__(
        self,
        fields: Sequence[tuple[str, str]],
        begun: Returned,
        keep: Callable[[Returned], object],
    ) -> None:
        super().__init__()
        self._keep = keep
        self._fields = fields
        self._marked: Collection[str] = begun.items
        self._note = begun.note
        self._discarded = _NOTHING

    def compose_box(self) -> ComposeResult:
        """Build the box."""
        with Vertical(classes="box"):
            yield Static(
                self.translate(N_("What must be corrected?")), markup=False, classes="title"
            )
            yield OptionList(markup=False)
            yield Static(
                self.translate(
                    N_("A wrong identification number is not corrected: cancel, and open anew.")
                ),
                markup=False,
                classes="muted",
            )
            yield Static(
                self.translate(N_("Note for the applicant")), markup=False, classes="muted"
            )
            yield LineInput(self._note, id="note", max_length=500)
            yield Static(
                self.translate(N_("Enter marks · Tab: note")),
                markup=False,
                classes="muted",
            )
            yield MessageLine()

    def shown_actions(self) -> Sequence[Action]:
        """Return what the key bar shows."""
        return (BACK, DO.named(N_("Return")), CANCEL.named(N_("Empty it")))

    def on_mount(self) -> None:
        """Begin in the list."""
        self._draw(0)
        self.query_one(OptionList).focus()

    @property
    def returned(self) -> Returned:
        """What is marked and noted now."""
        items = tuple(name for name, _ in self._fields if name in self._marked)
        return Returned(items, self.query_one("#note", Input).value.strip())

    def _draw(self, highlighted: int) -> None:
        options = self.query_one(OptionList)
        options.set_options(
            Option(f"[{'x' if name in self._marked else ' '}] {printable(label)}", id=name)
            for name, label in self._fields
        )
        options.highlighted = highlighted

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self.action_mark()

    def action_mark(self) -> None:
        """Mark the field, or unmark it."""
        at = self.query_one(OptionList).highlighted
        if at is None:
            return
        name = self._fields[at][0]
        self._marked = {*self._marked} ^ {name}
        self._draw(at)
        self._keep(self.returned)

    def action_other(self) -> None:
        """Go from the list to the note, or back."""
        note = self.query_one("#note", Input)
        (self.query_one(OptionList) if note.has_focus else note).focus()
        self._keep(self.returned)

    @on(Input.Submitted)
    def _noted(self) -> None:
        self.action_do()

    def action_do(self) -> None:
        """Close with what is marked."""
        if self.returned.items:
            self.dismiss(self.returned)
            return
        self.query_one(MessageLine).show(
            self.translate(N_("Nothing is marked. Mark what must be corrected with Enter.")),
            Severity.BLOCKS,
        )

    def action_cancel(self) -> None:
        """Empty it, or bring back what was emptied."""
        now = self.returned
        then, self._discarded = (_NOTHING, now) if now != _NOTHING else (self._discarded, _NOTHING)
        self._marked = then.items
        self.query_one("#note", Input).value = then.note
        self._draw(self.query_one(OptionList).highlighted or 0)
        self._keep(then)
        message = self.query_one(MessageLine)
        message.clear()
        if now != _NOTHING:
            message.show(self.translate(N_("Discarded; F12 brings it back.")))

    def action_back(self) -> None:
        """Leave without a result."""
        self._keep(self.returned)
        self.dismiss(None)
