"""Opens a file in the desktop's own program, where there is a desktop."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from issuance.evidence.blob import BlobRef
from issuance.findings import Finding, Severity
from tui.actions import Action
from tui.translation import N_

if TYPE_CHECKING:
    from screens.counter_screen import CounterScreen

OPEN = Action(
    "open_outside",
    "o",
    N_("Open outside"),
    N_("Opens a clean copy of the file in the desktop's own program."),
    ("O",),
)
_PROGRAM: Final = "xdg-open"
_DESKTOPS: Final = ("WAYLAND_DISPLAY", "DISPLAY")
_SUFFIXES: Final = {"image/jpeg": ".jpg", "application/pdf": ".pdf"}


def obstacle(environment: Mapping[str, str]) -> str:
    """Return why no program can be opened beside the terminal; empty where one can."""
    if not any(environment.get(name) for name in _DESKTOPS):
        return N_("There is no desktop behind this terminal. F9 saves a copy instead.")
    if shutil.which(_PROGRAM, path=environment.get("PATH")) is None:
        return N_("The program xdg-open is not installed. F9 saves a copy instead.")
    return ""


async def open_outside(screen: "CounterScreen[Any]", blob: BlobRef) -> bool:
    """Open a clean copy of a kept file; the copy is removed when the program ends."""
    if why_not := obstacle(os.environ):
        screen.tell(screen.translate(why_not), Severity.WARNS)
        return False
    content = await screen.backend.clean_copy(blob)
    if isinstance(content, Finding):
        screen.tell_findings((content,))
        return False
    folder = await asyncio.to_thread(_folder_with, content, _SUFFIXES.get(blob.media_type, ""))

    async def remove() -> None:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    screen.ventanilla.call_before_closing(remove)
    await asyncio.create_subprocess_exec(
        _PROGRAM,
        str(next(folder.iterdir())),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    screen.tell(
        screen.translate(N_("Opened in another window. Its copy is removed when Ventanilla ends."))
    )
    return True


def _folder_with(content: bytes, suffix: str) -> Path:
    """Write the copy into a folder nobody else may enter, in memory where the system has one."""
    folder = Path(tempfile.mkdtemp(prefix="ventanilla-", dir=os.environ.get("XDG_RUNTIME_DIR")))
    (folder / f"copy{suffix}").write_bytes(content)
    return folder
