"""Searches a picture for a rectangle of a card's shape by its four straight edges.

The colours of cards and backgrounds are unknown, so only edges count: the share of each side along
which colour changes, less the share along a line just beside it, which hair and print have too.
"""

import math
from typing import Any, Final, NamedTuple

import numpy
from numpy.typing import NDArray
from PIL import Image

from issuance.evidence.engines import Point

ASPECT: Final = 85.60 / 53.98
"""Width over height of an ID-1 card (ISO/IEC 7810)."""

STEP: Final = 3
"""Of a first search; the second looks at every pixel."""

_FULL_STEP: Final = 24
"""Change of one colour channel (0 to 255) that counts as a full edge."""

_CORNER: Final = 3
"""Pixels of a side left out at its rounded corners."""

_ASIDE: Final = 3
"""Distance to the line beside, in pixels of the patch."""

_LEAST_INSIDE: Final = 0.4
"""Share of a side that must be inside the picture to be judged; one side may be outside it."""

_LEAST_SEEN: Final = 0.7
"""Share of a card that must be inside the picture."""

_UNSEEN: Final = 0.5
"""Support of a side outside the picture: it proves nothing."""

_ASPECT_WEIGHT: Final = 0.4
_FINE_ANGLES: Final = (-2, 0, 2)

Floats = NDArray[numpy.floating[Any]]
Indices = NDArray[numpy.intp]
Sides = tuple[int, int, int, int]
"""Left, top, right and bottom of a rectangle, in pixels of a patch."""
Rectangles = tuple[Indices, Indices, Indices, Indices]
"""The sides of many rectangles."""


class Found(NamedTuple):
    """A rectangle in a turned patch; the best supported is the greatest."""

    support: float
    tilt: float
    sides: Sides


class View:
    """A part of a picture, turned as one likes, at its own scale: patch `size` around `centre`.

    `scale` is pixels of the picture to one of the patch.
    """

    def __init__(
        self, picture: Image.Image, centre: Point, scale: float, size: tuple[int, int]
    ) -> None:
        """Shrink the picture once for all turns."""
        self._centre = centre
        self._scale = scale
        self.size = size
        self._full = picture.size
        self._shrink = max(1, int(scale))
        self._picture = picture.reduce(self._shrink) if self._shrink > 1 else picture

    def place(self, column: float, row: float, tilt: float) -> tuple[float, float]:
        """Return where a pixel of the patch is in the picture."""
        along, aside = self._axes(tilt)
        across, down = column - self.size[0] / 2, row - self.size[1] / 2
        return (
            self._centre[0] + across * along - down * aside,
            self._centre[1] + across * aside + down * along,
        )

    def _axes(self, tilt: float) -> tuple[float, float]:
        angle = math.radians(tilt)
        return math.cos(angle) * self._scale, math.sin(angle) * self._scale

    def patch(self, tilt: float) -> tuple[Floats, NDArray[numpy.bool_]]:
        """Return colours (3, height, width) and which of the pixels lie inside the picture."""
        along, aside = self._axes(tilt)
        x, y = self.place(0, 0, tilt)
        columns, rows = self.size
        patch = self._picture.transform(
            self.size,
            Image.Transform.AFFINE,
            tuple(value / self._shrink for value in (along, -aside, x, aside, along, y)),
            Image.Resampling.BILINEAR,
        )
        down, across = numpy.ogrid[:rows, :columns]
        from_left, from_top = x + along * across - aside * down, y + aside * across + along * down
        width, height = self._full
        margin = 2 * self._scale
        inside = (from_left > margin) & (from_left < width - margin)
        inside &= (from_top > margin) & (from_top < height - margin)
        planes = numpy.stack([numpy.asarray(plane) for plane in patch.split()])
        return planes.astype(numpy.float32), inside


def find_rectangle(view: View, angles: tuple[float, ...], candidates: Rectangles) -> Found:
    """Return the best supported of the candidates at all angles, refined to the pixel."""
    coarse = max(_search(view, angle, candidates) for angle in angles)
    if coarse.tilt in {angles[0], angles[-1]}:
        # The best may lie beyond the end: a hand tilts a card further now and then.
        step = angles[1] - angles[0] if coarse.tilt == angles[-1] else angles[0] - angles[1]
        beyond = (coarse.tilt + step, coarse.tilt + 2 * step)
        coarse = max(coarse, *(_search(view, angle, candidates) for angle in beyond))
    near = _neighbours(coarse.sides, view)
    return max(_search(view, coarse.tilt + turn, near) for turn in _FINE_ANGLES)


