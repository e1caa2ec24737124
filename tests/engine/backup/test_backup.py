"""A backup is made while people work, replaces nothing, and brings the office back as it was."""

import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from issuance.certificates.stream import AuthorityState
from issuance.engine.backup import BackedUp, back_up
from issuance.engine.backup_file import (
    BackupRefused,
    Contents,
    make_key_pair,
    read_backup,
    read_identities,
    read_recipient,
    write_backup,
)
from issuance.engine.inspection import inspect_office
from issuance.engine.restoring import Restored, restore
from issuance.findings.backup import BackupCode
from issuance.findings.notices import NoticeCode
from issuance.findings.register import RegisterCode
from issuance.notices.model import NoticeState
from issuance.queries import MailboxAnswer, MailboxQuery
from issuance.register.fault import VerificationReport
from tests.engine.backup.conftest import SOURCES, Keys, key_file, restored
from tests.engine.conftest import FoundedOffice, MakeRehearsal
from tests.engine.desk import Desk, SetClock, sources_at
from ventanilla.rehearsal import Rehearsal


def test_an_office_comes_back_as_it_was(
    approved: Rehearsal, office: FoundedOffice, keys: Keys, place: Path
):
    before = approved.state
    kept = approved.office.engine.office.blobs.keep(b"%PDF-1.7", "application/pdf")
    file = place / "office.age"
    made = back_up(office.folder, office.recovery_key, [keys.pair.recipient], file, SOURCES)
    assert isinstance(made, BackedUp)
    assert made.length == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in place.iterdir()] == ["office.age"]
    there = restored(office, file, keys, place / "again" / "office")

    report = inspect_office(there.folder, there.recovery_key, SOURCES)
    assert isinstance(report, VerificationReport)
    assert report.ok, report.faults
    assert report.entries == made.entries + 2
    approved.close()
    approved.folder = there.folder
    approved.become("olga")
    assert approved.state == before
    assert approved.office.engine.office.blobs.read(kept) == b"%PDF-1.7"


def test_the_chain_tells_the_restoring_and_lists_are_numbered_above(
    office: FoundedOffice, keys: Keys, place: Path, backup: Path
):
    numbers: list[int] = []
    for name, moment in (("one", 0), ("two", 1)):
        clock = SetClock(datetime.now(UTC) + timedelta(seconds=moment))
        done = restore(
            backup, keys.file, place / name, lambda _: office.recovery_key, sources_at(clock)
        )
        assert isinstance(done, Restored)
        desk = Desk(FoundedOffice(place / name, office.recovery_key))
        desk.log_in("jefa")
        (event,) = [each for each in desk.entries("office") if each.kind == "office_restored"]
        assert event.public["taken_at"].startswith(f"{done.taken_at:%Y-%m-%dT%H:%M:%S}")
        (begun,) = [each for each in desk.entries("authority") if each.kind == "list_epoch_begun"]
        numbers.append(begun.public["number"])
        desk.verify()
    assert numbers[0] > 1 << 32
    assert numbers[1] - numbers[0] >= 1 << 20, "one backup restored twice makes no number twice"
    assert AuthorityState.model_fields["list_number"].annotation is int
    assert numbers[1] < 1 << 53


def test_backups_made_while_commands_run_restore_whole(
    rehearse: MakeRehearsal, office: FoundedOffice, keys: Keys, place: Path
):
    rehearsal, ended = rehearse(), Event()

    def back_up_again_and_again() -> list[Path]:
        made: list[Path] = []
        while not ended.is_set() or not made:
            target = place / f"{len(made)}.age"
            recipients = [keys.pair.recipient]
            done = back_up(office.folder, office.recovery_key, recipients, target, SOURCES)
            assert isinstance(done, BackedUp), done
            made.append(target)
        return made

    with ThreadPoolExecutor(1) as threads:
        backing_up = threads.submit(back_up_again_and_again)
        try:
            rehearsal.play()
        finally:
            ended.set()
        made = backing_up.result()
    assert len(made) > 1
    lengths = set()
    for number, file in enumerate(random.Random(0).sample(made, min(len(made), 6))):
        there = restored(office, file, keys, place / f"office{number}")
        report = inspect_office(there.folder, there.recovery_key, SOURCES)
        assert isinstance(report, VerificationReport)
        assert report.ok, report.faults
        lengths.add(report.entries)
    assert len(lengths) > 1, "the office changed while it was copied"


def test_a_mail_that_waited_is_not_sent_a_second_time(
    approved: Rehearsal, office: FoundedOffice, keys: Keys, place: Path
):
    approved.become("olga")
    with approved.office.engine.office.register.reading() as reading:
        waiting = reading.due_notices(datetime.now(UTC) + timedelta(days=1), 50)
    assert waiting
    file = place / "office.age"
    made = back_up(office.folder, office.recovery_key, [keys.pair.recipient], file, SOURCES)
    assert isinstance(made, BackedUp)
    there = restored(office, file, keys, place / "office")
    desk = Desk(there)
    desk.log_in("olga")
    assert desk.here.engine.deliver_mail() == 0
    with desk.here.engine.office.register.reading() as reading:
        row = reading.notice(waiting[0].id)
        restoring = desk.entries("office")[-1]
    assert row is not None
    assert row.state == NoticeState.DEAD
    assert row.last_error == NoticeCode.NOTICE_STOPPED_BY_RESTORE
    assert row.sealed_secret is None
    assert restoring.public["mails"] == len(waiting)
    answer = desk.here.engine.ask(MailboxQuery(), desk.here.session)
    assert isinstance(answer, MailboxAnswer)
    desk.verify()


