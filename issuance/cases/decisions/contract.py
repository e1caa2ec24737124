from issuance.cases.commands.contract import PrepareContract, RecordSignedContract
from issuance.cases.decision import CaseFacts, Decision, refuse
from issuance.cases.events.contract import (
    ContractCountersigned,
    ContractPrepared,
    ContractSigned,
)
from issuance.cases.state import CaseState
from issuance.findings import any_blocks
from issuance.findings.cases import CaseFinding
from issuance.policies.model import Policy


def prepare(body: PrepareContract, state: CaseState, policy: Policy, facts: CaseFacts) -> Decision:
    """Record the contract that was made with the certificate's data."""
    certificate = state.activation.certificate
    if certificate is None:
        return refuse(CaseFinding.NO_SUCH_CERTIFICATE)
    if any_blocks(facts.checks):
        return Decision(findings=facts.checks)
    prepared = ContractPrepared(
        serial=certificate.serial,
        contract_version=state.activation.contract_version,
        document=facts.contract,
    )
    return Decision(events=(prepared,))


def record_signed(
    body: RecordSignedContract, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Record the applicant's signature and the office's; only a contract judged right has both."""
    certificate = state.activation.certificate
    if certificate is None or certificate.serial != body.serial:
        return refuse(CaseFinding.NO_SUCH_CERTIFICATE)
    if any_blocks(facts.checks):
        return Decision(findings=facts.checks)
    signed = ContractSigned(serial=body.serial, how=body.how, document=body.document)
    countersigned = ContractCountersigned(
        serial=body.serial, seal_serial=facts.seal_serial, document=facts.contract
    )
    return Decision(events=(signed, countersigned), findings=facts.checks)
