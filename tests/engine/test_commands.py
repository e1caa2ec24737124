"""What the one door promises: one effect a command, four eyes, gates nobody skips."""

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest

from issuance.access.roles import Session
from issuance.cases.commands.activation import (
    ConfirmPerson,
    EnterActivationCode,
    GiveUpKey,
    RequestCertificate,
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
from issuance.cases.commands.conduct import CancelCase, HoldCase, ResendNotice, ResumeCase
from issuance.cases.commands.evidence import AcceptEvidence, ClaimExemption, ReturnEvidence
from issuance.cases.commands.payment import ConfirmPayment, RecordPayment, RefusePayment
from issuance.cases.state import CaseStatus
from issuance.cases.steps import StepState
from issuance.certificates.keys import make_private_key
from issuance.certificates.request import make_request
from issuance.commands import Body, Command, Outcome, Receipt
from issuance.findings.cases import CaseFinding
from issuance.findings.certificates import CertificateFinding
from issuance.findings.engine import EngineCode
from issuance.findings.register import RegisterCode
from issuance.queries import (
    CaseAnswer,
    CaseQuery,
    CountsAnswer,
    CountsQuery,
    HistoryAnswer,
    HistoryQuery,
    MailboxAnswer,
    MailboxQuery,
    NoticesAnswer,
    NoticesQuery,
    WorklistAnswer,
    WorklistQuery,
)
from issuance.samples.documents import sample_proof
from issuance.samples.people import sample_payment
from issuance.secret import Secret
from issuance.streams import StreamRef
from tests.engine.conftest import MakeRehearsal
from ventanilla.rehearsal import Rehearsal, RehearsalFailed


def command_for(
    rehearsal: Rehearsal, body: Body, revision: int | None = None, session: Session | None = None
) -> Command:
    actor = session or rehearsal.office.session
    known = rehearsal.known
    return Command(
        id=rehearsal.sources.identifiers.new(),
        office=actor.office,
        stream=StreamRef(kind="case", id=rehearsal.case),
        base_revision=(known.revision if known else 0) if revision is None else revision,
        operator=actor.operator,
        session=actor.id,
        at=rehearsal.sources.clock.now(),
        body=body,
    )


def give(rehearsal: Rehearsal, body: Body) -> Receipt:
    return rehearsal.office.engine.execute(command_for(rehearsal, body), rehearsal.office.session)


def codes(receipt: Receipt) -> list[str]:
    return [finding.code for finding in receipt.findings]


def entries(rehearsal: Rehearsal) -> int:
    with rehearsal.office.engine.office.register.reading() as reading:
        return reading.head().seq


@pytest.fixture
def applied(rehearse: MakeRehearsal) -> Rehearsal:
    rehearsal = rehearse()
    rehearsal.apply()
    return rehearsal


@pytest.fixture
def approved(applied: Rehearsal) -> Rehearsal:
    applied.approve()
    return applied


def test_the_same_command_again_has_one_effect(applied: Rehearsal):
    applied.become("adrian")
    approve = command_for(applied, Approve())
    first = applied.office.engine.execute(approve, applied.office.session)
    length = entries(applied)
    assert first.applied
    assert applied.office.engine.execute(approve, applied.office.session) == first
    assert entries(applied) == length


def test_a_command_id_with_other_contents_changes_nothing(applied: Rehearsal):
    applied.become("adrian")
    approve = command_for(applied, Approve())
    applied.office.engine.execute(approve, applied.office.session)
    length = entries(applied)
    other = approve.model_copy(update={"body": Reject(reason="identity_not_proven")})
    receipt = applied.office.engine.execute(other, applied.office.session)
    assert codes(receipt) == [EngineCode.COMMAND_ID_REUSED]
    assert entries(applied) == length


def test_a_stale_revision_is_a_conflict(applied: Rehearsal):
    applied.become("adrian")
    stale = command_for(applied, Approve(), revision=1)
    receipt = applied.office.engine.execute(stale, applied.office.session)
    assert receipt.outcome is Outcome.CONFLICT
    assert codes(receipt) == [RegisterCode.REVISION_CONFLICT]
    assert not applied.state.approved_by


def test_actor_and_office_come_from_the_session(applied: Rehearsal):
    forged = command_for(applied, Approve()).model_copy(update={"operator": "adrian"})
    receipt = applied.office.engine.execute(forged, applied.office.session)
    assert codes(receipt) == [EngineCode.COMMAND_NOT_YOURS]


def test_a_role_is_asked_for_every_act(applied: Rehearsal):
    assert codes(give(applied, Approve())) == [CaseFinding.NOT_YOUR_ROLE]
    applied.become("jefa")
    assert codes(give(applied, Approve())) == [CaseFinding.NOT_YOUR_ROLE]


def test_nobody_approves_what_they_captured(applied: Rehearsal):
    """Even a person with both roles is refused: the policy names the pair."""
    applied.become("adrian")
    session = applied.office.session
    state = applied.state.model_copy(update={"acted": {"open_case": ("adrian",)}})
    from issuance.cases.guards import Actor, stands_in_the_way

    policy = applied.office.engine.office.policy.policy
    actor = Actor(session.operator, ("operator", "approver"))
    findings = stands_in_the_way(state, policy, actor, "approve", applied.sources.clock.now())
    assert [finding.code for finding in findings] == [CaseFinding.SECOND_PERSON_NEEDED]


def test_one_open_case_a_person_and_product(applied: Rehearsal, rehearse: MakeRehearsal):
    applied.close()
    with pytest.raises(RehearsalFailed) as refused:
        rehearse().apply()
    assert refused.value.findings[0].code == CaseFinding.OPEN_CASE_EXISTS
    assert refused.value.findings[0].parameters["number"]


def test_a_cancelled_case_frees_its_place(applied: Rehearsal, rehearse: MakeRehearsal):
    applied.execute(CancelCase(reason=_reason(applied, "cancel")))
    assert applied.state.status is CaseStatus.CANCELLED
    applied.close()
    rehearse().apply()


def test_a_wrong_code_is_counted_and_refused(rehearse: MakeRehearsal):
    rehearsal = rehearse()
    rehearsal.apply()
    rehearsal.become("olga")
    amended = dict(rehearsal.state.values) | {"email": "otra.persona@example.com"}
    rehearsal.execute(AmendApplication(values=amended))
    rehearsal.execute(SendEmailCode())
    for attempt in range(1, 6):
        receipt = give(rehearsal, ConfirmEmail(code=Secret("0000 0000")))
        assert codes(receipt) == [CaseFinding.CODE_NOT_ACCEPTED]
        assert rehearsal.state.codes["email"].attempts == attempt
    right = rehearsal.code_from_mail()
    assert codes(give(rehearsal, ConfirmEmail(code=right))) == [CaseFinding.CODE_TRIES_SPENT]


def test_another_address_gives_no_more_codes(rehearse: MakeRehearsal):
    rehearsal = rehearse()
    rehearsal.apply()
    policy = rehearsal.office.engine.office.policy.policy
    sent = 1
    for number in range(policy.code.a_day + 2):
        email = f"otra.persona.{number}@example.com"
        rehearsal.execute(AmendApplication(values={**rehearsal.state.values, "email": email}))
        sent += give(rehearsal, SendEmailCode()).applied
    assert sent == policy.code.a_day


def test_a_dead_code_is_not_mailed(applied: Rehearsal):
    values = {**applied.state.values, "email": "primera@example.com"}
    applied.execute(AmendApplication(values=values))
    applied.execute(SendEmailCode())
    applied.execute(AmendApplication(values={**values, "email": "segunda@example.com"}))
    applied.office.engine.deliver_mail()
    mailbox = applied.office.engine.ask(MailboxQuery(), applied.office.session)
    assert isinstance(mailbox, MailboxAnswer)
    assert "primera@example.com" not in {mail.to for mail in mailbox.messages}


def test_the_same_code_sent_four_times_at_once_is_one_attempt(applied: Rehearsal):
    amended = {**applied.state.values, "email": "otra.persona@example.com"}
    applied.execute(AmendApplication(values=amended))
    applied.execute(SendEmailCode())
    confirm = command_for(applied, ConfirmEmail(code=applied.code_from_mail()))
    session = applied.office.session
    with ThreadPoolExecutor(4) as threads:
        receipts = list(
            threads.map(lambda _: applied.office.engine.execute(confirm, session), range(4))
        )
    assert all(receipt == receipts[0] for receipt in receipts)
    assert receipts[0].applied
    assert applied.state.email_confirmed
    assert applied.state.codes["email"].attempts == 1


def test_a_language_without_words_is_refused(rehearse: MakeRehearsal):
    rehearsal = rehearse()
    rehearsal.become("olga")
    policy = rehearsal.office.engine.office.policy.policy
    body = OpenCase(
        policy=policy.id, product=rehearsal.product.id, values=dict(rehearsal.person.values),
        consent_version=policy.consent_version, language="xx",
    )  # fmt: skip
    assert codes(give(rehearsal, body)) == [CaseFinding.LANGUAGE_NOT_OFFERED]
    other = body.model_copy(update={"language": "es", "policy": "cl-firmagob"})
    assert codes(give(rehearsal, other)) == [CaseFinding.UNKNOWN_PRODUCT]


def test_a_denied_act_is_in_the_register(applied: Rehearsal):
    give(applied, Approve())
    history = applied.office.engine.ask(HistoryQuery(case=applied.case), applied.office.session)
    assert isinstance(history, HistoryAnswer)
    assert history.entries[-1].kind == "act_denied"


def test_nobody_confirms_the_payment_they_recorded(approved: Rehearsal):
    approved.become("carmen")
    assert record_payment(approved).applied
    receipt = give(approved, ConfirmPayment(amount=approved.state.price.total.amount))
    assert codes(receipt) == [CaseFinding.SECOND_PERSON_NEEDED]


def test_a_refused_deposit_is_free_again(approved: Rehearsal, rehearse: MakeRehearsal):
    approved.become("olga")
    assert record_payment(approved).applied
    approved.become("carmen")
    approved.execute(RefusePayment(reason=_reason(approved, "payment")))
    approved.close()
    other = rehearse(number=2)
    other.apply()
    other.approve()
    other.become("olga")
    other.number = approved.number
    assert record_payment(other).applied


def test_a_given_up_key_is_never_certified_again(approved: Rehearsal):
    approved.bring_evidence()
    approved.accept_evidence()
    approved.pay()
    approved.confirm_person()
    approved.enter_activation_code()
    request = base64.b64encode(make_request(make_private_key("rsa-2048"))).decode()
    approved.execute(RequestCertificate(request=request))
    revoke = approved.office.engine.office.policy.policy.reasons.revoke
    approved.execute(GiveUpKey(reason=next(iter(revoke)), note="perdida"))
    approved.confirm_person()
    approved.enter_activation_code()
    again = give(approved, RequestCertificate(request=request))
    assert codes(again) == [CaseFinding.KEY_ALREADY_CERTIFIED]


def test_what_is_no_request_is_told(approved: Rehearsal):
    approved.bring_evidence()
    approved.accept_evidence()
    approved.pay()
    approved.confirm_person()
    approved.enter_activation_code()
    for text in ("ñ", "AAAA", "", "%%%"):
        receipt = give(approved, RequestCertificate(request=text))
        assert codes(receipt) == [CertificateFinding.REQUEST_UNREADABLE], text


def test_only_the_newest_code_is_valid(applied: Rehearsal):
    amended = dict(applied.state.values) | {"email": "otra.persona@example.com"}
    applied.execute(AmendApplication(values=amended))
    applied.execute(SendEmailCode())
    old = applied.code_from_mail()
    applied.execute(SendEmailCode())
    assert codes(give(applied, ConfirmEmail(code=old))) == [CaseFinding.CODE_NOT_ACCEPTED]
    applied.execute(ConfirmEmail(code=applied.code_from_mail()))


def test_codes_a_day_are_limited(rehearse: MakeRehearsal):
    rehearsal = rehearse()
    rehearsal.become("olga")
    policy = rehearsal.office.engine.office.policy.policy
    rehearsal.execute(
        OpenCase(
            policy=policy.id, product=rehearsal.product.id, values=dict(rehearsal.person.values),
            consent_version=policy.consent_version, language="en",
        )
    )  # fmt: skip
    for _ in range(policy.code.a_day):
        rehearsal.execute(SendEmailCode())
    assert codes(give(rehearsal, SendEmailCode())) == [CaseFinding.CODES_SPENT_TODAY]


def test_a_return_names_the_items_and_reopens_the_form(applied: Rehearsal):
    applied.become("adrian")
    unknown = give(applied, ReturnApplication(items=("shoe_size",)))
    assert codes(unknown) == [CaseFinding.UNKNOWN_ITEM]
    assert codes(give(applied, ReturnApplication(items=()))) == [CaseFinding.ITEMS_REQUIRED]
    applied.execute(ReturnApplication(items=("phone", "address"), note="Falta el piso"))
    assert step(applied, "application") is StepState.RETURNED
    assert codes(give(applied, Approve())) == [CaseFinding.STEP_BLOCKED]
    applied.become("olga")
    applied.execute(AmendApplication(values=dict(applied.state.values)))
    assert step(applied, "application") is StepState.DONE


def test_the_person_of_a_case_stays_the_same(applied: Rehearsal, rehearse: MakeRehearsal):
    other = rehearse(number=3).person.values["cedula"]
    receipt = give(applied, AmendApplication(values={**applied.state.values, "cedula": other}))
    assert CaseFinding.PERSON_CANNOT_CHANGE in codes(receipt) or (
        CaseFinding.RUC_OF_ANOTHER_PERSON in codes(receipt)
    )


def test_payment_is_a_gate_nobody_skips(approved: Rehearsal):
    approved.bring_evidence()
    approved.accept_evidence()
    approved.become("olga")
    answers = approved.office.engine.office.policy.policy.activation.person_checklist
    assert codes(give(approved, ConfirmPerson(answers=answers))) == [CaseFinding.STEP_BLOCKED]


def test_the_exact_amount_is_due(approved: Rehearsal):
    approved.become("olga")
    receipt = record_payment(approved, less=1)
    assert codes(receipt) == [CaseFinding.AMOUNT_NOT_DUE]
    due = approved.state.price.total.amount
    assert record_payment(approved).applied
    approved.become("carmen")
    wrong = give(approved, ConfirmPayment(amount=due + 1))
    assert codes(wrong) == [CaseFinding.AMOUNT_NOT_DUE]


def test_a_deposit_pays_for_one_case(approved: Rehearsal, rehearse: MakeRehearsal):
    approved.become("olga")
    assert record_payment(approved).applied
    approved.close()
    other = rehearse(number=2)
    other.apply()
    other.approve()
    other.become("olga")
    other.number = approved.number
    receipt = record_payment(other)
    assert codes(receipt) == [CaseFinding.DEPOSIT_ALREADY_USED]
    assert receipt.findings[0].parameters["number"] == approved_number(other, approved)


def approved_number(rehearsal: Rehearsal, other: Rehearsal) -> str:
    answer = rehearsal.office.engine.ask(CaseQuery(case=other.case), rehearsal.office.session)
    assert isinstance(answer, CaseAnswer)
    return answer.state.number


def record_payment(rehearsal: Rehearsal, less: int = 0) -> Receipt:
    office = rehearsal.office.engine.office
    values = sample_payment(rehearsal.number, office.today())
    proof = office.blobs.keep(sample_proof(rehearsal.person, values), "application/pdf")
    return give(
        rehearsal,
        RecordPayment(
            province="pichincha",
            amount=rehearsal.state.price.total.amount - less,
            values=dict(values),
            proof=proof,
        ),
    )


def test_a_refused_payment_is_recorded_again(approved: Rehearsal):
    approved.become("olga")
    assert record_payment(approved).applied
    approved.become("carmen")
    approved.execute(RefusePayment(reason=_reason(approved, "payment")))
    assert step(approved, "payment") is StepState.RETURNED
    approved.become("olga")
    assert record_payment(approved).applied
    approved.become("carmen")
    approved.execute(ConfirmPayment(amount=approved.state.price.total.amount))
    assert step(approved, "payment") is StepState.DONE


def test_evidence_is_returned_and_brought_again(approved: Rehearsal):
    approved.bring_evidence()
    assert codes(give(approved, AcceptEvidence(slots=("photo",)))) == [CaseFinding.NOT_YOUR_ROLE]
    approved.become("adrian")
    reason = _reason(approved, "evidence")
    approved.execute(ReturnEvidence(reasons={"photo": reason}))
    assert step(approved, "evidence") is StepState.RETURNED
    notices = approved.office.engine.ask(NoticesQuery(case=approved.case), approved.office.session)
    assert isinstance(notices, NoticesAnswer)
    assert notices.entries[0].template == "evidence_returned"


def test_an_exemption_must_fit(rehearse: MakeRehearsal):
    rehearsal = rehearse("miembro-empresa-pkcs12-2y", number=5)  # born in 1993
    rehearsal.apply()
    rehearsal.approve()
    rehearsal.become("olga")
    policy = rehearsal.office.engine.office.policy.policy
    rule = policy.evidence_rule("voting_certificate")
    assert rule is not None
    old = next(each for each in rule.exemptions if each.minimum_age)
    receipt = give(rehearsal, ClaimExemption(slot="voting_certificate", exemption=old.id))
    assert codes(receipt) == [CaseFinding.EXEMPTION_AGE]
    unknown = give(rehearsal, ClaimExemption(slot="voting_certificate", exemption="too_busy"))
    assert codes(unknown) == [CaseFinding.EXEMPTION_NOT_IN_FORCE]


def test_a_case_on_hold_stands_still(applied: Rehearsal):
    applied.execute(HoldCase(reason=_reason(applied, "hold")))
    applied.become("adrian")
    assert codes(give(applied, Approve())) == [CaseFinding.CASE_ON_HOLD]
    applied.execute(ResumeCase())
    applied.execute(Approve())


def test_a_rejected_case_is_closed(applied: Rehearsal):
    applied.become("adrian")
    applied.execute(Reject(reason=_reason(applied, "reject")))
    assert applied.state.status is CaseStatus.REJECTED
    assert codes(give(applied, Approve())) == [CaseFinding.CASE_CLOSED]


def test_a_mail_with_a_code_is_never_sent_again(approved: Rehearsal):
    approved.become("olga")
    answer = approved.office.engine.ask(NoticesQuery(case=approved.case), approved.office.session)
    assert isinstance(answer, NoticesAnswer)
    by_template = {each.template: each for each in answer.entries}
    approved.execute(ResendNotice(notice=by_template["application_approved"].id))
    approved.office.engine.deliver_mail()
    mailbox = approved.office.engine.ask(MailboxQuery(), approved.office.session)
    assert isinstance(mailbox, MailboxAnswer)
    first, second = mailbox.messages[:2]
    assert (first.subject, first.body) == (second.subject, second.body)
    receipt = give(approved, ResendNotice(notice=by_template["email_code"].id))
    assert codes(receipt) == [CaseFinding.NO_SUCH_NOTICE]


def test_an_activation_code_needs_person_and_data_first(approved: Rehearsal):
    approved.bring_evidence()
    approved.accept_evidence()
    approved.pay()
    approved.become("olga")
    receipt = give(approved, EnterActivationCode(code=Secret("12345678")))
    assert codes(receipt) == [CaseFinding.PERSON_NOT_CONFIRMED]


def test_history_tells_who_did_what(approved: Rehearsal):
    answer = approved.office.engine.ask(HistoryQuery(case=approved.case), approved.office.session)
    assert isinstance(answer, HistoryAnswer)
    told = [(each.kind, each.operator_name) for each in answer.entries]
    assert ("case_opened", "Olga Operadora") in told
    assert ("application_approved", "Adrián Aprobador") in told


def test_worklist_search_and_counts(approved: Rehearsal):
    engine, session = approved.office.engine, approved.office.session
    state = approved.state
    for text in (state.values["cedula"], state.number, "munoz", state.values["email"]):
        found = engine.ask(WorklistQuery(text=text), session)
        assert isinstance(found, WorklistAnswer)
        assert [entry.case for entry in found.entries] == [approved.case], text
    counts = engine.ask(CountsQuery(), session)
    assert isinstance(counts, CountsAnswer)
    assert counts.counts["applicant"] == 1
    assert counts.counts["approval"] == 0


def test_an_unknown_case_is_told(approved: Rehearsal):
    answer = approved.office.engine.ask(CaseQuery(number="26-000000-0"), approved.office.session)
    assert isinstance(answer, tuple)
    assert answer[0].code == EngineCode.CASE_UNKNOWN


def step(rehearsal: Rehearsal, name: str) -> StepState:
    known = rehearsal.known
    assert known is not None
    return next(each.state for each in known.steps if each.id == name)


def _reason(rehearsal: Rehearsal, kind: str) -> str:
    reasons = rehearsal.office.engine.office.policy.policy.reasons
    return next(reason for reason in getattr(reasons, kind) if reason not in reasons.note_required)
