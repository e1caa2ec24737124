"""The photo the authority asks for: face and card side by side, of a person nobody is."""

from typing import Final

from PIL import Image, ImageDraw

from issuance.samples.canvas import Canvas, Colour, Point, as_jpeg, font, resized, shaded
from issuance.samples.card import card_front, outline
from issuance.samples.figure import SIZE, Looks, figure, looks_of
from issuance.samples.people import SamplePerson

_CARD_WIDTH: Final = 408
_CARD_PLACE: Final = (534, 420)
_TILTS: Final = (4.0, 2.0, 3.0)
_CAPTION: Final = "FOTO INVENTADA · ESPÉCIMEN · SPECIMEN"
_WRIST: Final[tuple[Point, ...]] = ((690, 760), (800, 760), (812, 940), (700, 950))
_SLEEVE: Final[tuple[Point, ...]] = (
    (680, 890), (756, 872), (836, 890), (890, 1100), (930, 1340), (690, 1340), (664, 1100),
)  # fmt: skip
_THUMB: Final[tuple[Point, ...]] = (
    (704, 804), (690, 734), (704, 672), (730, 650), (754, 672), (760, 734), (770, 804),
)  # fmt: skip


def sample_photo(person: SamplePerson, number: int = 0) -> bytes:
    """Return a JPEG of 960 x 1280 pixels: the person holds a specimen card beside the face.

    Name and number can be read on it. `number` tells one shot of a person from another, by how
    the card is held.
    """
    looks = looks_of(person)
    canvas = Canvas(figure(looks).copy())
    _draw_hand(canvas, looks)
    _lay_card(canvas, person, _TILTS[number % len(_TILTS)])
    _draw_thumb(canvas, looks)
    _write_caption(canvas)
    return as_jpeg(canvas.image)


def _draw_hand(canvas: Canvas, looks: Looks) -> None:
    skin = looks.skin
    canvas.shape([(x + 16, y + 14) for x, y in _SLEEVE], (30, 34, 40), blur=24, strength=0.35)
    canvas.shape(_WRIST, shaded(skin, 0.92))
    canvas.ellipse((745, 764), (82, 88), skin)
    canvas.ellipse((790, 790), (34, 60), shaded(skin, 0.76), blur=18)
    canvas.shape(_SLEEVE, shaded(looks.shirt, 0.95))
    sleeve = canvas.mask_of(_SLEEVE)
    canvas.ellipse((880, 1120), (60, 260), shaded(looks.shirt, 0.6), blur=34, within=sleeve)
    canvas.line([(676, 906), (756, 890), (838, 906)], 12, shaded(looks.shirt, 0.72))


def _lay_card(canvas: Canvas, person: SamplePerson, tilt: float) -> None:
    front = card_front(person)
    height = _CARD_WIDTH * front.height // front.width
    size = (_CARD_WIDTH, height)
    card = resized(front, size).rotate(tilt, Image.Resampling.BICUBIC, expand=True)
    mask = resized(outline(), size).rotate(tilt, Image.Resampling.BICUBIC, expand=True)
    x, y = _CARD_PLACE
    middle = (x + card.width // 2, y + card.height // 2 + 12)
    canvas.ellipse(
        middle, (card.width // 2 - 6, height // 2 + 8), (20, 24, 30), blur=14, strength=0.5
    )
    canvas.image.paste(card, _CARD_PLACE, mask)


def _draw_thumb(canvas: Canvas, looks: Looks) -> None:
    skin = looks.skin
    canvas.shape([(x + 8, y + 6) for x, y in _THUMB], (20, 20, 20), blur=8, strength=0.35)
    canvas.shape(_THUMB, skin)
    thumb = canvas.mask_of(_THUMB)
    canvas.ellipse((764, 744), (16, 70), shaded(skin, 0.76), blur=10, within=thumb)
    canvas.ellipse((728, 680), (15, 19), _paler(skin))
    canvas.line([(712, 728), (730, 734), (748, 728)], 2, shaded(skin, 0.7), blur=1)


def _paler(skin: Colour) -> Colour:
    red, green, blue = ((part + 255) // 2 for part in skin)
    return red, green, blue


def _write_caption(canvas: Canvas) -> None:
    pen = ImageDraw.Draw(canvas.image)
    pen.rectangle((0, SIZE[1] - 54, *SIZE), fill=(24, 28, 34))
    middle = (SIZE[0] / 2, SIZE[1] - 27)
    pen.text(middle, _CAPTION, font=font(28), fill=(240, 240, 240), anchor="mm")
