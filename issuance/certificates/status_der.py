"""The DER of revocation lists and of status answers (OCSP), where no library writes it as meant.

`cryptography` signs both only with a key in memory, encodes an issuer's name anew, and dates an
answer by the system's clock.
"""

# asn1crypto ships no types; what it returns is converted in this module alone.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import hashlib
from datetime import datetime
from typing import Any, NamedTuple

from asn1crypto import core, crl, keys, ocsp, x509

from issuance.certificates.der import Frame


class CertificateId(NamedTuple):
    """How a status request names a certificate (CertID, RFC 6960, 4.1.1); `hash_name` as `sha1`."""

    hash_name: str
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    serial: int


class Status(NamedTuple):
    """What one answer says; `revoked_at` None is good, `reason_code` None is not told."""

    certificate: CertificateId
    this_update: datetime
    next_update: datetime
    revoked_at: datetime | None
    reason_code: int | None
    nonce: bytes | None


def identify(issuer: Frame, serial: int, hash_name: str) -> CertificateId:
    """Name a certificate of this issuer as status requests do."""
    key = keys.PublicKeyInfo.load(issuer.public_key, strict=True)["public_key"]
    name_hash = hashlib.new(hash_name, issuer.subject).digest()
    return CertificateId(hash_name, name_hash, hashlib.new(hash_name, bytes(key)).digest(), serial)


def with_list_issuer(to_be_signed: bytes, issuer: bytes) -> bytes:
    """Return the TBSCertList with its issuer's name replaced."""
    body = crl.TbsCertList.load(to_be_signed, strict=True)
    body["issuer"] = x509.Name.load(issuer, strict=True)
    return body.dump()


def assemble_list(to_be_signed: bytes, signature: bytes) -> bytes:
    """Put a signature to a TBSCertList; the outer algorithm repeats the inner one.

    Raises ValueError when the bytes are no TBSCertList.
    """
    body = crl.TbsCertList.load(to_be_signed, strict=True)
    frame = {
        "tbs_cert_list": body,
        "signature_algorithm": body["signature"],
        "signature": signature,
    }
    return crl.CertificateList(frame).dump()


def list_issuer(content: bytes) -> bytes:
    """Return the issuer's name as a revocation list encodes it; raises ValueError for no list."""
    return crl.CertificateList.load(content, strict=True)["tbs_cert_list"]["issuer"].dump()


def encode_status(status: Status, responder_key: bytes) -> bytes:
    """Return the ResponseData (RFC 6960, 4.2.1) of a responder known by its key's SHA-1."""
    response: dict[str, Any] = {
        "responder_id": ocsp.ResponderId("by_key", core.OctetString(responder_key)),
        "produced_at": status.this_update,
        "responses": [_single(status)],
    }
    if status.nonce is not None:
        nonce = {"extn_id": "nonce", "extn_value": core.OctetString(status.nonce)}
        response["response_extensions"] = [nonce]
    return ocsp.ResponseData(response).dump()


def assemble_answer(data: bytes, algorithm: str, signature: bytes, responder: bytes) -> bytes:
    """Put signature and responder's certificate to a ResponseData."""
    basic = {
        "tbs_response_data": ocsp.ResponseData.load(data, strict=True),
        "signature_algorithm": {"algorithm": algorithm},
        "signature": signature,
        "certs": [x509.Certificate.load(responder, strict=True)],
    }
    response = {
        "response_type": "basic_ocsp_response",
        "response": ocsp.BasicOCSPResponse(basic),
    }
    return ocsp.OCSPResponse({"response_status": "successful", "response_bytes": response}).dump()


def _single(status: Status) -> dict[str, Any]:
    identifier = status.certificate
    return {
        "cert_id": {
            "hash_algorithm": {"algorithm": identifier.hash_name},
            "issuer_name_hash": identifier.issuer_name_hash,
            "issuer_key_hash": identifier.issuer_key_hash,
            "serial_number": identifier.serial,
        },
        "cert_status": _standing(status),
        "this_update": status.this_update,
        "next_update": status.next_update,
    }


def _standing(status: Status) -> ocsp.CertStatus:
    if status.revoked_at is None:
        return ocsp.CertStatus("good", ocsp.StatusGood())
    info: dict[str, Any] = {"revocation_time": status.revoked_at}
    if status.reason_code is not None:
        info["revocation_reason"] = status.reason_code
    return ocsp.CertStatus("revoked", ocsp.RevokedInfo(info))
