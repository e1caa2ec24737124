"""The computers that also work without the server: invited, enrolled, ended; for administrators."""

from datetime import datetime
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from issuance.identity.cleaning import printable
from issuance.queries import StationEntry, StationsAnswer, StationsQuery
from issuance.stations.stream import EndStation, RenewStationKey, StationBody, StationStatus
from issuance.streams import StreamRef
from screens.carried_work import TAKE_IN, take_work_in
from screens.counter_screen import CounterScreen
from tui.actions import BACK, DO, REFRESH, bindings
from tui.translation import N_
from tui.widgets.confirm import Confirm
from tui.widgets.data_table import PageTable
from tui.widgets.value_list import ValueList

INVITE = DO.named(N_("Invite"), N_("Lets another computer enrol as a station, with a code."))
_COLUMNS: Final = (
    N_("Station"), N_("State"), N_("Last heard of"), N_("Waits there"), N_("Not settled"),
)  # fmt: skip
_STATES: Final = {
    StationStatus.INVITED: N_("invited"),
    StationStatus.ACTIVE: N_("in use"),
    StationStatus.FROZEN: N_("stopped: enrol it anew"),
    StationStatus.ENDED: N_("out of use"),
}
_ERASED: Final = N_("lost, to be erased")
_AGAIN, _RENEW, _END, _LOST = "again", "renew", "end", "lost"


class StationsScreen(CounterScreen[None]):
    """Lists the stations; Enter on one shows what can be done."""

    CSS_PATH = "stations.tcss"
    ACTIONS = (BACK, REFRESH, TAKE_IN, INVITE)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self) -> None:
        super().__init__()
        self._stations: tuple[StationEntry, ...] = ()

    def compose_content(self) -> ComposeResult:
        """Build the table."""
        with Vertical(id="stations"):
            title = N_("Stations that work without the server")
            yield Static(self.translate(title), classes="title", markup=False)
            yield PageTable()
            yield Static(id="about", markup=False)

    def on_mount(self) -> None:
        """Read everything."""
        self.load()

    @work(exclusive=True, group="load", exit_on_error=True, description="read the stations")
    async def load(self) -> None:
        """Read the stations."""
        answer = await self.backend.ask(StationsQuery())
        if not self.is_drawn:
            return
        if isinstance(answer, StationsAnswer):
            self._stations = answer.entries
        elif isinstance(answer, tuple):
            self.tell_findings(answer)
        self.fill()

    def fill(self) -> None:
        """Draw what was read."""
        table = self.query_one(PageTable)
        row = table.cursor_row
        table.show(
            [self.translate(column) for column in _COLUMNS],
            [(str(each.station), self._row(each)) for each in self._stations],
        )
        table.move_cursor(row=row)
        self._draw_marked()

    def _draw_marked(self) -> None:
        row = self.query_one(PageTable).cursor_row
        if not self._stations:
            words = self.translate(N_("No computer is a station yet: F10 makes a code for one."))
        else:
            words = self._about(self._stations[min(row, len(self._stations) - 1)])
        self.query_one("#about", Static).update(printable(words))

    def _about(self, station: StationEntry) -> str:
        """Tell since when a station is enrolled, and since when work waits there."""
        parts: list[str] = []
        if station.enrolled_at is not None:
            enrolled = self._day(station.enrolled_at)
            parts.append(self.translate(N_("Enrolled {time}."), time=enrolled))
        if station.oldest is not None:
            words = N_("{count} wait there, the oldest since {time}, with {size} KB of files.")
            size, time = -(-station.octets // 1024), self._day(station.oldest)
            parts.append(self.translate(words, count=station.waiting, time=time, size=size))
        return " ".join(parts)

    def _row(self, station: StationEntry) -> tuple[str, ...]:
        state = self.translate(_ERASED if station.erase else _STATES[station.status])
        if station.invited_until is not None and station.status is not StationStatus.INVITED:
            state = self.translate(N_("{state}, a code waits"), state=state)
        seen = self._day(station.last_seen) if station.last_seen else "–"
        waiting = str(station.waiting) if station.last_seen else "–"
        return printable(station.name), state, seen, waiting, str(station.unsettled)

    def _day(self, at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo(self.words.zone)):%d.%m.%Y %H:%M}"

    # -- keys ------------------------------------------------------------------------------------

    def action_refresh(self) -> None:
        """Read everything again."""
        self.load()

    @work(exclusive=True, group="command", exit_on_error=True, description="take work in")
    async def action_print(self) -> None:
        """Take in what a station without a connection could not send."""
        await take_work_in(self)
        self.load()

    def action_do(self) -> None:
        """Invite another computer."""
        self.ventanilla.open_screen("station_entry", callback=lambda _: self.load())

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Tell more about the marked station."""
        event.stop()
        if self.is_drawn:
            self._draw_marked()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Show what can be done about a station."""
        station = next(each for each in self._stations if str(each.station) == event.row_key.value)
        if station.status is StationStatus.ENDED and station.erase:
            ended = N_("“{name}” was ended; for the same computer invite a new station.")
            self.tell(self.translate(ended, name=printable(station.name)))
            return
        acts = (
            (_AGAIN, self.translate(N_("Make a new code (the computer begins anew)"))),
            (_RENEW, self.translate(N_("New key: everybody logs in there with a connection once"))),
            (_END, self.translate(N_("End: nothing more is taken from it"))),
            (_LOST, self.translate(N_("Lost: it erases itself when it is heard of"))),
        )
        if station.status is StationStatus.ENDED:
            acts = acts[3:]
        elif station.status is StationStatus.INVITED:
            acts = tuple(each for each in acts if each[0] != _RENEW)
        self.ventanilla.push_screen(
            ValueList(printable(station.name), acts), lambda act: self._act(act, station)
        )

    def _act(self, act: str | None, station: StationEntry) -> None:
        if act == _AGAIN:
            self.ventanilla.open_screen("station_entry", station, callback=lambda _: self.load())
        elif act == _RENEW:
            self.give(RenewStationKey(), station)
        elif act == _END:
            self._confirm_end(station)
        elif act == _LOST:
            self._confirm_lost(station)

    def _confirm_lost(self, station: StationEntry) -> None:
        words = N_(
            "What was recorded there and has not arrived is lost for good. The order waits until"
            " somebody tries to log in there with a connection; it cannot be taken back."
        )
        self.ventanilla.push_screen(
            Confirm(
                self.translate(N_("Was “{name}” lost or stolen?"), name=printable(station.name)),
                self.translate(words),
                self.translate(N_("Yes, have it erased")),
            ),
            lambda agreed: self.give(EndStation(erase=True), station) if agreed else None,
        )

    def _confirm_end(self, station: StationEntry) -> None:
        def answered(agreed: bool | None) -> None:
            if agreed:
                self.give(EndStation(), station)

        self.ventanilla.push_screen(
            Confirm(
                self.translate(N_("End the station “{name}”?"), name=printable(station.name)),
                self.translate(
                    N_("What waits there and was not sent is taken no more, and it opens no more.")
                ),
                self.translate(N_("Yes, end it")),
            ),
            answered,
        )

    @work(exclusive=True, group="command", exit_on_error=True, description="change a station")
    async def give(self, body: StationBody, station: StationEntry) -> None:
        """Change a station, and read everything again."""
        ref = StreamRef(kind="station", id=station.station)
        with self.ventanilla.keys.held():
            receipt = await self.backend.execute(body, ref, station.revision)
        if receipt.applied:
            self.tell(self.translate(N_("Done.")))
        else:
            self.tell_findings(receipt.findings)
        self.load()
