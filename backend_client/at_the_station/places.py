"""Where a file may be saved: the sticks that are plugged in, and what stands in a target's way."""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from backend_client.at_the_station.durable import saving_finding
from backend_client.at_the_station.saving import is_removable
from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding

KEY_FILE_ENDINGS: Final = (".p12", ".pfx")

_MOUNTS: Final = Path("/proc/self/mounts")
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")


def removable_folders(
    mounts: Path = _MOUNTS, is_stick: Callable[[Path], bool] = is_removable
) -> tuple[Path, ...]:
    """Return the folders of sticks, cards and USB disks one may write to (Linux), by name.

    `mounts` is a table as in proc(5): device, folder with octal escapes, and more.
    """
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ()
    # Only disks: looking at a network folder that is gone would never come back.
    rows = (line.split(" ") for line in lines if line.startswith("/dev/"))
    folders = {Path(_ESCAPED.sub(_character, row[1])) for row in rows if len(row) > 1}
    return tuple(sorted(each for each in folders if _may_take_files(each, is_stick)))


def target_finding(target: Path) -> Finding | None:
    """Say what stands in the way of a new file of that name, as far as looking can tell."""
    if "\0" in str(target) or not target.name:
        return blocks(CertificateFinding.FILE_NAME_REFUSED, path=str(target))
    try:
        if not target.parent.is_dir():
            return blocks(CertificateFinding.FOLDER_MISSING, path=str(target))
        target.lstat()
    except FileNotFoundError:
        if os.access(target.parent, os.W_OK | os.X_OK):
            return None
        return blocks(CertificateFinding.NO_PERMISSION, path=str(target))
    except OSError as error:
        return saving_finding(error, target)
    return blocks(CertificateFinding.FILE_EXISTS, path=str(target))


def path_typed(typed: str) -> Path:
    """Return a path with `~` read as the home folder it means, where it means one."""
    path = Path(typed)
    # Where nobody has that name, a folder of that name is missing.
    with suppress(RuntimeError):
        path = path.expanduser()
    return path


def key_file_target(typed: str, usual_name: str) -> Path:
    """Return the file a path typed means: a folder's gets the usual name, and any the usual ending.

    By that ending other programs, and the list of key files here, know it.
    """
    path = Path.home() / path_typed(typed)
    if not path.suffix or _is_folder(path):
        return path / usual_name
    is_known = path.suffix.lower() in KEY_FILE_ENDINGS
    return path if is_known else path.with_name(path.name + KEY_FILE_ENDINGS[0])


def nearest_folder(folder: Path) -> Path:
    """Return the folder, or the nearest above it that exists."""
    return next(filter(_is_folder, (folder, *folder.parents)), Path.home())


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 8))


def _may_take_files(folder: Path, is_stick: Callable[[Path], bool]) -> bool:
    # The system itself may run from a USB disk; that is no place to hand files over.
    if folder == Path("/"):
        return False
    try:
        return is_stick(folder) and os.access(folder, os.W_OK)
    except OSError:
        return False
