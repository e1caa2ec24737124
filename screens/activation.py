"""The last step: from the person at the counter to a key file in the applicant's hands.

Every page is a screen of its own. Which one comes is derived from the case, so that a stop, a crash
or another operator goes on at the right place; only the password lives in memory, and only here.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from textual import work
from textual.screen import Screen

from backend_client.backend import Delivered
from issuance.cases.state import CaseStatus
from issuance.findings import Finding
from screens.activation_code import ActivationCodeScreen
from screens.activation_data import ActivationDataScreen
from screens.activation_done import ActivationDoneScreen
from screens.activation_give_up import ActivationGiveUpScreen
from screens.activation_issuing import PasswordNeeded, SavingResult
from screens.activation_person import ActivationPersonScreen
from screens.activation_save import ActivationSaveScreen
from screens.activation_token import ActivationTokenScreen
from screens.case_screen import CaseScreen
from screens.password import ChosenPassword, PasswordForgotten, PasswordScreen
from screens.token_pin import ChosenToken, TokenGone, TokenPinScreen

_Result = TypeVar("_Result")


class ActivationScreen(CaseScreen[None]):
    """Opens the page the case stands at, one after the other, until one is left by F3."""

    STEP = "activation"

    def __init__(self, case: UUID) -> None:
        super().__init__(case)
        self._page_open = False
        self._result_missed = False
        self._key_waits = False
        self._chosen: ChosenPassword | ChosenToken | None = None
        self._why_again: Finding | None = None
        self._forgotten = False
        self._delivered: Delivered | None = None

    async def read_more(self) -> None:
        """Ask whether a key of the case waits here for its password; a token is with its owner."""
        self._key_waits = self._into_token or await self.backend.has_sealed_key(self.case)
        self._warm()

    @work(exclusive=True, group="warm", description="import what signs")
    async def _warm(self) -> None:
        """Have what signs the contract at hand before it is needed."""
        await self.backend.warm_signing()

    def show_case(self) -> None:
        """Open the page that is next, unless what the one before was left with is still to come."""
        if not self._page_open:
            self._open_next()
        elif self.is_active:
            self._result_missed = True

    def _open_next(self) -> None:
        activation, now = self.state.activation, self.backend.now()
        until = activation.authorised_until
        if self._delivered or self.state.status is CaseStatus.ACTIVE:
            self._open(ActivationDoneScreen(self.case, self._delivered), self._leave)
        elif activation.certificate and (self._forgotten or not self._key_waits):
            self._open(ActivationGiveUpScreen(self.case), self._given_up)
        elif activation.certificate or (until is not None and now < until):
            self._open_password_or_saving()
        elif activation.data_confirmed_at:
            self._open(ActivationCodeScreen(self.case), self._read_on)
        elif activation.person_confirmed_by:
            self._open(ActivationDataScreen(self.case), self._read_on)
        else:
            self._open(ActivationPersonScreen(self.case), self._read_on)

    def _open_password_or_saving(self) -> None:
        algorithms = self.words.key_algorithms(self.state.product)
        has_key = self.state.activation.certificate is not None
        if isinstance(self._chosen, ChosenToken):
            page = ActivationTokenScreen(self.case, self._chosen, algorithms)
            self._open(page, self._saved)
        elif self._chosen is not None:
            self._open(ActivationSaveScreen(self.case, self._chosen), self._saved)
        elif self._into_token:
            page = TokenPinScreen(has_key=has_key, finding=self._why_again)
            self._open(page, self._password_taken)
        else:
            page = PasswordScreen(
                self.case, algorithms, remembered=has_key, finding=self._why_again
            )
            self._open(page, self._password_taken)

    @property
    def _into_token(self) -> bool:
        return self.words.needs(self.state.product) == "token_module"

    def _open(self, page: Screen[_Result], then: Callable[[_Result], object]) -> None:
        """Open a page; what follows is opened once its result is here and the case read again.

        Either may come first: the app hands results on, and it waits for dialogs to be taken down.
        """
        self._page_open = True
        self._result_missed = False

        def closed(result: _Result | None) -> None:
            if result is None:
                self._leave()
                return
            self._page_open = False
            then(result)
            if self._result_missed and not self._page_open:
                self._open_next()

        self.ventanilla.push_screen(page, closed)

    def _read_on(self, _result: Any) -> None:
        """Nothing is to be remembered: the case says what is next."""

    def _leave(self, _result: Any = None) -> None:
        # The case may just be read again: that must open no page any more.
        self._page_open = True
        self.dismiss()

    def _password_taken(
        self, result: ChosenPassword | PasswordForgotten | ChosenToken | TokenGone
    ) -> None:
        self._why_again = None
        if isinstance(result, ChosenPassword | ChosenToken):
            self._chosen = result
        else:
            self._forgotten = True

    def _saved(self, result: SavingResult) -> None:
        if isinstance(result, Delivered):
            self._delivered, self._chosen = result, None
        elif isinstance(result, PasswordNeeded):
            self._chosen, self._why_again = None, result.finding

    def _given_up(self, revoked: bool) -> None:
        self._forgotten = False
        self._chosen = None
        if not revoked and not self._key_waits:
            self._leave()
