"""What becomes of a portable certificate without a person's command about it: pure rules."""

from datetime import date, datetime

from issuance.certificates.revocation_reasons import RevocationReason
from issuance.findings.institutions import InstitutionCode
from issuance.institutions.actors import SeatRole
from issuance.institutions.decision import Decision, happened, refusal
from issuance.institutions.institution_stream import InstitutionState
from issuance.institutions.portable_stream import (
    PortableActivated,
    PortableExpired,
    PortableIssued,
    PortableRevoked,
    PortableState,
    PortableStatus,
    PortableWithdrawn,
)
from issuance.model import Instant
from issuance.policies.model import Policy
from issuance.policies.portable import CARRIED_OVER
from issuance.signing.ticket_token import ATTENDED


def decide_issued(
    state: PortableState,
    institution: InstitutionState,
    *,
    key: str,
    serial: str,
    not_before: Instant,
    not_after: Instant,
) -> Decision:
    """Record the certificate of an approved request; one whose purpose takes no code is active."""
    if state.status is not PortableStatus.APPROVED:
        return refusal(InstitutionCode.PORTABLE_NOT_POSSIBLE, status=state.status.value)
    if institution.authority is None:
        return refusal(InstitutionCode.INSTITUTION_AUTHORITY_MISSING)
    issued = PortableIssued(
        key=key,
        serial=serial,
        generation=institution.authority.generation,
        not_before=not_before,
        not_after=not_after,
    )
    if state.purpose == ATTENDED:
        return happened(issued)
    return happened(issued, PortableActivated(by=""))


def decide_activated(state: PortableState, by: str) -> Decision:
    """Put a certificate into use, its one-time codes confirmed in the key's own stream."""
    if state.status is not PortableStatus.ISSUED:
        return refusal(InstitutionCode.PORTABLE_NOT_POSSIBLE, status=state.status.value)
    return happened(PortableActivated(by=by))


def decide_replaced(state: PortableState, policy: Policy, by: str) -> Decision:
    """Revoke a certificate whose successor is in use, where the policy says so."""
    ended = state.status not in {PortableStatus.ISSUED, PortableStatus.ACTIVE}
    if not policy.life.renewal_revokes or ended:
        return refusal(InstitutionCode.PORTABLE_NOT_POSSIBLE, status=state.status.value)
    reason = policy.life.own_causes["renewed"]
    return happened(PortableRevoked(cause="renewed", reason=reason, role="", by=by))


def decide_official_left(
    state: PortableState, policy: Policy, cause: str, by: str, effective: date | None = None
) -> Decision:
    """End what an official has when their registration ends: revoke it, or withdraw the request."""
    if state.status in {PortableStatus.PENDING, PortableStatus.APPROVED}:
        return happened(PortableWithdrawn(by=by))
    if state.status not in {PortableStatus.ISSUED, PortableStatus.ACTIVE}:
        return refusal(InstitutionCode.PORTABLE_NOT_POSSIBLE, status=state.status.value)
    reason = policy.reasons.revoke[cause]
    role = SeatRole.OPERATOR.value
    revoked = PortableRevoked(cause=cause, reason=reason, effective=effective, role=role, by=by)
    return happened(revoked)


def decide_carried_over(
    state: PortableState, reason: RevocationReason, effective: date | None
) -> Decision:
    """Revoke what a list of before a restore revokes and the backup still calls good."""
    if state.status not in {PortableStatus.ISSUED, PortableStatus.ACTIVE}:
        return refusal(InstitutionCode.PORTABLE_NOT_POSSIBLE, status=state.status.value)
    revoked = PortableRevoked(
        cause=CARRIED_OVER, reason=reason, effective=effective, role="", by=""
    )
    return happened(revoked)


def decide_expiry(state: PortableState, now: datetime) -> Decision:
    """Let a certificate expire whose term ended."""
    over = state.not_after is not None and state.not_after <= now
    if not over or state.status not in {PortableStatus.ISSUED, PortableStatus.ACTIVE}:
        return refusal(InstitutionCode.PORTABLE_NOT_POSSIBLE, status=state.status.value)
    return happened(PortableExpired())
