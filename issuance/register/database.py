"""The database a register lies in, wherever that is: made, opened, brought up to date."""

import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, Engine, insert, select

from issuance.access.durable_file import sync_folder
from issuance.findings import blocks
from issuance.findings.register import RegisterCode
from issuance.register.connection import PAGE_OCTETS, reader_engine, writer_engine
from issuance.register.errors import RegisterUnreadable, failures_explained
from issuance.register.migrations import migrate
from issuance.register.model import GENESIS
from issuance.register.place import Place
from issuance.register.tables import heads


@dataclass(frozen=True, slots=True)
class Database:
    """The connections to a database; a shared one is written by several processes at once."""

    writers: Engine
    readers: Engine
    shared: bool

    def close(self) -> None:
        """Close every connection that nobody uses."""
        self.readers.dispose()
        self.writers.dispose()


def create_database(place: Place, key: bytes, office: UUID) -> None:
    """Make the tables with an empty chain of an office; a crash leaves none or a whole one.

    Raises FileExistsError when there is a file, `RegisterUnavailable` when there is no room or no
    server.
    """
    if isinstance(place, Path):
        _create_file(place, key, office)
        return
    database = connected(place, key)
    try:
        with failures_explained(), database.writers.begin() as connection:
            _begin(connection, office)
    finally:
        database.close()


def open_database(place: Place, key: bytes, office: UUID) -> Database:
    """Open the database of an office, upgrading its tables if an older version made them.

    Raises `RegisterUnreadable` (missing, wrong key, damaged, another office's, newer) or
    `RegisterUnavailable`.
    """
    if isinstance(place, Path):
        if not place.exists():
            raise RegisterUnreadable(blocks(RegisterCode.REGISTER_MISSING, path=described(place)))
        # SQLite would take less than a page for a new database and write into the evidence.
        if place.stat().st_size < PAGE_OCTETS:
            raise RegisterUnreadable(blocks(RegisterCode.REGISTER_UNREADABLE))
    database = connected(place, key)
    opening = place if isinstance(place, Path) else None
    try:
        with failures_explained(opening), database.writers.begin() as connection:
            migrate(connection)
            _require_office(connection, office, place)
    except BaseException:
        database.close()
        raise
    return database


def connected(place: Place, key: bytes) -> Database:
    """Return the engines of a database that may not even be there; `key` is a file's."""
    if isinstance(place, Path):
        return Database(writer_engine(place, key), reader_engine(place, key), shared=False)
    # Only a server's installation has the driver.
    from issuance.register.postgresql import postgresql_engines

    return Database(*postgresql_engines(place), shared=True)


def described(place: Place) -> str:
    """Say for a person which file or database is meant."""
    if isinstance(place, Path):
        return str(place)
    from issuance.register.postgresql import described as described_server

    return described_server(place)


def _create_file(path: Path, key: bytes, office: UUID) -> None:
    if path.exists():
        raise FileExistsError(path)
    unfinished = path.with_name(f"{path.name}.unfinished")
    for leftover in unfinished, Path(f"{unfinished}-wal"), Path(f"{unfinished}-shm"):
        leftover.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    engine = writer_engine(unfinished, key)
    with failures_explained():
        with engine.begin() as connection:
            _begin(connection, office)
        engine.dispose()
    unfinished.replace(path)
    sync_folder(path.parent)


def _begin(connection: Connection, office: UUID) -> None:
    migrate(connection)
    connection.execute(insert(heads).values(office=office, seq=0, hash=GENESIS))


def _require_office(connection: Connection, office: UUID, place: Place) -> None:
    offices = set(connection.execute(select(heads.c.office)).scalars())
    if not offices:
        raise RegisterUnreadable(blocks(RegisterCode.REGISTER_MISSING, path=described(place)))
    if office not in offices:
        named = ", ".join(sorted(map(str, offices)))
        raise RegisterUnreadable(blocks(RegisterCode.REGISTER_OF_ANOTHER_OFFICE, office=named))
