"""The streams of institutions as lists and searches see them."""

from datetime import datetime

from issuance.institutions.campaign_stream import CampaignState
from issuance.institutions.import_stream import ImportState
from issuance.institutions.institution_stream import InstitutionState
from issuance.institutions.official_stream import OfficialState
from issuance.institutions.portable_stream import REISSUABLE, PortableState
from issuance.institutions.ticket_stream import TicketState
from issuance.model import Frozen, format_instant
from issuance.register.institution_items import ItemRow
from issuance.register.search import sort_key
from issuance.signing.application_stream import ApplicationState
from issuance.streams import StreamRef

REGISTERED, ENDED = "registered", "ended"
"""Where an official or an application stands in lists."""
CERTIFIER = "certifier"
"""The type of an official who has a mandate, of whatever days."""
CLOSED = "closed"
"""Where a ticket stands that waits for nobody."""


def item_of(ref: StreamRef, state: Frozen, at: datetime) -> ItemRow:
    """Return the line of a stream; people and institutions by name, all else by its last change.

    A request keeps its place in the queue: it is ordered by when it was made.
    """
    match state:
        case InstitutionState():
            place = sort_key(state.name)
            return ItemRow(ref.kind, ref.id, ref.id, None, state.status.value, "", place)
        case OfficialState():
            status = ENDED if state.ended else REGISTERED
            certifier = CERTIFIER if state.mandates else ""
            place = sort_key(state.person.full_name) if state.person else ""
            return ItemRow(ref.kind, ref.id, state.institution, ref.id, status, certifier, place)
        case TicketState():
            status = state.waits_for.value if state.waits_for else CLOSED
            place, type_ = format_instant(at), state.type.value
            return ItemRow(ref.kind, ref.id, state.institution, None, status, type_, place)
        case PortableState():
            return _portable(ref, state)
        case CampaignState() | ImportState():
            status, place = state.status.value, format_instant(at)
            return ItemRow(ref.kind, ref.id, state.institution, None, status, "", place)
        case ApplicationState():
            status, place = ENDED if state.ended else REGISTERED, sort_key(state.name)
            return ItemRow(ref.kind, ref.id, state.institution, None, status, "", place)
        case _:
            raise TypeError(f"no line for {ref.kind}")


def search_terms_of(state: Frozen) -> tuple[str, ...]:
    """Return what a stream is found by; a certificate is found by its official."""
    match state:
        case InstitutionState():
            return state.name, state.short_name, state.rut
        case OfficialState(person=person) if person is not None:
            return person.full_name, person.run, person.email
        case TicketState():
            return (state.subject,)
        case _:
            return ()


def _portable(ref: StreamRef, state: PortableState) -> ItemRow:
    return ItemRow(
        ref.kind,
        ref.id,
        state.institution,
        state.official,
        state.status.value,
        state.purpose,
        format_instant(state.requested_at),
        state.not_after if state.status in REISSUABLE else None,
        state.campaign,
    )
