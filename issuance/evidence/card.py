"""Finds the outline of the card in a photo, by its portrait or, without one, beside the person.

A portrait's face is a fifth to a sixth as wide as its card.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy
from PIL import Image

from issuance.evidence.engines import Face, Point
from issuance.evidence.rectangles import (
    ASPECT,
    STEP,
    Found,
    Rectangles,
    View,
    chosen,
    find_rectangle,
    fits,
)
from issuance.evidence.report import Box

_FACE: Final = 16
"""Width of the portrait's face in the patch that is searched around it."""

_AROUND_PORTRAIT: Final = (16 * _FACE, 9 * _FACE)
_TURNS: Final = (-12, -8, -4, 0, 4, 8, 12)

_PERSON: Final = 56
"""Width of the person's face in the patch that is searched for a card without portrait."""

_BESIDE_PERSON: Final = (5 * _PERSON, 4 * _PERSON)
_BELOW_EYES: Final = 0.6
"""How far below the face's middle that patch has its own, in widths of the face."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A card's corners from its top left, clockwise; `support` (0 to 1) is how plain its edges are.

    `tilt` is by how many degrees the card is turned clockwise.
    """

    corners: tuple[Point, Point, Point, Point]
    width: float
    tilt: float
    support: float

    @property
    def box(self) -> Box:
        """Return the upright rectangle around the card."""
        columns, rows = [x for x, _ in self.corners], [y for _, y in self.corners]
        left, top = min(columns), min(rows)
        return Box(left=left, top=top, width=max(columns) - left, height=max(rows) - top)

    def covers(self, point: Point) -> bool:
        """Tell whether a point lies on the card."""
        edges = zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True)
        return all(
            (right[0] - left[0]) * (point[1] - left[1])
            >= (right[1] - left[1]) * (point[0] - left[0])
            for left, right in edges
        )


def middle(box: Box) -> Point:
    """Return the middle of a rectangle."""
    return box.left + box.width // 2, box.top + box.height // 2


def find_outline(picture: Image.Image, face: Face) -> Outline:
    """Return the most card-like outline around a portrait, however unlike a card it is."""
    scale = face.box.width / _FACE
    view = View(picture, middle(face.box), scale, _AROUND_PORTRAIT)
    (x_right, y_right), (x_left, y_left) = face.landmarks[:2]
    upright = math.degrees(math.atan2(y_left - y_right, x_left - x_right))
    angles = tuple(upright + turn for turn in _TURNS)
    return _outline(view, scale, find_rectangle(view, angles, _around_portrait()))


def find_card_beside(picture: Image.Image, person: Face) -> Outline:
    """Return the most card-like outline beside a person's face, however unlike a card it is."""
    scale = person.box.width / _PERSON
    x, y = middle(person.box)
    centre = x, y + round(person.box.width * _BELOW_EYES)
    view = View(picture, centre, scale, _BESIDE_PERSON)
    return _outline(view, scale, find_rectangle(view, _TURNS, _beside_person()))


def _outline(view: View, scale: float, found: Found) -> Outline:
    left, top, right, bottom = found.sides

    def corner(column: int, row: int) -> Point:
        x, y = view.place(column, row, found.tilt)
        return round(x), round(y)

    corners = corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)
    return Outline(corners, (right - left) * scale, found.tilt, found.support)


@cache
def _around_portrait() -> Rectangles:
    columns, rows = _AROUND_PORTRAIT
    x, y = columns // 2, rows // 2
    left, width, top, aspect = (
        grid.ravel()
        for grid in numpy.meshgrid(
            numpy.arange(x - round(5.8 * _FACE), x - round(0.6 * _FACE), STEP),
            numpy.arange(4 * _FACE, round(7.2 * _FACE), STEP),
            numpy.arange(y - round(2.9 * _FACE), y - round(0.75 * _FACE), STEP),
            numpy.array([1.45, ASPECT, 1.72]),
            indexing="ij",
        )
    )
    height = numpy.rint(width / aspect).astype(int)
    rectangles = left, top, left + width, top + height
    across, down = (x - left) / width, (y - top) / height
    # A portrait stands at the left or right of a card, about half way down.
    wanted = ((across < 0.35) | (across > 0.65)) & (down > 0.3) & (down < 0.78)
    return chosen(rectangles, wanted & fits(rectangles, _AROUND_PORTRAIT))


@cache
def _beside_person() -> Rectangles:
    columns, rows = _BESIDE_PERSON
    left, top, width = (
        grid.ravel()
        for grid in numpy.meshgrid(
            numpy.arange(0, columns, STEP + 1),
            numpy.arange(0, rows, STEP + 1),
            numpy.arange(round(0.6 * _PERSON), round(1.5 * _PERSON), STEP + 1),
            indexing="ij",
        )
    )
    right, bottom = left + width, top + numpy.rint(width / ASPECT).astype(int)
    x, y = columns / 2, rows / 2 - _BELOW_EYES * _PERSON
    on_face = (left < x + 0.4 * _PERSON) & (right > x - 0.4 * _PERSON)
    on_face &= (top < y + 0.6 * _PERSON) & (bottom > y - 0.6 * _PERSON)
    on_face |= top + bottom < 2 * (y - 0.2 * _PERSON)
    rectangles = left, top, right, bottom
    return chosen(rectangles, ~on_face & fits(rectangles, _BESIDE_PERSON))
