"""Opens a register and hands out its transactions."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from typing import Final, Self, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Engine, RootTransaction

from issuance.findings import Finding, blocks
from issuance.findings.register import RegisterCode
from issuance.register.checkpoint import INTERVAL, CheckpointSigner
from issuance.register.connection import BUSY_SECONDS
from issuance.register.database import Database, create_database, open_database
from issuance.register.errors import (
    ConnectionLost,
    OutcomeUnknown,
    RegisterUnavailable,
    RegisterUnreadable,
    failures_explained,
)
from issuance.register.place import Place
from issuance.register.publisher import CheckpointPublisher
from issuance.register.reading import Reading, Writing
from issuance.register.repeating import repeated
from issuance.sources import Randomness

ResultT = TypeVar("ResultT")

_LEASE: Final = timedelta(minutes=5)
"""How long a worker that died keeps others from its work."""


class Register:
    """An office's register, open; safe to use from several threads.

    Every commit prolongs the chain; the checkpoint outside follows beside, newest end first, and on
    closing at the latest.
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
        self._database = database
        self._writers = database.writers
        self._readers = database.readers
        self._randomness = randomness
        self._signer = signer
        self._turn = threading.Lock()
        self._publisher = signer and CheckpointPublisher(office, signer, self.reading)

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
            if register._publisher is not None:
                register._publisher.examine()
        except BaseException:
            database.close()
            raise
        return register

    @property
    def checkpoint_finding(self) -> Finding | None:
        """Tell what is wrong with the checkpoint outside the database; None when all is well.

        It contradicts the chain (the file is then kept as evidence and no longer renewed), is
        missing, or could not be written.
        """
        return self._publisher and self._publisher.finding

    @contextmanager
    def reading(self, *, fresh: bool = False) -> Generator[Reading]:
        """Open a snapshot; `fresh` reads a file itself instead of pages kept in memory."""
        if fresh and not self.shared:
            self._readers.dispose()
        with _transaction(self._readers) as connection:
            yield Reading(connection, self.office)

    @contextmanager
    def writing(self, *, alone: bool = False) -> Generator[Writing]:
        """Open a change, committed on leaving, undone by an exception.

        Changes of a file are made one at a time; on a server only what needs it waits for its turn
        (`alone`), see `lock_office`.

        Raises `RegisterUnavailable` when another writer does not finish or the disk is full, and on
        a server what `write` and `retried` know how to go on from.
        """
        with nullcontext() if self.shared else self._my_turn():
            with _transaction(self._writers, commits=self.shared) as connection:
                writing = Writing(connection, self.office, self._randomness)
                if alone and self.shared:
                    writing.lock_office()
                yield writing
                writing.write_chain()
                grown = writing.growth
                if grown and grown.began.seq // INTERVAL < grown.head.seq // INTERVAL:
                    self._keep_checkpoint(writing)
            if grown and self._publisher is not None:
                self._publisher.note(grown)

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
                self.write(self._keep_last_checkpoint, alone=True)
        finally:
            if self._publisher is not None:
                self._publisher.close()
            self._database.close()

    @contextmanager
    def _my_turn(self) -> Generator[None]:
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise RegisterUnavailable(blocks(RegisterCode.REGISTER_BUSY))
        try:
            yield
        finally:
            self._turn.release()

    def _keep_last_checkpoint(self, writing: Writing) -> None:
        last = writing.last_checkpoint()
        if writing.head().seq > (last[0] if last else 0):
            self._keep_checkpoint(writing)

    def _keep_checkpoint(self, writing: Writing) -> None:
        """Keep one inside the database."""
        if self._signer is not None:
            checkpoint = writing.checkpoint()
            writing.keep_checkpoint(checkpoint.head.seq, self._signer.sign(checkpoint))

    def publish_checkpoint(self) -> None:
        """Renew the checkpoint outside now; what was committed stands even where that fails."""
        if self._publisher is not None:
            self._publisher.publish()


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
