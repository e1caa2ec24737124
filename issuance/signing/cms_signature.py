"""Detached signatures as a CMS container (RFC 5652): for PDFs, and for hashes sent in.

Written by hand: `cryptography` signs only what it hashes itself, and building the same with
asn1crypto takes many times as long as the signature.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from cryptography import x509

from issuance.certificates.der import encode_algorithm, frame_of
from issuance.certificates.keys import certificate_der, signature_algorithm
from issuance.certificates.to_be_signed import key_of
from issuance.findings import Finding
from issuance.signing.custody import CustodyKey

TimeStamper = Callable[[bytes], bytes | None]
"""Returns a time-stamp token (RFC 3161, DER) for what has this SHA-256, None to go without.

Raises `TimeStampFailure` where there is none, and none may be missing.
"""

_SHA256: Final = encode_algorithm("2.16.840.1.101.3.4.2.1", null=False)
_RSA_WITH_SHA256: Final = "1.2.840.113549.1.1.11"

_INTEGER, _OCTET_STRING, _UTC_TIME, _GENERALIZED_TIME = 0x02, 0x04, 0x17, 0x18
_SEQUENCE, _SET, _TAG_0, _TAG_1 = 0x30, 0x31, 0xA0, 0xA1

# PKCS#7 (1.2.840.113549.1.7) and PKCS#9 (1.2.840.113549.1.9) identifiers.
_DATA: Final = bytes.fromhex("06092a864886f70d010701")
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
_CONTENT_TYPE: Final = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST: Final = bytes.fromhex("06092a864886f70d010904")
_SIGNING_TIME: Final = bytes.fromhex("06092a864886f70d010905")
_SIGNING_CERTIFICATE: Final = bytes.fromhex("060b2a864886f70d010910022f")
_TIME_STAMP: Final = bytes.fromhex("060b2a864886f70d010910020e")
_LAST_OF_UTC_TIME: Final = 2049


class TimeStampFailure(Exception):  # noqa: N818 -- it carries a finding, as `TokenFailure`
    """A signature that must have a time stamp gets none."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def pades_container(
    digest: bytes,
    key: CustodyKey,
    chain: Sequence[x509.Certificate],
    time_stamper: TimeStamper | None = None,
) -> bytes:
    """Return the container of a PAdES signature (ETSI EN 319 142-1, B-B, or B-T with a stamp).

    It states no time: in PAdES the signature's dictionary does.

    Args:
        digest: the SHA-256 of what the signature covers.
        key: the holder's.
        chain: from the holder's issuer to the root; all but the root go into the container.
        time_stamper: asked for a stamp of the signature, if given.
    """
    return _container(digest, key, chain, (), time_stamper)


def detached_container(
    digest: bytes, key: CustodyKey, chain: Sequence[x509.Certificate], at: datetime
) -> bytes:
    """Return a detached PKCS#7 (`adbe.pkcs7.detached`) that states its time as an attribute."""
    return _container(digest, key, chain, (_attribute(_SIGNING_TIME, _time(at)),), None)


def _container(
    digest: bytes,
    key: CustodyKey,
    chain: Sequence[x509.Certificate],
    further: Sequence[bytes],
    time_stamper: TimeStamper | None,
) -> bytes:
    certificates = [certificate_der(each) for each in (key.certificate, *chain[:-1])]
    version = _der(_INTEGER, b"\1")
    signed_data = _der(
        _SEQUENCE,
        version,
        _der(_SET, _SHA256),
        _der(_SEQUENCE, _DATA),
        _der(_TAG_0, *sorted(certificates)),
        _der(_SET, _signer(digest, key, certificates[0], further, time_stamper)),
    )
    return _der(_SEQUENCE, _SIGNED_DATA, _der(_TAG_0, signed_data))


def _signer(
    digest: bytes,
    key: CustodyKey,
    certificate: bytes,
    further: Sequence[bytes],
    time_stamper: TimeStamper | None,
) -> bytes:
    """Return a SignerInfo (RFC 5652, 5.3) with the attributes CAdES asks for (RFC 5035)."""
    frame = frame_of(certificate)
    named = _der(_SEQUENCE, _der(_SEQUENCE, _der(_OCTET_STRING, _hashed(certificate))))
    attributes = sorted(
        (
            _attribute(_CONTENT_TYPE, _DATA),
            _attribute(_MESSAGE_DIGEST, _der(_OCTET_STRING, digest)),
            _attribute(_SIGNING_CERTIFICATE, _der(_SEQUENCE, named)),
            *further,
        )
    )
    # What is signed is the SET itself; in the container it has an implicit tag instead.
    signature = key.sign_digest(_hashed(_der(_SET, *attributes)))
    stamps: tuple[bytes, ...] = ()
    if time_stamper is not None and (token := time_stamper(_hashed(signature))):
        stamps = (_der(_TAG_1, _attribute(_TIME_STAMP, token)),)
    return _der(
        _SEQUENCE,
        _der(_INTEGER, b"\1"),
        _der(_SEQUENCE, frame.issuer, _integer(frame.serial)),
        _SHA256,
        _der(_TAG_0, *attributes),
        _algorithm(key.certificate),
        _der(_OCTET_STRING, signature),
        *stamps,
    )


def _algorithm(certificate: x509.Certificate) -> bytes:
    oid = signature_algorithm(key_of(certificate)).dotted_string
    return encode_algorithm(oid, null=oid == _RSA_WITH_SHA256)


def _attribute(kind: bytes, value: bytes) -> bytes:
    return _der(_SEQUENCE, kind, _der(_SET, value))


def _time(at: datetime) -> bytes:
    moment = at.astimezone(UTC)
    if moment.year <= _LAST_OF_UTC_TIME:
        return _der(_UTC_TIME, moment.strftime("%y%m%d%H%M%SZ").encode())
    return _der(_GENERALIZED_TIME, moment.strftime("%Y%m%d%H%M%SZ").encode())


def _integer(number: int) -> bytes:
    return _der(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1))


def _hashed(octets: bytes) -> bytes:
    return hashlib.sha256(octets).digest()


def _der(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(octets))) + octets + content
