"""What this station recorded without the server: what waits, what was not applied, and why."""

from collections import defaultdict
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, ProgressBar, Static

from backend_client.unsettled import Unsettled
from issuance.findings import Finding, Severity
from issuance.identity.cleaning import printable
from issuance.sync.push import Outcome
from screens.capture_receipt import show_receipt
from screens.carried_work import EXPORT, export_work
from screens.counter_screen import CounterScreen
from tui.actions import BACK, DO, REFRESH, RETAKE, bindings
from tui.case_words import ACTS, said
from tui.cells import whole_words
from tui.header import link_words
from tui.moments import short
from tui.translation import N_
from tui.widgets.data_table import PageTable

if TYPE_CHECKING:
    from backend_client.backend import Link

RECEIPT = RETAKE.named(N_("Receipt"), N_("Makes the receipt of the marked line's case."))
NOW = DO.named(N_("Exchange now"), N_("Sends what waits and asks what is new, at once."))
_COLUMNS: Final = (N_("Nr."), N_("Act"), N_("Applicant"), N_("State"), N_("Recorded"), N_("By"))
_OUTCOMES: Final = {
    Outcome.PENDING: N_("to be sent"),
    Outcome.WAITING: N_("waits there"),
    Outcome.REJECTED: N_("rejected"),
    Outcome.CONFLICT: N_("changed there"),
    Outcome.PARKED: N_("kept for a person"),
}
_REVOKE: Final = "revoke_certificate"
_WIDE: Final = 200
_NARROW: Final = 100
_ACT, _PERSON = 19, 17
"""Cells of two columns where the terminal is narrower than that."""
_KIB: Final = 1024


