"""The chain and its streams: append, read, purge."""

import hmac
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from issuance.model import canonical_bytes
from issuance.register.chain import PersonalPart, StoredEntry, entry_bytes, link, read_entry
from issuance.register.errors import RevisionConflict
from issuance.register.model import (
    GENESIS,
    PURGED,
    Entry,
    Growth,
    Head,
    Origin,
    PreparedEvent,
    StoredStream,
)
from issuance.register.paging import require_page_size
from issuance.register.tables import entries, fingerprints, heads, personal_parts, streams
from issuance.register.transaction import Transaction
from issuance.sources import Randomness
from issuance.streams import StreamRef

_LARGEST_BATCH: Final = 500

_THIS_STREAM = and_(
    streams.c.office == bindparam("this_office"),
    streams.c.kind == bindparam("this_kind"),
    streams.c.id == bindparam("this_id"),
)
_READ_STREAM = select(streams).where(_THIS_STREAM)
_READ_HEAD = select(heads.c.seq, heads.c.hash).where(heads.c.office == bindparam("this_office"))
_LOCK_HEAD = _READ_HEAD.with_for_update()
_CHANGE_STREAM = update(streams).where(
    _THIS_STREAM, streams.c.revision == bindparam("this_revision")
)
_INSERT_STREAM = insert(streams)
_INSERT_ENTRIES = insert(entries)
_INSERT_PERSONAL = insert(personal_parts)
_MOVE_HEAD = update(heads).where(heads.c.office == bindparam("this_office"))
_STORED: Select[Any] = (
    select(entries, personal_parts.c.salt, personal_parts.c.body.label("personal_body"))
    .outerjoin(
        personal_parts,
        and_(personal_parts.c.office == entries.c.office, personal_parts.c.seq == entries.c.seq),
    )
    .where(entries.c.office == bindparam("this_office"))
)
_READ_ENTRIES = (
    _STORED.where(entries.c.seq > bindparam("after"))
    .order_by(entries.c.seq)
    .limit(bindparam("most"))
)
_READ_EVENTS = (
    _STORED.where(
        entries.c.stream_kind == bindparam("this_kind"),
        entries.c.stream_id == bindparam("this_id"),
        entries.c.revision > bindparam("after"),
    )
    .order_by(entries.c.revision)
    .limit(bindparam("most"))
)
_READ_HASH = select(entries.c.hash).where(
    entries.c.office == bindparam("this_office"), entries.c.seq == bindparam("this_seq")
)


class EntryReading(Transaction):
    """Reads streams and the chain."""

    def stream(self, ref: StreamRef) -> StoredStream | None:
        """Return a stream's revision and state."""
        row = self._connection.execute(_READ_STREAM, self._key(ref)).one_or_none()
        return None if row is None else StoredStream(ref, row.revision, row.state, row.fold_version)

    def events(self, ref: StreamRef, after_revision: int = 0, limit: int = 200) -> list[Entry]:
        """Return a stream's entries in order."""
        require_page_size(limit, _LARGEST_BATCH)
        rows = self._connection.execute(
            _READ_EVENTS, self._key(ref) | {"after": after_revision, "most": limit}
        )
        return [read_entry(_stored(row)) for row in rows]

    def entries(self, after_seq: int = 0, limit: int = 500) -> list[Entry]:
        """Return the chain's entries in order."""
        return [read_entry(stored) for stored in self.stored_entries(after_seq, limit)]

    def stored_entries(self, after_seq: int = 0, limit: int = 500) -> list[StoredEntry]:
        """Return the chain's entries as they are stored, for whoever checks them."""
        require_page_size(limit, _LARGEST_BATCH)
        rows = self._connection.execute(
            _READ_ENTRIES, {"this_office": self._office, "after": after_seq, "most": limit}
        )
        return [_stored(row) for row in rows]

    def head(self) -> Head:
        """Return the end of the chain; sequence 0 and the genesis hash when it is empty."""
        return _head(self._connection, _READ_HEAD, self._office)

    def lies_on_chain(self, head: Head) -> bool:
        """Tell whether the chain passes through this hash at this sequence."""
        if head.seq == 0:
            return hmac.compare_digest(head.hash, GENESIS)
        found: bytes | None = self._connection.execute(
            _READ_HASH, {"this_office": self._office, "this_seq": head.seq}
        ).scalar_one_or_none()
        return found is not None and hmac.compare_digest(found, head.hash)

    def _key(self, ref: StreamRef) -> dict[str, Any]:
        return {"this_office": self._office, "this_kind": ref.kind, "this_id": ref.id}


