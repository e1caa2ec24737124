"""JSON signed as a compact JWS (RFC 7515), wrapped as `{"jws": "..."}`."""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import NoReturn

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, utils

from issuance.certificates.keys import PublicKey, certificate_der
from issuance.certificates.to_be_signed import key_of
from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.signing.custody import CustodyKey


def _refuse(constant: str) -> NoReturn:
    """Refuse NaN and infinities, which Python reads and no JSON has (RFC 8259, 6)."""
    raise ValueError(constant)


def sign_json(
    document: bytes, key: CustodyKey, chain: Sequence[x509.Certificate]
) -> bytes | Finding:
    """Return `{"jws": "..."}` over the octets of a JSON document, which stay as they are.

    The header carries the certificates, the holder's first (RFC 7515, 4.1.6).
    """
    try:
        json.loads(document.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return blocks(SigningCode.JSON_UNREADABLE)
    public = key_of(key.certificate)
    certificates = [
        base64.b64encode(certificate_der(c)).decode() for c in (key.certificate, *chain)
    ]
    header = {"alg": _algorithm(public), "x5c": certificates}
    signing_input = _encoded(json.dumps(header, separators=(",", ":")).encode()) + b"."
    signing_input += _encoded(document)
    signature = key.sign_digest(hashlib.sha256(signing_input).digest())
    compact = signing_input + b"." + _encoded(plain_signature(public, signature))
    return json.dumps({"jws": compact.decode("ascii")}, separators=(",", ":")).encode()


def plain_signature(public: PublicKey, signature: bytes) -> bytes:
    """Return r and s side by side for ECDSA, as JOSE and XML write it; RSA's stays as it is."""
    if not isinstance(public, ec.EllipticCurvePublicKey):
        return signature
    length = public.key_size // 8
    r, s = utils.decode_dss_signature(signature)
    return r.to_bytes(length) + s.to_bytes(length)


def _algorithm(public: PublicKey) -> str:
    return "ES256" if isinstance(public, ec.EllipticCurvePublicKey) else "RS256"


def _encoded(octets: bytes) -> bytes:
    return base64.urlsafe_b64encode(octets).rstrip(b"=")
