"""Who may do what in a case now: the checks an act must pass before its contents are looked at.

The same answer is given to `decide` and to the screens, so that a screen shows what can be done
now, and by whom, without holding a rule.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from issuance.cases.contract_guards import CONTRACT_ACTS, contract_findings
from issuance.cases.life_guards import HANDED_OVER, LIFE_ACTS, life_findings
from issuance.cases.outdated import as_of
from issuance.cases.state import CaseState, CaseStatus, EvidenceStatus
from issuance.cases.steps import StepState, StepView, steps_of
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.model import Frozen
from issuance.policies.model import Policy, StepKind


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts: user name and roles, from the session, never from a command's body."""

    user: str
    roles: tuple[str, ...]


class ActView(Frozen):
    """An act on a case, the roles that may do it, and what stands in its way for this person."""

    act: str
    roles: tuple[str, ...]
    findings: tuple[Finding, ...]


_WORKING = frozenset({
    StepState.OPEN, StepState.IN_WORK, StepState.APPLICANT, StepState.RETURNED, StepState.REVIEW,
})  # fmt: skip
_DONE_TOO = _WORKING | {StepState.DONE}

_ACTS: dict[str, tuple[StepKind, frozenset[StepState]]] = {
    "amend_application": (StepKind.APPLICATION, _DONE_TOO),
    "send_email_code": (StepKind.EMAIL, _WORKING),
    "confirm_email": (StepKind.EMAIL, _WORKING),
    "approve": (StepKind.APPROVAL, frozenset({StepState.REVIEW})),
    "return_application": (StepKind.APPROVAL, frozenset({StepState.REVIEW})),
    "capture_evidence": (StepKind.EVIDENCE, _WORKING),
    "claim_exemption": (StepKind.EVIDENCE, _WORKING),
    "request_evidence": (StepKind.EVIDENCE, _WORKING),
    "accept_evidence": (StepKind.EVIDENCE, _WORKING),
    "return_evidence": (StepKind.EVIDENCE, _WORKING),
    "record_payment": (StepKind.PAYMENT, frozenset({StepState.OPEN, StepState.RETURNED})),
    "confirm_payment": (StepKind.PAYMENT, frozenset({StepState.REVIEW})),
    "refuse_payment": (StepKind.PAYMENT, frozenset({StepState.REVIEW})),
    "record_billing": (StepKind.BILLING, _DONE_TOO),
    "confirm_person": (StepKind.ACTIVATION, _WORKING),
    "confirm_data": (StepKind.ACTIVATION, _WORKING),
    "send_activation_code": (StepKind.ACTIVATION, _WORKING),
    "enter_activation_code": (StepKind.ACTIVATION, _WORKING),
    "request_certificate": (StepKind.ACTIVATION, _WORKING),
    "record_delivery": (StepKind.ACTIVATION, _WORKING),
    "give_up_key": (StepKind.ACTIVATION, _WORKING),
}
OVERRIDE: Final = "override_evidence"
"""The act inside `capture_evidence` that sets a warning aside; a policy names its roles too."""
_WITHOUT_STEP = ("reject", "hold_case", "resume_case", "cancel_case", "resend_notice")
_ON_HOLD = frozenset({"resume_case", "cancel_case", "reject"})
_NEVER_AFTER_ISSUE = frozenset({"reject", "cancel_case", "record_billing", "amend_application"})


def acts_of(state: CaseState, policy: Policy, actor: Actor, now: datetime) -> tuple[ActView, ...]:
    """Return every act on a case with what stands in its way for this person."""
    steps = steps_of(state, policy, now)
    return tuple(
        ActView(
            act=act,
            roles=policy.roles.get(act, ()),
            findings=_findings(state, policy, actor, act, steps),
        )
        for act in (*_ACTS, *_WITHOUT_STEP, *CONTRACT_ACTS, *LIFE_ACTS)
    )


def stands_in_the_way(
    state: CaseState, policy: Policy, actor: Actor, act: str, now: datetime
) -> tuple[Finding, ...]:
    """Return what forbids an act now: role, case status, step, or the same person's earlier act."""
    known = as_of(state, policy, now)
    return _findings(known, policy, actor, act, steps_of(known, policy, now))


