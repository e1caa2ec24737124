"""One invented case from application to key file, through engine and commands, without a screen."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

from backend_client.activation import CaseDoor, Wish, activate
from backend_client.at_the_station.key_pool import KeyPool
from backend_client.at_the_station.sealed_keys import SealedKeyStore
from backend_client.backend import Delivered
from backend_client.contract import ContractDesk
from backend_client.embedded_engine import EmbeddedEngine
from backend_client.token_activation import TokenWish, activate_in_token
from issuance.cases.commands.activation import (
    ConfirmData,
    ConfirmPerson,
    EnterActivationCode,
    SendActivationCode,
)
from issuance.cases.commands.application import Approve, ConfirmEmail, OpenCase, SendEmailCode
from issuance.cases.commands.evidence import AcceptEvidence, CaptureEvidence, Override
from issuance.cases.commands.payment import ConfirmPayment, RecordBilling, RecordPayment
from issuance.cases.profile import resolved_profile
from issuance.cases.reasons import reasons_for
from issuance.cases.state import CaseState, EvidenceStatus, PaymentStatus
from issuance.cases.steps import required_evidence
from issuance.certificates.passwords import generate_password
from issuance.certificates.profile import ResolvedProfile
from issuance.certificates.token_calls import TokenAddress
from issuance.commands import Body, Receipt
from issuance.engine.demonstration import PEOPLE
from issuance.evidence.blob import BlobRef
from issuance.findings import Severity
from issuance.policies.loader import load_policy
from issuance.policies.model import EvidenceRule, Policy, Product, StepKind
from issuance.queries import (
    CaseAnswer,
    CaseQuery,
    CertificateAnswer,
    CertificateQuery,
    MailboxAnswer,
    MailboxQuery,
)
from issuance.samples.documents import DOCUMENT_KINDS, sample_act, sample_document, sample_proof
from issuance.samples.people import PEOPLE as PEOPLE_KNOWN
from issuance.samples.people import SamplePerson, sample_payment
from issuance.samples.photo import sample_photo
from issuance.secret import Secret
from issuance.streams import StreamRef
from ventanilla.rehearsal_answers import payment_answers, sample_application
from ventanilla.rehearsal_roles import Findings, RehearsalFailed, Roles


@dataclass(slots=True)
class Rehearsal(Roles):
    """Plays every role of a demonstration office, one log-in after the other.

    A product in a token needs one, whose PIN is the password.
    """

    people = PEOPLE

    product: Product
    target: Path
    number: int = 0
    token: TokenAddress | None = None
    policy_name: str = "ec-icert"
    password: Secret = field(init=False)
    person: SamplePerson = field(init=False)
    case: UUID = field(init=False)

    def __post_init__(self) -> None:
        """Choose the invented person, with answers to the policy's forms, and a password."""
        policy, today = load_policy(self.policy_name).policy, self.sources.clock.now().date()
        self.person = sample_application(policy, self.product, self.number % PEOPLE_KNOWN, today)
        self.password = generate_password(self.sources.randomness)
        self.case = self.sources.identifiers.new()

    def play(self) -> Delivered:
        """Lead the case through every step still to be done; raises `RehearsalFailed` when refused.

        Called again after a crash, with the same case and password, it goes on where it stopped.
        """
        self.apply()
        self.approve()
        self.bring_evidence()
        self.accept_evidence()
        self.pay()
        self.confirm_person()
        self.enter_activation_code()
        return self.hand_over()

    def apply(self) -> None:
        """Open the case and confirm the e-mail with the code from the mailbox."""
        self.become("olga")
        policy = self.office.engine.office.policy.policy
        if self.known is None:
            self.execute(
                OpenCase(
                    policy=policy.id,
                    product=self.product.id,
                    values=dict(self.person.values),
                    consent_version=policy.consent_version,
                    language="es",
                )
            )
        if self._has(StepKind.EMAIL) and not self.state.email_confirmed:
            self.execute(SendEmailCode(reason=self.reason_to("send_email_code")))
            self.execute(ConfirmEmail(code=self.code_from_mail()))

    def approve(self) -> None:
        """Approve as the second person."""
        self.become("adrian")
        if self._has(StepKind.APPROVAL) and not self.state.approved_by:
            self.execute(Approve())

    def bring_evidence(self) -> None:
        """Bring every photo and document the case needs."""
        self.become("olga")
        if not self._has(StepKind.EVIDENCE):
            return
        policy = self.office.engine.office.policy.policy
        for rule in required_evidence(self.state, policy):
            if rule.id in self.state.evidence:
                continue
            content, media_type = self._sample(rule)
            blob = self.office.engine.office.blobs.keep(content, media_type)
            day = self.office.engine.office.today()
            dates = {"issued": day, "ends": day.replace(year=day.year + 1, day=1)}
            self.execute(
                CaptureEvidence(
                    slot=rule.id,
                    blob=blob,
                    answers=rule.checklist,
                    document_date=dates.get(rule.dated or ""),
                    overrides=self._overrides(rule.id, blob),
                )
            )

    def accept_evidence(self) -> None:
        """Accept it as the second person."""
        waiting = [
            slot
            for slot, each in self.state.evidence.items()
            if each.status is EvidenceStatus.CAPTURED
        ]
        self.become("adrian")
        if waiting:
            self.execute(AcceptEvidence(slots=tuple(waiting)))

    def pay(self) -> None:
        """Record and confirm the deposit, and who the invoice is for."""
        self.become("olga")
        office = self.office.engine.office
        amount = self.state.price.total.amount
        if self._has(StepKind.PAYMENT) and self.state.payment is None:
            policy, deposit = office.policy.policy, sample_payment(self.number, office.today())
            proof = sample_proof(self.person, deposit)
            self.execute(
                RecordPayment(
                    province=self._province(policy),
                    amount=amount,
                    values=payment_answers(policy, self.person, deposit, office.today()),
                    proof=office.blobs.keep(proof, "application/pdf"),
                )
            )
        self.become("carmen")
        if self.state.payment and self.state.payment.status is PaymentStatus.RECORDED:
            self.execute(ConfirmPayment(amount=amount))
        if self._has(StepKind.BILLING) and self.state.billing is None:
            self.execute(RecordBilling(same_as_applicant=True))

    def _has(self, kind: StepKind) -> bool:
        return any(step.kind is kind for step in self.office.engine.office.policy.policy.steps)

    def _province(self, policy: Policy) -> str:
        """Return the office's province, or the first that has an account for deposits."""
        own = self.office.engine.office.sign.province
        accounts = [each.province for each in policy.service_points]
        return own if own in accounts else next(iter(accounts), own)

    def confirm_person(self) -> None:
        """Confirm the person, and as the applicant the data."""
        self.become("olga")
        rule = self.office.engine.office.policy.policy.activation
        if not self.state.activation.person_confirmed_by:
            self.execute(ConfirmPerson(answers=rule.person_checklist))
        if not self.state.activation.data_confirmed_at:
            self.execute(ConfirmData(contract_version=rule.contract_version))

    def enter_activation_code(self) -> None:
        """Send the activation code and enter it."""
        self.become("olga")
        if self.state.activation.authorised_until is None:
            reason = self.reason_to("send_activation_code")
            self.execute(SendActivationCode(reason=reason))
            self.execute(EnterActivationCode(code=self.code_from_mail()))

    def reason_to(self, act: str) -> str:
        """Return the usual reason of an act, which a case that was interrupted may need."""
        policy = self.office.engine.office.policy.policy
        return next(iter(reasons_for(act, self.state, policy)), "")

    def hand_over(self) -> Delivered:
        """Make the key, have it certified, save the file or write the token, and read it back."""
        self.become("olga")
        desk = self.contract_desk
        door = CaseDoor(self._execute, self._case, self._certificate, self._resolved, desk.sign)
        delivered = self._into_token(door) if self.token else self._into_file(door)
        if isinstance(delivered, Delivered):
            return delivered
        raise RehearsalFailed("activate", delivered)

    def _into_token(self, door: CaseDoor) -> Delivered | Findings:
        if self.token is None:
            raise ValueError("a certificate goes into a token that is there")
        algorithm = self.product.key_algorithms[0]
        wish = TokenWish(self.token, self.password, algorithm, self.person.name)
        return activate_in_token(self.case, wish, door, self.sources.clock)

    def _into_file(self, door: CaseDoor) -> Delivered | Findings:
        office = self.office.engine.office
        pool = KeyPool(self.make_key)
        sealed = SealedKeyStore(
            self.folder / "sealed-keys", self.sources.randomness, self.sources.clock
        )
        wish = Wish(
            password=self.password,
            target=self.target,
            algorithm=self.product.key_algorithms[0],
            compatible=False,
            friendly_name=self.person.name,
            hints=(),
            rule=office.policy.policy.activation.password,
        )
        try:
            return activate(self.case, wish, door, pool, sealed, self.sources.clock)
        finally:
            pool.close()

    @property
    def contract_desk(self) -> ContractDesk:
        """Return where the contract is signed, in the session of who is logged in."""
        return ContractDesk(
            EmbeddedEngine(self.office), self._execute, self._case, self._certificate
        )

    @property
    def known(self) -> CaseAnswer | None:
        """Return the case as it is now; None before it was opened."""
        answer = self._case(self.case)
        return answer if isinstance(answer, CaseAnswer) else None

    @property
    def state(self) -> CaseState:
        """Return the case's state; raises RuntimeError before it was opened."""
        if self.known is None:
            raise RuntimeError("the case was not opened yet")
        return self.known.state

    def execute(self, body: Body) -> Receipt:
        """Give a command on the case; raises `RehearsalFailed` when it is refused."""
        known = self.known
        receipt = self._execute(body, self.case, known.revision if known else 0)
        if not receipt.applied:
            raise RehearsalFailed(body.kind, receipt.findings)
        return receipt

    def code_from_mail(self) -> Secret:
        """Send what waits and read the newest code in the mailbox, as the applicant would."""
        self.office.engine.deliver_mail()
        answer = self.office.engine.ask(MailboxQuery(), self.office.session)
        if not isinstance(answer, MailboxAnswer):
            raise TypeError("a mailbox query is answered with a mailbox")
        digits = self.office.engine.office.policy.policy.code.digits
        words = answer.messages[0].body.split()
        return Secret(next(word for word in words if word.isdigit() and len(word) == digits))

    def _overrides(self, slot: str, blob: BlobRef) -> tuple[Override, ...]:
        """Set aside what the check warns of, as somebody who looked at the file would."""
        engine = self.office.engine
        report = engine.check(slot, blob, self.case)
        reason = engine.office.policy.policy.reasons.override[0]
        warned = {each.code for each in report.findings if each.severity is Severity.WARNS}
        return tuple(Override(code=code, reason=reason) for code in sorted(warned))

    def _sample(self, rule: EvidenceRule) -> tuple[bytes, str]:
        if rule.photo:
            return sample_photo(self.person, self.number), "image/jpeg"
        today = self.office.engine.office.today()
        # A paper may tell what the form of this type does not ask.
        person = replace(self.person, values={**self.person.known, **self.person.values})
        if rule.document and rule.document.card:
            whose = "" if rule.person == "applicant" else "representative_"
            content = sample_document(f"{whose}identity_card", person, today)
        elif rule.id in DOCUMENT_KINDS:
            content = sample_document(rule.id, person, today)
        else:
            rows = [("Nombre", person.name), ("Cédula", person.known["cedula"])]
            content = sample_act("Entidad de Muestra", rule.id, rows, today)
        return content, "application/pdf"

    def _execute(self, body: Body, case: UUID, revision: int) -> Receipt:
        return self.give(body, StreamRef(kind="case", id=case), revision)

    def _case(self, case: UUID) -> CaseAnswer | Findings:
        answer = self.office.engine.ask(CaseQuery(case=case), self.office.session)
        if isinstance(answer, CaseAnswer | tuple):
            return answer
        raise TypeError("a case query is answered with a case")

    def _certificate(self, case: UUID) -> CertificateAnswer | Findings:
        answer = self.office.engine.ask(CertificateQuery(case=case), self.office.session)
        if isinstance(answer, CertificateAnswer | tuple):
            return answer
        raise TypeError("a certificate query is answered with a certificate")

    def _resolved(self, case: UUID) -> ResolvedProfile | Findings:
        resolved = resolved_profile(self.office.engine.office.policy.policy, self.state)
        return tuple(resolved) if isinstance(resolved, list) else resolved
