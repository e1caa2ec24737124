"""Where time, identifiers and randomness come from; `ventanilla.compose` hands the real ones in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment with its zone, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SteadyMoment:
    """A moment of a clock that nobody sets; only moments of one `run` of it can be compared."""

    run: str
    milliseconds: int


class SteadyClock(Protocol):
    """Tells how much time passes, whatever becomes of the computer's clock."""

    def moment(self) -> SteadyMoment | None:
        """Return the present moment; None where there is no such clock."""
        ...


class NoSteadyClock:
    """The steady clock of a place that has none."""

    def moment(self) -> None:
        """Return nothing."""


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
