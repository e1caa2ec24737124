"""From when and until when a certificate is valid."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509

from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding
from issuance.model import format_instant


@dataclass(frozen=True, slots=True)
class Validity:
    """The first and last moment, in UTC and whole seconds."""

    not_before: datetime
    not_after: datetime


def validity_from(
    now: datetime,
    term: timedelta,
    issuer: x509.Certificate,
    *,
    backdate: timedelta = timedelta(minutes=5),
    office_ends: datetime | None = None,
) -> Validity | Finding:
    """Return the validity of a certificate issued now.

    It begins a little earlier, for readers whose clocks are slow, and ends with the term, the
    issuer or the holder's office, whichever ends first; never does it leave the issuer's own.
    """
    if now < issuer.not_valid_before_utc:
        starts = format_instant(issuer.not_valid_before_utc)
        return blocks(CertificateFinding.AUTHORITY_NOT_YET_VALID, starts=starts)
    if now >= issuer.not_valid_after_utc:
        ended = format_instant(issuer.not_valid_after_utc)
        return blocks(CertificateFinding.AUTHORITY_EXPIRED, ended=ended)
    if office_ends is not None and now >= office_ends:
        return blocks(CertificateFinding.OFFICE_ENDED, ended=format_instant(office_ends))
    ends = [now + term, issuer.not_valid_after_utc, *([office_ends] if office_ends else [])]
    return Validity(
        max(now - backdate, issuer.not_valid_before_utc).replace(microsecond=0),
        min(ends).replace(microsecond=0),
    )
