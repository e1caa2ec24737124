"""Serial numbers nobody can predict."""

from issuance.sources import Randomness

_LEADING_BIT = 1 << 126


def new_serial(randomness: Randomness) -> int:
    """Return a positive serial of 127 bits, 126 of them random (RFC 5280, 4.1.2.2).

    The leading bit is fixed so that every serial has the same length and none is zero.
    """
    return _LEADING_BIT | int.from_bytes(randomness.octets(16)) >> 2
