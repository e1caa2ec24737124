"""How fine the scanned images of a PDF's pages are, from their sizes alone."""

from dataclasses import dataclass
from typing import Any, Final

import pypdf
from pypdf.generic import ContentStream

_POINTS_PER_INCH: Final = 72
_LONGEST_SIDE: Final = 842.0
"""Points of A4: programs on telephones give pages any size, and nobody scans larger paper here."""

_MAXIMUM_CONTENT: Final = 100_000
"""Bytes of operators; a page of scans has a few hundred."""

_DEEPEST: Final = 3

_Matrix = tuple[float, float, float, float, float, float]
_UPRIGHT: Final[_Matrix] = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Scan:
    """The largest image of a page: its dots per inch, and the pixels the whole page would have."""

    dots_per_inch: int
    longest_pixels: int


def measure_scan(page: pypdf.PageObject) -> Scan | None:
    """Return how fine the largest image on a page is; None where none is drawn.

    Raises what pypdf raises for a damaged page.
    """
    drawn = max(_drawn_images(page, page, _UPRIGHT, 0), default=None)
    if drawn is None:
        return None
    _, pixels_per_point = drawn
    longest = max(abs(float(page.mediabox.width)), abs(float(page.mediabox.height)), 1.0)
    # What lies on a larger page than A4 was laid on A4 before.
    as_paper = pixels_per_point * max(1.0, longest / _LONGEST_SIDE)
    return Scan(round(as_paper * _POINTS_PER_INCH), round(pixels_per_point * longest))


def _drawn_images(
    page: pypdf.PageObject, holder: Any, matrix: _Matrix, depth: int
) -> list[tuple[float, float]]:
    """Return area in square points and pixels per point of each image that is drawn."""
    content = page.get_contents() if holder is page else holder
    if content is None or depth > _DEEPEST or len(content.get_data()) > _MAXIMUM_CONTENT:
        return []
    resources = holder.get("/Resources", {}).get_object()
    drawables = resources.get("/XObject", {}).get_object()
    drawn: list[tuple[float, float]] = []
    saved: list[_Matrix] = []
    for operands, operator in ContentStream(content, page.pdf).operations:
        match operator:
            case b"q":
                saved.append(matrix)
            case b"Q" if saved:
                matrix = saved.pop()
            case b"cm":
                matrix = _multiplied(_as_matrix(operands), matrix)
            case b"Do" if operands and operands[0] in drawables:
                item = drawables[operands[0]].get_object()
                drawn += _drawn(page, item, matrix, depth)
            case _:
                pass
    return drawn


def _drawn(
    page: pypdf.PageObject, item: Any, matrix: _Matrix, depth: int
) -> list[tuple[float, float]]:
    kind = item.get("/Subtype")
    if kind == "/Form":
        own = _as_matrix(item.get("/Matrix", _UPRIGHT))
        return _drawn_images(page, item, _multiplied(own, matrix), depth + 1)
    a, b, c, d, _, _ = matrix
    across, along = (a * a + b * b) ** 0.5, (c * c + d * d) ** 0.5
    if kind != "/Image" or across < 1 or along < 1:
        return []
    width = float(item.get("/Width", 0))
    height = float(item.get("/Height", 0))
    return [(across * along, min(width / across, height / along))]


def _as_matrix(operands: Any) -> _Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return a, b, c, d, e, f


def _multiplied(first: _Matrix, second: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )
