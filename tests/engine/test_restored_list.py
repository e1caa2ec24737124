"""After a restore the list published last is carried over: what it revokes stays revoked."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from backend_client.life_view import LifeView
from backend_client.policy_view import PolicyView
from issuance.cases.commands.life import ReinstateCertificate, SuspendCertificate
from issuance.certificates.ocsp import certificate_id
from issuance.certificates.revocation_reasons import RevocationReason
from issuance.engine.backup import BackedUp, back_up
from issuance.engine.backup_file import KeyPair, make_key_pair
from issuance.engine.inspection import inspect_office
from issuance.engine.restoring import Restored, restore
from issuance.engine.status_files import StatusFiles
from issuance.engine.storage import REGISTER_NAME
from issuance.findings.backup import BackupCode
from issuance.findings.revocation import RevocationFinding
from issuance.register.fault import VerificationReport
from issuance.secret import Secret
from screens.certificate_sections import CertificateParts
from screens.paged_text import LabelledRow
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import sources_at
from tests.engine.issued_office import IssuedCase, IssuedOffice
from tests.engine.test_life import needs_openssl
from tests.issuance.certificates.status_samples import status_office
from tui.translation import Translator
from ventanilla.cli import main

DAY = timedelta(days=1)
SUSPEND = "compromise_suspected"


@dataclass
class Lost:
    """An office that goes on after its backup, and is then restored from that."""

    office: IssuedOffice
    recovery_key: Secret
    pair: KeyPair
    identity: Path

    @property
    def last_list(self) -> Path:
        """Return the file with the list published last."""
        return self.office.folder / "published" / "emisora.crl"

    def back_up(self, folder: Path | None = None) -> Path:
        target = self.identity.with_name("office.age")
        target.unlink(missing_ok=True)
        sources = sources_at(self.office.clock)
        recipients = [self.pair.recipient]
        made = back_up(folder or self.office.folder, self.recovery_key, recipients, target, sources)
        assert isinstance(made, BackedUp), made
        return made.file

    def restore(self, backup: Path, last_list: Path | None) -> Restored | list[str]:
        self.office.rehearsal.close()
        target = self.identity.with_name("restored") / "office"
        sources = sources_at(self.office.clock)
        done = restore(
            backup,
            self.identity,
            target,
            lambda _: self.recovery_key,
            sources,
            [last_list] if last_list else [],
        )
        if isinstance(done, Restored):
            assert done.report.ok, done.report.faults
            return done
        assert not target.parent.exists() or list(target.parent.iterdir()) == []
        return [each.code for each in done]

    def again(self, done: Restored | list[str]) -> IssuedOffice:
        """Let people work in the restored office."""
        assert isinstance(done, Restored), done
        played = IssuedCase(done.folder, self.office.played.case, self.office.clock)
        work = self.identity.with_name("again")
        work.mkdir()
        there = IssuedOffice(played, work)
        there.clock.moment = self.office.clock.now()
        there.run_due()
        return there

    def verify(self, there: IssuedOffice) -> None:
        there.rehearsal.close()
        report = inspect_office(there.folder, self.recovery_key, sources_at(there.clock))
        assert isinstance(report, VerificationReport), report
        assert report.ok, report.faults


@pytest.fixture
def lost(played: IssuedCase, pristine: FoundedOffice, tmp_path: Path) -> Iterator[Lost]:
    pair, identity = make_key_pair(), tmp_path / "identity.txt"
    identity.write_text(f"{pair.identity.reveal()}\n")
    office = IssuedOffice(played, tmp_path)
    yield Lost(office, pristine.recovery_key, pair, identity)
    office.rehearsal.close()


@needs_openssl
def test_a_revocation_made_after_the_backup_stays(lost: Lost):
    office = lost.office
    office.run_due()
    backup = lost.back_up()
    office.later(minutes=1)
    assert office.give(office.revoking()).applied
    before, last = office.published, lost.last_list.read_bytes()
    done = lost.restore(backup, lost.last_list)
    assert isinstance(done, Restored)
    # What is served before anybody logs in.
    served = StatusFiles(done.folder / "published", "emisora.crl")
    assert served.revocation_list() == last
    issuing = x509.load_der_x509_certificate(served.answers.issuer() or b"")
    asked = certificate_id(issuing, int(office.serial))
    assert served.answers.answer(asked) is None
    there = lost.again(done)
    assert "certificate revoked" in there.openssl_verify()
    assert there.published.entries == before.entries
    assert (there.published.number or 0) > (before.number or 0)
    assert there.life.line.state == "revoked"
    assert there.life.history[-1].kind == "standing_carried_over"
    assert there.life.history[-1].details["revocation_reason"] == "keyCompromise"
    policy = there.rehearsal.office.engine.office.policy
    words, terms = PolicyView(policy, "es"), LifeView(policy, "es")
    page = CertificateParts(there.life, words, terms, Translator("es"))
    assert LabelledRow("Causa", "(keyCompromise)") in page.standing()
    last = page.history()[-1]
    assert isinstance(last, LabelledRow)
    assert last.value.startswith("Trasladado de la lista de revocación publicada: motivo key")
    assert last.value.endswith(f"número de la lista: {before.number}")
    lost.verify(there)


@needs_openssl
def test_a_certificate_the_backup_does_not_know_stays_revoked_too(
    lost: Lost, pristine: FoundedOffice
):
    backup, office = lost.back_up(pristine.folder), lost.office
    certificate = Path(office.certificate)
    office.give(office.revoking())
    done = lost.restore(backup, lost.last_list)
    assert isinstance(done, Restored)
    assert done.begun.carried is not None
    assert (done.begun.carried.changed, len(done.begun.carried.unknown)) == (0, 1)
    there = lost.again(done)
    there.work.joinpath("holder.pem").write_bytes(certificate.read_bytes())
    (entry,) = there.published.entries
    assert (entry.serial, entry.reason) == (int(office.serial), RevocationReason.KEY_COMPROMISE)
    lost.verify(there)


def test_a_suspension_made_after_the_backup_can_be_lifted_again(lost: Lost):
    backup, office = lost.back_up(), lost.office
    office.give(SuspendCertificate(serial=office.serial, cause=SUSPEND))
    there = lost.again(lost.restore(backup, lost.last_list))
    assert there.listed(state="suspended") == [office.serial]
    there.become("adrian")
    lift = ReinstateCertificate(serial=office.serial, cause="suspension_ended")
    assert there.give(lift).applied
    there.become("olga")
    there.run_due()
    assert there.published.entries == ()
    lost.verify(there)


def test_a_suspended_certificate_that_became_revoked_is_revoked(lost: Lost):
    office = lost.office
    office.give(SuspendCertificate(serial=office.serial, cause=SUSPEND))
    backup = lost.back_up()
    office.give(office.revoking())
    there = lost.again(lost.restore(backup, lost.last_list))
    assert [each.reason for each in there.published.entries] == [RevocationReason.KEY_COMPROMISE]
    lost.verify(there)


def test_what_the_list_no_longer_names_stays_suspended_and_is_told(lost: Lost):
    office = lost.office
    office.give(SuspendCertificate(serial=office.serial, cause=SUSPEND))
    backup = lost.back_up()
    office.become("adrian")
    office.give(ReinstateCertificate(serial=office.serial, cause="suspension_ended"))
    office.become("olga")
    office.run_due()
    done = lost.restore(backup, lost.last_list)
    assert isinstance(done, Restored)
    assert done.begun.carried is not None
    assert (done.begun.carried.changed, done.begun.carried.unlisted) == (0, 1)
    assert lost.again(done).listed(state="suspended") == [office.serial]


def test_the_next_list_is_not_dated_before_the_one_carried_over(lost: Lost):
    backup, office = lost.back_up(), lost.office
    office.later(days=1)
    office.give(office.revoking())
    before = office.published
    office.clock.moment -= DAY
    there = lost.again(lost.restore(backup, lost.last_list))
    assert there.published.this_update >= before.this_update
    assert [each.code for each in there.run_due().published.waits] == [
        RevocationFinding.LIST_DATED_AHEAD
    ]


def stale(lost: Lost) -> Path:
    """Return a list that is older than the backup."""
    old = lost.identity.with_name("old.crl")
    old.write_bytes(lost.last_list.read_bytes())
    lost.office.give(lost.office.revoking())
    return old


def foreign(lost: Lost) -> Path:
    path = lost.identity.with_name("other.crl")
    path.write_bytes(status_office("p-256").list(number=99))
    return path


def damaged(lost: Lost) -> Path:
    path, content = lost.identity.with_name("damaged.crl"), bytearray(lost.last_list.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (stale, BackupCode.RESTORE_LIST_OLDER),
        (foreign, RevocationFinding.LIST_OF_ANOTHER_AUTHORITY),
        (damaged, RevocationFinding.LIST_OF_ANOTHER_AUTHORITY),
        (lambda lost: lost.identity, RevocationFinding.LIST_UNREADABLE),
        (lambda lost: lost.identity.parent, BackupCode.BACKUP_UNREADABLE),
    ],
)
def test_another_list_restores_nothing(make: Callable[[Lost], Path], code: str, lost: Lost):
    last_list = make(lost)
    assert lost.restore(lost.back_up(), last_list) == [code]


def recovery_file(lost: Lost) -> Path:
    path = lost.identity.with_name("recovery.txt")
    path.write_text(lost.recovery_key.reveal())
    return path


def test_a_register_that_was_brought_back_takes_the_list_up(
    lost: Lost, played: IssuedCase, capsys: pytest.CaptureFixture[str]
):
    """As after `pg_restore`: the folder has seen more than its register knows."""
    office = lost.office
    office.give(office.revoking())
    number = office.published.number
    office.rehearsal.close()
    for former in office.folder.glob(f"{REGISTER_NAME}*"):
        former.unlink()
    for earlier in played.folder.glob(f"{REGISTER_NAME}*"):
        shutil.copy(earlier, office.folder)
    own = ["take-up", str(office.folder), "--key-file", str(recovery_file(lost)), "--json"]
    assert main([*own, "--list", str(lost.identity)]) == 1
    assert json.loads(capsys.readouterr().out)["findings"]
    assert main([*own, "--list", str(lost.last_list)]) == 0
    carried = json.loads(capsys.readouterr().out)["list"]
    assert carried == {"number": number, "changed": 1, "unknown": 0, "unlisted": 0}
    (seen,) = office.folder.glob("checkpoint.json.before-*")
    assert seen.stat().st_size
    report = inspect_office(office.folder, lost.recovery_key, sources_at(office.clock))
    assert isinstance(report, VerificationReport), report
    assert report.ok, report.faults


def test_the_command_takes_the_list_and_tells_what_came_of_it(
    lost: Lost, capsys: pytest.CaptureFixture[str]
):
    backup, office = lost.back_up(), lost.office
    office.give(office.revoking())
    number = office.published.number
    office.rehearsal.close()
    own = ["--identity", str(lost.identity), "--key-file", str(recovery_file(lost))]
    target = lost.identity.with_name("one")
    arguments = ["restore", str(backup), "--into", str(target), *own]
    assert main([*arguments, "--list", str(lost.last_list), "--json"]) == 0
    carried = json.loads(capsys.readouterr().out)["list"]
    assert carried == {"number": number, "changed": 1, "unknown": 0, "unlisted": 0}
    arguments[3] = str(lost.identity.with_name("two"))
    assert main(arguments) == 0
    assert "--list" in capsys.readouterr().err
