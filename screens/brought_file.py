"""A file somebody brings: chosen by keyboard, checked, kept, and told in words."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from textual.content import Content

from backend_client.at_the_station.durable import saving_finding, write_new
from backend_client.backend import Kept
from backend_client.sources.station_sources import FILE_ROOT
from issuance.cases.events.evidence import Boxes
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding, Severity
from issuance.identity.cleaning import printable
from issuance.model import Frozen
from tui.sentences import SEVERITY_WORDS
from tui.translation import N_, Translator
from tui.widgets.file_picker import FilePicker

if TYPE_CHECKING:
    from screens.counter_screen import CounterScreen

PHOTO_ENDINGS: Final = (".jpg", ".jpeg")
DOCUMENT_ENDINGS: Final = (".pdf",)
PROOF_ENDINGS: Final = (".pdf", ".jpg", ".jpeg")
_SHOWN_FINDINGS: Final = 2
_COLOURS: Final = {
    Severity.BLOCKS: "$error",
    Severity.WARNS: "$warning",
    Severity.INFORMS: "$text-muted",
}
_LAST_FOLDER: Final = "last_folder"
_SUFFIXES: Final = {"image/jpeg": ".jpg", "application/pdf": ".pdf"}


class BroughtFile(Frozen):
    """A kept file with the name it came under and what its checks found, as a draft holds it."""

    blob: BlobRef
    name: str
    findings: tuple[Finding, ...] = ()
    pages: int = 0
    boxes: Boxes = Boxes()


async def choose_file(
    screen: "CounterScreen[Any]", title: str, endings: tuple[str, ...]
) -> Path | None:
    """Let somebody choose a file, beginning where the last one lay; call it from a worker."""
    chosen = await _choose(screen, title, endings, several=False)
    return chosen[0] if chosen else None


async def choose_files(
    screen: "CounterScreen[Any]", title: str, endings: tuple[str, ...] = PROOF_ENDINGS
) -> tuple[Path, ...]:
    """Let somebody choose several files, photos and documents together; call it from a worker."""
    return await _choose(screen, title, endings, several=True)


async def choose_folder(screen: "CounterScreen[Any]", title: str) -> Path | None:
    """Let somebody choose a folder of files, below where files may be; call it from a worker."""
    start, root = await _places(screen)
    picker = FilePicker(title, start, root=root, folders_only=True)
    return await screen.app.push_screen_wait(picker)


async def _choose(
    screen: "CounterScreen[Any]", title: str, endings: tuple[str, ...], *, several: bool
) -> tuple[Path, ...]:
    start, root = await _places(screen)
    picker = FilePicker(title, start, suffixes=endings, root=root, several=several)
    path = await screen.app.push_screen_wait(picker)
    if path is None:
        return ()
    station = screen.backend.station
    await asyncio.to_thread(station.put_setting, _LAST_FOLDER, str(path.parent))
    return picker.chosen


async def _places(screen: "CounterScreen[Any]") -> tuple[Path, Path | None]:
    """Return where choosing begins, and the folder that may not be left, if there is one."""
    start = await _start_folder(screen)
    allowed = await asyncio.to_thread(screen.backend.station.setting, FILE_ROOT)
    root = Path(str(allowed)) if allowed else None
    return (start if root is None or start.is_relative_to(root) else root), root


async def check_file(
    screen: "CounterScreen[Any]",
    slot: str,
    path: Path,
    found: Callable[[Finding], object],
    case: UUID | None = None,
) -> BroughtFile | None:
    """Check a file and keep it; `found` gets each finding, and None means that one blocks."""
    async for result in screen.backend.check(slot, path, case):
        if isinstance(result, Kept):
            return BroughtFile(
                blob=result.blob,
                name=result.name,
                findings=result.findings,
                pages=result.pages,
                boxes=result.boxes or Boxes(),
            )
        found(result)
    return None


async def save_copy(screen: "CounterScreen[Any]", blob: BlobRef, name: str) -> bool:
    """Write a kept file where somebody chooses, to look at it in another program.

    Returns whether it was written.
    """
    content = await screen.backend.read_file(blob)
    if isinstance(content, Finding):
        screen.tell_findings((content,))
        return False
    return await save_bytes(screen, content, name, _SUFFIXES.get(blob.media_type, ""))


async def save_bytes(
    screen: "CounterScreen[Any]",
    content: bytes,
    name: str,
    ending: str,
    record: Callable[[Path], Awaitable[tuple[Finding, ...]]] | None = None,
) -> bool:
    """Write contents where somebody chooses; return whether they were written.

    What cannot be recorded with `record` beforehand is not written.
    """
    start = await _start_folder(screen)
    title = screen.translate(N_("Folder for the copy of “{name}” (F10 takes it)"), name=name)
    folder = await screen.app.push_screen_wait(FilePicker(title, start, folders_only=True))
    if folder is None:
        return False
    target = folder / f"{name}{ending}"
    if record is not None and (unrecorded := await record(target)):
        screen.tell_findings(unrecorded)
        return False
    try:
        await asyncio.to_thread(write_new, target, content)
    except OSError as error:
        screen.tell_findings((saving_finding(error, target),))
        return False
    screen.tell(
        screen.translate(
            N_("Saved as {path}. It holds personal data: please delete it when you are done."),
            path=str(target),
        )
    )
    return True


def file_words(blob: BlobRef, pages: int, translate: Translator) -> str:
    """Return size and number of pages: `312 KB · 2 pages`."""
    parts = [f"{max(1, blob.length // 1024)} KB"]
    if pages:
        parts.append(translate.plural("{count} page", "{count} pages", pages))
    return " · ".join(parts)


def findings_words(screen: "CounterScreen[Any]", findings: Sequence[Finding]) -> Content:
    """Return the gravest findings about a file, a line or more for each."""
    order = list(Severity)
    gravest = sorted(findings, key=lambda each: order.index(each.severity))[:_SHOWN_FINDINGS]
    return Content("\n").join(
        Content.assemble(
            (f"{screen.translate(SEVERITY_WORDS[each.severity])}: ", _COLOURS[each.severity]),
            printable(screen.finding_text(each)),
        )
        for each in gravest
    )


async def _start_folder(screen: "CounterScreen[Any]") -> Path:
    station = screen.backend.station
    samples = screen.backend.sample_folder

    def look() -> Path:
        last = station.setting(_LAST_FOLDER)
        folders = (Path(str(last)) if last else None, samples, Path.home())
        return next((each for each in folders if each is not None and each.is_dir()), Path("/"))

    return await asyncio.to_thread(look)
