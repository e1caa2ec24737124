"""Opens a register and hands out its transactions."""

import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from uuid import UUID

from sqlalchemy import Connection, Engine, insert, select

from issuance.access.durable_file import exclusive, sync_folder
from issuance.findings import Finding, blocks, warns
from issuance.findings.register import RegisterCode
from issuance.register.checkpoint import INTERVAL, CheckpointSigner
from issuance.register.connection import (
    BUSY_SECONDS,
    PAGE_OCTETS,
    reader_engine,
    writer_engine,
)
from issuance.register.errors import (
    RegisterUnavailable,
    RegisterUnreadable,
    failures_explained,
)
from issuance.register.migrations import migrate
from issuance.register.model import GENESIS
from issuance.register.published import disagreement, read_published
from issuance.register.reading import Reading, Writing
from issuance.register.tables import heads
from issuance.sources import Randomness


class Register:
    """An office's register, open; safe to use from several threads.

    `checkpoint_finding` tells what is wrong with the checkpoint outside the database: it
    contradicts the chain (the file is then kept as evidence and no longer renewed), is missing,
    or could not be written. None when all is well.
    """

    def __init__(
        self,
        writers: Engine,
        readers: Engine,
        office: UUID,
        randomness: Randomness,
        signer: CheckpointSigner | None,
    ) -> None:
        self.office = office
        self.checkpoint_finding: Finding | None = None
        self._writers = writers
        self._readers = readers
        self._randomness = randomness
        self._signer = signer
        self._lock = threading.Lock()

    @classmethod
    def create(
        cls,
        path: Path,
        key: bytes,
        office: UUID,
        randomness: Randomness,
        signer: CheckpointSigner | None = None,
    ) -> Self:
        """Make an empty register; a crash leaves none or a whole one.

        Raises FileExistsError when there is one, `RegisterUnavailable` when there is no room.
        """
        if path.exists():
            raise FileExistsError(path)
        unfinished = path.with_name(f"{path.name}.unfinished")
        for leftover in unfinished, Path(f"{unfinished}-wal"), Path(f"{unfinished}-shm"):
            leftover.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        engine = writer_engine(unfinished, key)
        with failures_explained():
            with engine.begin() as connection:
                migrate(connection)
                connection.execute(insert(heads).values(office=office, seq=0, hash=GENESIS))
            engine.dispose()
        unfinished.replace(path)
        sync_folder(path.parent)
        register = cls.open(path, key, office, randomness, signer)
        register.publish_checkpoint()
        return register

    @classmethod
    def open(
        cls,
        path: Path,
        key: bytes,
        office: UUID,
        randomness: Randomness,
        signer: CheckpointSigner | None = None,
    ) -> Self:
        """Open a register, upgrading its tables if an older version made them.

        Raises `RegisterUnreadable` (missing, wrong key, damaged, another office's, newer) or
        `RegisterUnavailable`.
        """
        if not path.exists():
            raise RegisterUnreadable(blocks(RegisterCode.REGISTER_MISSING, path=str(path)))
        # SQLite would take less than a page for a new database and write into the evidence.
        if path.stat().st_size < PAGE_OCTETS:
            raise RegisterUnreadable(blocks(RegisterCode.REGISTER_UNREADABLE))
        writers = writer_engine(path, key)
        try:
            with failures_explained(), writers.begin() as connection:
                migrate(connection)
                _require_office(connection, office)
            register = cls(writers, reader_engine(path, key), office, randomness, signer)
            with register.reading() as reading:
                register.checkpoint_finding = register._examine(reading)
        except BaseException:
            writers.dispose()
            raise
        return register

    @contextmanager
    def reading(self, *, fresh: bool = False) -> Generator[Reading]:
        """Open a snapshot; `fresh` reads the file itself instead of pages kept in memory."""
        if fresh:
            self._readers.dispose()
        with _transaction(self._readers) as connection:
            yield Reading(connection, self.office)

    @contextmanager
    def writing(self) -> Generator[Writing]:
        """Open a change: one at a time, committed on leaving, undone by an exception.

        Raises `RegisterUnavailable` when another writer does not finish or the disk is full.
        """
        with self._alone():
            with _transaction(self._writers) as connection:
                writing = Writing(connection, self.office, self._randomness)
                before = writing.head()
                yield writing
                moved = writing.head() != before
                if moved:
                    self._keep_checkpoint(writing, INTERVAL)
            if moved:
                self.publish_checkpoint()

    def close(self) -> None:
        """Leave a checkpoint inside the database and close it."""
        try:
            with self._alone(), _transaction(self._writers) as connection:
                self._keep_checkpoint(Writing(connection, self.office, self._randomness), 1)
        finally:
            self._readers.dispose()
            self._writers.dispose()

    @contextmanager
    def _alone(self) -> Generator[None]:
        if not self._lock.acquire(timeout=BUSY_SECONDS):
            raise RegisterUnavailable(blocks(RegisterCode.REGISTER_BUSY))
        try:
            yield
        finally:
            self._lock.release()

    def _keep_checkpoint(self, writing: Writing, interval: int) -> None:
        """Keep one inside the database if an interval was completed since the last."""
        if self._signer is None:
            return
        last = writing.last_checkpoint()
        checkpoint = writing.checkpoint()
        if checkpoint.head.seq // interval > (last[0] if last else 0) // interval:
            writing.keep_checkpoint(checkpoint.head.seq, self._signer.sign(checkpoint))

    def publish_checkpoint(self) -> None:
        """Renew the checkpoint outside; the commit stands whether or not that succeeds."""
        if self._signer is None:
            return
        path = self._signer.path
        try:
            with exclusive(path), self.reading() as reading:
                finding = self._examine(reading)
                if finding is None or finding.code == RegisterCode.CHECKPOINT_FILE_MISSING:
                    self._signer.sign(reading.checkpoint()).to_file(path)
                    finding = None
        except OSError:
            finding = warns(RegisterCode.CHECKPOINT_NOT_WRITTEN, path=str(path))
        self.checkpoint_finding = finding

    def _examine(self, reading: Reading) -> Finding | None:
        if self._signer is None:
            return None
        published = read_published(self._signer.path, self.office, self._signer.public_key)
        if isinstance(published, Finding):
            return published
        return disagreement(published, reading, reading.head().seq)


@contextmanager
def _transaction(engine: Engine) -> Generator[Connection]:
    try:
        with failures_explained(), engine.begin() as connection:
            yield connection
    except RegisterUnreadable:
        # A connection that met a damaged page fails from then on, also where the file is sound.
        engine.dispose()
        raise


def _require_office(connection: Connection, office: UUID) -> None:
    offices = set(connection.execute(select(heads.c.office)).scalars())
    if office not in offices:
        named = ", ".join(sorted(map(str, offices)))
        raise RegisterUnreadable(blocks(RegisterCode.REGISTER_OF_ANOTHER_OFFICE, office=named))
