"""How this station reaches applicants' tokens: PKCS#11 module, and the PIN for blank ones."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from backend_client.token_settings import OFFICER_PIN, TOKEN_MODULE, TokenSettings
from issuance.identity.kinds import FieldKind
from issuance.identity.verdict import Reading, valid
from issuance.secret import Secret
from screens.counter_screen import CounterScreen
from tui.actions import BACK, DO, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_
from tui.widgets.message_line import MessageLine

SAVE = DO.named(N_("Save"), N_("Keeps the settings."))
_LONGEST = 1000
_LONGEST_PIN = 64


class TokenSettingsScreen(CounterScreen[None]):
    """Sets both; without a module the products in a token cannot be chosen here."""

    CSS_PATH = "token_settings.tcss"
    ACTIONS = (BACK, SAVE)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def compose_content(self) -> ComposeResult:
        """Build the fields."""
        with Vertical(id="tokens"):
            yield Static(self.translate(N_("Tokens")), classes="title", markup=False)
            yield Form(self._specs(), _read)
            yield Static(
                self.translate(
                    N_(
                        "The module is a library of the token's maker. It is tried now, in a "
                        "program of its own. Leave it empty to write no tokens here. The security "
                        "officer's PIN is needed for tokens that come blank; it is not shown "
                        "again, and an empty field forgets it."
                    )
                ),
                markup=False,
            )

    def on_mount(self) -> None:
        """Begin with the module, once what is kept was read."""
        self.query_one(Form).focus_field(TOKEN_MODULE)
        self.show_kept()

    @work(exclusive=True, group="read", exit_on_error=True, description="read the settings")
    async def show_kept(self) -> None:
        """Show what is kept, but no PIN."""
        with self.ventanilla.keys.held():
            kept = await self.backend.token_settings()
            if self.is_drawn:
                self.query_one(Form).restore({TOKEN_MODULE: kept.module})

    def on_form_completed(self, event: Form.Completed) -> None:
        """Keep them."""
        module, pin = event.values[TOKEN_MODULE], event.values[OFFICER_PIN]
        self.save(TokenSettings(module, Secret(pin)))

    @work(exclusive=True, group="save", exit_on_error=True, description="keep the settings")
    async def save(self, settings: TokenSettings) -> None:
        """Keep them, or show beside the fields what is wrong."""
        with self.ventanilla.keys.held():
            findings = await self.backend.set_token_settings(settings)
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

    def _specs(self) -> tuple[FieldSpec, ...]:
        return (
            FieldSpec(
                TOKEN_MODULE,
                FieldKind.FREE_TEXT,
                self.translate(N_("PKCS#11 module")),
                help=self.translate(N_("The whole path of the library the token's maker gives.")),
                example="/usr/lib/opensc-pkcs11.so",
                required=False,
                maximum_length=_LONGEST,
            ),
            FieldSpec(
                OFFICER_PIN,
                FieldKind.FREE_TEXT,
                self.translate(N_("Officer's PIN")),
                help=self.translate(
                    N_("With it the applicant sets the PIN of a blank or locked token.")
                ),
                required=False,
                maximum_length=_LONGEST_PIN,
                secret=True,
            ),
        )


def _read(name: str, text: str) -> Reading:
    return valid(text if name == OFFICER_PIN else text.strip())
