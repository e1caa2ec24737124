"""The keys under which stations keep their things: every one is another once somebody has left."""

from dataclasses import dataclass
from uuid import UUID

from issuance.access.roles import Role
from issuance.engine.office import Office
from issuance.engine.streams import append, read_state
from issuance.register.model import Origin
from issuance.register.register import Writing
from issuance.stations.stream import StationState, StationStatus, evolve_station
from issuance.streams import StreamRef


@dataclass(frozen=True, slots=True, repr=False)
class ReleasedKeys:
    """What whoever logs in at a station may know of its keys.

    `current` is None where nothing is released; `former` are those before it, the newest first.
    """

    current: bytes | None
    former: tuple[bytes, ...] = ()
    enrolled: bool = False


def released_keys(office: Office, station: UUID) -> ReleasedKeys:
    """Return the keys of a station's own store for who logged in there.

    A station that was enrolled and is stopped or ended gets none. Of a computer that was never
    enrolled nothing is known: its name for itself is as good as any.
    """
    with office.register.reading() as reading:
        state, _ = read_state(reading, StreamRef(kind="station", id=station), StationState)
    if state is None:
        return ReleasedKeys(office.keys.station_key(station))
    if state.status is not StationStatus.ACTIVE:
        return ReleasedKeys(None)
    version = state.key_version
    former = (office.keys.station_key(station, each) for each in reversed(range(version)))
    current = office.keys.station_key(station, version)
    return ReleasedKeys(current, tuple(former), enrolled=True)


def renew_keys(writing: Writing, left: tuple[Role, ...], origin: Origin) -> None:
    """Give every station another key, where who left could log in at one."""
    if Role.SERVICE in left or Role.MEMBER in left:
        return
    after = StreamRef(kind="station", id=UUID(int=0))
    while page := [each for each in writing.streams(after) if each.ref.kind == after.kind]:
        for each in page:
            state, revision = read_state(writing, each.ref, StationState)
            if state is not None and state.keeps_things:
                event = state.with_another_key(origin.operator)
                append(writing, each.ref, revision, [event], origin, evolve_station(state, event))
        after = page[-1].ref
