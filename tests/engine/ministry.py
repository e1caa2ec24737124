"""An office of institutions with one ministry: its authority, its officials, their requests."""

import dataclasses
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from issuance.access.operators import MemberSeated, OperatorAdded, OperatorState, evolve
from issuance.access.roles import Role, Session
from issuance.access.totp import current_code
from issuance.certificates.authority import AuthorityPlan
from issuance.certificates.keys import make_private_key
from issuance.certificates.revocation_reasons import RevocationReason
from issuance.commands import Body, Command, Receipt
from issuance.engine.demonstration import PEOPLE, demonstration_plan
from issuance.engine.engine import Engine
from issuance.engine.founding import Founded, found_office
from issuance.engine.institution_authority import MadeAuthority, keep_authority, make_authority
from issuance.engine.institutional_streams import (
    continue_stream,
    institution_ref,
    official_ref,
    portable_ref,
    read_portable,
)
from issuance.engine.members import keep_seats
from issuance.engine.office import Office, Sources, named_stream
from issuance.engine.opening import OpenedOffice, open_office
from issuance.engine.portable_issuing import key_ended
from issuance.engine.signing_streams import read_key
from issuance.engine.storage import Storage
from issuance.engine.streams import append
from issuance.events import Event
from issuance.institutions.institution_stream import (
    InstitutionApproved,
    InstitutionAsked,
    InstitutionState,
    IssuingAuthorityRecorded,
)
from issuance.institutions.official_stream import OfficialRegistered
from issuance.institutions.people import Person
from issuance.institutions.portable_stream import (
    IdentityProof,
    PortableApproved,
    PortableRequested,
    PortableRevoked,
    PortableStatus,
)
from issuance.register.model import Origin
from issuance.register.register import Writing
from issuance.secret import Secret
from issuance.signing.key_stream import SigningKeyState
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from issuance.streams import StreamRef
from tests.engine.conftest import FoundedOffice
from ventanilla.compose import system_sources

NAME = "Ministerio de Energía"
PRODUCTS = {
    ATTENDED: "proposito-general-custodia-3y",
    UNATTENDED: "desatendido-custodia-3y",
}
ADMINISTRATOR = next(each for each in PEOPLE if Role.ADMINISTRATOR in each.roles)


def found_platform(folder: Path, storage: Storage | None = None) -> FoundedOffice:
    """Found a demonstration office of institutions; its own keys are small ones."""
    plan = demonstration_plan("cl-firmagob")
    authority = plan.authority
    assert isinstance(authority, AuthorityPlan)
    quick = authority.model_copy(update={"algorithm": "p-256"})
    quick_plan = dataclasses.replace(plan, authority=quick)
    founded = found_office(folder, quick_plan, system_sources(), make_private_key, storage=storage)
    assert isinstance(founded, Founded), founded
    return FoundedOffice(folder, founded.recovery_key)


def opened(folder: Path, sources: Sources | None = None) -> OpenedOffice:
    """Log the central administrator in."""
    known = sources or system_sources()
    code = current_code(Secret(ADMINISTRATOR.totp_secret), known.clock.now())
    password = Secret(ADMINISTRATOR.password)
    office = open_office(folder, ADMINISTRATOR.user, password, code, known, make_private_key)
    assert isinstance(office, OpenedOffice), office
    return office


def key_in(office: Office, certificate: UUID) -> SigningKeyState:
    """Return the key in custody of a certificate."""
    with office.register.reading() as reading:
        state, _ = read_key(reading, certificate)
    assert state is not None
    return state


