"""What the one door promises: one effect a command, four eyes, gates nobody skips."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from issuance.cases.commands.activation import (
    GiveUpKey,
    RequestCertificate,
)
from issuance.cases.commands.application import (
    AmendApplication,
    Approve,
    OpenCase,
    Reject,
    ReturnApplication,
)
from issuance.cases.commands.conduct import CancelCase, HoldCase, ResumeCase
from issuance.cases.commands.evidence import AcceptEvidence, ClaimExemption, ReturnEvidence
from issuance.cases.state import CaseStatus
from issuance.cases.steps import StepState
from issuance.certificates.keys import make_private_key
from issuance.certificates.request import make_request
from issuance.commands import Command, Outcome
from issuance.engine.office import Office
from issuance.engine.publishing import status_files
from issuance.findings.cases import CaseFinding
from issuance.findings.certificates import CertificateFinding
from issuance.findings.engine import EngineCode
from issuance.findings.register import RegisterCode
from issuance.findings.revocation import RevocationFinding
from issuance.queries import (
    CaseQuery,
    CountsAnswer,
    CountsQuery,
    HistoryAnswer,
    HistoryQuery,
    NoticesAnswer,
    NoticesQuery,
    WorklistAnswer,
    WorklistQuery,
)
from tests.engine.conftest import MakeRehearsal
from tests.engine.desk import codes
from tests.engine.giving import command_for, entries, give, reason_of, step
from ventanilla.rehearsal import Rehearsal, RehearsalFailed


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
    applied.execute(CancelCase(reason=reason_of(applied, "cancel")))
    assert applied.state.status is CaseStatus.CANCELLED
    applied.close()
    rehearse().apply()


def test_of_those_who_open_a_case_at_once_for_one_person_one_does(rehearse: MakeRehearsal):
    rehearsal = rehearse()
    rehearsal.become("olga")
    policy = rehearsal.office.engine.office.policy.policy
    body = OpenCase(
        policy=policy.id, product=rehearsal.product.id, values=dict(rehearsal.person.values),
        consent_version=policy.consent_version, language="es",
    )  # fmt: skip
    engine, session = rehearsal.office.engine, rehearsal.office.session
    commands = list[Command]()
    for _ in range(4):
        rehearsal.case = rehearsal.sources.identifiers.new()
        commands.append(command_for(rehearsal, body, 0))
    before = entries(rehearsal)
    with ThreadPoolExecutor(8) as threads:
        # Each one twice: a case of its own, and the same command again.
        receipts = list(threads.map(lambda each: engine.execute(each, session), commands * 2))

    assert receipts[:4] == receipts[4:]
    outcomes = [codes(receipt) for receipt in receipts[:4]]
    assert sorted(outcomes) == [[], *[[CaseFinding.OPEN_CASE_EXISTS]] * 3]
    assert entries(rehearsal) == before + 2, "of one case, and of its person"


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


def test_evidence_is_returned_and_brought_again(approved: Rehearsal):
    approved.bring_evidence()
    assert codes(give(approved, AcceptEvidence(slots=("photo",)))) == [CaseFinding.NOT_YOUR_ROLE]
    approved.become("adrian")
    reason = reason_of(approved, "evidence")
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
    applied.execute(HoldCase(reason=reason_of(applied, "hold")))
    applied.become("adrian")
    assert codes(give(applied, Approve())) == [CaseFinding.CASE_ON_HOLD]
    applied.execute(ResumeCase(reason=reason_of(applied, "resume")))
    applied.execute(Approve())


def test_a_rejected_case_is_closed(applied: Rehearsal):
    applied.become("adrian")
    applied.execute(Reject(reason=reason_of(applied, "reject")))
    assert applied.state.status is CaseStatus.REJECTED
    assert codes(give(applied, Approve())) == [CaseFinding.CASE_CLOSED]


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


def test_who_works_hears_that_nothing_can_be_published(approved: Rehearsal):
    engine, session = approved.office.engine, approved.office.session

    def troubles() -> list[str]:
        engine.run_due(session)
        counts = engine.ask(CountsQuery(), session)
        assert isinstance(counts, CountsAnswer)
        return [each.code for each in counts.troubles]

    assert troubles() == []
    folder = status_files(engine.office).folder
    folder.rename(folder.with_name("aside"))
    folder.touch()
    assert troubles() == [RevocationFinding.PUBLICATION_FAILS]
    folder.unlink()
    assert troubles() == []


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (timedelta(days=91), []),
        (timedelta(days=90), [CertificateFinding.AUTHORITY_ENDS_SOON]),
        (timedelta(), [CertificateFinding.AUTHORITY_EXPIRED]),
    ],
)
def test_who_works_hears_that_the_authority_ends(
    approved: Rehearsal, monkeypatch: pytest.MonkeyPatch, before: timedelta, told: list[str]
):
    engine, session = approved.office.engine, approved.office.session
    ends = engine.office.authority.issuing.not_valid_after_utc
    monkeypatch.setattr(Office, "now", lambda _: ends - before)
    counts = engine.ask(CountsQuery(), session)
    assert isinstance(counts, CountsAnswer)
    assert [each.code for each in counts.troubles] == told


def test_an_unknown_case_is_told(approved: Rehearsal):
    answer = approved.office.engine.ask(CaseQuery(number="26-000000-0"), approved.office.session)
    assert isinstance(answer, tuple)
    assert answer[0].code == EngineCode.CASE_UNKNOWN
