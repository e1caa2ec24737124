"""Check digits of machine-readable zones and what they cannot see (ICAO Doc 9303-3, 4.9)."""

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FILLER: Final = "<"

_WEIGHTS: Final = (7, 3, 1)
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)} | {FILLER: 0}


def check_digit(text: str) -> str:
    """Return the check digit of a field: weights 7, 3, 1, modulo 10.

    Raises KeyError for a character that no such zone has.
    """
    products = (_VALUES[each] * _WEIGHTS[place % 3] for place, each in enumerate(text))
    return str(sum(products) % 10)


def twins(character: str) -> frozenset[str]:
    """Return the characters that may take the place of this one without a check digit noticing.

    Every weight is coprime to ten, so these are exactly the ones whose values differ by tens.
    """
    value = _VALUES[character] % 10
    return frozenset(
        other for other in _VALUES if other != character and _VALUES[other] % 10 == value
    )
