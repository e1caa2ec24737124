"""Renders of invented people, 720 by 900 pixels, each with a card held beside the face."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from PIL import Image

from issuance.samples.canvas import resized
from issuance.samples.people import SamplePerson


@dataclass(frozen=True, slots=True)
class Render:
    """One invented person.

    `card` is the middle of the card in the picture, `tilt` its degrees counter-clockwise, `head`
    left and top of the part a portrait shows, `wall` left and top of a free part of the wall.
    """

    file: str
    card: tuple[int, int]
    tilt: float
    head: tuple[int, int]
    wall: tuple[int, int]


_WOMEN: Final = (
    Render("person-1.jpg", (556, 578), 6.7, (103, 55), (520, 40)),
    Render("person-4.jpg", (556, 486), -3.5, (72, 60), (500, 60)),
    Render("person-6.jpg", (188, 475), -1.2, (288, 0), (20, 60)),
)
_MEN: Final = (
    Render("person-2.jpg", (560, 575), -8.5, (96, 0), (525, 40)),
    Render("person-3.jpg", (560, 453), 8.5, (87, 30), (525, 20)),
    Render("person-5.jpg", (560, 603), -4.0, (67, 30), (500, 60)),
)
FACES: Final = len(_WOMEN)
"""How many people of a sex look different from each other."""

_HEAD: Final = (400, 500)


def render_of(person: SamplePerson) -> Render:
    """Return how a person looks, the same every time; every sixth person has the same face."""
    faces = _WOMEN if person.sex == "F" else _MEN
    return faces[person.number // 2 % FACES]


def picture_of(render: Render) -> Image.Image:
    """Return the person with the rendered card, to be drawn on."""
    return _opened(render.file).copy()


def portrait_of(render: Render, height: int) -> Image.Image:
    """Return head and shoulders in grey, as a card shows them."""
    left, top = render.head
    width, full = _HEAD
    head = _opened(render.file).crop((left, top, left + width, top + full))
    return resized(head, (height * width // full, height)).convert("L").convert("RGB")


def person_without_card() -> bytes:
    """Return a photo, as it would come, of somebody who forgot the card."""
    return _read("no-card.jpg")


@lru_cache(maxsize=2 * FACES)
def _opened(file: str) -> Image.Image:
    return Image.open(BytesIO(_read(file))).convert("RGB")


def _read(file: str) -> bytes:
    return files("issuance.samples.faces").joinpath(file).read_bytes()
