"""Checks on the bytes to be signed, before the authority's key touches them.

A wrong certificate cannot be called back. The bytes are read again from a draft signed with a
throw-away key and compared with what was meant.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from cryptography import x509

from issuance.certificates.comparison import compare_with_profile, duplicates
from issuance.certificates.der import Frame, frame_of
from issuance.certificates.description import load_certificate
from issuance.certificates.keys import (
    PublicKey,
    public_key_der,
    signature_algorithm,
)
from issuance.certificates.request import check_public_key
from issuance.certificates.to_be_signed import (
    CertificateTemplate,
    ThrowAwayKeys,
    authority_key_identifier,
    draft_certificate,
    key_of,
    subject_of,
)
from issuance.certificates.validity import Validity
from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding

_SHORTEST_SERIAL, _LONGEST_SERIAL = 64, 159
"""Bits: unpredictable, and at most 20 octets with a leading zero bit (RFC 5280, 4.1.2.2)."""


class Meant(Protocol):
    """What any certificate is meant to be, but for its names and what it may be used for."""

    @property
    def public_key(self) -> PublicKey:
        """Return the key that is certified."""
        ...

    @property
    def issuer(self) -> x509.Certificate:
        """Return the certificate of the authority that will sign."""
        ...

    @property
    def serial(self) -> int:
        """Return the serial number."""
        ...

    @property
    def validity(self) -> Validity:
        """Return from when until when it is valid."""
        ...


def lint(
    to_be_signed: bytes, template: CertificateTemplate, throw_away: ThrowAwayKeys
) -> list[Finding]:
    """Return everything that makes these bytes unfit to be signed; empty when they are fit."""

    def compare(draft: x509.Certificate) -> Iterator[Finding]:
        yield from compare_with_profile(draft, template.resolved)
        allowed = template.resolved.profile.key_algorithms
        if finding := check_public_key(template.public_key, allowed):
            yield finding

    return lint_structure(to_be_signed, template, throw_away, compare)


def lint_structure(
    to_be_signed: bytes,
    meant: Meant,
    throw_away: ThrowAwayKeys,
    compare: Callable[[x509.Certificate], Iterable[Finding]],
) -> list[Finding]:
    """Return what makes the bytes of any certificate unfit; `compare` looks at what it says."""
    try:
        content = draft_certificate(to_be_signed, meant.issuer, throw_away)
        frame = frame_of(content)
        # What is wrong with the frame can keep the rest from being read at all.
        findings = list(_frame_findings(frame, meant))
        draft = None if findings else load_certificate(content)
    except ValueError:
        return [blocks(CertificateFinding.CERTIFICATE_UNREADABLE)]
    if draft is None:
        return findings
    return [
        *compare(draft),
        *_identifier_findings(draft, meant),
        *_date_and_algorithm_findings(draft, meant.issuer, meant.validity),
        *_encoding_findings(draft, frame),
    ]


def _frame_findings(frame: Frame, meant: Meant) -> Iterator[Finding]:
    bits = frame.serial.bit_length()
    if frame.serial != meant.serial or not _SHORTEST_SERIAL <= bits <= _LONGEST_SERIAL:
        yield blocks(CertificateFinding.SERIAL_UNFIT, bits=bits)
    for oid in duplicates(oid for oid, _ in frame.extensions):
        yield blocks(CertificateFinding.EXTENSION_DUPLICATE, oid=oid)
    if frame.issuer != subject_of(meant.issuer):
        yield blocks(CertificateFinding.ISSUER_DIFFERS)
    if frame.public_key != public_key_der(meant.public_key):
        yield blocks(CertificateFinding.PUBLIC_KEY_DIFFERS)


def _identifier_findings(draft: x509.Certificate, meant: Meant) -> Iterator[Finding]:
    identifiers = {
        "subject": x509.SubjectKeyIdentifier.from_public_key(meant.public_key),
        "authority": authority_key_identifier(meant.issuer),
    }
    present = [each.value for each in draft.extensions]
    for which, identifier in identifiers.items():
        if identifier not in present:
            yield blocks(CertificateFinding.KEY_IDENTIFIER_DIFFERS, which=which)


def _date_and_algorithm_findings(
    draft: x509.Certificate, issuer: x509.Certificate, meant: Validity
) -> Iterator[Finding]:
    found = Validity(draft.not_valid_before_utc, draft.not_valid_after_utc)
    inside = (
        issuer.not_valid_before_utc
        <= found.not_before
        < found.not_after
        <= issuer.not_valid_after_utc
    )
    if found != meant or not inside:
        yield blocks(CertificateFinding.VALIDITY_DIFFERS)
    if draft.signature_algorithm_oid != signature_algorithm(key_of(issuer)):
        oid = draft.signature_algorithm_oid.dotted_string
        yield blocks(CertificateFinding.SIGNATURE_ALGORITHM_DIFFERS, oid=oid)


def _encoding_findings(draft: x509.Certificate, frame: Frame) -> Iterator[Finding]:
    for each, (oid, encoded) in zip(draft.extensions, frame.extensions, strict=True):
        if each.value.public_bytes() != encoded:
            yield blocks(CertificateFinding.EXTENSION_NOT_DER, oid=oid)
