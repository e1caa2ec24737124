"""Takes a photo with whatever program the station names: fswebcam, gphoto2, libcamera-still ..."""

import os
import shutil
import signal
import stat
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from backend_client.sources.station_sources import PLACEHOLDER
from issuance.access.durable_file import write_finding
from issuance.findings import Finding, blocks
from issuance.findings.sources import SourceCode

_SECONDS: Final = 20.0
_NAME: Final = "photo.jpg"


class Camera:
    """Runs a camera program in a folder of its own, never through a shell.

    The folder is empty and private (0700) when the program starts, and is removed with whatever
    the program left in it once the photo is kept. What it leaves is as hostile as any file.
    """

    def __init__(self, folder: Path, seconds: float = _SECONDS) -> None:
        """Use `folder`, which belongs to nobody else and need not exist."""
        self._folder = folder
        self._seconds = seconds
        self._one_at_a_time = threading.Lock()
        # Whoever stops a program that has just begun waits until it is known here.
        self._starting = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None

    def take(self, command: Sequence[str]) -> Path | Finding:
        """Run a command and return where its photo is, or say why there is none."""
        if not command:
            return blocks(SourceCode.NO_CAMERA)
        with self._one_at_a_time:
            try:
                self._empty_folder()
            except OSError as error:
                return write_finding(error, self._folder)
            return self._run(command)

    def owns(self, path: Path) -> bool:
        """Tell whether a file is a photo taken here."""
        return path.parent == self._folder

    def clear(self) -> None:
        """Remove what the last photo left; a program still at work is stopped."""
        self._stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _empty_folder(self) -> None:
        if self._folder.is_dir() and not self._folder.is_symlink():
            shutil.rmtree(self._folder)
        self._folder.mkdir(mode=0o700)

    def _run(self, command: Sequence[str]) -> Path | Finding:
        photo, program = self._folder / _NAME, Path(command[0]).name
        arguments = [each.replace(PLACEHOLDER, str(photo)) for each in command]
        try:
            running = self._start(arguments)
        except (OSError, ValueError):
            return blocks(SourceCode.CAMERA_NOT_FOUND, program=program)
        try:
            status = running.wait(self._seconds)
        except subprocess.TimeoutExpired:
            return blocks(SourceCode.CAMERA_TOO_SLOW, program=program, seconds=round(self._seconds))
        finally:
            # Also what the program itself has started and left behind.
            self._stop()
        if status:
            return blocks(SourceCode.CAMERA_FAILED, program=program, status=status)
        return photo if _is_photo(photo) else blocks(SourceCode.CAMERA_NO_PHOTO, program=program)

    def _start(self, arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
        with self._starting:
            self._running = subprocess.Popen(  # noqa: S603 - an administrator's command, no shell
                arguments,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                umask=0o077,
            )
            return self._running

    def _stop(self) -> None:
        with self._starting:
            running = self._running
        if running:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(running.pid, signal.SIGKILL)
            running.wait()
            self._running = None


def _is_photo(path: Path) -> bool:
    """Tell whether something was written there that is a file and no link to one."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size > 0
