"""What the calendar makes of a case: a document may have been right when it was accepted."""

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
    """Return a case as it stands today: of an office that has ended, the next one is asked.

    Nothing changes any more once a certificate is made, or the case has ended.
    """
    if state.activation.certificate is not None or state.status not in _GOING_ON:
        return state
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
