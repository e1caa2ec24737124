"""Copies a register while others work in it: https://www.sqlite.org/lang_vacuum.html#vacuuminto.

The copy is made in one read transaction, encrypted under the same key; nobody has to wait.
"""

import os
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from issuance.register.connection import DRIVER_ERROR, connect
from issuance.register.errors import failures_explained


def write_snapshot(path: Path, key: bytes, target: Path) -> None:
    """Write a consistent copy of a register to a file that does not exist yet.

    Raises `RegisterUnreadable` or `RegisterUnavailable`, and FileExistsError.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with failures_explained(path):
        try:
            connection = connect(path, key)
            try:
                connection.execute("VACUUM INTO ?", (str(target),))
            finally:
                connection.close()
        except DRIVER_ERROR as error:
            raise DBAPIError("VACUUM INTO", None, error) from error
