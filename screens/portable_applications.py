"""An institution's applications: registered, changed, given another secret, ended."""

from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from issuance.identity.cleaning import printable
from issuance.identity.run import with_check_digit
from issuance.signing.commands import EndApplication, RotateApplicationSecret
from issuance.signing.queries import ApplicationLine, ApplicationsAnswer, ApplicationsQuery
from issuance.streams import StreamRef
from screens.portable_application_entry import PortableApplicationEntryScreen
from screens.portable_institution import institution_for
from screens.portable_secret import PortableSecretScreen
from screens.seated_screen import SeatedScreen
from tui.actions import BACK, DO, REFRESH, Action, bindings
from tui.translation import N_
from tui.widgets.data_table import MOST_ROWS, PageTable

REGISTER: Final = DO.named(N_("Register"), N_("Registers another application."))
REFUSALS: Final = Action(
    "refusals", "f6", N_("Refusals"), N_("Shows the last refused requests and why.")
)
LOG: Final = Action("log", "f9", N_("Log"), N_("Shows what was signed."))

_COLUMNS: Final = (N_("Application"), N_("Key"), N_("Signs for"), N_("State"))
_CHANGE, _ROTATE, _END = "change", "rotate", "end"
_OVERLAPS: Final = (0, 1, 7, 30, 90)
"""Days in which an old secret may go on working."""


class PortableApplicationsScreen(SeatedScreen[None]):
    """Lists the applications; Enter on one shows what can be done.

    Args:
        institution: whose they are; None asks which, where there are several.
    """

    CSS_PATH = "portable_lists.tcss"
    ACTIONS = (BACK, REFRESH, REFUSALS, LOG, REGISTER)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, institution: UUID | None = None) -> None:
        super().__init__()
        self._institution = institution
        self._applications: tuple[ApplicationLine, ...] = ()

    def compose_content(self) -> ComposeResult:
        """Build the table and the line about the marked application."""
        with Vertical(id="portable"):
            title = N_("Applications that ask for signatures")
            yield Static(self.translate(title), classes="title", markup=False)
            yield PageTable()
            yield Static(id="about", markup=False)

    def help_text(self) -> str:
        """Explain what an application is, and what its secret is for."""
        return self.words.text("help/applications")

    def on_screen_resume(self) -> None:
        """Read again after another screen was above this one."""
        self.load()

    @work(exclusive=True, group="load", exit_on_error=True, description="read the applications")
    async def load(self) -> None:
        """Read the applications."""
        self._institution = await institution_for(self, self._institution)
        if self._institution is None:
            return
        query = ApplicationsQuery(institution=self._institution, limit=MOST_ROWS)
        answer = await self.backend.ask(query)
        if not self.is_drawn:
            return
        if isinstance(answer, ApplicationsAnswer):
            self._applications = answer.entries
        self.told(answer)
        self.fill()

    def fill(self) -> None:
        """Draw what was read."""
        self.query_one(PageTable).show(
            [self.translate(column) for column in _COLUMNS],
            [(str(each.application), self._row(each)) for each in self._applications],
        )
        self._draw_marked()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say more about the marked application."""
        event.stop()
        if self.is_drawn:
            self._draw_marked()

    # -- keys ------------------------------------------------------------------------------------

    def action_refresh(self) -> None:
        """Read again."""
        self.load()

    def action_do(self) -> None:
        """Register another application."""
        if self._institution is not None:
            screen = PortableApplicationEntryScreen(self._institution)
            self.ventanilla.push_screen(screen)

    def action_refusals(self) -> None:
        """Show the last refused requests."""
        self.ventanilla.open_screen("portable_refusals", self._institution)

    def action_log(self) -> None:
        """Show what was signed."""
        self.ventanilla.open_screen("portable_log", self._institution)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Offer what can be done about an application."""
        event.stop()
        line = next(
            each for each in self._applications if str(each.application) == event.row_key.value
        )
        if line.ended:
            self.tell(self.translate(N_("It was ended; register another one with F10.")))
        else:
            self.act(line)

    @work(exclusive=True, group="command", exit_on_error=True, description="act on an application")
    async def act(self, line: ApplicationLine) -> None:
        """Let somebody choose what to do, and do it."""
        acts = (
            (_CHANGE, self.translate(N_("Change for whom it signs"))),
            (_ROTATE, self.translate(N_("Make another secret"))),
            (_END, self.translate(N_("End: it signs no more"))),
        )
        act = await self.choose(printable(line.name), acts)
        if act == _CHANGE and self._institution is not None:
            screen = PortableApplicationEntryScreen(self._institution, line)
            self.ventanilla.push_screen(screen)
        elif act == _ROTATE:
            await self._rotate(line)
        elif act == _END:
            await self._end(line)

    async def _rotate(self, line: ApplicationLine) -> None:
        words = self.translate.plural
        overlaps = [
            (str(days), words("{count} day", "{count} days", days))
            if days
            else ("0", self.translate(N_("not at all: it stops now")))
            for days in _OVERLAPS
        ]
        title = self.translate(N_("How long does the old secret go on working?"))
        days = await self.choose(title, overlaps)
        if days is None:
            return
        _, secret = self.backend.portable.new_application()
        body = RotateApplicationSecret(secret=secret, overlap_days=int(days))
        receipt = await self.give(body, _stream(line), line.revision)
        if receipt.applied:
            self.ventanilla.push_screen(PortableSecretScreen(line.name, line.key, secret))
        self.load()

    async def _end(self, line: ApplicationLine) -> None:
        agreed = await self.confirm(
            self.translate(N_("End the application “{name}”?"), name=printable(line.name)),
            self.translate(
                N_("Its requests are refused from now on. An ended application stays ended.")
            ),
            self.translate(N_("Yes, end it")),
        )
        if agreed:
            await self.give(EndApplication(reason=""), _stream(line), line.revision)
            self.load()

    # -- words -----------------------------------------------------------------------------------

    def _row(self, line: ApplicationLine) -> tuple[str, ...]:
        people = len({each.run for each in line.grants})
        signs_for = self.translate.plural("{count} official", "{count} officials", people)
        state = N_("out of use") if line.ended else N_("in use")
        return line.name, line.key, signs_for, self.translate(state)

    def _draw_marked(self) -> None:
        at = self.query_one(PageTable).cursor_row
        words = self.translate(N_("No application yet: F10 registers one."))
        if at < len(self._applications):
            words = self._about(self._applications[at])
        self.query_one("#about", Static).update(printable(words), layout=False)

    def _about(self, line: ApplicationLine) -> str:
        purposes = sorted({self.words.word("purposes", each.purpose) for each in line.grants})
        runs = sorted({with_check_digit(each.run) for each in line.grants})
        parts = [", ".join(purposes), " ".join(runs)]
        parts += [
            self.translate(N_("the secret before works until {moment}"), moment=self._moment(until))
            for until in line.secrets
            if until is not None
        ]
        return " · ".join(each for each in parts if each)

    def _moment(self, at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo(self.words.zone)):%d/%m/%Y %H:%M}"


def _stream(line: ApplicationLine) -> StreamRef:
    return StreamRef(kind="application", id=line.application)
