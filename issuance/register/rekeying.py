"""Encrypts a register under another key: https://www.zetetic.net/sqlcipher/sqlcipher-api/#rekey.

A copy is encrypted anew and takes the register's place, so that a crash leaves one or the other.
"""

import os
import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy.exc import DBAPIError

from issuance.access.durable_file import sync_folder
from issuance.findings import blocks
from issuance.findings.register import RegisterCode
from issuance.register.connection import DRIVER_ERROR, connect
from issuance.register.errors import RegisterUnreadable, failures_explained

_UNFINISHED: Final = "rekeyed"
_READ: Final = "SELECT count(*) FROM sqlite_master"
_NO_LOG: Final = "PRAGMA journal_mode = DELETE"
"""Takes the write-ahead log into the file; a log left beside would be played into the new file."""


def rekey(path: Path, key: bytes, former: Sequence[bytes]) -> None:
    """Encrypt a register under `key` that lies under one of the former keys, unless it is done.

    Nobody may have it open. Raises `RegisterUnreadable` where none of the keys opens it,
    `RegisterUnavailable`, and OSError; the register then stays as it was.
    """
    unfinished = path.with_name(f"{path.name}.{_UNFINISHED}")
    for stale in path.parent.glob(f"{unfinished.name}*"):
        stale.unlink()
    if _opens(path, key):
        return
    known = next((each for each in former if _opens(path, each)), None)
    if known is None:
        raise RegisterUnreadable(blocks(RegisterCode.REGISTER_UNREADABLE))
    _run(path, known, _NO_LOG)
    shutil.copyfile(path, unfinished)
    unfinished.chmod(0o600)
    _run(unfinished, known, _NO_LOG, f"PRAGMA rekey = \"x'{key.hex()}'\"")
    if _run(unfinished, key, "PRAGMA cipher_integrity_check"):
        raise RegisterUnreadable(blocks(RegisterCode.REGISTER_UNREADABLE))
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)


def _opens(path: Path, key: bytes) -> bool:
    try:
        _run(path, key, _READ)
    except RegisterUnreadable:
        return False
    return True


def _run(path: Path, key: bytes, *statements: str) -> list[Any]:
    """Return what the last statement answers."""
    rows: list[Any] = []
    with failures_explained():
        try:
            with closing(connect(path, key)) as connection:
                for statement in statements:
                    rows = connection.execute(statement).fetchall()
        except DRIVER_ERROR as error:
            # What was executed may hold a key.
            raise DBAPIError("a statement of rekeying", None, error) from error
    return rows
