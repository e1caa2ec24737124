"""Where time, identifiers and randomness come from; `ventanilla.compose` hands the real ones in."""

from datetime import datetime
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment with its zone, in UTC."""
        ...


class Identifiers(Protocol):
    """Makes identifiers."""

    def new(self) -> UUID:
        """Return a new UUIDv7."""
        ...


class Randomness(Protocol):
    """Gives unpredictable values (a seeded one is for tests only)."""

    def octets(self, count: int) -> bytes:
        """Return `count` random octets."""
        ...

    def digits(self, count: int) -> str:
        """Return `count` random decimal digits, leading zeros kept."""
        ...
