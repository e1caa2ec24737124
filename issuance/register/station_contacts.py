"""When each station was heard of last, and what it said then waits there.

Nothing rests on it: no entry of the chain says it.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from issuance.register.tables import station_contacts
from issuance.register.transaction import Transaction, columns_of


@dataclass(frozen=True, slots=True)
class StationContact:
    """The last word of a station; `waiting` counts commands, `octets` are those of their files."""

    station: UUID
    at: datetime
    waiting: int
    octets: int
    oldest: datetime | None


_ROW = columns_of(station_contacts, StationContact)
_TABLE = station_contacts.c


class StationContactReading(Transaction):
    """Looks up when a station was heard of."""

    def station_contact(self, station: UUID) -> StationContact | None:
        """Return the last word of a station; None where it was never heard of."""
        row = self._connection.execute(
            select(*_ROW).where(_TABLE.office == self._office, _TABLE.station == station)
        ).one_or_none()
        return None if row is None else StationContact(*row)


class StationContactWriting(StationContactReading):
    """Keeps when a station was heard of."""

    def keep_station_contact(self, contact: StationContact) -> None:
        """Keep the last word of a station instead of the one before."""
        values = asdict(contact) | {"office": self._office}
        changed = self._connection.execute(
            update(station_contacts)
            .where(_TABLE.office == self._office, _TABLE.station == contact.station)
            .values(values)
        )
        if changed.rowcount == 0:
            self._connection.execute(station_contacts.insert().values(values))
