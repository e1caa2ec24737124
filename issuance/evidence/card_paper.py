"""Tells a card from what only has its shape: pale paper, with print beside the portrait."""

import math
from typing import Final

import numpy
from PIL import Image, ImageFilter

from issuance.evidence.card import Outline, middle
from issuance.evidence.engines import Face
from issuance.evidence.rectangles import Floats, View

_SIZE: Final = (100, 63)
_MARGIN: Final = 6
"""Size at which a card is looked at, and how much of its edge is left out."""

_LEAST_PALENESS: Final = 0.55
"""Of the picture's lightest parts: a card's paper is lighter than clothes and walls mostly are."""

_MOST_COLOUR: Final = 60
"""Range of the paper's three colours, 0 to 255."""

_LETTER: Final = 7
"""Pixels that are more than the strokes of letters are thick."""

_SAME: Final = 0.12
"""Difference of lightness, of the paper's, within which all is paper."""

_LEAST_EVEN: Final = 0.7
_LEAST_LETTERS: Final = 0.06
"""Shares beside the portrait: paper once the letters are taken away, and letters."""

PLAIN_OUTLINE: Final = 0.85
"""Support beyond which no chance lines are taken for the edges of a card."""

_FACE: Final = 22
_AROUND: Final = (142, 42)
"""Width of a portrait's face and size of the patch around it where a card is a hundred wide."""

_RIGHT_OF_FACE: Final = slice(90, None)
_LEFT_OF_FACE: Final = slice(None, 52)
_EVERYWHERE: Final = (slice(None), slice(None))
_LEANING: Final = 5
"""Degrees by which the landmarks of a small face may err."""

_BLANK_ROWS: Final = slice(12, 28)
_ZONE_ROWS: Final = slice(28, 51)
"""Rows of a card's back that are mostly empty, and those of its machine-readable zone."""

_LEAST_PRINT: Final = 8
_ZONE_TO_BLANK: Final = 2.5


def is_card(picture: Image.Image, outline: Outline, portrait: Face) -> bool:
    """Tell whether an outline around a face holds even paper with letters beside that face.

    The edges of a person's clothes and of things behind can have a card's shape by chance.
    """
    if outline.support >= PLAIN_OUTLINE:
        return True
    card = _flatten(picture, outline)
    third = card.shape[2] * 2 // 5
    is_left = middle(portrait.box)[0] < middle(outline.box)[0]
    columns = slice(third, None) if is_left else slice(0, -third)
    # The uppermost rows may be a coloured band with the country's name.
    return _bears_letters(card, (slice(_MARGIN + 2, None), columns))


def lies_on_card(picture: Image.Image, face: Face) -> bool:
    """Tell whether pale, even paper with letters is beside a face, wherever its edges are."""
    scale = face.box.width / _FACE
    (x_right, y_right), (x_left, y_left) = face.landmarks[:2]
    upright = math.degrees(math.atan2(y_left - y_right, x_left - x_right))
    view = View(picture, middle(face.box), scale, _AROUND)
    for tilt in (upright - _LEANING, upright, upright + _LEANING):
        patch, _ = view.patch(tilt)
        for columns in (_RIGHT_OF_FACE, _LEFT_OF_FACE):
            beside = patch[:, :, columns]
            if _is_pale(picture, beside) and _bears_letters(beside, _EVERYWHERE):
                return True
    return False


def _bears_letters(paper: Floats, where: tuple[slice, slice]) -> bool:
    """Tell whether colours show even paper, once the letters are taken away, and letters."""
    luma = Image.fromarray(paper.mean(0).astype(numpy.uint8))
    without_letters = luma.filter(ImageFilter.MaxFilter(_LETTER))
    without_letters = without_letters.filter(ImageFilter.MinFilter(_LETTER))
    closed = numpy.asarray(without_letters, numpy.float32)[where]
    printed = numpy.asarray(luma, numpy.float32)[where]
    median = float(numpy.median(closed))
    even = (numpy.abs(closed - median) < _SAME * median).mean()
    letters = (closed - printed > _SAME * median).mean()
    return bool(even >= _LEAST_EVEN and letters >= _LEAST_LETTERS)


def is_pale(picture: Image.Image, outline: Outline) -> bool:
    """Tell whether an outline holds pale paper rather than clothes or a piece of wall."""
    return _is_pale(picture, _flatten(picture, outline))


def _is_pale(picture: Image.Image, part: Floats) -> bool:
    paper = numpy.median(part.reshape(3, -1), 1)
    lightest = float(numpy.percentile(numpy.asarray(picture.convert("L")), 98))
    colour = float(paper.max() - paper.min())
    return float(paper.min()) >= _LEAST_PALENESS * lightest and colour <= _MOST_COLOUR


def shows_back(picture: Image.Image, card: Outline) -> bool:
    """Tell whether a card shows rows of print low down, as a machine-readable zone, only there."""
    luma = _flatten(picture, card).mean(0)
    print_rows = numpy.abs(luma[:, 2:] - luma[:, :-2]).mean(1)
    zone, blank = print_rows[_ZONE_ROWS].mean(), print_rows[_BLANK_ROWS].mean()
    return bool(zone >= _LEAST_PRINT and zone >= _ZONE_TO_BLANK * blank)


def _flatten(picture: Image.Image, card: Outline) -> Floats:
    """Return the inside of a card, level and at a known size: colours, rows, columns."""
    patch, _ = View(picture, middle(card.box), card.width / _SIZE[0], _SIZE).patch(card.tilt)
    return patch[:, _MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
