"""One invented case through a backend, by the commands the screens give."""

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from backend_client.backend import Delivered, Kept
from backend_client.counter_backend import CounterBackend
from issuance.cases.commands.activation import (
    ConfirmData,
    ConfirmPerson,
    EnterActivationCode,
    SendActivationCode,
)
from issuance.cases.commands.application import Approve, ConfirmEmail, OpenCase, SendEmailCode
from issuance.cases.commands.evidence import AcceptEvidence, CaptureEvidence, Override
from issuance.cases.commands.payment import ConfirmPayment, RecordBilling, RecordPayment
from issuance.cases.state import CaseState
from issuance.cases.steps import required_evidence
from issuance.commands import Body, Receipt
from issuance.findings import Finding, Severity
from issuance.policies.model import EvidenceRule
from issuance.queries import CaseAnswer, CaseQuery, MailboxAnswer, MailboxQuery
from issuance.samples.documents import sample_document, sample_proof
from issuance.samples.people import SamplePerson, sample_payment, sample_person
from issuance.samples.photo import sample_photo
from issuance.secret import Secret
from issuance.streams import StreamRef
from tests.backend_client.counters import log_in
from tests.office_day import office_day

PRODUCT = "natural-pkcs12-2y"
PASSWORD = Secret("Guayabamba-verde-77")


@dataclass
class WholeCase:
    """A case, who works on it at which counter, and the files the applicant brings."""

    backend: CounterBackend
    folder: Path
    number: int = 0
    stream: StreamRef = field(init=False)
    person: SamplePerson = field(init=False)

    def __post_init__(self) -> None:
        self.person = sample_person("natural", self.number)
        self.stream = self.backend.new_stream("case")

    @property
    def case(self) -> UUID:
        return self.stream.id

    async def become(self, user: str) -> None:
        await log_in(self.backend, user)

    async def answer(self) -> CaseAnswer:
        known = await self.backend.ask(CaseQuery(case=self.case))
        assert isinstance(known, CaseAnswer), known
        return known

    async def state(self) -> CaseState:
        return (await self.answer()).state

    def opening(self) -> OpenCase:
        policy = self.backend.policy.policy
        return OpenCase(
            policy=policy.id, product=PRODUCT, values=dict(self.person.values),
            consent_version=policy.consent_version, language="es",
        )  # fmt: skip

    async def give(self, body: Body) -> Receipt:
        is_new = isinstance(body, OpenCase)
        revision = 0 if is_new else (await self.answer()).revision
        receipt = await self.backend.execute(body, self.stream, revision)
        assert receipt.applied, (body.kind, receipt.findings)
        return receipt

    async def code_from_mail(self, count: int) -> Secret:
        """Return the code in the newest mail to the applicant, once so many have come."""
        to_applicant: list[str] = []
        while len(to_applicant) < count:
            answer = await self.backend.ask(MailboxQuery())
            assert isinstance(answer, MailboxAnswer), answer
            to_applicant = [
                each.body for each in answer.messages if each.to == self.person.values["email"]
            ]
        digits = self.backend.policy.policy.code.digits
        words = to_applicant[0].split()
        return Secret(next(word for word in words if word.isdigit() and len(word) == digits))

    async def apply(self) -> None:
        await self.become("olga")
        await self.give(self.opening())
        await self.give(SendEmailCode())
        await self.give(ConfirmEmail(code=await self.code_from_mail(1)))

    async def approve(self) -> None:
        await self.become("adrian")
        await self.give(Approve())

    async def bring_evidence(self) -> list[Finding]:
        """Bring and capture every file; return the findings in the order they streamed in."""
        await self.become("olga")
        told: list[Finding] = []
        for rule in required_evidence(await self.state(), self.backend.policy.policy):
            kept: Kept | None = None
            async for each in self.backend.check(rule.id, self._file(rule), self.case):
                if isinstance(each, Kept):
                    kept = each
                else:
                    told.append(each)
            assert kept is not None, told
            await self.give(self._capture(rule, kept))
        return told

    async def accept_evidence(self) -> None:
        await self.become("adrian")
        await self.give(AcceptEvidence(slots=tuple((await self.state()).evidence)))

    async def pay(self) -> None:
        await self.become("olga")
        amount = (await self.state()).price.total.amount
        values = sample_payment(
            self.number, office_day(self.backend.now(), self.backend.policy.policy)
        )
        proof = self.folder / "proof.pdf"
        proof.write_bytes(sample_proof(self.person, values))
        kept = [each async for each in self.backend.check("proof", proof)][-1]
        assert isinstance(kept, Kept), kept
        province = self.backend.province
        await self.give(
            RecordPayment(province=province, amount=amount, values=dict(values), proof=kept.blob)
        )
        await self.become("carmen")
        await self.give(ConfirmPayment(amount=amount))
        await self.give(RecordBilling(same_as_applicant=True))

    async def activate(self) -> Delivered:
        await self.become("olga")
        rule = self.backend.policy.policy.activation
        await self.give(ConfirmPerson(answers=rule.person_checklist))
        await self.give(ConfirmData(contract_version=rule.contract_version))
        before = await self.backend.ask(MailboxQuery())
        assert isinstance(before, MailboxAnswer)
        mine = [each for each in before.messages if each.to == self.person.values["email"]]
        await self.give(SendActivationCode())
        code = await self.code_from_mail(len(mine) + 1)
        await self.give(EnterActivationCode(code=code))
        target = self.folder / "key.p12"
        product = self.backend.policy.policy.product(PRODUCT)
        assert product is not None
        algorithm = product.key_algorithms[0]
        delivered = await self.backend.activate(
            self.case, PASSWORD, target, algorithm, compatible=False
        )
        assert isinstance(delivered, Delivered), delivered
        return delivered

    def _file(self, rule: EvidenceRule) -> Path:
        if rule.photo:
            path, content = self.folder / "photo.jpg", sample_photo(self.person, self.number)
        else:
            today = office_day(self.backend.now(), self.backend.policy.policy)
            path = self.folder / f"{rule.id}.pdf"
            content = sample_document(rule.id, self.person, today)
        path.write_bytes(content)
        return path

    def _capture(self, rule: EvidenceRule, kept: Kept) -> CaptureEvidence:
        day = office_day(self.backend.now(), self.backend.policy.policy)
        dates = {"issued": day, "ends": day.replace(year=day.year + 1, day=1)}
        reason = self.backend.policy.policy.reasons.override[0]
        warned = {each.code for each in kept.findings if each.severity is Severity.WARNS}
        return CaptureEvidence(
            slot=rule.id, blob=kept.blob, answers=rule.checklist,
            document_date=dates.get(rule.dated or ""),
            overrides=tuple(Override(code=code, reason=reason) for code in sorted(warned)),
        )  # fmt: skip
