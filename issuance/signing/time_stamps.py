"""Time stamps as they are asked for and read (RFC 3161)."""

# asn1crypto has no types.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportMissingTypeStubs=false

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from asn1crypto import algos, cms, core, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

LARGEST_STAMP: Final = 9 * 1024
"""Octets that the room of a PDF's signature leaves beside signature and chain."""
_GRANTED: Final = frozenset({"granted", "granted_with_mods"})
_PURPOSE: Final = "1.3.6.1.5.5.7.3.8"
_APART: Final = timedelta(minutes=10)
"""How far the authority's clock may be from ours."""
_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class _Response(core.Sequence):
    """TimeStampResp (RFC 3161, 2.4.2); asn1crypto's own has no place for a refusal."""

    _fields = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


class NotGrantedError(Exception):
    """The authority refuses a stamp; says so with its PKIStatus."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be stamped: a SHA-256, with a number that only this request has."""

    digest: bytes
    nonce: int

    def encoded(self) -> bytes:
        """Return the request (RFC 3161, 2.4.1) in DER."""
        algorithm = algos.DigestAlgorithm({"algorithm": "sha256"})
        imprint = tsp.MessageImprint({"hash_algorithm": algorithm, "hashed_message": self.digest})
        fields = {
            "version": "v1",
            "message_imprint": imprint,
            "nonce": self.nonce,
            "cert_req": True,
        }
        return bytes(tsp.TimeStampReq(fields).dump())


def read_stamp(answer: bytes, wish: Wish, now: datetime) -> bytes | None:
    """Return the token in an authority's answer, None where it is not one of this wish.

    Its signature must hold by the certificate it brings; whom to trust is for who validates.
    Raises `NotGrantedError` where the authority says so.
    """
    try:
        token = _granted(_Response.load(answer, strict=True))
        encoded = bytes(token.dump())
        sound = len(encoded) <= LARGEST_STAMP and _is_sound(token, wish, now)
    except (NotGrantedError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - asn1crypto fails in many ways on hostile data
        return None
    return encoded if sound else None


def _granted(response: Any) -> Any:
    status = response["status"]["status"].native
    if status not in _GRANTED:
        raise NotGrantedError(str(status))
    return response["time_stamp_token"]


def _is_sound(token: Any, wish: Wish, now: datetime) -> bool:
    signed = token["content"]
    content = signed["encap_content_info"]
    told = content["content"].parsed
    (signer,) = signed["signer_infos"]
    imprint = told["message_imprint"]
    return (
        token["content_type"].native == "signed_data"
        and content["content_type"].native == "tst_info"
        and imprint["hash_algorithm"]["algorithm"].native == "sha256"
        and imprint["hashed_message"].native == wish.digest
        and told["nonce"].native == wish.nonce
        and abs(told["gen_time"].native - now) <= _APART
        and _is_signed(signer, bytes(content["content"].contents), signed["certificates"])
    )


def _is_signed(signer: Any, content: bytes, certificates: Any) -> bool:
    digest = signer["digest_algorithm"]["algorithm"].native
    algorithm = _HASHES[digest]
    attributes = {each["type"].native: each["values"] for each in signer["signed_attrs"]}
    if attributes["message_digest"][0].native != hashlib.new(digest, content).digest():
        return False
    certificate = _certificate(signer["sid"], certificates)
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    if _PURPOSE not in {each.dotted_string for each in usage}:
        return False
    # What is signed is the SET itself; in the container it has an implicit tag instead.
    covered = signer["signed_attrs"].untag().dump()
    return _holds(certificate, bytes(signer["signature"].native), bytes(covered), algorithm)


def _certificate(named: Any, certificates: Any) -> x509.Certificate:
    """Return who signed; raises StopIteration where the token does not bring them."""
    wanted = named.chosen
    return next(
        x509.load_der_x509_certificate(bytes(each.chosen.dump()))
        for each in certificates
        if each.name == "certificate"
        and each.chosen.serial_number == wanted["serial_number"].native
        and each.chosen.issuer == wanted["issuer"]
    )


def _holds(
    certificate: x509.Certificate,
    signature: bytes,
    covered: bytes,
    algorithm: hashes.HashAlgorithm,
) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, covered, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, covered, ec.ECDSA(algorithm))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
