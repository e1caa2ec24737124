"""Invites a computer to be a station: its name, and the code it enrols with, shown once."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from issuance.identity.cleaning import printable
from issuance.identity.texts import read_text
from issuance.identity.verdict import Reading
from issuance.queries import StationEntry
from issuance.secret import Secret
from issuance.stations.stream import INVITATION_HOURS, LONGEST_NAME, InviteStation
from issuance.streams import StreamRef
from screens.counter_screen import CounterScreen
from tui.actions import BACK, DO, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_
from tui.widgets.dialog import UnhurriedDialog

MAKE = DO.named(N_("Make the code"), N_("Makes the code the computer enrols with."))


class StationEntryScreen(CounterScreen[None]):
    """Asks for the station's name.

    Args:
        station: the one that is to enrol anew; without it another one is invited.
    """

    CSS_PATH = "station_entry.tcss"
    ACTIONS = (BACK, MAKE)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, station: StationEntry | None = None) -> None:
        super().__init__()
        self._station = station

    def compose_content(self) -> ComposeResult:
        """Build the field."""
        name = FieldSpec(
            "name",
            "free_text",
            self.translate(N_("Name of the station")),
            example=self.translate(N_("Counter 2")),
            maximum_length=LONGEST_NAME,
            initial=self._station.name if self._station else "",
        )
        with Vertical(id="entry"):
            yield Static(self.translate(N_("Invite a station")), classes="title", markup=False)
            yield Form([name], _read)

    def on_mount(self) -> None:
        """Begin with the name."""
        self.query_one(Form).focus_field("name")

    def on_form_completed(self, event: Form.Completed) -> None:
        """Make the code."""
        self.invite(event.values["name"])

    def action_do(self) -> None:
        """Make the code."""
        self.query_one(Form).complete()

    @work(exclusive=True, group="command", exit_on_error=True, description="invite a station")
    async def invite(self, name: str) -> None:
        """Invite the computer and show the code, once."""
        known = self._station
        ref = (
            StreamRef(kind="station", id=known.station)
            if known
            else self.backend.new_stream("station")
        )
        # Left before it is shown, the code would be nobody's.
        with self.ventanilla.keys.held():
            code = await self.backend.station_code()
            body = InviteStation(name=name, code=code)
            receipt = await self.backend.execute(body, ref, known.revision if known else 0)
            if receipt.applied:
                self.ventanilla.push_screen(StationCodeShown(name, code), lambda _: self.dismiss())
                return
        self.query_one(Form).show_findings(receipt.findings)
        self.tell_findings(receipt.findings)


class StationCodeShown(UnhurriedDialog[None]):
    """The code a computer enrols with, shown this once."""

    BINDINGS: ClassVar = [Binding("enter", "back", show=False)]

    def __init__(self, name: str, code: Secret) -> None:
        super().__init__()
        self._station_name = name
        self._code = code

    def compose_box(self) -> ComposeResult:
        """Build the box."""
        with Vertical(classes="box"):
            title = self.translate(
                N_("Code of the station “{name}”"), name=printable(self._station_name)
            )
            yield Static(title, classes="title", markup=False)
            yield Static(
                self._code.reveal(), id="station-code", classes="consequence", markup=False
            )
            words = N_(
                "It is shown this once and holds for {hours} hours. On the other computer run"
                " “ventanilla enrol” with the server's address and type the code there; spaces"
                " do not count. Enter closes."
            )
            yield Static(self.translate(words, hours=INVITATION_HOURS), markup=False)


def _read(name: str, text: str) -> Reading:
    del name
    return read_text(text)
