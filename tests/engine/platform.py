"""The demonstration of institutions, at which several people work in one process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from issuance.access.commands import ChangePassword
from issuance.access.operators import OperatorState
from issuance.access.roles import Session
from issuance.access.totp import Enrolment, current_code
from issuance.certificates.keys import make_private_key
from issuance.commands import Body, Command, Receipt
from issuance.engine.engine import Engine
from issuance.engine.inspection import inspect_office
from issuance.engine.institutional_people import PEOPLE
from issuance.engine.institutional_streams import read_any
from issuance.engine.office import named_stream
from issuance.engine.opening import OpenedOffice, open_office
from issuance.engine.streams import read_state
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.institution_queries import (
    InstitutionsQuery,
    OfficialLine,
    OfficialsQuery,
    PortableLine,
    PortablesQuery,
)
from issuance.institutions.institution_decisions import ApproveInstitution, AskInstitution
from issuance.institutions.institution_stream import Agreement
from issuance.institutions.official_decisions import RegisterOfficial
from issuance.institutions.ticket_stream import OpenTicket, TicketType
from issuance.queries import MailboxQuery, Query
from issuance.register.fault import VerificationReport
from issuance.secret import Secret
from issuance.streams import StreamRef
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import FIRST, OWN, SetClock, sources_at
from tests.issuance.institutions.institution_samples import run_of

CONTACT = "gabinete@ministerio.example"
KINDS = {
    "institution": "institution",
    "operator": "institution",
    "official": "official",
    "certifier": "official",
    "auditor": "official",
    "ticket": "ticket",
    "portable": "portable_certificate",
    "certifiers": "portable_certificate",
    "campaign": "campaign",
    "import": "officials_import",
    "member": "operator",
    "password": "operator",
    "access": "operator",
}


def person(number: int, **changes: str) -> dict[str, str]:
    """Return what is typed of an invented official."""
    return {
        "run": run_of(45_000_000 + number),
        "given_names": "Ana María",
        "first_surname": f"Ejemplo {chr(65 + number % 26)}",
        "second_surname": "Prueba",
        "email": f"p{number}@servicio.example",
        "position": "Profesional",
        "phone": "+56 9 6123 4567",
    } | changes


@dataclass
class Platform:
    """The demonstration's office, opened by its administrator; a test verifies it at the end."""

    founded: FoundedOffice
    clock: SetClock = field(default_factory=SetClock)
    opened: OpenedOffice | None = None

    @contextmanager
    def open(self) -> Iterator["Platform"]:
        self.log_in("amalia")
        try:
            yield self
        finally:
            self.leave()
        report = inspect_office(
            self.founded.folder, self.founded.recovery_key, sources_at(self.clock)
        )
        assert isinstance(report, VerificationReport), report
        assert report.ok, report.faults

    def log_in(self, user: str) -> OpenedOffice:
        known = next(each for each in PEOPLE if each.user == user)
        code = current_code(Secret(known.totp_secret), self.clock.now())
        opened = self.try_log_in(user, Secret(known.password), code)
        assert isinstance(opened, OpenedOffice), opened
        return opened

    def try_log_in(
        self, user: str, password: Secret, code: Secret
    ) -> OpenedOffice | tuple[Finding, ...]:
        self.leave()
        found = open_office(
            self.founded.folder, user, password, code, sources_at(self.clock), make_private_key
        )
        self.opened = found if isinstance(found, OpenedOffice) else None
        return found

    def leave(self) -> None:
        if self.opened is not None:
            self.opened.close()
            self.opened = None

    @property
    def engine(self) -> Engine:
        assert self.opened is not None
        return self.opened.engine

    def new_id(self) -> UUID:
        return self.engine.office.sources.identifiers.new()

    def session(self, user: str) -> Session:
        """Return a session as a server keeps it for somebody who logged in."""
        office = self.engine.office
        with office.register.reading() as reading:
            stream = named_stream(office.id, "operator", user)
            state, _ = read_state(reading, stream, OperatorState)
        assert state is not None
        return Session(
            id=self.new_id(), office=office.id, operator=user, name=state.name,
            roles=state.roles, started_at=office.now(), demonstration=True,
        )  # fmt: skip

    def give(
        self, user: str, body: Body, stream: UUID | None = None, revision: int | None = None
    ) -> Receipt:
        """Give a command in somebody's name, at the revision its stream has."""
        session = self.session(user)
        return self.engine.execute(self.command(session, body, stream, revision), session)

    def command(
        self,
        session: Session,
        body: Body,
        stream: UUID | None = None,
        revision: int | None = None,
        kind: str = "",
    ) -> Command:
        """Put a body into its envelope."""
        kind = kind or KINDS[body.kind.rpartition("_")[2]]
        ref = StreamRef(kind=kind, id=stream or self.new_id())
        if revision is None:
            with self.engine.office.register.reading() as reading:
                _, revision = read_any(reading, ref)
        return Command(
            id=self.new_id(), office=session.office, stream=ref, base_revision=revision,
            operator=session.operator, session=session.id, at=self.clock.now(), body=body,
        )  # fmt: skip

    def done(self, user: str, body: Body, stream: UUID | None = None) -> UUID:
        """Give a command that is applied; return its stream."""
        receipt = self.give(user, body, stream)
        assert receipt.applied, receipt.findings
        return receipt.stream.id

    def ask(self, user: str, query: Query) -> Any:
        return self.engine.ask(query, self.session(user))

    def paper(self) -> BlobRef:
        kept = self.engine.keep(b"%PDF-1.4 sample", "application/pdf")
        assert isinstance(kept, BlobRef)
        return kept

    @property
    def ministry(self) -> UUID:
        """Return the ministry the demonstration begins with."""
        (line,) = self.ask("amalia", InstitutionsQuery(text="Ejemplos")).entries
        return line.institution

    def official(self, user: str, text: str) -> OfficialLine:
        (line,) = self.ask(user, OfficialsQuery(text=text)).entries
        return line

    def requests(self, user: str, **wanted: Any) -> tuple[PortableLine, ...]:
        return self.ask(user, PortablesQuery(**wanted)).entries

    def institution(self, name: str, number: int) -> UUID:
        """Enable another institution, whose operator has no account yet."""
        institution = self.asked_institution(name, number)
        self.done("amalia", ApproveInstitution(), institution)
        return institution

    def asked_institution(self, name: str, number: int) -> UUID:
        """Ask for another institution, which the centre has not enabled yet."""
        asked = OpenTicket(
            type=TicketType.ENABLE_INSTITUTION, subject=name, text="Se pide", contact=CONTACT
        )
        ticket = self.done("marcos", asked)
        agreement = Agreement(number="1", signed_on=self.engine.office.today(), file=self.paper())
        asking = AskInstitution(
            name=name, rut=run_of(61_800_000 + number), ministry="Ministerio", ticket=ticket,
            agreement=agreement, administrative_act=self.paper(),
            operator=person(900 + number, given_names="Olivia"),
        )  # fmt: skip
        return self.done("marcos", asking)

    def register(self, user: str, institution: UUID, number: int, **changes: str) -> UUID:
        body = RegisterOfficial(institution=institution, person=person(number, **changes))
        return self.done(user, body)


def subjects(platform: Platform, user: str = "amalia") -> list[str]:
    """Deliver what waits and return the subjects of the mailbox, the oldest first."""
    platform.engine.deliver_mail()
    return [mail.subject for mail in platform.ask(user, MailboxQuery()).messages][::-1]


def enrol(platform: Platform, user: str) -> None:
    """Take somebody through the first log-in, with authenticator and own password."""
    opened = platform.try_log_in(user, FIRST, Secret(""))
    assert isinstance(opened, OpenedOffice), opened
    enrolment = opened.engine.enrolment()
    assert isinstance(enrolment, Enrolment)
    code = current_code(enrolment.secret, platform.clock.now())
    body = ChangePassword(current=FIRST, new=OWN, code=code)
    receipt = platform.give(user, body, revision=0)
    assert receipt.applied, receipt.findings
