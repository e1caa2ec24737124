"""An application's secret, shown once, on a page of its own."""

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from issuance.identity.cleaning import printable
from issuance.secret import Secret
from screens.counter_screen import CounterScreen
from tui.actions import BACK, DO, bindings
from tui.translation import N_
from tui.widgets.confirm import Confirm

NOTED: Final = DO.named(N_("Noted"), N_("Leaves this page; the secret is not shown again."))


class PortableSecretScreen(CounterScreen[None]):
    """Shows key and secret until somebody says that they are noted.

    Args:
        name: of the application.
        key: its `api_token_key`.
        secret: shown now and never again.
    """

    CSS_PATH = "portable_form.tcss"
    ACTIONS = (NOTED,)
    BINDINGS: ClassVar = bindings(BACK, *ACTIONS)

    def __init__(self, name: str, key: str, secret: Secret) -> None:
        super().__init__()
        self._application = name
        self._key = key
        self._secret = secret

    def compose_content(self) -> ComposeResult:
        """Build the page."""
        title = self.translate(N_("Application “{name}”"), name=printable(self._application))
        words = N_(
            "Hand both to whoever runs the application, by a safe way. The secret signs every "
            "token; it is shown this once, and nobody can look it up later. If it gets lost or "
            "known, make another one."
        )
        with Vertical(id="entry"):
            yield Static(title, classes="title", markup=False)
            yield Static("api_token_key", classes="muted", markup=False)
            yield Static(printable(self._key), classes="shown", markup=False)
            yield Static(self.translate(N_("Secret")), classes="muted", markup=False)
            yield Static(self._secret.reveal(), classes="shown", id="secret", markup=False)
            yield Static(self.translate(words), classes="meaning", markup=False)

    def action_back(self) -> None:
        """Ask whether it is noted: Esc is typed too easily for what is shown once."""
        self.action_do()

    def action_do(self) -> None:
        """Leave, once it is noted."""

        def answered(agreed: bool | None) -> None:
            if agreed:
                self.dismiss()

        self.ventanilla.push_screen(
            Confirm(
                self.translate(N_("Is the secret noted?")),
                self.translate(N_("It is not shown again.")),
                self.translate(N_("Yes, it is noted")),
            ),
            answered,
        )
