"""What the register raises when its file, its server, its lock or its place on disk fails.

    RegisterFailure
    ├── RegisterUnreadable   wrong key, damaged, missing, another office's, newer
    ├── RegisterUnavailable  busy, disk full, not writable
    │   ├── RaceLost         the database undid it for another writer's sake
    │   ├── ConnectionLost   the server was lost before it was asked to commit
    │   └── OutcomeUnknown   the server was lost while it committed
    └── RevisionConflict     somebody else changed the stream meanwhile

Each carries a finding, so that the caller can answer a person with it. But for `OutcomeUnknown`,
nothing was changed.
"""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from issuance.findings import Finding, blocks
from issuance.findings.register import RegisterCode
from issuance.streams import StreamRef


class RegisterFailure(Exception):  # noqa: N818  (a family, named by what happened)
    """Base of all; `finding` says what to tell."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


class RegisterUnreadable(RegisterFailure):
    """The register cannot be opened or part of it cannot be read."""


class RegisterUnavailable(RegisterFailure):
    """The register cannot be used just now."""


class RaceLost(RegisterUnavailable):
    """The database undid a transaction for another one's sake; it may be run again."""


class ConnectionLost(RegisterUnavailable):
    """The database server went away before it was asked to commit; it may be run again."""


class OutcomeUnknown(RegisterUnavailable):
    """The database server went away while it committed: what was changed stands, or nothing."""


class RevisionConflict(RegisterFailure):
    """A stream is not at the revision the caller expected."""

    def __init__(self, ref: StreamRef, expected: int) -> None:
        super().__init__(blocks(RegisterCode.REVISION_CONFLICT))
        self.ref = ref
        self.expected = expected


_ROOM_TO_OPEN: Final = 1 << 16
"""Octets; the index that goes with a write-ahead log begins with half of that."""

Known = tuple[type[RegisterFailure], RegisterCode]

# Primary result codes: https://www.sqlite.org/rescode.html
_OF_SQLITE: Final[dict[int, Known]] = {
    5: (RegisterUnavailable, RegisterCode.REGISTER_BUSY),
    6: (RegisterUnavailable, RegisterCode.REGISTER_BUSY),
    8: (RegisterUnavailable, RegisterCode.REGISTER_NOT_WRITABLE),
    10: (RegisterUnreadable, RegisterCode.REGISTER_DISK_FAILS),
    11: (RegisterUnreadable, RegisterCode.REGISTER_UNREADABLE),
    13: (RegisterUnavailable, RegisterCode.REGISTER_DISK_FULL),
    14: (RegisterUnavailable, RegisterCode.REGISTER_NOT_WRITABLE),
    26: (RegisterUnreadable, RegisterCode.REGISTER_UNREADABLE),
}

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_OF_POSTGRESQL: Final[dict[str, Known]] = {
    "25006": (RegisterUnavailable, RegisterCode.REGISTER_NOT_WRITABLE),
    "25P03": (ConnectionLost, RegisterCode.REGISTER_UNREACHABLE),
    "40001": (RaceLost, RegisterCode.REGISTER_BUSY),
    "40P01": (RaceLost, RegisterCode.REGISTER_BUSY),
    "42501": (RegisterUnavailable, RegisterCode.REGISTER_NOT_WRITABLE),
    "42P07": (RaceLost, RegisterCode.REGISTER_BUSY),
    "53100": (RegisterUnavailable, RegisterCode.REGISTER_DISK_FULL),
    "53300": (ConnectionLost, RegisterCode.REGISTER_UNREACHABLE),
    "55P03": (RegisterUnavailable, RegisterCode.REGISTER_BUSY),
    "57014": (RegisterUnavailable, RegisterCode.REGISTER_BUSY),
    "57P01": (ConnectionLost, RegisterCode.REGISTER_UNREACHABLE),
    "57P02": (ConnectionLost, RegisterCode.REGISTER_UNREACHABLE),
    "57P03": (ConnectionLost, RegisterCode.REGISTER_UNREACHABLE),
    "XX001": (RegisterUnreadable, RegisterCode.REGISTER_UNREADABLE),
    "XX002": (RegisterUnreadable, RegisterCode.REGISTER_UNREADABLE),
}

_UNIQUE: Final = "23505"
_RACED_FOR: Final = frozenset(
    {
        "entries_pkey",
        "entries_of_stream",
        "receipts_pkey",
        "station_commands_pkey",
        "pg_type_typname_nsp_index",
    }
)
"""What two writers who saw the same may both want to be the first at: a place in the chain, the
receipt of a command that was sent twice, a station's number, and the tables themselves."""


def is_full(folder: Path) -> bool:
    """Tell whether a folder's disk has no room for what SQLite puts beside a file to open it."""
    return shutil.disk_usage(folder).free < _ROOM_TO_OPEN


@contextmanager
def failures_explained(opening: Path | None = None) -> Generator[None]:
    """Turn the database's errors that are no bugs of ours into a `RegisterFailure`.

    Of the file it is `opening` SQLite says that the disk fails where it is only full.
    """
    try:
        yield
    except PoolExhausted as error:
        raise RegisterUnavailable(blocks(RegisterCode.REGISTER_BUSY)) from error
    except DBAPIError as error:
        known = _known_failure(error)
        if known is None:
            raise
        failure, finding = known
        if finding == RegisterCode.REGISTER_DISK_FAILS and opening and is_full(opening.parent):
            failure, finding = RegisterUnavailable, RegisterCode.REGISTER_DISK_FULL
        raise failure(blocks(finding)) from error


def _known_failure(error: BaseException | None) -> Known | None:
    """Look behind the error too: a full disk undoes all, and then the savepoint is missing."""
    while error is not None:
        code: int = getattr(error, "sqlite_errorcode", 0)
        if known := _OF_SQLITE.get(code & 0xFF) or _of_postgresql(error):
            return known
        error = error.__context__
    return None


def _of_postgresql(error: BaseException) -> Known | None:
    """Know an error of psycopg, which is not imported where no server is used."""
    if isinstance(error, DBAPIError):
        lost = error.connection_invalidated
        return (ConnectionLost, RegisterCode.REGISTER_UNREACHABLE) if lost else None
    driver: Any = error
    if not type(driver).__module__.startswith("psycopg"):
        return None
    state: str | None = driver.sqlstate
    if state is None or state.startswith("08"):
        # The driver's own complaint about a connection, and not about what was asked.
        lost = type(driver).__name__ in {"OperationalError", "ConnectionTimeout"}
        return (ConnectionLost, RegisterCode.REGISTER_UNREACHABLE) if lost else None
    if state == _UNIQUE and driver.diag.constraint_name in _RACED_FOR:
        return RaceLost, RegisterCode.REGISTER_BUSY
    return _OF_POSTGRESQL.get(state)
