"""Which stations work beside the server, for administrators."""

from uuid import UUID

from issuance.access.roles import Role, Session
from issuance.engine.streams import every_entry, read_state
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.queries import StationEntry, StationsAnswer
from issuance.register.register import Reading
from issuance.stations.stream import StationEnrolled, StationState
from issuance.streams import StreamRef
from issuance.sync.push import MENDABLE

_MOST_COUNTED = 1000


def stations_known(reading: Reading, session: Session) -> StationsAnswer | tuple[Finding, ...]:
    """Return every station there is, or was."""
    if Role.ADMINISTRATOR not in session.roles:
        return (blocks(AccessCode.ADMINISTRATOR_ONLY),)
    entries: list[StationEntry] = []
    after = StreamRef(kind="station", id=UUID(int=0))
    while page := [each for each in reading.streams(after) if each.ref.kind == after.kind]:
        entries += [_entry(reading, each.ref) for each in page]
        after = page[-1].ref
    return StationsAnswer(entries=tuple(sorted(entries, key=lambda each: each.name.casefold())))


def _entry(reading: Reading, ref: StreamRef) -> StationEntry:
    state, revision = read_state(reading, ref, StationState)
    if state is None:
        raise TypeError("a stream that is listed has a state")
    enrolments = [
        entry.at for entry in every_entry(reading, ref) if entry.kind == StationEnrolled.KIND
    ]
    unsettled = [each.value for each in MENDABLE]
    sent = (
        reading.station_commands(ref.id, state.epoch, unsettled, limit=_MOST_COUNTED)
        if state.epoch
        else []
    )
    return StationEntry(
        station=ref.id,
        name=state.name,
        status=state.status,
        invited_until=state.invited_until,
        enrolled_at=enrolments[-1] if enrolments else None,
        unsettled=len(sent),
        revision=revision,
    )
