"""Streams of institutions as their lists show them, each with the names it needs."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from issuance.access.operators import OperatorState
from issuance.engine.institution_notices import ticket_number
from issuance.engine.institutional_items import ENDED, REGISTERED
from issuance.engine.institutional_streams import (
    read_campaign,
    read_import,
    read_institution,
    read_official,
    read_portable,
    read_ticket,
)
from issuance.engine.members import account_of
from issuance.engine.office import Office, named_stream
from issuance.engine.signing_streams import read_key
from issuance.engine.streams import read_state
from issuance.institution_queries import (
    CampaignLine,
    ImportLine,
    InstitutionLine,
    OfficialLine,
    PortableLine,
    TicketLine,
)
from issuance.institutions.actors import Scope
from issuance.institutions.official_stream import OfficialState
from issuance.institutions.portable_stream import PortableState, PortableStatus
from issuance.model import Frozen
from issuance.register.institution_items import ItemRow
from issuance.register.register import Reading
from issuance.signing.ticket_token import ATTENDED

StateT = TypeVar("StateT", bound=Frozen)

_WITH_KEY = frozenset({PortableStatus.ISSUED, PortableStatus.ACTIVE})


class Lines:
    """Makes lines from one snapshot; names are looked up once."""

    def __init__(self, office: Office, reading: Reading, scope: Scope) -> None:
        self._office = office
        self._reading = reading
        self._scope = scope
        self._institutions: dict[UUID, str] = {}
        self._people: dict[str, str] = {}

    def institution(self, institution: UUID) -> InstitutionLine:
        """Return an institution as a line."""
        state, revision = _there(read_institution(self._reading, institution))
        return InstitutionLine(
            institution=institution,
            name=state.name,
            short_name=state.short_name,
            rut=state.rut,
            ministry=state.ministry,
            status=state.status.value,
            operator_name=state.operator.full_name if state.operator else "",
            has_authority=state.authority is not None,
            revision=revision,
        )

    def official(self, official: UUID) -> OfficialLine:
        """Return an official as a line."""
        state, revision = _there(read_official(self._reading, official))
        person, today = state.person, self._office.today()
        later = sorted(
            (each for each in state.mandates if each.from_day > today),
            key=lambda each: each.from_day,
        )
        account = account_of(self._reading, state.institution, official)
        return OfficialLine(
            official=official,
            institution=state.institution,
            institution_name=self.institution_name(state.institution),
            name=person.full_name if person else "",
            run=person.run if person else "",
            position=person.position if person else "",
            email=person.email if person else "",
            phone=person.phone if person else "",
            status=ENDED if state.ended else REGISTERED,
            mandate=state.mandate_on(today),
            next_mandate=later[0] if later else None,
            user=account[0].user if account else "",
            revision=revision,
        )

    def ticket(self, row: ItemRow) -> TicketLine:
        """Return a ticket as a line."""
        state, revision = _there(read_ticket(self._reading, row.id))
        return TicketLine(
            ticket=row.id,
            number=ticket_number(row.id),
            type=state.type.value,
            institution=state.institution,
            institution_name=self.institution_name(state.institution),
            official=state.official,
            official_name=self.official_name(state.official),
            subject=state.subject,
            waits_for=state.waits_for.value if state.waits_for else "",
            outcome=state.outcome.value if state.outcome else "",
            opened_by=self.person_name(state.opened_by),
            at=datetime.fromisoformat(row.place),
            revision=revision,
        )

    def portable(self, certificate: UUID) -> PortableLine:
        """Return a request or certificate as a line."""
        state, revision = _there(read_portable(self._reading, certificate))
        official, _ = read_official(self._reading, state.official)
        person = official.person if official else None
        return PortableLine(
            certificate=certificate,
            institution=state.institution,
            institution_name=self.institution_name(state.institution),
            official=state.official,
            official_name=person.full_name if person else "",
            run=person.run if person else "",
            position=person.position if person else "",
            purpose=state.purpose,
            phone=state.phone,
            status=state.status.value,
            requested_at=state.requested_at,
            nudged_at=state.nudged_at,
            not_before=state.not_before,
            not_after=state.not_after,
            serial=state.serial,
            replaces=state.replaces,
            campaign=state.campaign,
            own=(state.institution, state.official) in self._scope.officials,
            otp=self._otp(certificate, state),
            revision=revision,
        )

    def campaign(self, row: ItemRow) -> CampaignLine:
        """Return a campaign as a line."""
        state, revision = _there(read_campaign(self._reading, row.id))
        return CampaignLine(
            campaign=row.id,
            institution=state.institution,
            institution_name=self.institution_name(state.institution),
            name=state.name,
            status=state.status.value,
            asked=state.asked,
            refused=state.refused,
            at=datetime.fromisoformat(row.place),
            revision=revision,
        )

    def officials_import(self, row: ItemRow) -> ImportLine:
        """Return the import of a list as a line."""
        state, revision = _there(read_import(self._reading, row.id))
        return ImportLine(
            id=row.id,
            institution_name=self.institution_name(state.institution),
            state=state,
            at=datetime.fromisoformat(row.place),
            revision=revision,
        )

    def institution_name(self, institution: UUID | None) -> str:
        """Return an institution's name."""
        if institution is None:
            return ""
        if institution not in self._institutions:
            state, _ = read_institution(self._reading, institution)
            self._institutions[institution] = state.name if state else ""
        return self._institutions[institution]

    def official_name(self, official: UUID | None) -> str:
        """Return an official's name."""
        state: OfficialState | None = None
        if official is not None:
            state, _ = read_official(self._reading, official)
        return state.person.full_name if state and state.person else ""

    def person_name(self, user: str) -> str:
        """Return the name behind a user name."""
        if user not in self._people:
            stream = named_stream(self._office.id, "operator", user)
            state, _ = read_state(self._reading, stream, OperatorState)
            self._people[user] = state.name if state and state.name else user
        return self._people[user]

    def _otp(self, certificate: UUID, state: PortableState) -> str:
        if state.purpose != ATTENDED or state.status not in _WITH_KEY:
            return ""
        key, _ = read_key(self._reading, certificate)
        if key is None:
            return ""
        if key.otp is not None:
            return "set_up"
        return "offered" if key.offered is not None else "none"


def _there(found: tuple[StateT | None, int]) -> tuple[StateT, int]:
    """Return what stands in a list, and so has begun."""
    state, revision = found
    if state is None:
        raise ValueError("a line without its stream")
    return state, revision
