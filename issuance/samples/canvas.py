"""Pictures of the samples: type, colours that run into each other, sizes, JPEG."""

from functools import cache
from importlib.resources import files
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, ImageOps

Colour = tuple[int, int, int]
Point = tuple[float, float]


def write(
    image: Image.Image, place: Point, text: str, size: int, colour: Colour, bold: int = 0
) -> None:
    """Write a line, its left top at `place`; `bold` thickens the strokes by so many pixels."""
    pen = ImageDraw.Draw(image)
    pen.text(place, text, font=font(size), fill=colour, stroke_width=bold)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the program's typeface at a height in pixels."""
    return _typeface("DejaVuSans.ttf", size)


@cache
def zone_font(size: int) -> ImageFont.FreeTypeFont:
    """Return a typeface of one width, with the letters of a machine-readable zone only."""
    return _typeface("DejaVuSansMono-zone.ttf", size)


def _typeface(file: str, size: int) -> ImageFont.FreeTypeFont:
    content = files("issuance.fonts").joinpath(file).read_bytes()
    return ImageFont.truetype(BytesIO(content), size)


def as_jpeg(image: Image.Image, quality: int = 88) -> bytes:
    """Return the picture as JPEG."""
    file = BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    """Return a picture that goes from one colour at the top to another at the bottom."""
    column = Image.linear_gradient("L").crop((0, 0, 1, 256))
    return resized(ImageOps.colorize(column, top, bottom), size)


def resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the picture at another size."""
    # Pillow's stubs name a type of NumPy, which is not installed everywhere.
    return image.resize(size, Image.Resampling.LANCZOS)  # pyright: ignore[reportUnknownMemberType]
