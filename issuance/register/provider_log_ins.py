"""Log-ins by an identity provider that are under way: what a server's processes share of them.

No entry of the chain rests on it. What is secret of a log-in is derived from its handle and the
office's key, and stands nowhere.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Integer, String, Table, Uuid, delete, func, insert, select, update

from issuance.register.tables import Moment, metadata
from issuance.register.transaction import Transaction, columns_of


class LogInStage(StrEnum):
    """How far a log-in has come; each stage is reached once."""

    BEGUN = "begun"
    OPENED = "opened"
    """A browser has gone to the provider."""
    CHECKING = "checking"
    """The browser is back, and the provider is asked."""
    PROVED = "proved"
    """The person is known; the terminal still needs the code of the page."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ProviderLogInRow:
    """A log-in; `operator`, `subject` and `level` once the person is known, `finding` if not."""

    handle: str
    stage: str
    expires_at: datetime
    tries: int
    operator: str | None = None
    subject: UUID | None = None
    level: str | None = None
    finding: str | None = None


provider_log_ins = Table(
    "provider_log_ins",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("handle", String, primary_key=True),
    Column("stage", String, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("operator", String),
    Column("subject", Uuid),
    Column("level", String),
    Column("finding", String),
)

_ROW = columns_of(provider_log_ins, ProviderLogInRow)
_TABLE = provider_log_ins.c


class ProviderLogInReading(Transaction):
    """Looks up log-ins."""

    def provider_log_in(self, handle: str, now: datetime) -> ProviderLogInRow | None:
        """Return a log-in; None when there is none or its time has run out."""
        row = self._connection.execute(
            select(*_ROW).where(self._is(handle), _TABLE.expires_at > now)
        ).one_or_none()
        return None if row is None else ProviderLogInRow(*row)

    def provider_log_ins_under_way(self) -> int:
        """Count the log-ins, those among them that nobody has forgotten yet."""
        query = select(func.count()).where(_TABLE.office == self._office)
        return self._connection.execute(query).scalar_one()

    def _is(self, handle: str) -> Any:
        return (_TABLE.office == self._office) & (_TABLE.handle == handle)


class ProviderLogInWriting(ProviderLogInReading):
    """Begins log-ins and brings them on."""

    def keep_provider_log_in(self, row: ProviderLogInRow) -> None:
        """Keep a new log-in."""
        values = asdict(row) | {"office": self._office}
        self._connection.execute(insert(provider_log_ins).values(values))

    def advance_provider_log_in(self, handle: str, before: LogInStage, **values: Any) -> bool:
        """Change a log-in that is at a stage; False where it is at another one by now."""
        changed = self._connection.execute(
            update(provider_log_ins)
            .where(self._is(handle), _TABLE.stage == before.value)
            .values(values)
        )
        return changed.rowcount == 1

    def end_provider_log_in(self, handle: str) -> bool:
        """Forget a log-in; False where there is none."""
        ended = self._connection.execute(delete(provider_log_ins).where(self._is(handle)))
        return ended.rowcount == 1

    def purge_provider_log_ins(self, now: datetime) -> int:
        """Forget the log-ins whose time has run out; return how many."""
        ended = self._connection.execute(
            delete(provider_log_ins).where(_TABLE.office == self._office, _TABLE.expires_at <= now)
        )
        return ended.rowcount
