"""Scenes drawn for the tests: a wall, a person and a card with print, sharp at any size."""

import random

from PIL import Image, ImageDraw, ImageFilter, ImageOps

WIDTH, HEIGHT = 720, 900


def scene(width: int = WIDTH, height: int = HEIGHT, seed: int = 1) -> Image.Image:
    """A scene with plain and busy parts; another seed is another person in the same room."""
    drawn = Image.new("RGB", (width, height), (178, 184, 180))
    pen = ImageDraw.Draw(drawn)
    unit = width / 72
    pen.rectangle(_box(unit, 50, 8, 70, 40), fill=(120, 90, 70))
    pen.rectangle(_box(unit, 0, 0, 9, 90), fill=(90, 120, 140))
    _draw_person(pen, unit, random.Random(seed))
    _draw_card(pen, unit, random.Random(seed + 1000))
    grain = random.Random(seed).randbytes(width * height)
    return Image.blend(drawn, Image.frombytes("L", drawn.size, grain).convert("RGB"), 0.05)


def _draw_person(pen: ImageDraw.ImageDraw, unit: float, chance: random.Random) -> None:
    across, down = chance.randrange(26, 44), chance.randrange(26, 38)
    wide, high = chance.randrange(9, 15), chance.randrange(13, 19)
    skin = tuple(chance.randrange(70, 220) for _ in range(3))
    clothes = tuple(chance.randrange(20, 240) for _ in range(3))
    pen.rectangle(_box(unit, across - 22, down + high + 4, across + 22, 90), fill=clothes)
    hair = _box(unit, across - wide - 2, down - high - 3, across + wide + 2, down + high)
    pen.ellipse(hair, fill=(40, 30, 25))
    pen.ellipse(_box(unit, across - wide, down - high, across + wide, down + high), fill=skin)
    for side in (-5, 5):
        eye = _box(unit, across + side - 2, down - 4, across + side + 2, down - 2)
        pen.ellipse(eye, fill=(250, 250, 250), outline=(0, 0, 0), width=round(unit / 3))
    pen.rectangle(_box(unit, across - 4, down + 7, across + 4, down + 9), fill=(150, 40, 50))


def _draw_card(pen: ImageDraw.ImageDraw, unit: float, chance: random.Random) -> None:
    left, top = chance.randrange(4, 42), chance.randrange(60, 70)
    pen.rectangle(_box(unit, left, top, left + 26, top + 16), fill=(238, 240, 242))
    pen.rectangle(_box(unit, left + 1, top + 3, left + 8, top + 13), fill=(90, 70, 60))
    for line in range(5):
        for letter in range(14):
            if chance.random() < 0.7:
                x, y = left + 10 + letter, top + 3 + line * 2.4
                pen.rectangle(_box(unit, x, y, x + 0.6, y + 1.4), fill=(20, 20, 30))


def _box(unit: float, *corners: float) -> tuple[float, ...]:
    return tuple(corner * unit for corner in corners)


def textured(width: int = WIDTH, height: int = HEIGHT, seed: int = 1) -> Image.Image:
    """Detail of every size everywhere, as hair, cloth and leaves have it."""
    grains = Image.frombytes("L", (width, height), random.Random(seed).randbytes(width * height))
    texture = Image.new("L", (width, height), 128)
    for radius in (0, 1, 2, 4, 8, 16):
        layer = ImageOps.autocontrast(grains.filter(ImageFilter.GaussianBlur(radius)), cutoff=1)
        texture = Image.blend(texture, layer, 0.35)
    return texture.convert("RGB")


def blurred(picture: Image.Image, radius: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(radius))


def moved(picture: Image.Image, pixels: int) -> Image.Image:
    """As if the camera moved sideways while it looked."""
    longer = Image.new("RGB", (picture.width, picture.height))
    for step in range(pixels):
        shifted = picture.transform(
            picture.size, Image.Transform.AFFINE, (1, 0, step - pixels / 2, 0, 1, 0)
        )
        longer = Image.blend(longer, shifted, 1 / (step + 1))
    return longer


def enlarged(picture: Image.Image, width: int, to: int) -> Image.Image:
    """A copy `width` pixels wide made `to` pixels wide."""
    small = picture.resize((width, round(picture.height * width / picture.width)))
    return small.resize((to, round(small.height * to / width)), Image.Resampling.BICUBIC)