class EntryWriting(EntryReading):
    """Appends to the chain; nothing here changes or removes an entry's bytes."""

    def __init__(self, connection: Connection, office: UUID, randomness: Randomness) -> None:
        super().__init__(connection, office)
        self._randomness = randomness
        self._growth: Growth | None = None

    @property
    def growth(self) -> Growth | None:
        """Tell by what the chain has grown in this transaction; None where it has not."""
        return self._growth

    def head(self) -> Head:
        """Return the end of the chain, with what this transaction appended."""
        return self._growth.head if self._growth else super().head()

    @contextmanager
    def savepoint(self) -> Generator[None]:
        """Open a part that an exception undoes alone, so that commands can share a commit."""
        before = self._growth
        try:
            with self._connection.begin_nested():
                yield
        except BaseException:
            self._growth = before
            raise

    def append(
        self,
        ref: StreamRef,
        expected_revision: int,
        events: Sequence[PreparedEvent],
        origin: Origin,
        state: bytes,
        fold_version: int,
    ) -> list[Entry]:
        """Append events to a stream and store the state they lead to.

        Raises `RevisionConflict` when the stream is at another revision; 0 means it is new.
        """
        if not events:
            raise ValueError("there is nothing to append")
        if any(event.kind == PURGED for event in events):
            raise ValueError("only purge() appends a purge")
        return self._append(ref, expected_revision, events, origin, state, fold_version)

    def purge(
        self,
        ref: StreamRef,
        expected_revision: int,
        erased: Sequence[int],
        origin: Origin,
        state: bytes,
        fold_version: int,
    ) -> Entry:
        """Erase the personal parts of the entries with these sequence numbers and say so.

        What was derived from them beside the chain (fingerprints) goes too. The entries may belong
        to any stream. `state` must no longer hold what is erased; the same
        holds for the states, receipts, worklist rows and claims the caller renews beside.
        Raises ValueError when an entry has no personal part (any more).
        """
        event = PreparedEvent(PURGED, 1, {"entries": sorted(set(erased))}, {})
        removed = self._connection.execute(
            delete(personal_parts).where(
                personal_parts.c.office == self._office, personal_parts.c.seq.in_(erased)
            )
        )
        if not erased or removed.rowcount != len(set(erased)):
            raise ValueError("an entry to purge has no personal part")
        self._connection.execute(
            delete(fingerprints).where(
                fingerprints.c.office == self._office, fingerprints.c.seq.in_(erased)
            )
        )
        return self._append(ref, expected_revision, [event], origin, state, fold_version)[0]

    def keep_state(self, ref: StreamRef, revision: int, state: bytes, fold_version: int) -> None:
        """Replace a state that another version of `evolve` made; the revision stays.

        Raises `RevisionConflict` when the stream is at another revision.
        """
        kept = self._connection.execute(
            _CHANGE_STREAM,
            self._key(ref)
            | {"this_revision": revision, "state": state, "fold_version": fold_version},
        )
        if kept.rowcount != 1:
            raise RevisionConflict(ref, revision)

    def _append(
        self,
        ref: StreamRef,
        expected_revision: int,
        events: Sequence[PreparedEvent],
        origin: Origin,
        state: bytes,
        fold_version: int,
    ) -> list[Entry]:
        # The head is what all writers of an office wait for: locked no earlier than now, and before
        # any stream, so that no two of them can wait for each other. Once this transaction has
        # moved it, nobody else can.
        grown = self._growth
        head = grown.head if grown else _head(self._connection, _LOCK_HEAD, self._office)
        self._advance(ref, expected_revision, len(events), state, fold_version)
        began = grown.began if grown else head
        stored: list[StoredEntry] = []
        for revision, event in enumerate(events, expected_revision + 1):
            entry = self._entry(head, ref, revision, event, origin)
            head = Head(entry.seq, entry.hash)
            stored.append(entry)
        self._keep(stored, Growth(began, head, origin.at))
        return [read_entry(entry) for entry in stored]

    def _keep(self, stored: Sequence[StoredEntry], growth: Growth) -> None:
        """Write entries that follow the chain's end, and move it."""
        self._insert(stored)
        head = growth.head
        self._connection.execute(
            _MOVE_HEAD, {"this_office": self._office, "seq": head.seq, "hash": head.hash}
        )
        self._growth = growth

    def _advance(
        self, ref: StreamRef, expected: int, added: int, state: bytes, fold_version: int
    ) -> None:
        values = {"revision": expected + added, "state": state, "fold_version": fold_version}
        if expected:
            advanced = self._connection.execute(
                _CHANGE_STREAM, self._key(ref) | {"this_revision": expected} | values
            )
            if advanced.rowcount != 1:
                raise RevisionConflict(ref, expected)
            return
        new = values | {"office": self._office, "kind": ref.kind, "id": ref.id}
        try:
            self._connection.execute(_INSERT_STREAM, new)
        except IntegrityError as error:
            raise RevisionConflict(ref, expected) from error

    def _entry(
        self,
        head: Head,
        ref: StreamRef,
        revision: int,
        event: PreparedEvent,
        origin: Origin,
    ) -> StoredEntry:
        personal = None
        if event.personal:
            personal = PersonalPart(self._randomness.octets(32), canonical_bytes(event.personal))
        seq = head.seq + 1
        body = entry_bytes(self._office, seq, ref, revision, event, origin, personal)
        return StoredEntry(seq, ref, revision, body, link(head.hash, body), personal)

    def _insert(self, stored: Sequence[StoredEntry]) -> None:
        self._connection.execute(
            _INSERT_ENTRIES,
            [
                {
                    "office": self._office,
                    "seq": entry.seq,
                    "stream_kind": entry.stream.kind,
                    "stream_id": entry.stream.id,
                    "revision": entry.revision,
                    "body": entry.body,
                    "hash": entry.hash,
                }
                for entry in stored
            ],
        )
        personal = [
            {
                "office": self._office,
                "seq": entry.seq,
                "salt": entry.personal.salt,
                "body": entry.personal.body,
            }
            for entry in stored
            if entry.personal is not None
        ]
        if personal:
            self._connection.execute(_INSERT_PERSONAL, personal)


def _head(connection: Connection, statement: Select[int, bytes], office: UUID) -> Head:
    row = connection.execute(statement, {"this_office": office}).one()
    return Head(row.seq, row.hash)


def _stored(row: Row[Any]) -> StoredEntry:
    return StoredEntry(
        seq=row.seq,
        stream=StreamRef(kind=row.stream_kind, id=row.stream_id),
        revision=row.revision,
        body=row.body,
        hash=row.hash,
        personal=None if row.salt is None else PersonalPart(row.salt, row.personal_body),
    )
