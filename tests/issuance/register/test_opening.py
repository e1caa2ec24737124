"""Opening, keys, what lies on disk, and a register that cannot be used just now."""

import resource
import shutil
import stat
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from issuance.access.durable_file import exclusive
from issuance.findings.register import RegisterCode
from issuance.register.checkpoint import Checkpoint
from issuance.register.connection import connect
from issuance.register.errors import RegisterFailure, RegisterUnavailable, RegisterUnreadable
from issuance.register.model import NoticeRow
from issuance.register.published import read_published
from issuance.register.reading import Writing
from issuance.register.register import Register
from tests.issuance.register.samples import (
    KEY,
    NAME,
    OFFICE,
    START,
    OfficeFolder,
    SystemRandomness,
    fill,
    index,
    note,
    stream,
    worklist_row,
)


def reason_not_to_open(path, key=KEY, office=OFFICE) -> str:
    with pytest.raises(RegisterUnreadable) as refused:
        Register.open(path, key, office, SystemRandomness())
    return refused.value.finding.code


def test_a_wrong_key_does_not_open(office: OfficeFolder, capfd):
    code = reason_not_to_open(office.database, bytes(32))
    assert code == RegisterCode.REGISTER_UNREADABLE
    assert capfd.readouterr() == ("", ""), "the cipher must not write over the screen"


def test_no_register(office: OfficeFolder):
    path = office.folder / "none.db"
    assert reason_not_to_open(path) == RegisterCode.REGISTER_MISSING
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"no database", bytes(8192)])
def test_another_file(office: OfficeFolder, content: bytes):
    office.database.write_bytes(content)
    reason_not_to_open(office.database)


def test_another_offices_register(office: OfficeFolder):
    code = reason_not_to_open(office.database, office=UUID(int=8))
    assert code == RegisterCode.REGISTER_OF_ANOTHER_OFFICE


def test_a_newer_programs_register(office: OfficeFolder):
    office.tamper("UPDATE alembic_version SET version_num = '9999'")
    assert reason_not_to_open(office.database) == RegisterCode.REGISTER_NEWER


def test_a_key_has_32_bytes(office: OfficeFolder):
    with pytest.raises(ValueError, match="32 bytes"):
        connect(office.database, b"short")


def test_creating_never_replaces(office: OfficeFolder):
    before = office.database.read_bytes()
    with pytest.raises(FileExistsError):
        office.create()
    assert office.database.read_bytes() == before


def test_creating_after_a_crash_while_creating(tmp_path):
    for leftover in ("register.db.unfinished", "register.db.unfinished-wal"):
        (tmp_path / leftover).write_bytes(b"half")
    register = OfficeFolder(tmp_path).create()
    fill(register, 1)
    register.close()
    names = {path.name for path in tmp_path.iterdir() if not path.name.startswith(".")}
    assert names == {"register.db", "checkpoint.json"}


def test_durability_rests_on_these_settings(office: OfficeFolder):
    connection = connect(office.database, KEY)
    settings = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
    }
    connection.close()
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


def test_nothing_is_readable_on_disk(register: Register, office: OfficeFolder):
    fill(register, 5)
    with register.writing() as writing:
        index(writing, worklist_row(1))
    content = {path.name: path.read_bytes() for path in office.folder.iterdir()}
    assert "register.db-wal" in content
    for name, octets in content.items():
        for clear in (NAME.encode(), b"Zoila", b"quishpe", b"example.ec", b"SQLite", KEY):
            assert clear not in octets, (name, clear)


def test_files_are_the_owners_alone(register: Register, office: OfficeFolder):
    fill(register, 1)
    for path in office.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_errors_do_not_show_personal_data(register: Register):
    notice = NoticeRow(
        UUID(int=1), None, "code", "es", NAME, b"{}", None, "queued", 0, START, None, START
    )
    with register.writing() as writing:
        writing.queue_notice(notice)
    with pytest.raises(IntegrityError) as twice, register.writing() as writing:
        writing.queue_notice(notice)
    assert "Zoila" not in str(twice.value) + repr(twice.value)
    assert KEY.hex() not in str(twice.value)


def writer_pragma(register: Register, pragma: str) -> None:
    with register._writers.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA {pragma}")


def test_a_lock_held_by_another_program_is_told(register: Register, office: OfficeFolder):
    writer_pragma(register, "busy_timeout = 1")
    other = connect(office.database, KEY)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(RegisterUnavailable) as busy:
            fill(register, 1)
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert busy.value.finding.code == RegisterCode.REGISTER_BUSY
    fill(register, 1)


def test_a_full_disk_is_told_and_loses_nothing(register: Register, office: OfficeFolder):
    fill(register, 3)
    writer_pragma(register, "max_page_count = 1")
    with pytest.raises(RegisterUnavailable) as full:
        fill(register, 1000)
    assert full.value.finding.code == RegisterCode.REGISTER_DISK_FULL
    writer_pragma(register, "max_page_count = 1000000")
    assert office.verify(register).ok
    with register.writing() as writing:
        assert writing.stream(stream(0)) is not None


