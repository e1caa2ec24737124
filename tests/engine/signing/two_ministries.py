"""Two ministries of one office and their people, and what these ask of the engine."""

from dataclasses import dataclass
from uuid import UUID

from issuance.access.roles import Session
from issuance.access.totp import current_code
from issuance.commands import Outcome, Receipt
from issuance.engine.engine import Engine
from issuance.engine.signing_streams import permission_ref, read_key
from issuance.queries import Answer, Query
from issuance.secret import Secret
from issuance.signing.application_stream import Grant
from issuance.signing.commands import (
    ConfirmOtp,
    OfferOtp,
    RegisterApplication,
    SetApplicationPermission,
    SigningBody,
)
from issuance.signing.queries import DigestItem
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import SetClock
from tests.engine.ministry import Ministry, give

OTP_SECRET = Secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
SECRET = Secret("0123456789abcdef" * 2)
DIGEST = DigestItem(
    name="oficio.pdf",
    size=7,
    original="ab" * 32,
    digest="MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=",
)
GRANTS = (Grant(purpose=UNATTENDED, run="12345678"),)


@dataclass(frozen=True)
class Prepared:
    """An office with two ministries and their people, before anything is set up."""

    founded: FoundedOffice
    ministries: tuple[UUID, UUID]
    people: tuple[Session, Session, Session]
    certificates: dict[str, UUID]


@dataclass
class Platform:
    """Two ministries; Ana is an official of the first, Eva its operator, Zoe the other's."""

    engine: Engine
    clock: SetClock
    administrator: Session
    ministry: Ministry
    other: Ministry
    ana: Session
    eva: Session
    zoe: Session
    certificates: dict[str, UUID]

    def give(
        self, session: Session, body: SigningBody, kind: str, stream: UUID, revision: int = 0
    ) -> Receipt:
        return give(self.engine, session, body, kind, stream, revision)

    def ask(self, session: Session, query: Query) -> Answer | tuple[object, ...]:
        return self.engine.ask(query, session)

    def key(self, body: SigningBody, revision: int = 0, session: Session | None = None) -> Receipt:
        certificate = self.certificates[ATTENDED]
        return self.give(session or self.ana, body, "signing_key", certificate, revision)

    def revision(self) -> int:
        with self.engine.office.register.reading() as reading:
            return read_key(reading, self.certificates[ATTENDED])[1]

    def set_up(self) -> Receipt:
        assert self.key(OfferOtp(secret=OTP_SECRET), self.revision()).applied
        first = current_code(OTP_SECRET, self.clock.now())
        self.clock.pass_time(seconds=30)
        return self.key(ConfirmOtp(first=first, second=current_code(OTP_SECRET, self.clock.now())))

    def register(self, session: Session | None = None, **changes: object) -> tuple[UUID, Receipt]:
        application = self.engine.office.sources.identifiers.new()
        fields = {
            "institution": self.ministry.id, "name": "Gestor", "key": "gestor",
            "grants": GRANTS, "secret": SECRET,
        }  # fmt: skip
        body = RegisterApplication.model_validate(fields | changes)
        return application, self.give(session or self.eva, body, "application", application)

    def permit(
        self, session: Session, application: UUID, enabled: bool = True, revision: int = 0
    ) -> Receipt:
        certificate = self.certificates[UNATTENDED]
        body = SetApplicationPermission(
            certificate=certificate, application=application, enabled=enabled
        )
        ref = permission_ref(certificate, application)
        return self.give(session, body, ref.kind, ref.id, revision)


def codes(answer: object) -> list[str]:
    """Return why something was refused."""
    if isinstance(answer, Receipt):
        assert answer.outcome is Outcome.REJECTED
        answer = answer.findings
    assert isinstance(answer, tuple), answer
    return [each.code for each in answer]
