"""Reads at once what a command is held against: receipts, and the streams it is about."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import (
    Integer,
    LargeBinary,
    String,
    Uuid,
    bindparam,
    cast,
    null,
    select,
    tuple_,
    union_all,
)

from issuance.register.entries import EntryReading
from issuance.register.model import StoredReceipt, StoredStream
from issuance.register.receipts import ReceiptReading
from issuance.register.tables import receipts, streams
from issuance.streams import StreamRef

_STREAMS_AND_RECEIPTS = union_all(
    select(
        streams.c.kind,
        streams.c.id,
        streams.c.revision,
        streams.c.state,
        streams.c.fold_version,
        cast(null(), LargeBinary).label("command_hash"),
    ).where(
        streams.c.office == bindparam("this_office"),
        tuple_(streams.c.kind, streams.c.id).in_(bindparam("these", expanding=True)),
    ),
    select(
        cast(null(), String),
        cast(receipts.c.command_id, Uuid),
        cast(null(), Integer),
        receipts.c.body,
        cast(null(), Integer),
        receipts.c.command_hash,
    ).where(
        receipts.c.office == bindparam("this_office"),
        receipts.c.sender == bindparam("this_sender"),
        receipts.c.command_id.in_(bindparam("commands", expanding=True)),
    ),
)


class Foresight(EntryReading, ReceiptReading):
    """Looks ahead, so that a command does not ask for one row after the other."""

    def foresee(
        self, refs: Collection[StreamRef], sender: UUID, commands: Collection[UUID]
    ) -> dict[UUID, StoredReceipt]:
        """Return the receipts commands have; the streams are known now, also as not begun."""
        asked = {
            "this_office": self._office,
            "these": [(ref.kind, ref.id) for ref in refs],
            "this_sender": sender,
            "commands": list(commands),
        }
        found: dict[UUID, StoredReceipt] = {}
        self._seen |= dict.fromkeys(refs)
        for row in self._connection.execute(_STREAMS_AND_RECEIPTS, asked):
            if row.kind is None:
                found[row.id] = StoredReceipt(row.command_hash, row.state)
                continue
            ref = StreamRef(kind=row.kind, id=row.id)
            self._seen[ref] = StoredStream(ref, row.revision, row.state, row.fold_version)
        return found
