"""The one place that runs work again when a database server undid it or went away."""

import time
from collections.abc import Callable
from itertools import count
from typing import Final, TypeVar

from issuance.register.errors import ConnectionLost, OutcomeUnknown, RaceLost, RevisionConflict
from issuance.sources import Randomness

ResultT = TypeVar("ResultT")

_TRIES: Final = 9
_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 1.0


def repeated(
    work: Callable[[int], ResultT], randomness: Randomness, *, outcome_tells: bool
) -> ResultT:
    """Run work, told which try it is (from 1), again from its beginning while that may help.

    The pauses grow and are drawn from nothing to their whole length ("full jitter"), a few seconds
    in all; then what was raised last goes out. After `OutcomeUnknown` work runs again only where it
    finds by itself what it did the first time (`outcome_tells`).
    """
    for number in count(1):
        try:
            return work(number)
        except (RaceLost, RevisionConflict, ConnectionLost):
            if number == _TRIES:
                raise
        except OutcomeUnknown:
            if number == _TRIES or not outcome_tells:
                raise
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (number - 1))
        time.sleep(longest * int.from_bytes(randomness.octets(2)) / 0xFFFF)
    raise AssertionError
