"""Watches a folder into which files are dropped: by looking again and again, on any file system.

Originals are never moved, changed or removed, links are never followed, and only files whose
writing is over are offered.
"""

import fcntl
import os
import signal
import stat
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from heapq import nlargest
from pathlib import Path
from typing import Final, NamedTuple

from backend_client.backend import Arrival, ArrivalKind

_MOST_LOOKED_AT: Final = 5000
_MOST_OFFERED: Final = 200
_LOOKS_WITHOUT_CHANGE: Final = 2
_LOOKS_WHEN_IN_DOUBT: Final = 5
"""Where the system does not tell whether somebody still writes, more patience must do."""

_UNFINISHED: Final = (".part", ".partial", ".crdownload", ".tmp", ".download")
_KINDS: Final[tuple[tuple[bytes, ArrivalKind], ...]] = (
    (b"\xff\xd8\xff", "photo"),
    (b"%PDF", "document"),
)


class _Seen(NamedTuple):
    """A file as it was at one look; `mark` changes with its contents."""

    name: str
    mark: str
    modified: int


class DropFolder:
    """A watched folder; one object per watching, since it remembers what it has offered."""

    def __init__(self, folder: Path, brought: Iterable[str] = ()) -> None:
        """Watch `folder`; files whose marks are in `brought` are not offered again."""
        self._folder = folder
        self._brought = frozenset(brought)
        self._offered: set[str] = set()
        self._unchanged: dict[str, int] = {}

    def look(self) -> tuple[Arrival, ...]:
        """Return the files that became complete since the last look, the oldest first."""
        try:
            with _opened(self._folder) as folder:
                return tuple(self._arrivals(folder))
        except OSError:
            # It may be on a stick that was pulled out: it may come back.
            return ()

    def _arrivals(self, folder: int) -> Iterator[Arrival]:
        known = self._brought | self._offered
        fresh = [seen for seen in _files(folder) if seen.mark not in known]
        # Forgets what was changed or taken away meanwhile.
        self._unchanged = {seen.mark: self._unchanged.get(seen.mark, 0) + 1 for seen in fresh}
        for seen in sorted(fresh, key=lambda each: each.modified):
            if kind := self._complete_kind(folder, seen):
                self._offered.add(seen.mark)
                yield Arrival(self._folder / seen.name, seen.name, kind)

    def _complete_kind(self, folder: int, seen: _Seen) -> ArrivalKind | None:
        """Name what a file is once nobody writes to it any more."""
        looks = self._unchanged[seen.mark]
        if looks < _LOOKS_WITHOUT_CHANGE:
            return None
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            descriptor = os.open(seen.name, flags, dir_fd=folder)
        except OSError:
            return None
        try:
            written = _is_being_written(descriptor)
            if written or (written is None and looks < _LOOKS_WHEN_IN_DOUBT):
                return None
            start = os.read(descriptor, 8)
        except OSError:
            return None
        finally:
            os.close(descriptor)
        return kind_of(start)


def kind_of(start: bytes) -> ArrivalKind:
    """Name what a file is by its first bytes."""
    for magic, kind in _KINDS:
        if start.startswith(magic):
            return kind
    return "other"


def marks_in(folder: Path, wanted: Iterable[str]) -> set[str]:
    """Return those of the marks whose files are still in the folder as they were."""
    try:
        with _opened(folder) as descriptor:
            present = {seen.mark for seen in _files(descriptor)}
    except OSError:
        return set(wanted)
    return present & set(wanted)


def mark_of(path: Path) -> str:
    """Return what a file in the folder is recognised by; empty when it is gone."""
    try:
        return _mark(path.name, path.lstat())
    except OSError:
        return ""


def _mark(name: str, status: os.stat_result) -> str:
    return f"{name}:{status.st_size}:{status.st_mtime_ns}"


@contextmanager
def _opened(folder: Path) -> Generator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _files(folder: int) -> list[_Seen]:
    """Return the newest regular files with something in them, whose names do not say unfinished."""
    found: list[_Seen] = []
    with os.scandir(folder) as entries:
        for entry, _ in zip(entries, range(_MOST_LOOKED_AT), strict=False):
            if entry.name.startswith((".", "~")) or entry.name.lower().endswith(_UNFINISHED):
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            if stat.S_ISREG(status.st_mode) and status.st_size:
                mark = _mark(entry.name, status)
                found.append(_Seen(entry.name, mark, status.st_mtime_ns))
    return nlargest(_MOST_OFFERED, found, key=lambda each: each.modified)


def _is_being_written(descriptor: int) -> bool | None:
    """Tell whether somebody has a file open for writing; None where the system does not say.

    Linux grants a read lease only on a file nobody writes (fcntl(2), "Leases").
    """
    try:
        # Whoever opens it in this moment breaks the lease; the default signal would end us.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return True
    except OSError:
        return None
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False
