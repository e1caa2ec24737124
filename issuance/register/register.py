"""Opens a register and hands out its transactions."""

import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Self, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Engine, RootTransaction

from issuance.access.durable_file import exclusive, put_in_place
from issuance.findings import Finding, blocks, warns
from issuance.findings.register import RegisterCode
from issuance.register.checkpoint import INTERVAL, Checkpoint, CheckpointSigner, SignedCheckpoint
from issuance.register.connection import BUSY_SECONDS
from issuance.register.database import Database, create_database, open_database
from issuance.register.errors import (
    ConnectionLost,
    OutcomeUnknown,
    RegisterUnavailable,
    RegisterUnreadable,
    failures_explained,
)
from issuance.register.model import Growth
from issuance.register.place import Place
from issuance.register.published import disagreement, read_published
from issuance.register.reading import Reading, Writing
from issuance.register.repeating import repeated
from issuance.sources import Randomness

ResultT = TypeVar("ResultT")

_LEASE: Final = timedelta(minutes=5)
"""How long a worker that died keeps others from its work."""


class Register:
    """An office's register, open; safe to use from several threads.

    `checkpoint_finding` tells what is wrong with the checkpoint outside the database: it
    contradicts the chain (the file is then kept as evidence and no longer renewed), is missing,
    or could not be written. None when all is well.
    """

    def __init__(
        self,
        database: Database,
        office: UUID,
        randomness: Randomness,
        signer: CheckpointSigner | None,
    ) -> None:
        self.office = office
        self.shared = database.shared
        self.checkpoint_finding: Finding | None = None
        self._database = database
        self._writers = database.writers
        self._readers = database.readers
        self._randomness = randomness
        self._signer = signer
        self._turn = threading.Lock()
        self._publisher = threading.RLock()
        self._beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="checkpoint")
        self._ahead: _Ahead | None = None
        # What this process knows without looking: the file outside, and the chain's end where
        # nobody else has prolonged the chain since the two were compared.
        self._outside: SignedCheckpoint | None = None
        self._end: Checkpoint | None = None
        self._published = 0

    @classmethod
    def create(
        cls,
        place: Place,
        key: bytes,
        office: UUID,
        randomness: Randomness,
        signer: CheckpointSigner | None = None,
    ) -> Self:
        """Make an empty register; a crash leaves none or a whole one.

        Raises FileExistsError when there is a file, `RegisterUnavailable` when there is no room or
        no server.
        """
        create_database(place, key, office)
        register = cls.open(place, key, office, randomness, signer)
        register.publish_checkpoint()
        return register

    @classmethod
    def open(
        cls,
        place: Place,
        key: bytes,
        office: UUID,
        randomness: Randomness,
        signer: CheckpointSigner | None = None,
    ) -> Self:
        """Open a register, upgrading its tables if an older version made them.

        `key` is a file's; a server's database is its owner's to encrypt. Raises
        `RegisterUnreadable` (missing, wrong key, damaged, another office's, newer) or
        `RegisterUnavailable`.
        """

        def opened(number: int) -> Database:
            del number
            return open_database(place, key, office)

        database = repeated(opened, randomness, outcome_tells=True)
        try:
            register = cls(database, office, randomness, signer)
            register._examine_outside()
        except BaseException:
            database.close()
            raise
        return register

    @contextmanager
    def reading(self, *, fresh: bool = False) -> Generator[Reading]:
        """Open a snapshot; `fresh` reads a file itself instead of pages kept in memory."""
        if fresh and not self.shared:
            self._readers.dispose()
        with _transaction(self._readers) as connection:
            yield Reading(connection, self.office)

    @contextmanager
    def writing(self, *, publish: bool = True, alone: bool = False) -> Generator[Writing]:
        """Open a change, committed on leaving, undone by an exception.

        Without `publish` the checkpoint outside is left to the next change, or to the caller's
        `publish_checkpoint`, or, after a crash, to the next opening. Changes of a file are made one
        at a time; on a server only what needs it waits for its turn (`alone`), see `lock_office`.

        Raises `RegisterUnavailable` when another writer does not finish or the disk is full, and on
        a server what `write` and `retried` know how to go on from.
        """
        with nullcontext() if self.shared else self._taken(self._turn), ExitStack() as held:
            with _transaction(self._writers, commits=self.shared) as connection:
                writing = Writing(connection, self.office, self._randomness)
                if alone and self.shared:
                    writing.lock_office()
                yield writing
                grown = writing.growth
                if grown and grown.began.seq // INTERVAL < grown.head.seq // INTERVAL:
                    self._keep_checkpoint(writing)
                if grown and publish:
                    self._write_ahead(grown, held)
            if grown:
                with self._taken(self._publisher):
                    self._grow(grown, publish=publish)

    def write(self, work: Callable[[Writing], ResultT], *, alone: bool = False) -> ResultT:
        """Make a change, from its beginning again if a server undid it for another writer's sake.

        It then waits for its turn, so that it does not lose again. After `OutcomeUnknown` it is not
        run again: whoever comes next finds what was changed, or does it.
        """

        def attempt(number: int) -> ResultT:
            with self.writing(alone=alone or number > 1) as writing:
                return work(writing)

        return self._repeated(attempt, outcome_tells=False)

    def retried(self, work: Callable[[], ResultT], *, outcome_tells: bool = False) -> ResultT:
        """Run what opens transactions by itself, from its beginning again if a server undid one.

        Only where work finds by itself what it did before (`outcome_tells`), as a command finds its
        receipt, it also runs again when nobody knows whether the last commit took place.
        """
        return self._repeated(lambda number: work(), outcome_tells=outcome_tells)

    def _repeated(self, work: Callable[[int], ResultT], *, outcome_tells: bool) -> ResultT:
        if not self.shared:
            return work(1)
        return repeated(work, self._randomness, outcome_tells=outcome_tells)

    @contextmanager
    def leased(self, name: str, now: Callable[[], datetime]) -> Generator[bool]:
        """Do what only one worker of a server may do at a time; False where another one does it.

        A worker that dies keeps it for five minutes. A file has one worker, who waits for nobody.
        """
        if not self.shared:
            yield True
            return
        holder, began = UUID(bytes=self._randomness.octets(16)), now()
        until = began + _LEASE
        mine = self.write(lambda writing: writing.take_lease(name, holder, began, until))
        try:
            yield mine
        finally:
            if mine:
                self.write(lambda writing: writing.give_back_lease(name, holder))

    def close(self) -> None:
        """Leave a checkpoint inside the database and close it."""
        try:
            if self._signer is not None:
                with self.writing(alone=True) as writing:
                    last = writing.last_checkpoint()
                    if writing.head().seq > (last[0] if last else 0):
                        self._keep_checkpoint(writing)
        finally:
            self._beside.shutdown()
            self._database.close()

    @contextmanager
    def _taken(self, lock: "threading.Lock | threading.RLock") -> Generator[None]:
        if not lock.acquire(timeout=BUSY_SECONDS):
            raise RegisterUnavailable(blocks(RegisterCode.REGISTER_BUSY))
        try:
            yield
        finally:
            lock.release()

    def _write_ahead(self, grown: Growth, held: ExitStack) -> None:
        """Bring the new checkpoint to the disk while its commit goes there, beside the one outside.

        Its name is given to it after the commit: none ever speaks of what was not committed.
        """
        signer, known = self._signer, self._end
        if signer is None or self.shared or known is None or known.head != grown.began:
            return
        held.enter_context(self._taken(self._publisher))
        # What cannot be written now is tried once more after the commit, and told.
        with suppress(OSError):
            held.enter_context(exclusive(signer.path))
            if self._outside is None or self._outside != _content_of(signer.path):
                return
            checkpoint = Checkpoint(self.office, grown.head, grown.at)
            signed = signer.sign(checkpoint)
            written = self._beside.submit(signed.write_beside, signer.path)
            self._ahead = _Ahead(checkpoint, signed, written)
            held.callback(self._forget_ahead, written)

    def _forget_ahead(self, written: Future[None]) -> None:
        wait([written])
        self._ahead = None

    def _grow(self, grown: Growth, *, publish: bool) -> None:
        """Remember the new end of the chain, and publish it unless a later one is outside."""
        known = self._end
        if self.shared and known is not None and known.head.seq >= grown.head.seq:
            if not publish or self._published >= grown.head.seq:
                return
        else:
            follows = known is not None and known.head == grown.began
            self._end = Checkpoint(self.office, grown.head, grown.at) if follows else None
        if publish:
            self._publish()

    def _keep_checkpoint(self, writing: Writing) -> None:
        """Keep one inside the database."""
        if self._signer is not None:
            checkpoint = writing.checkpoint()
            writing.keep_checkpoint(checkpoint.head.seq, self._signer.sign(checkpoint))

    def publish_checkpoint(self) -> None:
        """Renew the checkpoint outside; what was committed stands whether or not that succeeds."""
        with self._taken(self._publisher):
            if self._end is None or self._published != self._end.head.seq:
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
        ahead = self._ahead if self._ahead and self._ahead.checkpoint == self._end else None
        signed = ahead.signed if ahead else signer.sign(self._end)
        # A power cut may bring the one before back, which is true too and renewed on opening.
        if ahead and outside and ahead.written.exception() is None:
            put_in_place(signer.path)
        elif signed != outside:
            signed.to_file(signer.path, settle_name=outside is None)
        self._outside, self._published = signed, self._end.head.seq
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


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A checkpoint that is being written beside the one outside."""

    checkpoint: Checkpoint
    signed: SignedCheckpoint
    written: Future[None]


def _content_of(path: Path) -> SignedCheckpoint | None:
    try:
        return SignedCheckpoint.from_file(path)
    except FileNotFoundError:
        return None


def _commit(change: RootTransaction) -> None:
    try:
        change.commit()
    except BaseException:
        # The connection stays open, and would keep what it could not commit.
        change.rollback()
        raise


@contextmanager
def _transaction(engine: Engine, *, commits: bool = False) -> Generator[Connection]:
    """Open a transaction; where it `commits`, a server that is lost by then may have done so."""
    try:
        with failures_explained(), engine.connect() as connection, connection.begin() as change:
            yield connection
            try:
                with failures_explained():
                    _commit(change)
            except ConnectionLost as lost:
                if not commits:
                    raise
                unknown = blocks(RegisterCode.REGISTER_OUTCOME_UNKNOWN)
                raise OutcomeUnknown(unknown) from lost
    except RegisterUnreadable:
        # A connection that met a damaged page fails from then on, also where the file is sound.
        engine.dispose()
        raise
