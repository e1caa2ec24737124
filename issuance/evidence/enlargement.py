"""Traces of enlargement: pixels put in between two others repeat at an even distance.

Source: A. C. Gallagher, Detection of linear and cubic interpolation in JPEG compressed images
(2005): the second derivative of an interpolated picture is periodic along its rows and columns.
"""

import cmath
import statistics
from array import array
from typing import Final

from PIL import Image, ImageChops, ImageFilter

_LONGEST: Final = 1024
"""Pixels looked at in each direction, around the middle; a power of two for the transform."""

_SECOND_DERIVATIVE: Final = {
    # Of the row; the other is its turn. 128 is added, for Pillow keeps no negative values.
    True: ImageFilter.Kernel((3, 3), (0, 0, 0, -1, 2, -1, 0, 0, 0), scale=1, offset=128),
    False: ImageFilter.Kernel((3, 3), (0, -1, 0, 0, 2, 0, 0, -1, 0), scale=1, offset=128),
}
_STRONGEST_EDGE: Final = 16
"""An edge counts no more than this, so that a few do not drown what is everywhere."""

_LOWEST: Final = 0.12
_HIGHEST: Final = 0.49
"""Periods of more than eight pixels are the picture's own; cameras leave one of two."""

_JPEG_GRID: Final = 1 / 8
_GRID_WIDTH: Final = 0.004


def periodicity(grey: Image.Image) -> int:
    """Return how far the strongest even repetition stands out, in both directions at once.

    The unit is the median of the spectrum: what was never enlarged stays below 6. `grey` is a
    picture as stored, not a smaller one.
    """
    return min(_direction(grey, horizontal=True), _direction(grey, horizontal=False))


def _direction(grey: Image.Image, *, horizontal: bool) -> int:
    size = 1 << (min(_LONGEST, grey.width if horizontal else grey.height).bit_length() - 1)
    across = size if horizontal else min(_LONGEST, grey.width)
    down = min(_LONGEST, grey.height) if horizontal else size
    left, top = (grey.width - across) // 2, (grey.height - down) // 2
    middle = grey.crop((left, top, left + across, top + down))
    derivative = middle.filter(_SECOND_DERIVATIVE[horizontal])
    strength = ImageChops.difference(derivative, Image.new("L", derivative.size, 128))
    capped = strength.point([min(value, _STRONGEST_EDGE) for value in range(256)])
    line = capped.convert("F").resize((size, 1) if horizontal else (1, size), Image.Resampling.BOX)
    signal = array("f", line.tobytes())
    spectrum = [abs(each) for each in _transform(_flattened(signal))][: size // 2]
    background = statistics.median(spectrum[size // 10 :])
    return round(max(map(spectrum.__getitem__, _places(size))) / max(background, 0.001))


def _flattened(signal: "array[float]") -> list[complex]:
    """Take away the slow changes, and fade both ends."""
    size = len(signal)
    window = 9
    padded = [*signal[:4][::-1], *signal, *signal[-4:][::-1]]
    return [
        complex(
            (value - sum(padded[place : place + window]) / window)
            * (0.5 - 0.5 * cmath.cos(2 * cmath.pi * place / size).real)
        )
        for place, value in enumerate(signal)
    ]


def _places(size: int) -> list[int]:
    """Return the places in the spectrum that neither the picture nor JPEG's own blocks fill."""
    return [
        place
        for place in range(int(_LOWEST * size), int(_HIGHEST * size))
        if abs(place / size / _JPEG_GRID - round(place / size / _JPEG_GRID)) * _JPEG_GRID
        > _GRID_WIDTH
    ]


def _transform(values: list[complex]) -> list[complex]:
    """Return the discrete Fourier transform; the length is a power of two."""
    size = len(values)
    if size == 1:
        return values
    even, odd = _transform(values[::2]), _transform(values[1::2])
    turned = [cmath.exp(-2j * cmath.pi * place / size) * value for place, value in enumerate(odd)]
    return [
        *(first + second for first, second in zip(even, turned, strict=True)),
        *(first - second for first, second in zip(even, turned, strict=True)),
    ]
