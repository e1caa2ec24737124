"""`verify` compares files, certificates, indexes and policies with what the events say."""

import base64
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from issuance.access.key_ring import Purpose
from issuance.certificates.keys import certificate_der, make_private_key
from issuance.certificates.stream import AuthorityState, SealCreated, evolve_authority
from issuance.certificates.unregistered import UnregisteredRevocationAsked
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import found_office
from issuance.engine.inspection import inspect_office, recovered_keys
from issuance.engine.office import named_stream
from issuance.engine.opening import OpenedOffice
from issuance.engine.streams import append, read_state
from issuance.findings import Finding
from issuance.findings.register import RegisterCode
from issuance.model import canonical_bytes
from issuance.policies.loader import load_policy
from issuance.policies.stream import PolicyEnacted, PolicyState, evolve_policy
from issuance.register.connection import connect
from issuance.register.fault import VerificationReport
from issuance.register.model import Origin
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import Desk
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

SOURCES = system_sources()


@pytest.fixture(scope="module")
def played(pristine: FoundedOffice, tmp_path_factory: pytest.TempPathFactory) -> FoundedOffice:
    """An office with one citizen who has a certificate."""
    place = tmp_path_factory.mktemp("played")
    shutil.copytree(pristine.folder, place / "office")
    product = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
    assert product is not None
    rehearsal = Rehearsal(
        place / "office", SOURCES, make_private_key, product, place / "certificate.p12"
    )
    rehearsal.play()
    rehearsal.close()
    return FoundedOffice(place / "office", pristine.recovery_key)


@pytest.fixture
def there(played: FoundedOffice, tmp_path: Path) -> FoundedOffice:
    """Return a copy to be spoilt."""
    shutil.copytree(played.folder, tmp_path / "office")
    return FoundedOffice(tmp_path / "office", played.recovery_key)


def judged(office: FoundedOffice) -> VerificationReport:
    report = inspect_office(office.folder, office.recovery_key, SOURCES)
    assert isinstance(report, VerificationReport), report
    return report


def codes(office: FoundedOffice) -> set[str]:
    return {fault.code for fault in judged(office).faults}


def tamper(office: FoundedOffice, *statements: str) -> None:
    """Change the tables behind the register's back, with the key."""
    keys = recovered_keys(office.folder, office.recovery_key, SOURCES)
    assert not isinstance(keys, Finding)
    connection = connect(office.folder / "register.db", keys.key(Purpose.REGISTER))
    for statement in statements:
        assert connection.execute(statement).rowcount != 0, statement
    connection.close()


def files(office: FoundedOffice) -> list[Path]:
    return sorted(path for path in (office.folder / "blobs").rglob("*") if path.is_file())


def test_what_was_played_is_whole(there: FoundedOffice):
    report = judged(there)
    assert report.ok
    assert report.faults == ()
    assert len(files(there)) > 3


def test_every_file_that_is_lost_is_told_with_who_names_it(there: FoundedOffice):
    kept = files(there)
    shutil.rmtree(there.folder / "blobs")
    report = judged(there)
    assert not report.ok
    assert [fault.code for fault in report.faults] == [RegisterCode.FILE_DAMAGED] * len(kept)
    named = [fault.seq for fault in report.faults]
    assert None not in named
    assert report.first_wrong_entry == min(seq for seq in named if seq)


@pytest.mark.parametrize("where", ["first", "last"])
def test_a_file_that_was_altered_is_told(there: FoundedOffice, where: str):
    for number, path in enumerate(files(there)[:2]):
        content = bytearray(path.read_bytes())
        content[0 if where == "first" else -1] ^= 1
        path.write_bytes(content)
        assert len(judged(there).faults) == number + 1
    assert codes(there) == {RegisterCode.FILE_DAMAGED}


def test_files_that_changed_places_are_told(there: FoundedOffice, tmp_path: Path):
    one, two, *_ = files(there)
    one.rename(tmp_path / "third")
    two.rename(one)
    (tmp_path / "third").rename(two)
    assert [fault.code for fault in judged(there).faults] == [RegisterCode.FILE_DAMAGED] * 2


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM fingerprints", {RegisterCode.INDEX_DIFFERS}),
        ("UPDATE fingerprints SET fingerprint = 'ff'", {RegisterCode.INDEX_DIFFERS}),
        ("UPDATE fingerprints SET person = case_id", {RegisterCode.INDEX_DIFFERS}),
        ("UPDATE fingerprints SET seq = seq + 1", {RegisterCode.INDEX_DIFFERS}),
        ("DELETE FROM certificate_lives", {RegisterCode.INDEX_DIFFERS}),
        ("UPDATE certificate_lives SET state = 'revoked'", {RegisterCode.INDEX_DIFFERS}),
        (
            "UPDATE certificate_lives SET not_after = '2099-01-01T00:00:00.000000Z'",
            {RegisterCode.INDEX_DIFFERS},
        ),
        (
            "INSERT INTO renewed_certificates SELECT office, serial, '7' FROM certificate_lives",
            {RegisterCode.INDEX_DIFFERS},
        ),
        (
            "UPDATE certificates SET authority_key_id = 'another'",
            {RegisterCode.CERTIFICATE_NOT_OURS},
        ),
        (
            "UPDATE certificates SET state = 'revoked', revocation_reason = 'keyCompromise'",
            {RegisterCode.STANDING_DIFFERS, RegisterCode.INDEX_DIFFERS},
        ),
    ],
)
def test_a_change_beside_the_chain_is_told(
    there: FoundedOffice, statement: str, found: set[RegisterCode]
):
    tamper(there, statement)
    assert codes(there) == found
    assert not judged(there).ok


