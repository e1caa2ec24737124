"""What has to be made or looked at before a command can be decided: files, codes, contract."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from issuance.cases.commands.activation import ConfirmData, EnterActivationCode, SendActivationCode
from issuance.cases.commands.application import (
    AmendApplication,
    ConfirmEmail,
    OpenCase,
    SendEmailCode,
)
from issuance.cases.commands.evidence import CaptureEvidence, ClaimExemption
from issuance.cases.commands.payment import RecordPayment
from issuance.cases.decide import CODE_PURPOSES, CaseBody
from issuance.cases.decision import FreshCode
from issuance.cases.state import CaseState
from issuance.engine.contract import make_case_contract
from issuance.engine.notices import CodeInClear
from issuance.engine.office import Office
from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_store import BlobDamaged
from issuance.evidence.report import DocumentReport, PhotoReport
from issuance.evidence.rules import DocumentRule, PhotoRule
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.identity.kinds import read
from issuance.secret import Secret

PROOF: Final = "proof"
_LINK_OCTETS = 16


class _HasCode(Protocol):
    @property
    def code(self) -> Secret | None: ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was prepared outside the transaction; empty where a command needs nothing."""

    person: UUID | None = None
    checks: tuple[Finding, ...] = ()
    fresh_code: FreshCode | None = None
    code_in_clear: CodeInClear | None = None
    presented: tuple[str, ...] = ()
    contract: BlobRef | None = None


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
            return Prepared(checks=check_slot(office, body.slot, body.blob).findings)
        case ClaimExemption(blob=BlobRef() as blob):
            return Prepared(checks=check_slot(office, PROOF, blob).findings)
        case RecordPayment():
            return Prepared(checks=check_slot(office, PROOF, body.proof).findings)
        case ConfirmData() if state is not None:
            return Prepared(contract=make_case_contract(office, state))
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


def check_slot(office: Office, slot: str, blob: BlobRef) -> PhotoReport | DocumentReport:
    """Check a kept file against its slot's rule; the slot `proof` is a payment's or exemption's."""
    if slot == PROOF:
        return _check(office, blob, office.policy.policy.payment_proof)
    rule = office.policy.policy.evidence_rule(slot)
    if rule is None:
        return _refused(blocks(CaseFinding.EVIDENCE_NOT_ASKED, slot=slot))
    file_rule = rule.photo or rule.document
    if file_rule is None:
        raise ValueError("an evidence rule has a file rule")
    return _check(office, blob, file_rule)


def _check(
    office: Office, blob: BlobRef, rule: PhotoRule | DocumentRule
) -> PhotoReport | DocumentReport:
    try:
        content = office.blobs.read(blob)
    except BlobDamaged:
        return _refused(blocks(CaseFinding.FILE_NOT_KEPT))
    kind = "photo" if isinstance(rule, PhotoRule) else "document"
    if rule is office.policy.policy.payment_proof:
        kind = PROOF
    return office.checker.check(kind, content, rule)


def _refused(finding: Finding) -> DocumentReport:
    return DocumentReport(findings=(finding,))


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
