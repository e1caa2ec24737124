"""Where something is printed on a drawn page, without reading it."""

import math
from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageFilter, ImageOps

from issuance.evidence.reading_preparation import alternation, even_light
from issuance.evidence.report import Box

_CELLS: Final = 300
"""Cells along the longer side: about a millimetre of an A4 page each."""

_LEAST_CELL: Final = 8
"""Pixels; on a page cut to the card a cell of 1/300 is finer than the space between lines."""

_INK: Final = 28
"""Mean darkness of a cell, 0 to 255, that something printed has."""

_REACH: Final = 5
"""Cells within this window of each other belong together: lines of one block, not two blocks."""

_LEAST_WIDTH: Final = 12
_LEAST_HEIGHT: Final = 3
_MOST_BLOCKS: Final = 8
_MARGIN: Final = 2

_BLANK_SHARE: Final = 0.0005
_BLANK_CONTRAST: Final = 24
_OVERVIEW: Final = 400


def is_blank(page: Image.Image) -> bool:
    """Tell whether a drawn page shows nothing but evenly coloured paper and specks."""
    overview = page.convert("L")
    overview.thumbnail((_OVERVIEW, _OVERVIEW), Image.Resampling.BOX)
    counts = overview.histogram()
    ignored = sum(counts) * _BLANK_SHARE
    return _brightest(counts, ignored) - _darkest(counts, ignored) < _BLANK_CONTRAST


def find_blocks(page: Image.Image) -> tuple[Box, ...]:
    """Return the blocks of print on a grey page, the largest first, at most eight.

    A block is what lies closer together than about four millimetres of an A4 page, or three of
    a page drawn at 300 dots an inch.
    """
    # Half the size shows where print is as well, in a quarter of the time.
    half = max(_LEAST_CELL // 2, math.ceil(max(page.size) / _CELLS / 2))
    cell = 2 * half
    ink = ImageOps.invert(even_light(page.reduce(2))).reduce(half)
    marked = ink.point([0] * _INK + [255] * (256 - _INK))
    joined = marked.filter(ImageFilter.MaxFilter(_REACH))
    boxes = [
        box
        for box in _components(joined)
        if box.width >= _LEAST_WIDTH and box.height >= _LEAST_HEIGHT
    ]
    boxes.sort(key=lambda box: box.width * box.height, reverse=True)
    return tuple(_enlarged(box, cell, page.size) for box in boxes[:_MOST_BLOCKS])


def lies_sideways(page: Image.Image) -> bool:
    """Tell whether lines of print seem to run up or down a grey page."""
    overview = page.copy()
    # So small that letters run together and lines do not.
    overview.thumbnail((_OVERVIEW, _OVERVIEW), Image.Resampling.BOX)
    ink = ImageOps.invert(even_light(overview))
    return alternation(ink.transpose(Image.Transpose.ROTATE_90)) > alternation(ink)


def _brightest(counts: list[int], ignored: float) -> int:
    return 255 - _darkest(counts[::-1], ignored)


def _darkest(counts: list[int], ignored: float) -> int:
    seen = 0
    for value, count in enumerate(counts):
        seen += count
        if seen > ignored:
            return value
    return 255


def _components(marked: Image.Image) -> Iterator[Box]:
    """Find the areas of marked cells that hang together."""
    width, height = marked.size
    waiting = bytearray(marked.tobytes())
    start = waiting.find(255)
    while start >= 0:
        waiting[start] = 0
        edge = [start]
        left = right = start % width
        top = bottom = start // width
        while edge:
            place = edge.pop()
            row, column = divmod(place, width)
            left, right = min(left, column), max(right, column)
            top, bottom = min(top, row), max(bottom, row)
            for beside, is_inside in (
                (place - 1, column > 0),
                (place + 1, column < width - 1),
                (place - width, row > 0),
                (place + width, row < height - 1),
            ):
                if is_inside and waiting[beside]:
                    waiting[beside] = 0
                    edge.append(beside)
        yield Box(left=left, top=top, width=right - left + 1, height=bottom - top + 1)
        start = waiting.find(255, start)


def _enlarged(box: Box, cell: int, size: tuple[int, int]) -> Box:
    """Return a box of cells in pixels, with a margin."""
    left, top = max(0, box.left - _MARGIN) * cell, max(0, box.top - _MARGIN) * cell
    right = min(size[0], (box.left + box.width + _MARGIN) * cell)
    bottom = min(size[1], (box.top + box.height + _MARGIN) * cell)
    return Box(left=left, top=top, width=right - left, height=bottom - top)
