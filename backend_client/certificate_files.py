"""A certificate and those above it as other programs want them, and as people read them."""

import base64
from collections.abc import Iterable
from pathlib import Path

from backend_client.intake import EvidenceFile, read_evidence_file
from issuance.certificates.brought_certificate import LARGEST_FILE
from issuance.certificates.description import CertificateDescription, describe
from issuance.findings import Finding
from issuance.queries import CertificateLife

_LINE: int = 64
_COMMON_NAME = "2.5.4.3"


def read_certificate_file(path: Path) -> str | Finding:
    """Return a small file's contents in base64, or why it cannot be read; it may block."""
    read = read_evidence_file(path, LARGEST_FILE)
    if not isinstance(read, EvidenceFile):
        return read
    return base64.b64encode(read.octets).decode("ascii")


def certificate_pem(life: CertificateLife) -> bytes:
    """Return the certificate in PEM (RFC 7468)."""
    return _pem((life.certificate,))


def chain_pem(life: CertificateLife) -> bytes:
    """Return the certificates from the issuing authority to the root, in PEM."""
    return _pem(life.chain)


def chain_described(life: CertificateLife) -> tuple[CertificateDescription, ...]:
    """Return what the certificates from the issuing authority to the root say."""
    return tuple(describe(base64.b64decode(each)) for each in life.chain)


def common_name(description: CertificateDescription) -> str:
    """Return by what name people know whom a certificate is for."""
    names = (each.value for each in description.subject if each.oid == _COMMON_NAME)
    return next(names, "")


def _pem(encoded: Iterable[str]) -> bytes:
    return "".join(
        "-----BEGIN CERTIFICATE-----\n"
        + "".join(f"{each[start : start + _LINE]}\n" for start in range(0, len(each), _LINE))
        + "-----END CERTIFICATE-----\n"
        for each in encoded
    ).encode("ascii")
