"""Makes printed text easy to read by machine: even light, level lines, plain paper, one width."""

import math
from itertools import pairwise
from typing import Final

from PIL import Image, ImageChops, ImageFilter, ImageMath

_PAPER_REDUCTION: Final = 4
_PAPER_WINDOW: Final = 9
"""Pixels of the reduced picture: wider than a stroke, narrower than a shadow."""

_SKEW_WIDTH: Final = 500
_COARSE_DEGREES: Final = tuple(range(-8, 9))
_FINE_QUARTERS: Final = tuple(quarter / 4 for quarter in range(-3, 4))
_LEVEL_DEGREES: Final = 0.2
"""Turning costs sharpness: below this nothing is gained."""

_DARKEST_PAPER: Final = 170
"""Once the light is even, patterns printed under the text are lighter than this."""

_PAPER_PER_CENT: Final = 60
"""How far from ink to white all is taken for paper."""


_LONGEST_SIDE: Final = 2400
"""Pixels of height that nothing is enlarged beyond."""


def prepare_text(picture: Image.Image, width: int) -> Image.Image:
    """Return a grey copy to read text from: `width` pixels wide before it is levelled.

    A very tall picture becomes narrower than that.

    Text may be up to eight degrees askew.
    """
    return _clip(_level(even_light(_resized(picture.convert("L"), width))))


def even_light(grey: Image.Image) -> Image.Image:
    """Return the grey picture divided by its paper, the smoothed brightest of the neighbourhood."""
    size = tuple(max(1, math.ceil(side / _PAPER_REDUCTION)) for side in grey.size)
    small = _scaled(grey, (size[0], size[1]), Image.Resampling.BOX)
    paper = small.filter(ImageFilter.MaxFilter(_PAPER_WINDOW))
    paper = paper.filter(ImageFilter.GaussianBlur(_PAPER_WINDOW / 2))
    paper = _scaled(paper, grey.size, Image.Resampling.BILINEAR)
    # The paper is at least 1, so that black on black stays black.
    divided = ImageMath.lambda_eval(
        lambda args: args["convert"](
            args["min"](args["grey"] * 255 / args["max"](args["paper"], 1), 255), "L"
        ),
        grey=grey,
        paper=paper,
    )
    assert isinstance(divided, Image.Image)  # noqa: S101 - lambda_eval is typed for numbers too
    return divided


def _resized(grey: Image.Image, width: int) -> Image.Image:
    # A hostile sliver must not become a mile of picture.
    scale = min(width / grey.width, max(width, _LONGEST_SIDE) / grey.height)
    size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
    return grey if size == grey.size else _scaled(grey, size, Image.Resampling.BICUBIC)


def _level(flat: Image.Image) -> Image.Image:
    """Turn the picture so that its lines of text lie level."""
    ink = ImageChops.invert(flat)
    small = _resized(ink, _SKEW_WIDTH) if ink.width > _SKEW_WIDTH else ink
    coarse = max(_COARSE_DEGREES, key=lambda degrees: _stripes(small, degrees))
    skew = max((coarse + part for part in _FINE_QUARTERS), key=lambda it: _stripes(small, it))
    if abs(skew) < _LEVEL_DEGREES:
        return flat
    return flat.rotate(skew, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def alternation(ink: Image.Image) -> float:
    """Return how strongly light and dark rows alternate: most where lines of text lie level."""
    rows = _scaled(ink, (1, ink.height), Image.Resampling.BOX).tobytes()
    return sum((below - above) ** 2 for above, below in pairwise(rows))


def _stripes(ink: Image.Image, degrees: float) -> float:
    return alternation(ink.rotate(degrees, Image.Resampling.BILINEAR) if degrees else ink)


def _clip(flat: Image.Image) -> Image.Image:
    """Make paper white and ink black, and leave the edges of letters grey."""
    counts = flat.histogram()[:_DARKEST_PAPER]
    ink = sum(value * count for value, count in enumerate(counts)) // max(1, sum(counts))
    paper = ink + (255 - ink) * _PAPER_PER_CENT // 100
    table = [min(255, max(0, (value - ink) * 255 // (paper - ink))) for value in range(256)]
    return flat.point(table)


def _scaled(picture: Image.Image, size: tuple[int, int], method: Image.Resampling) -> Image.Image:
    # Pillow's stubs name a type of NumPy, which is not installed everywhere.
    return picture.resize(size, method)  # pyright: ignore[reportUnknownMemberType]
