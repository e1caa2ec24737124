"""The office's mail server, changed by an administrator."""

from collections.abc import Mapping
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from issuance.identity.email import read_email
from issuance.identity.kinds import FieldKind
from issuance.identity.verdict import Reading
from issuance.secret import Secret
from screens.counter_screen import CounterScreen
from screens.set_up_pages import field_specs, read_field
from tui.actions import BACK, DO, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_
from tui.widgets.message_line import MessageLine

_HELP_DESK: Final = "help_desk"
SAVE = DO.named(N_("Save"), N_("Keeps the settings."))


class MailServerScreen(CounterScreen[None]):
    """Asks for every figure anew: what is kept, the password among it, is not shown."""

    CSS_PATH = "mail_server.tcss"
    ACTIONS = (BACK, SAVE)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def compose_content(self) -> ComposeResult:
        """Build the fields."""
        with Vertical(id="mail"):
            yield Static(self.translate(N_("Mail server")), classes="title", markup=False)
            yield Form([*field_specs("mail", self.translate, {}), *self._help_desk()], _read)

    def on_mount(self) -> None:
        """Begin with the server."""
        self.query_one(Form).focus_field("host")

    def _help_desk(self) -> list[FieldSpec]:
        """Return whom a platform of institutions tells of their tickets; a counter has no desk."""
        if self.backend.policy.policy.portable is None:
            return []
        label = self.translate(N_("Help desk"))
        example = "mesa@example.com"
        return [FieldSpec(_HELP_DESK, FieldKind.FREE_TEXT, label, example=example, required=False)]

    def on_form_completed(self, event: Form.Completed) -> None:
        """Keep the server."""
        self.save(event.values)

    @work(exclusive=True, group="save", exit_on_error=True, description="keep the mail server")
    async def save(self, values: Mapping[str, str]) -> None:
        """Keep the server, or show beside the fields what is wrong."""
        texts = {name: text for name, text in values.items() if name != "mail_password"}
        with self.ventanilla.keys.held():
            findings = await self.backend.set_mail(texts, Secret(values["mail_password"]))
        self.query_one(Form).show_findings(findings)
        if findings:
            self.query_one("#message", MessageLine).show_findings(findings)
        else:
            self.tell(
                self.translate(N_("The mail server is kept; mail leaves through it from now on."))
            )

    def action_do(self) -> None:
        """Keep the server."""
        self.query_one(Form).complete()


def _read(name: str, text: str) -> Reading:
    if name == _HELP_DESK and text:
        return read_email(text)
    return read_field(name, text, {}, {})
