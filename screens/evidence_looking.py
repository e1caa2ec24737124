"""Keys for looking at a kept file: enlarge it, turn its pages, compare, copy, open elsewhere."""

from dataclasses import dataclass
from typing import ClassVar

from textual import work
from textual.binding import Binding

from issuance.evidence.blob import BlobRef
from screens.brought_file import save_copy
from screens.counter_screen import ResultT
from screens.drafting_screen import DraftingScreen
from screens.evidence_outside import OPEN, open_outside
from screens.evidence_views import View, look_at
from screens.photo_view import ENLARGE, PhotoView
from tui.actions import PRINT, VALUES, bindings
from tui.translation import N_
from tui.widgets.viewer import Viewer

COPY = PRINT.named(N_("Copy"), N_("Saves a copy of the file, to look at it in another program."))
DATA = VALUES.named(N_("Data"), N_("Shows the application's data beside the picture, and back."))


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A file, what there is to see in it, and what it is called."""

    blob: BlobRef
    views: tuple[View, ...]
    label: str
    slot: str


class LookingScreen(DraftingScreen[ResultT]):
    """A screen with a `Viewer`; `looked_at` names the file in it, `-data` shows data instead."""

    BINDINGS: ClassVar = [
        *bindings(ENLARGE, COPY, OPEN, DATA),
        # Before the list, which would leave the file: its lines are few.
        Binding("pagedown", "turn(1)", show=False, priority=True),
        Binding("pageup", "turn(-1)", show=False, priority=True),
    ]

    def looked_at(self) -> LookedAt | None:
        """Return the file that is shown."""
        return None

    def saw(self, view: int) -> None:
        """Note that a view of the file was looked at."""

    def saw_outside(self) -> None:
        """Note that the whole file was handed to another program."""

    def show_file(self) -> None:
        """Show the file, or nothing."""
        viewer, file = self.query_one(Viewer), self.looked_at()
        if file is None:
            viewer.look_away()
        else:
            look_at(viewer, self.backend, file.blob, file.views)

    def on_viewer_looked(self, event: Viewer.Looked) -> None:
        """Note what was painted."""
        event.stop()
        file = self.looked_at()
        # Meanwhile another one may have been marked.
        if file is not None and event.of == file.blob:
            self.saw(event.view)

    def action_enlarge(self) -> None:
        """Show the file on the whole screen."""
        if (file := self.looked_at()) is not None:
            title = f"{self.words.person_name(self.state)} · {file.label}"
            view = PhotoView(
                self.backend,
                file.blob,
                title,
                views=file.views,
                at=self.query_one(Viewer).at,
                rows=self.words.rows_to_compare(self.state, file.slot),
                looked=self.saw,
            )
            self.app.push_screen(view)

    def action_turn(self, views: int) -> None:
        """Look at the next page or part."""
        self.query_one(Viewer).go(views)

    def action_values(self) -> None:
        """Show the data in another part's place, or that part again."""
        self.toggle_class("-data")

    def action_print(self) -> None:
        """Save a copy."""
        self.copy()

    def action_open_outside(self) -> None:
        """Open it in another program."""
        self.open()

    @work(exclusive=True, group="copy", description="save a copy")
    async def copy(self) -> None:
        """Save a copy of the file."""
        file = self.looked_at()
        if file and await save_copy(self, file.blob, f"{self.state.number}-{file.slot}"):
            self.saw_outside()

    @work(exclusive=True, group="copy", description="open a copy")
    async def open(self) -> None:
        """Open a clean copy in the desktop's own program."""
        file = self.looked_at()
        if file and await open_outside(self, file.blob):
            self.saw_outside()
