"""A kept file on the whole screen: its parts or pages, closer, turned, beside the data."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from backend_client.backend import Backend
from issuance.evidence.blob import BlobRef
from issuance.identity.cleaning import printable
from screens.evidence_views import View, look_at
from tui.actions import Action
from tui.drawing import Pixels
from tui.translation import N_
from tui.widgets.dialog import Dialog
from tui.widgets.picture import Picture
from tui.widgets.viewer import Viewer

ENLARGE = Action(
    "enlarge", "z", N_("Enlarge"), N_("Shows the file on the whole screen."), ("plus", "Z")
)


async def show_photo(backend: Backend, blob: BlobRef, picture: Picture) -> None:
    """Show a kept photo as large as its place allows."""
    if not picture.size.area:
        return
    preview = await backend.preview(blob, *picture.resolution())
    if preview is not None and picture.is_attached:
        picture.show(Pixels(preview.width, preview.height, preview.rgb))


def data_words(rows: Sequence[tuple[str, str]]) -> Content:
    """Return labels and values to compare a picture with, a line each."""
    return Content("\n").join(
        Content.assemble((f"{printable(label)}: ", "$text-muted"), printable(value))
        for label, value in rows
    )


class PhotoView(Dialog[None]):
    """Shows a file below the station line, where a demonstration is marked; a line names the keys.

    Args:
        backend: makes the pictures.
        blob: the kept file.
        title: whose file of what it is.
        views: what there is to see; all of a photo where nothing is named.
        at: the view shown first.
        rows: label and value of what a person compares it with.
        looked: called with the place of each view that was painted.
    """

    BINDINGS: ClassVar = [
        Binding("plus,z,Z", "closer(2)", show=False),
        Binding("minus", "closer(0.5)", show=False),
        Binding("pagedown,space,enter", "go(1)", show=False),
        Binding("pageup", "go(-1)", show=False),
        Binding("left", "move(-0.25, 0)", show=False),
        Binding("right", "move(0.25, 0)", show=False),
        Binding("up", "move(0, -0.25)", show=False),
        Binding("down", "move(0, 0.25)", show=False),
        Binding("r,R", "turn", show=False),
        Binding("d,D,f4", "compare", show=False),
    ]

    DEFAULT_CSS = """
    PhotoView .photo {
        width: 100%;
        height: 1fr;
        margin-top: 1;
        background: $background;
    }
    PhotoView Horizontal {
        height: 1fr;
    }
    PhotoView Viewer {
        width: 1fr;
        height: 100%;
    }
    PhotoView .data {
        display: none;
        width: 1fr;
        height: 100%;
        padding: 1 2;
    }
    PhotoView.-comparing Viewer {
        display: none;
    }
    PhotoView.-comparing .data {
        display: block;
    }
    PhotoView.-wide Viewer, PhotoView.-wide .data {
        display: block;
    }
    PhotoView.-wide .data {
        width: 40;
    }
    PhotoView.-wide .data.-empty {
        display: none;
    }
    """

    def __init__(
        self,
        backend: Backend,
        blob: BlobRef,
        title: str,
        *,
        views: tuple[View, ...] = (),
        at: int = 0,
        rows: Sequence[tuple[str, str]] = (),
        looked: Callable[[int], object] = lambda _view: None,
    ) -> None:
        super().__init__()
        self._backend = backend
        self._blob = blob
        self._title = title
        self._views = views
        self._at = at
        self._rows = rows
        self._looked = looked

    def compose(self) -> ComposeResult:
        """Build the screen; its last line names the keys, so no bar takes room from the picture."""
        with Vertical(classes="photo"):
            yield Static(printable(self._title), markup=False, classes="title")
            with Horizontal():
                yield Viewer()
                yield Static(
                    data_words(self._rows),
                    markup=False,
                    classes="data" if self._rows else "data -empty",
                )
            yield Static(self._keys_words(), markup=False, classes="muted")

    def on_mount(self) -> None:
        """Show the file once its place is known."""
        viewer = self.query_one(Viewer)
        views = self._views or (View(self.translate(N_("whole photo"))),)
        look_at(viewer, self._backend, self._blob, views)
        viewer.at = self._at

    def on_viewer_looked(self, event: Viewer.Looked) -> None:
        """Tell who wants to know what was seen."""
        event.stop()
        self._looked(event.view)

    def action_closer(self, times: float) -> None:
        """Go closer or farther."""
        self.query_one(Viewer).closer(times)

    def action_move(self, across: float, down: float) -> None:
        """Look at another part."""
        self.query_one(Viewer).move(across, down)

    def action_go(self, views: int) -> None:
        """Look at the next page or part."""
        self.query_one(Viewer).go(views)

    def action_turn(self) -> None:
        """Turn it by a quarter."""
        self.query_one(Viewer).turn()

    def action_compare(self) -> None:
        """Show the data in the picture's place, or the picture again."""
        if self._rows:
            self.toggle_class("-comparing")

    def _keys_words(self) -> str:
        parts = [self.translate(N_("+ - closer, farther · arrows: move · R: turn"))]
        if len(self._views) > 1:
            parts.append(self.translate(N_("PgDn: next")))
        if self._rows:
            parts.append(self.translate(N_("D: data")))
        return " · ".join([*parts, self.translate(N_("Esc: close"))])
