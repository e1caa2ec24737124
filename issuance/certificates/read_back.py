"""Reads a key file back as the applicant's programs will, before anybody is told it is done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from issuance.certificates.chain import subject_of
from issuance.certificates.keys import (
    PrivateKey,
    PublicKey,
    is_private_key,
    is_public_key,
    sign,
    verifies,
)
from issuance.certificates.profile import ResolvedProfile
from issuance.certificates.verdicts import judge
from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding
from issuance.secret import Secret

_TEST_MESSAGE: Final = b"a message signed to try a new key"


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a key file turned out to be; two verdicts stand apart: the profile, and the chain."""

    opens: bool
    one_signing_certificate: bool = False
    key_matches: bool = False
    signs: bool = False
    file_findings: tuple[Finding, ...] = ()
    profile_findings: tuple[Finding, ...] = ()
    chain_findings: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return everything found wrong; empty means that the file may be handed over."""
        return self.file_findings + self.profile_findings + self.chain_findings

    @property
    def profile_as_meant(self) -> bool:
        """Tell whether the certificate was read and every field is as meant."""
        return self.one_signing_certificate and not self.profile_findings

    @property
    def chain_trusted(self) -> bool:
        """Tell whether the certificate was read and leads to the trusted root."""
        return self.one_signing_certificate and not self.chain_findings


def read_back(
    content: bytes,
    password: Secret,
    resolved: ResolvedProfile,
    public_key: PublicKey,
    chain: Sequence[x509.Certificate],
    at: datetime,
) -> ReadBack:
    """Open a key file with its password and check it against what was issued.

    `chain` leads from the issuing authority to the trusted root, both included.
    """
    try:
        store = pkcs12.load_pkcs12(content, password.reveal().encode())
    except ValueError:
        failure = blocks(CertificateFinding.KEY_FILE_DOES_NOT_OPEN)
        return ReadBack(opens=False, file_findings=(failure,))
    inside = [*([store.cert] if store.cert else []), *store.additional_certs]
    certificates = [each.certificate for each in inside]
    signing = [each for each in certificates if not _is_authority(each)]
    if len(signing) != 1:
        failure = blocks(CertificateFinding.KEY_FILE_CERTIFICATES, count=len(signing))
        return ReadBack(opens=True, file_findings=(failure,))
    key = store.key if is_private_key(store.key) else None
    matches = key is not None and key.public_key() == public_key == signing[0].public_key()
    signs = key is not None and _signs(key, signing[0])
    verdicts = judge(signing[0], resolved, chain, at)
    return ReadBack(
        opens=True,
        one_signing_certificate=True,
        key_matches=matches,
        signs=signs,
        file_findings=tuple(_file_findings(matches=matches, signs=signs)),
        profile_findings=verdicts.profile_findings,
        chain_findings=(*_missing(chain, certificates), *verdicts.chain_findings),
    )


def _is_authority(certificate: x509.Certificate) -> bool:
    found = (each.value for each in certificate.extensions)
    return any(isinstance(each, x509.BasicConstraints) and each.ca for each in found)


def _signs(key: PrivateKey, certificate: x509.Certificate) -> bool:
    public_key = certificate.public_key()
    return is_public_key(public_key) and verifies(
        public_key, sign(key, _TEST_MESSAGE), _TEST_MESSAGE
    )


def _file_findings(*, matches: bool, signs: bool) -> Iterator[Finding]:
    if not matches:
        yield blocks(CertificateFinding.KEY_FILE_WRONG_KEY)
    if not signs:
        yield blocks(CertificateFinding.KEY_FILE_DOES_NOT_SIGN)


def _missing(
    chain: Sequence[x509.Certificate], present: list[x509.Certificate]
) -> Iterator[Finding]:
    for each in chain:
        if each not in present:
            yield blocks(CertificateFinding.CHAIN_INCOMPLETE, subject=subject_of(each))
