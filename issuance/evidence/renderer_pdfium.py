"""Draws pages of a PDF with pdfium, never larger than asked."""

from importlib import import_module
from importlib.metadata import version
from typing import Any, Final

from PIL import Image

# The package has no types.
_pdfium: Any = import_module("pypdfium2")

_POINTS_TO_PIXELS: Final = 300 / 72
"""300 dots an inch: more shows only the scanner's noise."""


class PdfiumRenderer:
    """Draws pages without running scripts, filling in forms or fetching anything.

    Only for a limited process: a small hostile page can cost minutes and gigabytes.
    """

    name: str = f"pypdfium2 {version('pypdfium2')}"

    def render(self, content: bytes, page: int, maximum_side: int) -> Image.Image:
        """Return one page (from 0) as an RGB picture at most so many pixels long.

        Raises what pypdfium2 raises for a file it cannot open, and IndexError for a page the file
        lacks.
        """
        document = _pdfium.PdfDocument(content)
        try:
            if not 0 <= page < len(document):
                raise IndexError(page)
            return _draw(document[page], maximum_side)
        finally:
            # Pages and bitmaps are closed with their document.
            document.close()


def _draw(leaf: Any, maximum_side: int) -> Image.Image:
    longest = max(*leaf.get_size(), 1.0)
    # One less, for pdfium rounds up to whole pixels.
    scale = min(_POINTS_TO_PIXELS, max(1, maximum_side - 1) / longest)
    bitmap = leaf.render(scale=scale, may_draw_forms=False)
    # A copy, for the first picture lies in memory that is given back.
    drawn: Image.Image = bitmap.to_pil().convert("RGB").copy()
    bitmap.close()
    leaf.close()
    return drawn