@pytest.mark.parametrize(
    ("free", "code"),
    [(0, RegisterCode.REGISTER_DISK_FULL), (1 << 30, RegisterCode.REGISTER_DISK_FAILS)],
)
def test_a_full_disk_is_not_taken_for_a_failing_one(
    office: OfficeFolder, monkeypatch: pytest.MonkeyPatch, free: int, code: str
):
    """SQLite says the same of both when it opens a file."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        with pytest.raises(RegisterFailure) as refused:
            Register.open(office.database, KEY, OFFICE, SystemRandomness())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert refused.value.finding.code == code


def test_a_disk_that_fills_inside_a_part_is_told(register: Register, office: OfficeFolder):
    writer_pragma(register, "max_page_count = 1")
    with pytest.raises(RegisterUnavailable) as full, register.writing() as writing:
        take_claims(writing)
    assert full.value.finding.code == RegisterCode.REGISTER_DISK_FULL
    writer_pragma(register, "max_page_count = 1000000")
    with register.writing() as writing:
        take_claims(writing)


def take_claims(writing: Writing) -> None:
    for number in range(50):
        assert writing.take_claim("deposit", str(number) * 500, stream(0).id)


def test_a_checkpoint_that_cannot_be_written_is_told(register: Register, office: OfficeFolder):
    obstacle = office.folder / ".checkpoint.json.unfinished"
    obstacle.mkdir()
    fill(register, 1)
    register.publish_checkpoint()
    assert register.checkpoint_finding is not None
    assert register.checkpoint_finding.code == RegisterCode.CHECKPOINT_NOT_WRITTEN
    assert office.verify(register).ok, "the commit stands, the older checkpoint too"

    obstacle.rmdir()
    register.publish_checkpoint()
    assert register.checkpoint_finding is None
    assert published_seq(office) == 1


def test_a_commit_waits_for_no_checkpoint_outside(register: Register, office: OfficeFolder):
    before = office.checkpoint.read_bytes()
    with exclusive(office.checkpoint):
        for number in range(3):
            with register.writing() as writing:
                note(writing, number, stream(0))
        assert office.checkpoint.read_bytes() == before
    register.publish_checkpoint()
    assert published_seq(office) == 3
    written = office.checkpoint.stat().st_ino
    register.publish_checkpoint()
    assert office.checkpoint.stat().st_ino == written, "nothing is written twice"


def test_closing_publishes_the_last_commit(office: OfficeFolder):
    register = office.open()
    for number in range(3):
        with register.writing() as writing:
            note(writing, number, stream(0))
    register.close()
    assert published_seq(office) == 3


def test_a_commit_that_fails_leaves_the_checkpoint_outside(
    register: Register, office: OfficeFolder
):
    fill(register, 2)
    register.publish_checkpoint()
    before = office.checkpoint.read_bytes()
    with pytest.raises(IntegrityError), register.writing() as writing:
        note_what_cannot_be_committed(writing)
    assert office.checkpoint.read_bytes() == before
    assert office.verify(register).ok

    fill(register, 1)
    register.publish_checkpoint()
    assert register.checkpoint_finding is None
    assert published_seq(office) == 3


def note_what_cannot_be_committed(writing: Writing) -> None:
    """Leave a personal part of no entry, which only the commit itself looks at."""
    note(writing, 2, stream(0))
    writing._connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    writing._connection.exec_driver_sql(
        "INSERT INTO personal_parts SELECT office, 99, hash, hash FROM heads"
    )


def test_opening_publishes_what_a_crash_left_out(office: OfficeFolder):
    first = office.open()
    fill(first, 2)
    first.publish_checkpoint()
    with exclusive(office.checkpoint):
        with first.writing() as writing:
            note(writing, 2, stream(0))
        assert published_seq(office) == 2

        second = office.open()
        assert second.checkpoint_finding is None
        assert published_seq(office) == 3
    first.close()
    second.close()

    office.tamper(
        "DELETE FROM personal_parts WHERE seq = 3",
        "DELETE FROM entries WHERE seq = 3",
        "DELETE FROM checkpoints",
    )
    codes = {fault.code for fault in office.verify_closed().faults}
    assert RegisterCode.TAIL_CUT in codes, "a tail cut from then on shows"


def test_checkpoints_stay_true_where_two_take_turns(register: Register, office: OfficeFolder):
    other = office.open()
    for number, turn in enumerate((register, other, register, register, other, other, register)):
        with turn.writing() as writing:
            note(writing, number, stream(0))
        turn.publish_checkpoint()
        assert turn.checkpoint_finding is None
        assert published_seq(office) == number + 1
    other.close()
    assert office.verify(register).ok


def test_a_checkpoint_put_back_to_an_older_one_is_renewed(register: Register, office: OfficeFolder):
    fill(register, 2)
    register.publish_checkpoint()
    older = office.checkpoint.read_bytes()
    fill(register, 2)
    register.publish_checkpoint()
    office.checkpoint.write_bytes(older)
    fill(register, 1)
    register.publish_checkpoint()
    assert register.checkpoint_finding is None
    assert published_seq(office) == 5


def published_seq(office: OfficeFolder) -> int:
    published = read_published(office.checkpoint, OFFICE, office.signer.public_key)
    assert isinstance(published, Checkpoint)
    return published.head.seq
