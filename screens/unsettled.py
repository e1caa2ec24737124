"""One thing recorded here that the server did not apply: both sides, and what can be done."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from backend_client.compared import Compared, compared
from backend_client.station import DraftHeldBy
from backend_client.unsettled import Unsettled
from issuance.findings import Finding, Severity
from issuance.identity.cleaning import printable
from issuance.sync import sides
from issuance.sync.push import Mending
from issuance.sync.sides import BothSides, Side, has_values
from screens.counter_screen import CounterScreen
from screens.taking_up import taken_up
from tui.actions import BACK, CANCEL, DO, RETAKE, Action, bindings
from tui.case_words import ACTS, said
from tui.cells import whole_words
from tui.moments import full
from tui.translation import N_
from tui.widgets.confirm import Confirm
from tui.widgets.data_table import PageTable

if TYPE_CHECKING:
    from backend_client.beside_server import BesideServer

AGAIN = RETAKE.named(N_("Send again"), N_("Sends it once more as it stands here."))
CORRECT = DO.named(N_("Correct"), N_("Opens the form filled with what was typed."))
GIVE_UP = CANCEL.named(N_("Give up"), N_("It is not done at the server; it stays in the log."))
_BESIDE_FIELDS: Final = {
    sides.PROVINCE: N_("Province of the account"),
    sides.AMOUNT: N_("Amount"),
    sides.FILE_OCTETS: N_("File"),
    sides.DOCUMENT_DATE: N_("Date of the document"),
    sides.ANSWERS: N_("Questions answered"),
    sides.EXEMPTION: N_("Exemption"),
    sides.SAME_AS_APPLICANT: N_("As in the application"),
}


_LABEL: Final = 26
_BESIDE_VALUES: Final = _LABEL + 6
"""Cells of the first column and of what surrounds the columns."""


class UnsettledScreen(CounterScreen[str]):
    """Shows what is here beside what is there; nothing is done before somebody chooses.

    Its result is what was done, in words.

    Args:
        unsettled: what the server did not apply.
        both: the same as it is here, beside what is there.
    """

    CSS_PATH = "unsettled.tcss"
    ACTIONS = (BACK, AGAIN, CORRECT, GIVE_UP)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, unsettled: Unsettled, both: BothSides) -> None:
        super().__init__()
        self._unsettled = unsettled
        self._both = both

    def compose_content(self) -> ComposeResult:
        """Build the reason, the two sides' heads, and their values."""
        with Vertical(id="unsettled"):
            yield Static(id="title", classes="title", markup=False)
            yield Static(id="why", markup=False)
            yield Static(id="here", markup=False)
            yield Static(id="there", markup=False)
            yield PageTable()
            yield Static(id="whole", markup=False)

    def on_resize(self) -> None:
        """Fit both sides into the width."""
        if self.is_drawn:
            self.fill()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Show the marked value whole: a column may have cut it."""
        event.stop()
        if self.is_drawn:
            self._draw_whole(self._rows(self._both))

    def on_mount(self) -> None:
        """Read who works here, then draw both sides."""
        self.load()

    @work(exclusive=True, group="load", exit_on_error=True, description="read the names")
    async def load(self) -> None:
        """Read who works here, then draw both sides."""
        await self.read_names()
        if self.is_drawn:
            self.fill()

    def fill(self) -> None:
        """Draw what was read."""
        unsettled, both = self._unsettled, self._both
        act = said(ACTS, unsettled.kind, self.translate) if unsettled.kind else ""
        title = " · ".join(filter(None, (act, unsettled.person)))
        self.query_one("#title", Static).update(printable(title))
        why = "\n".join(map(self.finding_text, unsettled.findings[:2]))
        self.query_one("#why", Static).update(printable(why))
        here = self.translate(N_("Here: {who}, {time}"), **self._recorded(both.here))
        self.query_one("#here", Static).update(printable(here))
        self.query_one("#there", Static).update(printable(self._there_words(both)))
        self._draw_rows(self._rows(both), two=both.there is not None)
        self.show_actions()

    def _draw_rows(self, found: tuple[Compared, ...], *, two: bool) -> None:
        titles = [N_("Value"), N_("Here")] + ([N_("At the server")] if two else [])
        room = (self.size.width - _BESIDE_VALUES) // 2 - 2 if two else self.size.width
        cells: list[tuple[str, tuple[str, ...]]] = []
        for at, row in enumerate(found):
            sides_shown = (row.here, row.there) if two else (row.here,)
            values = (whole_words(each, room) for each in sides_shown)
            cells.append((str(at), (whole_words(self._label(row), _LABEL), *values)))
        self.query_one(PageTable).show([self.translate(title) for title in titles], cells)
        self._draw_whole(found)

    def _draw_whole(self, found: tuple[Compared, ...]) -> None:
        marked = found[min(self.query_one(PageTable).cursor_row, len(found) - 1)] if found else None
        words = ""
        if marked is not None and marked.differs:
            words = self.translate(
                N_("Here: {here} · At the server: {there}"), here=marked.here, there=marked.there
            )
        self.query_one("#whole", Static).update(printable(words))

    def _rows(self, both: BothSides) -> tuple[Compared, ...]:
        return compared(both, self.backend.policy.policy, self.words)

    def _label(self, row: Compared) -> str:
        """Return the value's name after a sign: ≠ differs, ! differs and says whose case it is."""
        label = row.label or self.translate(_BESIDE_FIELDS[row.name])
        if not row.differs:
            return f"  {label}"
        return f"! {label}" if row.says_who else f"≠ {label}"

    def _there_words(self, both: BothSides) -> str:
        if both.there is None:
            return self.translate(N_("At the server there is nothing in its place."))
        recorded = self._recorded(both.there)
        words = N_("At the server: {who}, {time}, case {number}")
        return self.translate(words, number=both.number, **recorded)

    def _recorded(self, side: Side) -> dict[str, str]:
        return {"who": self.name_of(side.operator), "time": self._time(side.at)}

    def _time(self, at: datetime) -> str:
        return full(at, self.words.zone, self.translate.language)

    def actions_now(self) -> Sequence[Action]:
        """Offer to send or correct only what says something."""
        says = self._unsettled.kind and has_values(self._both.command.body)
        return self.ACTIONS if says else (BACK, GIVE_UP)

    # -- keys ------------------------------------------------------------------------------------

    def action_retake(self) -> None:
        """Send it again; what would be replaced there is said before."""
        if not self._unsettled.kind:
            return
        replaced = [self._label(row)[2:] for row in self._rows(self._both) if row.differs]
        if not replaced:
            self.mend(Mending.RETRY)
            return
        question = self.translate(N_("Send it again as it stands here?"))
        words = N_("What the server has would be replaced, if it lets that be: {values}.")
        consequence = self.translate(words, values=", ".join(replaced))
        yes = self.translate(N_("Yes, send it again"))
        self._ask(question, consequence, yes, Mending.RETRY)

    def action_cancel(self) -> None:
        """Give it up, once that is agreed to."""
        question = self.translate(N_("Give it up?"))
        words = N_("What was recorded here is not done at the server. It stays in the log.")
        yes = self.translate(N_("Yes, it is not done"))
        self._ask(question, self.translate(words), yes, Mending.CANCEL)

    def action_do(self) -> None:
        """Open the form filled with what was typed."""
        if self._unsettled.kind:
            self.correct(self._both)

    def _ask(self, question: str, consequence: str, yes: str, how: Mending) -> None:
        self.ventanilla.push_screen(
            Confirm(question, consequence, yes),
            lambda agreed: self.mend(how) if agreed else None,
        )

    @work(exclusive=True, group="command", exit_on_error=True, description="open the form")
    async def correct(self, both: BothSides) -> None:
        """Put what was typed into its form and show that in place of this screen."""
        station, operator = self.backend.station, self.backend.session.operator
        opened = await taken_up(both.command, station, operator)
        if isinstance(opened, Finding):
            self.tell_findings((opened,))
        elif isinstance(opened, DraftHeldBy):
            words = N_("{operator} is working on this since {time}.")
            who, time = self.name_of(opened.operator), self._time(opened.since)
            self.tell(self.translate(words, operator=who, time=time), Severity.WARNS)
        else:
            screen, arguments = opened
            # Not awaited: the removal would cancel the worker that awaits it.
            self.ventanilla.switch_screen(self.ventanilla.make_screen(screen, *arguments))

    @work(exclusive=True, group="command", exit_on_error=True, description="mend a command")
    async def mend(self, how: Mending) -> None:
        """Send again or give up, and return."""
        with self.ventanilla.keys.held():
            receipt = await self._beside.mend(self._unsettled.seq, how)
            if receipt.applied:
                self.dismiss(self.translate(N_("It is sent with the next exchange.")))
            else:
                self.tell_findings(receipt.findings)

    @property
    def _beside(self) -> "BesideServer":
        beside = self.backend.beside_server
        if beside is None:
            raise RuntimeError("nothing waits where the engine is here")
        return beside
