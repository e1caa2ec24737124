"""Room kept at a station, so that a full disk does not end the exchange with its server.

What was captured needs no room to be sent, but the answers and what others did are written here.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from issuance.engine.station_register import LEAST_FREE, free_octets
from issuance.findings import Finding, warns
from issuance.findings.register import RegisterCode
from issuance.findings.sync import SyncCode
from issuance.register.errors import RegisterUnavailable

RESERVE: Final = "reserve"
_OCTETS: Final = 16 << 20
_TOLD_BELOW: Final = 1 << 30
"""Octets below which the operator sees how many are left, before nothing may be recorded."""
T = TypeVar("T")


class DiskReserve:
    """A file of nothing in a station's folder, given up where the disk is full."""

    def __init__(self, folder: Path, free: Callable[[Path], int] = free_octets) -> None:
        self._folder, self._free = folder, free

    @property
    def _path(self) -> Path:
        return self._folder / RESERVE

    def keep(self) -> None:
        """Take the room, or take it again, where there is plenty."""
        # Where it cannot be taken now, it is the next time.
        with suppress(OSError):
            if self._path.exists() or self._free(self._folder) < LEAST_FREE + _OCTETS:
                return
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, _OCTETS)
            finally:
                os.close(descriptor)

    def release(self) -> bool:
        """Give the room back; tell whether there was any."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True

    @property
    def finding(self) -> Finding | None:
        """Return how much room is left, once that is little."""
        free = self._free(self._folder)
        if free >= _TOLD_BELOW:
            return None
        return warns(SyncCode.DISK_FILLING, free=free >> 20, least=LEAST_FREE >> 20)


def with_room(reserve: DiskReserve, work: Callable[[], T]) -> T:
    """Do something, and once more with the reserve's room where the disk is full.

    Raises `RegisterUnavailable` where that was not enough.
    """
    try:
        return work()
    except RegisterUnavailable as full:
        if full.finding.code != RegisterCode.REGISTER_DISK_FULL or not reserve.release():
            raise
    return work()