def role_finding(policy: Policy, actor: Actor, act: str) -> tuple[Finding, ...]:
    """Return a finding when none of the person's roles includes the act."""
    allowed = policy.roles.get(act, ())
    if set(allowed) & set(actor.roles):
        return ()
    return (blocks(CaseFinding.NOT_YOUR_ROLE, roles=", ".join(allowed)),)


def _findings(
    state: CaseState, policy: Policy, actor: Actor, act: str, steps: tuple[StepView, ...]
) -> tuple[Finding, ...]:
    for findings in (
        _standing(state, policy, act),
        _step(state, act, steps),
        role_finding(policy, actor, act),
        _four_eyes(state, policy, actor, act),
    ):
        if findings:
            return findings
    return ()


def _standing(state: CaseState, policy: Policy, act: str) -> tuple[Finding, ...]:
    if act in LIFE_ACTS:
        return life_findings(state, policy, act)
    return contract_findings(state, act) if act in CONTRACT_ACTS else _status(state, act)


def _status(state: CaseState, act: str) -> tuple[Finding, ...]:
    # A mail gets lost whatever became of its case.
    if act == "resend_notice":
        return ()
    if state.status in (CaseStatus.REJECTED, CaseStatus.CANCELLED):
        return (blocks(CaseFinding.CASE_CLOSED, status=state.status.value),)
    if state.status in HANDED_OVER:
        return (blocks(CaseFinding.CASE_CLOSED, status=state.status.value),)
    if state.status is CaseStatus.HELD and act not in _ON_HOLD:
        return (blocks(CaseFinding.CASE_ON_HOLD, reason=state.held_for),)
    if act == "resume_case" and state.status is not CaseStatus.HELD:
        return (blocks(CaseFinding.CASE_NOT_ON_HOLD),)
    if act in _NEVER_AFTER_ISSUE and state.activation.certificate:
        return (blocks(CaseFinding.TOO_LATE_CERTIFICATE_ISSUED),)
    return ()


def _step(state: CaseState, act: str, steps: tuple[StepView, ...]) -> tuple[Finding, ...]:
    if act not in _ACTS:
        return ()
    kind, wanted = _ACTS[act]
    step = next((each for each in steps if each.kind is kind), None)
    if step is None:
        return (blocks(CaseFinding.STEP_NOT_OPEN, step=kind.value),)
    if step.state is StepState.BLOCKED:
        return (blocks(CaseFinding.STEP_BLOCKED, step=_first_to_do(step, steps)),)
    if step.state not in wanted or not _own_condition(state, act):
        return (blocks(CaseFinding.STEP_NOT_OPEN, step=step.id),)
    return _activation_order(state, act)


def _first_to_do(step: StepView, steps: tuple[StepView, ...]) -> str:
    """Return the first step that can be worked on among those a step waits for."""
    needed = next(each for each in steps if each.id == step.missing[0])
    return _first_to_do(needed, steps) if needed.missing else needed.id


def _own_condition(state: CaseState, act: str) -> bool:
    if act == "amend_application":
        return not state.approved_by
    if act == "approve":
        return state.application_correction is None
    if act in ("accept_evidence", "return_evidence"):
        return any(slot.status is EvidenceStatus.CAPTURED for slot in state.evidence.values())
    return True


def _activation_order(state: CaseState, act: str) -> tuple[Finding, ...]:
    activation = state.activation
    certificate = activation.certificate
    if act in ("record_delivery", "give_up_key"):
        return () if certificate and certificate.issued else (
            blocks(CaseFinding.NO_SUCH_CERTIFICATE),
        )  # fmt: skip
    kind, _ = _ACTS[act]
    if kind is not StepKind.ACTIVATION:
        return ()
    if certificate:
        return (blocks(CaseFinding.CERTIFICATE_EXISTS),)
    if act != "confirm_person" and not activation.person_confirmed_by:
        return (blocks(CaseFinding.PERSON_NOT_CONFIRMED),)
    if act not in ("confirm_person", "confirm_data") and not activation.data_confirmed_at:
        return (blocks(CaseFinding.DATA_NOT_CONFIRMED),)
    return ()


def _four_eyes(state: CaseState, policy: Policy, actor: Actor, act: str) -> tuple[Finding, ...]:
    for pair in policy.four_eyes:
        for mine, other in ((pair.first, pair.second), (pair.second, pair.first)):
            if act == mine and actor.user in state.acted.get(other, ()):
                return (blocks(CaseFinding.SECOND_PERSON_NEEDED, act=other),)
    return ()
