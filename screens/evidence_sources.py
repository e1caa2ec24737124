"""Ways to bring several files, or one nobody has yet: drop folder, many at once, the camera."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from textual import work
from textual.widgets import Static

from issuance.findings import Finding, Severity
from issuance.identity.cleaning import printable
from screens.brought_file import choose_files
from screens.drafting_screen import DraftingScreen
from screens.evidence_capture import EvidenceCaptureScreen
from tui.actions import RESUME, Action
from tui.translation import N_
from tui.widgets.spinner import Spinner

if TYPE_CHECKING:
    from backend_client.backend import Sorted

SEVERAL: Final = RESUME.named(
    N_("Several"), N_("Brings several files at once; each goes to its place by its contents.")
)
TAKE_IN: Final = Action(
    "take_in", "a", N_("Arrived"), N_("Takes in the files that came into the folder."), ("A",)
)
_NAMES_SHOWN: Final = 3


def _names(paths: Iterable[Path]) -> str:
    return ", ".join(path.name for path in paths)


class SourcesScreen(DraftingScreen[None]):
    """Leads files to the screen of their slot; it has a `Spinner` and a line `#arrived`."""

    def __init__(self, case: UUID) -> None:
        super().__init__(case)
        self._arrived: list[Path] = []
        self.has_camera = False

    async def read_camera(self) -> None:
        """Look whether this station has a camera program."""
        self.has_camera = bool((await self.backend.sources()).camera_command)

    def on_mount(self) -> None:
        """Watch the drop folder as long as this screen is open."""
        super().on_mount()
        self.watch_folder()

    @work(exclusive=True, group="arrivals", description="watch the drop folder")
    async def watch_folder(self) -> None:
        """Offer each file once it is complete."""
        async for arrival in self.backend.arrivals():
            self._arrived.append(arrival.path)
            if self.is_drawn:
                self.show_arrived()

    def show_arrived(self) -> None:
        """Name the files that wait in the folder."""
        line = self.query_one("#arrived", Static)
        line.display = bool(self._arrived)
        names = ", ".join(path.name for path in self._arrived[:_NAMES_SHOWN])
        more = len(self._arrived) - _NAMES_SHOWN
        if more > 0:
            names += f" (+{more})"
        words = self.translate(N_("In the folder: {names} · A: take in"), names=names)
        line.update(printable(words))

    def action_take_in(self) -> None:
        """Take in what came into the folder."""
        if self._arrived and self.may_capture():
            self.take_in(tuple(self._arrived))

    def action_resume(self) -> None:
        """Choose several files."""
        if self.may_capture():
            self.choose_several()

    def action_camera(self) -> None:
        """Take a photo."""
        if self.may_capture():
            self.take_photo()

    @work(exclusive=True, group="sources", description="choose several files")
    async def choose_several(self) -> None:
        """Let the operator mark files, then lead each to its place."""
        paths = await choose_files(self, self.translate(N_("Several files: F4 marks each")))
        if paths:
            await self._bring(paths)

    @work(exclusive=True, group="sources", description="take in what arrived")
    async def take_in(self, paths: Sequence[Path]) -> None:
        """Lead what came into the folder to its place; it is not offered again."""
        self._arrived = [path for path in self._arrived if path not in paths]
        self.show_arrived()
        await self._bring(paths)

    @work(exclusive=True, group="sources", description="take a photo")
    async def take_photo(self) -> None:
        """Run the camera's program, then check what it made."""
        line = next((each for each in self.words.evidence(self.state) if each.is_photo), None)
        if line is None:
            return
        with self.query_one(Spinner).turning(self.translate(N_("Taking a photo ..."))):
            taken = await self.backend.take_photo()
        if isinstance(taken, Finding):
            self.tell_findings((taken,))
        else:
            await self._capture(line.slot, taken)

    async def _bring(self, paths: Sequence[Path]) -> None:
        """Open the screen of each file's slot, one after the other."""
        with self.query_one(Spinner).turning(self.translate(N_("Sorting the files ..."))):
            found = await self.backend.sort_files(paths, self.case)
        for slot, path in found.slots.items():
            await self._capture(slot, path)
        if found.left:
            await self.read_case()  # drawing what was recorded meanwhile clears the message line
            self.tell(self._left_words(found), Severity.WARNS)

    def _left_words(self, found: "Sorted") -> str:
        """Say which files have no place yet, and which of them compete for the same one."""
        labels = {line.slot: line.label for line in self.words.evidence(self.state)}
        said: list[str] = []
        named: set[Path] = set()
        for slot, paths in found.competing.items():
            words = N_("Equally fit for “{place}”: {names}. Mark it, press Enter and choose one.")
            said.append(self.translate(words, names=_names(paths), place=labels[slot]))
            named.update(paths)
        if unclear := [path for path in found.left if path not in named]:
            words = N_("Not clear what this is: {names}. Mark its place, then Enter.")
            said.append(self.translate(words, names=_names(unclear)))
        return printable(" ".join(said))

    async def _capture(self, slot: str, path: Path) -> None:
        await self.read_case()
        if self.known is not None:
            screen = EvidenceCaptureScreen(self.known, slot, path=path)
            await self.app.push_screen_wait(screen)

    def may_capture(self) -> bool:
        """Tell whether files may be brought now, and say why not."""
        act = next(each for each in self.acts() if each.act == self.ACT)
        self.tell_findings(act.findings)
        return not act.findings
