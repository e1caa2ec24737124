"""Who and what is in a photo: the person, the card with its portrait, and anybody else."""

from dataclasses import dataclass
from typing import Final

from PIL import Image

from issuance.evidence.card import Outline, find_card_beside, find_outline, middle
from issuance.evidence.card_paper import PLAIN_OUTLINE, is_card, is_pale, lies_on_card, shows_back
from issuance.evidence.engines import Face, FaceFinder
from issuance.evidence.report import Box
from issuance.evidence.rules import FaceRule

_TURNS: Final = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""What turns a picture so many degrees clockwise."""

_CLEARLY_BETTER: Final = 3
"""By which score another turn must beat the picture as it is."""

_TILE: Final = 430
_OVERLAP: Final = 70
"""Sides of the parts in which a small portrait is looked for, and more than its size."""

_ENLARGED: Final = 1.5

_WIDEST_PORTRAIT: Final = 0.25
"""Of the picture's longer side: a card with a larger one would not fit."""

_UNCLEAR_PORTRAIT: Final = 0.65
"""Of the person's face: a card held beside it has a smaller one."""

_WIDE_CARD: Final = 0.5
_WIDEST_CARD: Final = 0.85
"""Of the picture's longer side: a wide outline must hold pale paper, the widest be plain beyond
doubt, too."""

_MOST_CANDIDATES: Final = 5
_PORTRAIT_RANGE: Final = 2
"""A card may print its portrait twice, in two sizes; a face so much wider is behind it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What was found in a picture turned clockwise by `turned` degrees; lengths in its pixels.

    `others` are living people besides the person, the largest first. A card may be there without
    a portrait; `is_back` tells whether it seems to be its back. A portrait without a card lies on
    paper with letters whose edges are not to be seen.
    """

    picture: Image.Image
    turned: int
    person: Face | None
    portrait: Face | None
    card: Outline | None
    others: tuple[Face, ...]
    is_back: bool = False


def read_scene(picture: Image.Image, rule: FaceRule, finder: FaceFinder) -> Scene:
    """Find person, card and other people in an RGB picture, turning it if nobody is upright."""
    turned, picture, found = _turn_upright(picture, rule, finder)
    least = min(rule.minimum_person_score, rule.minimum_portrait_score)
    faces = [face for face in found if face.score >= least]
    portrait, card = _find_card(picture, faces, rule, finder)
    living = [
        face
        for face in faces
        if face.score >= rule.minimum_person_score and not _is_printed(face, portrait, card)
    ]
    person = living[0] if living else None
    widest = person.box.width if person else 0
    others = [
        face for face in living[1:] if face.box.width * 100 >= widest * rule.minimum_extra_face
    ]
    is_back = False
    if person and not portrait and (card := _find_bare_card(picture, person, rule)):
        portrait = next((face for face in faces if face is not person and _is_on(card, face)), None)
        others = [face for face in others if not _is_on(card, face)]
        is_back = portrait is None and shows_back(picture, card)
    return Scene(picture, turned, person, portrait, card, tuple(others), is_back)


def _turn_upright(
    picture: Image.Image, rule: FaceRule, finder: FaceFinder
) -> tuple[int, Image.Image, tuple[Face, ...]]:
    """Return the picture as the largest face is surest; detectors doubt faces not upright."""
    faces = finder.find(picture)
    best, best_score = (0, picture, faces), _first_score(faces)
    if best_score >= rule.upright_score:
        return best
    needed = max(best_score + _CLEARLY_BETTER, rule.minimum_person_score)
    for degrees, method in _TURNS.items():
        turned = picture.transpose(method)
        faces = finder.find(turned)
        if _first_score(faces) >= needed:
            best, needed = (degrees, turned, faces), _first_score(faces) + 1
    return best


def _first_score(faces: tuple[Face, ...]) -> int:
    return faces[0].score if faces else 0


def _find_card(
    picture: Image.Image, faces: list[Face], rule: FaceRule, finder: FaceFinder
) -> tuple[Face | None, Outline | None]:
    """Return the portrait and its card; the largest face comes last, as it is mostly the person."""
    known = [*faces[1:], *faces[:1]]
    found = _best_card(picture, known, rule)
    if found is None:
        # A portrait in plain sight needs no closer look for another.
        if portrait := _portrait_on_paper(picture, faces[1:], faces, rule):
            return portrait, None
        closer = _look_closer(picture, faces, finder)
        found = _best_card(picture, closer, rule)
        if found is None:
            return _portrait_on_paper(picture, closer, faces, rule), None
    printed = (face for face in faces if _is_printed(face, *found))
    return next(printed, found[0]), found[1]


