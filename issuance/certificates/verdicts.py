"""Two verdicts on a certificate that never stand for each other: what it says, and who vouches."""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509

from issuance.certificates.chain import check_chain
from issuance.certificates.comparison import compare_with_profile
from issuance.certificates.profile import ResolvedProfile
from issuance.findings import Finding
from issuance.model import Frozen


class CertificateVerdicts(Frozen):
    """What is wrong with a certificate's fields, and what with the chain above it."""

    profile_findings: tuple[Finding, ...]
    chain_findings: tuple[Finding, ...]

    @property
    def profile_as_meant(self) -> bool:
        """Tell whether every field reads as its profile means."""
        return not self.profile_findings

    @property
    def chain_trusted(self) -> bool:
        """Tell whether the chain leads, valid link by link, to the trusted root."""
        return not self.chain_findings


def judge(
    certificate: x509.Certificate,
    meant: ResolvedProfile | Sequence[Finding],
    chain: Sequence[x509.Certificate],
    at: datetime,
) -> CertificateVerdicts:
    """Judge a certificate by what was meant, or by why that cannot be told, and by its chain.

    `chain` leads from the issuing authority to the trusted root, both included.
    """
    differences = (
        compare_with_profile(certificate, meant) if isinstance(meant, ResolvedProfile) else meant
    )
    return CertificateVerdicts(
        profile_findings=tuple(differences),
        chain_findings=tuple(check_chain(certificate, chain, chain[-1], at)),
    )
