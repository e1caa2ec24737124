"""What a case's records no longer say rightly at a later, or an earlier, moment."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from issuance.cases.state import CaseState, CaseStatus, EvidenceState, EvidenceStatus
from issuance.policies.model import Policy

DOCUMENT_EXPIRED: Final = "document_expired"
"""The reason for which it has to be brought again; a policy that dates an office's end has it."""
_GOING_ON: Final = (CaseStatus.OPEN, CaseStatus.HELD)
_BROUGHT: Final = (EvidenceStatus.CAPTURED, EvidenceStatus.ACCEPTED)


def as_of(state: CaseState, policy: Policy, now: datetime) -> CaseState:
    """Return a case as it stands today, whatever a clock that was wrong recorded.

    Of an office that has ended the next appointment is asked, until a certificate is made. A
    certificate that was recorded as expired while its end is still to come lives on: everybody
    else accepts it, so it must still be possible to revoke it.
    """
    certificate = state.activation.certificate
    if certificate is None:
        return _with_office_ended(state, policy, now) if state.status in _GOING_ON else state
    if state.status is CaseStatus.EXPIRED and now < certificate.not_after:
        standing = certificate.life.standing
        return state.model_copy(
            update={"status": CaseStatus.SUSPENDED if standing else CaseStatus.ACTIVE}
        )
    return state


def _with_office_ended(state: CaseState, policy: Policy, now: datetime) -> CaseState:
    today = now.astimezone(ZoneInfo(policy.zone)).date()
    ending = {rule.id for rule in policy.evidence if rule.dated == "ends"}
    ended = {
        slot: held.model_copy(
            update={"status": EvidenceStatus.RETURNED, "reason": DOCUMENT_EXPIRED, "note": ""}
        )
        for slot, held in state.evidence.items()
        if slot in ending and _has_ended(held, today)
    }
    return state.model_copy(update={"evidence": {**state.evidence, **ended}}) if ended else state


def _has_ended(held: EvidenceState, today: date) -> bool:
    day = held.document_date
    return held.status in _BROUGHT and day is not None and day < today
