"""Receipts, claims, certificates and messages."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy.exc import IntegrityError

from issuance.findings import Severity
from issuance.findings.register import RegisterCode
from issuance.register.errors import RaceLost
from issuance.register.model import CertificateRow, NoticeRow, PageKey, PreparedEvent, StandingRow
from issuance.register.reading import Writing
from issuance.register.register import Register
from issuance.register.verification import verify
from tests.issuance.register.samples import START, OfficeFolder, origin, stream

SENDER, COMMAND, CASE, OTHER = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4)


@pytest.fixture
def office(either: OfficeFolder) -> OfficeFolder:
    """Everything here holds on both databases."""
    return either


def test_the_same_command_has_the_same_receipt(register: Register):
    with register.writing() as writing:
        assert writing.receipt(SENDER, COMMAND) is None
        writing.keep_receipt(SENDER, COMMAND, b"hash", b"body")
    with register.reading() as reading:
        for _ in range(2):
            receipt = reading.receipt(SENDER, COMMAND)
            assert receipt is not None
            assert (receipt.command_hash, receipt.body) == (b"hash", b"body")
        assert reading.receipt(COMMAND, SENDER) is None
    with pytest.raises((IntegrityError, RaceLost)), register.writing() as writing:
        writing.keep_receipt(SENDER, COMMAND, b"other", b"body")


def test_a_receipt_goes_with_its_commit(register: Register):
    def fail() -> None:
        with register.writing() as writing:
            writing.keep_receipt(SENDER, COMMAND, b"hash", b"body")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with register.reading() as reading:
        assert reading.receipt(SENDER, COMMAND) is None


def test_what_is_taken_once_is_not_even_its_holders_again(register: Register):
    key, deposit = ("public_key", "ab"), ("deposit", "7")
    with register.writing() as writing:
        assert writing.take_claims([key, deposit], CASE, [key]) == frozenset()
    with register.writing() as writing:
        assert writing.take_claims([key, deposit], CASE, [key]) == {key}
        assert writing.take_claims([deposit], CASE) == frozenset()


def test_a_claim_has_one_holder(register: Register):
    with register.writing() as writing:
        assert writing.take_claim("deposit", "123", CASE)
        assert writing.take_claim("deposit", "123", CASE)
        assert not writing.take_claim("deposit", "123", OTHER)
        assert writing.take_claim("person", "123", OTHER)
        assert writing.take_claim("person", "456", CASE)
    with register.reading() as reading:
        assert reading.claim("deposit", "123") == CASE
        assert reading.claim("deposit", "456") is None
    with register.writing() as writing:
        writing.release_claims(CASE, "deposit")
        assert writing.claim("deposit", "123") is None
        assert writing.claim("person", "456") == CASE
        writing.release_claims(CASE)
        assert writing.claim("person", "456") is None
        assert writing.claim("person", "123") == OTHER


@pytest.fixture(scope="session")
def certificate() -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Prueba")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(2**120 + 7)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )


@pytest.fixture
def intent(certificate: x509.Certificate) -> CertificateRow:
    return CertificateRow(
        serial=str(certificate.serial_number),
        case_id=CASE,
        to_be_signed=certificate.tbs_certificate_bytes,
        csr_sha256="00" * 32,
        authority_key_id="issuing-1",
        at=START,
    )


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def chain(writing: Writing, **public: str) -> None:
    revision = writing.head().seq
    said = PreparedEvent("said", 1, dict(public), {})
    writing.append(stream(3, "issuing"), revision, [said], origin(), b"", 1)


def intend(writing: Writing, intent: CertificateRow) -> None:
    digest = hashlib.sha256(intent.to_be_signed).hexdigest()
    chain(writing, serial=intent.serial, to_be_signed_sha256=digest)
    writing.record_intent(intent)


def issue(writing: Writing, intent: CertificateRow, octets: bytes) -> None:
    digest = hashlib.sha256(octets).hexdigest()
    chain(writing, serial=intent.serial, certificate_sha256=digest)
    writing.record_certificate(intent.serial, octets)


def faults(office: OfficeFolder, register: Register) -> list[str]:
    return [fault.code for fault in office.verify(register).faults]


def test_a_certificate_goes_from_intent_to_revoked(register, office, certificate, intent):
    with register.writing() as writing:
        intend(writing, intent)
        assert writing.open_intents() == [intent]
    with register.writing() as writing:
        issue(writing, intent, der(certificate))
        assert writing.open_intents() == []
        found = writing.certificate(intent.serial)
        assert found == replace(intent, state="issued", certificate=der(certificate))
    with register.writing() as writing:
        chain(writing, serial=intent.serial, revocation_reason="superseded")
        writing.record_revoked(StandingRow(intent.serial, START, "superseded"))
        found = writing.certificate(intent.serial)
        assert found is not None
        assert (found.state, found.revoked_at, found.revocation_reason) == (
            "revoked",
            START,
            "superseded",
        )
    assert faults(office, register) == []


def test_no_step_is_taken_twice_or_backwards(register: Register, intent: CertificateRow):
    with register.writing() as writing:
        serial = intent.serial
        with pytest.raises(ValueError, match="not intended"):
            writing.record_certificate(serial, b"")
        writing.record_intent(intent)
        with pytest.raises(ValueError, match="not issued"):
            writing.record_revoked(StandingRow(serial, START, "superseded"))
        writing.record_abandoned(serial)
        with pytest.raises(ValueError, match="not intended"):
            writing.record_certificate(serial, b"")
    with pytest.raises(ValueError, match="before its certificate"), register.writing() as writing:
        writing.record_intent(replace(intent, serial="9", state="issued"))
    with pytest.raises(IntegrityError), register.writing() as writing:
        writing.record_intent(intent)


def test_an_open_intent_is_only_told(register, office: OfficeFolder, intent):
    with register.writing() as writing:
        intend(writing, intent)
    report = office.verify(register)
    assert report.ok
    [told] = report.faults
    assert (told.code, told.severity) == (RegisterCode.INTENT_OPEN, Severity.INFORMS)

    at_work = verify(register, office.checkpoint, office.signer.public_key, {}, last_tick=START)
    assert at_work.faults == ()
    later = START + timedelta(seconds=1)
    left_open = verify(register, office.checkpoint, office.signer.public_key, {}, last_tick=later)
    assert len(left_open.faults) == 1


def test_a_certificate_without_a_chained_intent_is_found(register, office, certificate, intent):
    with register.writing() as writing:
        writing.record_intent(intent)
        issue(writing, intent, der(certificate))
    assert faults(office, register) == [RegisterCode.CERTIFICATE_WITHOUT_INTENT]


def test_an_intent_after_its_certificate_is_found(register, office, certificate, intent):
    with register.writing() as writing:
        digest = hashlib.sha256(der(certificate)).hexdigest()
        chain(writing, serial=intent.serial, certificate_sha256=digest)
        intend(writing, intent)
        writing.record_certificate(intent.serial, der(certificate))
    assert faults(office, register) == [RegisterCode.CERTIFICATE_WITHOUT_INTENT]


def test_other_bytes_than_the_intended_are_found(register, office, certificate, intent):
    other = replace(intent, to_be_signed=intent.to_be_signed + b"\x00")
    with register.writing() as writing:
        intend(writing, other)
        issue(writing, other, der(certificate))
    assert faults(office, register) == [RegisterCode.CERTIFICATE_DIFFERS]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE certificates SET certificate = X'3000'",
        "UPDATE certificates SET certificate = NULL",
        "UPDATE certificates SET certificate = NULL, state = 'intended'",
        "DELETE FROM certificates",
    ],
)
def test_a_changed_certificate_is_found(register, office, certificate, intent, statement):
    with register.writing() as writing:
        intend(writing, intent)
        issue(writing, intent, der(certificate))
    office.tamper(statement)
    assert faults(office, register) == [RegisterCode.CERTIFICATE_DIFFERS]


def notice(number: int, minutes: int = 0, **changes: object) -> NoticeRow:
    at = START + timedelta(minutes=minutes)
    row = NoticeRow(
        UUID(int=number), CASE, "code", "es", "a@example.ec", b"{}", b"sealed", "queued", 0, at,
        None, at,
    )  # fmt: skip
    return replace(row, **changes)


def test_due_notices_come_oldest_first(register: Register):
    now = START + timedelta(minutes=10)
    with register.writing() as writing:
        for row in (
            notice(1, 5),
            notice(2, 10, state="failed"),
            notice(3, 11),
            notice(4, 1, state="sent"),
            notice(5, 1, state="dead"),
            notice(6, 2),
        ):
            writing.queue_notice(row)
        assert [row.id.int for row in writing.due_notices(now, 50)] == [6, 1, 2]
        assert [row.id.int for row in writing.due_notices(now, 1)] == [6]


def test_an_attempt_is_written_down_and_the_secret_cleared(register: Register):
    with register.writing() as writing:
        writing.queue_notice(notice(1))
        later = START + timedelta(hours=1)
        writing.record_notice_attempt(
            UUID(int=1), state="sent", attempts=1, next_attempt_at=later, last_error="250"
        )
        writing.clear_notice_secret(UUID(int=1))
    with register.reading() as reading:
        assert reading.notice(UUID(int=1)) == notice(
            1, state="sent", attempts=1, next_attempt_at=later, last_error="250",
            sealed_secret=None,
        )  # fmt: skip
        assert reading.notice(UUID(int=2)) is None
    with pytest.raises(ValueError, match="no such notice"), register.writing() as writing:
        writing.clear_notice_secret(UUID(int=2))


def test_notices_page_newest_first(register: Register):
    with register.writing() as writing:
        for number in range(5):
            case_id = OTHER if number == 3 else CASE
            writing.queue_notice(notice(number, number, case_id=case_id))
        first = writing.notices(limit=3)
        assert [row.id.int for row in first.rows] == [4, 3, 2]
        assert first.next == PageKey(START + timedelta(minutes=2), UUID(int=2))
        second = writing.notices(first.next, limit=3)
        assert [row.id.int for row in second.rows] == [1, 0]
        assert second.next is None
        assert [row.id.int for row in writing.notices(case_id=OTHER).rows] == [3]
