"""What becomes of a certificate of this authority that the register does not know: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from issuance.cases.commands.unregistered import (
    AskUnregisteredRevocation,
    ConfirmUnregisteredRevocation,
    DeclineUnregisteredRevocation,
    UnregisteredBody,
)
from issuance.cases.decisions.life import request_findings
from issuance.cases.guards import Actor, role_finding
from issuance.certificates.brought_certificate import BroughtCertificate
from issuance.certificates.revocation_reasons import (
    Revocation,
    RevocationReason,
    check_revocation,
)
from issuance.certificates.stream import AuthorityState, revoked_outside
from issuance.certificates.unregistered import (
    UnregisteredEvent,
    UnregisteredRevocation,
    UnregisteredRevocationAsked,
    UnregisteredRevocationDeclined,
    UnregisteredRevoked,
)
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.findings.revocation import RevocationFinding
from issuance.model import format_instant
from issuance.policies.effective_day import invalid_since
from issuance.policies.model import Policy

ACTS: Final = {
    "ask_unregistered_revocation": "revoke_certificate",
    "confirm_unregistered_revocation": "confirm_revocation",
    "decline_unregistered_revocation": "decline_revocation",
}
"""Whoever may do this with any certificate, in the policy, may do it with one without a case."""


@dataclass(frozen=True, slots=True)
class UnregisteredFacts:
    """What the decision needs beside the authority's state.

    `brought` is the file of a request as it was read, `in_register` whether its serial is known.
    """

    now: datetime
    today: date
    brought: BroughtCertificate | Finding | None = None
    in_register: bool = False


def decide_unregistered(
    body: UnregisteredBody,
    state: AuthorityState,
    policy: Policy,
    actor: Actor,
    facts: UnregisteredFacts,
) -> UnregisteredEvent | tuple[Finding, ...]:
    """Note a request, or decide one that another person made."""
    if refused := role_finding(policy, actor, ACTS[body.kind]):
        return refused
    if isinstance(body, AskUnregisteredRevocation):
        return _ask(body, state, policy, actor, facts)
    waiting = _waiting(state, body.serial)
    if waiting is None or waiting.at != body.asked_at:
        return (blocks(RevocationFinding.NO_REVOCATION_WAITS),)
    if waiting.by == actor.user:
        return (blocks(RevocationFinding.REVOCATION_NEEDS_SECOND_PERSON),)
    if isinstance(body, ConfirmUnregisteredRevocation):
        return _confirm(waiting, state, policy, actor, facts)
    return _decline(body, actor, facts)


def brought_findings(
    brought: BroughtCertificate, state: AuthorityState, now: datetime, *, in_register: bool
) -> tuple[Finding, ...]:
    """Return why a certificate that was brought is not revoked here."""
    own = (state.seal and state.seal.certificate, state.responder)
    if brought.is_authority or brought.encoded in own:
        return (blocks(RevocationFinding.BROUGHT_NO_HOLDERS),)
    if in_register:
        return (blocks(RevocationFinding.BROUGHT_IN_REGISTER, serial=brought.serial),)
    if now >= brought.not_after:
        ended = format_instant(brought.not_after)
        return (blocks(RevocationFinding.CERTIFICATE_EXPIRED, ended=ended),)
    if _waiting(state, brought.serial):
        return (blocks(RevocationFinding.REVOCATION_WAITS),)
    wanted = Revocation(int(brought.serial, 16), now, RevocationReason.UNSPECIFIED)
    return tuple(check_revocation(_standing(state, brought.serial), wanted))


def _ask(
    body: AskUnregisteredRevocation,
    state: AuthorityState,
    policy: Policy,
    actor: Actor,
    facts: UnregisteredFacts,
) -> UnregisteredEvent | tuple[Finding, ...]:
    brought = facts.brought
    if brought is None or isinstance(brought, Finding):
        return (brought or blocks(RevocationFinding.BROUGHT_UNREADABLE),)
    findings = brought_findings(
        brought, state, facts.now, in_register=facts.in_register
    ) or request_findings(body, policy, facts.today)
    if findings:
        return findings
    asked = UnregisteredRevocationAsked(
        serial=brought.serial,
        by=actor.user,
        at=facts.now,
        certificate=brought.encoded,
        holder=brought.holder,
        identification=brought.identification,
        not_after=brought.not_after,
        cause=body.cause,
        effective=body.effective,
        asked_by=body.asked_by,
        identified_by=body.identified_by,
        asker=body.asker,
        note=body.note,
    )
    return tuple(_refusals(asked, state, policy, facts.now)) or asked


def _confirm(
    waiting: UnregisteredRevocation,
    state: AuthorityState,
    policy: Policy,
    actor: Actor,
    facts: UnregisteredFacts,
) -> UnregisteredEvent | tuple[Finding, ...]:
    if facts.now >= waiting.not_after:
        ended = format_instant(waiting.not_after)
        return (blocks(RevocationFinding.CERTIFICATE_EXPIRED, ended=ended),)
    if findings := tuple(_refusals(waiting, state, policy, facts.now)):
        return findings
    return UnregisteredRevoked(
        serial=waiting.serial,
        by=actor.user,
        at=facts.now,
        reason=policy.reasons.revoke[waiting.cause].value,
        invalid_since=invalid_since(waiting.effective, policy),
    )


def _decline(
    body: DeclineUnregisteredRevocation, actor: Actor, facts: UnregisteredFacts
) -> UnregisteredEvent | tuple[Finding, ...]:
    if not body.note.strip():
        return (blocks(CaseFinding.NOTE_REQUIRED, "note"),)
    return UnregisteredRevocationDeclined(
        serial=body.serial, by=actor.user, at=facts.now, note=body.note
    )


def _refusals(
    wish: UnregisteredRevocationAsked | UnregisteredRevocation,
    state: AuthorityState,
    policy: Policy,
    now: datetime,
) -> Sequence[Finding]:
    """Return what speaks against that revocation taking effect now."""
    reason = policy.reasons.revoke.get(wish.cause)
    if reason is None:
        return [blocks(CaseFinding.UNKNOWN_REASON, "cause")]
    since = invalid_since(wish.effective, policy)
    wanted = Revocation(int(wish.serial, 16), now, reason, since)
    return check_revocation(_standing(state, wish.serial), wanted)


def _waiting(state: AuthorityState, serial: str) -> UnregisteredRevocation | None:
    return next(
        (each for each in state.unregistered if each.serial == serial and not each.decided_by),
        None,
    )


def _standing(state: AuthorityState, serial: str) -> Revocation | None:
    known = revoked_outside(state).get(serial)
    if known is None:
        return None
    reason = RevocationReason(known.reason)
    return Revocation(int(serial, 16), known.revoked_at, reason, known.invalid_since)
