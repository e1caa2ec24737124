"""Reads the chain and its streams."""

import hmac
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, bindparam, select

from issuance.register.chain import PersonalPart, StoredEntry, read_entry
from issuance.register.model import GENESIS, Entry, Head, StoredStream
from issuance.register.paging import require_page_size
from issuance.register.tables import entries, heads, personal_parts, streams
from issuance.register.transaction import Transaction
from issuance.streams import StreamRef

_LARGEST_BATCH: Final = 500

THIS_STREAM = and_(
    streams.c.office == bindparam("this_office"),
    streams.c.kind == bindparam("this_kind"),
    streams.c.id == bindparam("this_id"),
)
_READ_STREAM = select(streams.c.revision, streams.c.state, streams.c.fold_version).where(
    THIS_STREAM
)
READ_HEAD = select(heads.c.seq, heads.c.hash).where(heads.c.office == bindparam("this_office"))
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

    def __init__(self, connection: Connection, office: UUID) -> None:
        super().__init__(connection, office)
        self._seen: dict[StreamRef, StoredStream | None] = {}

    def stream(self, ref: StreamRef) -> StoredStream | None:
        """Return a stream's revision and state."""
        if ref in self._seen:
            return self._seen[ref]
        row = self._connection.execute(_READ_STREAM, self._key(ref)).one_or_none()
        return None if row is None else StoredStream(ref, *row)

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

    def entries_at(self, seqs: Sequence[int]) -> list[Entry]:
        """Return the entries with these sequence numbers, in the chain's order."""
        query = _STORED.where(entries.c.seq.in_(seqs)).order_by(entries.c.seq)
        rows = self._connection.execute(query, {"this_office": self._office})
        return [read_entry(_stored(row)) for row in rows]

    def head(self) -> Head:
        """Return the end of the chain; sequence 0 and the genesis hash when it is empty."""
        return head_of(self._connection, READ_HEAD, self._office)

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


def head_of(connection: Connection, statement: Select[int, bytes], office: UUID) -> Head:
    """Return the end of an office's chain by a statement that reads, or locks, its row."""
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
