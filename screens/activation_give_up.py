"""A certificate was issued and its key cannot be opened: revoke it, begin again free of charge."""

from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.widgets import Static

from issuance.cases.commands.activation import GiveUpKey
from screens.activation_page import ActivationPage
from tui.actions import BACK, DO, REFRESH, bindings
from tui.translation import N_
from tui.widgets.choice import Choice
from tui.widgets.confirm import Confirm

_ISSUED: Final = N_("The certificate {serial} was issued, but its key file was not saved.")
_ISSUED_FOR_TOKEN: Final = N_(
    "The certificate {serial} was issued, but was not written into its token to the end."
)
_KEY_HERE: Final = N_(
    "Its key opens only with the password the applicant chose, and only at the computer where it"
    " was made, for one day. Where the password is remembered, F3 leads back to it."
)
_KEY_IN_TOKEN: Final = N_(
    "Its key is in the token that was in the reader then, and nowhere else. Where that token and"
    " its PIN are at hand, F3 leads back to it."
)
_REVOKE: Final = DO.named(N_("Revoke"), N_("Revokes the certificate and begins again."))


class ActivationGiveUpScreen(ActivationPage[bool]):
    """Says what happened and what giving up means; F3 leaves all as it is."""

    ACT = "give_up_key"
    HEADING = N_("Activation: a certificate without its key")
    ACTIONS = (BACK, REFRESH, _REVOKE)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def compose_work(self) -> ComposeResult:
        """Build the explanation."""
        yield Static(id="why", markup=False)

    def show_page(self) -> None:
        """Say what can be done."""
        certificate = self.state.activation.certificate
        if certificate is None:
            return
        in_token = self.words.needs(self.state.product) == "token_module"
        self.query_one("#why", Static).update(
            "\n\n".join(
                (
                    self.translate(
                        _ISSUED_FOR_TOKEN if in_token else _ISSUED, serial=certificate.serial
                    ),
                    self.translate(_KEY_IN_TOKEN if in_token else _KEY_HERE),
                    self.translate(
                        N_(
                            "Otherwise F10 revokes this certificate, with its reason. The applicant"
                            " is told by mail, pays nothing more, and the activation begins again"
                            " with the person at the counter."
                        )
                    ),
                )
            )
        )

    async def action_back(self) -> None:
        """Leave all as it is."""
        self.dismiss(result=False)

    @work(exclusive=True, group="command", description="read the case again")
    async def action_refresh(self) -> None:
        """Read the case again; where the issue was abandoned, nothing is to be revoked."""
        with self.ventanilla.keys.held():
            await self.read_case()
        if self.known is not None and self.state.activation.certificate is None:
            self.dismiss(result=True)

    def action_do(self) -> None:
        """Ask for the reason, then revoke."""
        if self.known is not None:
            self._revoke()

    @work(exclusive=True, group="give up", description="give up a key")
    async def _revoke(self) -> None:
        reasons = self.words.reasons("revoke")
        title = self.translate(N_("Why can the key not be used?"))
        chosen = await self.app.push_screen_wait(
            Choice(title, reasons, reason_needed=self.words.note_required)
        )
        if chosen is None or not await self.app.push_screen_wait(self._question()):
            return
        self.conclude(GiveUpKey(reason=chosen.code, note=chosen.reason), result=True)

    def _question(self) -> Confirm:
        return Confirm(
            self.translate(
                N_("Revoke the certificate of {name}?"), name=self.words.person_name(self.state)
            ),
            self.translate(
                N_("It never becomes valid again. Another one is issued free of charge.")
            ),
            self.translate(N_("Yes, revoke it")),
        )
