"""Answers about one certificate's status (OCSP, RFC 6960, in the lightweight form of RFC 5019).

Answers are signed ahead of any request, for a certificate one by each hash that requests name it
with; a certificate without one is answered `UNAUTHORIZED`, for nobody may be told that an unknown
serial is good.
"""

from typing import Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from issuance.certificates.der import frame_of
from issuance.certificates.keys import certificate_der, signature_algorithm, verifies
from issuance.certificates.revocation_reasons import Revocation, RevocationReason
from issuance.certificates.signer import AuthoritySigner
from issuance.certificates.status_der import (
    CertificateId,
    Status,
    assemble_answer,
    encode_status,
    identify,
)
from issuance.certificates.to_be_signed import key_of
from issuance.certificates.validity import Validity

LIGHTWEIGHT_HASH: Final = "sha1"
"""The hash every lightweight client names certificates with (RFC 5019, 2.1.1)."""

HASHES: Final = (LIGHTWEIGHT_HASH, "sha256")
"""The hashes that requests are answered by: the second is for clients that do without SHA-1."""


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


UNAUTHORIZED: Final = _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
"""The answer where none can be given with authority: an unknown serial, another issuer."""
MALFORMED: Final = _refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
"""The answer to what is no request for exactly one certificate."""
TRY_LATER: Final = _refusal(ocsp.OCSPResponseStatus.TRY_LATER)
"""The answer while none in force is at hand."""


class StatusRequest(NamedTuple):
    """A request for one certificate's status; an answer signed ahead ignores the nonce."""

    certificate: CertificateId
    nonce: bytes | None


def read_request(content: bytes) -> StatusRequest | None:
    """Read an OCSPRequest; None for anything that is not one about a single certificate."""
    try:
        request = ocsp.load_der_ocsp_request(content)
        nonces = [e.value for e in request.extensions if isinstance(e.value, x509.OCSPNonce)]
        if any(e.critical and e.value not in nonces for e in request.extensions):
            return None  # What is critical may mean anything (RFC 6960, 4.4).
        identifier = CertificateId(
            request.hash_algorithm.name,
            request.issuer_name_hash,
            request.issuer_key_hash,
            request.serial_number,
        )
        return StatusRequest(identifier, nonces[0].nonce if nonces else None)
    except (ValueError, NotImplementedError, UnsupportedAlgorithm, x509.DuplicateExtension):
        return None


def certificate_id(
    issuer: x509.Certificate, serial: int, hash_name: str = LIGHTWEIGHT_HASH
) -> CertificateId:
    """Name a certificate as requests do; equal to the request's if that asks about it."""
    return identify(frame_of(certificate_der(issuer)), serial, hash_name)


def sign_answer(
    responder: AuthoritySigner,
    certificate: CertificateId,
    standing: Revocation | None,
    window: Validity,
    nonce: bytes | None = None,
) -> bytes:
    """Return the OCSPResponse that a delegated responder signs about a certificate on record.

    `standing` None is good. The window's moments are thisUpdate and nextUpdate; the answer is also
    dated by the first. A nonce is for an answer to one live request.

    Raises ValueError when the standing is another certificate's or dated after the answer, or the
    signature made does not verify.
    """
    status = Status(
        certificate=certificate,
        this_update=window.not_before,
        next_update=window.not_after,
        revoked_at=standing.revoked_at.replace(microsecond=0) if standing else None,
        reason_code=_reason_code(standing),
        nonce=nonce,
    )
    if standing and standing.serial != certificate.serial:
        raise ValueError("the standing is another certificate's")
    if status.revoked_at and status.revoked_at > status.this_update:
        raise ValueError("the standing is dated after the answer")
    key = key_of(responder.certificate)
    data = encode_status(status, x509.SubjectKeyIdentifier.from_public_key(key).digest)
    signature = responder.sign(data)
    if not verifies(key, signature, data):
        raise ValueError("the signature made does not verify")
    algorithm = signature_algorithm(key).dotted_string
    return assemble_answer(data, algorithm, signature, certificate_der(responder.certificate))


def _reason_code(standing: Revocation | None) -> int | None:
    if standing is None or standing.reason is RevocationReason.UNSPECIFIED:
        return None
    return standing.reason.code
