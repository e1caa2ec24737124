"""An invented person, drawn from the chest up; nobody is portrayed.

Places are pixels of a canvas of `SIZE`. The face stands left of the middle, so that a card fits
beside it.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PIL import Image

from issuance.samples.canvas import Canvas, Colour, Point, gradient, resized, shaded
from issuance.samples.people import SamplePerson

SIZE: Final = (960, 1280)
HEAD: Final = (50, 115, 650, 865)
"""Where head and shoulders lie, in the proportions of a card's portrait (4 to 5)."""

_X: Final = 350
"""The middle of the face."""

_SKINS: Final[tuple[Colour, ...]] = (
    (224, 172, 134),
    (198, 140, 101),
    (168, 112, 78),
    (236, 194, 160),
)
_HAIRS: Final[tuple[Colour, ...]] = (
    (38, 28, 25),
    (66, 42, 28),
    (24, 24, 30),
    (96, 64, 40),
    (54, 34, 30),
)
_GREY: Final[Colour] = (122, 118, 116)
_GREY_BEFORE: Final = 1964
_SHIRTS: Final[tuple[Colour, ...]] = (
    (46, 92, 138),
    (150, 62, 66),
    (62, 116, 92),
    (196, 148, 62),
    (104, 84, 140),
)
_IRISES: Final[tuple[Colour, ...]] = ((74, 46, 28), (58, 36, 26), (92, 78, 44))
_WALLS: Final[tuple[tuple[Colour, Colour], ...]] = (
    ((214, 224, 230), (160, 176, 188)),
    ((228, 222, 208), (180, 170, 150)),
    ((206, 222, 212), (150, 174, 162)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Looks:
    """What tells one invented person from another."""

    skin: Colour
    hair: Colour
    shirt: Colour
    iris: Colour
    long_hair: bool
    beard: bool
    wall: tuple[Colour, Colour]


def looks_of(person: SamplePerson) -> Looks:
    """Return how a person looks, the same every time."""
    number = person.number
    return Looks(
        skin=_SKINS[number % len(_SKINS)],
        hair=_GREY if person.birth_date.year < _GREY_BEFORE else _HAIRS[number % len(_HAIRS)],
        shirt=_SHIRTS[number % len(_SHIRTS)],
        iris=_IRISES[number % len(_IRISES)],
        long_hair=person.sex == "F",
        beard=person.sex == "M" and number % 4 == 1,
        wall=_WALLS[number % len(_WALLS)],
    )


@lru_cache(maxsize=8)
def figure(looks: Looks) -> Image.Image:
    """Return a person before a wall, face free and looking straight ahead; not to be drawn on."""
    canvas = Canvas(gradient(SIZE, *looks.wall))
    canvas.ellipse((_X + 40, 520), (240, 330), (255, 255, 255), blur=80, strength=0.45)
    if looks.long_hair:
        _draw_hair_behind(canvas, looks)
    _draw_body(canvas, looks)
    _draw_face(canvas, looks)
    for side in (-1, 1):
        _draw_eye(canvas, looks, side)
    _draw_nose(canvas, looks)
    _draw_mouth(canvas, looks)
    _draw_hair(canvas, looks)
    return canvas.image


def portrait(looks: Looks, height: int) -> Image.Image:
    """Return head and shoulders alone, as a card shows them."""
    return resized(figure(looks).crop(HEAD), (height * 4 // 5, height))


def _around(*half: Point) -> list[Point]:
    """Return a symmetric outline from its right half: (pixels from the middle, height)."""
    right = [(_X + away, y) for away, y in half]
    left = [(_X - away, y) for away, y in reversed(half) if away]
    return right + left


_FACE: Final = _around(
    (0, 268), (84, 282), (148, 350), (163, 462), (150, 580), (108, 672), (52, 722), (0, 734)
)
_NECK: Final = _around((74, 610), (78, 730), (98, 820), (60, 880), (0, 900))
_SHOULDERS: Final = _around(
    (70, 800), (150, 842), (262, 892), (316, 1000), (338, 1180), (344, 1330), (0, 1330)
)
_COLLAR: Final = _around((84, 792), (70, 846), (0, 930))


def _draw_body(canvas: Canvas, looks: Looks) -> None:
    canvas.shape(_SHOULDERS, looks.shirt)
    shirt = canvas.mask_of(_SHOULDERS)
    canvas.ellipse((_X + 250, 1130), (130, 300), shaded(looks.shirt, 0.6), blur=60, within=shirt)
    canvas.ellipse((_X - 190, 930), (110, 60), shaded(looks.shirt, 1.3), blur=40, within=shirt)
    canvas.shape(_COLLAR, looks.skin)
    canvas.shape(_NECK, shaded(looks.skin, 0.93))
    neck = canvas.mask_of(_NECK)
    canvas.ellipse((_X + 6, 706), (120, 64), shaded(looks.skin, 0.6), blur=22, within=neck)
    for side in (-1, 1):
        opening = [(_X + side * 92, 786), (_X + side * 74, 856), (_X, 944)]
        canvas.line(opening, 20, shaded(looks.shirt, 0.78))


def _draw_face(canvas: Canvas, looks: Looks) -> None:
    skin = looks.skin
    for side in (-1, 1):
        canvas.ellipse((_X + side * 163, 498), (26, 52), shaded(skin, 0.9))
        canvas.ellipse((_X + side * 164, 500), (12, 32), shaded(skin, 0.72), blur=5)
    canvas.shape(_FACE, skin)
    face = canvas.mask_of(_FACE)
    canvas.ellipse((_X + 168, 540), (66, 240), shaded(skin, 0.66), blur=34, within=face)
    canvas.ellipse((_X, 738), (110, 34), shaded(skin, 0.72), blur=18, within=face)
    canvas.ellipse((_X - 46, 346), (96, 52), shaded(skin, 1.14), blur=34, within=face)
    for side in (-1, 1):
        canvas.ellipse((_X + side * 92, 586), (44, 34), (206, 96, 84), blur=24, strength=0.32)
        canvas.ellipse((_X + side * 70, 482), (52, 30), shaded(skin, 0.74), blur=15, strength=0.7)
    if looks.beard:
        beard = _around((60, 608), (140, 560), (168, 560), (150, 680), (70, 752), (0, 760))
        canvas.shape(beard, shaded(looks.hair, 1.15), blur=8, strength=0.85, within=face)


def _draw_eye(canvas: Canvas, looks: Looks, side: int) -> None:
    x, y = _X + side * 70, 486
    white = [(x - 38, y + 4), (x - 16, y - 15), (x + 14, y - 16), (x + 38, y + 2), (x + 12, y + 15),
             (x - 14, y + 15)]  # fmt: skip
    canvas.shape(white, (246, 242, 238))
    inside = canvas.mask_of(white)
    canvas.ellipse((x, y - 1), (17, 17), looks.iris, within=inside)
    canvas.ellipse((x, y - 1), (8, 8), (12, 10, 10), within=inside)
    canvas.ellipse((x - 6, y - 7), (4, 4), (255, 255, 255))
    lid = [(x - 42, y + 6), (x - 18, y - 16), (x + 14, y - 18), (x + 42, y + 2)]
    canvas.line(lid, 6, shaded(looks.hair, 0.8))
    canvas.line([(px, py - 13) for px, py in lid], 3, shaded(looks.skin, 0.7), blur=2)
    canvas.line(
        [(x - 26, y + 19), (x, y + 23), (x + 26, y + 17)], 2, shaded(looks.skin, 0.72), blur=1
    )
    inner, outer = x - side * 42, x + side * 54
    brow = [(inner, y - 44), (x - side * 4, y - 60), (x + side * 30, y - 58), (outer, y - 40)]
    canvas.line(brow, 13 if looks.beard or not looks.long_hair else 9, looks.hair, blur=2)


def _draw_nose(canvas: Canvas, looks: Looks) -> None:
    skin = looks.skin
    canvas.line([(_X + 18, 490), (_X + 17, 550), (_X + 34, 590)], 14, shaded(skin, 0.78), blur=8)
    canvas.ellipse((_X - 5, 540), (9, 56), shaded(skin, 1.15), blur=8)
    canvas.ellipse((_X, 596), (30, 20), shaded(skin, 1.05), blur=7)
    canvas.ellipse((_X, 618), (42, 9), shaded(skin, 0.66), blur=6)
    for side in (-1, 1):
        canvas.ellipse((_X + side * 17, 610), (9, 5), shaded(skin, 0.42), blur=2)


def _draw_mouth(canvas: Canvas, looks: Looks) -> None:
    red, green, blue = looks.skin
    lips: Colour = (
        (178, 84, 82) if looks.long_hair else (red * 4 // 5, green * 3 // 5, blue * 3 // 5)
    )
    y = 664
    upper = [
        (_X - 60, y - 8),
        (_X - 24, y - 14),
        (_X, y - 9),
        (_X + 24, y - 14),
        (_X + 60, y - 8),
        (_X, y + 8),
    ]
    lower = [(_X - 56, y - 6), (_X, y + 6), (_X + 56, y - 6), (_X + 28, y + 22), (_X - 28, y + 22)]
    parting = [
        (_X - 64, y - 11),
        (_X - 30, y + 2),
        (_X, y + 4),
        (_X + 30, y + 2),
        (_X + 64, y - 11),
    ]
    canvas.shape(lower, shaded(lips, 1.08))
    canvas.shape(upper, lips)
    canvas.line(parting, 4, shaded(lips, 0.5))
    canvas.ellipse((_X - 8, y + 13), (20, 4), (255, 236, 230), blur=4, strength=0.5)
    canvas.ellipse((_X, y + 38), (40, 7), shaded(looks.skin, 0.7), blur=6)


_LONG: Final = _around(
    (0, 216),
    (110, 232),
    (186, 316),
    (206, 460),
    (214, 640),
    (230, 800),
    (196, 866),
    (120, 860),
    (0, 840),
)
_PARTED: Final[tuple[Point, ...]] = (
    (-30, 218), (80, 222), (152, 282), (182, 400), (178, 520), (152, 470), (128, 390), (60, 330),
    (-36, 296), (-90, 352), (-136, 420), (-156, 500), (-180, 520), (-184, 400), (-150, 280),
)  # fmt: skip
_SHORT: Final[tuple[Point, ...]] = (
    (-20, 214), (86, 226), (156, 290), (176, 400), (166, 466), (150, 400), (122, 344), (40, 334),
    (-60, 316), (-122, 350), (-150, 402), (-166, 466), (-176, 396), (-150, 278), (-92, 230),
)  # fmt: skip
"""Outlines of hair, across from the middle of the face."""


def _draw_hair_behind(canvas: Canvas, looks: Looks) -> None:
    canvas.shape(_LONG, shaded(looks.hair, 0.8))


def _draw_hair(canvas: Canvas, looks: Looks) -> None:
    away = _PARTED if looks.long_hair else _SHORT
    outline = [(_X + x, y) for x, y in away]
    canvas.shape([(x, y + 10) for x, y in outline], shaded(looks.skin, 0.6), blur=9, strength=0.45)
    canvas.shape(outline, looks.hair)
    hair = canvas.mask_of(outline)
    shine = shaded(looks.hair, 1.9)
    for shift in (-60, -20, 24, 66):
        strand = [(_X + shift - 26, 330), (_X + shift, 262), (_X + shift + 44, 236)]
        canvas.line(strand, 7, shine, blur=5, strength=0.5, within=hair)
