from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.policies.model import Policy


def reason_finding(
    policy: Policy, reasons: tuple[str, ...], reason: str, note: str
) -> Finding | None:
    """Return what is wrong with a coded reason, if anything."""
    if reason not in reasons:
        return blocks(CaseFinding.UNKNOWN_REASON, "reason")
    if reason in policy.reasons.note_required and not note.strip():
        return blocks(CaseFinding.NOTE_REQUIRED, "note")
    return None
