"""The demonstration of the platform of institutions: an invented ministry and its invented people.

As in the other demonstration every credential is public. The ministry is enabled, and its first
requests are made, by the same commands that people give.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from stdnum.cl import rut

from issuance.access.office import KeyDerivationParameters
from issuance.access.operators import MemberSeated, OperatorState, evolve
from issuance.access.roles import Session
from issuance.access.totp import current_code
from issuance.certificates.authority import AuthorityNames, AuthorityPlan
from issuance.certificates.keys import PrivateKey
from issuance.certificates.sealing import PassphraseParameters
from issuance.commands import Body, Command
from issuance.engine.demonstration import PASSPHRASE
from issuance.engine.engine import Engine
from issuance.engine.founding import FirstPerson, FoundingPlan
from issuance.engine.institutional_people import OFFICE_NAME, PEOPLE
from issuance.engine.members import keep_seats
from issuance.engine.office import Office, Sources, named_stream
from issuance.engine.opening import OpenedOffice, open_office
from issuance.engine.streams import append, read_state
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.institutions.institution_decisions import ApproveInstitution, AskInstitution
from issuance.institutions.institution_stream import Agreement
from issuance.institutions.official_decisions import GrantCertifier, RegisterOfficial
from issuance.institutions.official_stream import MandateGround
from issuance.institutions.portable_commands import ApprovePortable, RequestPortable
from issuance.institutions.ticket_stream import AnswerTicket, OpenTicket, TicketType
from issuance.register.model import Origin
from issuance.register.register import Writing
from issuance.samples.documents import sample_act
from issuance.secret import Secret
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from issuance.streams import StreamRef

POLICY: Final = "cl-firmagob"
MINISTRY: Final = "Ministerio de Ejemplos y Demostraciones"

_POSTS: Final = {
    "mireya": ("Mireya", "Ministra", "Jefa de Gabinete"),
    "sergio": ("Sergio", "Subrogante", "Jefe de División Jurídica"),
    "teresa": ("Teresa", "Titular", "Jefa de Finanzas"),
    "hugo": ("Hugo", "Honorable", "Encargado de Compras"),
    "paula": ("Paula", "Pendiente", "Analista de Personas"),
    "nicolas": ("Nicolás", "Novoa Ejemplo", "Profesional de Informática"),
    "irene": ("Irene", "Inventada", "Secretaria de Estudios"),
    "walter": ("Walter", "Wagner Prueba", "Encargado de Archivo"),
}
"""The ministry's officials: given name, surname, post. Numbers of nobody: 44 million and up."""

_SUBSTITUTE_DAYS: Final = 14


def institutional_plan(policy: str = POLICY) -> FoundingPlan:
    """Return the plan of the demonstration's office; its authority's names say PRUEBA."""
    return FoundingPlan(
        name=OFFICE_NAME,
        province="santiago",
        language="es",
        policy=policy,
        demonstration=True,
        people=tuple(
            FirstPerson(
                each.user, each.name, each.roles, Secret(each.password), Secret(each.totp_secret)
            )
            for each in PEOPLE
        ),
        authority=AuthorityPlan(
            root=_names("RAIZ DE PRUEBA DEMOSTRACION - SIN VALOR"),
            issuing=_names("ESTADO DE PRUEBA DEMOSTRACION - SIN VALOR"),
            algorithm="rsa-2048",
        ),
        passphrase=Secret(PASSPHRASE),
        slot_parameters=KeyDerivationParameters(1, 8 * 1024, 1),
        passphrase_parameters=PassphraseParameters(memory_kib=8 * 1024, iterations=1),
    )


def furnish(
    folder: Path, sources: Sources, make_key: Callable[[str], PrivateKey]
) -> tuple[Finding, ...]:
    """Enable the ministry, register its people and let some of them ask for certificates."""
    first = PEOPLE[0]
    code = current_code(Secret(first.totp_secret), sources.clock.now())
    opened = open_office(folder, first.user, Secret(first.password), code, sources, make_key)
    if not isinstance(opened, OpenedOffice):
        return opened
    try:
        _Furnishing(opened.engine).run()
    finally:
        opened.close()
    return ()


