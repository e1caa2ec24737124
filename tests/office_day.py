"""The day at the office, which is not UTC's for some hours of every day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from issuance.policies.model import Policy


def office_day(now: datetime, policy: Policy) -> date:
    """Return the date where the policy's offices are."""
    return now.astimezone(ZoneInfo(policy.zone)).date()
