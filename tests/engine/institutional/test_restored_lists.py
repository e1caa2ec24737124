"""After a restore, institutions' lists go on naming what was revoked since the backup."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from issuance.certificates.ocsp import certificate_id
from issuance.engine import institution_status
from issuance.engine.backup import BackedUp, back_up
from issuance.engine.backup_file import make_key_pair
from issuance.engine.institution_authority import authorities, certificate_of
from issuance.engine.institution_lists import publish_institution_lists
from issuance.engine.institution_status import publish_institution_answers
from issuance.engine.office import Office
from issuance.engine.opening import OpenedOffice
from issuance.engine.portable_issuing import certify
from issuance.engine.publishing import status_files
from issuance.engine.restoring import Restored, restore
from issuance.findings.backup import BackupCode
from issuance.findings.revocation import RevocationFinding
from issuance.institutions.portable_stream import PortableStatus
from issuance.signing.ticket_token import UNATTENDED
from tests.engine.conftest import FoundedOffice
from tests.engine.institutional.verified import verified
from tests.engine.ministry import Ministry, key_in, opened
from ventanilla.compose import system_sources

OTHER = ("Ministerio de Salud", "61979440-0")


@dataclass
class Lost:
    """A platform that went on after its backup: one certificate revoked, two issued and revoked."""

    backup: Path
    identity: Path
    target: Path
    founded: FoundedOffice
    known: UUID
    known_serial: int
    unknown_serials: tuple[int, int]
    lists: tuple[Path, ...]

    def restore(self, *lists: Path) -> Restored | tuple[str, ...]:
        done = restore(
            self.backup, self.identity, self.target, lambda _: self.founded.recovery_key,
            system_sources(), lists,
        )  # fmt: skip
        return done if isinstance(done, Restored) else tuple(each.code for each in done)


def serial_of(office: Office, certificate: UUID) -> int:
    return certificate_of(key_in(office, certificate).certificate).serial_number


def issue(office: Office, ministry: Ministry, run: str) -> UUID:
    certificate = ministry.approved(ministry.register(run), UNATTENDED)
    assert certify(office, "mario", certificate) == ()
    return certificate


@pytest.fixture
def lost(founded: FoundedOffice, folder: Path, tmp_path: Path) -> Lost:
    pair, identity = make_key_pair(), tmp_path / "identity.txt"
    identity.write_text(f"{pair.identity.reveal()}\n")
    backup = tmp_path / "office.age"
    platform = opened(folder)
    office = platform.engine.office
    ministry = Ministry.enabled(office)
    Ministry.enabled(office, *OTHER)
    known = issue(office, ministry, "12345678-5")
    publish_institution_lists(office, "")
    sources, recipients = system_sources(), [pair.recipient]
    made = back_up(folder, founded.recovery_key, recipients, backup, sources)
    assert isinstance(made, BackedUp), made
    since = [issue(office, ministry, run) for run in ("23456789-6", "11111111-1")]
    first, second = (serial_of(office, each) for each in since)
    known_serial = serial_of(office, known)
    for each in (known, *since):
        ministry.revoke(each)
    publish_institution_lists(office, "")
    platform.close()
    lists = tuple(each for each in (folder / "published").glob("*.crl") if len(each.stem) == 32)
    kept = tuple(Path(shutil.copy(each, tmp_path)) for each in lists)
    return Lost(
        backup, identity, tmp_path / "restored", founded, known, known_serial, (first, second), kept
    )


@pytest.fixture
def there(lost: Lost, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenedOffice]:
    """The restored platform, after its first round, which answers in the smallest portions."""
    monkeypatch.setattr(institution_status, "_AT_ONCE", 1)
    done = lost.restore(*lost.lists)
    assert isinstance(done, Restored), done
    assert done.report.ok
    institutions = done.begun.institutions
    assert institutions is not None
    assert (institutions.revocations, institutions.without_list) == (3, 0)
    platform = opened(lost.target)
    platform.engine.run_due(platform.session)
    yield platform
    platform.close()
    assert verified(lost.target, lost.founded).faults == ()


def named_in(path: Path) -> dict[int, x509.RevokedCertificate]:
    return {each.serial_number: each for each in x509.load_der_x509_crl(path.read_bytes())}


def answered(office: Office, serial: int) -> ocsp.OCSPResponse:
    """Return what is published about a certificate of whichever institution answers for it."""
    with office.register.reading() as reading:
        issuers = [certificate_of(state.certificate) for _, state in authorities(reading)]
    files = status_files(office)
    for issuer in issuers:
        answer = files.answers_of(issuer).answer(certificate_id(issuer, serial))
        if answer is not None:
            return ocsp.load_der_ocsp_response(answer)
    raise AssertionError("nothing answers for it")


def number_of(path: Path) -> int:
    extensions = x509.load_der_x509_crl(path.read_bytes()).extensions
    return extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def test_what_was_revoked_since_the_backup_stays_revoked(lost: Lost, there: OpenedOffice):
    (before,) = (each for each in lost.lists if named_in(each))
    after = lost.target / "published" / before.name
    assert number_of(after) > number_of(before)
    for serial in (lost.known_serial, *lost.unknown_serials):
        then, now = named_in(before)[serial], named_in(after)[serial]
        assert now.revocation_date_utc == then.revocation_date_utc
        assert list(now.extensions) == list(then.extensions)
    office = there.engine.office
    assert Ministry(office, lost.known).status(lost.known) is PortableStatus.REVOKED
    assert key_in(office, lost.known).ended
    with office.register.reading() as reading:
        row = reading.certificate(str(lost.known_serial))
    assert row is not None
    assert row.revoked_at == named_in(before)[lost.known_serial].revocation_date_utc
    for serial in (lost.known_serial, *lost.unknown_serials):
        answer = answered(office, serial)
        assert answer.certificate_status is ocsp.OCSPCertStatus.REVOKED
        assert answer.revocation_time_utc == named_in(before)[serial].revocation_date_utc
    assert publish_institution_answers(office, "") == (0, ())
    # What the register knows by now is named once, and nothing is left to publish.
    assert len(named_in(after)) == 3
    assert publish_institution_lists(office, "") == (0, ())


def test_a_key_that_a_list_ended_signs_nothing_from_the_opening_on(lost: Lost):
    assert isinstance(lost.restore(*lost.lists), Restored)
    platform = opened(lost.target)
    assert key_in(platform.engine.office, lost.known).ended
    platform.close()


def test_what_is_served_before_anybody_logs_in_is_the_list_published_last(lost: Lost):
    assert isinstance(lost.restore(*lost.lists), Restored)
    for each in lost.lists:
        assert (lost.target / "published" / each.name).read_bytes() == each.read_bytes()


def test_of_two_lists_of_one_institution_the_newer_counts(lost: Lost, tmp_path: Path):
    (newer,) = (each for each in lost.lists if named_in(each))
    assert isinstance(lost.restore(*lost.lists), Restored)
    platform = opened(lost.target)
    platform.engine.run_due(platform.session)
    platform.close()
    newest = Path(shutil.copy(lost.target / "published" / newer.name, tmp_path / "newest.crl"))
    shutil.rmtree(lost.target)
    assert isinstance(lost.restore(newest, newer), Restored)
    assert (lost.target / "published" / newer.name).read_bytes() == newest.read_bytes()
    platform = opened(lost.target)
    platform.engine.run_due(platform.session)
    platform.close()
    assert number_of(lost.target / "published" / newer.name) > number_of(newest)


def test_an_institution_without_a_list_is_told(lost: Lost):
    done = lost.restore()
    assert isinstance(done, Restored)
    assert done.begun.institutions is not None
    assert (done.begun.institutions.revocations, done.begun.institutions.without_list) == (0, 2)


def test_a_list_of_nobody_here_and_no_list_at_all_are_refused(lost: Lost, tmp_path: Path):
    altered, nothing = tmp_path / "altered.crl", tmp_path / "nothing.crl"
    content = bytearray(lost.lists[0].read_bytes())
    content[-1] ^= 1
    altered.write_bytes(content)
    nothing.write_bytes(b"no list")
    assert lost.restore(altered) == (RevocationFinding.LIST_OF_ANOTHER_AUTHORITY,)
    assert lost.restore(nothing) == (RevocationFinding.LIST_UNREADABLE,)
    assert not lost.target.exists()


def test_a_list_of_before_the_backup_is_refused(lost: Lost, tmp_path: Path):
    assert isinstance(lost.restore(*lost.lists), Restored)
    platform = opened(lost.target)
    platform.engine.run_due(platform.session)
    platform.close()
    again = tmp_path / "again.age"
    pair, sources = make_key_pair(), system_sources()
    made = back_up(lost.target, lost.founded.recovery_key, [pair.recipient], again, sources)
    assert isinstance(made, BackedUp), made
    lost.identity.write_text(f"{pair.identity.reveal()}\n")
    later = replace(lost, backup=again, target=tmp_path / "later")
    assert later.restore(*lost.lists) == (BackupCode.RESTORE_LIST_OLDER,)
