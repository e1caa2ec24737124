"""A register that follows another one: entries are taken over as they are, never made."""

import hmac
from collections.abc import Sequence

from sqlalchemy import delete, update

from issuance.findings import blocks
from issuance.findings.register import RegisterCode
from issuance.register.appending import EntryWriting
from issuance.register.chain import (
    StoredEntry,
    agrees_with_columns,
    committed,
    link,
    read_entry,
    without_personal,
)
from issuance.register.errors import RegisterUnreadable
from issuance.register.model import PURGED, Growth, Head
from issuance.register.tables import fingerprints, personal_parts, streams
from issuance.streams import StreamRef


class ReplicaWriting(EntryWriting):
    """Takes over the entries of the office's chain, and the states they lead to."""

    def adopt(self, entries: Sequence[StoredEntry]) -> None:
        """Append entries that follow this register's end; purged personal parts go here too.

        Raises `RegisterUnreadable` when they do not follow it, or are not what they should be.
        """
        if not entries:
            return
        before = self.head()
        head = before
        for entry in entries:
            _require_next(head, entry)
            if not agrees_with_columns(entry, self._office):
                raise RegisterUnreadable(blocks(RegisterCode.ENTRY_MISFILED, seq=entry.seq))
            if entry.personal and committed(entry) != entry.personal.commitment():
                raise RegisterUnreadable(blocks(RegisterCode.PERSONAL_PART_CHANGED, seq=entry.seq))
            head = Head(entry.seq, entry.hash)
        self._keep(entries, Growth(before, head, read_entry(entries[-1]).at))
        self.write_chain()
        for entry in entries:
            self._purge_with(entry)

    def keep_replica_state(
        self, ref: StreamRef, revision: int, state: bytes, fold_version: int
    ) -> None:
        """Store the state that adopted entries lead to."""
        self._seen.pop(ref, None)
        values = {"revision": revision, "state": state, "fold_version": fold_version}
        its_key = (streams.c.office, streams.c.kind, streams.c.id)
        changed = self._connection.execute(
            update(streams)
            .where(
                *(column == value for column, value in zip(its_key, self._named(ref), strict=True))
            )
            .values(values)
        )
        if changed.rowcount == 0:
            named = dict(zip(("office", "kind", "id"), self._named(ref), strict=True))
            self._connection.execute(streams.insert().values(values | named))

    def _named(self, ref: StreamRef) -> tuple[object, str, object]:
        return self._office, ref.kind, ref.id

    def _purge_with(self, entry: StoredEntry) -> None:
        read = read_entry(without_personal(entry))
        if read.kind != PURGED:
            return
        erased = [int(seq) for seq in read.public["entries"]]
        for table in (personal_parts, fingerprints):
            self._connection.execute(
                delete(table).where(table.c.office == self._office, table.c.seq.in_(erased))
            )


def _require_next(head: Head, entry: StoredEntry) -> None:
    if entry.seq != head.seq + 1:
        raise RegisterUnreadable(blocks(RegisterCode.ENTRY_MISSING, until=entry.seq - 1))
    if not hmac.compare_digest(entry.hash, link(head.hash, entry.body)):
        raise RegisterUnreadable(blocks(RegisterCode.ENTRY_CHANGED, seq=entry.seq))
