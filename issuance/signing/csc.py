"""The remote signing interface of the Cloud Signature Consortium, version 1, without HTTP.

Source: CSC API 1.0.4.0, 11.1, 11.4, 11.5, 11.6 and 11.9. A caller reads the request, asks the
key's stream (`key_decisions`) whether it may be, and then lets the answer be made. SCAL2: an
authorisation is for named hashes, and for one call of `signatures/signHash`.
"""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from issuance.certificates.keys import certificate_der
from issuance.certificates.to_be_signed import key_of
from issuance.secret import Secret
from issuance.signing.csc_answer import CscAnswer, CscRefusalError, answering, invalid, missing
from issuance.signing.csc_authorisation import (
    MOST_HASHES,
    SAD_LIFETIME,
    Authorisation,
    read_sad,
    write_sad,
)
from issuance.signing.custody import CustodyKey

CertificateStatus = Literal["valid", "expired", "revoked", "suspended"]

LARGEST_BODY: Final = 256 * 1024
METHODS: Final = (
    "credentials/list",
    "credentials/info",
    "credentials/authorize",
    "signatures/signHash",
)
_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_SHA256_OCTETS: Final = 32
_RSA: Final = ("1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11")
_ECDSA: Final = ("1.2.840.10045.4.3.2",)
_NEEDS_HASH_ALGORITHM: Final = _RSA[0]
_P256: Final = "1.2.840.10045.3.1.7"
_MOST_LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class Credential:
    """A certificate whose key is in custody, as clients see it.

    `chain` leads from its issuer to the root. Attended ones are authorised by a one-time code,
    the others by what their holder enabled.
    """

    id: str
    description: str
    certificate: x509.Certificate
    chain: Sequence[x509.Certificate]
    status: CertificateStatus
    attended: bool
    usable: bool


@dataclass(frozen=True, slots=True)
class AuthorizeRequest:
    """A request for leave to sign hashes (base64 of SHA-256)."""

    credential: str
    hashes: tuple[str, ...]
    code: Secret | None


@dataclass(frozen=True, slots=True)
class SignRequest:
    """A request to sign hashes that were authorised."""

    credential: str
    authorisation: Authorisation
    digests: tuple[bytes, ...]
    sign_algorithm: str


def info(name: str, language: str, authentication: Sequence[str]) -> CscAnswer:
    """Describe the service (11.1); it is asked without authentication."""
    return CscAnswer(
        200,
        {
            "specs": "1.0.4.0",
            "name": name,
            "logo": "",
            "region": "CL",
            "lang": language,
            "description": name,
            "authType": list(authentication),
            "methods": list(METHODS),
        },
    )


@answering
def credentials_list(body: bytes, ids: Sequence[str]) -> CscAnswer:
    """List the credentials of who asks (11.4); `ids` are theirs, in an order that stays."""
    fields = _fields(body)
    most = fields.get("maxResults", _MOST_LISTED)
    if not isinstance(most, int) or isinstance(most, bool) or most < 1:
        raise invalid("maxResults")
    start = _page(fields.get("pageToken"))
    end = start + min(most, _MOST_LISTED)
    further = {"nextPageToken": str(end)} if end < len(ids) else {}
    return CscAnswer(200, {"credentialIDs": list(ids[start:end]), **further})


@answering
def credentials_info(body: bytes, known: Collection[Credential]) -> CscAnswer:
    """Describe a credential of who asks (11.5)."""
    fields = _fields(body)
    credential = find_credential(_text(fields, "credentialID"), known)
    extent = fields.get("certificates", "single")
    if extent not in ("none", "single", "chain"):
        raise invalid("certificates")
    return CscAnswer(200, _described(credential, str(extent), fields))


@answering
def read_authorize(body: bytes) -> AuthorizeRequest:
    """Read a request of `credentials/authorize` (11.6)."""
    fields = _fields(body)
    name = _text(fields, "credentialID")
    count = fields.get("numSignatures")
    if not isinstance(count, int) or isinstance(count, bool):
        raise missing("integer", "numSignatures")
    if count < 1:
        raise CscRefusalError("Invalid value for parameter numSignatures")
    if count > MOST_HASHES:
        raise CscRefusalError("Numbers of signatures is too high")
    hashes = _hashes(fields)
    if len(hashes) != count:
        raise CscRefusalError("Invalid value for parameter numSignatures")
    code = fields.get("OTP")
    if code is not None and not isinstance(code, str):
        raise missing("string", "OTP")
    return AuthorizeRequest(name, hashes, Secret(code) if code else None)


def authorized(authorisation: Authorisation, key: bytes) -> CscAnswer:
    """Hand an authorisation out (11.6); `key` is what the server seals them with."""
    seconds = int(SAD_LIFETIME.total_seconds())
    return CscAnswer(200, {"SAD": write_sad(authorisation, key), "expiresIn": seconds})


