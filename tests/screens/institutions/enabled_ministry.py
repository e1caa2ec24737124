"""A demonstration office with one ministry, led there by the commands its people give."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from backend_client.backend import Backend
from backend_client.offices import DEMONSTRATION, Offices
from issuance.access.commands import ChangePassword, InviteMember
from issuance.access.roles import Session
from issuance.access.totp import Enrolment, current_code
from issuance.certificates.keys import PrivateKey
from issuance.commands import Body, Receipt
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.engine.office import Sources
from issuance.evidence.blob import BlobRef
from issuance.institutions.institution_decisions import ApproveInstitution, AskInstitution
from issuance.institutions.institution_stream import Agreement
from issuance.institutions.official_decisions import GrantCertifier, RegisterOfficial
from issuance.institutions.official_stream import MandateGround
from issuance.institutions.portable_commands import RequestPortable
from issuance.institutions.ticket_stream import OpenTicket, TicketType
from issuance.samples.documents import sample_act
from issuance.secret import Secret
from issuance.streams import StreamRef
from tests.office_day import office_day
from ventanilla.compose import SystemClock, system_sources

NAME = "Ministerio de Energía"
PASSWORD = "correcto-caballo-bateria"
PAPER = sample_act("Ministerio de Ejemplo", "Convenio", [("Número", "12")], date(2026, 3, 2))
OFFICIALS = (
    ("12345678-5", "Fermín", "Fe", "Secretario General"),
    ("7880442-4", "Ana", "Araya", "Jefa de Finanzas"),
    ("12531909-2", "Bruno", "Bravo", "Abogado"),
    ("10000013-K", "Carla", "Castro", "Analista"),
    ("15000013-0", "Diego", "Díaz", "Ingeniero"),
)

ACCOUNTS = {"fermin": "Fermín", "ana": "Ana", "bruno": "Bruno", "carla": "Carla"}


class EarlierClock:
    """The computer's clock, some hours behind, that goes on when it is told to."""

    def __init__(self) -> None:
        self.behind = timedelta(hours=20)

    def now(self) -> datetime:
        return SystemClock().now() - self.behind

    def go_on(self) -> None:
        self.behind -= timedelta(seconds=40)


@dataclass
class Ministry:
    """The office's folder, the authenticators of its members, and who and what there is."""

    folder: Path
    secrets: dict[str, Secret] = field(default_factory=dict)
    institution: UUID | None = None
    officials: dict[str, UUID] = field(default_factory=dict)
    requests: dict[str, UUID] = field(default_factory=dict)

    def code(self, user: str, now: datetime) -> Secret:
        """Return what a member's authenticator shows."""
        return current_code(self.secrets[user], now)


class Builder:
    """Gives commands as one person after the other."""

    def __init__(self, ministry: Ministry, make_key: Callable[[str], PrivateKey]) -> None:
        self.ministry = ministry
        self.clock = EarlierClock()
        system = system_sources()
        sources = Sources(self.clock, system.identifiers, system.randomness)
        plan = demonstration_plan("cl-firmagob")
        founded = found_office(ministry.folder, plan, sources, make_key)
        assert isinstance(founded, Founded), founded
        offices = Offices(ministry.folder.parent, lambda: sources, make_key)
        self.backend: Backend = offices.backend(DEMONSTRATION)

    @property
    def today(self) -> date:
        return office_day(self.clock.now(), self.backend.policy.policy)

    async def become(self, user: str) -> None:
        """Log in, as a person of the demonstration or as a member."""
        self.clock.go_on()
        if user in self.ministry.secrets:
            password = Secret(PASSWORD)
            code = current_code(self.ministry.secrets[user], self.clock.now())
        else:
            people = await self.backend.known_people()
            person = next(each for each in people if each.user == user)
            password, code = Secret(person.password), Secret(person.code)
        await self.backend.log_out()
        session = await self.backend.log_in(user, password, code)
        assert isinstance(session, Session), session

    async def give(self, body: Body, stream: StreamRef, revision: int = 0) -> Receipt:
        receipt = await self.backend.execute(body, stream, revision)
        assert receipt.applied, (body.kind, receipt.findings)
        return receipt

    async def begin(self, body: Body, kind: str) -> UUID:
        """Give the first command of a stream."""
        stream = self.backend.new_stream(kind)
        await self.give(body, stream)
        return stream.id

    async def make_certifier(self, name: str, granting: GrantCertifier) -> None:
        """Ask by ticket as the operator, and grant it as the centre."""
        await self.become("ofelia")
        opening = OpenTicket(
            type=TicketType.CERTIFIER_ROLE,
            institution=self.ministry.institution,
            official=self.ministry.officials[name],
            subject="Ministro de fe",
            text="Por ley.",
        )
        ticket = await self.begin(opening, "ticket")
        await self.become("jefa")
        stream = StreamRef(kind="official", id=self.ministry.officials[name])
        await self.give(granting.model_copy(update={"ticket": ticket}), stream, 1)

    async def invite(self, user: str, official: UUID | None) -> None:
        """Give somebody an account, and let them log in for the first time."""
        assert self.ministry.institution
        inviter = self.backend.session.operator
        first = await self.backend.first_password((user,))
        body = InviteMember(
            user=user,
            institution=self.ministry.institution,
            official=official,
            first_password=first,
        )
        await self.give(body, self.backend.new_stream("operator"))
        self.clock.go_on()
        await self.backend.log_out()
        assert isinstance(await self.backend.log_in(user, first, Secret("")), Session)
        enrolment = await self.backend.enrolment()
        assert isinstance(enrolment, Enrolment)
        self.ministry.secrets[user] = enrolment.secret
        code = current_code(self.ministry.secrets[user], self.clock.now())
        change = ChangePassword(current=first, new=Secret(PASSWORD), code=code)
        await self.give(change, self.backend.new_stream("operator"))
        await self.become(inviter)


