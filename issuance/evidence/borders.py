"""Plain stripes along the edges of a picture, as a screenshot or a scanner leaves them."""

from itertools import takewhile
from typing import Final

from PIL import Image, ImageStat

_ALIKE: Final = 8
"""Grey levels around that of the edge; compression changes some."""

_PLAIN: Final = 0.7
"""Share of a line that is alike: a clock or buttons may stand in a stripe."""

_PICTURE: Final = 0.5
_SOON: Final = 3
"""Lines behind a stripe within which the picture has begun along half of the line."""


def border_share(grey: Image.Image) -> int:
    """Return how many per cent of the picture are plain stripes along opposite edges.

    A plain wall is no stripe: behind a stripe the picture begins along the whole line at once,
    and the opposite edge has a stripe too.
    """
    top, bottom = _stripes(grey)
    inner = grey.crop((0, top, grey.width, grey.height - bottom))
    left, right = _stripes(inner.transpose(Image.Transpose.TRANSPOSE))
    share = (grey.width - left - right) * inner.height / (grey.width * grey.height)
    return round(100 * (1 - share))


def _stripes(grey: Image.Image) -> tuple[int, int]:
    """Return the depths of the stripes above and below; none where one is missing."""
    above, below = _stripe(grey), _stripe(grey.transpose(Image.Transpose.FLIP_TOP_BOTTOM))
    return (above, below) if above and below else (0, 0)


def _stripe(grey: Image.Image) -> int:
    level = ImageStat.Stat(grey.crop((0, 0, grey.width, 1))).median[0]
    alike = grey.point([255 * (abs(value - level) <= _ALIKE) for value in range(256)])
    lines = alike.resize((1, grey.height), Image.Resampling.BOX).tobytes()
    depth = sum(1 for _ in takewhile(lambda line: line >= _PLAIN * 255, lines))
    soon = depth + _SOON - 1
    return depth if soon < len(lines) and lines[soon] < _PICTURE * 255 else 0
