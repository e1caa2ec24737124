"""The checkpoints that lie inside the database."""

from sqlalchemy import Row, insert, select

from issuance.register.checkpoint import SignedCheckpoint
from issuance.register.paging import LARGEST_PAGE, require_page_size
from issuance.register.tables import checkpoints
from issuance.register.transaction import Transaction


class CheckpointReading(Transaction):
    """Looks up checkpoints; a sequence number is the column's, proven by nothing yet."""

    def last_checkpoint(self) -> tuple[int, SignedCheckpoint] | None:
        """Return the newest checkpoint with its sequence number."""
        row = self._connection.execute(
            select(checkpoints)
            .where(checkpoints.c.office == self._office)
            .order_by(checkpoints.c.seq.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else _read(row)

    def checkpoints(
        self, after_seq: int = 0, limit: int = LARGEST_PAGE
    ) -> list[tuple[int, SignedCheckpoint]]:
        """Return checkpoints with their sequence numbers, in order."""
        require_page_size(limit)
        rows = self._connection.execute(
            select(checkpoints)
            .where(checkpoints.c.office == self._office, checkpoints.c.seq > after_seq)
            .order_by(checkpoints.c.seq)
            .limit(limit)
        )
        return [_read(row) for row in rows]


class CheckpointWriting(CheckpointReading):
    """Keeps checkpoints."""

    def keep_checkpoint(self, seq: int, signed: SignedCheckpoint) -> None:
        """Keep a signed checkpoint of the chain's end."""
        self._connection.execute(
            insert(checkpoints).values(
                office=self._office, seq=seq, body=signed.body, signature=signed.signature
            )
        )


def _read(row: Row[int, bytes]) -> tuple[int, SignedCheckpoint]:
    return row.seq, SignedCheckpoint(row.body, row.signature)
