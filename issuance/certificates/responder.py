"""The certificate of a delegated responder, which signs status answers for an authority.

It lives shortly and cannot be revoked (`nocheck`, RFC 6960, 4.2.2.2), so that its key, which is
at hand for every refresh, is worth little to a thief and the authority's key stays put away.
"""

from collections.abc import Iterator
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import ExtendedKeyUsageOID

from issuance.certificates.der import frame_of
from issuance.certificates.keys import certificate_der
from issuance.certificates.service_certificate import ServiceTemplate, service_to_be_signed
from issuance.certificates.to_be_signed import (
    ThrowAwayKeys,
    authority_key_identifier,
    draft_certificate,
    key_usage_extension,
)
from issuance.findings import Finding, blocks
from issuance.findings.revocation import RevocationFinding
from issuance.model import format_instant


def responder_to_be_signed(template: ServiceTemplate) -> bytes:
    """Return the TBSCertificate of a responder's certificate in DER.

    Raises ValueError for a common name of another length than 1 to 64 characters.
    """
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    extensions = ((purpose, False), (x509.OCSPNoCheck(), False))
    return service_to_be_signed(template, ("digitalSignature",), extensions)


def lint_responder(
    to_be_signed: bytes, issuer: x509.Certificate, at: datetime, throw_away: ThrowAwayKeys
) -> list[Finding]:
    """Return everything that makes these bytes unfit to be signed as a responder's certificate."""
    try:
        draft = x509.load_der_x509_certificate(draft_certificate(to_be_signed, issuer, throw_away))
        return list(_findings(draft, issuer, at))
    except (ValueError, x509.DuplicateExtension):
        return [_unfit("DER")]


def check_responder(
    certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
) -> list[Finding]:
    """Return why this certificate cannot sign answers for the authority at this moment."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return [blocks(RevocationFinding.RESPONDER_OF_ANOTHER_AUTHORITY)]
    return list(_findings(certificate, issuer, at))


def _findings(
    certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
) -> Iterator[Finding]:
    frame, authority = frame_of(certificate_der(certificate)), frame_of(certificate_der(issuer))
    if frame.issuer != authority.subject:
        yield blocks(RevocationFinding.RESPONDER_OF_ANOTHER_AUTHORITY)
    present = {each.oid: each.value for each in certificate.extensions}
    for wanted in (
        x509.BasicConstraints(ca=False, path_length=None),
        key_usage_extension("digitalSignature"),
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]),
        x509.OCSPNoCheck(),
        authority_key_identifier(issuer),
    ):
        if present.get(wanted.oid) != wanted:
            yield _unfit(type(wanted).__name__)
    if certificate.not_valid_after_utc > issuer.not_valid_after_utc:
        yield _unfit("notAfter")
    if not certificate.not_valid_before_utc <= at < certificate.not_valid_after_utc:
        yield blocks(
            RevocationFinding.RESPONDER_OUTSIDE_VALIDITY,
            starts=format_instant(certificate.not_valid_before_utc),
            ends=format_instant(certificate.not_valid_after_utc),
        )


def _unfit(what: str) -> Finding:
    return blocks(RevocationFinding.RESPONDER_UNFIT, what=what)
