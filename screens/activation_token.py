"""The activation's fifth page where the key goes into a token: it is made and certified here."""

from typing import ClassVar, Final
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.widgets import Static

from issuance.findings.cases import CaseFinding
from issuance.findings.tokens import TokenFinding
from issuance.identity.cleaning import printable
from screens.activation_issuing import ActivationIssuing
from screens.token_pin import ChosenToken
from tui.actions import BACK, DO, VALUES, Action, bindings
from tui.translation import N_
from tui.widgets.spinner import Spinner
from tui.widgets.value_list import ValueList

_KIND: Final = VALUES.named(N_("Key kind"), N_("Chooses the kind of key; seldom needed."))
_ISSUE: Final = DO.named(N_("Write token"), N_("Issues the certificate and writes it."))


class ActivationTokenScreen(ActivationIssuing):
    """Leads the activation to its end in the token.

    Args:
        case: the case.
        chosen: the applicant's token and PIN, from the page before.
        algorithms: the kinds of key the product allows, the usual one first.
    """

    HEADING = N_("Activation, 5 of 5: the token")
    ACTIONS = (BACK, _KIND, _ISSUE)
    BINDINGS: ClassVar = bindings(*ACTIONS)
    ABOUT_THE_SECRET = frozenset({
        TokenFinding.TOKEN_PIN_EMPTY, TokenFinding.TOKEN_PIN_WRONG,
        TokenFinding.TOKEN_PIN_LAST_TRY, TokenFinding.TOKEN_PIN_LOCKED,
        TokenFinding.TOKEN_PIN_EXPIRED, TokenFinding.TOKEN_PIN_NOT_SET,
        TokenFinding.TOKEN_PIN_CHARACTER,
    })  # fmt: skip
    READ_ANEW = frozenset({CaseFinding.ACTIVATION_NOT_AUTHORISED})

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
        if self.known is None or self.issued or len(self._algorithms) < 2:
            return (BACK, _ISSUE)
        return (BACK, _KIND, _ISSUE)

    def show_page(self) -> None:
        """Say what will be made, and where."""
        if self.issued:
            what = N_("The certificate was issued. It only has to be written into its token.")
        else:
            what = N_("The key is made in the token and never leaves it; the certificate follows.")
        label, serial = printable(self._chosen.token.label), printable(self._chosen.token.serial)
        token = self.translate(N_("Token: {label} (no. {serial})"), label=label, serial=serial)
        leave = self.translate(N_("F10 begins. Leave the token where it is until it is done."))
        kind = "" if self.issued else f"\n{self._algorithm.upper()}"
        self.query_one("#what", Static).update(
            f"{self.translate(what)}\n\n{token}{kind}\n\n{leave}"
        )
        self.show_actions()

    def action_values(self) -> None:
        """Choose the kind of key."""
        if self.known is None or self.issued:
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
        """Ask once, then make and write all."""
        chosen = self._chosen
        what = self.translate(
            N_("{product}. Once issued it cannot be corrected. It is written into {token}."),
            product=self.words.product_label(self.state.product),
            token=printable(chosen.token.label),
        )
        if await self.confirmed(what):
            await self.hand_over(
                N_("Key, certificate, check: please leave the token where it is."),
                self.backend.activate_in_token(
                    self.case, chosen.token, chosen.pin, self._algorithm
                ),
            )
