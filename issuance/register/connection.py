"""Opens the encrypted SQLite file: https://www.zetetic.net/sqlcipher/sqlcipher-api/.

All settings that durability rests on stand here: WAL, synchronous=FULL, and BEGIN IMMEDIATE for
whoever writes, since SQLite's deferred transactions lose updates without an error.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2  # pyright: ignore[reportMissingTypeStubs]

from issuance.register.statements import hand_over

BUSY_SECONDS: Final = 10
"""How long a writer waits for another one."""

PAGE_OCTETS: Final = 4096
"""The size of a page, SQLCipher's own default."""

_READERS: Final = 4

# The driver brings no types.
_DRIVER: Final[Any] = dbapi2

DRIVER_ERROR: Final[type[Exception]] = _DRIVER.Error
"""What the driver raises, also where nothing stands between it and the caller."""

_SETTINGS: Final = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # What a purge deletes is overwritten, not only unlinked.
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
)


def connect(path: Path, key: bytes) -> Any:
    """Open an existing file with a raw 32-byte key; a wrong key shows at the first statement."""
    if len(key) != 32:
        raise ValueError("a register's key has 32 bytes")
    connection = _DRIVER.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        # SQLCipher would otherwise write its complaints over the screen.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for setting in _SETTINGS:
            connection.execute(setting)
    except BaseException:
        connection.close()
        raise
    return connection


def writer_engine(path: Path, key: bytes) -> Engine:
    """Return an engine with one connection that stays open, every transaction immediate."""
    return _engine(path, key, connections=1, overflow=0, begin="BEGIN IMMEDIATE")


def reader_engine(path: Path, key: bytes) -> Engine:
    """Return an engine that keeps a few connections open, every transaction a snapshot."""
    return _engine(path, key, connections=_READERS, overflow=-1, begin="BEGIN")


def _engine(path: Path, key: bytes, *, connections: int, overflow: int, begin: str) -> Engine:
    engine = create_engine(
        "sqlite+pysqlite://",
        module=_DRIVER,
        creator=lambda: connect(path, key),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=overflow,
        # An error message must not show personal data.
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        hand_over(connection, begin)

    return engine


def damaged_pages(connection: Connection) -> Sequence[str]:
    """Name what is wrong with the file's pages; empty when every page is authentic and in place.

    On PostgreSQL this is the server's own task.
    """
    if connection.dialect.name != "sqlite":
        return ()

    def problems(pragma: str) -> set[str]:
        return {str(row[0]) for row in connection.execute(text(f"PRAGMA {pragma}"))} - {"ok"}

    # Twice, because a writer's checkpoint may be moving a page while its HMAC is computed.
    forged = problems("cipher_integrity_check") and problems("cipher_integrity_check")
    return sorted(forged) or sorted(problems("integrity_check(20)"))
