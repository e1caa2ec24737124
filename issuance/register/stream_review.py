"""What only a verification asks of the streams."""

from sqlalchemy import and_, func, literal, select, tuple_

from issuance.register.entries import EntryReading
from issuance.register.model import StoredStream
from issuance.register.paging import LARGEST_PAGE, require_page_size
from issuance.register.tables import entries, streams
from issuance.streams import StreamRef


class StreamReview(EntryReading):
    """Lists streams and compares them with the chain."""

    def streams(
        self, after: StreamRef | None = None, limit: int = LARGEST_PAGE
    ) -> list[StoredStream]:
        """Return streams with their states, in the order of their keys."""
        require_page_size(limit)
        query = select(streams).where(streams.c.office == self._office)
        if after is not None:
            key = tuple_(literal(after.kind, streams.c.kind.type), literal(after.id))
            query = query.where(tuple_(streams.c.kind, streams.c.id) > key)
        rows = self._connection.execute(query.order_by(streams.c.kind, streams.c.id).limit(limit))
        return [
            StoredStream(
                StreamRef(kind=row.kind, id=row.id), row.revision, row.state, row.fold_version
            )
            for row in rows
        ]

    def extent(self, ref: StreamRef) -> tuple[int, int]:
        """Return how many entries a stream has and their highest revision."""
        row = self._connection.execute(
            select(func.count(), func.coalesce(func.max(entries.c.revision), 0)).where(
                entries.c.office == self._office,
                entries.c.stream_kind == ref.kind,
                entries.c.stream_id == ref.id,
            )
        ).one()
        return row[0], row[1]

    def first_without_stream(self) -> tuple[int, StreamRef] | None:
        """Return the first entry whose stream has no record of its own."""
        its_stream = and_(
            streams.c.office == entries.c.office,
            streams.c.kind == entries.c.stream_kind,
            streams.c.id == entries.c.stream_id,
        )
        row = self._connection.execute(
            select(entries.c.seq, entries.c.stream_kind, entries.c.stream_id)
            .outerjoin(streams, its_stream)
            .where(entries.c.office == self._office, streams.c.id.is_(None))
            .order_by(entries.c.seq)
            .limit(1)
        ).one_or_none()
        if row is None:
            return None
        return row.seq, StreamRef(kind=row.stream_kind, id=row.stream_id)
