"""An office whose register is on PostgreSQL, open in several places at once."""

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from importlib import import_module
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest

from issuance.certificates.keys import make_private_key
from issuance.engine.backup import back_up
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.engine.inspection import inspect_office
from issuance.engine.storage import Storage, write_storage
from issuance.findings import Finding
from issuance.findings.backup import BackupCode
from issuance.findings.register import RegisterCode
from issuance.notices.delivery import Delivery
from issuance.notices.mail import mail_address
from issuance.notices.outbox import Outbox
from issuance.policies.loader import load_policy
from issuance.register.fault import VerificationReport
from issuance.register.model import NoticeRow
from issuance.register.place import Postgresql
from tests.engine.conftest import FoundedOffice
from tests.postgresql import PROGRAMS, PostgresqlServer, postgresql_server, query
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

__all__ = ["postgresql_server"]
ResultT = TypeVar("ResultT")
DUE = 200


@pytest.fixture
def database(postgresql_server: PostgresqlServer) -> Iterator[Postgresql]:
    database = postgresql_server.new_database()
    yield database
    postgresql_server.remove(database)


@pytest.fixture
def office(database: Postgresql, tmp_path: Path) -> FoundedOffice:
    folder = tmp_path / "office"
    storage = Storage(database, folder / "blobs")
    founded = found_office(
        folder, demonstration_plan(), system_sources(), make_private_key, storage=storage
    )
    assert isinstance(founded, Founded)
    return FoundedOffice(folder, founded.recovery_key)


@pytest.fixture
def rehearse(office: FoundedOffice, tmp_path: Path) -> Iterator[Callable[[int], Rehearsal]]:
    made: list[Rehearsal] = []

    def make(number: int) -> Rehearsal:
        product = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
        assert product is not None
        target = tmp_path / f"{number}.p12"
        made.append(
            Rehearsal(office.folder, system_sources(), make_private_key, product, target, number)
        )
        return made[-1]

    yield make
    for rehearsal in made:
        rehearsal.close()


def at_once(*works: Callable[[], ResultT]) -> list[ResultT]:
    results: list[ResultT] = []
    threads = [threading.Thread(target=lambda each=each: results.append(each())) for each in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def codes(found: VerificationReport | tuple[Finding, ...]) -> list[str]:
    findings = found if isinstance(found, tuple) else found.faults
    return [each.code for each in findings]


@pytest.mark.soak
def test_two_places_issue_at_once_and_all_is_whole(office: FoundedOffice, rehearse, database):
    """Each has the office open for itself, as two processes of a server have."""
    places = [rehearse(number) for number in range(2)]
    for place in places:
        # One after the other, since the demonstration's one mailbox has everybody's codes.
        place.apply()
        place.approve()
        place.bring_evidence()
        place.accept_evidence()
        place.pay()
        place.confirm_person()
        place.enter_activation_code()

    delivered = at_once(*(place.hand_over for place in places))

    assert len({each.serial for each in delivered}) == 2
    assert not (office.folder / "register.db").exists()
    report = inspect_office(office.folder, office.recovery_key, system_sources())
    assert codes(report) == []
    assert query(database, "SELECT count(*) FROM leases") == [(0,)]
    assert query(database, "SELECT count(*) FROM certificate_lives WHERE unlisted") == [(0,)]


def test_a_server_that_fell_silent_is_a_finding(office: FoundedOffice, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    (office.folder / "storage.toml").write_text('[register]\npostgresql = "host=/nowhere"\n')
    found = inspect_office(office.folder, office.recovery_key, system_sources())
    assert isinstance(found, tuple)
    assert found[0].code == RegisterCode.REGISTER_UNREACHABLE


def test_a_backup_says_what_to_do_instead(office: FoundedOffice, tmp_path: Path):
    target, recipient = (
        tmp_path / "backup.age",
        str(import_module("pyrage").x25519.Identity.generate().to_public()),
    )
    refused = back_up(office.folder, office.recovery_key, [recipient], target, system_sources())
    assert isinstance(refused, tuple)
    assert [each.code for each in refused] == [BackupCode.BACKUP_OF_SERVER]
    assert not target.exists()


@pytest.mark.soak
def test_a_dump_with_the_folder_is_an_office_again(
    office: FoundedOffice, database, postgresql_server: PostgresqlServer, tmp_path: Path
):
    """As the administrator's guide says: the database first, the folder after it, then `verify`."""
    dump, other = tmp_path / "register.dump", postgresql_server.new_database()
    from_, to = (each.conninfo.reveal() for each in (database, other))
    subprocess.run([PROGRAMS / "pg_dump", "-Fc", "-f", dump, "-d", from_], check=True)
    elsewhere = shutil.copytree(office.folder, tmp_path / "elsewhere")
    subprocess.run([PROGRAMS / "pg_restore", "-d", to, dump], check=True)
    write_storage(elsewhere, Storage(other, elsewhere / "blobs"))
    try:
        report = inspect_office(elsewhere, office.recovery_key, system_sources())
        assert isinstance(report, VerificationReport), report
        assert codes(report) == []
        assert report.entries > 0
        query(other, "DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)")
        assert codes(inspect_office(elsewhere, office.recovery_key, system_sources())) != []
    finally:
        postgresql_server.remove(other)


class CountingTransport:
    """Remembers which messages it was given."""

    def __init__(self) -> None:
        self.given: list[UUID] = []

    def deliver(self, message: EmailMessage, notice_id: UUID) -> Delivery:
        del message
        self.given.append(notice_id)
        return Delivery()


def test_any_number_of_workers_send_each_mail_once(rehearse):
    """Four places with one office open, 200 due notices."""
    places = [rehearse(number) for number in range(4)]
    for place in places:
        place.log_in("olga")
    registers = [place.office.engine.office.register for place in places]
    now = datetime.now(UTC)
    registers[0].write(
        lambda writing: [writing.queue_notice(due(each, now)) for each in range(DUE)]
    )
    transport = CountingTransport()

    taken = at_once(*(outbox(place, transport) for place in places))

    assert sum(taken) == DUE
    assert sorted(transport.given) == [UUID(int=each) for each in range(DUE)]
    with registers[0].reading() as reading:
        assert reading.due_notices(now, 1) == []


def outbox(place: Rehearsal, transport: CountingTransport) -> Callable[[], int]:
    office = place.office.engine.office
    sender = mail_address("oficina@example.ec")
    assert sender is not None
    texts = "Subject: Hola\n\nHola.\n"
    made = Outbox(
        office.register, transport, lambda name, language: texts, sender, office.notice_sealing,
        office.sources.clock,
    )  # fmt: skip
    return lambda: made.deliver_due(DUE)


def due(number: int, now: datetime) -> NoticeRow:
    return NoticeRow(
        UUID(int=number), None, "plain", "es", "a@example.ec", b"{}", None, "queued", 0, now,
        None, now,
    )  # fmt: skip
