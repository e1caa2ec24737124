"""A backup is made while people work, opens only for its key, and restores whole or not at all."""

import io
import json
import random
import resource
import shutil
import subprocess
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest

from issuance.certificates.stream import AuthorityState
from issuance.engine.backup import BackedUp, back_up
from issuance.engine.backup_file import (
    BackupRefused,
    Contents,
    KeyPair,
    make_key_pair,
    read_backup,
    read_identities,
    read_recipient,
    write_backup,
)
from issuance.engine.inspection import inspect_office
from issuance.engine.restoring import Restored, restore
from issuance.findings.access import AccessCode
from issuance.findings.backup import BackupCode
from issuance.findings.notices import NoticeCode
from issuance.findings.register import RegisterCode
from issuance.model import canonical_bytes
from issuance.notices.model import NoticeState
from issuance.queries import MailboxAnswer, MailboxQuery
from issuance.register.fault import VerificationReport
from issuance.secret import Secret
from tests.engine.conftest import FoundedOffice, MakeRehearsal
from tests.engine.desk import Desk, SetClock, sources_at
from ventanilla.cli import main
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

SOURCES = system_sources()
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Keys:
    """A pair of keys, the identity in a file."""

    pair: KeyPair
    file: Path


def key_file(path: Path, pair: KeyPair) -> Path:
    path.write_text(f"# public key: {pair.recipient}\n{pair.identity.reveal()}\n")
    return path


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    pair = make_key_pair()
    return Keys(pair, key_file(tmp_path_factory.mktemp("keys") / "identity.txt", pair))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return an empty folder, so that whatever is left behind shows."""
    folder = tmp_path / "place"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def backup(pristine: FoundedOffice, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("backup") / "office.age"
    made = back_up(pristine.folder, pristine.recovery_key, [keys.pair.recipient], target, SOURCES)
    assert isinstance(made, BackedUp)
    return target


def restored(office: FoundedOffice, file: Path, keys: Keys, target: Path) -> FoundedOffice:
    done = restore(file, keys.file, target, lambda _: office.recovery_key, SOURCES)
    assert isinstance(done, Restored), done
    assert done.report.ok, done.report.faults
    return FoundedOffice(target, office.recovery_key)


def refusal(file: Path, keys: Keys, place: Path, office: FoundedOffice) -> str:
    """Restore what cannot be restored; check that nothing stays; return the code."""
    answer = restore(file, keys.file, place / "office", lambda _: office.recovery_key, SOURCES)
    assert isinstance(answer, tuple)
    assert list(place.iterdir()) == []
    (finding,) = answer
    return finding.code


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


def test_another_key_opens_nothing(
    office: FoundedOffice, backup: Path, place: Path, tmp_path: Path
):
    pair = make_key_pair()
    other = Keys(pair, key_file(tmp_path / "other.txt", pair))
    assert refusal(backup, other, place, office) == BackupCode.BACKUP_KEY_WRONG


def test_another_recovery_key_restores_nothing(
    office: FoundedOffice, backup: Path, keys: Keys, place: Path
):
    other = FoundedOffice(office.folder, Secret("ABCD"))
    assert refusal(backup, keys, place, other) == AccessCode.RECOVERY_KEY_LENGTH


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


def test_a_changed_byte_anywhere_restores_nothing(
    office: FoundedOffice, backup: Path, keys: Keys, place: Path, tmp_path: Path
):
    sound, chance = backup.read_bytes(), random.Random(100)
    file, codes = tmp_path / "spoilt.age", set()
    places = [*range(0, 200, 10), *(chance.randrange(len(sound)) for _ in range(80))]
    for at in places:
        spoilt = bytearray(sound)
        spoilt[at] ^= 1 << chance.randrange(8)
        file.write_bytes(spoilt)
        codes.add(refusal(file, keys, place, office))
    assert len(places) == 100
    assert codes == {BackupCode.BACKUP_DAMAGED, BackupCode.BACKUP_KEY_WRONG}


def test_a_cut_or_longer_file_restores_nothing(
    office: FoundedOffice, backup: Path, keys: Keys, place: Path, tmp_path: Path
):
    sound, file = backup.read_bytes(), tmp_path / "cut.age"
    chance = random.Random(20)
    lengths = [0, 1, 100, len(sound) - 1, *(chance.randrange(len(sound)) for _ in range(16))]
    for content in (*(sound[:length] for length in lengths), sound + b"x", sound + sound):
        file.write_bytes(content)
        assert refusal(file, keys, place, office) == BackupCode.BACKUP_DAMAGED


def packed(path: Path, keys: Keys, *entries: tarfile.TarInfo, manifest: bytes | None) -> Path:
    """Encrypt an archive of our own making to the office's recipient, as anybody can."""
    age = import_module("pyrage")
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        if manifest is not None:
            head = tarfile.TarInfo("backup.json")
            head.size = len(manifest)
            archive.addfile(head, io.BytesIO(manifest))
        for entry in entries:
            archive.addfile(entry, io.BytesIO(bytes(entry.size)))
    path.write_bytes(age.encrypt(plain.getvalue(), [read_recipient(keys.pair.recipient)]))
    return path


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, link, 5 if kind == tarfile.REGTYPE else 0
    return made


