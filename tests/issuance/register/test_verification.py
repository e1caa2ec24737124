"""Everything that is changed behind the register's back is found, and the first of it named."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from issuance.findings import Severity
from issuance.findings.register import RegisterCode
from issuance.register.chain import link
from issuance.register.connection import connect
from issuance.register.errors import RegisterUnreadable
from issuance.register.register import Register
from issuance.register.verification import Fold, verify
from tests.issuance.register.samples import (
    FOLDS,
    KEY,
    OfficeFolder,
    event,
    fill,
    note,
    origin,
    stream,
)


def test_an_untouched_register_is_clean(filled: OfficeFolder):
    report = filled.verify_closed()
    assert (report.ok, report.entries, report.faults) == (True, 130, ())
    assert report.first_wrong_entry is None


def test_an_empty_register_is_clean(office: OfficeFolder):
    assert office.verify_closed().faults == ()


FLIP = (
    "UPDATE {table} SET {column} = CAST("
    "CASE WHEN substr(CAST({column} AS BLOB), 1, 1) = X'00' THEN X'01' ELSE X'00' END"
    " || substr(CAST({column} AS BLOB), 2) AS BLOB) WHERE seq = 42"
)


@pytest.mark.parametrize(
    ("statements", "code", "first"),
    [
        ([FLIP.format(table="entries", column="body")], RegisterCode.ENTRY_CHANGED, 42),
        ([FLIP.format(table="entries", column="hash")], RegisterCode.ENTRY_CHANGED, 42),
        (["UPDATE entries SET body = 'text' WHERE seq = 42"], RegisterCode.ENTRY_CHANGED, 42),
        (["UPDATE entries SET hash = 1 WHERE seq = 42"], RegisterCode.ENTRY_CHANGED, 42),
        (
            ["UPDATE entries SET stream_id = X'00' WHERE seq = 42"],
            RegisterCode.ENTRY_UNREADABLE,
            42,
        ),
        (["UPDATE streams SET id = X'00' WHERE id LIKE '%3'"], RegisterCode.RECORD_UNREADABLE, 4),
        (
            ["UPDATE entries SET body = replace(body, '\"ana\"', '\"eva\"') WHERE seq = 42"],
            RegisterCode.ENTRY_CHANGED,
            42,
        ),
        (
            ["UPDATE entries SET revision = 99 WHERE seq = 42"],
            RegisterCode.ENTRY_MISFILED,
            42,
        ),
        (
            [FLIP.format(table="personal_parts", column="salt")],
            RegisterCode.PERSONAL_PART_CHANGED,
            42,
        ),
        (
            [FLIP.format(table="personal_parts", column="body")],
            RegisterCode.PERSONAL_PART_CHANGED,
            42,
        ),
        (
            ["DELETE FROM personal_parts WHERE seq = 42"],
            RegisterCode.PERSONAL_PART_MISSING,
            42,
        ),
        (["DELETE FROM entries WHERE seq BETWEEN 42 AND 44"], RegisterCode.ENTRY_MISSING, 42),
        (["DELETE FROM entries WHERE seq = 1"], RegisterCode.ENTRY_MISSING, 1),
        (["UPDATE heads SET seq = 129"], RegisterCode.HEAD_DIFFERS, 130),
        (["UPDATE heads SET hash = X'00'"], RegisterCode.HEAD_DIFFERS, 131),
        (
            ["UPDATE checkpoints SET signature = X'00' WHERE seq = 100"],
            RegisterCode.CHECKPOINT_INVALID,
            100,
        ),
        (
            ["UPDATE streams SET revision = 25 WHERE id LIKE '%3'"],
            RegisterCode.STREAM_DIFFERS,
            None,
        ),
        (["DELETE FROM streams WHERE id LIKE '%3'"], RegisterCode.STREAM_MISSING, 4),
        (
            ["UPDATE streams SET state = X'00' WHERE id LIKE '%3'"],
            RegisterCode.STATE_DIFFERS,
            None,
        ),
    ],
)
def test_a_change_with_the_key_is_found(filled: OfficeFolder, statements, code, first):
    filled.tamper(*statements)
    report = filled.verify_closed()
    assert not report.ok
    assert code in {fault.code for fault in report.faults}
    assert report.first_wrong_entry == first
    for fault in report.faults:
        assert fault.finding.code == fault.code


CUT = (
    "DELETE FROM personal_parts WHERE seq > {last}",
    "DELETE FROM entries WHERE seq > {last}",
)
MEND = (
    "UPDATE heads SET seq = {last}, hash = (SELECT hash FROM entries WHERE seq = {last})",
    "DELETE FROM checkpoints WHERE seq > {last}",
)


def cut(office: OfficeFolder, last: int, *, mended: bool) -> None:
    statements = CUT + MEND if mended else CUT
    office.tamper(*(statement.format(last=last) for statement in statements))


@pytest.mark.parametrize("mended", [False, True], ids=["cut", "cut and head mended"])
@pytest.mark.parametrize("last", [129, 100, 99, 1])
def test_a_cut_tail_is_found(filled: OfficeFolder, last: int, mended: bool):
    before = filled.checkpoint.read_bytes()
    cut(filled, last, mended=mended)
    register = filled.open()
    report = filled.verify(register)
    register.close()

    codes = {fault.code: fault for fault in report.faults}
    assert codes[RegisterCode.TAIL_CUT].seq == last + 1
    assert report.first_wrong_entry == last + 1
    assert filled.checkpoint.read_bytes() == before


def test_a_tail_cut_inside_is_found_without_the_file(filled: OfficeFolder):
    cut(filled, 60, mended=False)
    filled.tamper("UPDATE heads SET seq = 60, hash = (SELECT hash FROM entries WHERE seq = 60)")
    filled.checkpoint.unlink()
    codes = {fault.code: fault.seq for fault in filled.verify_closed().faults}
    assert codes[RegisterCode.TAIL_CUT] == 61
    assert RegisterCode.CHECKPOINT_FILE_MISSING in codes


def test_working_on_does_not_hide_a_cut_tail(filled: OfficeFolder):
    before = filled.checkpoint.read_bytes()
    cut(filled, 120, mended=True)
    filled.tamper("DELETE FROM streams WHERE id LIKE '%4'")
    register = filled.open()
    assert register.checkpoint_finding is not None
    assert register.checkpoint_finding.code == RegisterCode.TAIL_CUT
    for number in range(15):
        with register.writing() as writing:
            note(writing, number, stream(77))

    register.publish_checkpoint()
    assert filled.checkpoint.read_bytes() == before, "evidence is kept"
    assert register.checkpoint_finding.code == RegisterCode.CHECKPOINT_CONTRADICTED
    report = filled.verify(register)
    register.close()
    [contradicted] = [
        fault for fault in report.faults if fault.code == RegisterCode.CHECKPOINT_CONTRADICTED
    ]
    assert (contradicted.seq, contradicted.figures["until"]) == (101, 130)


def test_a_chain_computed_anew_contradicts_its_checkpoints(filled: OfficeFolder):
    connection = connect(filled.database, KEY)
    rows = connection.execute("SELECT seq, body, hash FROM entries ORDER BY seq").fetchall()
    previous = rows[48][2]
    for seq, body, _ in rows[49:]:
        forged = body.replace(b'"ana"', b'"eva"')
        previous = link(previous, forged)
        connection.execute(
            "UPDATE entries SET body = ?, hash = ? WHERE seq = ?", (forged, previous, seq)
        )
    connection.execute("UPDATE heads SET hash = ?", (previous,))
    connection.close()

    report = filled.verify_closed()
    assert {fault.code for fault in report.faults} == {RegisterCode.CHECKPOINT_CONTRADICTED}
    assert report.faults[0].figures["until"] == 100


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: path.unlink(), RegisterCode.CHECKPOINT_FILE_MISSING),
        (lambda path: path.write_bytes(b""), RegisterCode.CHECKPOINT_FILE_INVALID),
        (lambda path: path.write_bytes(b"[1]"), RegisterCode.CHECKPOINT_FILE_INVALID),
        (
            lambda path: path.write_bytes(path.read_bytes().replace(b"130", b"129")),
            RegisterCode.CHECKPOINT_FILE_INVALID,
        ),
    ],
)
def test_a_spoilt_checkpoint_file_is_found(
    filled: OfficeFolder, spoil: Callable[[Path], object], code: RegisterCode
):
    spoil(filled.checkpoint)
    register = filled.open()
    assert register.checkpoint_finding is not None
    assert register.checkpoint_finding.code == code
    assert [fault.code for fault in filled.verify(register).faults] == [code]
    register.close()


def test_another_offices_signature_does_not_count(filled: OfficeFolder):
    register = filled.open()
    report = verify(register, filled.checkpoint, bytes(32), FOLDS)
    register.close()
    assert {fault.code for fault in report.faults} == {
        RegisterCode.CHECKPOINT_FILE_INVALID,
        RegisterCode.CHECKPOINT_INVALID,
    }


def readable_entries(register: Register) -> int:
    """Read one entry after the other, each from the file itself; return how many could be."""
    count = 0
    try:
        while True:
            with register.reading(fresh=True) as reading:
                if not reading.stored_entries(count, 1):
                    return count
            count += 1
    except RegisterUnreadable:
        return count


def flip(path: Path, offset: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        octet = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([octet ^ 1]))


def test_a_changed_byte_of_the_file_is_found(closed_office: OfficeFolder, tmp_path, capfd):
    """One byte of each of twelve pages spread over the file, and of both ends."""
    size = closed_office.database.stat().st_size
    chosen = random.Random(2)
    offsets = [0, size - 1, *(chosen.randrange(4096, size) for _ in range(12))]
    unreadable = 0
    for number, offset in enumerate(offsets):
        office = closed_office.copy(tmp_path / str(number))
        flip(office.database, offset)
        try:
            register = office.open()
        except RegisterUnreadable:
            continue
        report = office.verify(register)
        assert not report.ok, offset
        codes = {fault.code for fault in report.faults}
        assert RegisterCode.PAGE_DAMAGED in codes, offset
        if (first := report.first_wrong_entry) is not None:
            unreadable += 1
            assert RegisterCode.ENTRY_UNREADABLE in codes
            assert first == readable_entries(register) + 1
            with pytest.raises(RegisterUnreadable), register.reading() as reading:
                reading.stored_entries(first - 1, 1)
            with register.reading() as reading:
                assert reading.head().seq == 130, "what is sound can still be read"
        else:
            assert readable_entries(register) == 130
        register._readers.dispose()
        register._writers.dispose()
    assert unreadable, "at least one of the bytes lay in an entry"
    assert capfd.readouterr() == ("", "")


def test_a_file_that_lost_its_end_is_found(filled: OfficeFolder):
    octets = filled.database.read_bytes()
    filled.database.write_bytes(octets[: len(octets) // 2])
    with pytest.raises(RegisterUnreadable) as refused:
        filled.open()
    assert refused.value.finding.code == RegisterCode.REGISTER_UNREADABLE


def test_a_purged_part_that_came_back_is_found(register: Register, office: OfficeFolder):
    fill(register, 2, streams=1)
    with register.writing() as writing:
        writing.purge(stream(0), 2, [1], origin(), b'{"numbers":[0,1,null]}', 1)
    office.tamper(
        "INSERT INTO personal_parts SELECT office, 1, salt, body FROM personal_parts WHERE seq = 2"
    )
    codes = {fault.code: fault.seq for fault in office.verify(register).faults}
    assert codes[RegisterCode.PERSONAL_PART_NOT_PURGED] == 1


def test_a_state_of_another_version_is_only_told(register: Register, office: OfficeFolder):
    fill(register, 1)
    newer = {"case": Fold(2, lambda entries: b"unlike")}
    report = verify(register, office.checkpoint, office.signer.public_key, newer)
    assert report.ok
    [told] = report.faults
    assert (told.code, told.severity) == (
        RegisterCode.STATE_OF_OTHER_VERSION,
        Severity.INFORMS,
    )


def test_a_fold_that_cannot_make_sense_is_a_difference(register: Register, office: OfficeFolder):
    def refuse(entries) -> bytes:
        raise ValueError(len(list(entries)))

    fill(register, 1)
    folds = {"case": Fold(1, refuse)}
    report = verify(register, office.checkpoint, office.signer.public_key, folds)
    assert [fault.code for fault in report.faults] == [RegisterCode.STATE_DIFFERS]


def test_a_hundred_faults_are_enough(register: Register, office: OfficeFolder):
    with register.writing() as writing:
        for number in range(150):
            writing.append(stream(number), 0, [event(number)], origin(), b"wrong", 1)
    assert len(office.verify(register).faults) == 100
