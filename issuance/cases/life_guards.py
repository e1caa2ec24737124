"""Whether a case stands where an act of its certificate's life begins."""

from typing import Final

from issuance.cases.state import CaseState, CaseStatus
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.findings.revocation import RevocationFinding
from issuance.policies.model import Policy

LIFE_ACTS: Final = (
    "suspend_certificate", "reinstate_certificate", "revoke_certificate", "confirm_revocation",
    "decline_revocation",
)  # fmt: skip
AFTER_LIFE: Final = frozenset({CaseStatus.REVOKED, CaseStatus.EXPIRED})
HANDED_OVER: Final = AFTER_LIFE | {CaseStatus.ACTIVE, CaseStatus.SUSPENDED}


def life_findings(state: CaseState, policy: Policy, act: str) -> tuple[Finding, ...]:
    """Return what in the case's standing forbids an act of its certificate's life."""
    certificate = state.activation.certificate
    if certificate is None or not certificate.issued:
        return (blocks(CaseFinding.NO_SUCH_CERTIFICATE),)
    if state.status in AFTER_LIFE:
        return (blocks(CaseFinding.CASE_CLOSED, status=state.status.value),)
    if state.status not in HANDED_OVER:
        return (blocks(RevocationFinding.CERTIFICATE_NOT_HANDED_OVER),)
    if act in ("confirm_revocation", "decline_revocation") and not certificate.life.wish:
        return (blocks(RevocationFinding.NO_REVOCATION_WAITS),)
    if act == "suspend_certificate":
        return _suspension(state, policy)
    if act == "reinstate_certificate" and state.status is not CaseStatus.SUSPENDED:
        return (blocks(RevocationFinding.NOT_SUSPENDED),)
    return ()


def _suspension(state: CaseState, policy: Policy) -> tuple[Finding, ...]:
    if not policy.life.suspension:
        return (blocks(RevocationFinding.SUSPENSION_SWITCHED_OFF),)
    if state.status is CaseStatus.SUSPENDED:
        return (blocks(RevocationFinding.ALREADY_SUSPENDED),)
    return ()
