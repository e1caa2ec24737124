"""Where each step of a case stands, derived from state and policy."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final

from issuance.cases.state import CaseState, CaseStatus, CodeState, EvidenceStatus, PaymentStatus
from issuance.model import Frozen
from issuance.policies.model import EvidenceRule, Policy, StepKind


class StepState(StrEnum):
    """How far a step has come."""

    BLOCKED = "blocked"
    OPEN = "open"
    IN_WORK = "in_work"
    RETURNED = "returned"
    APPLICANT = "waiting_for_applicant"
    REVIEW = "waiting_for_approval"
    DONE = "done"


class StepView(Frozen):
    """A step with its state and, where blocked, the steps that are missing."""

    id: str
    kind: StepKind
    state: StepState
    missing: tuple[str, ...] = ()


CONTRACT_WAITS: Final = "contract_waits"
"""What a line of the work-list has for a step where only the contract is to be signed still."""


class Queue(StrEnum):
    """The work-list a case stands in."""

    APPROVAL = "approval"
    APPLICANT = "applicant"
    READY = "ready"
    WORKING = "working"
    HELD = "held"
    CLOSED = "closed"


def code_is_alive(code: CodeState | None, now: datetime) -> bool:
    """Tell whether a code was sent, is unspent and has time left."""
    return code is not None and not code.spent and now < code.expires_at


def steps_of(state: CaseState, policy: Policy, now: datetime) -> tuple[StepView, ...]:
    """Return every step of the policy with its state in this case, in the policy's order."""
    views: dict[str, StepView] = {}
    for rule in policy.steps:
        missing = tuple(need for need in rule.needs if views[need].state is not StepState.DONE)
        step = StepState.BLOCKED if missing else _OWN_STATE[rule.kind](state, policy, now)
        views[rule.id] = _view(rule.id, rule.kind, step, missing)
    return tuple(views.values())


@lru_cache(maxsize=256)
def _view(step: str, kind: StepKind, state: StepState, missing: tuple[str, ...]) -> StepView:
    """Return a step's view; the same few are wanted several times with every command."""
    return StepView(id=step, kind=kind, state=state, missing=missing)


def current_step(steps: tuple[StepView, ...]) -> StepView:
    """Return the first step that is neither done nor blocked, else the last one."""
    standing = (step for step in steps if step.state not in (StepState.DONE, StepState.BLOCKED))
    return next(standing, steps[-1])


def is_closed(state: CaseState) -> bool:
    """Tell whether nothing is to be done in a case: it stands in no work-list."""
    is_over = state.status not in (CaseStatus.OPEN, CaseStatus.HELD)
    return is_over and not _wishes_wait(state) and not contract_waits(state)


def contract_waits(state: CaseState) -> bool:
    """Tell whether only the contract is to be signed still: unsigned, it costs the certificate."""
    certificate = state.activation.certificate
    return (
        state.status in (CaseStatus.ACTIVE, CaseStatus.SUSPENDED)
        and certificate is not None
        and certificate.contract.signed_at is None
    )


def queue_of(state: CaseState, steps: tuple[StepView, ...]) -> Queue:
    """Return the work-list a case stands in."""
    if _wishes_wait(state):
        return Queue.APPROVAL
    if state.status is CaseStatus.HELD:
        return Queue.HELD
    if is_closed(state):
        return Queue.CLOSED
    if contract_waits(state):
        return Queue.APPLICANT
    states = {step.kind: step.state for step in steps}
    if StepState.REVIEW in states.values():
        return Queue.APPROVAL
    if states.get(StepKind.ACTIVATION) not in (StepState.BLOCKED, StepState.DONE, None):
        return Queue.READY
    waits = {StepState.APPLICANT, StepState.RETURNED}
    if waits & set(states.values()):
        return Queue.APPLICANT
    # A code that ran out still waits for the applicant: the list must not depend on the clock.
    code_was_sent = not state.email_confirmed and "email" in state.codes
    evidence_is_missing = states.get(StepKind.EVIDENCE) is StepState.OPEN
    return Queue.APPLICANT if code_was_sent or evidence_is_missing else Queue.WORKING


def required_evidence(state: CaseState, policy: Policy) -> tuple[EvidenceRule, ...]:
    """Return the photos and documents this case needs."""
    return policy.evidence_for(state.condition_values())


def _wishes_wait(state: CaseState) -> bool:
    """Tell whether a second person has to decide about the certificate's life."""
    certificate = state.activation.certificate
    return certificate is not None and certificate.life.wish is not None


def _application(state: CaseState, _policy: Policy, _now: datetime) -> StepState:
    return StepState.RETURNED if state.application_correction else StepState.DONE


def _email(state: CaseState, _policy: Policy, now: datetime) -> StepState:
    if state.email_confirmed:
        return StepState.DONE
    sent = code_is_alive(state.codes.get("email"), now)
    return StepState.APPLICANT if sent else StepState.OPEN


def _approval(state: CaseState, _policy: Policy, _now: datetime) -> StepState:
    return StepState.DONE if state.approved_by else StepState.REVIEW


def _evidence(state: CaseState, policy: Policy, _now: datetime) -> StepState:
    slots = [state.evidence.get(rule.id) for rule in required_evidence(state, policy)]
    statuses = [slot.status if slot else None for slot in slots]
    if all(status is EvidenceStatus.ACCEPTED for status in statuses):
        return StepState.DONE
    if EvidenceStatus.RETURNED in statuses:
        return StepState.RETURNED
    if EvidenceStatus.REQUESTED in statuses:
        return StepState.APPLICANT
    if None not in statuses:
        return StepState.REVIEW
    return StepState.IN_WORK if any(statuses) else StepState.OPEN


def _payment(state: CaseState, _policy: Policy, _now: datetime) -> StepState:
    if state.payment is None:
        return StepState.OPEN
    return {
        PaymentStatus.RECORDED: StepState.REVIEW,
        PaymentStatus.CONFIRMED: StepState.DONE,
        PaymentStatus.REFUSED: StepState.RETURNED,
    }[state.payment.status]


def _billing(state: CaseState, _policy: Policy, _now: datetime) -> StepState:
    return StepState.DONE if state.billing else StepState.OPEN


def _activation(state: CaseState, _policy: Policy, now: datetime) -> StepState:
    certificate = state.activation.certificate
    if certificate and certificate.delivered_at:
        return StepState.DONE
    if code_is_alive(state.codes.get("activation"), now):
        return StepState.APPLICANT
    return StepState.IN_WORK if state.activation.person_confirmed_by else StepState.OPEN


_OWN_STATE: dict[StepKind, Callable[[CaseState, Policy, datetime], StepState]] = {
    StepKind.APPLICATION: _application,
    StepKind.EMAIL: _email,
    StepKind.APPROVAL: _approval,
    StepKind.EVIDENCE: _evidence,
    StepKind.PAYMENT: _payment,
    StepKind.BILLING: _billing,
    StepKind.ACTIVATION: _activation,
}
