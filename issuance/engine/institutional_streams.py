"""The streams of institutions: read, continued, and listed beside the chain."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

from issuance.engine.institution_notices import queue_told
from issuance.engine.institutional_claims import renew_claims
from issuance.engine.institutional_items import item_of, search_terms_of
from issuance.engine.office import Office
from issuance.engine.streams import append, read_state
from issuance.events import Event
from issuance.institutions import (
    campaign_stream,
    import_stream,
    institution_stream,
    official_stream,
    portable_stream,
    ticket_stream,
)
from issuance.institutions.campaign_stream import CampaignState
from issuance.institutions.import_stream import ImportState
from issuance.institutions.institution_stream import InstitutionState
from issuance.institutions.official_stream import OfficialState
from issuance.institutions.portable_stream import PortableState
from issuance.institutions.ticket_stream import TicketState
from issuance.model import Frozen
from issuance.register.model import Origin
from issuance.register.register import Reading, Writing
from issuance.streams import StreamRef

StateT = TypeVar("StateT", bound=Frozen)

_EVOLVE: Final[Mapping[str, Callable[[Any, Any], Frozen]]] = {
    institution_stream.STREAM_KIND: institution_stream.evolve_institution,
    official_stream.STREAM_KIND: official_stream.evolve_official,
    ticket_stream.STREAM_KIND: ticket_stream.evolve_ticket,
    portable_stream.STREAM_KIND: portable_stream.evolve_portable,
    campaign_stream.STREAM_KIND: campaign_stream.evolve_campaign,
    import_stream.STREAM_KIND: import_stream.evolve_import,
}


_STATES: Final[Mapping[str, type[Frozen]]] = {
    institution_stream.STREAM_KIND: InstitutionState,
    official_stream.STREAM_KIND: OfficialState,
    ticket_stream.STREAM_KIND: TicketState,
    portable_stream.STREAM_KIND: PortableState,
    campaign_stream.STREAM_KIND: CampaignState,
    import_stream.STREAM_KIND: ImportState,
}


def read_any(reading: Reading, ref: StreamRef) -> tuple[Any, int]:
    """Return the state and revision of a stream of whatever kind; None and 0 for another kind."""
    model = _STATES.get(ref.kind)
    return (None, 0) if model is None else read_state(reading, ref, model)


def read_institution(reading: Reading, institution: UUID) -> tuple[InstitutionState | None, int]:
    """Return an institution and its revision."""
    return read_state(reading, institution_ref(institution), InstitutionState)


def read_official(reading: Reading, official: UUID) -> tuple[OfficialState | None, int]:
    """Return an official and their revision."""
    return read_state(reading, official_ref(official), OfficialState)


def read_ticket(reading: Reading, ticket: UUID) -> tuple[TicketState | None, int]:
    """Return a ticket and its revision."""
    return read_state(reading, ticket_ref(ticket), TicketState)


def read_portable(reading: Reading, certificate: UUID) -> tuple[PortableState | None, int]:
    """Return a portable certificate, or the request for it, and its revision."""
    return read_state(reading, portable_ref(certificate), PortableState)


def read_campaign(reading: Reading, campaign: UUID) -> tuple[CampaignState | None, int]:
    """Return a campaign and its revision."""
    ref = StreamRef(kind=campaign_stream.STREAM_KIND, id=campaign)
    return read_state(reading, ref, CampaignState)


def read_import(reading: Reading, import_id: UUID) -> tuple[ImportState | None, int]:
    """Return the import of a list and its revision."""
    ref = StreamRef(kind=import_stream.STREAM_KIND, id=import_id)
    return read_state(reading, ref, ImportState)


def institution_ref(institution: UUID) -> StreamRef:
    """Return the stream of an institution."""
    return StreamRef(kind=institution_stream.STREAM_KIND, id=institution)


def official_ref(official: UUID) -> StreamRef:
    """Return the stream of an official."""
    return StreamRef(kind=official_stream.STREAM_KIND, id=official)


def ticket_ref(ticket: UUID) -> StreamRef:
    """Return the stream of a ticket."""
    return StreamRef(kind=ticket_stream.STREAM_KIND, id=ticket)


def portable_ref(certificate: UUID) -> StreamRef:
    """Return the stream of a portable certificate."""
    return StreamRef(kind=portable_stream.STREAM_KIND, id=certificate)


def continue_stream(
    writing: Writing,
    office: Office,
    ref: StreamRef,
    state: StateT | None,
    revision: int,
    events: Sequence[Event],
    origin: Origin,
) -> tuple[StateT, int]:
    """Append events to a stream of an institution, with all that goes with them.

    Its line in the lists is renewed, the entries are noted under the institution, and whoever is to
    be told gets a mail. Raises `RevisionConflict`, and `ClaimHeldError`
    where another stream has what this one needs alone.
    """
    before = state
    evolve: Callable[[StateT | None, Event], StateT] = _EVOLVE[ref.kind]  # pyright: ignore[reportAssignmentType]
    for event in events:
        state = evolve(state, event)
    if state is None:
        raise ValueError("a stream begins with an event")
    if not events:
        return state, revision
    renew_claims(writing, office, ref, before, state)
    entries = append(writing, ref, revision, events, origin, state)
    row = item_of(ref, state, origin.at)
    writing.keep_item(row, search_terms_of(state))
    if row.institution is not None:
        writing.note_entries(row.institution, [entry.seq for entry in entries])
    for event in events:
        queue_told(writing, office, ref, state, event, origin.at)
    return state, revision + len(events)
