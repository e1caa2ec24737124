"""Every act that stops, repeats or ends something has a coded reason, kept with what it did."""

from typing import Any
from uuid import UUID

import pytest

from issuance.cases.commands.activation import SendActivationCode
from issuance.cases.commands.application import AmendApplication, OpenCase, Reject, SendEmailCode
from issuance.cases.commands.conduct import CancelCase, HoldCase, ResendNotice, ResumeCase
from issuance.cases.decide import CaseBody, decide
from issuance.cases.decision import Decision
from issuance.cases.decisions.codes import send_code
from issuance.cases.events import CATALOGUE
from issuance.cases.events.activation import ActivationAuthorised
from issuance.cases.events.application import CodeSent
from issuance.cases.events.base import CaseEvent
from issuance.cases.events.conduct import CaseResumed, NoticeResent
from issuance.cases.reasons import reasons_for
from issuance.cases.state import ActivationState, CaseState
from issuance.events import read_event
from issuance.findings.cases import CaseFinding
from issuance.samples.people import sample_person
from tests.issuance.cases.test_evidence import ADRIAN, NOW, OLGA, POLICY, act, facts, happen

FACTS = facts(notice_template="application_approved")
ACTS: dict[str, Any] = {
    "hold_case": HoldCase,
    "resume_case": ResumeCase,
    "cancel_case": CancelCase,
    "reject": Reject,
    "send_email_code": SendEmailCode,
    "resend_notice": ResendNotice,
}


@pytest.fixture(scope="module")
def opened() -> CaseState:
    """Return a case whose applicant was sent a code."""
    body = OpenCase(
        policy=POLICY.id,
        product="natural-pkcs12-2y",
        values=dict(sample_person("natural", 0).values),
        consent_version=POLICY.consent_version,
        language="es",
    )
    return act(act(None, body, OLGA), SendEmailCode(), OLGA)


def before(kind: str, opened: CaseState) -> CaseState:
    if kind == "resume_case":
        return act(opened, HoldCase(reason=POLICY.reasons.hold[0]), OLGA)
    return opened


def body_of(kind: str, reason: str, note: str = "") -> CaseBody:
    notice = {"notice": UUID(int=9)} if kind == "resend_notice" else {}
    return ACTS[kind](reason=reason, note=note, **notice)


def decided(state: CaseState, body: CaseBody) -> Decision:
    actor = ADRIAN if body.kind == "reject" else OLGA
    return decide(state, body, POLICY, actor, FACTS)


@pytest.mark.parametrize("kind", ACTS)
def test_an_act_keeps_its_reason_and_is_refused_without(kind: str, opened: CaseState):
    state = before(kind, opened)
    offered = reasons_for(kind, state, POLICY)
    kept = [
        event.parts()[0]["reason"]
        for reason in offered
        for event in decided(state, body_of(kind, reason, "because")).events
    ]
    assert kept == list(offered)
    for wrong in ("", "because"):
        refused = decided(state, body_of(kind, wrong))
        assert [each.code for each in refused.findings] == [CaseFinding.UNKNOWN_REASON]
        assert not refused.events
    unexplained = decided(state, body_of(kind, "other", " "))
    assert [each.code for each in unexplained.findings] == [CaseFinding.NOTE_REQUIRED]


@pytest.mark.parametrize("kind", ACTS)
def test_a_note_is_personal_and_can_be_purged(kind: str, opened: CaseState):
    (event, *_) = decided(before(kind, opened), body_of(kind, "other", "she has the flu")).events
    public, personal = event.parts()
    assert "she has the flu" not in str(public)
    assert personal["note"] == "she has the flu"
    purged = read_event(CATALOGUE, event.KIND, event.SCHEMA, public, None)
    assert purged.parts()[0] == public


def test_the_first_code_to_an_address_replaces_none_and_needs_no_reason(opened: CaseState):
    values = {**opened.values, "email": "otra.persona@example.com"}
    amended = act(opened, AmendApplication(values=values), OLGA)
    again = POLICY.reasons.new_code[0]
    assert decided(opened, SendEmailCode()).refused
    assert decided(amended, SendEmailCode(reason=again)).refused
    sent = happen(amended, decided(amended, SendEmailCode()), OLGA)
    assert decided(sent, SendEmailCode()).refused
    assert not decided(sent, SendEmailCode(reason=again)).refused


def test_every_activation_code_but_the_first_needs_a_reason(opened: CaseState):
    again = SendActivationCode(reason=POLICY.reasons.new_code[0])
    assert send_code(again, opened, POLICY, FACTS).refused
    sent = happen(opened, send_code(SendActivationCode(), opened, POLICY, FACTS), OLGA)
    assert send_code(SendActivationCode(), sent, POLICY, FACTS).refused
    (event,) = send_code(again, sent, POLICY, FACTS).events
    assert event.parts()[0]["purpose"] == "activation"


def test_a_lapsed_authorisation_is_a_reason_and_another_certificate_begins_anew(opened: CaseState):
    sent = happen(opened, send_code(SendActivationCode(), opened, POLICY, FACTS), OLGA)
    right = Decision(events=(ActivationAuthorised(until=NOW),))
    lapsed = happen(sent, right, OLGA)
    assert send_code(SendActivationCode(), lapsed, POLICY, FACTS).refused
    begun_anew = lapsed.model_copy(update={"activation": ActivationState()})
    assert not send_code(SendActivationCode(), begun_anew, POLICY, FACTS).refused


EVENTS: tuple[CaseEvent, ...] = (
    CaseResumed(reason="held_by_mistake", note="oh"),
    NoticeResent(notice=UUID(int=9), template="application_approved", reason="other", note="oh"),
    CodeSent(
        purpose="email", code=UUID(int=3), verifier="v", expires_at=NOW, reason="other", note="oh",
        to="ana@example.com",
    ),
)  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.KIND)
def test_what_version_1_recorded_had_no_reason(event: CaseEvent):
    public, personal = event.parts()
    older = {name: value for name, value in public.items() if name != "reason"}
    rest = {name: value for name, value in personal.items() if name != "note"}
    read = read_event(CATALOGUE, event.KIND, 1, older, rest)
    assert read == event.model_copy(update={"reason": "", "note": ""})
    assert read_event(CATALOGUE, event.KIND, 1, older, None).parts()[0]["reason"] == ""
    assert read_event(CATALOGUE, event.KIND, 2, public, personal) == event
    with pytest.raises(ValueError, match="reason"):
        read_event(CATALOGUE, event.KIND, 2, older, personal)