def described(version: int) -> bytes:
    return canonical_bytes(
        {
            "format": version,
            "office": str(UUID(int=1)),
            "taken_at": "2026-01-01T00:00:00.000000Z",
            "entries": 1,
            "head": "",
        }
    )


HOSTILE = {
    "upwards": entry("../outside"),
    "absolute": entry(str(Path("/").joinpath("outside"))),
    "inside out": entry("blobs/../../outside"),
    "hidden": entry(".office.json.lock"),
    "symbolic link": entry("blobs", tarfile.SYMTYPE, "/etc"),
    "hard link": entry("office.json", tarfile.LNKTYPE, "/etc/passwd"),
    "pipe": entry("register.db", tarfile.FIFOTYPE),
    "folder": entry("blobs", tarfile.DIRTYPE),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_archive_leads_nowhere_else(
    name: str, office: FoundedOffice, keys: Keys, place: Path, tmp_path: Path
):
    file = packed(tmp_path / "hostile.age", keys, HOSTILE[name], manifest=b"{}")
    assert refusal(file, keys, place, office) == BackupCode.BACKUP_NOT_OF_AN_OFFICE
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        (None, BackupCode.BACKUP_NOT_OF_AN_OFFICE),
        (b"{}", BackupCode.BACKUP_NOT_OF_AN_OFFICE),
        (described(2), BackupCode.BACKUP_NEWER),
        (described(1), AccessCode.OFFICE_MISSING),
    ],
)
def test_what_holds_no_office_restores_nothing(
    manifest: bytes | None,
    code: str,
    office: FoundedOffice,
    keys: Keys,
    place: Path,
    tmp_path: Path,
):
    file = packed(tmp_path / "other.age", keys, entry("note"), manifest=manifest)
    assert refusal(file, keys, place, office) == code


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


