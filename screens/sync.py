"""What this station recorded without the server: what waits, what was not applied, and why."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final
from zoneinfo import ZoneInfo

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from backend_client.unsettled import Unsettled
from issuance.findings import Severity
from issuance.identity.cleaning import printable
from issuance.sync.push import Mending, Outcome
from screens.counter_screen import CounterScreen
from tui.actions import BACK, DO, REFRESH, bindings
from tui.case_words import ACTS, said
from tui.header import link_words
from tui.translation import N_
from tui.widgets.confirm import Confirm
from tui.widgets.data_table import PageTable
from tui.widgets.value_list import ValueList

if TYPE_CHECKING:
    from backend_client.backend import Link

NOW = DO.named(N_("Exchange now"), N_("Sends what waits and asks what is new, at once."))
_COLUMNS: Final = (N_("Nr."), N_("Act"), N_("Applicant"), N_("Recorded"), N_("By"), N_("State"))
_OUTCOMES: Final = {
    Outcome.PENDING: N_("to be sent"),
    Outcome.WAITING: N_("waits there"),
    Outcome.REJECTED: N_("rejected"),
    Outcome.CONFLICT: N_("changed there"),
    Outcome.PARKED: N_("kept for a person"),
}
_AGAIN, _GIVE_UP = "again", "give_up"
_WIDE: Final = 200


class SyncScreen(CounterScreen[None]):
    """Lists what is not applied at the server; Enter on a refused line shows what can be done."""

    CSS_PATH = "sync.tcss"
    ACTIONS = (BACK, REFRESH, NOW)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self) -> None:
        super().__init__()
        self._unsettled: tuple[Unsettled, ...] = ()

    def compose_content(self) -> ComposeResult:
        """Build the table between the link's state and the words about the marked line."""
        with Vertical(id="sync"):
            title = N_("Exchange with the server")
            yield Static(self.translate(title), classes="title", markup=False)
            yield Static(id="standing", markup=False)
            yield PageTable()
            yield Static(id="about", markup=False)

    def on_mount(self) -> None:
        """Read everything, and again whenever the link tells something else."""
        self.watch(self.ventanilla, "station", self._read_again)

    def _read_again(self) -> None:
        self.load()

    @work(exclusive=True, group="load", exit_on_error=True, description="read what waits")
    async def load(self) -> None:
        """Read what is not applied."""
        self._unsettled = await self.backend.unsettled()
        if self.is_drawn:
            self.fill()

    def fill(self) -> None:
        """Draw what was read."""
        table = self.query_one(PageTable)
        row = table.cursor_row
        table.show(
            [self.translate(column) for column in _COLUMNS],
            [(str(each.seq), self._row(each)) for each in self._unsettled],
        )
        table.move_cursor(row=row)
        link = self.backend.link
        self.query_one("#standing", Static).update(self._standing(link) if link else "")
        self._draw_marked()

    def _standing(self, link: "Link") -> str:
        lines = [link_words(link, self.translate, _WIDE)]
        open_still = [each for each in self._unsettled if not each.mendable]
        kinds = Counter(self._act(each) for each in open_still)
        lines += [", ".join(f"{kind}: {count}" for kind, count in kinds.items())] if kinds else []
        if link.trouble is not None:
            trouble = self.finding_text(link.trouble)
            lines.append(self.translate(N_("Last exchange: {trouble}"), trouble=trouble))
        return "\n".join(lines)

    def _act(self, each: Unsettled) -> str:
        return said(ACTS, each.kind, self.translate) if each.kind else self.translate(N_("Give up"))

    def _row(self, each: Unsettled) -> tuple[str, ...]:
        state = self.translate(_OUTCOMES.get(each.outcome, each.outcome.value))
        person, operator = printable(each.person), printable(each.operator)
        return str(each.seq), self._act(each), person, self._time(each.at), operator, state

    def _time(self, at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo(self.words.zone)):%d.%m. %H:%M}"

    def _draw_marked(self) -> None:
        row = self.query_one(PageTable).cursor_row
        if not self._unsettled:
            words = self.translate(N_("Nothing waits: the server has everything."))
        elif row < len(self._unsettled):
            words = "\n".join(map(self.finding_text, self._unsettled[row].findings[:2]))
        else:
            words = ""
        self.query_one("#about", Static).update(words)

    # -- keys ------------------------------------------------------------------------------------

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say why the server did not apply the marked line."""
        event.stop()
        if self.is_drawn:
            self._draw_marked()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Show what can be done about a line."""
        chosen = next(each for each in self._unsettled if str(each.seq) == event.row_key.value)
        if not chosen.mendable:
            self.tell(self.translate(N_("This is on its way; there is nothing to do about it.")))
            return
        acts = (
            (_AGAIN, self.translate(N_("Try again"))),
            (_GIVE_UP, self.translate(N_("Give up: it is not done"))),
        )
        title = f"{self._act(chosen)} · {printable(chosen.person)}"
        self.ventanilla.push_screen(ValueList(title, acts), lambda act: self._do(act, chosen))

    def _do(self, act: str | None, chosen: Unsettled) -> None:
        if act == _AGAIN:
            self.mend(chosen, Mending.RETRY)
        elif act == _GIVE_UP:
            self.ventanilla.push_screen(
                Confirm(
                    self.translate(N_("Give it up?")),
                    self.translate(
                        N_("What was recorded here is not done at the server. It stays in the log.")
                    ),
                    self.translate(N_("Yes, it is not done")),
                ),
                lambda agreed: self.mend(chosen, Mending.CANCEL) if agreed else None,
            )

    @work(exclusive=True, group="command", exit_on_error=True, description="mend a command")
    async def mend(self, chosen: Unsettled, how: Mending) -> None:
        """Try again or give up, and read everything again."""
        receipt = await self.backend.mend(chosen.seq, how)
        if receipt.applied:
            self.tell(self.translate(N_("It is sent with the next exchange.")))
        else:
            self.tell_findings(receipt.findings)
        self.load()

    def action_refresh(self) -> None:
        """Read again."""
        self.load()

    @work(exclusive=True, group="exchange", exit_on_error=True, description="exchange now")
    async def action_do(self) -> None:
        """Exchange at once."""
        await self.backend.exchange_now()
        self.tell(self.translate(N_("Exchanging …")), Severity.INFORMS)
