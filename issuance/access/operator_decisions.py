"""What may happen to an operator: pure rules over its state and the office's administrators."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from issuance.access.attempts import AttemptCause
from issuance.access.office import USER_NAME
from issuance.access.operators import (
    AdmittedToEnrol,
    FirstPasswordSet,
    LoggedIn,
    LoggedOut,
    LogInRefused,
    OperatorAdded,
    OperatorEvent,
    OperatorRemoved,
    OperatorState,
    PasswordChanged,
    RolesChanged,
)
from issuance.access.roles import Role, Session
from issuance.access.totp import accepted_step, likely_clock_trouble
from issuance.findings import Finding, FindingCode, blocks
from issuance.findings.access import AccessCode
from issuance.secret import Secret

LONGEST_NAME: Final = 100
_CAUSES: Final = {
    AccessCode.CODE_ALREADY_USED: AttemptCause.CODE_ALREADY_USED,
    AccessCode.CODE_WRONG: AttemptCause.WRONG_CODE,
    AccessCode.CLOCK_SEEMS_SLOW: AttemptCause.CLOCK_OFF,
    AccessCode.CLOCK_SEEMS_FAST: AttemptCause.CLOCK_OFF,
}


@dataclass(frozen=True, slots=True)
class OperatorDecision:
    """What happens and what is said; a refused log-in carries an event too."""

    events: tuple[OperatorEvent, ...] = ()
    findings: tuple[Finding, ...] = ()


def decide_first(
    user: str, name: str, roles: Collection[Role], founder: str, *, must_change: bool = False
) -> OperatorDecision:
    """Add somebody the office begins with; usually the password is of their own choice."""
    findings = (*_check_user(None, user), *_check_name(name), *_check_roles(roles))
    added = OperatorAdded(user=user, name=name, roles=_in_order(roles), by=founder)
    return _unless(
        findings, added, FirstPasswordSet(by=founder) if must_change else PasswordChanged()
    )


def decide_add(
    state: OperatorState | None, user: str, name: str, roles: Collection[Role], actor: Session
) -> OperatorDecision:
    """Add an operator, whose slot gets a first password; `state` is what the user name holds."""
    findings = (
        *_check_administrator(actor),
        *_check_user(state, user),
        *_check_name(name),
        *_check_roles(roles),
    )
    by = actor.operator
    added = OperatorAdded(user=user, name=name, roles=_in_order(roles), by=by)
    return _unless(findings, added, FirstPasswordSet(by=by))


def decide_change_roles(
    state: OperatorState,
    roles: Collection[Role],
    actor: Session,
    active_administrators: Collection[str],
) -> OperatorDecision:
    """Replace an operator's roles; `active_administrators` are user names."""
    findings = (
        *_check_administrator(actor),
        *_check_active(state),
        *_check_roles(roles),
        *_one_if(state.user == actor.operator, AccessCode.OWN_ROLES),
        *_one_if(_in_order(roles) == _in_order(state.roles), AccessCode.ROLES_UNCHANGED),
    )
    if Role.ADMINISTRATOR not in roles:
        findings += _check_another_administrator(state, active_administrators)
    return _unless(findings, RolesChanged(roles=_in_order(roles), by=actor.operator))


def decide_remove(
    state: OperatorState, reason: str, actor: Session, active_administrators: Collection[str]
) -> OperatorDecision:
    """Remove an operator; the key slot goes with it."""
    findings = (
        *_check_administrator(actor),
        *_check_active(state),
        *_one_if(not reason.strip(), AccessCode.REASON_MISSING, "reason"),
        *_check_another_administrator(state, active_administrators),
    )
    return _unless(findings, OperatorRemoved(reason=reason, by=actor.operator))


def decide_set_first_password(state: OperatorState, actor: Session) -> OperatorDecision:
    """Give an operator who forgot the password a new slot and a first password."""
    findings = (*_check_administrator(actor), *_check_active(state))
    return _unless(findings, FirstPasswordSet(by=actor.operator))


