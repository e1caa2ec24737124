"""Drawing with smooth edges: a mark is drawn three times as large and reduced, or blurred."""

import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Colour = tuple[int, int, int]
Point = tuple[float, float]
Box = tuple[int, int, int, int]

_FINE: Final = 3
_STEPS: Final = 8
_VERY_SOFT: Final = 8


class Canvas:
    """Draws soft-edged marks on an RGB picture; places and sizes are in pixels.

    Every mark takes `blur` (pixels of softness), `strength` (0 to 1 of opacity) and `within`, a
    mask of the picture's size outside which nothing is drawn.
    """

    def __init__(self, image: Image.Image) -> None:
        self.image = image

    def ellipse(
        self,
        centre: Point,
        radii: Point,
        colour: Colour,
        *,
        blur: int = 0,
        strength: float = 1,
        within: Image.Image | None = None,
    ) -> None:
        """Fill an ellipse."""
        (x, y), (across, down) = centre, radii
        edge = [(x - across, y - down), (x + across, y + down)]
        mask = _Mask(edge, blur)
        mask.pen.ellipse(mask.enlarged(edge), fill=255)
        self._stamp(mask, colour, strength, within)

    def shape(
        self,
        points: Sequence[Point],
        colour: Colour,
        *,
        blur: int = 0,
        strength: float = 1,
        within: Image.Image | None = None,
    ) -> None:
        """Fill the smooth closed curve through the points."""
        outline = _smooth(points, closed=True)
        mask = _Mask(outline, blur)
        mask.pen.polygon(mask.enlarged(outline), fill=255)
        self._stamp(mask, colour, strength, within)

    def line(
        self,
        points: Sequence[Point],
        width: float,
        colour: Colour,
        *,
        blur: int = 0,
        strength: float = 1,
        within: Image.Image | None = None,
    ) -> None:
        """Draw the smooth open curve through the points."""
        path = _smooth(points, closed=False)
        mask = _Mask(path, blur, margin=round(width))
        mask.pen.line(mask.enlarged(path), fill=255, width=round(width * mask.scale), joint="curve")
        self._stamp(mask, colour, strength, within)

    def mask_of(self, points: Sequence[Point]) -> Image.Image:
        """Return the inside of a smooth closed curve, for `within`."""
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).polygon(_smooth(points, closed=True), fill=255)
        return mask

    def write(self, place: Point, text: str, size: int, colour: Colour, bold: int = 0) -> None:
        """Write a line, its left top at `place`; `bold` thickens the strokes by so many pixels."""
        pen = ImageDraw.Draw(self.image)
        pen.text(place, text, font=font(size), fill=colour, stroke_width=bold)

    def _stamp(
        self, mask: "_Mask", colour: Colour, strength: float, within: Image.Image | None
    ) -> None:
        cover = mask.finished()
        if strength < 1:
            cover = ImageEnhance.Brightness(cover).enhance(strength)
        if within:
            cover = ImageChops.multiply(cover, within.crop(mask.box))
        self.image.paste(colour, mask.box, cover)


class _Mask:
    """The smallest mask around some points, enlarged where its edge will not be blurred."""

    def __init__(self, points: Sequence[Point], blur: int, margin: int = 0) -> None:
        xs = [point[0] for point in points]
        ys = [point[1] for point in points]
        reach = 3 * blur + margin
        self.box: Box = (
            int(min(xs)) - reach - 1,
            int(min(ys)) - reach - 1,
            int(max(xs)) + reach + 2,
            int(max(ys)) + reach + 2,
        )
        # What is softened anyway needs no detail.
        self.scale = _FINE if not blur else 1 if blur < _VERY_SOFT else 1 / 4
        left, top, right, bottom = self.box
        self._blur = blur
        self._size = (right - left, bottom - top)
        across, down = (math.ceil(side * self.scale) for side in self._size)
        self._image = Image.new("L", (across, down))
        self.pen = ImageDraw.Draw(self._image)

    def enlarged(self, points: Sequence[Point]) -> list[Point]:
        left, top = self.box[:2]
        return [((x - left) * self.scale, (y - top) * self.scale) for x, y in points]

    def finished(self) -> Image.Image:
        if not self._blur:
            return self._image.reduce(_FINE)
        soft = self._image.filter(ImageFilter.GaussianBlur(self._blur * self.scale))
        return resized(soft, self._size)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the program's typeface at a height in pixels."""
    typeface = files("issuance.fonts").joinpath("DejaVuSans.ttf").read_bytes()
    return ImageFont.truetype(BytesIO(typeface), size)


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
    # Pillow's stubs name a type of NumPy, which is not installed.
    return image.resize(size, Image.Resampling.BILINEAR)  # pyright: ignore[reportUnknownMemberType]


def shaded(colour: Colour, factor: float) -> Colour:
    """Return the colour darker (below 1) or brighter (above 1)."""
    red, green, blue = (min(255, round(part * factor)) for part in colour)
    return red, green, blue


def _smooth(points: Sequence[Point], *, closed: bool) -> list[Point]:
    """Return a Catmull-Rom curve through the points."""
    count = len(points)
    if closed:
        around = [points[-1], *points, points[0], points[1]]
    else:
        around = [points[0], *points, points[-1]]
        count -= 1
    curve: list[Point] = []
    for start in range(count):
        four = around[start : start + 4]
        for step in range(_STEPS):
            at = step / _STEPS
            curve.append((_between(four, 0, at), _between(four, 1, at)))
    if not closed:
        curve.append(points[-1])
    return curve


def _between(four: Sequence[Point], axis: int, at: float) -> float:
    before, start, end, after = (point[axis] for point in four)
    return 0.5 * (
        2 * start
        + (end - before) * at
        + (2 * before - 5 * start + 4 * end - after) * at**2
        + (3 * start - before - 3 * end + after) * at**3
    )
