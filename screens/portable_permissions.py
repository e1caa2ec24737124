"""Which applications may sign unattended with a certificate: only its holder decides."""

from typing import ClassVar, Final
from uuid import UUID, uuid5

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from issuance.identity.cleaning import printable
from issuance.signing.commands import SetApplicationPermission
from issuance.signing.queries import PermissionLine, PermissionsAnswer, PermissionsQuery
from issuance.streams import StreamRef
from screens.counter_screen import CounterScreen
from tui.actions import BACK, REFRESH, bindings
from tui.translation import N_
from tui.widgets.confirm import Confirm
from tui.widgets.data_table import PageTable

_COLUMNS: Final = (N_("Application"), N_("Key"), N_("Signs for you"))


class PortablePermissionsScreen(CounterScreen[None]):
    """Lists the applications that ask for the certificate; Enter changes what one may.

    Args:
        certificate: whose key signs.
    """

    CSS_PATH = "portable_lists.tcss"
    ACTIONS = (BACK, REFRESH)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, certificate: UUID) -> None:
        super().__init__()
        self._certificate = certificate
        self._applications: tuple[PermissionLine, ...] = ()

    def compose_content(self) -> ComposeResult:
        """Build the table."""
        with Vertical(id="portable"):
            title = N_("Applications that may sign for you without a code")
            yield Static(self.translate(title), classes="title", markup=False)
            yield PageTable()
            yield Static(id="about", markup=False)

    def on_mount(self) -> None:
        """Read the applications."""
        self.load()

    @work(exclusive=True, group="load", exit_on_error=True, description="read the permissions")
    async def load(self) -> None:
        """Read the applications."""
        await self._read()

    async def _read(self) -> None:
        answer = await self.backend.ask(PermissionsQuery(certificate=self._certificate))
        if not self.is_drawn:
            return
        if isinstance(answer, PermissionsAnswer):
            self._applications = answer.entries
        elif isinstance(answer, tuple):
            self.tell_findings(answer)
        self.fill()

    def fill(self) -> None:
        """Draw what was read."""
        words = {True: self.translate(N_("yes")), False: self.translate(N_("no"))}
        self.query_one(PageTable).show(
            [self.translate(column) for column in _COLUMNS],
            [
                (str(each.application), (each.name, each.key, words[each.enabled]))
                for each in self._applications
            ],
        )
        about = N_("Enter lets the marked application sign for you, or stops it at once.")
        if not self._applications:
            about = N_(
                "No application of the institution is registered for you. Its operator registers "
                "them; here you decide whether they may."
            )
        self.query_one("#about", Static).update(self.translate(about))

    def action_refresh(self) -> None:
        """Read again."""
        self.load()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Ask before an application gets leave; take it away at once."""
        event.stop()
        line = next(
            each for each in self._applications if str(each.application) == event.row_key.value
        )
        if line.enabled:
            self.decide(line, enabled=False)
            return

        def answered(agreed: bool | None) -> None:
            if agreed:
                self.decide(line, enabled=True)

        self.ventanilla.push_screen(
            Confirm(
                self.translate(N_("Let “{name}” sign for you?"), name=printable(line.name)),
                self.translate(
                    N_(
                        "It signs in your name whenever it asks, without a code and without you "
                        "being there, until you stop it here. Every signature stands in the log."
                    )
                ),
                self.translate(N_("Yes, it may sign for me")),
            ),
            answered,
        )

    @work(exclusive=True, group="command", exit_on_error=True, description="decide a permission")
    async def decide(self, line: PermissionLine, *, enabled: bool) -> None:
        """Record what the application may from now on."""
        stream = StreamRef(
            kind="application_permission", id=uuid5(self._certificate, line.application.hex)
        )
        body = SetApplicationPermission(
            certificate=self._certificate, application=line.application, enabled=enabled
        )
        # The next Enter is about what the list says then.
        with self.ventanilla.keys.held():
            receipt = await self.backend.execute(body, stream, line.revision)
            await self._read()
        if receipt.applied:
            done = N_("“{name}” may sign for you now.")
            if not enabled:
                done = N_("“{name}” signs for you no more.")
            self.tell(self.translate(done, name=line.name))
        else:
            self.tell_findings(receipt.findings)
