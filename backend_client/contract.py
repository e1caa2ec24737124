"""The applicant's signature under the contract: in the activation, from a key file, or elsewhere.

All of it blocks; pyHanko is imported with the first signature.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from backend_client.at_the_station.token import open_token
from backend_client.engine_door import EngineDoor, Findings
from backend_client.intake import read_evidence_file
from issuance.cases.commands.contract import (
    APPLICANT_FIELD,
    HowSigned,
    PrepareContract,
    RecordSignedContract,
)
from issuance.cases.state import CaseState
from issuance.certificates.keys import PrivateKey, is_private_key
from issuance.certificates.pkcs12 import is_pkcs12
from issuance.certificates.signer import SoftwareSigner
from issuance.certificates.token_calls import TokenAddress
from issuance.commands import Body, Receipt
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.findings.contract import ContractCode
from issuance.findings.evidence import EvidenceCode
from issuance.queries import CaseAnswer, CertificateAnswer
from issuance.secret import Secret

_LARGEST_KEY_FILE: Final = 1 << 20
_LARGEST_CONTRACT: Final = 8 << 20


def warm_signing() -> None:
    """Import what signs, so that the first signature need not wait for it."""
    import_module("issuance.certificates.contract_signature")


@dataclass(frozen=True, slots=True)
class ContractDesk:
    """Where contracts are signed, for the person who is logged in."""

    door: EngineDoor
    execute: Callable[[Body, UUID, int], Receipt]
    case: Callable[[UUID], CaseAnswer | Findings]
    certificate: Callable[[UUID], CertificateAnswer | Findings]

    def prepare(self, case: UUID) -> BlobRef | Findings:
        """Return the contract as it is to be signed; it is made with the first asking."""
        for _ in range(2):
            known = self.case(case)
            if not isinstance(known, CaseAnswer):
                return known
            certificate = known.state.activation.certificate
            if certificate is not None and certificate.contract.prepared is not None:
                return certificate.contract.prepared
            receipt = self.execute(PrepareContract(), case, known.revision)
            if not receipt.applied:
                return receipt.findings
        return (blocks(ContractCode.NOT_PREPARED),)

    def sign(self, case: UUID, key: PrivateKey, how: HowSigned = "session") -> Findings:
        """Sign with the applicant's key and hand in; nothing to do where it was signed before."""
        known = self.case(case)
        if not isinstance(known, CaseAnswer):
            return known
        if _is_signed(known.state):
            return ()
        prepared, issued = self.prepare(case), self.certificate(case)
        if isinstance(prepared, tuple):
            return prepared
        if isinstance(issued, tuple):
            return issued
        certificate, *chain = map(_load, (issued.certificate, *issued.chain))
        if certificate.public_key() != key.public_key():
            return (blocks(ContractCode.OTHER_KEY_FILE),)
        document = self.door.read(prepared)
        if isinstance(document, Finding):
            return (document,)
        from issuance.certificates.contract_signature import sign_document

        words = self.door.policy.words(known.state.language)
        signed = sign_document(
            document,
            SoftwareSigner(key, certificate),
            chain,
            field=APPLICANT_FIELD,
            reason=words.word("contract_data", "applicant"),
            at=self.door.clock.now(),
        )
        return (signed,) if isinstance(signed, Finding) else self._hand_in(case, signed, how)

    def sign_with_file(self, case: UUID, source: Path, password: Secret) -> Findings:
        """Sign with the key file the applicant brought along."""
        file = read_evidence_file(source, _LARGEST_KEY_FILE)
        if isinstance(file, Finding):
            return (_too_large_is(ContractCode.NO_KEY_FILE, file),)
        if not is_pkcs12(file.octets):
            return (blocks(ContractCode.NO_KEY_FILE),)
        try:
            store = pkcs12.load_pkcs12(file.octets, password.reveal().encode())
        except ValueError:
            return (blocks(ContractCode.KEY_FILE_CLOSED),)
        if not is_private_key(store.key):
            return (blocks(ContractCode.OTHER_KEY_FILE),)
        return self.sign(case, store.key, "file")

    def sign_with_token(self, case: UUID, address: TokenAddress, pin: Secret) -> Findings:
        """Sign with the case's key in the token the applicant brought along."""
        token = open_token(address, pin)
        if isinstance(token, Finding):
            return (token,)
        try:
            signed = token.use_key(case, lambda key: self.sign(case, key, "token"))
        finally:
            token.close()
        return (signed,) if isinstance(signed, Finding) else signed

    def take_in(self, case: UUID, source: Path) -> Findings:
        """Hand in a contract that was signed elsewhere."""
        file = read_evidence_file(source, _LARGEST_CONTRACT)
        if isinstance(file, Finding):
            return (_too_large_is(ContractCode.OTHER_DOCUMENT, file),)
        if file.media_type != "application/pdf":
            return (blocks(ContractCode.OTHER_DOCUMENT),)
        return self._hand_in(case, file.octets, "upload")

    def _hand_in(self, case: UUID, document: bytes, how: HowSigned) -> Findings:
        blob = self.door.keep(document, "application/pdf")
        if isinstance(blob, Finding):
            return (blob,)
        known = self.case(case)
        if not isinstance(known, CaseAnswer):
            return known
        certificate = known.state.activation.certificate
        if certificate is None:
            return (blocks(CaseFinding.NO_SUCH_CERTIFICATE),)
        body = RecordSignedContract(serial=certificate.serial, document=blob, how=how)
        receipt = self.execute(body, case, known.revision)
        return () if receipt.applied else receipt.findings


def _is_signed(state: CaseState) -> bool:
    certificate = state.activation.certificate
    return certificate is not None and certificate.contract.signed_at is not None


def _too_large_is(code: ContractCode, found: Finding) -> Finding:
    """Return another finding for a file too large: a scan's cure would take the signature off."""
    return blocks(code) if found.code == EvidenceCode.TOO_LARGE else found


def _load(text: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(text))
