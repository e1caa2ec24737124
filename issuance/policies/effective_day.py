"""The day since when nothing signed should be relied on, where that is not the revocation's own.

It goes to `invalidityDate` (RFC 5280, 5.3.2), never into a revocation that is dated back.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from issuance.findings import Finding, blocks, warns
from issuance.findings.revocation import RevocationFinding
from issuance.identity.dates import date_as_typed, read_date
from issuance.model import format_instant
from issuance.policies.model import Policy


def effective_day_findings(
    cause: str, effective: date | None, policy: Policy, today: date
) -> tuple[Finding, ...]:
    """Return what is wrong with the day: a cause needs one, it lies ahead, or none can be meant."""
    if effective is None:
        missing = cause in policy.life.effective_date_for
        needed = blocks(RevocationFinding.EFFECTIVE_DATE_NEEDED, "effective")
        return (needed,) if missing else ()
    if effective > today:
        day = date_as_typed(effective.isoformat())
        return (blocks(RevocationFinding.EFFECTIVE_DATE_LATER, "effective", effective=day),)
    # Only the screen has read it so far, and not every command comes from one.
    plausible = read_date(effective.isoformat(), today=today)
    return tuple(replace(each, field="effective") for each in plausible.findings)


def effective_date_findings(
    effective: date | None, not_before: datetime, policy: Policy
) -> tuple[Finding, ...]:
    """Return what is odd about an effective date: one before the certificate's first day.

    It is no reason to refuse: somebody may have been given a dead person's certificate.
    """
    first_day = not_before.astimezone(ZoneInfo(policy.zone)).date()
    if effective is None or effective >= first_day:
        return ()
    issued = format_instant(not_before)
    return (warns(RevocationFinding.EFFECTIVE_BEFORE_ISSUE, "effective", issued=issued),)


def invalid_since(effective: date | None, policy: Policy) -> datetime | None:
    """Return the beginning of an effective day at the office."""
    if effective is None:
        return None
    return datetime.combine(effective, time(), ZoneInfo(policy.zone)).astimezone(UTC)