def test_applicants_keys_and_files_nobody_looked_at_are_left_out(
    office: FoundedOffice, keys: Keys, place: Path
):
    for folder in ("sealed-keys", "camera"):
        (office.folder / folder).mkdir(exist_ok=True)
        (office.folder / folder / "file").write_bytes(b"private")
    (office.folder / "mail.sealed").write_bytes(b"settings")
    file = place / "office.age"
    made = back_up(office.folder, office.recovery_key, [keys.pair.recipient], file, SOURCES)
    assert isinstance(made, BackedUp)
    there = restored(office, file, keys, place / "office")
    names = {each.name for each in there.folder.iterdir() if not each.name.startswith(".")}
    assert names >= {"office.json", "authority.json", "register.db", "mail.sealed"}
    assert not names & {"sealed-keys", "camera"}


def test_two_recipients_may_each_open_it(office: FoundedOffice, place: Path, tmp_path: Path):
    pairs = [make_key_pair(), make_key_pair()]
    file = tmp_path / "office.age"
    recipients = [each.recipient for each in pairs]
    assert isinstance(
        back_up(office.folder, office.recovery_key, recipients, file, SOURCES), BackedUp
    )
    for number, pair in enumerate(pairs):
        theirs = Keys(pair, key_file(tmp_path / f"{number}.txt", pair))
        restored(office, file, theirs, place / str(number))


def test_nothing_is_ever_replaced(office: FoundedOffice, backup: Path, keys: Keys, tmp_path: Path):
    recipients = [keys.pair.recipient]
    sound = backup.read_bytes()
    again = back_up(office.folder, office.recovery_key, recipients, backup, SOURCES)
    assert isinstance(again, tuple)
    assert [each.code for each in again] == [BackupCode.BACKUP_FILE_EXISTS]
    assert backup.read_bytes() == sound
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    for target in (office.folder, backup, link):
        answer = restore(backup, keys.file, target, lambda _: office.recovery_key, SOURCES)
        assert isinstance(answer, tuple)
        assert [each.code for each in answer] == [BackupCode.RESTORE_TARGET_TAKEN]
    empty = tmp_path / "empty"
    empty.mkdir()
    restored(office, backup, keys, empty)


def test_a_register_that_lost_its_end_does_not_take_the_place_of_good_backups(
    office: FoundedOffice, keys: Keys, place: Path
):
    shutil.copy(office.folder / "register.db", place / "old")
    desk = Desk(office)
    desk.log_in("olga")
    desk.leave()
    shutil.move(place / "old", office.folder / "register.db")
    answer = back_up(
        office.folder, office.recovery_key, [keys.pair.recipient], place / "a.age", SOURCES
    )
    assert isinstance(answer, tuple)
    assert [each.code for each in answer] == [RegisterCode.TAIL_CUT]
    assert list(place.iterdir()) == []


def test_a_file_that_cannot_be_read_makes_no_backup(office: FoundedOffice, keys: Keys, place: Path):
    (office.folder / "blobs").mkdir(exist_ok=True)
    unreadable = office.folder / "blobs" / "unreadable"
    unreadable.symlink_to(unreadable)
    at = datetime.now(UTC)
    contents = Contents(b"{}", [("blobs/unreadable", unreadable)], at)
    recipients = [read_recipient(keys.pair.recipient)]
    with (place / "a.age").open("wb") as file, pytest.raises(BackupRefused) as refused:
        write_backup(file, recipients, contents)
    assert refused.value.finding.code == BackupCode.BACKUP_SOURCE_UNREADABLE
    assert refused.value.finding.parameters["reason"] == "ELOOP"


def test_what_goes_in_comes_out(keys: Keys, tmp_path: Path):
    chance = random.Random(7)
    sizes = [0, 1, 511, 512, 513, 65_535, 65_536, 65_537, 300_000]
    there = tmp_path / "there"
    there.mkdir()
    for size in sizes:
        (there / str(size)).write_bytes(chance.randbytes(size))
    file, folder = tmp_path / "a.age", tmp_path / "out"
    folder.mkdir()
    files = [(f"below/{size}", there / str(size)) for size in sizes]
    contents = Contents(b"manifest", [*files, ("gone", tmp_path / "gone")], datetime.now(UTC))
    with file.open("wb") as target:
        write_backup(target, [read_recipient(keys.pair.recipient)], contents)
    assert read_backup(file, read_identities(keys.file), folder) == b"manifest"
    for size in sizes:
        assert (folder / "below" / str(size)).read_bytes() == (there / str(size)).read_bytes()
    assert not (folder / "gone").exists()
