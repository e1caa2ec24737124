"""One-time codes, applications, permissions and the sandbox, through the engine's own door."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from issuance.access.roles import Session
from issuance.access.totp import current_code
from issuance.commands import Outcome, Receipt
from issuance.engine.engine import Engine
from issuance.engine.inspection import inspect_office
from issuance.engine.portable_issuing import certify
from issuance.engine.signing_streams import permission_ref, read_key, sandbox_ref
from issuance.findings.institutions import InstitutionCode
from issuance.findings.register import RegisterCode
from issuance.findings.signing import SigningCode
from issuance.institutions.portable_stream import PortableStatus
from issuance.queries import Answer, Query
from issuance.register.fault import VerificationReport
from issuance.secret import Secret
from issuance.signing.application_stream import Grant
from issuance.signing.commands import (
    AllowNewOtp,
    ChangeApplication,
    ConfirmOtp,
    EndApplication,
    OfferOtp,
    RegisterApplication,
    RotateApplicationSecret,
    SetApplicationPermission,
    SetTimeStamping,
    SigningBody,
    SwitchSandbox,
)
from issuance.signing.queries import (
    ApplicationsAnswer,
    ApplicationsQuery,
    DigestItem,
    DigestsSigned,
    PermissionsAnswer,
    PermissionsQuery,
    RefusedRequestsAnswer,
    RefusedRequestsQuery,
    SandboxAnswer,
    SandboxQuery,
    SignatureLogAnswer,
    SignatureLogQuery,
    SigningKeyAnswer,
    SigningKeyQuery,
)
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from issuance.signing.time_stamp_settings import TimeStampSettings
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import SetClock, sources_at
from tests.engine.ministry import Ministry, found_platform, give, opened

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


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    founded = found_platform(tmp_path_factory.mktemp("platform") / "office")
    opening = opened(founded.folder)
    office = opening.engine.office
    ministry = Ministry.enabled(office)
    other = Ministry.enabled(office, "Ministerio de Salud", "61979440-0")
    official = ministry.register("12345678-5")
    certificates = {each: ministry.approved(official, each) for each in (ATTENDED, UNATTENDED)}
    for each in certificates.values():
        assert certify(office, "mario", each) == ()
    people = (
        ministry.seat("ana", official), ministry.seat("eva", None), other.seat("zoe", None),
    )  # fmt: skip
    opening.close()
    return Prepared(founded, (ministry.id, other.id), people, certificates)


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


@pytest.fixture
def platform(prepared: Prepared, tmp_path: Path) -> Iterator[Platform]:
    folder, clock = tmp_path / "office", SetClock()
    shutil.copytree(prepared.founded.folder, folder)
    # The code of the log-in that prepared the office is used up.
    clock.pass_time(seconds=60)
    office = opened(folder, sources_at(clock))
    ministry, other = (Ministry(office.engine.office, each) for each in prepared.ministries)
    yield Platform(
        office.engine, clock, office.session, ministry, other, *prepared.people,
        prepared.certificates,
    )  # fmt: skip
    office.close()
    report = inspect_office(folder, prepared.founded.recovery_key, sources_at(clock))
    assert isinstance(report, VerificationReport)
    assert report.faults == ()


def test_two_codes_in_a_row_put_a_certificate_into_use(platform: Platform):
    assert platform.ministry.status(platform.certificates[ATTENDED]) is PortableStatus.ISSUED
    assert platform.set_up().applied
    assert platform.ministry.status(platform.certificates[ATTENDED]) is PortableStatus.ACTIVE
    again = platform.key(OfferOtp(secret=OTP_SECRET), platform.revision())
    assert codes(again) == [SigningCode.OTP_ALREADY_SET_UP]


def test_codes_that_are_wrong_put_nothing_into_use(platform: Platform):
    unfit = platform.key(OfferOtp(secret=Secret("short")), 3)
    assert codes(unfit) == [SigningCode.OTP_SECRET_UNFIT]
    platform.key(OfferOtp(secret=OTP_SECRET), 3)
    code = current_code(OTP_SECRET, platform.clock.now())
    assert codes(platform.key(ConfirmOtp(first=code, second=code))) == [
        SigningCode.OTP_NOT_IN_A_ROW
    ]
    wrong = ConfirmOtp(first=Secret("000000"), second=Secret("000000"))
    said = [codes(platform.key(wrong)) for _ in range(5)]
    assert said == [
        *[[SigningCode.OTP_WRONG]] * 3,
        [SigningCode.OTP_LOCKS],
        [SigningCode.OTP_LOCKED],
    ]
    assert platform.ministry.status(platform.certificates[ATTENDED]) is PortableStatus.ISSUED


def test_who_lost_the_codes_is_identified_by_another_and_sets_up_new_ones(platform: Platform):
    platform.set_up()
    lost = AllowNewOtp(identified="cédula 12.345.678-5, en persona")
    own = platform.key(lost, platform.revision())
    assert codes(own) == [InstitutionCode.SEAT_MISSING]
    strange = platform.key(lost, platform.revision(), platform.zoe)
    assert codes(strange) == [InstitutionCode.OUT_OF_REACH]
    assert platform.key(lost, platform.revision(), platform.eva).applied
    assert platform.set_up().applied


def test_only_the_holder_sets_up_codes(platform: Platform):
    for session in (platform.eva, platform.administrator):
        offered = platform.key(OfferOtp(secret=OTP_SECRET), 3, session)
        assert codes(offered) == [InstitutionCode.SEAT_MISSING]


def test_an_offer_on_an_older_view_is_a_conflict(platform: Platform):
    assert platform.key(OfferOtp(secret=OTP_SECRET), 2).outcome is Outcome.CONFLICT


def test_applications_are_registered_with_a_key_of_their_own(platform: Platform):
    application, receipt = platform.register()
    assert receipt.applied
    _, again = platform.register()
    assert codes(again) == [SigningCode.APPLICATION_KEY]
    _, elsewhere = platform.register(platform.zoe)
    assert codes(elsewhere) == [InstitutionCode.OUT_OF_REACH]
    _, taken = platform.register(platform.zoe, institution=platform.other.id)
    assert codes(taken) == [SigningCode.APPLICATION_KEY], "whose it is stays unsaid"
    _, weak = platform.register(key="otro", secret=Secret("weak"))
    assert codes(weak) == [SigningCode.APPLICATION_SECRET]
    _, nobody = platform.register(key="otro", grants=())
    assert codes(nobody) == [SigningCode.GRANTS_MISSING]
    answer = platform.ask(platform.eva, ApplicationsQuery(institution=platform.ministry.id))
    assert isinstance(answer, ApplicationsAnswer)
    (line,) = answer.entries
    assert (line.application, line.key, line.ended) == (application, "gestor", False)
    assert SECRET.reveal() not in answer.model_dump_json()


def test_an_application_changes_rotates_and_ends(platform: Platform):
    application, _ = platform.register()

    def change(body: SigningBody, revision: int) -> Receipt:
        return platform.give(platform.eva, body, "application", application, revision)

    both = (*GRANTS, Grant(purpose=ATTENDED, run="12345678"))
    assert change(ChangeApplication(grants=both), 1).applied
    rotated = RotateApplicationSecret(secret=Secret("f" * 32), overlap_days=7)
    assert change(rotated, 1).outcome is Outcome.CONFLICT
    assert change(rotated, 2).applied
    long = RotateApplicationSecret(secret=Secret("e" * 32), overlap_days=91)
    assert codes(change(long, 3)) == [SigningCode.OVERLAP]
    answer = platform.ask(platform.eva, ApplicationsQuery(institution=platform.ministry.id))
    assert isinstance(answer, ApplicationsAnswer)
    assert [each is None for each in answer.entries[0].secrets] == [False, True]
    assert change(EndApplication(reason="sin uso"), 3).applied
    assert codes(change(EndApplication(reason="otra vez"), 4)) == [SigningCode.APPLICATION_ENDED]
    ended = platform.permit(platform.ana, application)
    assert codes(ended) == [SigningCode.APPLICATION_ENDED]


def test_the_holder_alone_lets_an_application_sign_unattended(platform: Platform):
    application, _ = platform.register()
    assert codes(platform.permit(platform.eva, application)) == [InstitutionCode.SEAT_MISSING]
    assert codes(platform.permit(platform.zoe, application)) == [InstitutionCode.OUT_OF_REACH]
    assert platform.permit(platform.ana, application).applied
    again = platform.permit(platform.ana, application, revision=1)
    assert codes(again) == [SigningCode.PERMISSION_UNCHANGED]
    query = PermissionsQuery(certificate=platform.certificates[UNATTENDED])
    answer = platform.ask(platform.ana, query)
    assert isinstance(answer, PermissionsAnswer)
    assert [(each.key, each.enabled, each.revision) for each in answer.entries] == [
        ("gestor", True, 1)
    ]
    assert platform.permit(platform.ana, application, enabled=False, revision=1).applied


def test_an_application_of_another_institution_cannot_be_enabled(platform: Platform):
    theirs, receipt = platform.register(platform.zoe, institution=platform.other.id, key="ajeno")
    assert receipt.applied
    assert codes(platform.permit(platform.ana, theirs)) == [InstitutionCode.OUT_OF_REACH]


def test_the_sandbox_is_off_until_the_centre_switches_it_on(platform: Platform):
    answer = platform.ask(platform.administrator, SandboxQuery())
    assert isinstance(answer, SandboxAnswer)
    assert (answer.on, answer.revision) == (False, 0)
    assert platform.ask(platform.eva, SandboxQuery()) != answer
    ref = sandbox_ref(platform.engine.office.id)

    def switch(session: Session, on: bool, revision: int) -> Receipt:
        return platform.give(session, SwitchSandbox(on=on), ref.kind, ref.id, revision)

    assert codes(switch(platform.eva, True, 0)) == [InstitutionCode.SEAT_MISSING]
    assert switch(platform.administrator, True, 0).applied
    unchanged = switch(platform.administrator, True, 2)
    assert codes(unchanged) == [SigningCode.SANDBOX_UNCHANGED]
    assert switch(platform.administrator, False, 2).applied
    assert switch(platform.administrator, True, 3).applied


def test_a_holders_terminal_signs_digests_with_one_code(platform: Platform):
    platform.set_up()
    certificate = platform.certificates[ATTENDED]
    platform.clock.pass_time(seconds=30)
    code = current_code(OTP_SECRET, platform.clock.now())
    sign = platform.engine.sign_digests
    missing = sign(certificate, (DIGEST,), None, platform.ana)
    assert codes(missing) == [SigningCode.OTP_MISSING]
    strange = sign(certificate, (DIGEST,), code, platform.zoe)
    assert codes(strange) == [InstitutionCode.OUT_OF_REACH]
    operator = sign(certificate, (DIGEST,), code, platform.eva)
    assert codes(operator) == [InstitutionCode.SEAT_MISSING]
    short = DIGEST.model_copy(update={"digest": "MTIz"})
    assert codes(sign(certificate, (short,), code, platform.ana)) == [SigningCode.DIGEST_UNFIT]
    signed = sign(certificate, (DIGEST, DIGEST), code, platform.ana)
    assert isinstance(signed, DigestsSigned)
    assert len(signed.signatures) == 2
    used = sign(certificate, (DIGEST,), code, platform.ana)
    assert codes(used) == [SigningCode.OTP_USED]
    log = platform.ask(platform.ana, SignatureLogQuery())
    assert isinstance(log, SignatureLogAnswer)
    (line,) = log.entries
    assert (line.number, line.interface, line.signed) == (signed.number, "terminal", 2)
    assert line.items[0].name == "oficio.pdf"
    refused = RefusedRequestsQuery(institution=platform.ministry.id)
    told = platform.ask(platform.eva, refused)
    assert isinstance(told, RefusedRequestsAnswer)
    assert [(each.interface, each.run, each.finding.code) for each in told.entries] == [
        ("terminal", line.run, "OTP_USED"), ("terminal", line.run, "OTP_MISSING"),
    ]  # fmt: skip
    assert platform.ask(platform.zoe, refused) == RefusedRequestsAnswer(entries=())


def test_a_key_tells_how_its_codes_stand(platform: Platform):
    query = SigningKeyQuery(certificate=platform.certificates[ATTENDED])
    before = platform.ask(platform.ana, query)
    assert isinstance(before, SigningKeyAnswer)
    assert (before.codes, before.revision, len(before.chain)) == ("none", 3, 3)
    platform.key(OfferOtp(secret=OTP_SECRET), 3)
    offered = platform.ask(platform.eva, query)
    assert isinstance(offered, SigningKeyAnswer)
    assert offered.codes == "offered"
    unseen = platform.ask(platform.zoe, query)
    assert codes(unseen) == [InstitutionCode.OUT_OF_REACH]
    unattended = SigningKeyQuery(certificate=platform.certificates[UNATTENDED])
    answer = platform.ask(platform.ana, unattended)
    assert isinstance(answer, SigningKeyAnswer)
    assert answer.codes == "not_wanted"


def test_neither_secret_stands_in_any_entry(platform: Platform):
    platform.set_up()
    platform.register()
    with platform.engine.office.register.reading() as reading:
        after, written = 0, ""
        while page := reading.stored_entries(after):
            after = page[-1].seq
            for each in page:
                written += each.body.decode() + (
                    each.personal.body.decode() if each.personal else ""
                )
    assert "signing_otp_confirmed" in written
    for secret in (OTP_SECRET, SECRET):
        assert secret.reveal() not in written


def test_a_command_sent_twice_has_one_effect(platform: Platform):
    from issuance.commands import Command
    from issuance.streams import StreamRef

    office = platform.engine.office
    command = Command(
        id=office.sources.identifiers.new(),
        office=office.id,
        stream=StreamRef(kind="signing_key", id=platform.certificates[ATTENDED]),
        base_revision=3,
        operator="ana",
        session=platform.ana.id,
        at=office.now(),
        body=OfferOtp(secret=OTP_SECRET),
    )
    first = platform.engine.execute(command, platform.ana)
    assert first.applied
    assert platform.engine.execute(command, platform.ana) == first
    other = command.model_copy(update={"id": office.sources.identifiers.new()})
    conflict = platform.engine.execute(other, platform.ana)
    assert [each.code for each in conflict.findings] == [RegisterCode.REVISION_CONFLICT]


def test_the_log_says_which_documents_of_a_terminal_went_without_a_stamp(platform: Platform):
    certificate, office = platform.certificates[UNATTENDED], platform.engine.office
    sign = platform.engine.sign_digests
    assert isinstance(sign(certificate, (DIGEST,), None, platform.ana), DigestsSigned)
    nowhere = TimeStampSettings(address="http://127.0.0.1:9/", without="sign_without")
    kept = SetTimeStamping(settings=nowhere, password=None)
    assert platform.give(platform.administrator, kept, "office", office.id).applied
    assert isinstance(sign(certificate, (DIGEST, DIGEST), None, platform.ana), DigestsSigned)
    log = platform.ask(platform.ana, SignatureLogQuery())
    assert isinstance(log, SignatureLogAnswer)
    unstamped = [[each.unstamped for each in line.items] for line in log.entries]
    assert unstamped == [[True, True], [False]]
