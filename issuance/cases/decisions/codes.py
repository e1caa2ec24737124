"""One-time codes: sent, counted before they are checked, and checked in constant time."""

import hmac
from collections.abc import Callable
from datetime import timedelta

from issuance.cases.commands.activation import SendActivationCode
from issuance.cases.commands.application import SendEmailCode
from issuance.cases.decision import CaseFacts, Decision, NoticeRequest, refuse
from issuance.cases.events.activation import ActivationAuthorised
from issuance.cases.events.application import CodeAttempted, CodeRefused, CodeSent, EmailConfirmed
from issuance.cases.events.base import CaseEvent
from issuance.cases.reasons import act_reason_finding
from issuance.cases.state import CaseState, CodeState
from issuance.findings import blocks
from issuance.findings.cases import CaseFinding
from issuance.policies.model import Policy

_A_DAY = timedelta(days=1)


def send_code(
    body: SendEmailCode | SendActivationCode, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Make a new code for a purpose; it replaces every older one."""
    if facts.fresh_code is None:
        raise ValueError("the engine hands in a fresh code")
    earlier = [moment for code in state.codes.values() for moment in code.sent]
    if sum(moment > facts.now - _A_DAY for moment in earlier) >= policy.code.a_day:
        return refuse(CaseFinding.CODES_SPENT_TODAY, limit=policy.code.a_day)
    if finding := act_reason_finding(body.kind, state, policy, body.reason, body.note):
        return Decision(findings=(finding,))
    purpose = "email" if isinstance(body, SendEmailCode) else "activation"
    link = policy.activation.link
    with_link = bool(link.address) and purpose == "activation"
    sent = CodeSent(
        purpose=purpose,
        code=facts.fresh_code.id,
        verifier=facts.fresh_code.verifier,
        link_verifier=facts.fresh_code.link_verifier if with_link else "",
        expires_at=facts.now + timedelta(minutes=policy.code.minutes),
        link_expires_at=facts.now + timedelta(hours=link.hours) if with_link else None,
        reason=body.reason,
        note=body.note,
        to=state.values[policy.email_field],
    )
    # A mail holds one secret: the link goes in a second one.
    templates = (f"{purpose}_code", *([f"{purpose}_code_link"] if with_link else []))
    notices = tuple(NoticeRequest(template, with_code=True) for template in templates)
    return Decision(events=(sent,), notices=notices)


def count_attempt(purpose: str, state: CaseState, policy: Policy, facts: CaseFacts) -> Decision:
    """Count an attempt, whatever is presented; committed before the code is looked at."""
    code = state.codes.get(purpose)
    if code is None or code.spent:
        return refuse(CaseFinding.CODE_NOT_ACCEPTED, "code")
    if code.attempts >= policy.code.tries:
        return refuse(CaseFinding.CODE_TRIES_SPENT, "code")
    return Decision(events=(CodeAttempted(purpose=purpose),))


def check_code(
    purpose: str,
    accepted: Callable[[], tuple[CaseEvent, ...]],
    state: CaseState,
    facts: CaseFacts,
) -> Decision:
    """Accept the counted attempt, or refuse it without saying why."""
    code = state.codes.get(purpose)
    if code is not None and _is_right(code, facts):
        return Decision(events=accepted())
    return Decision(
        events=(CodeRefused(purpose=purpose),),
        findings=(blocks(CaseFinding.CODE_NOT_ACCEPTED, "code"),),
    )


def _is_right(code: CodeState, facts: CaseFacts) -> bool:
    presented = [value.encode() for value in facts.presented]
    right_code = any(hmac.compare_digest(value, code.verifier.encode()) for value in presented)
    right_link = bool(code.link_verifier) and any(
        hmac.compare_digest(value, code.link_verifier.encode()) for value in presented
    )
    code_in_time = facts.now < code.expires_at
    link_in_time = code.link_expires_at is not None and facts.now < code.link_expires_at
    return not code.spent and ((right_code and code_in_time) or (right_link and link_in_time))


def confirm_email(state: CaseState, policy: Policy, facts: CaseFacts) -> Decision:
    """Confirm the e-mail with a counted code."""
    return check_code("email", lambda: (EmailConfirmed(),), state, facts)


def authorise_activation(state: CaseState, policy: Policy, facts: CaseFacts) -> Decision:
    """Let the applicant make their key for the policy's time."""
    until = facts.now + timedelta(minutes=policy.activation.minutes_to_finish)
    return check_code("activation", lambda: (ActivationAuthorised(until=until),), state, facts)
