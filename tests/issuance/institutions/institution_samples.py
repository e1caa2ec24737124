"""People, institutions and tickets for tests; nobody of them exists."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

from stdnum.cl import rut

from issuance.events import Event, catalogue, read_event
from issuance.evidence.blob import BlobRef
from issuance.institutions.actors import Actor, Seat, SeatRole
from issuance.institutions.decision import Decision
from issuance.institutions.institution_stream import (
    Agreement,
    InstitutionApproved,
    InstitutionAsked,
    InstitutionState,
    IssuingAuthorityRecorded,
    evolve_institution,
)
from issuance.institutions.official_stream import OfficialRegistered, OfficialState, evolve_official
from issuance.institutions.people import read_person
from issuance.institutions.ticket_stream import (
    Side,
    TicketOpened,
    TicketState,
    TicketType,
    evolve_ticket,
)
from issuance.policies.loader import load_policy

POLICY = load_policy("cl-firmagob").policy
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)

MINISTRY, COUNCIL = UUID(int=1), UUID(int=2)
ANA, BEA, CARLOS = UUID(int=11), UUID(int=12), UUID(int=13)
TICKET, MANDATE = UUID(int=21), UUID(int=31)
PAPER = BlobRef.of(b"%PDF- sample", "application/pdf")
ENERGY = "Ministerio de Energía"

ADMINISTRATOR = Actor(user="central", seats=(Seat(role=SeatRole.CENTRAL_ADMINISTRATOR),))
DESK = Actor(user="mesa", seats=(Seat(role=SeatRole.CENTRAL_STAFF),))


def seat(role: SeatRole, institution: UUID = MINISTRY, official: UUID | None = None) -> Seat:
    return Seat(role=role, institution=institution, official=official)


OPERATOR = Actor(user="operador", seats=(seat(SeatRole.OPERATOR),))
STRANGER = Actor(user="ajeno", seats=(seat(SeatRole.OPERATOR, COUNCIL),))


def holder(official: UUID = ANA, institution: UUID = MINISTRY) -> Actor:
    return Actor(user="titular", seats=(seat(SeatRole.HOLDER, institution, official),))


def certifier(official: UUID = BEA, institution: UUID = MINISTRY) -> Actor:
    seats = tuple(
        seat(role, institution, official) for role in (SeatRole.HOLDER, SeatRole.CERTIFIER)
    )
    return Actor(user="ministra", seats=seats)


def run_of(body: int) -> str:
    return f"{body}-{rut.calc_check_digit(str(body))}"


def typed(**changes: str) -> dict[str, str]:
    person = {
        "run": "12.345.678-5",
        "given_names": "María José",
        "first_surname": "Núñez",
        "second_surname": "Pérez",
        "email": "mnunez@energia.example",
        "position": "Jefa de Finanzas",
        "phone": "+56 9 6123 4567",
    }
    return person | changes


def person(**changes: str):
    found = read_person(POLICY, typed(**changes), TODAY)
    assert found.person is not None, found.findings
    return found.person


def institution(**changes: Any) -> InstitutionState:
    asked = InstitutionAsked(
        name=ENERGY,
        short_name="",
        rut="61979830-9",
        ministry=ENERGY,
        ticket=TICKET,
        agreement=Agreement(number="12/2025", signed_on=TODAY, file=PAPER),
        administrative_act=PAPER,
        operator=person(run="76086428-5"),
        by="mesa",
    )
    recorded = IssuingAuthorityRecorded(
        generation="G2",
        authority_key="00",
        certificate="",
        not_after=NOW + timedelta(days=3650),
        by="central",
    )
    state = folded(evolve_institution, [asked, InstitutionApproved(by="central"), recorded])
    return state.model_copy(update=changes)


def official(institution: UUID = MINISTRY, **changes: str) -> OfficialState:
    registered = OfficialRegistered(institution=institution, person=person(**changes), by="o")
    return evolve_official(None, registered)


def ticket(
    kind: TicketType, institution: UUID | None = MINISTRY, official: UUID | None = None
) -> TicketState:
    opened = TicketOpened(
        type=kind,
        institution=institution,
        official=official,
        subject="Cambio",
        text="Se pide",
        side=Side.INSTITUTION,
        by="operador",
    )
    return evolve_ticket(None, opened)


def folded(evolve: Callable[[Any, Any], Any], events: Iterable[Event], state: Any = None) -> Any:
    for event in events:
        state = evolve(state, event)
    return state


def codes(decision: Decision) -> list[str]:
    return [each.code for each in decision.findings]


def accepted(decision: Decision) -> tuple[Any, ...]:
    assert decision.events, decision.findings
    return decision.events


def read_back(base: type[Event], topic: ModuleType, event: Event, *, purged: bool) -> Any:
    """Return an event as the register gives it back, with or without its personal part."""
    public, personal = event.parts()
    kept: Mapping[str, Any] | None = None if purged else personal
    return read_event(catalogue(base, topic), event.KIND, event.SCHEMA, public, kept)