def decide_change_password(
    state: OperatorState, totp_secret: Secret, code: Secret, now: datetime
) -> OperatorDecision:
    """Record that the operator sealed the own slot under another password.

    Who still has the first password shows with a code that the authenticator was enrolled.
    """
    if findings := _check_active(state):
        return OperatorDecision(findings=findings)
    if not state.must_change_password:
        return OperatorDecision((PasswordChanged(),))
    accepted = check_code(totp_secret, code, now, state.last_totp_step)
    if isinstance(accepted, Finding):
        return _refused(_CAUSES[AccessCode(accepted.code)], accepted, now)
    return OperatorDecision((PasswordChanged(totp_step=accepted),))


def decide_log_in(
    state: OperatorState, totp_secret: Secret, code: Secret, session: UUID, now: datetime
) -> OperatorDecision:
    """Check the one-time code after the password has opened the slot.

    Nobody has seen the TOTP secret that goes with a first password, so that one admits without a
    code, and to nothing but choosing a password and enrolling an authenticator.
    """
    if not state.active:
        refusal = blocks(AccessCode.LOG_IN_REFUSED)
        return _refused(AttemptCause.OPERATOR_REMOVED, refusal, now)
    if state.must_change_password:
        return OperatorDecision((AdmittedToEnrol(session=session),))
    accepted = check_code(totp_secret, code, now, state.last_totp_step)
    if isinstance(accepted, Finding):
        return _refused(_CAUSES[AccessCode(accepted.code)], accepted, now)
    return OperatorDecision((LoggedIn(totp_step=accepted, session=session),))


def check_code(
    totp_secret: Secret, code: Secret, now: datetime, last_step: int | None
) -> int | Finding:
    """Return the time step of a right code, or why the code is refused."""
    step = accepted_step(totp_secret, code, now, last_step)
    if step is not None:
        return step
    if accepted_step(totp_secret, code, now, None) is not None:
        return blocks(AccessCode.CODE_ALREADY_USED, "code")
    trouble = likely_clock_trouble(totp_secret, code, now)
    if trouble is None:
        return blocks(AccessCode.CODE_WRONG, "code")
    seconds = int(trouble.total_seconds())
    seems = AccessCode.CLOCK_SEEMS_SLOW if seconds > 0 else AccessCode.CLOCK_SEEMS_FAST
    return blocks(seems, "code", seconds=abs(seconds))


def decide_log_out(session: Session) -> OperatorDecision:
    """Record the end of a session."""
    return OperatorDecision((LoggedOut(session=session.id),))


def _refused(cause: AttemptCause, refusal: Finding, now: datetime) -> OperatorDecision:
    return OperatorDecision((LogInRefused(cause=cause, attempted_at=now),), (refusal,))


def _unless(findings: tuple[Finding, ...], *events: OperatorEvent) -> OperatorDecision:
    return OperatorDecision(() if findings else events, findings)


def _one_if(
    wrong: bool, code: FindingCode, field: str | None = None, **parameters: str | int
) -> tuple[Finding, ...]:
    return (blocks(code, field, **parameters),) if wrong else ()


def _check_administrator(actor: Session) -> tuple[Finding, ...]:
    return _one_if(Role.ADMINISTRATOR not in actor.roles, AccessCode.ADMINISTRATOR_ONLY)


def _check_active(state: OperatorState) -> tuple[Finding, ...]:
    return _one_if(not state.active, AccessCode.OPERATOR_REMOVED, user=state.user)


def _check_user(state: OperatorState | None, user: str) -> tuple[Finding, ...]:
    if not USER_NAME.fullmatch(user):
        return (blocks(AccessCode.USER_NAME_INVALID, "user", user=user),)
    return _one_if(state is not None, AccessCode.USER_NAME_TAKEN, "user", user=user)


def _check_name(name: str) -> tuple[Finding, ...]:
    fits = 0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()
    return _one_if(not fits, AccessCode.OPERATOR_NAME_INVALID, "name", maximum=LONGEST_NAME)


def _check_roles(roles: Collection[Role]) -> tuple[Finding, ...]:
    return _one_if(not roles, AccessCode.ROLES_MISSING, "roles")


def _check_another_administrator(
    state: OperatorState, active_administrators: Collection[str]
) -> tuple[Finding, ...]:
    last = state.administers and not set(active_administrators) - {state.user}
    return _one_if(last, AccessCode.LAST_ADMINISTRATOR)


def _in_order(roles: Collection[Role]) -> tuple[Role, ...]:
    return tuple(role for role in Role if role in roles)
