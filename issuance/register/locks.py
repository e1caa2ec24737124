"""What keeps writers of several processes apart: the office's head row, and leases.

A file has one writer at a time anyway, so that only a server is asked for anything here.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, or_, select, update

from issuance.register.tables import heads, leases
from issuance.register.transaction import Transaction, unless_there

_LOCK_OFFICE = (
    select(heads.c.seq).where(heads.c.office == bindparam("this_office")).with_for_update()
)
_THIS_LEASE = and_(leases.c.office == bindparam("this_office"), leases.c.name == bindparam("this"))
_TAKE_OVER = update(leases).where(
    _THIS_LEASE, or_(leases.c.until <= bindparam("now"), leases.c.holder == bindparam("me"))
)
_INSERT_LEASE = unless_there(leases, leases.c.name)
_GIVE_BACK = delete(leases).where(_THIS_LEASE, leases.c.holder == bindparam("me"))


class Locking(Transaction):
    """Waits for other writers, or steps aside for them."""

    def lock_office(self) -> None:
        """Wait until nobody else is adding to the office's chain, and keep them out until the end.

        For what rests on more than the streams it appends to and the claims it takes.
        """
        self._connection.execute(_LOCK_OFFICE, {"this_office": self._office})

    def take_lease(self, name: str, holder: UUID, now: datetime, until: datetime) -> bool:
        """Take what one worker at a time may do; False while another's lease has not run out."""
        key = {"this_office": self._office, "this": name, "me": holder, "now": now}
        values: dict[str, Any] = {"holder": holder, "until": until}
        if self._connection.execute(_TAKE_OVER, key | values).rowcount:
            return True
        new = {"office": self._office, "name": name} | values
        inserted = self._connection.execute(_INSERT_LEASE[self._connection.dialect.name], new)
        return inserted.first() is not None

    def give_back_lease(self, name: str, holder: UUID) -> None:
        """Let another worker have it at once."""
        self._connection.execute(
            _GIVE_BACK, {"this_office": self._office, "this": name, "me": holder}
        )