async def build(ministry: Ministry, make_key: Callable[[str], PrivateKey]) -> None:
    """Enable the ministry, with operator, certifier, officials and requests that wait."""
    builder = Builder(ministry, make_key)
    backend = builder.backend
    await builder.become("olga")
    paper = await _paper(backend, ministry.folder.parent / "convenio.pdf")
    opening = OpenTicket(
        type=TicketType.ENABLE_INSTITUTION,
        subject=NAME,
        text="Convenio firmado.",
        contact="gabinete@energia.example",
    )
    ticket = await builder.begin(opening, "ticket")
    asking = AskInstitution(
        name=NAME,
        rut="61.979.830-9",
        ministry=NAME,
        ticket=ticket,
        agreement=Agreement(number="12", signed_on=builder.today, file=paper),
        administrative_act=paper,
        operator={
            "run": "11111111-1",
            "given_names": "Ofelia",
            "first_surname": "Olmos",
            "email": "ofelia@energia.example",
            "position": "Operadora",
        },
    )
    ministry.institution = await builder.begin(asking, "institution")
    await builder.become("jefa")
    ref = StreamRef(kind="institution", id=ministry.institution)
    await builder.give(ApproveInstitution(), ref, 1)
    await builder.invite("ofelia", None)
    await builder.become("ofelia")
    for run, given, surname, position in OFFICIALS:
        person = {
            "run": run,
            "given_names": given,
            "first_surname": surname,
            "email": f"{surname.replace('í', 'i').lower()}@energia.example",
            "position": position,
        }
        body = RegisterOfficial(institution=ministry.institution, person=person)
        ministry.officials[given] = await builder.begin(body, "official")
    by_law = GrantCertifier(ticket=ticket, ground=MandateGround.LAW, law="Ley 18.695, art. 20")
    await builder.make_certifier("Fermín", by_law)
    today = builder.today
    for_days = {
        "substitutes": ministry.officials["Fermín"],
        "from_day": today,
        "until_day": today + timedelta(days=2),
    }
    await builder.make_certifier("Carla", by_law.model_copy(update=for_days))
    await builder.become("ofelia")
    for user, name in ACCOUNTS.items():
        await builder.invite(user, ministry.officials[name])
    for user, name in (("ana", "Ana"), ("bruno", "Bruno"), ("fermin", "Fermín")):
        await builder.become(user)
        asking = RequestPortable(
            institution=ministry.institution,
            official=ministry.officials[name],
            purpose="Propósito General",
            phone="+56961234567",
        )
        ministry.requests[name] = await builder.begin(asking, "portable_certificate")
    await backend.close()


async def _paper(backend: Backend, path: Path) -> BlobRef:
    await asyncio.to_thread(path.write_bytes, PAPER)
    blob = await backend.keep_attachment(path)
    assert isinstance(blob, BlobRef)
    return blob


def enable_ministry(folder: Path, make_key: Callable[[str], PrivateKey]) -> Ministry:
    """Found the office and lead it to where tests begin."""
    ministry = Ministry(folder)
    asyncio.run(build(ministry, make_key))
    return ministry
