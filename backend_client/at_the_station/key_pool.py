"""Key pairs made ahead of need, so that nobody waits for one at the counter."""

from collections import deque
from collections.abc import Callable
from threading import Condition, Thread
from typing import Final

from issuance.certificates.keys import PrivateKey

_CAPACITY: Final = 2


class KeyPool:
    """Keeps a key or two ready in memory; they belong to nobody until they are taken.

    One background thread makes them. Nothing is written to disk, and what is left at the end is
    forgotten.
    """

    def __init__(self, make: Callable[[str], PrivateKey], algorithm: str = "rsa-2048") -> None:
        self._make = make
        self._algorithm = algorithm
        self._ready: deque[PrivateKey] = deque()
        self._changed = Condition()
        self._working = True
        self._thread = Thread(target=self._work, name="key pool", daemon=True)
        self._thread.start()

    def take(self, algorithm: str) -> PrivateKey:
        """Return a key no one else gets; blocks while one is being made."""
        if algorithm != self._algorithm:
            return self._make(algorithm)
        with self._changed:
            self._changed.wait_for(lambda: self._ready or not self._working)
            if self._ready:
                self._changed.notify_all()
                return self._ready.popleft()
        return self._make(algorithm)

    def close(self) -> None:
        """Forget the keys that are ready and make no more; a key in the making is dropped."""
        with self._changed:
            self._working = False
            self._ready.clear()
            self._changed.notify_all()

    def _work(self) -> None:
        try:
            while self._wait_for_room():
                self._keep(self._make(self._algorithm))
        finally:
            # Whoever waits must not wait for a thread that is gone.
            with self._changed:
                self._working = False
                self._changed.notify_all()

    def _wait_for_room(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: len(self._ready) < _CAPACITY or not self._working)
            return self._working

    def _keep(self, key: PrivateKey) -> None:
        with self._changed:
            if self._working:
                self._ready.append(key)
                self._changed.notify_all()
