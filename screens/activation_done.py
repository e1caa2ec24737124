"""The activation's end: shown only after the file was read back and the delivery recorded."""

from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from backend_client.backend import Delivered
from issuance.identity.cleaning import printable
from issuance.queries import CaseAnswer, CertificateAnswer, CertificateQuery
from screens.activation_page import SAVE_CONTRACT, ActivationPage
from screens.paged_text import LabelledRow, PagedText
from tui.actions import BACK, DO, bindings
from tui.moments import full
from tui.translation import N_

_NEXT: Final = DO.named(N_("Next person"), N_("Returns to the work-list for the next person."))

_CHECKS: Final = {
    "opens": N_("The file opens with the password"),
    "one_signing_certificate": N_("It holds one signing certificate"),
    "key_matches": N_("The key is the certificate's own"),
    "signs": N_("A trial signature is right"),
    "profile_as_meant": N_("The certificate says exactly what was confirmed"),
    "chain_trusted": N_("It leads to the authority's root"),
}
"""The checks of the read-back, by the names the engine gives them."""

_CHECKS_OF_TOKEN: Final = {
    "opens": N_("The token opens with the PIN"),
    "one_signing_certificate": N_("It holds the certificate beside its key"),
}
"""Those that say something else of a token."""


class ActivationDoneScreen(ActivationPage[None]):
    """What was handed over, each check in words, and whether the stick may be pulled out.

    Args:
        case: the case.
        delivered: what was just handed over; None when one looks at it later.
    """

    HEADING = N_("The certificate is issued and handed over")
    ACTIONS = (BACK, SAVE_CONTRACT, _NEXT)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS),
        Binding("enter", "do", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
    ]

    def __init__(self, case: UUID, delivered: Delivered | None = None) -> None:
        super().__init__(case)
        self._delivered = delivered
        self._certificate: CertificateAnswer | None = None
        self._fields: tuple[tuple[str, str], ...] = ()

    def compose_work(self) -> ComposeResult:
        """Build place, checks and fields."""
        yield Static(id="place", markup=False)
        yield Static(id="checks", markup=False)
        yield PagedText(id="certificate")

    async def read_more(self) -> None:
        """Ask for the certificate and its labelled fields."""
        certificate = await self.backend.ask(CertificateQuery(case=self.case))
        contract = await self.ask_for_contract()
        if isinstance(certificate, CertificateAnswer):
            self._certificate = certificate
        if contract is not None:
            self._fields = contract.fields

    def show_page(self) -> None:
        """Draw all of it."""
        self.query_one("#place", Static).update(self._place_words())
        delivered = self._delivered
        known = {**_CHECKS, **(_CHECKS_OF_TOKEN if self._in_token else {})}
        checks = [self.translate(known[name]) for name in delivered.checks] if delivered else []
        certificate = self.state.activation.certificate
        if certificate is not None and certificate.contract.signed_at is not None:
            checks.append(self.translate(N_("The contract is signed by both sides")))
        elif delivered and delivered.findings:
            self.tell_findings(delivered.findings)
        self.query_one("#checks", Static).update("\n".join(f"√ {each}" for each in checks))
        self.query_one(PagedText).show(self._rows())

    def step_here(self, known: CaseAnswer) -> str:
        """Mark no step: all of them are done."""
        del known
        return ""

    def action_turn(self, pages: int) -> None:
        """Turn the page of the fields."""
        self.query_one(PagedText).turn(pages)

    def action_do(self) -> None:
        """Go on with the next person."""
        self.ventanilla.start_over("worklist")

    def _place_words(self) -> str:
        if self._delivered is None and self._in_token:
            return self.translate(N_("The token was handed over; its key never left it."))
        if self._delivered is None:
            return self.translate(N_("The key file was handed over; the office keeps no copy."))
        if self._delivered.path is None:
            token = printable(self._delivered.token)
            written = self.translate(N_("Written into the token {token}"), token=token)
            free = self.translate(N_("The token may be taken out now."))
            return f"{written}\n{free}"
        saved = self.translate(N_("Saved as {path}"), path=printable(str(self._delivered.path)))
        removable = (
            N_("The stick may be pulled out now.")
            if self._delivered.may_be_removed_now
            else N_("The file is on this computer's disk, not on a stick.")
        )
        return f"{saved}\n{self.translate(removable)}"

    @property
    def _in_token(self) -> bool:
        return self.words.needs(self.state.product) == "token_module"

    def _rows(self) -> list[LabelledRow]:
        if self._certificate is None:
            return []
        described = self._certificate.description
        rows = [
            LabelledRow(self.translate(N_("Serial number")), self._certificate.serial),
            LabelledRow(
                self.translate(N_("Valid")),
                self.translate(
                    N_("from {starts} to {ends}"),
                    starts=self._moment(described.not_before),
                    ends=self._moment(described.not_after),
                ),
            ),
            LabelledRow(self.translate(N_("Key")), described.key.upper()),
        ]
        return rows + [LabelledRow(label, value) for label, value in self._fields]

    def _moment(self, moment: datetime) -> str:
        return full(moment, self.words.zone, self.translate.language)
