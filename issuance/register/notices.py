"""The outbox of messages: queued in the transaction that caused them, sent afterwards."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update

from issuance.register.model import NoticeRow, Page, PageKey
from issuance.register.paging import newest_first, page_of, require_page_size
from issuance.register.tables import notices
from issuance.register.transaction import Transaction, columns_of

_ROW = columns_of(notices, NoticeRow)


def _due(office: UUID, now: datetime) -> Select[Any]:
    return (
        select(*_ROW)
        .where(
            notices.c.office == office,
            notices.c.state.in_(("queued", "failed")),
            notices.c.next_attempt_at <= now,
        )
        .order_by(notices.c.next_attempt_at, notices.c.id)
    )


class NoticeReading(Transaction):
    """Looks up messages."""

    def due_notices(self, now: datetime, limit: int) -> Sequence[NoticeRow]:
        """Return queued and failed notices whose next attempt is due, the oldest first."""
        require_page_size(limit)
        rows = self._connection.execute(_due(self._office, now).limit(limit))
        return [NoticeRow(*row) for row in rows]

    def notices(
        self, after: PageKey | None = None, limit: int = 50, *, case_id: UUID | None = None
    ) -> Page[NoticeRow]:
        """Return messages of the office or of one case, the newest first."""
        query = select(*_ROW).where(notices.c.office == self._office)
        if case_id is not None:
            query = query.where(notices.c.case_id == case_id)
        query = newest_first(query, notices.c.created_at, notices.c.id, after, limit)
        rows = [NoticeRow(*row) for row in self._connection.execute(query)]
        return page_of(rows, limit, lambda row: PageKey(row.created_at, row.id))

    def notice(self, notice_id: UUID, /) -> NoticeRow | None:
        """Return one message."""
        row = self._connection.execute(
            select(*_ROW).where(notices.c.office == self._office, notices.c.id == notice_id)
        ).one_or_none()
        return None if row is None else NoticeRow(*row)


class NoticeWriting(NoticeReading):
    """Queues messages and writes down what became of them."""

    def queue_notice(self, row: NoticeRow) -> None:
        """Queue a message with this transaction."""
        self._connection.execute(insert(notices).values(asdict(row) | {"office": self._office}))

    def claim_due_notice(self, now: datetime, until: datetime) -> NoticeRow | None:
        """Take the message that is due longest, and count the attempt that is about to be made.

        It is not due again before `until`, whatever becomes of who took it. What another worker is
        taking is passed over.
        """
        query = _due(self._office, now).limit(1).with_for_update(skip_locked=True)
        found = self._connection.execute(query).one_or_none()
        if found is None:
            return None
        row = NoticeRow(*found)
        attempts = row.attempts + 1
        self._change(row.id, attempts=attempts, next_attempt_at=until)
        return replace(row, attempts=attempts, next_attempt_at=until)

    def record_notice_attempt(
        self,
        notice_id: UUID,
        /,
        *,
        state: str,
        attempts: int,
        next_attempt_at: datetime,
        last_error: str | None,
    ) -> None:
        """Write down where a message stands."""
        self._change(
            notice_id,
            state=state,
            attempts=attempts,
            next_attempt_at=next_attempt_at,
            last_error=last_error,
        )

    def retire_secrets(self, case: UUID, *, state: str, error: str) -> None:
        """End the messages of a case that still hold a secret, and forget what they held."""
        self._connection.execute(
            update(notices)
            .where(
                notices.c.office == self._office,
                notices.c.case_id == case,
                notices.c.sealed_secret.is_not(None),
            )
            .values(state=state, last_error=error, sealed_secret=None)
        )

    def clear_notice_secret(self, notice_id: UUID, /) -> None:
        """Remove a message's sealed secret."""
        self._change(notice_id, sealed_secret=None)

    def _change(self, notice_id: UUID, **values: object) -> None:
        changed = self._connection.execute(
            update(notices)
            .where(notices.c.office == self._office, notices.c.id == notice_id)
            .values(values)
        )
        if changed.rowcount != 1:
            raise ValueError("there is no such notice")
