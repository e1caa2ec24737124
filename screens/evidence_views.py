"""What can be looked at in a kept file: the whole photo, its faces and card, or a PDF's pages."""

from dataclasses import dataclass
from typing import Final

from backend_client.backend import Backend
from issuance.cases.events.evidence import Boxes
from issuance.evidence.blob import BlobRef
from issuance.evidence.report import Box
from tui.drawing import Pixels
from tui.translation import N_, Translator
from tui.widgets.viewer import Sight, Viewer

_PHOTO: Final = "image/jpeg"
_DOCUMENT: Final = "application/pdf"
_MOST_PAGES: Final = 20


@dataclass(frozen=True, slots=True)
class View:
    """One thing to look at: a part of a photo (all of it without a box), or a page from 0."""

    label: str
    crop: Box | None = None
    page: int | None = None


def is_photo(blob: BlobRef) -> bool:
    """Tell whether a file is a picture."""
    return blob.media_type == _PHOTO


def views_of(blob: BlobRef, boxes: Boxes, pages: int, translate: Translator) -> tuple[View, ...]:
    """Return what there is to see in a file, what must be looked at first."""
    if not is_photo(blob):
        return tuple(
            View(translate(N_("page {number}"), number=page + 1), page=page)
            for page in range(max(pages, 1))
        )
    parts = (
        (N_("the person's face"), boxes.person),
        (N_("the face on the card"), boxes.portrait),
        (N_("the card"), boxes.card),
    )
    crops = (View(translate(label), crop=box) for label, box in parts if box is not None)
    return (View(translate(N_("whole photo"))), *crops)


def to_be_seen(views: tuple[View, ...]) -> frozenset[int]:
    """Return the places of the views nobody may skip: the whole photo, every page."""
    return frozenset(at for at, view in enumerate(views) if view.crop is None)


def look_at(viewer: Viewer, backend: Backend, blob: BlobRef, views: tuple[View, ...]) -> None:
    """Show a file in a viewer."""

    async def ask(sight: Sight) -> Pixels | None:
        view = views[sight.view]
        preview = await backend.preview(
            blob, sight.width, sight.height, crop=view.crop, turn=sight.turn, page=view.page
        )
        return preview and Pixels(preview.width, preview.height, preview.rgb)

    viewer.look_at(blob, _captions(views, viewer.translate), ask)


def _captions(views: tuple[View, ...], translate: Translator) -> list[str]:
    """Return the names of the views with their place among them: `page 1 of 2`."""
    count = len(views)
    if count == 1:
        return [views[0].label]
    return [
        translate(
            N_("{view} · {number} of {count}") if view.page is None else N_("{view} of {count}"),
            view=view.label,
            number=number,
            count=count,
        )
        for number, view in enumerate(views, 1)
    ]


async def count_pages(backend: Backend, blob: BlobRef, recorded: int = 0) -> int:
    """Return how many pages of a document can be looked at here; none where nothing draws pages.

    `recorded` is what its check counted; 0 where an older version did not.
    """
    if blob.media_type != _DOCUMENT:
        return 0
    for page in range(_MOST_PAGES):
        if await backend.preview(blob, 8, 8, page=page) is None:
            return page
        if recorded:
            return recorded
    return _MOST_PAGES
