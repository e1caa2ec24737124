"""Settings of this station on one form: shown as they are kept, and kept anew at once."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from issuance.findings import Finding
from issuance.identity.verdict import Reading
from screens.counter_screen import CounterScreen
from tui.actions import BACK, DO, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_
from tui.widgets.message_line import MessageLine

LONGEST_PATH: Final = 1000


class StationSettingsScreen(CounterScreen[None]):
    """Sets what an administrator may; an empty field means that the station has no such thing.

    A subclass names its `HEADING`, explains itself in `explanation`, lists its fields in `specs`,
    and says in `kept` and `keep` where their values come from and go to.
    """

    HEADING: ClassVar[str]
    CSS_PATH = "station_settings.tcss"
    ACTIONS = (BACK, DO.named(N_("Save"), N_("Keeps the settings.")))
    BINDINGS: ClassVar = bindings(*ACTIONS)

    @abstractmethod
    def specs(self) -> tuple[FieldSpec, ...]:
        """Return the fields."""

    @abstractmethod
    def explanation(self) -> Sequence[Static]:
        """Return what stands below the fields."""

    @abstractmethod
    def read(self, name: str, text: str) -> Reading:
        """Read what is in a field."""

    @abstractmethod
    async def kept(self) -> Mapping[str, str]:
        """Return what is kept, without secrets."""

    @abstractmethod
    async def keep(self, values: Mapping[str, str]) -> tuple[Finding, ...]:
        """Keep the values, or say what is wrong with them."""

    def compose_content(self) -> ComposeResult:
        """Build the fields."""
        with Vertical(id="settings"):
            yield Static(self.translate(self.HEADING), classes="title", markup=False)
            yield Form(self.specs(), self.read)
            yield from self.explanation()

    def on_mount(self) -> None:
        """Begin with the first field, once what is kept was read."""
        self.query_one(Form).focus_field(self.specs()[0].name)
        self.show_kept()

    @work(exclusive=True, group="read", exit_on_error=True, description="read the settings")
    async def show_kept(self) -> None:
        """Show what is kept."""
        with self.ventanilla.keys.held():
            kept = await self.kept()
            if self.is_drawn:
                self.query_one(Form).restore(kept)

    def on_form_completed(self, event: Form.Completed) -> None:
        """Keep them."""
        self.save(event.values)

    @work(exclusive=True, group="save", exit_on_error=True, description="keep the settings")
    async def save(self, values: Mapping[str, str]) -> None:
        """Keep them, or show beside the fields what is wrong."""
        with self.ventanilla.keys.held():
            findings = await self.keep(values)
        if not self.is_drawn:
            return
        self.query_one(Form).show_findings(findings)
        if findings:
            self.query_one("#message", MessageLine).show_findings(findings)
        else:
            self.tell(self.translate(N_("The settings are kept.")))

    def action_do(self) -> None:
        """Keep them."""
        self.query_one(Form).complete()
