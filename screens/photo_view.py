"""A kept photo on the whole screen, with a closer look at any part of it."""

from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from backend_client.backend import Backend
from issuance.evidence.blob import BlobRef
from issuance.evidence.report import Preview
from issuance.identity.cleaning import printable
from tui.actions import Action
from tui.translation import N_
from tui.widgets.dialog import Dialog
from tui.widgets.picture import Picture

ENLARGE = Action(
    "enlarge", "z", N_("Enlarge"), N_("Shows the photo on the whole screen."), ("plus", "Z")
)
_CLOSEST: Final = 8


def crop(preview: Preview, across: float, down: float, width: int, height: int) -> Preview:
    """Cut a part of at most this size out of a picture, centred at a place given from 0 to 1."""
    width, height = min(width, preview.width), min(height, preview.height)
    left = min(max(int(across * preview.width) - width // 2, 0), preview.width - width)
    top = min(max(int(down * preview.height) - height // 2, 0), preview.height - height)
    rows = (
        preview.rgb[(row * preview.width + left) * 3 :][: width * 3]
        for row in range(top, top + height)
    )
    return Preview(width, height, b"".join(rows))


async def show_photo(backend: Backend, blob: BlobRef, picture: Picture) -> None:
    """Show a kept photo as large as its place allows."""
    if not picture.size.area:
        return
    preview = await backend.preview(blob, picture.size.width, picture.size.height * 2)
    if preview is not None and picture.is_attached:
        picture.show(preview.width, preview.height, preview.rgb)


class PhotoView(Dialog[None]):
    """Shows a photo; + and - change how close one is, the arrows where one looks.

    Args:
        backend: makes the picture.
        blob: the kept photo.
        title: whose photo of what it is.
    """

    BINDINGS: ClassVar = [
        Binding("plus,z,Z,pagedown", "closer(2)", show=False),
        Binding("minus,pageup", "closer(0.5)", show=False),
        Binding("left", "look(-0.25, 0)", show=False),
        Binding("right", "look(0.25, 0)", show=False),
        Binding("up", "look(0, -0.25)", show=False),
        Binding("down", "look(0, 0.25)", show=False),
    ]

    DEFAULT_CSS = """
    PhotoView .photo {
        width: 100%;
        height: 100%;
    }
    PhotoView Picture {
        height: 1fr;
        width: 1fr;
    }
    """

    def __init__(self, backend: Backend, blob: BlobRef, title: str) -> None:
        super().__init__()
        self._backend = backend
        self._blob = blob
        self._title = title
        self._times = 1
        self._across = self._down = 0.5

    def compose(self) -> ComposeResult:
        """Build the screen."""
        with Vertical(classes="photo"):
            yield Static(printable(self._title), markup=False, classes="title")
            yield Picture()
            yield Static(
                self.translate(N_("+ closer · - farther · arrows: another part · Esc: close")),
                markup=False,
                classes="muted",
            )

    def on_mount(self) -> None:
        """Show the whole photo once its place is known."""
        self.call_after_refresh(self._paint)

    def action_closer(self, times: float) -> None:
        """Go closer or farther."""
        self._times = min(max(int(self._times * times), 1), _CLOSEST)
        self._paint()

    def action_look(self, across: float, down: float) -> None:
        """Look at another part."""
        self._across = min(max(self._across + across / self._times, 0.0), 1.0)
        self._down = min(max(self._down + down / self._times, 0.0), 1.0)
        self._paint()

    @work(exclusive=True, group="paint", description="show a photo")
    async def _paint(self) -> None:
        picture = self.query_one(Picture)
        width, height = picture.size.width, picture.size.height * 2
        preview = await self._backend.preview(self._blob, width * self._times, height * self._times)
        if preview is not None and picture.is_attached:
            part = crop(preview, self._across, self._down, width, height)
            picture.show(part.width, part.height, part.rgb)
