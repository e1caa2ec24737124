"""The activation's fifth page where the key goes into a token: it is made and certified here."""

from typing import ClassVar, Final
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.widgets import Static

from backend_client.backend import Delivered
from issuance.findings import Finding
from issuance.findings.cases import CaseFinding
from issuance.findings.tokens import TokenFinding
from issuance.identity.cleaning import printable
from screens.activation_page import ActivationPage
from screens.activation_save import PasswordNeeded, SavingResult, StateMoved
from screens.token_pin import ChosenToken
from tui.actions import BACK, DO, VALUES, Action, bindings
from tui.translation import N_
from tui.widgets.confirm import Confirm
from tui.widgets.spinner import Spinner
from tui.widgets.value_list import ValueList

_KIND: Final = VALUES.named(N_("Key kind"), N_("Chooses the kind of key; seldom needed."))
_ISSUE: Final = DO.named(N_("Write token"), N_("Issues the certificate and writes it."))

_ABOUT_THE_PIN: Final = frozenset({
    TokenFinding.TOKEN_PIN_EMPTY.value, TokenFinding.TOKEN_PIN_WRONG.value,
    TokenFinding.TOKEN_PIN_LAST_TRY.value, TokenFinding.TOKEN_PIN_LOCKED.value,
    TokenFinding.TOKEN_PIN_EXPIRED.value, TokenFinding.TOKEN_PIN_NOT_SET.value,
    TokenFinding.TOKEN_PIN_CHARACTER.value,
})  # fmt: skip


class ActivationTokenScreen(ActivationPage[SavingResult]):
    """Leads the activation to its end in the token.

    Args:
        case: the case.
        chosen: the applicant's token and PIN, from the page before.
        algorithms: the kinds of key the product allows, the usual one first.
    """

    ACT = "request_certificate"
    HEADING = N_("Activation, 5 of 5: the token")
    ACTIONS = (BACK, _KIND, _ISSUE)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, case: UUID, chosen: ChosenToken, algorithms: tuple[str, ...]) -> None:
        super().__init__(case)
        self._chosen = chosen
        self._algorithms = algorithms
        self._algorithm = algorithms[0]

    def compose_work(self) -> ComposeResult:
        """Build what is known of token and key."""
        yield Static(id="what", markup=False)
        yield Spinner(id="progress")

    def actions_now(self) -> tuple[Action, ...]:
        """Offer another kind of key as long as none was certified."""
        if self.known is None or self._issued or len(self._algorithms) < 2:
            return (BACK, _ISSUE)
        return (BACK, _KIND, _ISSUE)

    def show_page(self) -> None:
        """Say what will be made, and where."""
        if self._issued:
            what = N_("The certificate was issued. It only has to be written into its token.")
        else:
            what = N_("The key is made in the token and never leaves it; the certificate follows.")
        label, serial = printable(self._chosen.token.label), printable(self._chosen.token.serial)
        token = self.translate(N_("Token: {label} (no. {serial})"), label=label, serial=serial)
        leave = self.translate(N_("F10 begins. Leave the token where it is until it is done."))
        kind = "" if self._issued else f"\n{self._algorithm.upper()}"
        self.query_one("#what", Static).update(
            f"{self.translate(what)}\n\n{token}{kind}\n\n{leave}"
        )
        self.show_actions()

    def next_act(self) -> str:
        """Name the act this page leads to now."""
        return "record_delivery" if self._issued else self.ACT

    async def action_back(self) -> None:
        """Return to the PIN."""
        self.dismiss(PasswordNeeded(None))

    def action_values(self) -> None:
        """Choose the kind of key."""
        if self.known is None or self._issued:
            return

        def chosen(algorithm: str | None) -> None:
            if algorithm is not None:
                self._algorithm = algorithm
                self.show_page()

        choices = [(each, each.upper()) for each in self._algorithms]
        title = self.translate(N_("Kind of key"))
        self.ventanilla.push_screen(ValueList(title, choices), chosen)

    def action_do(self) -> None:
        """Issue the certificate, write the token."""
        if self.known is not None:
            self._lead_to_the_end()

    @work(exclusive=True, group="command", description="activate in a token")
    async def _lead_to_the_end(self) -> None:
        """Ask once, since an issued certificate cannot be corrected; then make and write all."""
        if not self._issued and not await self.app.push_screen_wait(self._question()):
            return
        progress = self.query_one(Spinner)
        words = N_("Key, certificate, check: please leave the token where it is.")
        progress.start(self.translate(words))
        with self.ventanilla.keys.held():
            token, pin = self._chosen.token, self._chosen.pin
            outcome = await self.backend.activate_in_token(self.case, token, pin, self._algorithm)
            progress.stop()
            if isinstance(outcome, Delivered):
                await self.forget()
                self.dismiss(outcome)
                return
            await self.read_case()
        self._not_delivered(outcome)

    def _not_delivered(self, findings: tuple[Finding, ...]) -> None:
        """Tell what went wrong where it can be cured."""
        about_pin = [each for each in findings if each.code in _ABOUT_THE_PIN]
        if about_pin:
            self.dismiss(PasswordNeeded(about_pin[0]))
        elif any(each.code == CaseFinding.ACTIVATION_NOT_AUTHORISED for each in findings):
            self.dismiss(StateMoved())
        else:
            self.tell_findings(findings)

    def _question(self) -> Confirm:
        return Confirm(
            self.translate(
                N_("Issue the certificate of {name}, {identification}?"),
                name=printable(self.words.person_name(self.state)),
                identification=printable(self.words.identification(self.state)),
            ),
            self.translate(
                N_("{product}. Once issued it cannot be corrected. It is written into {token}."),
                product=self.words.product_label(self.state.product),
                token=printable(self._chosen.token.label),
            ),
            self.translate(N_("Yes, issue it")),
        )

    @property
    def _issued(self) -> bool:
        return self.state.activation.certificate is not None
