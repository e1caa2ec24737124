"""The contract of an issued certificate: how it stands, and the ways to have it signed later."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from backend_client.at_the_station.places import KEY_FILE_ENDINGS
from issuance.cases.clocks import contract_ends
from issuance.cases.state import CertificateState
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding, Severity
from issuance.findings.contract import ContractCode
from screens.brought_file import DOCUMENT_ENDINGS, choose_file, save_copy
from screens.case_screen import CaseScreen
from screens.key_file_password import KeyFilePasswordScreen
from screens.token_pin import ChosenToken, TokenGone, TokenPinScreen
from tui.actions import BACK, DO, PRINT, RETAKE, Action, bindings
from tui.moments import full
from tui.translation import N_
from tui.widgets.spinner import Spinner

_SAVE: Final = PRINT.named(PRINT.label, N_("Saves the contract, to be signed or signed."))
_BRING: Final = RETAKE.named(N_("Bring PDF"), N_("Takes in a contract that was signed elsewhere."))
_SIGN: Final = DO.named(N_("Sign"), N_("Signs with the key the applicant brought."))
_ACT: Final = "record_signed_contract"
_HOW: Final = {
    "session": N_("during the activation"),
    "file": N_("here, with the key file"),
    "token": N_("here, with the token"),
    "upload": N_("elsewhere, brought as a file"),
}


class ContractScreen(CaseScreen[None]):
    """Shows whether the contract is signed and until when it must be; signs it."""

    STEP = "activation"
    CSS_PATH = "contract.tcss"
    ACTIONS = (BACK, _BRING, _SAVE, _SIGN)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def compose_content(self) -> ComposeResult:
        """Build state and explanation."""
        yield Static(self.translate(N_("The contract")), markup=False, classes="title")
        with Vertical(id="contract"):
            yield Static(id="state", markup=False)
            yield Static(id="ways", markup=False)
            yield Spinner(id="progress")

    async def read_more(self) -> None:
        """Have what signs at hand before it is needed."""
        self._warm()

    @work(exclusive=True, group="warm", description="import what signs")
    async def _warm(self) -> None:
        await self.backend.warm_signing()

    def help_text(self) -> str:
        """Explain the step in the authority's words."""
        return self.words.text("help/activation")

    def actions_now(self) -> Sequence[Action]:
        """Return what can be done; a signed contract is only saved."""
        return self.ACTIONS if self.known and self.allowed(_ACT) else (BACK, _SAVE)

    def show_case(self) -> None:
        """Draw how the contract stands."""
        certificate = self.state.activation.certificate
        self.query_one("#state", Static).update(self._state_words(certificate))
        may_sign = self.allowed(_ACT)
        self.query_one("#ways", Static).update(self._ways_words() if may_sign else "")
        self.show_actions()
        obstacle = next((each.findings for each in self.acts() if each.act == _ACT), ())
        if obstacle and not (certificate and certificate.contract.signed_at):
            self.tell_findings(obstacle)

    def _state_words(self, certificate: CertificateState | None) -> str:
        if certificate is None:
            return ""
        contract = certificate.contract
        zone, language = self.words.zone, self.translate.language
        if contract.signed_at is not None:
            signed = self.translate(
                N_("√ Signed by the applicant {moment}, {how}."),
                moment=full(contract.signed_at, zone, language),
                how=self.translate(_HOW[contract.how]),
            )
            if contract.countersigned_at is None:
                return signed
            sealed = self.translate(
                N_("√ Sealed by the office {moment}."),
                moment=full(contract.countersigned_at, zone, language),
            )
            return f"{signed}\n{sealed}"
        ends = contract_ends(certificate, self.backend.policy.policy)
        unsigned = self.translate(N_("! The applicant has not signed it yet."))
        if ends is None:
            return unsigned
        until = self.translate(
            N_("It must be signed until {moment}; after that the certificate is revoked."),
            moment=full(ends, zone, language),
        )
        return f"{unsigned}\n{until}"

    def _ways_words(self) -> str:
        here = N_(
            "F10: the applicant is here with the key file (.p12) on a stick. They type its "
            "password on a page of their own, and the contract is signed at once."
        )
        if self._in_token:
            here = N_(
                "F10: the applicant is here with the token. They put it in, type its PIN on a page "
                "of their own, and the contract is signed at once."
            )
        return "\n\n".join(
            self.translate(words)
            for words in (
                here,
                N_(
                    "F9, then F6: save the contract, let the applicant sign that very file in a "
                    "program of their own with this certificate, and take the signed PDF in. It "
                    "is checked before it is kept."
                ),
            )
        )

    # -- keys ------------------------------------------------------------------------------------

    def action_print(self) -> None:
        """Save the contract as far as it has come."""
        if self.known is not None:
            self._save()

    def action_retake(self) -> None:
        """Take a signed PDF in."""
        if self.known is not None and self.allowed(_ACT):
            self._bring()

    def action_do(self) -> None:
        """Sign with a key file, or with the token."""
        if self.known is not None and self.allowed(_ACT):
            if self._in_token:
                self._sign_in_token()
            else:
                self._sign()

    @property
    def _in_token(self) -> bool:
        return self.words.needs(self.state.product) == "token_module"

    @work(exclusive=True, group="act", description="save the contract")
    async def _save(self) -> None:
        certificate = self.state.activation.certificate
        signed = certificate.contract.newest if certificate else None
        document = signed or await self._prepared()
        if document is not None:
            name = self.translate(N_("contract-{number}"), number=self.state.number)
            await save_copy(self, document, name)

    async def _prepared(self) -> BlobRef | None:
        with self.ventanilla.keys.held():
            document = await self.backend.prepared_contract(self.case)
            await self.read_case()
        if isinstance(document, BlobRef):
            return document
        self.tell_findings(document)
        return None

    @work(exclusive=True, group="act", description="take a signed contract in")
    async def _bring(self) -> None:
        title = self.translate(N_("The signed contract"))
        path = await choose_file(self, title, DOCUMENT_ENDINGS)
        if path is None:
            return
        with self.ventanilla.keys.held():
            self._start(N_("The signatures are checked ..."))
            findings = await self.backend.take_in_contract(self.case, path)
            await self.read_case()
        self._end(findings)

    @work(exclusive=True, group="act", description="sign the contract")
    async def _sign(self) -> None:
        title = self.translate(N_("The applicant's key file"))
        path = await choose_file(self, title, KEY_FILE_ENDINGS)
        if path is None:
            return
        is_closed = False
        # A password mistyped is typed again; F3 there leads back, to choose another file.
        while password := await self.app.push_screen_wait(KeyFilePasswordScreen(again=is_closed)):
            with self.ventanilla.keys.held():
                self._start(N_("The contract is signed and sealed ..."))
                findings = await self.backend.sign_contract(self.case, path, password)
                await self.read_case()
            self._end(findings)
            is_closed = any(each.code == ContractCode.KEY_FILE_CLOSED for each in findings)
            if not is_closed:
                return

    @work(exclusive=True, group="act", description="sign the contract in the token")
    async def _sign_in_token(self) -> None:
        chosen = await self.app.push_screen_wait(TokenPinScreen(has_key=True))
        if isinstance(chosen, TokenGone):
            lost = N_("Without the token the contract is signed elsewhere, or not at all: F9, F6.")
            self.tell(self.translate(lost), Severity.WARNS)
        if not isinstance(chosen, ChosenToken):
            return
        with self.ventanilla.keys.held():
            self._start(N_("The contract is signed and sealed ..."))
            findings = await self.backend.sign_contract_in_token(
                self.case, chosen.token, chosen.pin
            )
            await self.read_case()
        self._end(findings)

    def _start(self, words: str) -> None:
        self.query_one(Spinner).start(self.translate(words))

    def _end(self, findings: tuple[Finding, ...]) -> None:
        self.query_one(Spinner).stop()
        if findings:
            self.tell_findings(findings)
        else:
            self.tell(self.translate(N_("The contract is signed, and the office has sealed it.")))
