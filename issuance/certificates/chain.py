"""Whether a certificate hangs, link by link, on a root that is trusted."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from issuance.certificates.der import frame_of, name_rows
from issuance.certificates.keys import certificate_der
from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding
from issuance.model import format_instant

_COMMON_NAME = "2.5.4.3"


def check_chain(
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    trusted_root: x509.Certificate,
    at: datetime,
) -> list[Finding]:
    """Check signatures, validity, authority and path length up to the root (RFC 5280, 6.1).

    `chain` leads from the certificate's issuer to the root, both included.
    """
    findings = [
        *_validity_findings([certificate], at),
        *_link_findings([certificate, *chain[:1]]),
        *check_authorities(chain, at),
    ]
    if not chain or chain[-1] != trusted_root or not is_issued_by(trusted_root, trusted_root):
        findings.append(blocks(CertificateFinding.CHAIN_ROOT_UNKNOWN))
    return findings


def check_authorities(
    chain: Sequence[x509.Certificate], at: datetime, authorities_below: int = 0
) -> list[Finding]:
    """Check whether these authorities, the issuing one first, may stand above a holder.

    Between the issuing one and a holder there may be other authorities.
    """
    findings = [*_validity_findings(chain, at), *_link_findings(chain)]
    findings += [
        blocks(CertificateFinding.CHAIN_NOT_AUTHORITY, subject=subject_of(each))
        for below, each in enumerate(chain, authorities_below)
        if not _may_issue(each, below)
    ]
    return findings


def subject_of(certificate: x509.Certificate) -> str:
    """Return a certificate's common name, or all of its subject's values without one."""
    rows = name_rows(frame_of(certificate_der(certificate)).subject)
    common = [row.value for row in rows if row.oid == _COMMON_NAME]
    return ", ".join(common or [row.value for row in rows])


def _link_findings(path: Sequence[x509.Certificate]) -> Iterator[Finding]:
    for child, parent in pairwise(path):
        if not is_issued_by(child, parent):
            yield blocks(CertificateFinding.CHAIN_BROKEN, subject=subject_of(child))


def _validity_findings(path: Sequence[x509.Certificate], at: datetime) -> Iterator[Finding]:
    for each in path:
        if not each.not_valid_before_utc <= at <= each.not_valid_after_utc:
            yield blocks(
                CertificateFinding.CHAIN_OUTSIDE_VALIDITY,
                subject=subject_of(each),
                starts=format_instant(each.not_valid_before_utc),
                ends=format_instant(each.not_valid_after_utc),
            )


def is_issued_by(child: x509.Certificate, parent: x509.Certificate) -> bool:
    """Tell whether names and signature say that the parent issued the child."""
    try:
        child.verify_directly_issued_by(parent)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _may_issue(authority: x509.Certificate, authorities_below: int) -> bool:
    try:
        extensions = authority.extensions
        constraints = extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
    except (
        x509.ExtensionNotFound,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
        ValueError,
    ):
        return False
    room = constraints.path_length is None or constraints.path_length >= authorities_below
    return constraints.ca and usage.key_cert_sign and room