def opened(office: FoundedOffice) -> tuple[Desk, OpenedOffice]:
    desk = Desk(office)
    return desk, desk.log_in("jefa")


def add_seal(office: FoundedOffice, certificate: Callable[[OpenedOffice], bytes]) -> None:
    """Let the chain hold, correctly linked, that the office has another seal."""
    desk, here = opened(office)
    open_now = here.engine.office
    stream = named_stream(open_now.id, "authority")
    with open_now.register.writing() as writing:
        state, revision = read_state(writing, stream, AuthorityState)
        assert state is not None
        der = certificate(here)
        serial, not_after = _described(der)
        event = SealCreated(
            key="another", authority_key=state.key, serial=serial,
            certificate=base64.b64encode(der).decode(), not_after=not_after,
        )  # fmt: skip
        origin = Origin(open_now.now(), "jefa", None, None)
        append(writing, stream, revision, [event], origin, evolve_authority(state, event))
    desk.leave()


def _described(der: bytes):
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(der)
    return str(certificate.serial_number), certificate.not_valid_after_utc


def test_a_certificate_of_another_authority_is_told(there: FoundedOffice, tmp_path: Path):
    found_office(tmp_path / "other", demonstration_plan(), SOURCES, make_private_key)
    other = Desk(FoundedOffice(tmp_path / "other", there.recovery_key))
    foreign = certificate_der(other.log_in("jefa").engine.office.authority.issuing)
    other.leave()
    add_seal(there, lambda here: foreign)
    assert codes(there) == {RegisterCode.CERTIFICATE_NOT_OURS}


def test_a_serial_used_twice_is_told(there: FoundedOffice):
    def issued(here: OpenedOffice) -> bytes:
        with here.engine.office.register.reading() as reading:
            (row, *_) = [each for each in reading.certificates() if each.certificate]
        assert row.certificate is not None
        return row.certificate

    add_seal(there, issued)
    assert codes(there) == {RegisterCode.SERIAL_TWICE}


@pytest.mark.parametrize("forgery", ["another's", "another serial", "no certificate"])
def test_a_revocation_of_what_the_authority_did_not_issue_is_told(
    there: FoundedOffice, forgery: str
):
    desk, here = opened(there)
    office = here.engine.office
    stream, now = named_stream(office.id, "authority"), office.now()
    # The root signed the issuing authority; the issuing one signed the seal.
    with office.register.writing() as writing:
        state, revision = read_state(writing, stream, AuthorityState)
        assert state is not None
        assert state.seal is not None
        certificate, serial = {
            "another's": (state.issuing, f"{office.authority.issuing.serial_number:x}"),
            "another serial": (state.seal.certificate, "1234abcd"),
            "no certificate": ("bm8=", "1234abcd"),
        }[forgery]
        event = UnregisteredRevocationAsked(
            serial=serial, by="olga", at=now, certificate=certificate, holder="ANA",
            identification="", not_after=now, cause="key_compromise", effective=None,
            asked_by="holder", identified_by="card_at_counter", asker="", note="",
        )  # fmt: skip
        origin = Origin(now, "olga", None, None)
        append(writing, stream, revision, [event], origin, evolve_authority(state, event))
    desk.leave()
    assert codes(there) == {RegisterCode.CERTIFICATE_NOT_OURS}


@pytest.mark.parametrize(
    ("files", "version", "found"),
    [
        ({"policy.toml": "00"}, None, {"POLICY_VERSION_TWICE", "POLICY_FILES_CHANGED"}),
        ({"policy.toml": "00"}, "99", set[str]()),
        ({}, "99", {"POLICY_VERSION_TWICE"}),
    ],
)
def test_a_policy_is_its_files(
    there: FoundedOffice, files: dict[str, str], version: str | None, found: set[str]
):
    desk, here = opened(there)
    office = here.engine.office
    stream = named_stream(office.id, "policy", office.policy.policy.id)
    digest = hashlib.sha256(canonical_bytes(dict(files))).hexdigest()
    with office.register.writing() as writing:
        state, revision = read_state(writing, stream, PolicyState)
        event = PolicyEnacted(
            policy=office.policy.policy.id, version=version or office.policy.policy.version,
            digest=digest if files else "00", proposed_by="jefa", by="olga",
            files=files or {"policy.toml": "00"},
        )  # fmt: skip
        origin = Origin(office.now(), "jefa", None, None)
        append(writing, stream, revision, [event], origin, evolve_policy(state, event))
    desk.leave()
    assert codes(there) == found
    assert judged(there).ok is not ("POLICY_VERSION_TWICE" in found)


def test_a_line_of_an_institution_says_what_its_stream_says(
    furnished: FoundedOffice, tmp_path: Path
):
    shutil.copytree(furnished.folder, tmp_path / "office")
    office = FoundedOffice(tmp_path / "office", furnished.recovery_key)
    assert codes(office) == set()
    tamper(office, "UPDATE institution_items SET status = 'ended' WHERE kind = 'institution'")
    assert codes(office) == {RegisterCode.INDEX_DIFFERS}
