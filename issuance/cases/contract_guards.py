"""Whether a case stands where its contract can be prepared or signed."""

from typing import Final

from issuance.cases.state import CaseState, CaseStatus
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.findings.contract import ContractCode

CONTRACT_ACTS: Final = ("prepare_contract", "record_signed_contract")
_SIGNABLE: Final = (CaseStatus.OPEN, CaseStatus.ACTIVE)


def contract_findings(state: CaseState, act: str) -> tuple[Finding, ...]:
    """Return what in the case's standing forbids an act on its contract."""
    certificate = state.activation.certificate
    if certificate is None or not certificate.issued:
        return (blocks(CaseFinding.NO_SUCH_CERTIFICATE),)
    if state.status is CaseStatus.HELD:
        return (blocks(CaseFinding.CASE_ON_HOLD, reason=state.held_for),)
    if state.status not in _SIGNABLE:
        return (blocks(CaseFinding.CASE_CLOSED, status=state.status.value),)
    contract = certificate.contract
    if contract.signed_at is not None:
        return (blocks(ContractCode.SIGNED_BEFORE),)
    if act == "prepare_contract" and contract.prepared is not None:
        return (blocks(ContractCode.PREPARED_BEFORE),)
    return ()
