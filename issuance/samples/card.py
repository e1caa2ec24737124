"""Both sides of an invented identity card, in the proportions of ID-1 (ISO/IEC 7810).

It follows where things stand on Ecuador's card since 2021, bears no arms and no seal, and says
that it is a specimen.
"""

import math
from datetime import date
from typing import Final

from PIL import Image, ImageDraw

from issuance.samples.canvas import Colour, font, gradient, write, zone_font
from issuance.samples.faces import portrait_of, render_of
from issuance.samples.machine_readable import td1_lines
from issuance.samples.people import SamplePerson

SIZE: Final = (860, 540)

_INK: Final[Colour] = (28, 36, 44)
_QUIET: Final[Colour] = (92, 104, 112)
_BAND: Final[Colour] = (24, 66, 112)
_WHITE: Final[Colour] = (255, 255, 255)
_ZONE: Final[Colour] = (236, 240, 240)
_MARK: Final[Colour] = (190, 40, 40)
_CORNER: Final = 30
_PITCH: Final = 26.6
"""Pixels from one letter of the machine-readable zone to the next."""


def card_front(person: SamplePerson) -> Image.Image:
    """Return the side with portrait, names and number."""
    values = person.known
    card = _blank("TARJETA DE MUESTRA")
    card.paste(portrait_of(render_of(person), 365), (28, 100))
    surnames = f"{values['first_surname']} {values.get('second_surname', '')}".strip()
    _field(card, (338, 96), "APELLIDOS", surnames.upper(), 36)
    _field(card, (338, 172), "NOMBRES", values["given_names"].upper(), 36)
    _field(card, (338, 248), "NACIMIENTO", f"{person.birth_date:%d/%m/%Y}", 28)
    _field(card, (560, 248), "SEXO", person.sex, 28)
    _field(card, (680, 248), "PAÍS", "ECU", 28)
    _mark(card, 150)
    _field(card, (338, 330), "NUI", values["cedula"], 76)
    write(card, (28, 490), "Documento inventado, sin valor alguno", 24, _QUIET)
    return card


def card_back(person: SamplePerson, expires: date) -> Image.Image:
    """Return the side with the código dactilar and the machine-readable zone."""
    values = person.known
    card = _blank("TARJETA DE MUESTRA · REVERSO")
    _field(card, (40, 100), "CÓDIGO DACTILAR", values["dactylar_code"], 38)
    _field(card, (430, 100), "VENCE", f"{expires:%d/%m/%Y}", 38)
    _field(card, (40, 186), "N.º DE TARJETA", _card_number(person), 30)
    _field(card, (430, 186), "DONANTE", "NO", 30)
    _mark(card, 90)
    write(card, (40, 268), "Documento inventado, sin valor alguno", 24, _QUIET)
    write(card, (40, 322), "Invented document without any value", 24, _QUIET)
    card.paste(_ZONE, (0, 368, SIZE[0], SIZE[1]))
    lines = td1_lines(
        card_number=_card_number(person),
        cedula=values["cedula"],
        birth_date=person.birth_date,
        sex=person.sex,
        expires=expires,
        surnames=f"{values['first_surname']} {values.get('second_surname', '')}",
        given_names=values["given_names"],
    )
    pen = ImageDraw.Draw(card)
    for row, line in enumerate(lines):
        for column, letter in enumerate(line):
            place = (44 + column * _PITCH, 384 + row * 48)
            pen.text(place, letter, font=zone_font(40), fill=(0, 0, 0), anchor="ma")
    return card


def outline() -> Image.Image:
    """Return the mask of a card's rounded corners."""
    mask = Image.new("L", SIZE)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *SIZE), _CORNER, fill=255)
    return mask


def _card_number(person: SamplePerson) -> str:
    return f"{999_000_000 + person.number}"


def _blank(title: str) -> Image.Image:
    card = gradient(SIZE, (236, 242, 240), (202, 220, 232))
    pen = ImageDraw.Draw(card)
    for wave in range(16):
        height = 90 + wave * 30
        points = [
            (x, height + 16 * math.sin(x / 70 + wave / 2)) for x in range(0, SIZE[0] + 10, 10)
        ]
        pen.line(points, fill=(196, 214, 224), width=2)
    pen.rectangle((0, 0, SIZE[0], 76), fill=_BAND)
    write(card, (34, 18), title, 32, _WHITE, bold=1)
    write(card, (640, 24), "SPECIMEN", 26, _WHITE)
    return card


def _field(card: Image.Image, place: tuple[int, int], label: str, value: str, size: int) -> None:
    x, y = place
    write(card, (x, y), label, 18, _QUIET)
    while font(size).getlength(value) > SIZE[0] - x - 16:
        size -= 1
    write(card, (x, y + 22), value, size, _INK, bold=1)


def _mark(card: Image.Image, top: int) -> None:
    """Lay the word across the card, for nobody to take it for a real one."""
    word = Image.new("L", (490, 100))
    ImageDraw.Draw(word).text((8, 4), "ESPÉCIMEN", font=font(76), fill=80)
    turned = word.rotate(14, Image.Resampling.BICUBIC, expand=True)
    card.paste(_MARK, (330, top), turned)
