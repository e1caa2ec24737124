"""A random walk through two certificates' lives, and what must hold after each of its steps."""

import base64
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from issuance.cases.commands.activation import (
    ConfirmData,
    ConfirmPerson,
    EnterActivationCode,
    GiveUpKey,
    RecordDelivery,
    RequestCertificate,
    SendActivationCode,
)
from issuance.cases.commands.application import OpenCase
from issuance.cases.commands.life import (
    ConfirmRevocation,
    DeclineRevocation,
    ReinstateCertificate,
    RevokeCertificate,
    SuspendCertificate,
)
from issuance.certificates.keys import make_private_key
from issuance.certificates.request import make_request
from issuance.certificates.revocation_list import ListContents, read_list
from issuance.engine.inspection import inspect_office
from issuance.engine.publishing import status_files
from issuance.findings import Finding
from issuance.findings.revocation import RevocationFinding
from issuance.model import format_instant
from issuance.policies.loader import LoadedPolicy, load_policy
from issuance.register.fault import VerificationReport
from issuance.register.model import CertificateLineRow, StandingRow
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import PowerCut, SetClock, sources_at
from tests.engine.giving import give
from tests.engine.issued_office import PRODUCT, published_answer
from ventanilla.rehearsal import Rehearsal

SEED = int(os.environ.get("SEED", "20261122"))

BEFORE_THE_END = timedelta(days=85)
CUTS = (
    "issuance.engine.issuing.issue",
    "issuance.engine.engine.publish",
    "issuance.engine.publishing.StatusFiles.write_list",
    "issuance.engine.status_files.AnswerFiles.write",
)
"""Between an intent and its certificate; between a change, its list, and its answers."""


@dataclass(frozen=True)
class Begun:
    """An office with a certificate that ends soon, and the case that will renew it."""

    office: FoundedOffice
    old: UUID
    new: UUID
    at: datetime


def lead_to_renewal(played: Rehearsal, clock: SetClock) -> tuple[UUID, UUID]:
    """Have a certificate issued; lead the case that renews it to its activation, a term later."""
    played.play()
    old, certificate = played.case, played.state.activation.certificate
    assert certificate is not None
    clock.moment = certificate.not_after - BEFORE_THE_END
    played.case, played.number = played.sources.identifiers.new(), 1
    policy = played.office.engine.office.policy.policy
    opening = OpenCase(
        policy=policy.id, product=PRODUCT, values=dict(played.person.values),
        consent_version=policy.consent_version, language="es", renews=certificate.serial,
    )  # fmt: skip
    assert give(played, opening).applied
    for act in (played.apply, played.approve, played.bring_evidence, played.accept_evidence,
                played.pay, played.confirm_person):  # fmt: skip
        act()
    return old, played.case


class Walker(Rehearsal):
    """Works under a policy of its own."""

    policy: LoadedPolicy | None = None

    def log_in(self, user: str) -> None:
        super().log_in(user)
        if self.policy is not None:
            engine = self.office.engine
            engine.office = replace(engine.office, policy=self.policy)


def policy_where_renewal_revokes() -> LoadedPolicy:
    loaded = load_policy("ec-icert")
    life = loaded.policy.life.model_copy(update={"renewal_revokes": True})
    words = {language: loaded.words(language) for language in loaded.policy.languages}
    return LoadedPolicy(loaded.policy.model_copy(update={"life": life}), loaded.files, words)


