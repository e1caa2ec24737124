"""What may happen to a portable certificate: pure rules over its state and who acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from issuance.certificates.revocation_reasons import RevocationReason
from issuance.findings import Finding, blocks
from issuance.findings.institutions import InstitutionCode
from issuance.identity.document_number import document_number_finding
from issuance.identity.phone import read_phone
from issuance.institutions.actors import CENTRAL, Actor, SeatRole, check_reach, seat_in
from issuance.institutions.decision import Decision, happened, refusal, refused
from issuance.institutions.institution_stream import InstitutionState, InstitutionStatus
from issuance.institutions.names import one_line
from issuance.institutions.official_stream import Mandate, OfficialState
from issuance.institutions.portable_commands import (
    ApprovePortable,
    NudgeCertifiers,
    PortableBody,
    ReissuePortable,
    RejectPortable,
    RequestPortable,
    RevokePortable,
    WithdrawPortable,
)
from issuance.institutions.portable_stream import (
    REISSUABLE,
    CertifiersNudged,
    IdentityProof,
    PortableApproved,
    PortableRejected,
    PortableRequested,
    PortableRevoked,
    PortableState,
    PortableStatus,
    PortableWithdrawn,
)
from issuance.policies.effective_day import effective_date_findings, effective_day_findings
from issuance.policies.model import Policy
from issuance.policies.portable import PortableRule


@dataclass(frozen=True, slots=True)
class InForce:
    """A certificate in use, and when it ends."""

    certificate: UUID
    not_after: datetime


@dataclass(frozen=True, slots=True)
class PortableFacts:
    """What was read beside the state, in the same transaction.

    `official` is whose certificate it is, `certifier` the registration of the actor who decides;
    `replaced` is the certificate a reissue names. Of the same official and purpose, `waiting` tells
    of another request that is not in use yet, and `in_force` names the certificate that is.
    """

    now: datetime
    today: date
    institution: InstitutionState
    official: OfficialState
    certifier: OfficialState | None = None
    replaced: PortableState | None = None
    waiting: bool = False
    in_force: InForce | None = None


WANTED: Final[Mapping[str, tuple[PortableStatus, ...]]] = {
    "withdraw_portable": (PortableStatus.PENDING,),
    "nudge_certifiers": (PortableStatus.PENDING,),
    "approve_portable": (PortableStatus.PENDING,),
    "reject_portable": (PortableStatus.PENDING,),
    "revoke_portable": (PortableStatus.ISSUED, PortableStatus.ACTIVE),
}
"""Where a certificate stands for each act about it."""
_GIVING_UP: Final = frozenset({"withdraw_portable", "reject_portable"})


def decide_portable(
    state: PortableState | None,
    body: PortableBody,
    policy: Policy,
    actor: Actor,
    facts: PortableFacts,
) -> Decision:
    """Decide a command about a portable certificate."""
    rule = policy.portable
    owner = _owner(state, body, facts)
    if owner is None or rule is None:
        return refusal(InstitutionCode.OUT_OF_REACH)
    institution, official = owner
    if finding := check_reach(policy, body.kind, actor, institution, official):
        return refused(finding)
    if isinstance(body, RequestPortable | ReissuePortable):
        return _request(state, body, policy, rule, actor, facts)
    if state is None:
        return refusal(InstitutionCode.OUT_OF_REACH)
    if not is_possible(body.kind, state, policy):
        return refusal(InstitutionCode.PORTABLE_NOT_POSSIBLE, status=state.status.value)
    match body:
        case WithdrawPortable():
            return happened(PortableWithdrawn(by=actor.user))
        case NudgeCertifiers():
            return _nudge(state, rule, actor, facts)
        case ApprovePortable():
            if policy.product(state.product) is None:
                return refusal(InstitutionCode.PORTABLE_PRODUCT_GONE, product=state.product)
            return _approve(state, body, rule, actor, facts)
        case RejectPortable():
            return _reject(state, body, policy, actor, facts)
        case RevokePortable():
            return _revoke(state, body, policy, actor, facts.today)


def is_possible(act: str, state: PortableState, policy: Policy) -> bool:
    """Tell whether a certificate stands where an act about it can be done.

    A request that was approved and whose product the rules then dropped is never issued: it may be
    given up still.
    """
    stuck = state.status is PortableStatus.APPROVED and policy.product(state.product) is None
    return state.status in WANTED[act] or (stuck and act in _GIVING_UP)


def _owner(
    state: PortableState | None, body: PortableBody, facts: PortableFacts
) -> tuple[UUID, UUID] | None:
    """Return the institution and official it is about."""
    if state is not None:
        return state.institution, state.official
    if isinstance(body, RequestPortable):
        return body.institution, body.official
    if isinstance(body, ReissuePortable) and facts.replaced is not None:
        return facts.replaced.institution, facts.replaced.official
    return None


def _request(
    state: PortableState | None,
    body: RequestPortable | ReissuePortable,
    policy: Policy,
    rule: PortableRule,
    actor: Actor,
    facts: PortableFacts,
) -> Decision:
    before = facts.replaced if isinstance(body, ReissuePortable) else None
    in_force = facts.in_force if isinstance(body, RequestPortable) else None
    too_early = in_force is not None and in_force.not_after - facts.now > timedelta(
        days=policy.life.renewal_days
    )
    if state is not None or facts.waiting or too_early:
        return refusal(InstitutionCode.PORTABLE_OPEN, "purpose")
    if findings := _unready(facts):
        return refused(*findings)
    if isinstance(body, RequestPortable):
        institution, official = body.institution, body.official
        purpose, phone = body.purpose, body.phone
    elif before is not None and before.status in REISSUABLE:
        institution, official = before.institution, before.official
        purpose, phone = before.purpose, before.phone
    else:
        status = before.status.value if before else ""
        return refusal(InstitutionCode.PORTABLE_NOT_POSSIBLE, status=status)
    if purpose not in rule.purposes:
        return refusal(InstitutionCode.PURPOSE_UNKNOWN, "purpose")
    reading = read_phone(phone, policy.country)
    if not reading.acceptable:
        missing = blocks(InstitutionCode.OFFICIAL_FIELD_MISSING, "phone", name="phone")
        return refused(*reading.findings or (missing,))
    requested = PortableRequested(
        institution=institution,
        official=official,
        purpose=purpose,
        product=rule.purposes[purpose],
        phone=reading.value,
        replaces=_replaced(body, in_force),
        campaign=body.campaign if isinstance(body, ReissuePortable) else None,
        at=facts.now,
        by=actor.user,
    )
    return happened(requested)


def _replaced(body: RequestPortable | ReissuePortable, in_force: InForce | None) -> UUID | None:
    if isinstance(body, ReissuePortable):
        return body.replaces
    return in_force.certificate if in_force else None


def _unready(facts: PortableFacts) -> tuple[Finding, ...]:
    """Return why nobody of the institution, or not this official, gets a certificate now."""
    institution = facts.institution
    if institution.status is not InstitutionStatus.ACTIVE:
        code, status = InstitutionCode.INSTITUTION_NOT_POSSIBLE, institution.status.value
        return (blocks(code, status=status),)
    if institution.authority is None or institution.authority.not_after <= facts.now:
        return (blocks(InstitutionCode.INSTITUTION_AUTHORITY_MISSING),)
    return (blocks(InstitutionCode.OFFICIAL_ENDED),) if facts.official.ended else ()


def _nudge(
    state: PortableState, rule: PortableRule, actor: Actor, facts: PortableFacts
) -> Decision:
    last = state.nudged_at
    if last is not None and facts.now - last < timedelta(hours=rule.nudge_hours):
        return refusal(InstitutionCode.NUDGED_ALREADY, hours=rule.nudge_hours)
    return happened(CertifiersNudged(at=facts.now, by=actor.user))


def _approve(
    state: PortableState,
    body: ApprovePortable,
    rule: PortableRule,
    actor: Actor,
    facts: PortableFacts,
) -> Decision:
    certifier, mandate = _certifier(state, actor, facts)
    if certifier is None or mandate is None:
        return refusal(InstitutionCode.CERTIFIER_NOT_IN_FORCE)
    own = certifier == state.official
    if own and not rule.certifier_may_certify_own:
        return refusal(InstitutionCode.OWN_CERTIFICATE_REFUSED)
    if findings := (*_unready(facts), *_proof_findings(body, rule, facts.today)):
        return refused(*findings)
    proof = IdentityProof(
        document=body.document, number=one_line(body.number), seen_on=body.seen_on
    )
    approved = PortableApproved(
        proof=proof, certifier=certifier, mandate=mandate.id, own=own, by=actor.user
    )
    return happened(approved)


def _proof_findings(body: ApprovePortable, rule: PortableRule, today: date) -> tuple[Finding, ...]:
    known = body.document in rule.identity_documents and body.number.strip()
    in_time = timedelta(0) <= today - body.seen_on <= timedelta(days=rule.proof_days)
    wrong_day = blocks(InstitutionCode.IDENTITY_PROOF_DAY, "seen_on", days=rule.proof_days)
    wrong_number = (
        document_number_finding(body.document, body.number)
        if known
        else blocks(InstitutionCode.IDENTITY_PROOF, "number")
    )
    return tuple(each for each in (wrong_number, None if in_time else wrong_day) if each)


def _reject(
    state: PortableState,
    body: RejectPortable,
    policy: Policy,
    actor: Actor,
    facts: PortableFacts,
) -> Decision:
    certifier, mandate = _certifier(state, actor, facts)
    if certifier is None or mandate is None:
        return refusal(InstitutionCode.CERTIFIER_NOT_IN_FORCE)
    if finding := policy.reasons.objection(policy.reasons.reject, body.reason, body.note):
        return refused(finding)
    rejected = PortableRejected(
        reason=body.reason, note=body.note.strip(), certifier=certifier, by=actor.user
    )
    return happened(rejected)


def _certifier(
    state: PortableState, actor: Actor, facts: PortableFacts
) -> tuple[UUID | None, Mandate | None]:
    """Return who certifies, and by which mandate; a seat alone is not enough on a later day."""
    seat = seat_in(actor, SeatRole.CERTIFIER, state.institution)
    own = facts.certifier
    if seat is None or own is None or own.institution != state.institution:
        return None, None
    return seat.official, own.mandate_on(facts.today)


def _revoke(
    state: PortableState, body: RevokePortable, policy: Policy, actor: Actor, today: date
) -> Decision:
    causes = policy.reasons.revoke
    if finding := policy.reasons.objection(tuple(causes), body.cause, body.note):
        return refused(finding)
    if findings := effective_day_findings(body.cause, body.effective, policy, today):
        return refused(*findings)
    reason: RevocationReason = causes[body.cause]
    revoked = PortableRevoked(
        cause=body.cause,
        reason=reason,
        note=body.note.strip(),
        effective=body.effective,
        role=_acting_role(state, policy, actor),
        by=actor.user,
    )
    begins = state.not_before
    odd = effective_date_findings(body.effective, begins, policy) if begins else ()
    return Decision((revoked,), odd)


def _acting_role(state: PortableState, policy: Policy, actor: Actor) -> str:
    """Return as what somebody revokes: as the holder where they are, else by their first seat."""
    allowed = policy.roles["revoke_portable"]
    seats = [
        each
        for each in actor.seats
        if each.role in allowed
        and (each.role in CENTRAL or each.institution == state.institution)
        and (each.role is not SeatRole.HOLDER or each.official == state.official)
    ]
    return min(seats, key=lambda each: each.role is not SeatRole.HOLDER).role.value