@dataclass(slots=True)
class _Furnishing:
    """Gives the commands of the demonstration's people."""

    engine: Engine

    @property
    def office(self) -> Office:
        return self.engine.office

    def run(self) -> None:
        """Enable the ministry and let its people work."""
        ministry = self._enable()
        officials = {
            user: self._register(ministry, number, *post)
            for number, (user, post) in enumerate(_POSTS.items())
        }
        self._seat(ministry, officials)
        self._certifiers(ministry, officials)
        self._requests(ministry, officials)
        self._question(ministry)

    def _enable(self) -> UUID:
        ticket, ministry = self._new_id(), self._new_id()
        asked = OpenTicket(
            type=TicketType.ENABLE_INSTITUTION,
            subject=f"Habilitar {MINISTRY}",
            text="Se adjuntan el convenio y el acto administrativo que acepta las condiciones.",
            contact="gabinete@ministerio.example",
        )
        self._give("marcos", asked, "ticket", ticket)
        today = self.office.today()
        signed_on = today - timedelta(days=30)
        agreement = self._paper("Convenio de colaboración", [("Número", "12/2026")], signed_on)
        act = self._paper("Resolución exenta", [("Acepta", "Condiciones de uso")], today)
        asking = AskInstitution(
            name=MINISTRY,
            rut=_rut(61_999_001),
            ministry=MINISTRY,
            ticket=ticket,
            agreement=Agreement(number="12/2026", signed_on=signed_on, file=agreement),
            administrative_act=act,
            operator=_person(90, "Osvaldo", "Operador", "Jefe de Informática"),
        )
        self._give("marcos", asking, "institution", ministry)
        self._give("amalia", ApproveInstitution(), "institution", ministry, 1)
        self._seat(ministry, {"osvaldo": None})
        return ministry

    def _register(
        self, ministry: UUID, number: int, given_names: str, surname: str, position: str
    ) -> UUID:
        official = self._new_id()
        person = _person(number, given_names, surname, position)
        body = RegisterOfficial(institution=ministry, person=person)
        self._give("osvaldo", body, "official", official)
        return official

    def _certifiers(self, ministry: UUID, officials: Mapping[str, UUID]) -> None:
        """Make one official certifier by the head's designation, another her substitute."""
        today = self.office.today()
        resolution = self._paper("Resolución de designación", [("Ministra de fe", "Mireya")], today)
        for user, substitutes in (("mireya", None), ("sergio", "mireya")):
            ticket, official = self._new_id(), officials[user]
            asked = OpenTicket(
                type=TicketType.CERTIFIER_ROLE,
                institution=ministry,
                official=official,
                subject="Cambio de tipo de usuario",
                text="Se pide el rol de ministro de fe, según la resolución adjunta.",
                attachments=(resolution,),
            )
            self._give("osvaldo", asked, "ticket", ticket)
            last = today + timedelta(days=_SUBSTITUTE_DAYS)
            granted = GrantCertifier(
                ticket=ticket,
                ground=MandateGround.DESIGNATION,
                resolution=resolution,
                substitutes=officials[substitutes] if substitutes else None,
                from_day=today,
                until_day=last if substitutes else None,
            )
            self._give("amalia", granted, "official", official, 1)

    def _requests(self, ministry: UUID, officials: Mapping[str, UUID]) -> None:
        """Let two people ask, and the certifier approve one of them: the other one waits."""
        wanted = (("teresa", ATTENDED), ("teresa", UNATTENDED), ("hugo", ATTENDED),
                  ("sergio", ATTENDED), ("mireya", ATTENDED))  # fmt: skip
        for user, purpose in wanted:
            certificate = self._new_id()
            body = RequestPortable(
                institution=ministry,
                official=officials[user],
                purpose=purpose,
                phone="+56 9 6123 4567",
            )
            self._give(user, body, "portable_certificate", certificate)
            if (user, purpose) == ("teresa", ATTENDED):
                today = self.office.today()
                proved = ApprovePortable(document="cedula", number="A000000001", seen_on=today)
                self._give("mireya", proved, "portable_certificate", certificate, 1)

    def _question(self, ministry: UUID) -> None:
        ticket = self._new_id()
        asked = OpenTicket(
            type=TicketType.QUESTION,
            institution=ministry,
            subject="¿Cómo se importa una lista de funcionarios?",
            text="Tenemos a todos en una planilla. ¿Qué columnas debe tener?",
        )
        self._give("osvaldo", asked, "ticket", ticket)
        told = "Guarde la planilla como CSV con RUN, nombres, apellidos, correo y cargo."
        self._give("marcos", AnswerTicket(text=told), "ticket", ticket, 1)

    def _seat(self, ministry: UUID, seats: Mapping[str, UUID | None]) -> None:
        """Seat people whose accounts were made with the office."""
        known = {each.user for each in PEOPLE}

        def seat(writing: Writing) -> None:
            for user, official in seats.items():
                if user in known:
                    self._seat_one(writing, user, ministry, official)

        self.office.register.write(seat)

    def _seat_one(self, writing: Writing, user: str, ministry: UUID, official: UUID | None) -> None:
        office, stream = self.office, named_stream(self.office.id, "operator", user)
        state, revision = read_state(writing, stream, OperatorState)
        by = PEOPLE[0].user
        seated = MemberSeated(institution=ministry, official=official, by=by)
        after = evolve(state, seated)
        origin = Origin(office.now(), by, None, office.policy.reference)
        append(writing, stream, revision, [seated], origin, after)
        keep_seats(writing, stream, after)

    def _paper(self, title: str, rows: list[tuple[str, str]], day: date) -> BlobRef:
        kept = self.engine.keep(sample_act(MINISTRY, title, rows, day), "application/pdf")
        if isinstance(kept, Finding):
            raise OSError(kept.code)
        return kept

    def _give(self, user: str, body: Body, kind: str, stream: UUID, revision: int = 0) -> None:
        office, now = self.office, self.office.now()
        person = next(each for each in PEOPLE if each.user == user)
        session = Session(
            id=self._new_id(),
            office=office.id,
            operator=user,
            name=person.name,
            roles=person.roles,
            started_at=now,
            demonstration=True,
        )
        command = Command(
            id=self._new_id(),
            office=office.id,
            stream=StreamRef(kind=kind, id=stream),
            base_revision=revision,
            operator=user,
            session=session.id,
            at=now,
            body=body,
        )
        receipt = self.engine.execute(command, session)
        if not receipt.applied:
            codes = ", ".join(each.code for each in receipt.findings)
            raise ValueError(f"{body.kind} was refused: {codes}")

    def _new_id(self) -> UUID:
        return self.office.sources.identifiers.new()


def _person(number: int, given_names: str, surname: str, position: str) -> dict[str, str]:
    name = f"{given_names}.{surname.split()[0]}".lower().replace("á", "a")
    return {
        "run": _rut(44_100_001 + number),
        "given_names": given_names,
        "first_surname": surname,
        "second_surname": "Demostración",
        "email": f"{name}@ministerio.example",
        "position": position,
        "phone": "",
    }


def _rut(number: int) -> str:
    return f"{number}-{rut.calc_check_digit(str(number))}"


def _names(common_name: str) -> AuthorityNames:
    return AuthorityNames(
        common_name=common_name,
        organization="VENTANILLA DEMOSTRACION",
        locality="SANTIAGO",
        country="CL",
    )
