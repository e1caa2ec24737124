"""The lease a server gives a station: who may work there without it, with what, and how long."""

from datetime import datetime
from typing import Annotated, ClassVar, Final

from pydantic import Field

from issuance.access.roles import Role
from issuance.findings import Finding, blocks
from issuance.findings.sync import SyncCode
from issuance.model import Count, Frozen, Identifier, Instant, format_instant
from issuance.stations.signed import Signable

MOST_CASES: Final = 200
HOURS: Final = 72


class LeasedOperator(Frozen):
    """Somebody who may log in at the station while the server cannot be reached."""

    user: str
    roles: tuple[Role, ...]


class Lease(Signable):
    """What a station may do by itself; after `expires_at` it only shows what it has.

    `cases` new cases at most, each taken in within `hours` before it is sent. `recipient` is the
    public key (age) to which work is encrypted that cannot be sent. `receipts` are the first and
    the last number of those it may give for payments; none as long as the office numbers none.
    With a newer `key_version` than the station's own it does nothing until it got that key.
    """

    SIGNED_AS: ClassVar[str] = "lease 1"
    office: Identifier
    station: Identifier
    epoch: Identifier
    operators: tuple[LeasedOperator, ...]
    policy: str
    recipient: Annotated[str, Field(max_length=100)]
    cases: Annotated[Count, Field(le=100_000)]
    hours: Annotated[Count, Field(le=24 * 365)]
    key_version: Count = 0
    receipts: tuple[Count, Count] | None = None
    issued_at: Instant
    expires_at: Instant

    def finding(self, user: str, new_cases: int, now: datetime) -> Finding | None:
        """Say why somebody may not record anything now; `new_cases` wait for the server."""
        if now < self.issued_at:
            behind = round((now - self.issued_at).total_seconds())
            return blocks(SyncCode.STATION_CLOCK_WRONG, seconds=behind)
        if now >= self.expires_at:
            return blocks(SyncCode.LEASE_ENDED, ended=format_instant(self.expires_at))
        if new_cases >= self.cases:
            return blocks(SyncCode.LEASE_FULL, most=self.cases)
        if user not in {operator.user for operator in self.operators}:
            return blocks(SyncCode.OPERATOR_NOT_LEASED, user=user)
        return None
