"""A certificate somebody brings as a file: is it one of this authority, and whose?"""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509

from issuance.certificates.chain import is_issued_by, subject_of
from issuance.certificates.description import describe
from issuance.certificates.keys import certificate_der
from issuance.findings import Finding, blocks
from issuance.findings.revocation import RevocationFinding

LARGEST_FILE: Final = 64 * 1024
"""Octets; a certificate has about two thousand."""
_SERIAL_NUMBER: Final = "2.5.4.5"


@dataclass(frozen=True, slots=True)
class BroughtCertificate:
    """A certificate this authority signed; `serial` is hexadecimal, `encoded` DER in base64."""

    serial: str
    encoded: str
    holder: str
    identification: str
    not_before: datetime
    not_after: datetime
    is_authority: bool


def read_brought(content: bytes, issuing: x509.Certificate) -> BroughtCertificate | Finding:
    """Read a file with one certificate, PEM or DER, and check who signed it.

    What the authority's key did not sign could be put on its list by anybody's wish.
    """
    try:
        certificate = _only_one(content)
        der = certificate_der(certificate)
        description = describe(der)
        holder = subject_of(certificate)
    except (ValueError, x509.InvalidVersion):
        return blocks(RevocationFinding.BROUGHT_UNREADABLE)
    if not is_issued_by(certificate, issuing):
        return blocks(RevocationFinding.BROUGHT_OF_ANOTHER_AUTHORITY)
    ids = (each.value for each in description.subject if each.oid == _SERIAL_NUMBER)
    return BroughtCertificate(
        serial=description.serial,
        encoded=base64.b64encode(der).decode("ascii"),
        holder=holder,
        identification=next(ids, ""),
        not_before=description.not_before,
        not_after=description.not_after,
        is_authority=description.is_authority,
    )


def _only_one(content: bytes) -> x509.Certificate:
    if len(content) > LARGEST_FILE:
        raise ValueError("too large for a certificate")
    if b"-----BEGIN" not in content:
        return x509.load_der_x509_certificate(content)
    (certificate,) = x509.load_pem_x509_certificates(content)
    return certificate
