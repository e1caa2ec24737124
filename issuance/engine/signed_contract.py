"""The contract from the issue on: prepared with the certificate's data, judged, countersigned."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from cryptography import x509

from issuance.access.durable_file import write_finding
from issuance.cases.commands.contract import APPLICANT_FIELD
from issuance.cases.state import CaseState, CertificateState
from issuance.certificates.keys import certificate_der
from issuance.engine.contract import contract_document
from issuance.engine.office import Office
from issuance.engine.seal import office_seal
from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_store import BlobDamaged
from issuance.evidence.protocol import SignedDocumentTask
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.findings.contract import ContractCode

_OFFICE_FIELD: Final = "office"

Findings = tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Countersigned:
    """The contract with both signatures, kept, and the serial number of the office's seal."""

    document: BlobRef
    seal_serial: str


def prepare_contract(office: Office, state: CaseState) -> BlobRef | Findings:
    """Make the contract to be signed and keep it; it has a field for the applicant's signature.

    It says what the applicant agreed to, and which certificate came of it. Where the policy has
    other words by now, the very document that was agreed to is taken instead.
    """
    from issuance.certificates.contract_signature import with_signature_field

    agreed = state.activation.contract
    if state.activation.contract_version == office.policy.policy.activation.contract_version:
        document = contract_document(office, state, _issued_fields(office, state))
    elif agreed is None:
        return (blocks(CaseFinding.FILE_NOT_KEPT),)
    else:
        try:
            document = office.blobs.read(agreed)
        except BlobDamaged as damaged:
            return (damaged.finding,)
    return _keep(office, with_signature_field(document, APPLICANT_FIELD))


def countersign(office: Office, state: CaseState, document: BlobRef) -> Countersigned | Findings:
    """Judge a contract somebody says the applicant signed; what is right gets the office's seal.

    The file may be hostile: it is parsed in the limited child before it is in this process.
    """
    certificate = state.activation.certificate
    if certificate is None or certificate.contract.prepared is None:
        return (blocks(ContractCode.NOT_PREPARED),)
    try:
        original = office.blobs.read(certificate.contract.prepared)
        signed = office.blobs.read(document)
    except BlobDamaged as damaged:
        return (damaged.finding,)
    if not signed.startswith(original):
        return (blocks(ContractCode.OTHER_DOCUMENT),)
    holder = _issued(office, certificate)
    if findings := _judge(office, signed, len(original), holder):
        return findings
    seal = office_seal(office)
    if isinstance(seal, Finding):
        return (seal,)
    from issuance.certificates.contract_signature import sign_document

    reason = office.policy.words(state.language).word("contract_data", "office")
    chain = office.authority.chain
    sealed = sign_document(signed, seal, chain, field=_OFFICE_FIELD, reason=reason, at=office.now())
    if isinstance(sealed, Finding):
        return (sealed,)
    if findings := _judge(office, sealed, len(original), holder, seal.certificate):
        return findings
    kept = _keep(office, sealed)
    if isinstance(kept, tuple):
        return kept
    return Countersigned(kept, str(seal.certificate.serial_number))


def _judge(office: Office, document: bytes, original: int, *signers: x509.Certificate) -> Findings:
    task = SignedDocumentTask(
        original=original,
        signers=tuple(map(_base64, signers)),
        chain=tuple(map(_base64, office.authority.chain)),
        at=office.now(),
    )
    return office.checker.check_signed(document, task)


def _issued(office: Office, certificate: CertificateState) -> x509.Certificate:
    with office.register.reading() as reading:
        row = reading.certificate(certificate.serial)
    if row is None or row.certificate is None:
        raise ValueError("an issued certificate is in the register")
    return x509.load_der_x509_certificate(row.certificate)


def _issued_fields(office: Office, state: CaseState) -> tuple[tuple[str, str], ...]:
    """Return what the contract says of the issued certificate beyond the holder's data."""
    certificate = state.activation.certificate
    if certificate is None:
        raise ValueError("the certificate is issued before its contract")
    words, zone = office.policy.words(state.language), ZoneInfo(office.policy.policy.zone)
    digest = hashlib.sha256(certificate_der(_issued(office, certificate))).hexdigest()

    def moment(at: datetime) -> str:
        return format_datetime(at, "long", tzinfo=zone, locale=state.language)

    values = {
        "serial": f"{certificate.serial} (0x{int(certificate.serial):X})",
        "valid_from": moment(certificate.not_before),
        "valid_until": moment(certificate.not_after),
        # In groups, so that it can be compared by eye and broken over lines.
        "fingerprint": " ".join(digest[at : at + 8] for at in range(0, len(digest), 8)),
    }
    return tuple((words.word("contract_data", name), value) for name, value in values.items())


def _keep(office: Office, document: bytes) -> BlobRef | Findings:
    try:
        return office.blobs.keep(document, "application/pdf")
    except OSError as error:
        return (write_finding(error, office.folder / "blobs"),)


def _base64(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate_der(certificate)).decode("ascii")