def _best_card(
    picture: Image.Image, candidates: list[Face], rule: FaceRule
) -> tuple[Face, Outline] | None:
    found: list[tuple[Face, Outline]] = []
    for face in _possible_portraits(picture, candidates, rule):
        outline = find_outline(picture, face)
        plain = outline.support * 100 >= rule.outline_support
        if plain and is_card(picture, outline, face) and _is_no_room(picture, outline):
            found.append((face, outline))
    return max(found, key=lambda it: it[1].support, default=None)


def _is_no_room(picture: Image.Image, outline: Outline) -> bool:
    """Tell whether an outline is not one that the lines of a room, or of bricks, give anybody."""
    share = outline.width / max(picture.size)
    if share > _WIDEST_CARD and outline.support < PLAIN_OUTLINE:
        return False
    return share <= _WIDE_CARD or is_pale(picture, outline)


def _portrait_on_paper(
    picture: Image.Image, candidates: list[Face], faces: list[Face], rule: FaceRule
) -> Face | None:
    """Return a portrait that lies on a card's paper though the card's edges were not found.

    It is much smaller than the largest of all faces: notices hang beside people, too.
    """
    widest = max((face.box.width for face in faces), default=0) * _UNCLEAR_PORTRAIT
    return next(
        (
            face
            for face in _possible_portraits(picture, candidates, rule)
            if face.box.width <= widest and lies_on_card(picture, face)
        ),
        None,
    )


def _possible_portraits(picture: Image.Image, candidates: list[Face], rule: FaceRule) -> list[Face]:
    widest = max(picture.size) * _WIDEST_PORTRAIT
    return [
        face
        for face in candidates[:_MOST_CANDIDATES]
        if face.box.width <= widest and face.score >= rule.minimum_portrait_score
    ]


def _find_bare_card(picture: Image.Image, person: Face, rule: FaceRule) -> Outline | None:
    """Return a card without portrait, if a pale rectangle beside the person is one plainly."""
    card = find_card_beside(picture, person)
    plain = card.support * 100 >= rule.bare_outline_support
    return card if plain and is_pale(picture, card) else None


def _look_closer(picture: Image.Image, known: list[Face], finder: FaceFinder) -> list[Face]:
    """Return faces too small to be found in the whole picture: its parts are looked at enlarged."""
    new: list[Face] = []
    for left in _starts(picture.width):
        for top in _starts(picture.height):
            right, bottom = min(left + _TILE, picture.width), min(top + _TILE, picture.height)
            size = round((right - left) * _ENLARGED), round((bottom - top) * _ENLARGED)
            part = picture.resize(size, Image.Resampling.BICUBIC, (left, top, right, bottom))
            for face in (_placed(it, left, top) for it in finder.find(part)):
                small = face.box.width < _OVERLAP
                if small and not any(_holds(it.box, middle(face.box)) for it in (*known, *new)):
                    new.append(face)
    return new


def _starts(length: int) -> list[int]:
    tiles = max(1, -(-(length - _OVERLAP) // (_TILE - _OVERLAP)))
    return [tile * (length - _TILE) // (tiles - 1) for tile in range(tiles)] if tiles > 1 else [0]


def _placed(face: Face, left: int, top: int) -> Face:
    """Return a face found in an enlarged part where it is in the whole picture."""
    box = Box(
        left=left + round(face.box.left / _ENLARGED),
        top=top + round(face.box.top / _ENLARGED),
        width=round(face.box.width / _ENLARGED),
        height=round(face.box.height / _ENLARGED),
    )
    a, b, c, d, e = (
        (left + round(x / _ENLARGED), top + round(y / _ENLARGED)) for x, y in face.landmarks
    )
    return Face(box, face.score, (a, b, c, d, e))


def _holds(box: Box, point: tuple[int, int]) -> bool:
    return 0 <= point[0] - box.left < box.width and 0 <= point[1] - box.top < box.height


def _is_printed(face: Face, portrait: Face | None, card: Outline | None) -> bool:
    if face is portrait:
        return True
    if portrait is None or card is None:
        return False
    return _is_on(card, face) and face.box.width <= portrait.box.width * _PORTRAIT_RANGE


def _is_on(card: Outline, face: Face) -> bool:
    return card.covers(middle(face.box))
