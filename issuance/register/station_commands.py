"""What stations sent, in the order each of them gave it, and what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, insert, select, update

from issuance.register.tables import station_commands
from issuance.register.transaction import Transaction, columns_of


@dataclass(frozen=True, slots=True)
class StationCommandRow:
    """A command as it was sent, with its latest receipt; both as signed text.

    `revision` is that of the stream after it. A station's `epoch` is one enrolment. At the station
    the receipt is empty until the server answers, and `noted` is what was found in its file.
    """

    station: UUID
    epoch: UUID
    seq: int
    hash: str
    stream_id: UUID
    outcome: str
    revision: int
    sent: bytes
    receipt: bytes = b""
    noted: bytes = b""


_ROW = columns_of(station_commands, StationCommandRow)
_TABLE = station_commands.c
_INSERT = insert(station_commands)


class StationCommandReading(Transaction):
    """Looks up what a station sent in one epoch."""

    def newest_station_command(self, station: UUID, epoch: UUID) -> tuple[int, str] | None:
        """Return number and hash of the newest command."""
        row = self._connection.execute(
            select(_TABLE.seq, _TABLE.hash)
            .where(self._of(station, epoch))
            .order_by(_TABLE.seq.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else (row.seq, row.hash)

    def station_command(self, station: UUID, epoch: UUID, seq: int) -> StationCommandRow | None:
        """Return a command by its number."""
        row = self._connection.execute(
            select(*_ROW).where(self._of(station, epoch), _TABLE.seq == seq)
        ).one_or_none()
        return None if row is None else StationCommandRow(*row)

    def station_commands_on(self, stream: UUID, outcome: str) -> list[StationCommandRow]:
        """Return the commands about a stream that came to this, whichever station sent them."""
        rows = self._connection.execute(
            select(*_ROW).where(
                _TABLE.office == self._office,
                _TABLE.stream_id == stream,
                _TABLE.outcome == outcome,
            )
        )
        return [StationCommandRow(*row) for row in rows]

    def settled_revisions(
        self, station: UUID, epoch: UUID, streams: Collection[UUID], outcome: str
    ) -> dict[UUID, int]:
        """Return each stream's revision after the newest of the commands with an outcome."""
        rows = self._connection.execute(
            select(_TABLE.stream_id, func.max(_TABLE.revision).label("newest"))
            .where(
                self._of(station, epoch),
                _TABLE.stream_id.in_(streams),
                _TABLE.outcome == outcome,
            )
            .group_by(_TABLE.stream_id)
        )
        return {row.stream_id: row.newest for row in rows}

    def first_with_outcome(
        self, station: UUID, epoch: UUID, outcomes: Collection[str]
    ) -> dict[UUID, int]:
        """Return by stream the number of its first command that has one of these outcomes."""
        rows = self._connection.execute(
            select(_TABLE.stream_id, func.min(_TABLE.seq).label("first"))
            .where(self._of(station, epoch), _TABLE.outcome.in_(outcomes))
            .group_by(_TABLE.stream_id)
        )
        return {row.stream_id: row.first for row in rows}

    def station_commands(
        self,
        station: UUID,
        epoch: UUID,
        outcomes: Collection[str],
        after: int = 0,
        limit: int = 100,
    ) -> list[StationCommandRow]:
        """Return the commands that have one of these outcomes, by their number."""
        rows = self._connection.execute(
            select(*_ROW)
            .where(self._of(station, epoch), _TABLE.outcome.in_(outcomes), _TABLE.seq > after)
            .order_by(_TABLE.seq)
            .limit(limit)
        )
        return [StationCommandRow(*row) for row in rows]

    def _of(self, station: UUID, epoch: UUID) -> ColumnElement[bool]:
        return and_(_TABLE.office == self._office, _TABLE.station == station, _TABLE.epoch == epoch)


class StationCommandWriting(StationCommandReading):
    """Keeps what stations send."""

    def keep_station_command(self, row: StationCommandRow) -> None:
        """Keep a command that arrived; its number can be taken once."""
        self.keep_station_commands([row])

    def keep_station_commands(self, rows: Sequence[StationCommandRow]) -> None:
        """Keep commands that arrived together."""
        self._connection.execute(_INSERT, [asdict(row) | {"office": self._office} for row in rows])

    def settle_station_command(self, row: StationCommandRow) -> None:
        """Keep what became of a command that was kept before."""
        self._connection.execute(
            update(station_commands)
            .where(self._of(row.station, row.epoch), _TABLE.seq == row.seq)
            .values(outcome=row.outcome, revision=row.revision, receipt=row.receipt)
        )
