"""Who has logged in to a server: what its processes would otherwise have to remember."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, delete, insert, select, update

from issuance.register.tables import sessions
from issuance.register.transaction import Transaction, columns_of

_NEWEST: Final = 20


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session by the SHA-256 of its token; `roles` are the ones its person logged in with."""

    token_hash: bytes
    id: UUID
    operator: str
    roles: tuple[str, ...]
    station: UUID | None
    started_at: datetime
    last_used_at: datetime
    expires_at: datetime


_ROW = columns_of(sessions, SessionRow)


class SessionReading(Transaction):
    """Looks up sessions."""

    def session(self, token_hash: bytes, now: datetime) -> SessionRow | None:
        """Return the session of a token; None when there is none or its time has run out."""
        row = self._connection.execute(
            select(*_ROW).where(
                sessions.c.office == self._office,
                sessions.c.token_hash == token_hash,
                sessions.c.expires_at > now,
            )
        ).one_or_none()
        return None if row is None else _read(row)

    def sessions_of(self, operator: str, now: datetime) -> list[SessionRow]:
        """Return a person's sessions, the oldest first."""
        rows = self._connection.execute(
            select(*_ROW)
            .where(
                sessions.c.office == self._office,
                sessions.c.operator == operator,
                sessions.c.expires_at > now,
            )
            .order_by(sessions.c.started_at, sessions.c.id)
        )
        return [_read(row) for row in rows]

    def newest_sessions(self) -> list[SessionRow]:
        """Return the sessions that are not forgotten yet, the newest first."""
        theirs = select(*_ROW).where(sessions.c.office == self._office)
        newest = theirs.order_by(sessions.c.started_at.desc(), sessions.c.id).limit(_NEWEST)
        return [_read(row) for row in self._connection.execute(newest)]


class SessionWriting(SessionReading):
    """Begins and ends sessions."""

    def keep_session(self, row: SessionRow) -> None:
        """Keep a new session."""
        values = asdict(row) | {"office": self._office, "roles": " ".join(row.roles)}
        self._connection.execute(insert(sessions).values(values))

    def touch_session(self, token_hash: bytes, at: datetime) -> None:
        """Record when a session was last used; one that has ended stays so."""
        self._connection.execute(
            update(sessions)
            .where(sessions.c.office == self._office, sessions.c.token_hash == token_hash)
            .values(last_used_at=at)
        )

    def end_session(self, token_hash: bytes) -> bool:
        """End a session; False when there is none."""
        ended = self._connection.execute(
            delete(sessions).where(
                sessions.c.office == self._office, sessions.c.token_hash == token_hash
            )
        )
        return ended.rowcount == 1

    def end_sessions_of(self, operator: str) -> int:
        """End all sessions of a person; return how many."""
        ended = self._connection.execute(
            delete(sessions).where(
                sessions.c.office == self._office, sessions.c.operator == operator
            )
        )
        return ended.rowcount

    def purge_sessions(self, now: datetime) -> int:
        """Forget the sessions whose time has run out; return how many."""
        ended = self._connection.execute(
            delete(sessions).where(sessions.c.office == self._office, sessions.c.expires_at <= now)
        )
        return ended.rowcount


def _read(row: Row[Any]) -> SessionRow:
    return SessionRow(
        token_hash=row.token_hash,
        id=row.id,
        operator=row.operator,
        roles=tuple(row.roles.split()),
        station=row.station,
        started_at=row.started_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
    )
