"""The last page of an activation: ask once, make and hand over, tell what went wrong."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import ClassVar

from backend_client.backend import Delivered
from issuance.findings import Finding
from issuance.identity.cleaning import printable
from screens.activation_page import ActivationPage
from tui.translation import N_
from tui.widgets.confirm import Confirm
from tui.widgets.dialog import UnhurriedDialog
from tui.widgets.spinner import Spinner


@dataclass(frozen=True, slots=True)
class PasswordNeeded:
    """The applicant's password is asked again; `finding` says why, None when it was wished."""

    finding: Finding | None


@dataclass(frozen=True, slots=True)
class StateMoved:
    """The case stands elsewhere now: what is next follows from it."""


SavingResult = Delivered | PasswordNeeded | StateMoved


class ActivationIssuing(ActivationPage[SavingResult]):
    """A page on which the certificate is issued and handed over."""

    ACT = "request_certificate"
    ABOUT_THE_SECRET: ClassVar[frozenset[str]]
    """Findings after which the applicant chooses password or PIN again."""
    READ_ANEW: ClassVar[frozenset[str]]
    """Findings after which the case stands elsewhere."""

    @property
    def issued(self) -> bool:
        """Tell whether the certificate stands in the case already."""
        return self.state.activation.certificate is not None

    def next_act(self) -> str:
        """Name the act this page leads to now."""
        return "record_delivery" if self.issued else self.ACT

    async def action_back(self) -> None:
        """Return to the password or PIN."""
        self.dismiss(PasswordNeeded(None))

    async def confirmed(self, what: str) -> bool:
        """Ask once, since an issued certificate cannot be corrected; one issued asks no more."""
        if self.issued:
            return True
        question = Confirm(
            self.translate(
                N_("Issue the certificate of {name}, {identification}?"),
                name=printable(self.words.person_name(self.state)),
                identification=printable(self.words.identification(self.state)),
            ),
            what,
            self.translate(N_("Yes, issue it")),
        )
        return bool(await self.app.push_screen_wait(question))

    async def hand_over(
        self, words: str, making: Awaitable[Delivered | tuple[Finding, ...]]
    ) -> None:
        """Wait for all that is made, with the keys held, and go on from what came of it."""
        progress = self.query_one(Spinner)
        progress.start(self.translate(words))
        with self.ventanilla.keys.held():
            outcome = await making
            progress.stop()
            if isinstance(outcome, Delivered):
                await self.forget()
                # A key pressed again meanwhile would turn away the page that tells what came of it.
                self.ventanilla.keys.deafen(UnhurriedDialog.DEAF_SECONDS)
                self.dismiss(outcome)
                return
            await self.read_case()
        self._not_delivered(outcome)

    def _not_delivered(self, findings: tuple[Finding, ...]) -> None:
        """Tell what went wrong where it can be cured."""
        about_secret = [each for each in findings if each.code in self.ABOUT_THE_SECRET]
        if about_secret:
            self.dismiss(PasswordNeeded(about_secret[0]))
        elif any(each.code in self.READ_ANEW for each in findings):
            self.dismiss(StateMoved())
        else:
            self.tell_findings(findings)
