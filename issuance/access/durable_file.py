"""Replaces a small file so that a power cut leaves the old content or the new, never half of one.

Only the standard library is imported here: the log-in screen reads offices before anything else.
"""

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode

if TYPE_CHECKING:
    from filelock import FileLock

LOCK_PATIENCE: Final = 10.0
"""Seconds a writer waits for another process; a write takes milliseconds."""

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextmanager
def exclusive(path: Path) -> Generator[None]:
    """Hold a file for one writer among all processes and threads.

    Raises:
        TimeoutError: another writer held it for `LOCK_PATIENCE` seconds.
        OSError: the lock file beside it cannot be written.
    """
    # The lock would make a missing folder, readable for everybody.
    path.parent.stat()
    with _lock(path):
        yield


@lru_cache(maxsize=64)
def _lock(path: Path) -> "FileLock":
    # 20 ms to import, and reading an office needs no lock.
    from filelock import FileLock

    return FileLock(
        path.with_name(f".{path.name}.lock"),
        timeout=LOCK_PATIENCE,
        mode=0o600,
        poll_interval=0.005,
        # A lock made of a file's existence would outlive a killed process.
        fallback_to_soft=False,
        # One lock a path: whoever holds it may enter again in the same thread.
        is_singleton=True,
    )


def replace_file(path: Path, content: bytes, *, settle_name: bool = True) -> None:
    """Write a file of mode 0600 and make it durable; the caller holds it with `exclusive`.

    Without `settle_name` a power cut may bring the former content back, whole.

    Raises:
        OSError: it could not be written; the old content stays.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    try:
        with open(os.open(unfinished, flags, 0o600), "wb") as file:  # noqa: PTH123 -- a descriptor
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    if settle_name:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the folder's own entries durable: a new name is lost in a power cut without this."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def errno_name(error: OSError) -> str:
    """Name the error as the system does, `EIO` for instance."""
    return errno.errorcode.get(error.errno or 0, "UNKNOWN")


def write_finding(error: OSError, path: Path) -> Finding:
    """Say as a finding why a file could not be written."""
    if isinstance(error, TimeoutError):
        return blocks(AccessCode.STORE_BUSY, file=path.name)
    if error.errno in _NO_ROOM:
        return blocks(AccessCode.STORE_FULL, file=path.name)
    if error.errno in _FORBIDDEN:
        return blocks(AccessCode.STORE_NOT_WRITABLE, file=path.name)
    return blocks(AccessCode.STORE_FAILED, file=path.name, reason=errno_name(error))
