"""Whether the computer's clock may be followed where nobody is logged in.

A person's one-time code, or an identity provider's word, fits no wrong clock. A service gives
neither: of a clock that stands ahead it would revoke for good, and date every later list by it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from issuance.access.operators import OperatorState
from issuance.access.roles import Role, Session
from issuance.access.totp import STEP
from issuance.engine.authority_state import read_authority
from issuance.engine.office import Office, named_stream
from issuance.engine.operators import operators_of
from issuance.engine.streams import read_state
from issuance.findings import Finding, blocks
from issuance.findings.engine import EngineCode
from issuance.model import format_instant
from issuance.register.register import Reading

_LONGEST_AWAY: Final = timedelta(days=4)
"""A long weekend with the computer switched off; longer, and the first who logs in ends it."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Where the steps of one-time codes begin (RFC 6238 section 4.2)."""


def clock_finding(office: Office, session: Session) -> Finding | None:
    """Tell a service that its clock is further on than anything that is known to have happened.

    A list is published at every round it is due, so that each proves the next, however long nobody
    comes; after a longer standstill somebody has to log in.
    """
    if Role.SERVICE not in session.roles:
        return None
    now, every = office.now(), timedelta(hours=office.policy.policy.publication.list_every_hours)
    earliest = now - every - _LONGEST_AWAY
    with office.register.reading() as reading:
        last_list = read_authority(reading, office.id)[0].last_dated
        known = [] if last_list is None else [last_list]
        if last_list is None or last_list < earliest:
            known += _log_ins(reading, office.id)
    if not known or max(known) >= earliest:
        return None
    said = format_instant(max(known))
    return blocks(EngineCode.CLOCK_AHEAD, known=said, now=format_instant(now))


def _log_ins(reading: Reading, office: UUID) -> Iterator[datetime]:
    """Return when people logged in last, as their codes and their sessions tell."""
    for person, _ in operators_of(reading):
        if person.last_totp_step is not None and Role.SERVICE not in person.roles:
            yield _EPOCH + person.last_totp_step * STEP
    for session in reading.newest_sessions():
        stream = named_stream(office, "operator", session.operator)
        person, _ = read_state(reading, stream, OperatorState)
        # A first password is taken without a code.
        if person and not person.must_change_password:
            yield session.started_at
