"""How each kind of stream is folded from its entries: for reading, and for proving it right."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from issuance.access.office_stream import FOLD_VERSION as OFFICE_VERSION
from issuance.access.office_stream import (
    MailServerChanged,
    OfficeFounded,
    OfficeRestored,
    StrangerRefused,
    evolve_office,
)
from issuance.access.operators import CATALOGUE as OPERATOR_EVENTS
from issuance.access.operators import FOLD_VERSION as OPERATOR_VERSION
from issuance.access.operators import evolve as evolve_operator
from issuance.cases.events import CATALOGUE as CASE_EVENTS
from issuance.cases.evolve import Happened, replay
from issuance.cases.person import FOLD_VERSION as PERSON_VERSION
from issuance.cases.person import PersonCaseEnded, PersonCaseOpened, evolve_person
from issuance.cases.state import FOLD_VERSION as CASE_VERSION
from issuance.certificates.stream import FOLD_VERSION as AUTHORITY_VERSION
from issuance.certificates.stream import (
    AuthorityCreated,
    ListEpochBegun,
    ListSigned,
    ResponderCertified,
    SealCreated,
    evolve_authority,
)
from issuance.events import Event, read_event
from issuance.model import Frozen, canonical_bytes
from issuance.policies.stream import FOLD_VERSION as POLICY_VERSION
from issuance.policies.stream import PolicyEnacted, PolicyProposed, evolve_policy
from issuance.register.model import Entry
from issuance.register.verification import Fold
from issuance.stations.stream import FOLD_VERSION as STATION_VERSION
from issuance.stations.stream import (
    StationEnded,
    StationEnrolled,
    StationFrozen,
    StationInvited,
    evolve_station,
)

_Replay = Callable[[Iterable[Entry]], bytes]


def fold_case(entries: Iterable[Entry]) -> bytes:
    """Return the canonical state of a case."""
    state = replay(
        Happened(
            event=read_event(CASE_EVENTS, entry.kind, entry.schema, entry.public, entry.personal),
            case=entry.stream.id,
            operator=entry.operator,
            at=entry.at,
        )
        for entry in entries
    )
    return _bytes(state)


def _simple(
    events: dict[str, type[Any]], evolve: Callable[[Any, Any], Frozen]
) -> Callable[[Iterable[Entry]], bytes]:
    def fold(entries: Iterable[Entry]) -> bytes:
        state: Frozen | None = None
        for entry in entries:
            event: Event = read_event(
                events, entry.kind, entry.schema, entry.public, entry.personal
            )
            state = evolve(state, event)
        return _bytes(state)

    return fold


def _bytes(state: Frozen | None) -> bytes:
    if state is None:
        raise ValueError("a stream without entries has no state")
    return canonical_bytes(state)


def _by_kind(*events: type[Event]) -> dict[str, type[Event]]:
    return {event.KIND: event for event in events}


_OFFICE_EVENTS = _by_kind(OfficeFounded, StrangerRefused, MailServerChanged, OfficeRestored)
_AUTHORITY_EVENTS = _by_kind(
    AuthorityCreated, SealCreated, ListSigned, ListEpochBegun, ResponderCertified
)
_STATION_EVENTS = _by_kind(StationInvited, StationEnrolled, StationFrozen, StationEnded)
_PERSON_EVENTS = _by_kind(PersonCaseOpened, PersonCaseEnded)

FOLDS: Final[dict[str, Fold]] = {
    "case": Fold(CASE_VERSION, fold_case),
    "person": Fold(PERSON_VERSION, _simple(_PERSON_EVENTS, evolve_person)),
    "office": Fold(OFFICE_VERSION, _simple(_OFFICE_EVENTS, evolve_office)),
    "policy": Fold(POLICY_VERSION, _simple(_by_kind(PolicyProposed, PolicyEnacted), evolve_policy)),
    "authority": Fold(AUTHORITY_VERSION, _simple(_AUTHORITY_EVENTS, evolve_authority)),
    "station": Fold(STATION_VERSION, _simple(_STATION_EVENTS, evolve_station)),
    "operator": Fold(OPERATOR_VERSION, _simple(dict(OPERATOR_EVENTS), evolve_operator)),
}
"""The fold of every kind of stream: for rebuilding states, and for proving them right."""