@dataclass
class Walk:
    """One way through the lives of two certificates' cases, and all that was seen on it."""

    begun: Begun
    folder: Path
    chance: random.Random
    monkeypatch: pytest.MonkeyPatch
    renewal_revokes: bool
    steps: list[str] = field(default_factory=list[str])
    revoked: dict[str, CertificateLineRow] = field(default_factory=dict[str, CertificateLineRow])
    list_number: int = 0
    list_bytes: bytes = b""

    def __post_init__(self) -> None:
        shutil.copytree(self.begun.office.folder, self.folder)
        self.clock = SetClock(self.begun.at)
        product = load_policy("ec-icert").policy.product(PRODUCT)
        assert product is not None
        target = self.folder.parent / "0.p12"
        self.walker = Walker(self.folder, sources_at(self.clock), make_private_key, product, target)
        if self.renewal_revokes:
            self.walker.policy = policy_where_renewal_revokes()
        self.walker.case = self.begun.new
        self.walker.become("olga")

    # -- steps -----------------------------------------------------------------------------------

    def step(self) -> None:
        acts: dict[Callable[[], object], int] = {
            self.tick: 3, self.jump: 4, self.issue: 4, self.deliver: 3, self.give_up: 1,
            self.suspend: 3, self.reinstate: 3, self.revoke: 2, self.confirm: 2, self.decline: 1,
        }  # fmt: skip
        act = self.chance.choices(list(acts), list(acts.values()))[0]
        self.walker.case = self.chance.choice((self.begun.old, self.begun.new))
        self.walker.become(self.chance.choice(("olga", "olga", "adrian")))
        cut = self.chance.choice(CUTS) if self.chance.random() < 0.2 else ""
        self.steps.append(f"{act.__name__} {self.walker.office.session.operator} {cut}".strip())
        if not cut:
            act()
        else:
            self.cut_off(act, cut)
        self.check()

    def cut_off(self, act: Callable[[], object], place: str) -> None:
        def cut(*_: object) -> None:
            raise PowerCut

        with self.monkeypatch.context() as patch:
            patch.setattr(place, cut)
            try:
                act()
            except PowerCut:
                self.steps.append("power cut")
        self.walker.close()
        self.walker.become("olga")

    def tick(self) -> None:
        opened = self.walker.office
        opened.engine.run_due(opened.session)

    def jump(self) -> None:
        self.clock.pass_time(hours=self.chance.choice((-2, 1, 7, 26, 73, 121, 960)))

    def issue(self) -> None:
        self.walker.case = self.begun.new
        self.walker.become("olga")
        if self.walker.state.activation.certificate is None:
            rule = self.walker.office.engine.office.policy.policy.activation
            give(self.walker, ConfirmPerson(answers=rule.person_checklist))
            give(self.walker, ConfirmData(contract_version=rule.contract_version))
            reason = self.walker.reason_to("send_activation_code")
            if give(self.walker, SendActivationCode(reason=reason)).applied:
                give(self.walker, EnterActivationCode(code=self.walker.code_from_mail()))
        request = base64.b64encode(make_request(make_private_key("p-256"))).decode()
        give(self.walker, RequestCertificate(request=request))

    def deliver(self) -> None:
        self.walker.case = self.begun.new
        give(self.walker, RecordDelivery(serial=self.serial, file_sha256="0" * 64, checks=()))

    def give_up(self) -> None:
        self.walker.case = self.begun.new
        reason = self.chance.choice(("password_forgotten", "key_compromise"))
        give(self.walker, GiveUpKey(reason=reason, note="Se perdió."))

    def suspend(self) -> None:
        give(self.walker, SuspendCertificate(serial=self.serial, cause="compromise_suspected"))

    def reinstate(self) -> None:
        give(self.walker, ReinstateCertificate(serial=self.serial, cause="doubt_cleared"))

    def revoke(self) -> None:
        if self.chance.random() < 0.5:
            body = RevokeCertificate(
                serial=self.serial, cause=self.chance.choice(("key_compromise", "holder_request")),
                asked_by="holder", identified_by="card_at_counter",
            )  # fmt: skip
        else:
            day = (self.clock.now() - timedelta(days=self.chance.randint(0, 40))).date()
            body = RevokeCertificate(
                serial=self.serial, cause="holder_died", effective=day, asked_by="authority",
                identified_by="register_consulted", asker="Acta 12",
            )  # fmt: skip
        give(self.walker, body)

    def confirm(self) -> None:
        self.walker.become("adrian")
        give(self.walker, ConfirmRevocation(serial=self.serial))

    def decline(self) -> None:
        self.walker.become("adrian")
        give(self.walker, DeclineRevocation(serial=self.serial, note="Otra persona"))

    @property
    def serial(self) -> str:
        certificate = self.walker.state.activation.certificate
        return certificate.serial if certificate else "1"

    # -- what must hold --------------------------------------------------------------------------

    def check(self) -> None:
        lines = self.lines()
        self.check_that_revoked_stays_revoked(lines)
        for case in (self.begun.old, self.begun.new):
            good = [
                each for each in lines.values() if (each.case_id, each.state) == (case, "issued")
            ]
            assert len(good) <= 1, self.steps
        delivered = self.delivered(self.begun.new)
        if self.renewal_revokes and delivered:
            old = self.delivered(self.begun.old)
            assert old is not None
            assert lines[old].state == "revoked", self.steps
        self.check_the_list_number()

    def lines(self) -> dict[str, CertificateLineRow]:
        """Return every issued certificate of both cases as the register has it."""
        found: dict[str, CertificateLineRow] = {}
        with self.walker.office.engine.office.register.reading() as reading:
            for row in reading.certificates():
                if line := reading.certificate_line(row.serial):
                    found[row.serial] = line
        return found

    def check_that_revoked_stays_revoked(self, lines: dict[str, CertificateLineRow]) -> None:
        for serial, line in lines.items():
            if known := self.revoked.get(serial):
                assert line == known, self.steps
            elif line.state == "revoked":
                self.revoked[serial] = line
                assert line.revoked_at is not None
                # Recorded when it was done, whatever day it counts from.
                assert abs(line.revoked_at - self.clock.now()) < timedelta(seconds=1), self.steps

    def delivered(self, case: UUID) -> str | None:
        self.walker.case = case
        certificate = self.walker.state.activation.certificate
        return certificate.serial if certificate and certificate.delivered_at else None

    def check_the_list_number(self) -> None:
        content = status_files(self.walker.office.engine.office).revocation_list()
        if content is None or content == self.list_bytes:
            return
        number = self.read(content).number
        assert number is not None
        assert number > self.list_number, self.steps
        self.list_number, self.list_bytes = number, content

    def read(self, content: bytes) -> ListContents:
        found = read_list(content, self.walker.office.engine.office.authority.issuing)
        assert isinstance(found, ListContents), found
        return found

    def check_what_is_published(self) -> None:
        """Publish, and compare list and answers with the register, certificate by certificate."""
        self.walker.become("olga")
        opened = self.walker.office
        waits = opened.engine.run_due(opened.session).published.waits
        assert waits == () or self.clock_went_back(waits), self.steps
        self.check()
        office = opened.engine.office
        files = status_files(office)
        with office.register.reading() as reading:
            standings = {each.serial: each for each in reading.standings(office.authority.key_id)}
        content = files.revocation_list()
        assert content is not None
        listed = {str(each.serial): each for each in self.read(content).entries}
        assert set(listed) == set(standings), self.steps
        for serial, standing in standings.items():
            entry = listed[serial]
            assert entry.reason.value == standing.reason
            assert entry.revoked_at == standing.revoked_at.replace(microsecond=0)
            assert entry.invalid_since == without_fraction(standing.invalid_since)
            self.check_since(serial, standing)
        for serial, line in self.lines().items():
            answer = self.answer(serial)
            if answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED:
                assert line.not_after <= self.clock.now(), self.steps
                continue
            good = serial not in standings
            wanted = ocsp.OCSPCertStatus.GOOD if good else ocsp.OCSPCertStatus.REVOKED
            assert answer.certificate_status is wanted, self.steps
            if not good:
                assert answer.revocation_time_utc == listed[serial].revoked_at

    def clock_went_back(self, waits: tuple[Finding, ...]) -> bool:
        """Tell that nothing waits: a list signed before the clock was set back is dated ahead."""
        (only,) = waits
        dated = str(only.parameters.get("dated", ""))
        ahead = dated > format_instant(self.clock.now())
        return ahead and only.code == RevocationFinding.LIST_DATED_AHEAD

    def check_since(self, serial: str, standing: StandingRow) -> None:
        """Only a death counts from a day of its own, and that day is nowhere else."""
        case = next(line.case_id for line in self.lines().values() if line.serial == serial)
        self.walker.case = case
        certificate = self.walker.state.activation.certificate
        known = certificate.life.standing if certificate and certificate.serial == serial else None
        died = known is not None and known.cause == "holder_died"
        assert (standing.invalid_since is not None) == died, self.steps
        if standing.invalid_since is not None:
            assert standing.invalid_since <= standing.revoked_at

    def answer(self, serial: str) -> ocsp.OCSPResponse:
        office = self.walker.office.engine.office
        with office.register.reading() as reading:
            row = reading.certificate(serial)
        assert row is not None
        assert row.certificate is not None
        certificate = x509.load_der_x509_certificate(row.certificate)
        return ocsp.load_der_ocsp_response(published_answer(office, certificate))

    def verify(self) -> None:
        self.walker.close()
        office = self.begun.office
        report = inspect_office(self.folder, office.recovery_key, self.walker.sources)
        assert isinstance(report, VerificationReport), report
        assert report.ok, (report.faults, self.steps)


def without_fraction(moment: datetime | None) -> datetime | None:
    return moment.replace(microsecond=0) if moment else None