@answering
def read_sign(body: bytes, key: bytes, now: datetime) -> SignRequest:
    """Read a request of `signatures/signHash` (11.9), whose SAD must be genuine and for it."""
    fields = _fields(body)
    name = _text(fields, "credentialID")
    authorisation = read_sad(_text(fields, "SAD"), name, key, now)
    hashes = _hashes(fields)
    # As often as it was authorised: each is a signature.
    if not Counter(hashes) <= Counter(authorisation.hashes):
        raise CscRefusalError("Hash is not authorized by the SAD")
    algorithm = _sign_algorithm(fields)
    return SignRequest(name, authorisation, tuple(map(base64.b64decode, hashes)), algorithm)


def check_sign_algorithm(request: SignRequest, certificate: x509.Certificate) -> CscAnswer | None:
    """Return the refusal of a signature that the certificate's key does not make."""
    if request.sign_algorithm in _algorithms(certificate):
        return None
    return invalid("signAlgo").answer


def sign_hashes(request: SignRequest, key: CustodyKey) -> CscAnswer:
    """Sign every hash in its order; raises `TokenFailure` where the token does not sign now."""
    signatures = [base64.b64encode(key.sign_digest(each)).decode() for each in request.digests]
    return CscAnswer(200, {"signatures": signatures})


def find_credential(name: str, known: Collection[Credential]) -> Credential:
    """Return the credential of this name; raises `CscRefusalError` for none of who asks."""
    found = next((each for each in known if each.id == name), None)
    if found is None:
        raise invalid("credentialID")
    return found


def _described(credential: Credential, extent: str, fields: dict[str, Any]) -> dict[str, Any]:
    public = key_of(credential.certificate)
    is_curve = isinstance(public, ec.EllipticCurvePublicKey)
    listed = {"none": (), "single": (credential.certificate,)}.get(
        extent, (credential.certificate, *credential.chain)
    )
    described: dict[str, Any] = {
        "description": credential.description,
        "key": {
            "status": "enabled" if credential.usable else "disabled",
            "algo": list(_algorithms(credential.certificate)),
            "len": public.key_size,
            **({"curve": _P256} if is_curve else {}),
        },
        "cert": {"status": credential.status},
        "authMode": "explicit" if credential.attended else "implicit",
        "SCAL": "2",
        "multisign": MOST_HASHES,
        "lang": "es-CL",
    }
    if listed:
        encoded = [base64.b64encode(certificate_der(each)).decode() for each in listed]
        described["cert"]["certificates"] = encoded
    if fields.get("certInfo") is True:
        described["cert"] |= _names(credential.certificate)
    if fields.get("authInfo") is True and credential.attended:
        described["PIN"] = {"presence": "false"}
        described["OTP"] = {
            "presence": "true",
            "type": "offline",
            "ID": credential.id,
            "provider": "totp",
            "format": "N",
            "label": "OTP",
            "description": "OTP",
        }
    return described


def _names(certificate: x509.Certificate) -> dict[str, str]:
    return {
        "issuerDN": certificate.issuer.rfc4514_string(),
        "serialNumber": f"{certificate.serial_number:X}",
        "subjectDN": certificate.subject.rfc4514_string(),
        "validFrom": certificate.not_valid_before_utc.strftime("%Y%m%d%H%M%SZ"),
        "validTo": certificate.not_valid_after_utc.strftime("%Y%m%d%H%M%SZ"),
    }


def _algorithms(certificate: x509.Certificate) -> tuple[str, ...]:
    return _ECDSA if isinstance(key_of(certificate), ec.EllipticCurvePublicKey) else _RSA


def _sign_algorithm(fields: dict[str, Any]) -> str:
    algorithm = _text(fields, "signAlgo")
    hash_algorithm = fields.get("hashAlgo")
    if hash_algorithm is None and algorithm == _NEEDS_HASH_ALGORITHM:
        raise missing("string", "hashAlgo")
    if hash_algorithm not in (None, _SHA256):
        raise invalid("hashAlgo")
    if algorithm not in (*_RSA, *_ECDSA):
        raise invalid("signAlgo")
    return algorithm


def _hashes(fields: dict[str, Any]) -> tuple[str, ...]:
    """Return the hashes in one spelling: the same octets can be written in base64 in two ways."""
    listed = fields.get("hash")
    if not isinstance(listed, list):
        raise missing("array", "hash")
    values = cast("list[object]", listed)
    if not values:
        raise CscRefusalError("Empty hash array")
    if len(values) > MOST_HASHES:
        raise CscRefusalError("Numbers of signatures is too high")
    return tuple(map(_hash, values))


def _hash(value: object) -> str:
    try:
        octets = base64.b64decode(str(value), validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        octets = b""
    if not octets:
        raise CscRefusalError("Invalid Base64 hash string parameter")
    if len(octets) != _SHA256_OCTETS:
        raise CscRefusalError("Invalid digest value length")
    return base64.b64encode(octets).decode()


def _page(token: object) -> int:
    if token is None:
        return 0
    if not isinstance(token, str) or not (token.isascii() and token.isdigit() and len(token) < 9):
        raise invalid("pageToken")
    return int(token)


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise missing("string", name)
    return value


def _fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body.decode("utf-8")) if len(body) <= LARGEST_BODY else None
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise CscRefusalError(
            "The request is missing a required parameter, includes an invalid "
            "parameter value or is otherwise malformed"
        )
    return cast("dict[str, Any]", fields)
