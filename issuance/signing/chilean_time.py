"""Chilean local time without a zone, as the signing API's tokens state when they expire."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from issuance.findings.signing import SigningCode

LONGEST_VALIDITY: Final = timedelta(minutes=30)
_ZONE: Final = "America/Santiago"
# Some clients append milliseconds, and some a `Z` to what is local time all the same; whatever
# zone is written is passed over, as the published API does.
_WRITTEN: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def chilean_text(moment: datetime) -> str:
    """Write a moment as `yyyy-MM-dd'T'HH:mm:ss` of Chile's clocks."""
    return moment.astimezone(ZoneInfo(_ZONE)).strftime("%Y-%m-%dT%H:%M:%S")


def check_expiration(text: str, now: datetime) -> SigningCode | None:
    """Return why a token that expires then is refused now; None for one that still is good.

    A clock reading that exists twice, or not at all, because the clocks change that night is
    taken for either moment that makes the token good.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        return SigningCode.EXPIRATION_UNREADABLE
    try:
        moments = _moments(match[1])
    except (ValueError, OverflowError):
        return SigningCode.EXPIRATION_UNREADABLE
    if any(now < each <= now + LONGEST_VALIDITY for each in moments):
        return None
    if all(each <= now for each in moments):
        return SigningCode.TOKEN_EXPIRED
    return SigningCode.TOKEN_TOO_LONG


def _moments(reading: str) -> tuple[datetime, datetime]:
    local = datetime.strptime(reading, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=ZoneInfo(_ZONE))
    return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
