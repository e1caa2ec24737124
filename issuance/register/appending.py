"""Appends to the chain and its streams, and purges; an entry's bytes are never changed."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from issuance.model import canonical_bytes
from issuance.register.chain import PersonalPart, StoredEntry, entry_bytes, entry_of, link
from issuance.register.entries import READ_HEAD, THIS_STREAM, EntryReading, head_of
from issuance.register.errors import RevisionConflict
from issuance.register.model import PURGED, Entry, Growth, Head, Origin, PreparedEvent, StoredStream
from issuance.register.statements import Change, Question
from issuance.register.tables import entries, fingerprints, heads, personal_parts, streams
from issuance.sources import Randomness
from issuance.streams import StreamRef

_LOCK_HEAD = READ_HEAD.with_for_update()
_READ_HEAD_AND_STREAM = Question(
    select(heads.c.seq, heads.c.hash, streams.c.revision, streams.c.state, streams.c.fold_version)
    .outerjoin(streams, THIS_STREAM)
    .where(heads.c.office == bindparam("this_office"))
)
_CHANGE_STREAM = Change(
    update(streams).where(THIS_STREAM, streams.c.revision == bindparam("this_revision"))
)
_INSERT_STREAM = Change(insert(streams))
_INSERT_ENTRIES = Change(insert(entries))
_INSERT_PERSONAL = Change(insert(personal_parts))
_MOVE_HEAD = Change(update(heads).where(heads.c.office == bindparam("this_office")))


class EntryWriting(EntryReading):
    """Appends to the chain; nothing here changes or removes an entry's bytes."""

    def __init__(self, connection: Connection, office: UUID, randomness: Randomness) -> None:
        super().__init__(connection, office)
        self._randomness = randomness
        self._first_head: Head | None = None
        self._growth: Growth | None = None
        self._unwritten: list[StoredEntry] = []
        self._begun: dict[StreamRef, dict[str, Any]] = {}
        self._advanced: dict[StreamRef, dict[str, Any]] = {}

    @property
    def growth(self) -> Growth | None:
        """Tell by what the chain has grown in this transaction; None where it has not."""
        return self._growth

    def head(self) -> Head:
        """Return the end of the chain, with what this transaction appended."""
        return self._growth.head if self._growth else super().head()

    def stream(self, ref: StreamRef) -> StoredStream | None:
        """Return a stream's revision and state, as it was first read or last changed here.

        If another one changed it since, an appending to it finds that out.
        """
        if ref not in self._seen:
            first = self._first_head is None and self._connection.dialect.name == "sqlite"
            self._seen[ref] = self._head_and_stream(ref) if first else super().stream(ref)
        return self._seen[ref]

    def _head_and_stream(self, ref: StreamRef) -> StoredStream | None:
        """Read a stream and, since nobody else writes to a file meanwhile, the end of the chain."""
        ((seq, own_hash, revision, state, fold_version),) = _READ_HEAD_AND_STREAM.answers(
            self._connection, self._key(ref)
        )
        self._first_head = Head(seq, own_hash)
        return None if revision is None else StoredStream(ref, revision, state, fold_version)

    def start_from(self, reading: EntryReading) -> None:
        """Take what another transaction read for what is there.

        Only where a `RevisionConflict` leads to another try from the beginning.
        """
        self._seen |= reading._seen  # noqa: SLF001 -- of the same family

    def stored_entries(self, after_seq: int = 0, limit: int = 500) -> list[StoredEntry]:
        """Return the chain's entries as they are stored, with those of this transaction."""
        self.write_chain()
        return super().stored_entries(after_seq, limit)

    def events(self, ref: StreamRef, after_revision: int = 0, limit: int = 200) -> list[Entry]:
        """Return a stream's entries in order, with those of this transaction."""
        self.write_chain()
        return super().events(ref, after_revision, limit)

    def write_chain(self) -> None:
        """Write what was appended, in as few statements as that takes; whoever commits does so."""
        self.write_put_off()
        unwritten, self._unwritten = self._unwritten, []
        if not unwritten or self._growth is None:
            return
        begun, self._begun = self._begun, {}
        advanced, self._advanced = self._advanced, {}
        if begun:
            self._begin_streams(list(begun.values()))
        if advanced:
            self._advance_streams(list(advanced.values()))
        self._insert(unwritten)
        seq, own_hash = self._growth.head
        _MOVE_HEAD.send(
            self._connection, {"this_office": self._office, "seq": seq, "hash": own_hash}
        )

    @contextmanager
    def savepoint(self) -> Generator[None]:
        """Open a part that an exception undoes alone, so that commands can share a commit."""
        before = self._growth, list(self._unwritten), list(self._put_off)
        streams_before = dict(self._begun), dict(self._advanced), dict(self._seen)
        try:
            with self._connection.begin_nested():
                yield
        except BaseException:
            self._growth, self._unwritten, self._put_off = before
            self._begun, self._advanced, self._seen = streams_before
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
        self.write_chain()
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
        self.write_chain()
        kept = _CHANGE_STREAM.send(
            self._connection,
            self._key(ref)
            | {"this_revision": revision, "state": state, "fold_version": fold_version},
        )
        if kept != 1:
            raise RevisionConflict(ref, revision)
        self._seen[ref] = StoredStream(ref, revision, state, fold_version)

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
        head = grown.head if grown else self._first_head or self._locked_head()
        self._advance(ref, expected_revision, len(events), state, fold_version)
        began = grown.began if grown else head
        stored: list[StoredEntry] = []
        for revision, event in enumerate(events, expected_revision + 1):
            entry = self._entry(head, ref, revision, event, origin)
            head = Head(entry.seq, entry.hash)
            stored.append(entry)
        revision = expected_revision + len(events)
        self._seen[ref] = StoredStream(ref, revision, state, fold_version)
        self._keep(stored, Growth(began, head, origin.at))
        return [entry_of(entry, event, origin) for entry, event in zip(stored, events, strict=True)]

    def _locked_head(self) -> Head:
        return head_of(self._connection, _LOCK_HEAD, self._office)

    def _keep(self, stored: Sequence[StoredEntry], growth: Growth) -> None:
        """Keep entries that follow the chain's end, and move it."""
        self._unwritten += stored
        self._growth = growth

    def _advance(
        self, ref: StreamRef, expected: int, added: int, state: bytes, fold_version: int
    ) -> None:
        """Let a stream's row follow; of one that was read the new row waits for `write_chain`."""
        values = {"revision": expected + added, "state": state, "fold_version": fold_version}
        known = ref in self._seen
        if known and expected != _revision(self._seen[ref]):
            raise RevisionConflict(ref, expected)
        if expected == 0:
            begun = values | {"office": self._office, "kind": ref.kind, "id": ref.id}
            if known:
                self._begun[ref] = begun
            else:
                self._begin_streams([begun])
        elif ref in self._begun:
            self._begun[ref] = self._begun[ref] | values
        elif known:
            first = self._advanced.get(ref, self._key(ref) | {"this_revision": expected})
            self._advanced[ref] = first | values
        else:
            self._advance_streams([self._key(ref) | {"this_revision": expected} | values])

    def _begin_streams(self, begun: Sequence[dict[str, Any]]) -> None:
        try:
            _INSERT_STREAM.send(self._connection, *begun)
        except IntegrityError as error:
            first = StreamRef(kind=begun[0]["kind"], id=begun[0]["id"])
            raise RevisionConflict(first, 0) from error

    def _advance_streams(self, advanced: Sequence[dict[str, Any]]) -> None:
        if _CHANGE_STREAM.send(self._connection, *advanced) != len(advanced):
            first = StreamRef(kind=advanced[0]["this_kind"], id=advanced[0]["this_id"])
            raise RevisionConflict(first, advanced[0]["this_revision"])

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
        _INSERT_ENTRIES.send(
            self._connection,
            *(
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
            ),
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
            _INSERT_PERSONAL.send(self._connection, *personal)


def _revision(stored: StoredStream | None) -> int:
    return stored.revision if stored else 0
