"""Pages of a PDF as pictures: to be shown, or as a copy that holds nothing that acts."""

import io
from typing import Final

from issuance.evidence.engines import PageRenderer
from issuance.evidence.picture import rotate
from issuance.evidence.protocol import PagePreviewTask
from issuance.evidence.report import Preview

_COPY_SIDE: Final = 2339
"""The longer side of an A4 page at 200 dots an inch: small print stays legible."""

_COPY_RESOLUTION: Final = 200
_COPY_QUALITY: Final = 85


def draw_page(content: bytes, task: PagePreviewTask, renderer: PageRenderer) -> Preview:
    """Draw a page as large as fits; raises what the renderer raises."""
    limits = task.maximum_width, task.maximum_height
    page = rotate(renderer.render(content, task.page, max(limits)), task.turn)
    page.thumbnail(limits)
    return Preview(page.width, page.height, page.tobytes())


def redraw(content: bytes, pages: int, renderer: PageRenderer) -> bytes:
    """Return a new PDF of pictures of the pages; raises what the renderer raises."""
    first, *others = (renderer.render(content, page, _COPY_SIDE) for page in range(pages))
    copy = io.BytesIO()
    first.save(
        copy,
        "PDF",
        save_all=True,
        append_images=others,
        resolution=_COPY_RESOLUTION,
        quality=_COPY_QUALITY,
        creationDate=None,
        modDate=None,
    )
    return copy.getvalue()
