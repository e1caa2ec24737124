"""Fingerprints by which pictures that look alike are found again; plain Python but for resizing.

Two hashes of 64 bits: the signs of the low frequencies of a cosine transform (as in pHash), and
the steps between neighbours in a tiny picture (dHash). Signs, not a comparison with the median,
because the fingerprint of the mirrored picture then follows from this one.
"""

import math
from array import array
from collections.abc import Iterable
from typing import Final, TypeVar

from PIL import Image

Whose = TypeVar("Whose")

DIGITS: Final = 32
"""Hexadecimal digits of a fingerprint: sixteen of the cosine hash, sixteen of the steps."""

_SIDE: Final = 32
_LOW: Final = 8
_BITS: Final = 64
_HALF: Final = (1 << _BITS) - 1

_COSINES: Final = tuple(
    tuple(
        round(1024 * math.cos(math.pi * frequency * (2 * place + 1) / (2 * _SIDE)))
        for place in range(_SIDE)
    )
    for frequency in range(_LOW)
)
_ODD_COLUMNS: Final = int("01010101" * _LOW, 2)
"""Mirroring a picture changes the sign of its odd horizontal frequencies."""


def fingerprint(picture: Image.Image) -> str:
    """Return a picture's fingerprint as hexadecimal digits."""
    grey = picture.convert("L")
    return f"{_cosine_hash(grey):016x}{_step_hash(grey):016x}"


def alike(first: str, second: str, bits: int) -> bool:
    """Tell whether both hashes differ in at most so many bits, or do in the mirrored picture."""
    return bool(find_alike(first, [("second", second)], bits))


def bits_apart(first: str, second: str) -> int:
    """Return by how many bits two fingerprints differ, in the hash that differs more.

    The mirrored picture counts where it is nearer. Neither fingerprint may be empty.
    """
    cosines, steps = _halves(first)
    other_cosines, other_steps = _halves(second)
    return min(
        max((own ^ other_cosines).bit_count(), (own_steps ^ other_steps).bit_count())
        for own, own_steps in (
            (cosines, steps),
            (cosines ^ _ODD_COLUMNS, _mirror_steps(steps)),
        )
    )


def find_alike(
    wanted: str, candidates: Iterable[tuple[Whose, str]], bits: int
) -> tuple[Whose, ...]:
    """Return whose fingerprints are alike the wanted one, the nearest first.

    A wanted fingerprint or candidate that is empty is like none.
    """
    if not wanted:
        return ()
    cosines, steps = _halves(wanted)
    mirrored_cosines, mirrored_steps = cosines ^ _ODD_COLUMNS, _mirror_steps(steps)
    found: list[tuple[int, Whose]] = []
    for whose, candidate in candidates:
        if not candidate:
            continue
        both = int(candidate, 16)
        other_cosines, other_steps = both >> _BITS, both & _HALF
        for own_cosines, own_steps in (
            (cosines, steps),
            (mirrored_cosines, mirrored_steps),
        ):
            far = (own_cosines ^ other_cosines).bit_count()
            if far <= bits:
                far = max(far, (own_steps ^ other_steps).bit_count())
                if far <= bits:
                    found.append((far, whose))
                    break
    return tuple(whose for _, whose in sorted(found, key=lambda each: each[0]))


def _halves(digits: str) -> tuple[int, int]:
    both = int(digits, 16)
    return both >> _BITS, both & _HALF


def _cosine_hash(grey: Image.Image) -> int:
    """Hash the signs of the 8 x 8 lowest frequencies; the mean, of no sign, stays 0."""
    pixels = grey.resize((_SIDE, _SIDE), Image.Resampling.BOX).tobytes()
    across = [
        [sum(map(int.__mul__, pixels[start : start + _SIDE], row)) for row in _COSINES]
        for start in range(0, _SIDE * _SIDE, _SIDE)
    ]
    columns = list(zip(*across, strict=True))
    signs = 0
    for vertical, row in enumerate(_COSINES):
        for horizontal, column in enumerate(columns):
            positive = sum(map(int.__mul__, column, row)) > 0
            signs = signs << 1 | (positive and bool(vertical or horizontal))
    return signs


def _step_hash(grey: Image.Image) -> int:
    """Hash whether each of 8 x 8 fields is darker than the next to its right."""
    pixels = array("f", grey.convert("F").resize((_LOW + 1, _LOW), Image.Resampling.BOX).tobytes())
    steps = 0
    for row in range(_LOW):
        for column in range(_LOW):
            place = row * (_LOW + 1) + column
            steps = steps << 1 | (pixels[place] < pixels[place + 1])
    return steps


def _mirror_steps(steps: int) -> int:
    """Return the step hash of the mirrored picture: each row backwards, each step the other way."""
    mirrored = 0
    for row in steps.to_bytes(_LOW):
        mirrored = mirrored << 8 | int(f"{row:08b}"[::-1], 2) ^ 0xFF
    return mirrored
