"""What a station knows of its server's time, and what that says of the station's own clock.

Clocks at counters drift, and people set them: the server stamps, and a station's time is evidence.
"""

from datetime import datetime, timedelta
from typing import Annotated, Final, Self

from pydantic import Field

from issuance.model import Count, Frozen, Instant
from issuance.sources import SteadyMoment

MOST_SKEW: Final = timedelta(minutes=2)
"""How far a station's clock may be off before anybody is told."""
_MILLISECOND: Final = timedelta(milliseconds=1)
_LONGEST: Final = 100 * 366 * 24 * 3600 * 1000


class ServerTime(Frozen):
    """When the server's time was told last, and how long ago that was.

    `monotonic` are milliseconds by a clock that nobody sets; None since the computer was started
    anew, as that clock was.
    """

    last_server_time: Instant
    monotonic: Annotated[Count, Field(le=_LONGEST)] | None = None

    @classmethod
    def at(cls, told: datetime, heard: SteadyMoment | None, now: SteadyMoment | None) -> Self:
        """Return it at a moment `now`, where a time was `told` at the moment `heard`."""
        if heard is None or now is None or heard.run != now.run:
            return cls(last_server_time=told)
        passed = min(max(now.milliseconds - heard.milliseconds, 0), _LONGEST)
        return cls(last_server_time=told, monotonic=passed)

    def now(self) -> datetime | None:
        """Return the server's time at that moment; None where nobody knows how long ago it was."""
        if self.monotonic is None:
            return None
        return self.last_server_time + self.monotonic * _MILLISECOND


def clock_error(wall: datetime, known: ServerTime | None, latest: datetime) -> timedelta:
    """Return how far a station's clock was ahead when it told `wall`, as far as that shows.

    `latest` is a moment of the server's that was surely not before. Without a steady clock only
    what cannot be shows: a time before the last one of the server's, or after `latest`.
    """
    if known is not None and known.last_server_time <= latest:
        if (told := known.now()) is not None:
            return wall - min(told, latest)
        if wall < known.last_server_time:
            return wall - known.last_server_time
    return max(wall - latest, timedelta())


def moment_of_capture(wall: datetime, known: ServerTime | None, latest: datetime) -> datetime:
    """Return the moment that counts: the station's own, unless its clock was surely wrong."""
    error = clock_error(wall, known, latest)
    return min(wall if abs(error) <= MOST_SKEW else wall - error, latest)
