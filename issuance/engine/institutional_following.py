"""What follows from an event of an institution in the same transaction: accounts, tickets, keys."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from issuance.engine.institution_notices import WHOLE_OFFICE
from issuance.engine.institutional_facts import certificates_of
from issuance.engine.institutional_streams import (
    continue_stream,
    portable_ref,
    read_portable,
    read_ticket,
    ticket_ref,
)
from issuance.engine.members import end_seat, end_seats
from issuance.engine.office import Office
from issuance.engine.portable_issuing import key_ended
from issuance.events import Event
from issuance.findings import Finding
from issuance.institutions.actors import Actor
from issuance.institutions.institution_stream import (
    InstitutionApproved,
    InstitutionEnded,
    InstitutionRefused,
    InstitutionState,
    OperatorReplaced,
)
from issuance.institutions.official_stream import CertifierGranted, OfficialEnded, OfficialState
from issuance.institutions.portable_course import decide_official_left
from issuance.institutions.portable_stream import STREAM_KIND as PORTABLE
from issuance.institutions.portable_stream import PortableRevoked
from issuance.institutions.ticket_stream import CloseTicket, TicketOutcome, decide_ticket
from issuance.model import Frozen
from issuance.register.institution_items import ItemFilter
from issuance.register.model import Origin
from issuance.register.register import Reading, Writing

_OVER = "institution_ended"
_BATCH = 200


def prepare_ends(
    writing: Writing,
    office: Office,
    stream: UUID,
    state: Frozen | None,
    events: Sequence[Event],
    origin: Origin,
) -> Finding | None:
    """End the access of those who lose it, before anything else is written; say why it cannot."""
    for event in events:
        match event:
            case OfficialEnded(reason=reason) if isinstance(state, OfficialState):
                found = end_seat(writing, office, state.institution, stream, reason, origin)
            case OperatorReplaced():
                found = end_seat(writing, office, stream, None, OperatorReplaced.KIND, origin)
            case InstitutionEnded(reason=reason):
                found = end_seats(writing, office, stream, reason, origin)
            case _:
                found = None
        if found:
            return found
    return None


def follow(
    writing: Writing,
    office: Office,
    stream: UUID,
    state: Frozen,
    events: Sequence[Event],
    actor: Actor,
    origin: Origin,
) -> None:
    """Write what goes with the events."""
    for event in events:
        match event:
            case InstitutionApproved() if isinstance(state, InstitutionState):
                _close(writing, office, state.ticket, TicketOutcome.GRANTED, actor, origin)
            case InstitutionRefused() if isinstance(state, InstitutionState):
                text = _refusal(office, event)
                _close(writing, office, state.ticket, TicketOutcome.REFUSED, actor, origin, text)
            case OperatorReplaced(ticket=ticket) | CertifierGranted(ticket=ticket):
                _close(writing, office, ticket, TicketOutcome.GRANTED, actor, origin)
            case OfficialEnded(reason=cause, effective=effective):
                for certificate, _, _ in list(certificates_of(writing, stream)):
                    _end_certificate(writing, office, certificate, cause, origin, effective)
            case InstitutionEnded():
                for certificate in _certificates(writing, stream):
                    _end_certificate(writing, office, certificate, _OVER, origin)
            case PortableRevoked(reason=reason, effective=effective):
                key_ended(writing, office, stream, reason, origin, effective)
            case _:
                pass


def _refusal(office: Office, refused: InstitutionRefused) -> str:
    """Say in the policy's words why an institution was refused: its ticket is answered so."""
    words = office.policy.words(office.sign.language)
    said = (words.word("reasons", refused.reason, "mail"), refused.note)
    return " ".join(each for each in said if each)


def _close(
    writing: Writing,
    office: Office,
    ticket: UUID,
    outcome: TicketOutcome,
    actor: Actor,
    origin: Origin,
    text: str = "",
) -> None:
    """Close the ticket that asked for it; one that was closed meanwhile stays so."""
    state, revision = read_ticket(writing, ticket)
    body = CloseTicket(outcome=outcome, text=text)
    decision = decide_ticket(state, body, office.policy.policy, actor, origin.at)
    if decision.events:
        ref = ticket_ref(ticket)
        continue_stream(writing, office, ref, state, revision, decision.events, origin)


def _end_certificate(
    writing: Writing,
    office: Office,
    certificate: UUID,
    cause: str,
    origin: Origin,
    effective: date | None = None,
) -> None:
    state, revision = read_portable(writing, certificate)
    if state is None:
        return
    policy = office.policy.policy
    decision = decide_official_left(state, policy, cause, origin.operator, effective)
    if decision.events:
        ref = portable_ref(certificate)
        continue_stream(writing, office, ref, state, revision, decision.events, origin)
        reasons = (each.reason for each in decision.events if isinstance(each, PortableRevoked))
        key_ended(writing, office, certificate, next(reasons, None), origin, effective)


def _certificates(reading: Reading, institution: UUID) -> list[UUID]:
    wanted, found = ItemFilter(PORTABLE, institution), list[UUID]()
    while batch := reading.items_by_id(WHOLE_OFFICE, wanted, found[-1] if found else None, _BATCH):
        found += batch
    return found
