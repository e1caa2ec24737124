"""The server's time as a station goes by it, and how far its own clock is from that."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from backend_client.enrolled_station import EnrolledStation
from issuance.engine.office import Sources
from issuance.findings import Finding, warns
from issuance.findings.sync import SyncCode
from issuance.stations.server_time import MOST_SKEW, ServerTime, clock_error

_MINUTE: Final = timedelta(minutes=1)


class StationTime:
    """A clock that goes on from what the server told with the last lease, whoever sets the other.

    Where that is unknown it is the computer's.
    """

    def __init__(self, enrolled: Callable[[], EnrolledStation], sources: Sources) -> None:
        self._enrolled, self._sources = enrolled, sources

    def known(self) -> ServerTime | None:
        """Return what is known of the server's time."""
        return self._enrolled().server_time(self._sources.steady.moment())

    def now(self) -> datetime:
        """Return the present moment."""
        known = self.known()
        return (known and known.now()) or self._sources.clock.now()

    @property
    def lease_age(self) -> timedelta | None:
        """Return how old the lease is; None where it was told before the computer's last start."""
        known = self.known()
        if known is None:
            return None
        started_since = known.now() is None and self._sources.steady.moment() is not None
        return None if started_since else self.now() - known.last_server_time

    @property
    def finding(self) -> Finding | None:
        """Say so if this computer's clock is off."""
        known, wall = self.known(), self._sources.clock.now()
        if known is None:
            return None
        latest = known.now() or max(wall, known.last_server_time)
        error = abs(clock_error(wall, known, latest))
        if error <= MOST_SKEW:
            return None
        return warns(SyncCode.CLOCK_DIFFERS, minutes=round(error / _MINUTE))