def command(*arguments: object, largest_file: int) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    return subprocess.run(
        [sys.executable, "-m", "ventanilla", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
        preexec_fn=limit,
    )  # fmt: skip


def test_without_room_no_half_backup_stays(
    office: FoundedOffice, backup: Path, keys: Keys, place: Path, tmp_path: Path
):
    recovery = tmp_path / "recovery.txt"
    recovery.write_text(office.recovery_key.reveal())
    made = command(
        "backup", place / "a.age", "--recipient", keys.pair.recipient,
        "--office", office.folder, "--key-file", recovery,
        largest_file=backup.stat().st_size - 4096,
    )  # fmt: skip
    assert made.returncode == 1
    assert "STORE_FULL" in made.stderr
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("room", [pytest.param(10_000, marks=pytest.mark.soak), 100_000])
def test_without_room_no_half_office_stays(
    room: int, office: FoundedOffice, backup: Path, keys: Keys, place: Path, tmp_path: Path
):
    recovery = tmp_path / "recovery.txt"
    recovery.write_text(office.recovery_key.reveal())
    done = command(
        "restore", backup, "--identity", keys.file, "--into", place / "office",
        "--key-file", recovery, largest_file=room,
    )  # fmt: skip
    assert done.returncode == 1
    assert "STORE_FULL" in done.stderr
    assert list(place.iterdir()) == []


def test_the_commands_make_keys_a_backup_and_the_office_again(
    office: FoundedOffice, place: Path, capsys: pytest.CaptureFixture[str]
):
    identity, recovery = place / "identity.txt", place / "recovery.txt"
    recovery.write_text(office.recovery_key.reveal())
    assert main(["backup-key", "--out", str(identity)]) == 0
    recipient = capsys.readouterr().out.strip()
    assert identity.stat().st_mode & 0o777 == 0o600
    assert main(["backup-key", "--out", str(identity)]) == 1
    assert read_identities(identity)
    file, target = str(place / "office.age"), str(place / "new" / "office")
    own = ["--key-file", str(recovery)]
    arguments = ["backup", file, "--recipient", recipient, "--office", str(office.folder), *own]
    assert main([*arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["ok"]
    arguments = ["restore", file, "--identity", str(identity), "--into", target, *own]
    assert main([*arguments, "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["ok"], done["entries"]) == (True, told["entries"])
    assert main(arguments) == 1
    assert "RESTORE_TARGET_TAKEN" in capsys.readouterr().err
    assert main(["verify", target, *own]) == 0


def test_a_secret_key_given_for_a_recipient_is_not_repeated(
    office: FoundedOffice, keys: Keys, place: Path, capsys: pytest.CaptureFixture[str]
):
    recovery = place / "recovery.txt"
    recovery.write_text(office.recovery_key.reveal())
    secret = keys.pair.identity.reveal()
    arguments = ["--office", str(office.folder), "--key-file", str(recovery)]
    assert main(["backup", str(place / "a"), "--recipient", secret, *arguments]) == 1
    shown = capsys.readouterr()
    assert "BACKUP_RECIPIENT_MALFORMED" in shown.err
    assert secret[20:] not in shown.err + shown.out


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", BackupCode.BACKUP_IDENTITY_MALFORMED),
        (b"# only a comment\n", BackupCode.BACKUP_IDENTITY_MALFORMED),
        (b"AGE-SECRET-KEY-1ABC\n", BackupCode.BACKUP_IDENTITY_MALFORMED),
        (b"\xff\xfe", BackupCode.BACKUP_IDENTITY_MALFORMED),
        (None, BackupCode.BACKUP_UNREADABLE),
    ],
)
def test_a_file_without_a_key_is_told(
    content: bytes | None, code: str, office: FoundedOffice, backup: Path, place: Path,
    tmp_path: Path, keys: Keys,
):  # fmt: skip
    file = tmp_path / "identity.txt"
    if content is not None:
        file.write_bytes(content)
    assert refusal(backup, Keys(keys.pair, file), place, office) == code


@pytest.mark.skipif(shutil.which("age") is None, reason="the age tool is not installed")
def test_age_itself_opens_a_backup_and_writes_one_that_opens(
    office: FoundedOffice, backup: Path, keys: Keys, place: Path, tmp_path: Path
):
    opened = subprocess.run(
        ["age", "-d", "-i", keys.file, backup], capture_output=True, check=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(opened)) as archive:
        names = archive.getnames()
    assert names[:2] == ["backup.json", "register.db"]
    assert {"office.json", "authority.json", "checkpoint.json"} <= set(names)
    again = tmp_path / "again.age"
    subprocess.run(["age", "-r", keys.pair.recipient, "-o", again], input=opened, check=True)
    restored(office, again, keys, place / "office")
    spoilt = bytearray(backup.read_bytes())
    spoilt[-1] ^= 1
    again.write_bytes(spoilt)
    refused = subprocess.run(
        ["age", "-d", "-i", keys.file, again], capture_output=True, check=False
    )
    assert refused.returncode != 0


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
