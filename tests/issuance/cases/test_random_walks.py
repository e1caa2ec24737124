"""Random people give random commands: the rules hold whatever they try.

Pure: no register, no clock, no files; only `decide` and `evolve` under the real ICERT policy.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.cases.commands.activation import (
    ConfirmData,
    ConfirmPerson,
    EnterActivationCode,
    GiveUpKey,
    RecordDelivery,
    RequestCertificate,
    SendActivationCode,
)
from issuance.cases.commands.application import (
    AmendApplication,
    Approve,
    ConfirmEmail,
    OpenCase,
    Reject,
    ReturnApplication,
    SendEmailCode,
)
from issuance.cases.commands.conduct import CancelCase, HoldCase, ResumeCase
from issuance.cases.commands.contract import PrepareContract, RecordSignedContract
from issuance.cases.commands.evidence import AcceptEvidence, CaptureEvidence, ReturnEvidence
from issuance.cases.commands.payment import (
    ConfirmPayment,
    RecordBilling,
    RecordPayment,
    RefusePayment,
)
from issuance.cases.decide import CODE_PURPOSES, CaseBody, count_attempt, decide
from issuance.cases.decision import CaseFacts, Decision, FreshCode, PreparedIntent
from issuance.cases.decisions.activation import record_issue
from issuance.cases.events.activation import CertificateIssued
from issuance.cases.evolve import Happened, evolve, replay
from issuance.cases.guards import Actor, acts_of
from issuance.cases.reasons import reasons_for
from issuance.cases.state import CaseState, CaseStatus, EvidenceStatus, PaymentStatus
from issuance.cases.steps import code_is_alive, queue_of, required_evidence, steps_of
from issuance.evidence.blob import BlobRef
from issuance.model import canonical_bytes
from issuance.policies.loader import load_policy
from issuance.samples.people import sample_payment, sample_person
from issuance.secret import Secret
from tests.examples import examples

POLICY = load_policy("ec-icert").policy
START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
CASE, PERSON = UUID(int=1), UUID(int=2)
BLOB = BlobRef(sha256="0" * 64, length=10, media_type="image/jpeg")
PEOPLE = (
    Actor("olga", ("operator",)),
    Actor("adrian", ("approver",)),
    Actor("carmen", ("cashier",)),
    Actor("todo", ("operator", "approver", "cashier")),
)
ANSWERS = POLICY.activation.person_checklist
DATED = {rule.id for rule in POLICY.evidence if rule.dated}
CHECKED = {rule.id: rule.checklist for rule in POLICY.evidence}


def bodies(state: CaseState | None) -> list[CaseBody]:
    """Return what somebody may try next: sensible and senseless commands."""
    person = sample_person("natural", 0)
    if state is None:
        return [
            OpenCase(
                policy=POLICY.id,
                product="natural-pkcs12-2y",
                values=dict(person.values),
                consent_version=POLICY.consent_version,
                language="es",
            )
        ]
    due = state.price.total.amount
    slots = [rule.id for rule in required_evidence(state, POLICY)]
    captured = [
        slot for slot, each in state.evidence.items() if each.status is EvidenceStatus.CAPTURED
    ]
    serial = state.activation.certificate.serial if state.activation.certificate else "1"
    return [
        AmendApplication(values=dict(person.values)),
        SendEmailCode(reason=reason_to("send_email_code", state)),
        SendEmailCode(),
        ConfirmEmail(code=Secret("1")),
        Approve(),
        ReturnApplication(items=("phone",)),
        Reject(reason=POLICY.reasons.reject[0]),
        *(
            CaptureEvidence(
                slot=slot,
                blob=BLOB,
                answers=CHECKED[slot],
                document_date=START.date() if slot in DATED else None,
            )
            for slot in slots
        ),
        AcceptEvidence(slots=tuple(captured)),
        ReturnEvidence(reasons=dict.fromkeys(captured[:1], POLICY.reasons.evidence[0])),
        RecordPayment(
            province="pichincha",
            amount=due,
            values=dict(sample_payment(0, START.date())),
            proof=BLOB,
        ),
        ConfirmPayment(amount=due),
        RefusePayment(reason=POLICY.reasons.payment[0]),
        RecordBilling(same_as_applicant=True),
        ConfirmPerson(answers=ANSWERS),
        ConfirmData(contract_version=POLICY.activation.contract_version),
        SendActivationCode(reason=reason_to("send_activation_code", state)),
        SendActivationCode(),
        EnterActivationCode(code=Secret("1")),
        RequestCertificate(request=""),
        RecordDelivery(serial=serial, file_sha256="", checks=()),
        PrepareContract(),
        RecordSignedContract(serial=serial, document=BLOB, how="session"),
        GiveUpKey(reason=next(iter(POLICY.reasons.revoke))),
        HoldCase(reason=POLICY.reasons.hold[0]),
        ResumeCase(reason=POLICY.reasons.resume[0]),
        ResumeCase(reason=POLICY.reasons.hold[0]),
        CancelCase(reason=POLICY.reasons.cancel[0]),
    ]


def reason_to(act: str, state: CaseState) -> str:
    return next(iter(reasons_for(act, state, POLICY)), "")


class Walk:
    """A case on its random way, with everything that happened."""

    def __init__(self) -> None:
        self.state: CaseState | None = None
        self.history: list[Happened] = []
        self.now = START

    def try_one(self, draw: st.DataObject) -> None:
        self.now += timedelta(minutes=draw.draw(st.sampled_from((1, 1, 3, 11, 700))))
        choices = bodies(self.state)
        # Wandering alone never reaches the end; half of the tries follow the usual order.
        usual = draw.draw(st.booleans())
        body = self.usual(choices) if usual else draw.draw(st.sampled_from(choices))
        actor = draw.draw(st.sampled_from(PEOPLE))
        self.attempt(body, actor, right=draw.draw(st.sampled_from((True, True, False))))

    def attempt(self, body: CaseBody, actor: Actor, *, right: bool) -> bool:
        """Let somebody try a command; tell whether it was accepted."""
        facts = self.facts(right)
        if body.kind in CODE_PURPOSES and self.state is not None:
            counted = count_attempt(self.state, body, POLICY, actor, facts)
            self.happen(counted, actor)
            if counted.refused:
                return False
        decision = decide(self.state, body, POLICY, actor, facts)
        self.check(self.state, body, actor, decision)
        self.happen(decision, actor)
        if body.kind == "request_certificate" and not decision.refused and self.state:
            self.happen(record_issue("77", "", self.state), actor)
        return not decision.refused

    def usual(self, choices: list[CaseBody]) -> CaseBody:
        if self.state is None:
            return choices[0]
        for actor in PEOPLE:
            open_acts = [
                each.act
                for each in acts_of(self.state, POLICY, actor, self.now)
                if not each.findings and each.act not in UNUSUAL
            ]
            for body in choices:
                if body.kind in open_acts and not self.done(body):
                    return body
        return choices[0]

    def done(self, body: CaseBody) -> bool:
        """Tell whether doing this again would lead nowhere."""
        state = self.state
        if state is None:
            return False
        match body:
            case CaptureEvidence(slot=slot):
                kept = state.evidence.get(slot)
                return kept is not None and kept.status is not EvidenceStatus.RETURNED
            case RecordBilling():
                return state.billing is not None
            case ConfirmPerson():
                return bool(state.activation.person_confirmed_by)
            case ConfirmData():
                return state.activation.data_confirmed_at is not None
            case SendEmailCode():
                return code_is_alive(state.codes.get("email"), self.now)
            case SendActivationCode():
                until = state.activation.authorised_until
                authorised = until is not None and self.now < until
                return authorised or code_is_alive(state.codes.get("activation"), self.now)
            case EnterActivationCode():
                return "activation" not in state.codes or state.codes["activation"].spent
            case ConfirmEmail():
                return "email" not in state.codes
            case RequestCertificate():
                until = state.activation.authorised_until
                return until is None or self.now >= until
            case AmendApplication():
                return state.application_correction is None
            case _:
                return False

    def facts(self, right: bool) -> CaseFacts:
        number = len(self.history)
        return CaseFacts(
            now=self.now,
            today=self.now.date(),
            case=CASE,
            number="26-000001-6",
            person=PERSON,
            fresh_code=FreshCode(UUID(int=100 + number), f"right-{number}", "link"),
            presented=self.presented(right),
            contract=BLOB,
            intent=PreparedIntent("77", "spki", "key", "", "", self.now, self.now),
        )

    def presented(self, right: bool) -> tuple[str, ...]:
        codes = self.state.codes.values() if self.state else ()
        return tuple(code.verifier for code in codes) if right else ("wrong",)

    def happen(self, decision: Decision, actor: Actor) -> None:
        for event in decision.events:
            happened = Happened(event, CASE, actor.user, self.now)
            self.state = evolve(self.state, happened)
            self.history.append(happened)

    def check(
        self, before: CaseState | None, body: CaseBody, actor: Actor, decision: Decision
    ) -> None:
        if decision.refused or before is None:
            return
        assert set(POLICY.roles[body.kind]) & set(actor.roles)
        for pair in POLICY.four_eyes:
            if body.kind == pair.second:
                assert actor.user not in before.acted.get(pair.first, ())
        if reasons := reasons_for(body.kind, before, POLICY):
            assert getattr(body, "reason") in reasons  # noqa: B009 -- one of many bodies
        if body.kind == "record_signed_contract":
            certificate = before.activation.certificate
            assert certificate is not None
            assert certificate.issued
            assert certificate.contract.signed_at is None
        if body.kind == "request_certificate":
            assert before.payment is not None
            assert before.payment.status is PaymentStatus.CONFIRMED
            assert before.email_confirmed
            assert before.approved_by
            assert before.billing is not None
            assert before.activation.person_confirmed_by
            assert before.activation.data_confirmed_at
            assert all(
                before.evidence[rule.id].status is EvidenceStatus.ACCEPTED
                for rule in required_evidence(before, POLICY)
            )


UNUSUAL = {
    "reject", "return_application", "return_evidence", "refuse_payment", "hold_case",
    "cancel_case", "give_up_key", "resend_notice", "claim_exemption",
}  # fmt: skip


@given(st.data())
@settings(max_examples=examples(15, full=2000), deadline=None)
def test_rules_hold_whatever_is_tried(draw: st.DataObject):
    try_whatever(draw)


def try_whatever(draw: st.DataObject) -> None:
    walk = Walk()
    for _ in range(70):
        walk.try_one(draw)
        if walk.state is None:
            continue
        steps = steps_of(walk.state, POLICY, walk.now)
        queue_of(walk.state, steps)
        if walk.state.status in (CaseStatus.REJECTED, CaseStatus.CANCELLED, CaseStatus.ACTIVE):
            break
    if walk.state is not None:
        assert replay(walk.history) == walk.state
        again = CaseState.model_validate_json(canonical_bytes(walk.state))
        assert canonical_bytes(again) == canonical_bytes(walk.state)
        issued = [each for each in walk.history if isinstance(each.event, CertificateIssued)]
        given_up = walk.state.activation.given_up
        assert len(issued) <= len(given_up) + 1


def test_walks_do_reach_a_certificate():
    """Guard of the test above: its usual order, followed alone, ends with a delivered file."""
    walk = Walk()
    for _ in range(60):
        if walk.state is not None and walk.state.status is CaseStatus.ACTIVE:
            break
        walk.now += timedelta(minutes=1)
        body = walk.usual(bodies(walk.state))
        assert any(walk.attempt(body, actor, right=True) for actor in PEOPLE), body.kind
    assert walk.state is not None
    assert walk.state.status is CaseStatus.ACTIVE
