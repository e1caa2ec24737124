"""Locks the work when nobody types. One sleeping timer: an idle counter costs no byte."""

import asyncio
from collections.abc import Callable
from typing import Final

_BUSY_SECONDS: Final = 1.0


class IdleLock:
    """Calls `lock` after a time without a key.

    Args:
        lock: covers the work.
        is_busy: tells that work begun by a key still goes on; the lock waits for it, so that no
            screen opens or closes under the lock.
    """

    def __init__(self, lock: Callable[[], None], is_busy: Callable[[], bool]) -> None:
        self._lock = lock
        self._is_busy = is_busy
        self._seconds = 0.0
        self._last_key = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self, seconds: float) -> None:
        """Lock after this many seconds without a key, from now on."""
        self.stop()
        self._seconds = seconds
        self.key_typed()
        self._wait(seconds)

    def resume(self) -> None:
        """Begin again after the unlocking, with the time set before."""
        if self._seconds:
            self.start(self._seconds)

    def stop(self) -> None:
        """Do not lock until started again or resumed."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def key_typed(self) -> None:
        """Begin the time anew."""
        self._last_key = asyncio.get_running_loop().time()

    def _wait(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._check)

    def _check(self) -> None:
        left = self._last_key + self._seconds - asyncio.get_running_loop().time()
        if left > 0:
            self._wait(left)
        elif self._is_busy():
            self._wait(_BUSY_SECONDS)
        else:
            self._timer = None
            self._lock()
