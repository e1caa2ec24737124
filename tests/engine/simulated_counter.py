"""The server's own counter in the simulation: leads a case to its certificate, whatever crashes."""

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from uuid import UUID

from issuance.access.roles import Session
from issuance.cases.commands.activation import (
    EnterActivationCode,
    RequestCertificate,
    SendActivationCode,
)
from issuance.cases.state import CaseState
from issuance.certificates.keys import make_private_key
from issuance.certificates.request import make_request
from issuance.commands import Command, Receipt
from issuance.engine.demonstration import PEOPLE
from issuance.engine.engine import Engine
from issuance.engine.opening import OpenedOffice
from issuance.engine.streams import read_case
from issuance.evidence.checker import CheckKind, LimitedChecker, Report
from issuance.evidence.recent_reports import CheckedFile
from issuance.evidence.report import Tell, tell_nobody
from issuance.evidence.rules import NOTHING_EXPECTED, DocumentRule, Expected, PhotoRule
from issuance.policies.model import EvidenceRule
from issuance.samples.documents import sample_document
from issuance.samples.people import sample_person
from issuance.samples.photo import sample_photo
from tests.engine.giving import command_for
from ventanilla.rehearsal import Rehearsal


class SharedChecker(LimitedChecker):
    """Looks at each file once for all seeds, and outlives the offices that close it."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[CheckedFile, Report] = {}

    def check(
        self,
        kind: CheckKind,
        content: bytes,
        rule: PhotoRule | DocumentRule,
        expected: Expected = NOTHING_EXPECTED,
        *,
        tell: Tell = tell_nobody,
    ) -> Report:
        undated = expected.model_copy(update={"today": None})
        file = CheckedFile(hashlib.sha256(content).hexdigest(), kind, rule, undated)
        if file not in self._known:
            self._known[file] = super().check(kind, content, rule, expected, tell=tell)
        return self._known[file]

    def close(self) -> None:
        """Stay: the next office looks at the same files."""

    def end(self) -> None:
        super().close()


@cache
def sample_of(slot: str, number: int, day: date) -> tuple[bytes, str]:
    """Return a person's photo, or document of a day, and its type."""
    person = sample_person("natural", number)
    if slot == "photo":
        return sample_photo(person, number), "image/jpeg"
    return sample_document(slot, person, day), "application/pdf"


def session_of(engine: Engine, user: str) -> Session:
    """Return the session of one of the demonstration's people."""
    person = next(each for each in PEOPLE if each.user == user)
    return Session(
        id=UUID(int=2), office=engine.office.id, operator=user, name=person.name,
        roles=person.roles, started_at=engine.office.now(), demonstration=True,
    )  # fmt: skip


@dataclass(slots=True)
class SimulatedCounter(Rehearsal):
    """Everybody at the server's counter, beside whoever opened it; goes on after any crash."""

    at: OpenedOffice | None = None
    day: date = date.min

    def log_in(self, user: str) -> None:
        assert self.at is not None
        self._open = replace(self.at, session=session_of(self.at.engine, user))

    def close(self) -> None:
        self._open = None

    def issue(self) -> None:
        """Lead the case to an issued certificate; harmless where that was done."""
        self.become("olga")
        self.office.engine.finish_intents(self.office.session)
        if self.state.activation.certificate:
            return
        self.apply()
        self.approve()
        self.bring_evidence()
        self.accept_evidence()
        self.pay()
        self.confirm_person()
        self.authorise()
        self.request()

    def authorise(self) -> None:
        """Enter an activation code, another one where the last has grown old."""
        until = self.state.activation.authorised_until
        if until is None or until <= self.sources.clock.now():
            self.execute(SendActivationCode(reason=self.reason_to("send_activation_code")))
            self.execute(EnterActivationCode(code=self.code_from_mail()))

    def request(self) -> None:
        """Ask for the certificate as one does whose answers get lost: again, and with a new key."""
        command = command_for(self, _request())
        told = self._send(command)
        assert told.applied, told.findings
        assert self._send(command).model_copy(update={"findings": told.findings}) == told
        self._send(command_for(self, _request()))

    def _send(self, command: Command) -> Receipt:
        return self.office.engine.execute(command, self.office.session)

    def _sample(self, rule: EvidenceRule) -> tuple[bytes, str]:
        return sample_of(rule.id, self.number, self.day)


def _request() -> RequestCertificate:
    made = make_request(make_private_key("p-256"))
    return RequestCertificate(request=base64.b64encode(made).decode("ascii"))


def case_state(engine: Engine, case: UUID) -> CaseState | None:
    with engine.office.register.reading() as reading:
        return read_case(reading, case)[0]
