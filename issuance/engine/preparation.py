"""What has to be made or looked at before a command can be decided: files, codes, contract."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from issuance.cases.commands.activation import ConfirmData, EnterActivationCode, SendActivationCode
from issuance.cases.commands.application import (
    AmendApplication,
    ConfirmEmail,
    OpenCase,
    SendEmailCode,
)
from issuance.cases.commands.contract import PrepareContract, RecordSignedContract
from issuance.cases.commands.evidence import CaptureEvidence, ClaimExemption
from issuance.cases.commands.life import (
    ConfirmRevocation,
    ReinstateCertificate,
    RevokeCertificate,
    SuspendCertificate,
)
from issuance.cases.commands.payment import RecordPayment
from issuance.cases.decide import CODE_PURPOSES, CaseBody
from issuance.cases.decision import FreshCode
from issuance.cases.events.evidence import NO_BOXES, Boxes
from issuance.cases.state import CaseState
from issuance.engine.contract import make_case_contract
from issuance.engine.evidence_checks import PROOF, check_slot
from issuance.engine.notices import CodeInClear
from issuance.engine.office import Office
from issuance.engine.publishing import publication_findings
from issuance.engine.signed_contract import Countersigned, countersign, prepare_contract
from issuance.evidence.blob import BlobRef
from issuance.evidence.report import DocumentReport, PhotoReport
from issuance.findings import Finding
from issuance.identity.kinds import read
from issuance.secret import Secret

_LINK_OCTETS = 16


class _HasCode(Protocol):
    @property
    def code(self) -> Secret | None: ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was prepared outside the transaction; empty where a command needs nothing."""

    person: UUID | None = None
    checks: tuple[Finding, ...] = ()
    engines: tuple[str, ...] = ()
    boxes: Boxes = NO_BOXES
    fingerprint: str = ""
    pages: int = 0
    fresh_code: FreshCode | None = None
    code_in_clear: CodeInClear | None = None
    presented: tuple[str, ...] = ()
    contract: BlobRef | None = None
    seal_serial: str = ""


def prepare(office: Office, case: UUID, state: CaseState | None, body: CaseBody) -> Prepared:
    """Prepare a command; nothing here is visible to anybody until the command is accepted."""
    match body:
        case OpenCase() | AmendApplication():
            return Prepared(person=person_of(office, body.values))
        case SendEmailCode():
            return _fresh_code(office, case, "email")
        case SendActivationCode():
            return _fresh_code(office, case, "activation")
        case ConfirmEmail() | EnterActivationCode():
            return _presented(office, case, CODE_PURPOSES[body.kind], body)
        case CaptureEvidence():
            return _checked(check_slot(office, body.slot, body.blob, state))
        case ClaimExemption(blob=BlobRef() as blob):
            return _checked(check_slot(office, PROOF, blob))
        case RecordPayment():
            return _checked(check_slot(office, PROOF, body.proof))
        case ConfirmData() if state is not None:
            return Prepared(contract=make_case_contract(office, state))
        case PrepareContract() if state is not None:
            return _contract(prepare_contract(office, state))
        case RecordSignedContract() if state is not None:
            return _contract(countersign(office, state, body.document))
        case (
            RevokeCertificate()
            | ConfirmRevocation()
            | SuspendCertificate()
            | ReinstateCertificate()
        ):
            return Prepared(checks=publication_findings(office))
        case _:
            return Prepared()


def person_of(office: Office, values: Mapping[str, str]) -> UUID | None:
    """Return the stream of the person a form identifies; None where it does not say."""
    policy = office.policy.policy
    rules = {rule.name: rule for rule in policy.fields}
    for name in policy.identification_fields:
        text = values.get(name, "")
        if text.strip():
            reading = read(rules[name].kind, text, today=office.today(), country=policy.country)
            # Two countries may give the same passport number to two people.
            issuer = values.get(policy.identification_issuers.get(name, ""), "")
            return office.person_id(name, f"{issuer}{reading.value}")
    return None


def _contract(made: BlobRef | Countersigned | tuple[Finding, ...]) -> Prepared:
    if isinstance(made, Countersigned):
        return Prepared(contract=made.document, seal_serial=made.seal_serial)
    return Prepared(checks=made) if isinstance(made, tuple) else Prepared(contract=made)


def _checked(report: PhotoReport | DocumentReport) -> Prepared:
    if isinstance(report, DocumentReport):
        return Prepared(checks=report.findings, engines=report.engines, pages=report.pages)
    return Prepared(
        checks=report.findings,
        engines=report.engines,
        boxes=Boxes.seen_in(report),
        fingerprint=report.fingerprint,
    )


def _fresh_code(office: Office, case: UUID, purpose: str) -> Prepared:
    randomness = office.sources.randomness
    code = Secret(randomness.digits(office.policy.policy.code.digits))
    link = Secret(randomness.octets(_LINK_OCTETS).hex())
    fresh = FreshCode(
        id=office.sources.identifiers.new(),
        verifier=office.code_verifier(case, purpose, code),
        link_verifier=hashlib.sha256(link.reveal().encode()).hexdigest(),
    )
    return Prepared(fresh_code=fresh, code_in_clear=CodeInClear(code, link))


def _presented(office: Office, case: UUID, purpose: str, body: _HasCode) -> Prepared:
    if body.code is None:
        return Prepared()
    typed = "".join(body.code.reveal().split())
    verifier = office.code_verifier(case, purpose, Secret(typed))
    link_verifier = hashlib.sha256(typed.encode("utf-8", "replace")).hexdigest()
    return Prepared(presented=(verifier, link_verifier))
