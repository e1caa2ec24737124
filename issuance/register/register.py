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
from issuance.register.checkpoint import INTERVAL, Checkpoint, CheckpointSigner, SignedCheckpoint
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
        # What this process knows without looking: the file outside, and the chain's end where
        # nobody else has prolonged the chain since the two were compared.
        self._outside: SignedCheckpoint | None = None
        self._end: Checkpoint | None = None

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
            register._examine_outside()
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
    def writing(self, *, publish: bool = True) -> Generator[Writing]:
        """Open a change: one at a time, committed on leaving, undone by an exception.

        Without `publish` the checkpoint outside is left to the next change, or to the caller's
        `publish_checkpoint`, or, after a crash, to the next opening.

        Raises `RegisterUnavailable` when another writer does not finish or the disk is full.
        """
        with self._alone():
            with _transaction(self._writers) as connection:
                writing = Writing(connection, self.office, self._randomness)
                yield writing
                grown = writing.growth
                if grown and grown.began.seq // INTERVAL < grown.head.seq // INTERVAL:
                    self._keep_checkpoint(writing)
            if grown:
                follows = self._end is not None and self._end.head == grown.began
                self._end = Checkpoint(self.office, grown.head, grown.at) if follows else None
                if publish:
                    self._publish()

    def close(self) -> None:
        """Leave a checkpoint inside the database and close it."""
        try:
            with self._alone(), _transaction(self._writers) as connection:
                if self._signer is not None:
                    writing = Writing(connection, self.office, self._randomness)
                    last = writing.last_checkpoint()
                    if writing.head().seq > (last[0] if last else 0):
                        self._keep_checkpoint(writing)
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

    def _keep_checkpoint(self, writing: Writing) -> None:
        """Keep one inside the database."""
        if self._signer is not None:
            checkpoint = writing.checkpoint()
            writing.keep_checkpoint(checkpoint.head.seq, self._signer.sign(checkpoint))

    def publish_checkpoint(self) -> None:
        """Renew the checkpoint outside; what was committed stands whether or not that succeeds."""
        with self._alone():
            self._publish()

    def _publish(self) -> None:
        if self._signer is None:
            return
        path = self._signer.path
        try:
            with exclusive(path):
                self.checkpoint_finding = self._renew(self._signer)
        except OSError:
            self.checkpoint_finding = warns(RegisterCode.CHECKPOINT_NOT_WRITTEN, path=str(path))

    def _renew(self, signer: CheckpointSigner) -> Finding | None:
        """Write what follows on the own last checkpoint at once, all else after examining it."""
        outside = self._outside if self._outside == _content_of(signer.path) else None
        if outside is None or self._end is None:
            with self.reading() as reading:
                finding = self._examine(reading)
                if finding is not None and finding.code != RegisterCode.CHECKPOINT_FILE_MISSING:
                    return finding
                self._end = reading.checkpoint()
        signed = signer.sign(self._end)
        if signed != outside:
            # A power cut may bring the one before back, which is true too and renewed on opening.
            signed.to_file(signer.path, settle_name=outside is None)
        self._outside = signed
        return None

    def _examine_outside(self) -> None:
        """Compare the checkpoint outside with the chain, and renew it where it lags behind."""
        if self._signer is None:
            return
        with self.reading() as reading:
            self.checkpoint_finding = self._examine(reading)
            published = read_published(self._signer.path, self.office, self._signer.public_key)
            lags = isinstance(published, Checkpoint) and published.head.seq < reading.head().seq
            # A head that was tampered with is not signed.
            lags = lags and reading.lies_on_chain(reading.head())
        if self.checkpoint_finding is None and lags:
            self.publish_checkpoint()

    def _examine(self, reading: Reading) -> Finding | None:
        if self._signer is None:
            return None
        published = read_published(self._signer.path, self.office, self._signer.public_key)
        if isinstance(published, Finding):
            return published
        return disagreement(published, reading, reading.head().seq)


def _content_of(path: Path) -> SignedCheckpoint | None:
    try:
        return SignedCheckpoint.from_file(path)
    except FileNotFoundError:
        return None


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
