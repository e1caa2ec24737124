"""From when and until when a certificate is valid."""

from calendar import isleap
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509

from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding
from issuance.model import format_instant


@dataclass(frozen=True, slots=True)
class Term:
    """How long something lasts: calendar years and days."""

    years: int = 0
    days: int = 0

    def end(self, begin: datetime) -> datetime:
        """Return the end, counted in the calendar of the beginning's own time zone.

        Years later it is the same day at the same time; 29 February ends on the 28th where the
        year has none, so that a term never lasts longer than it says.
        """
        year = begin.year + self.years
        leap_day = (begin.month, begin.day) == (2, 29)
        day = 28 if leap_day and not isleap(year) else begin.day
        return begin.replace(year=year, day=day) + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Validity:
    """The first and last moment, in UTC and whole seconds."""

    not_before: datetime
    not_after: datetime


def validity_from(
    now: datetime,
    term: Term,
    issuer: x509.Certificate,
    *,
    backdate: timedelta = timedelta(minutes=5),
    office_ends: datetime | None = None,
) -> Validity | Finding:
    """Return the validity of a certificate issued now.

    The term is counted in the calendar of the zone `now` is given in. The validity begins a little
    earlier, for readers whose clocks are slow, and ends with the term, the issuer or the holder's
    office, whichever ends first; never does it leave the issuer's own.
    """
    if now < issuer.not_valid_before_utc:
        starts = format_instant(issuer.not_valid_before_utc)
        return blocks(CertificateFinding.AUTHORITY_NOT_YET_VALID, starts=starts)
    if now >= issuer.not_valid_after_utc:
        ended = format_instant(issuer.not_valid_after_utc)
        return blocks(CertificateFinding.AUTHORITY_EXPIRED, ended=ended)
    if office_ends is not None and now >= office_ends:
        return blocks(CertificateFinding.OFFICE_ENDED, ended=format_instant(office_ends))
    ends = [term.end(now), issuer.not_valid_after_utc, *([office_ends] if office_ends else [])]
    # In the zone's own clock, minutes just after a change of it lead into another hour.
    begins = max(now.astimezone(UTC) - backdate, issuer.not_valid_before_utc)
    return Validity(
        begins.replace(microsecond=0),
        min(ends).astimezone(UTC).replace(microsecond=0),
    )
