"""Failed log-ins: their causes, and how long the next has to wait. Standard library only."""

from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Final

from issuance.access.office import AttemptCounter

FREE_ATTEMPTS: Final = 5
FIRST_DELAY: Final = timedelta(seconds=30)
LONGEST_DELAY: Final = timedelta(minutes=15)


class AttemptCause(StrEnum):
    """Why a log-in failed; the last two are about the spool of those noted before the opening."""

    WRONG_PASSWORD = "wrong_password"  # noqa: S105 -- the name of a cause
    UNKNOWN_USER = "unknown_user"
    TOO_SOON = "too_soon"
    WRONG_CODE = "wrong_code"
    CODE_ALREADY_USED = "code_already_used"
    CLOCK_OFF = "clock_off"
    OPERATOR_REMOVED = "operator_removed"
    OFFICE_MISMATCH = "office_mismatch"
    """What stands outside the register says another kind of office than the register."""
    SPOOL_FULL = "spool_full"
    """What came later is not in the spool."""
    UNREADABLE = "unreadable"
    """A line of the spool that a crash tore or somebody changed."""


def after_attempt(counter: AttemptCounter | None, now: datetime) -> AttemptCounter:
    """Count one more attempt: from the fifth on the next waits 30 s, doubling up to 15 min."""
    count = 1 if counter is None else counter.count + 1
    return AttemptCounter(count, now + _delay(count))


def seconds_to_wait(counter: AttemptCounter | None, now: datetime) -> int:
    """Return the whole seconds until the next attempt may begin, 0 when it may begin now."""
    if counter is None:
        return 0
    remaining = counter.not_before - now
    # Longer than any delay: the clock was ahead and has been set right since. Waiting for the
    # former time could lock an office out for years.
    if remaining > LONGEST_DELAY:
        return 0
    return max(0, ceil(remaining.total_seconds()))


def _delay(count: int) -> timedelta:
    if count < FREE_ATTEMPTS:
        return timedelta(0)
    doublings = min(count - FREE_ATTEMPTS, 10)
    return min(FIRST_DELAY * 2**doublings, LONGEST_DELAY)
