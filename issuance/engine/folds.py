"""How each kind of stream is folded from its entries: for reading, and for proving it right."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from issuance.access.office_stream import FOLD_VERSION as OFFICE_VERSION
from issuance.access.office_stream import (
    IdentityProviderChanged,
    MailServerChanged,
    OfficeFounded,
    OfficeRestored,
    StrangerRefused,
    TimeStampingChanged,
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
    AuthorityImported,
    ListEpochBegun,
    ListSigned,
    ResponderCertified,
    SealCreated,
    evolve_authority,
)
from issuance.certificates.unregistered import (
    UnregisteredRevocationAsked,
    UnregisteredRevocationDeclined,
    UnregisteredRevoked,
)
from issuance.events import Event, catalogue, read_event
from issuance.institutions import (
    campaign_stream,
    import_stream,
    institution_stream,
    official_stream,
    portable_stream,
    ticket_stream,
)
from issuance.model import Frozen, canonical_bytes
from issuance.policies.stream import FOLD_VERSION as POLICY_VERSION
from issuance.policies.stream import PolicyEnacted, PolicyProposed, evolve_policy
from issuance.register.model import PURGED, Entry
from issuance.register.verification import Fold
from issuance.signing import (
    application_stream,
    authority_stream,
    key_stream,
    sandbox_stream,
    signature_log,
)
from issuance.stations.stream import FOLD_VERSION as STATION_VERSION
from issuance.stations.stream import (
    StationEnded,
    StationEnrolled,
    StationFrozen,
    StationInvited,
    StationKeyRenewed,
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
            if entry.kind == PURGED:
                continue
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


_OFFICE_EVENTS = _by_kind(
    OfficeFounded,
    StrangerRefused,
    MailServerChanged,
    IdentityProviderChanged,
    TimeStampingChanged,
    OfficeRestored,
)
_AUTHORITY_EVENTS = _by_kind(
    AuthorityCreated,
    AuthorityImported,
    SealCreated,
    ListSigned,
    ListEpochBegun,
    ResponderCertified,
    UnregisteredRevocationAsked,
    UnregisteredRevoked,
    UnregisteredRevocationDeclined,
)
_STATION_EVENTS = _by_kind(
    StationInvited, StationEnrolled, StationFrozen, StationEnded, StationKeyRenewed
)
_PERSON_EVENTS = _by_kind(PersonCaseOpened, PersonCaseEnded)

_INSTITUTIONAL: Final = (
    (
        institution_stream,
        institution_stream.InstitutionEvent,
        institution_stream.evolve_institution,
    ),
    (official_stream, official_stream.OfficialEvent, official_stream.evolve_official),
    (ticket_stream, ticket_stream.TicketEvent, ticket_stream.evolve_ticket),
    (portable_stream, portable_stream.PortableEvent, portable_stream.evolve_portable),
    (campaign_stream, campaign_stream.CampaignEvent, campaign_stream.evolve_campaign),
    (import_stream, import_stream.ImportEvent, import_stream.evolve_import),
)

_SIGNING: Final = (
    (key_stream.STREAM_KIND, key_stream, key_stream.SigningKeyEvent, key_stream.evolve_signing_key),
    (
        application_stream.APPLICATION_KIND,
        application_stream,
        application_stream.ApplicationEvent,
        application_stream.evolve_application,
    ),
    (
        application_stream.PERMISSION_KIND,
        application_stream,
        application_stream.PermissionEvent,
        application_stream.evolve_permission,
    ),
    (
        signature_log.STREAM_KIND,
        signature_log,
        signature_log.SignatureLogEvent,
        signature_log.evolve_signature_log,
    ),
    (
        authority_stream.STREAM_KIND,
        authority_stream,
        authority_stream.InstitutionAuthorityEvent,
        authority_stream.evolve_institution_authority,
    ),
    (
        sandbox_stream.STREAM_KIND,
        sandbox_stream,
        sandbox_stream.SandboxEvent,
        sandbox_stream.evolve_sandbox,
    ),
)

FOLDS: Final[dict[str, Fold]] = {
    "case": Fold(CASE_VERSION, fold_case),
    "person": Fold(PERSON_VERSION, _simple(_PERSON_EVENTS, evolve_person)),
    "office": Fold(OFFICE_VERSION, _simple(_OFFICE_EVENTS, evolve_office)),
    "policy": Fold(POLICY_VERSION, _simple(_by_kind(PolicyProposed, PolicyEnacted), evolve_policy)),
    "authority": Fold(AUTHORITY_VERSION, _simple(_AUTHORITY_EVENTS, evolve_authority)),
    "station": Fold(STATION_VERSION, _simple(_STATION_EVENTS, evolve_station)),
    "operator": Fold(OPERATOR_VERSION, _simple(dict(OPERATOR_EVENTS), evolve_operator)),
    **{
        stream.STREAM_KIND: Fold(stream.FOLD_VERSION, _simple(catalogue(base, stream), evolve))
        for stream, base, evolve in _INSTITUTIONAL
    },
    **{
        kind: Fold(stream.FOLD_VERSION, _simple(catalogue(base, stream), evolve))
        for kind, stream, base, evolve in _SIGNING
    },
}
"""The fold of every kind of stream: for rebuilding states, and for proving them right."""
