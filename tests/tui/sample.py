"""Screens around the shell for tests; `tests.tui.program` runs them on a real terminal."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Input, Static

from issuance.findings import Severity
from issuance.identity.verdict import Certainty, Reading
from tui.actions import BACK, DO, HELP, bindings
from tui.app import VentanillaApp
from tui.application import VentanillaWidget
from tui.crash import CrashLog
from tui.drawing import Pixels
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.header import StationLine
from tui.key_bar import KeyBar
from tui.person_bar import PersonBar, Step, StepMark
from tui.station import Station
from tui.widgets.confirm import Confirm
from tui.widgets.line_input import LineInput
from tui.widgets.message_line import MessageLine
from tui.widgets.picture import Picture
from tui.widgets.secret_field import SecretField

SPECS = (
    FieldSpec("name", "person_name", "Nombre", help="Como en la cédula.", example="ANA"),
    FieldSpec("city", "city", "Ciudad"),
    FieldSpec("note", "free_text", "Nota", required=False),
)


def accept(name: str, text: str) -> Reading:
    """Take any text as it is."""
    return Reading(Certainty.VALID if text else Certainty.INCOMPLETE, text)


class Counter(VentanillaWidget, Screen[None]):
    """A form and what became of it."""

    BINDINGS: ClassVar = bindings(BACK, DO)

    def compose(self) -> ComposeResult:
        """Build the screen."""
        yield StationLine()
        yield PersonBar()
        yield Form(SPECS, accept)
        yield Static("-", id="outcome", markup=False)
        yield MessageLine()
        yield KeyBar(HELP, BACK, DO)

    def on_mount(self) -> None:
        """Show a person."""
        self.query_one(PersonBar).show(
            "ANA [/] [bold]PÉREZ[/bold] \x1b]0;owned\x07",
            "0034",
            "T-1",
            [Step("Solicitud", StepMark.DONE), Step("Foto", StepMark.HERE)],
        )

    def on_form_completed(self, event: Form.Completed) -> None:
        """Show the values on the next screen."""
        self.ventanilla.open_screen("next", "|".join(event.values.values()))

    def action_back(self) -> None:
        """Tell that F3 came."""
        self.query_one("#outcome", Static).update("back")

    def action_do(self) -> None:
        """Ask before doing."""

        def answered(yes: bool | None) -> None:
            self.query_one("#outcome", Static).update(f"answered {yes}")

        self.ventanilla.push_screen(Confirm("¿Cobrar?", "USD 22.77", "Sí"), answered)

    def help_text(self) -> str:
        """Explain."""
        return "ayuda de la pantalla"


class Next(VentanillaWidget, Screen[None]):
    """Shows what the form gave, and a field for type-ahead."""

    BINDINGS: ClassVar = bindings(BACK)

    def __init__(self, values: str) -> None:
        super().__init__()
        self._values = values

    def compose(self) -> ComposeResult:
        """Build the screen."""
        yield Static(self._values, id="values", markup=False)
        yield LineInput(id="after")

    def on_mount(self) -> None:
        """Show the outcome."""
        self.query_one("#values", Static).update(f"values={self._values};")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Show what was typed ahead."""
        self.query_one("#values", Static).update(f"values={self._values}; after={event.value};")

    def action_back(self) -> None:
        """Return."""
        self.dismiss()


class Lock(VentanillaWidget, Screen[None]):
    """Takes a password."""

    def compose(self) -> ComposeResult:
        """Build the screen."""
        yield Static("LOCKED", markup=False)
        yield SecretField(id="password")

    def on_input_submitted(self) -> None:
        """Unlock with the right one."""
        if self.query_one(SecretField).take() == "llave":
            self.ventanilla.unlock()


class Crashing(VentanillaWidget, Screen[None]):
    """Fails with a secret in a local variable and in the message."""

    def compose(self) -> ComposeResult:
        """Build the screen."""
        yield LineInput()

    def on_input_submitted(self) -> None:
        """Fail."""
        one_time_code = "".join(["4711", "0815"])
        raise ValueError(f"the code {one_time_code} is wrong")


class Waiting(VentanillaWidget, Screen[None]):
    """Works for a while after Enter, holding the keys, and opens the next screen."""

    def compose(self) -> ComposeResult:
        """Build the screen."""
        yield LineInput()
        yield MessageLine()

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Begin the work."""
        self.run_worker(self._work(event.value))

    async def _work(self, value: str) -> None:
        with self.ventanilla.keys.held():
            self.query_one(MessageLine).show("working", Severity.INFORMS)
            await asyncio.sleep(0.2)
            self.ventanilla.open_screen("next", value)


class Pictured(VentanillaWidget, Screen[None]):
    """A red picture: Enter shows it in characters or, when asked again, in pixels; F3 leaves."""

    BINDINGS: ClassVar = bindings(BACK)

    def compose(self) -> ComposeResult:
        """Build the screen."""
        yield Picture()
        yield LineInput()

    def on_input_submitted(self) -> None:
        """Show the picture, first in characters."""
        picture = self.query_one(Picture)
        self.ventanilla.own_pixels = not picture.is_empty
        picture.clear()
        picture.show(Pixels(4, 2, b"\xff\0\0" * 8))

    def action_back(self) -> None:
        """Leave the screen."""
        self.ventanilla.switch_screen(Next("left"))


def sample_app(first_screen: str, log: Path, language: str = "es") -> VentanillaApp:
    """Return the app as compose would make it."""
    app = VentanillaApp(
        {
            "counter": lambda: Counter,
            "next": lambda: Next,
            "lock": lambda: Lock,
            "crashing": lambda: Crashing,
            "waiting": lambda: Waiting,
            "pictured": lambda: Pictured,
        },
        CrashLog(log, lambda: datetime(2026, 11, 22, tzinfo=UTC), lambda: "R3F"),
        first_screen=first_screen,
        language=language,
    )
    app.station = Station(
        "ICERT Pichincha", demonstration=True, operator="M. Vera", roles=("operator",)
    )
    return app
