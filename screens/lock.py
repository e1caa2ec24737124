"""Covers the work until whoever is logged in types the password again."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from issuance.findings import Severity
from issuance.findings.access import AccessCode
from screens.counter_screen import CounterScreen
from screens.log_in import IDLE_SECONDS, log_out
from tui.actions import CANCEL, bindings
from tui.translation import N_
from tui.widgets.message_line import MessageLine
from tui.widgets.secret_field import SecretField

LOG_OUT = CANCEL.named(N_("Log out"), N_("Ends the session; drafts are kept."))


class LockScreen(CounterScreen[None]):
    """Takes the password of whoever is logged in, and shows nothing of the work."""

    CSS_PATH = "lock.tcss"
    ACTIONS = (LOG_OUT,)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def compose_content(self) -> ComposeResult:
        """Build the box for the password."""
        with Vertical(id="lock"):
            yield Static(self.translate(N_("Locked")), classes="title", markup=False)
            yield Static(
                self.translate(
                    N_(
                        "Nobody typed for a while. The work is as you left it. {name}, please type"
                        " your password and press Enter."
                    ),
                    name=self.backend.session.name,
                ),
                id="explanation",
                markup=False,
            )
            yield SecretField(id="password", max_length=256)
            if self.ventanilla.station.demonstration:
                words = N_("In the demonstration F7 and a number goes on without the password.")
                yield Static(self.translate(words), id="without", markup=False, classes="muted")

    def on_mount(self) -> None:
        """Take the keys."""
        self.query_one(SecretField).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Try the password."""
        event.stop()
        self.unlock(self.query_one(SecretField).take())

    @work(exclusive=True, group="unlock", exit_on_error=True, description="check the password")
    async def unlock(self, password: str) -> None:
        """Uncover the work when the password is right."""
        from issuance.secret import Secret

        app = self.ventanilla
        with app.keys.held():
            findings = await self.backend.unlock(Secret(password))
            if any(each.code == AccessCode.LOG_IN_REFUSED for each in findings):
                self.tell(
                    self.translate(N_("This is not your password. Please type it again.")),
                    Severity.BLOCKS,
                )
                return
            if findings:
                self.query_one("#message", MessageLine).show_findings(findings)
                return
            app.unlock()
            app.idle_lock.start(IDLE_SECONDS)

    def action_cancel(self) -> None:
        """Log out."""
        log_out(self.ventanilla)
