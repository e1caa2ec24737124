"""Lets what is about one stream go one after the other, and what is about others beside it."""

from threading import Lock
from weakref import WeakValueDictionary

from issuance.streams import StreamRef


class StreamTurns:
    """One lock for each stream that somebody is about to change."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[StreamRef, Lock] = WeakValueDictionary()
        self._looking_up = Lock()

    def of(self, ref: StreamRef) -> Lock:
        """Return the stream's lock, the same to all who ask while one of them has it."""
        with self._looking_up:
            lock = self._locks.get(ref) or Lock()
            self._locks[ref] = lock
            return lock
