"""An office as seen before anybody has logged in: its name, its key slots, its attempt counters.

Only the standard library is imported here: the log-in screen shows an office before anything
heavier is loaded.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

USER_NAME: Final = re.compile(r"[a-z][a-z0-9._-]{1,30}")
UNKNOWN_USER: Final = ""
"""All names without a slot share this attempt counter, so that they too have to wait."""


@dataclass(frozen=True, slots=True)
class KeyDerivationParameters:
    """What argon2id is asked to spend (RFC 9106): passes, KiB of memory, lanes.

    The bounds keep a hostile file from asking for more memory or time than a log-in may take.
    """

    time_cost: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 1

    MOST_PASSES = 16
    MOST_MEMORY_KIB = 1024 * 1024
    MOST_LANES = 16

    def __post_init__(self) -> None:
        """Raise `ValueError` outside the bounds; RFC 9106 wants 8 KiB a lane."""
        if not (
            1 <= self.time_cost <= self.MOST_PASSES
            and 1 <= self.lanes <= self.MOST_LANES
            and 8 * self.lanes <= self.memory_kib <= self.MOST_MEMORY_KIB
        ):
            raise ValueError("argon2id parameters out of bounds")


@dataclass(frozen=True, slots=True)
class KeySlot:
    """One operator's way to the data key: sealed under a password of that operator's choice."""

    user: str
    salt: bytes
    parameters: KeyDerivationParameters
    sealed: bytes


@dataclass(frozen=True, slots=True)
class AttemptCounter:
    """Log-ins of one user that were begun and not completed, and when the next may begin."""

    count: int
    not_before: datetime


@dataclass(frozen=True, slots=True)
class OfficeFile:
    """An office as seen before anybody has logged in."""

    office: UUID
    name: str
    province: str
    language: str
    theme: str
    demonstration: bool
    created_at: datetime
    slots: tuple[KeySlot, ...]
    recovery_slot: bytes | None = None
    attempts: Mapping[str, AttemptCounter] = field(default_factory=dict[str, AttemptCounter])

    def slot_of(self, user: str) -> KeySlot | None:
        """Return the user's key slot, or None for somebody who has none."""
        return next((slot for slot in self.slots if slot.user == user), None)

    def with_slot(self, slot: KeySlot) -> "OfficeFile":
        """Add a slot, or put it in the place of the user's former one."""
        others = tuple(other for other in self.slots if other.user != slot.user)
        return replace(self, slots=(*others, slot))

    def without_slot(self, user: str) -> "OfficeFile":
        """Take away a user's slot and counter."""
        remaining = tuple(slot for slot in self.slots if slot.user != user)
        return replace(self.without_attempts(user), slots=remaining)

    def with_slots_of(self, users: Collection[str]) -> "OfficeFile":
        """Take away everybody else's slot and counter."""
        office = self
        for slot in self.slots:
            if slot.user not in users:
                office = office.without_slot(slot.user)
        return office

    def attempts_of(self, user: str) -> AttemptCounter | None:
        """Return the counter a user name is held to."""
        return self.attempts.get(self._counter_name(user))

    def with_attempts(self, user: str, counter: AttemptCounter) -> "OfficeFile":
        """Set the counter a user name is held to."""
        return replace(self, attempts={**self.attempts, self._counter_name(user): counter})

    def without_attempts(self, *users: str) -> "OfficeFile":
        """Forget the counters of some users."""
        kept = {user: counter for user, counter in self.attempts.items() if user not in users}
        return replace(self, attempts=kept)

    def _counter_name(self, user: str) -> str:
        return user if self.slot_of(user) else UNKNOWN_USER