def _search(view: View, tilt: float, candidates: Rectangles) -> Found:
    patch, inside = view.patch(tilt)
    upright, level = _edges(patch, inside)
    columns, rows = _Lines(upright, inside), _Lines(level.T, inside.T)
    left, top, right, bottom = candidates
    supports = numpy.stack(
        (
            columns.support(left, top, bottom),
            columns.support(right, top, bottom),
            rows.support(top, left, right),
            rows.support(bottom, left, right),
        )
    )
    outside = numpy.isnan(supports)
    supports[outside] = _UNSEEN
    scores = supports.mean(0) * 0.6 + supports.min(0) * 0.4
    scores -= numpy.abs(numpy.log((right - left) / (bottom - top) / ASPECT)) * _ASPECT_WEIGHT
    scores[outside.sum(0) > 1] = 0
    scores[_seen_share(inside, left, top, right, bottom) < _LEAST_SEEN] = 0
    best = int(scores.argmax())
    sides = int(left[best]), int(top[best]), int(right[best]), int(bottom[best])
    return Found(float(scores[best]), tilt, sides)


def _edges(patch: Floats, inside: NDArray[numpy.bool_]) -> tuple[Floats, Floats]:
    """Return how much of an upright and of a level edge each pixel is, from 0 to 1."""
    upright, level = numpy.zeros_like(patch[0]), numpy.zeros_like(patch[0])
    upright[:, 1:-1] = numpy.abs(patch[:, :, 2:] - patch[:, :, :-2]).max(0)
    level[1:-1] = numpy.abs(patch[:, 2:] - patch[:, :-2]).max(0)
    return _thicken(upright * inside), _thicken((level * inside).T).T


def _thicken(edges: Floats) -> Floats:
    """Let an edge lie a pixel aside: sides are searched in steps and cards are never quite flat."""
    share = numpy.minimum(edges, _FULL_STEP) / _FULL_STEP
    thick = share.copy()
    thick[:, 1:] = numpy.maximum(thick[:, 1:], share[:, :-1])
    thick[:, :-1] = numpy.maximum(thick[:, :-1], share[:, 1:])
    return thick


class _Lines:
    """How much of an edge any upright line in a map of edges is."""

    def __init__(self, edges: Floats, inside: NDArray[numpy.bool_]) -> None:
        self._edges = _sum_down(edges)
        self._inside = _sum_down(inside.astype(numpy.float32))

    def support(self, at: Indices, start: Indices, end: Indices) -> Floats:
        """Return the support of lines at columns `at` from row `start` to `end`.

        A line is judged by its part inside the picture; it is not a number where too little is.
        """
        start, end = start + _CORNER, end - _CORNER
        inside = self._inside[end, at] - self._inside[start, at]
        inside[inside < (end - start) * _LEAST_INSIDE] = numpy.nan

        def share(column: Indices) -> Floats:
            return (self._edges[end, column] - self._edges[start, column]) / inside

        return share(at) - numpy.minimum(share(at - _ASIDE), share(at + _ASIDE)) / 2


def _seen_share(
    inside: NDArray[numpy.bool_], left: Indices, top: Indices, right: Indices, bottom: Indices
) -> Floats:
    """Return which share of rectangles lies inside the picture."""
    sums = _sum_down(_sum_down(inside.astype(numpy.float32)).T).T
    pixels = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    return pixels / ((right - left) * (bottom - top))


def _sum_down(values: Floats) -> Floats:
    sums = numpy.zeros((values.shape[0] + 1, values.shape[1]), numpy.float32)
    numpy.cumsum(values, 0, out=sums[1:])
    return sums


def fits(rectangles: Rectangles, size: tuple[int, int]) -> NDArray[numpy.bool_]:
    """Tell which rectangles lie in a patch of this size, with the lines beside their sides."""
    left, top, right, bottom = rectangles
    columns, rows = size
    return (
        (left >= _ASIDE) & (top >= _ASIDE) & (right < columns - _ASIDE) & (bottom < rows - _ASIDE)
    )


def chosen(rectangles: Rectangles, wanted: NDArray[numpy.bool_]) -> Rectangles:
    """Return the wanted ones of many rectangles."""
    left, top, right, bottom = rectangles
    return left[wanted], top[wanted], right[wanted], bottom[wanted]


def _neighbours(sides: Sides, view: View) -> Rectangles:
    steps = numpy.arange(-STEP, STEP + 1)
    left, top, right, bottom = (
        grid.ravel() for grid in numpy.meshgrid(*(side + steps for side in sides), indexing="ij")
    )
    rectangles = left, top, right, bottom
    aspect = (right - left) / (bottom - top)
    return chosen(rectangles, fits(rectangles, view.size) & (aspect > 1.35) & (aspect < 1.85))