class SyncScreen(CounterScreen[None]):
    """Lists what is not applied at the server; Enter on a refused line shows both sides of it."""

    CSS_PATH = "sync.tcss"
    ACTIONS = (BACK, REFRESH, RECEIPT, EXPORT, NOW)
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
            yield Static(id="next", markup=False)
            yield Static(id="files", markup=False)
            yield ProgressBar(id="progress", show_eta=False)
            yield PageTable()
            yield Static(id="about", markup=False)

    def on_mount(self) -> None:
        """Read everything, and again whenever the link tells something else."""
        self.watch(self.ventanilla, "station", self._read_again)
        self.set_interval(1, self._draw_next)

    def on_screen_resume(self) -> None:
        """Read again what may have been mended on another screen."""
        self.load()

    def _read_again(self) -> None:
        self.load()

    @work(exclusive=True, group="load", exit_on_error=True, description="read what waits")
    async def load(self) -> None:
        """Read what is not applied."""
        beside = self.backend.beside_server
        self._unsettled = await beside.unsettled() if beside else ()
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
        self._draw_next()
        self._draw_files(link)
        self._draw_marked()

    def _standing(self, link: "Link") -> str:
        lines = [link_words(link, self.translate, _WIDE), *self._revocations()]
        lines += [*self._kinds(), *self._lease(), *self._computer()]
        if link.trouble is not None:
            trouble = self.finding_text(link.trouble)
            lines.append(self.translate(N_("Last exchange: {trouble}"), trouble=trouble))
        return "\n".join(lines)

    def _kinds(self) -> list[str]:
        """Return how much of each kind waits, and since when the oldest does."""
        waiting: defaultdict[str, list[datetime]] = defaultdict(list)
        for each in self._unsettled:
            if not each.mendable:
                waiting[self._act(each)].append(each.at)
        words = N_("{act}: {count}, since {time}")
        parts = [
            self.translate(words, act=act, count=len(times), time=self._time(min(times)))
            for act, times in waiting.items()
        ]
        return [" · ".join(parts)] if parts else []

    def _revocations(self) -> list[str]:
        """Say which revocations wait: until the server has them the certificates hold."""
        words = N_(
            "To be revoked since {time}: {name}. It holds until then: telephone an approver."
        )
        return [
            self.translate(words, time=self._time(each.at), name=printable(each.person))
            for each in self._unsettled
            if each.kind == _REVOKE and not each.mendable
        ]

    def _lease(self) -> list[str]:
        beside = self.backend.beside_server
        if beside is None:
            return []
        lease = beside.lease
        if isinstance(lease, Finding):
            return [self.finding_text(lease)]
        opened = [
            each for each in self._unsettled if each.kind == "open_case" and not each.mendable
        ]
        if lease.expires_at <= self.backend.now():
            words = N_("Without the server nothing can be recorded here: leave ended {time}.")
        else:
            words = N_("Leave to work without the server until {time}: {cases} of {most} cases.")
        time = self._time(lease.expires_at)
        return [self.translate(words, time=time, cases=len(opened), most=lease.cases)]

    def _computer(self) -> list[str]:
        """Say what is wrong with the disk and the clock of this computer."""
        beside = self.backend.beside_server
        wrong = (beside.disk, beside.clock) if beside else ()
        return [self.finding_text(each) for each in wrong if each]

    def _draw_next(self) -> None:
        """Count the seconds to the next try; nothing is drawn while nothing is wrong."""
        if not self.is_drawn:
            return
        beside, line = self.backend.beside_server, self.query_one("#next", Static)
        left = beside.next_try if beside else None
        line.display = left is not None
        words = N_("Next try in {seconds} s; F10 tries now.") if left else N_("Trying now …")
        words = self.translate(words, seconds=ceil(left or 0))
        if line.display and line.content != words:
            line.update(words)

    def _draw_files(self, link: "Link | None") -> None:
        """Say how much of the files that wait is there; a bar shows it while they are sent."""
        octets = sum(each.octets for each in self._unsettled if not each.mendable)
        sending = link.sending if link and octets else None
        arrived, altogether = sending or (0, octets)
        words = N_("Files: {arrived} of {altogether} KB are there.") if octets else ""
        told = {"arrived": arrived // _KIB, "altogether": -(-altogether // _KIB)}
        self.query_one("#files", Static).update(self.translate(words, **told) if words else "")
        self.query_one("#files").display = bool(octets)
        bar = self.query_one(ProgressBar)
        bar.display = sending is not None
        bar.update(total=altogether or None, progress=arrived)

    def _act(self, each: Unsettled) -> str:
        return said(ACTS, each.kind, self.translate) if each.kind else self.translate(N_("Give up"))

    def _row(self, each: Unsettled) -> tuple[str, ...]:
        state = self.translate(_OUTCOMES.get(each.outcome, each.outcome.value))
        act, person = self._act(each), each.person
        if self.size.width < _NARROW:
            act, person = whole_words(act, _ACT), whole_words(person, _PERSON)
        return str(each.seq), act, person, state, self._time(each.at), each.operator

    def _time(self, at: datetime) -> str:
        return short(at, self.words.zone, self.translate.language)

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
        self.compare(chosen)

    @work(exclusive=True, group="command", exit_on_error=True, description="read both sides")
    async def compare(self, chosen: Unsettled) -> None:
        """Show a line as it is here beside what is there."""
        if (beside := self.backend.beside_server) is not None:
            both = await beside.both_sides(chosen.seq)
            self.ventanilla.open_screen("unsettled", chosen, both, callback=self._mended)

    def _mended(self, told: str | None) -> None:
        if told is not None:
            self.tell(told)
        self.load()

    def action_refresh(self) -> None:
        """Read again."""
        self.load()

    @work(exclusive=True, group="command", exit_on_error=True, description="make a receipt")
    async def action_retake(self) -> None:
        """Show the receipt for the applicant of the marked line."""
        row = self.query_one(PageTable).cursor_row
        if row < len(self._unsettled):
            await show_receipt(self, self._unsettled[row].case)

    @work(exclusive=True, group="export", exit_on_error=True, description="export unsent work")
    async def action_print(self) -> None:
        """Write what waits to a file for somebody to carry to the server."""
        if (beside := self.backend.beside_server) is not None:
            await export_work(self, beside)

    @work(exclusive=True, group="exchange", exit_on_error=True, description="exchange now")
    async def action_do(self) -> None:
        """Exchange at once."""
        if (beside := self.backend.beside_server) is not None:
            await beside.exchange_now()
            self._draw_next()
            self.tell(self.translate(N_("Exchanging …")), Severity.INFORMS)
