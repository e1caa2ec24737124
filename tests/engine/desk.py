"""People who log in to an office and give commands about people and policy."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from issuance.access.operators import OperatorEvent
from issuance.access.roles import Session
from issuance.access.totp import current_code
from issuance.certificates.keys import make_private_key
from issuance.commands import Body, Command, Receipt
from issuance.engine.demonstration import PEOPLE
from issuance.engine.inspection import inspect_office
from issuance.engine.office import Sources, named_stream
from issuance.engine.opening import OpenedOffice, open_office
from issuance.engine.streams import every_entry
from issuance.findings import Finding
from issuance.queries import OperatorEntry, OperatorsAnswer, OperatorsQuery
from issuance.register.fault import VerificationReport
from issuance.register.model import Entry
from issuance.secret import Secret
from issuance.streams import StreamRef
from tests.engine.conftest import FoundedOffice
from ventanilla.compose import SystemRandomness, TimeOrderedIdentifiers

FIRST = Secret("primera-clave-de-prueba")
OWN = Secret("cuatro-palabras-propias")
NO_CODE = Secret("")


class PowerCut(BaseException):
    """Everything ends here, as it would without power."""


@dataclass
class SetClock:
    """A clock that a test sets."""

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        return self.moment

    def pass_time(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


def sources_at(clock: SetClock) -> Sources:
    return Sources(clock, TimeOrderedIdentifiers(), SystemRandomness())


def codes(answer: Any) -> list[str]:
    """Return the codes of a receipt's findings, or of a refused log-in's."""
    return [each.code for each in (answer.findings if isinstance(answer, Receipt) else answer)]


class Desk:
    """One office at which one person after the other logs in."""

    def __init__(self, office: FoundedOffice) -> None:
        self.office = office
        self.folder: Path = office.folder
        self.clock = SetClock()
        self.sources = sources_at(self.clock)
        self.opened: OpenedOffice | None = None

    def log_in(self, user: str) -> OpenedOffice:
        """Log in one of the demonstration's people, and whoever was there out."""
        person = next(each for each in PEOPLE if each.user == user)
        code = current_code(Secret(person.totp_secret), self.clock.now())
        opened = self.try_log_in(user, Secret(person.password), code)
        assert isinstance(opened, OpenedOffice), opened
        return opened

    def try_log_in(
        self, user: str, password: Secret, code: Secret = NO_CODE
    ) -> OpenedOffice | tuple[Finding, ...]:
        self.leave()
        opened = open_office(self.folder, user, password, code, self.sources, make_private_key)
        if isinstance(opened, OpenedOffice):
            self.opened = opened
        return opened

    def leave(self) -> None:
        if self.opened is not None:
            self.opened.close()
            self.opened = None

    @property
    def here(self) -> OpenedOffice:
        assert self.opened is not None
        return self.opened

    def command(
        self, body: Body, revision: int | None = None, session: Session | None = None
    ) -> Command:
        """Put a body into its envelope, at the revision its person has now."""
        actor = session or self.here.session
        if revision is None:
            known = {each.user: each.revision for each in self.people()}
            revision = known.get(getattr(body, "user", ""), 0)
        return Command(
            id=self.sources.identifiers.new(),
            office=actor.office,
            stream=StreamRef(kind="operator", id=self.sources.identifiers.new()),
            base_revision=revision,
            operator=actor.operator,
            session=actor.id,
            at=self.clock.now(),
            body=body,
        )

    def give(self, body: Body, revision: int | None = None) -> Receipt:
        return self.here.engine.execute(self.command(body, revision), self.here.session)

    def people(self) -> tuple[OperatorEntry, ...]:
        answer = self.here.engine.ask(OperatorsQuery(), self.here.session)
        return answer.entries if isinstance(answer, OperatorsAnswer) else ()

    def person(self, user: str) -> OperatorEntry:
        return next(each for each in self.people() if each.user == user)

    def entries(self, kind: str, name: str = "") -> list[Entry]:
        """Return what the register holds of a stream, such as a person's."""
        office = self.here.engine.office
        with office.register.reading() as reading:
            return every_entry(reading, named_stream(office.id, kind, name))

    def last(self, user: str, event: type[OperatorEvent]) -> dict[str, Any]:
        """Return the public part of a person's newest event of a kind."""
        found = [each for each in self.entries("operator", user) if each.kind == event.KIND]
        return found[-1].public

    def enrol(self, user: str, first: Secret = FIRST, own: Secret = OWN) -> Secret:
        """Take somebody through the first log-in; return the TOTP secret."""
        from issuance.access.commands import ChangePassword
        from issuance.access.totp import Enrolment

        opened = self.try_log_in(user, first)
        assert isinstance(opened, OpenedOffice), opened
        enrolment = opened.engine.enrolment()
        assert isinstance(enrolment, Enrolment)
        code = current_code(enrolment.secret, self.clock.now())
        receipt = self.give(ChangePassword(current=first, new=own, code=code), 0)
        assert receipt.applied, receipt.findings
        self.clock.pass_time(seconds=30)
        return enrolment.secret

    def verify(self) -> None:
        """Log out and prove the register whole."""
        self.leave()
        report = inspect_office(self.folder, self.office.recovery_key, self.sources)
        assert isinstance(report, VerificationReport), report
        assert report.ok, report.faults
