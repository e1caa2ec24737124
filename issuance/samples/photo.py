"""The photo the authority asks for: face and card side by side, of a person nobody is."""

from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from issuance.samples.canvas import Colour, as_jpeg, font, resized
from issuance.samples.card import card_front, outline
from issuance.samples.faces import FACES, Render, picture_of, render_of
from issuance.samples.people import SamplePerson

_CARD_WIDTH: Final = 300
_TILTS: Final = (0.0, 1.5, -1.5)
_SHADOW: Final = 8
_DARK: Final[Colour] = (30, 36, 48)
_PALE: Final[Colour] = (250, 246, 232)
_LOOKS: Final = (
    (None, (0, 0)),
    ((_DARK, _PALE), (180, 0)),
    ((_DARK, _PALE), (75, 30)),
    ((_PALE, _DARK), (180, 0)),
    ((_DARK, _DARK), (150, 0)),
    ((_DARK, _DARK), (0, 60)),
    ((_PALE, _PALE), (150, 60)),
)
"""Posters on the wall, the upper and the lower one, and how many pixels of the picture are not
seen, below and on the side away from the card. Chosen so that no two look like duplicates."""
_POSTER: Final = (180, 145)
_CAPTION: Final = "FOTO INVENTADA · ESPÉCIMEN · SPECIMEN"


def sample_photo(person: SamplePerson, number: int = 0) -> bytes:
    """Return a JPEG of 720 pixels' width: the person holds a specimen card beside the face.

    Name and number can be read on it. `number` tells one shot of a person from another, by how
    the card is held. Two people with the same face differ in the wall behind and in how much of
    them is seen.
    """
    render = render_of(person)
    picture = picture_of(render)
    posters, unseen = _LOOKS[person.number // (2 * FACES) % len(_LOOKS)]
    _hang_posters(picture, render, posters)
    _lay_card(picture, person, render, render.tilt + _TILTS[number % len(_TILTS)])
    picture = _framed(picture, render, *unseen)
    _write_caption(picture)
    return as_jpeg(picture)


def _hang_posters(
    picture: Image.Image, render: Render, colours: tuple[Colour, Colour] | None
) -> None:
    left, top = render.wall
    width, height = _POSTER
    for row, colour in enumerate(colours or ()):
        above = top + row * height
        picture.paste(colour, (left, above, left + width, above + height))


def _lay_card(picture: Image.Image, person: SamplePerson, render: Render, tilt: float) -> None:
    front = card_front(person)
    size = (_CARD_WIDTH, _CARD_WIDTH * front.height // front.width)
    card = resized(front, size).rotate(tilt, Image.Resampling.BICUBIC, expand=True)
    mask = resized(outline(), size).rotate(tilt, Image.Resampling.BICUBIC, expand=True)
    x, y = render.card
    left, top = x - card.width // 2, y - card.height // 2
    shadow = mask.filter(ImageFilter.GaussianBlur(_SHADOW)).point(
        [share // 3 for share in range(256)]
    )
    picture.paste((16, 18, 22), (left + _SHADOW // 2, top + _SHADOW), shadow)
    picture.paste(card, (left, top), mask)


def _framed(picture: Image.Image, render: Render, below: int, beside: int) -> Image.Image:
    width, height = picture.size
    card_is_left = render.card[0] < width // 2
    left, right = (0, width - beside) if card_is_left else (beside, width)
    return picture.crop((left, 0, right, height - below))


def _write_caption(picture: Image.Image) -> None:
    width, height = picture.size
    pen = ImageDraw.Draw(picture)
    pen.text(
        (width / 2, height - 18), _CAPTION, font=font(18), fill=(255, 255, 255), anchor="mm",
        stroke_width=2, stroke_fill=(24, 28, 34),
    )  # fmt: skip
