"""The very first start: a demonstration with one Enter, or the set-up of an office."""

import asyncio
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from backend_client.backend import OfficeSign
from issuance.findings import Finding
from issuance.findings.access import AccessCode
from screens.counter_screen import CounterScreen
from screens.founding_words import FOUNDING_STEPS
from screens.log_in import EXIT
from tui.actions import bindings
from tui.station import Station
from tui.translation import N_
from tui.widgets.message_line import MessageLine
from tui.widgets.spinner import Spinner

_DEMONSTRATION: Final = "demonstration"
_INSTITUTIONS: Final = "institutions"
_SET_UP: Final = "set_up"
_CONNECT: Final = "connect"


class FirstStartScreen(CounterScreen[None]):
    """Offers what this computer can begin with.

    Args:
        finding: why no office was opened; one that cannot be read is never replaced.
    """

    CSS_PATH = "first_start.tcss"
    ACTIONS = (EXIT,)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, finding: Finding | None = None) -> None:
        super().__init__()
        self._finding = finding
        self._typed: dict[str, str] = {}

    def compose_content(self) -> ComposeResult:
        """Build the two offers."""
        with Vertical(id="offers"):
            yield Static("Ventanilla", classes="title", markup=False)
            yield Static(
                self.translate(
                    N_(
                        "The counter of a registration office: from the application to the"
                        " electronic-signature certificate."
                    )
                ),
                classes="muted explanation",
                markup=False,
            )
            yield OptionList(*self._offers(), id="beginnings", markup=False)
            yield Spinner(id="progress")
            yield Static(
                self.translate(
                    N_(
                        "The command “ventanilla doctor” tells what is installed on this computer,"
                        " and what is missing."
                    )
                ),
                classes="muted explanation",
                markup=False,
            )

    def on_mount(self) -> None:
        """Mark the first offer, and say what is wrong with an office that is there."""
        self.ventanilla.station = Station("Ventanilla")
        self.query_one(OptionList).highlighted = 0
        self.fill()

    def fill(self) -> None:
        """Tell the finding."""
        if self._damaged and self._finding is not None:
            self.query_one("#message", MessageLine).show_findings((self._finding,))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Begin with what was chosen."""
        if event.option_id == _SET_UP:
            self.set_up()
        elif event.option_id == _CONNECT:
            self.ventanilla.open_screen(_CONNECT)
        else:
            self.found_demonstration(event.option_id or _DEMONSTRATION)

    def action_cancel(self) -> None:
        """Leave the program."""
        self.ventanilla.close_down()

    def help_text(self) -> str:
        """Explain the two offers."""
        return self.translate(
            N_(
                "The demonstration has invented people, a test certification authority and a"
                " mailbox of its own: nothing in it is real, and it never becomes a real office."
                " A real office is set up once, by its first administrator."
            )
        )

    @work(exclusive=True, group="found", exit_on_error=True, description="found a demonstration")
    async def found_demonstration(self, which: str) -> None:
        """Make a demonstration and go to its log-in."""
        app = self.ventanilla
        if app.offices is None:
            raise RuntimeError("this program was composed without offices")
        with app.keys.held():
            spinner = self.query_one(Spinner)
            spinner.start(self.translate(N_("Loading …")))
            sign = await asyncio.to_thread(self._found, which)
            if isinstance(sign, tuple):
                spinner.stop()
                self.query_one("#message", MessageLine).show_findings(sign)
            else:
                app.offices.chosen = sign
                await app.remember(app.translate.language, app.theme)
                app.start_over("log_in")

    @work(exclusive=True, group="found", exit_on_error=True, description="open the set-up")
    async def set_up(self) -> None:
        """Open the set-up, which imports the engine."""
        app = self.ventanilla
        with app.keys.held():
            await asyncio.to_thread(app.import_screen, "set_up")
            app.open_screen("set_up", self._typed)

    def _found(self, which: str) -> OfficeSign | tuple[Finding, ...]:
        # Imports the engine: half a second, in this thread.
        from backend_client.founding import found_demonstration, found_institutional_demonstration

        if self.ventanilla.offices is None:
            raise RuntimeError("this program was composed without offices")
        found = found_institutional_demonstration if which == _INSTITUTIONS else found_demonstration
        return found(
            self.ventanilla.offices,
            lambda step: self.ventanilla.call_from_thread(self._show_progress, step),
        )

    def _show_progress(self, step: str) -> None:
        self.query_one(Spinner).start(self.translate(FOUNDING_STEPS[step]))

    @property
    def _damaged(self) -> bool:
        return self._finding is not None and self._finding.code != AccessCode.OFFICE_MISSING

    def _offers(self) -> list[Option]:
        offers = [
            Option(
                self.translate(N_("Open the demonstration office (nothing in it is real)")),
                id=_DEMONSTRATION,
            ),
            Option(
                self.translate(
                    N_("Open the demonstration of FirmaGob: institutions and officials")
                ),
                id=_INSTITUTIONS,
            ),
        ]
        if not self._damaged:
            connect = N_("Work in an office that a server has")
            offers.append(Option(self.translate(connect), id=_CONNECT))
            offers.append(Option(self.translate(N_("Set up this office")), id=_SET_UP))
        return offers