@dataclass
class Ministry:
    """An institution whose streams are written as its commands would leave them."""

    office: Office
    id: UUID

    @classmethod
    def enabled(cls, office: Office, name: str = NAME, rut: str = "61979830-9") -> "Ministry":
        ministry = cls(office, office.sources.identifiers.new())
        asked = InstitutionAsked(
            name=name,
            short_name="",
            rut=rut,
            ministry=name,
            ticket=office.sources.identifiers.new(),
            agreement=None,
            administrative_act=None,
            operator=None,
            by="olga",
        )
        ref = institution_ref(ministry.id)
        state, revision = ministry._begin(ref, asked, InstitutionApproved(by="jefa"))
        assert isinstance(state, InstitutionState)
        made = make_authority(office, ministry.id, state)
        assert isinstance(made, MadeAuthority), made
        recorded = IssuingAuthorityRecorded(
            generation=made.generation,
            authority_key=made.authority_key,
            certificate=made.certificate,
            not_after=made.not_after,
            by="jefa",
        )

        def record(writing: Writing) -> None:
            keep_authority(writing, office, made, ministry.origin)
            continue_stream(writing, office, ref, state, revision, [recorded], ministry.origin)

        office.register.write(record)
        return ministry

    @property
    def origin(self) -> Origin:
        return Origin(self.office.now(), "jefa", None, self.office.policy.reference)

    def register(self, run: str, given: str = "Ana", surname: str = "Pérez") -> UUID:
        """Register an official."""
        official = self.office.sources.identifiers.new()
        person = Person(
            run=run,
            given_names=given,
            first_surname=surname,
            email=f"{given.lower()}@example.cl",
            position="Jefa de División",
        )
        registered = OfficialRegistered(institution=self.id, person=person, by="eva")
        self._begin(official_ref(official), registered)
        return official

    def approved(self, official: UUID, purpose: str, replaces: UUID | None = None) -> UUID:
        """Let an official's request be approved by a certifier; nothing is issued yet."""
        certificate = self.office.sources.identifiers.new()
        requested = PortableRequested(
            institution=self.id,
            official=official,
            purpose=purpose,
            product=PRODUCTS[purpose],
            phone="+56912345678",
            replaces=replaces,
            at=self.office.now(),
            by="ana",
        )
        proof = IdentityProof(document="cedula", number="A023456789", seen_on=date(2026, 11, 20))
        approved = PortableApproved(
            proof=proof, certifier=official, mandate=official, own=False, by="mario"
        )
        self._begin(portable_ref(certificate), requested, approved)
        return certificate

    def seat(self, user: str, official: UUID | None) -> Session:
        """Give an official, or the institution's operator, an account and return its session."""
        seated = MemberSeated(institution=self.id, official=official, by="jefa")
        added = OperatorAdded(user=user, name=user.title(), roles=(Role.MEMBER,), by="jefa")
        stream = named_stream(self.office.id, "operator", user)

        def begin(writing: Writing) -> None:
            state: OperatorState | None = None
            for event in (added, seated):
                state = evolve(state, event)
            assert state is not None
            append(writing, stream, 0, (added, seated), self.origin, state)
            keep_seats(writing, stream, state)

        self.office.register.write(begin)
        return Session(
            id=self.office.sources.identifiers.new(),
            office=self.office.id,
            operator=user,
            name=user.title(),
            roles=(Role.MEMBER,),
            started_at=self.office.now(),
            demonstration=True,
        )

    def status(self, certificate: UUID) -> PortableStatus:
        with self.office.register.reading() as reading:
            state, _ = read_portable(reading, certificate)
        assert state is not None
        return state.status

    def append(self, certificate: UUID, writing: Writing, *events: Event) -> None:
        """Let something happen to a certificate."""
        state, revision = read_portable(writing, certificate)
        continue_stream(
            writing, self.office, portable_ref(certificate), state, revision, events, self.origin
        )

    def _begin(self, ref: StreamRef, *events: Event):
        def begin(writing: Writing):
            return continue_stream(writing, self.office, ref, None, 0, events, self.origin)

        return self.office.register.write(begin)

    def revoke(self, certificate: UUID) -> None:
        """Revoke a certificate with its key."""
        reason = RevocationReason.SUPERSEDED

        def act(writing: Writing) -> None:
            revoked = PortableRevoked(cause="phone_lost", reason=reason, role="holder", by="ana")
            self.append(certificate, writing, revoked)
            key_ended(writing, self.office, certificate, reason, self.origin)

        self.office.register.write(act)


def give(
    engine: Engine, session: Session, body: Body, kind: str, stream: UUID, revision: int = 0
) -> Receipt:
    """Give a command in somebody's session."""
    office = engine.office
    command = Command(
        id=office.sources.identifiers.new(),
        office=session.office,
        stream=StreamRef(kind=kind, id=stream),
        base_revision=revision,
        operator=session.operator,
        session=session.id,
        at=office.now(),
        body=body,
    )
    return engine.execute(command, session)
