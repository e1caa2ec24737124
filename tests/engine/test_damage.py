"""Any byte of the closed register changed, or its end cut off: `verify` says so and where."""

import json
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from issuance.engine.inspection import inspect_office
from issuance.findings import Finding
from issuance.findings.register import RegisterCode
from issuance.register.fault import VerificationReport
from issuance.secret import Secret
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import Desk
from ventanilla.cli import main
from ventanilla.compose import system_sources

SEED = int(os.environ.get("SEED", "20261122"))
HOLDER = UUID(int=5)
PAGE = 4096
NAMED = {RegisterCode.ENTRY_UNREADABLE, RegisterCode.PAGE_DAMAGED}


@dataclass(frozen=True)
class ClosedOffice:
    """A closed office, how many entries its register has, and the key that opens it."""

    folder: Path
    entries: int
    recovery_key: Secret

    @property
    def database(self) -> Path:
        return self.folder / "register.db"

    def spoilt(self, content: bytes) -> VerificationReport | tuple[Finding, ...]:
        """Verify with other octets in the place of the register."""
        self.database.write_bytes(content)
        try:
            return inspect_office(self.folder, self.recovery_key, system_sources())
        finally:
            for path in self.folder.glob("register.db-*"):
                path.unlink()


@pytest.fixture(scope="module")
def closed(pristine: FoundedOffice, tmp_path_factory: pytest.TempPathFactory) -> ClosedOffice:
    """An office whose people came and went; its register has pages that hold nothing any more."""
    folder = tmp_path_factory.mktemp("closed") / "office"
    shutil.copytree(pristine.folder, folder)
    desk = Desk(FoundedOffice(folder, pristine.recovery_key))
    for user in ("olga", "carmen", "jefa"):
        desk.log_in(user)
    register = desk.here.engine.office.register
    with register.writing() as writing:
        for number in range(30):
            writing.take_claim("room", f"{number}" * 500, HOLDER)
    with register.writing() as writing:
        writing.release_claims(HOLDER)
    desk.leave()
    report = inspect_office(folder, pristine.recovery_key, system_sources())
    assert isinstance(report, VerificationReport)
    assert report.ok
    return ClosedOffice(folder, report.entries, pristine.recovery_key)


@pytest.fixture(scope="module")
def sound(closed: ClosedOffice) -> bytes:
    return closed.database.read_bytes()


def judge(closed: ClosedOffice, report: VerificationReport | tuple[Finding, ...]) -> str:
    """Check that damage is told with its place; return how."""
    if isinstance(report, VerificationReport):
        codes = {fault.code for fault in report.faults}
        assert not report.ok
        assert codes & NAMED
        if RegisterCode.ENTRY_UNREADABLE in codes:
            assert report.first_wrong_entry is not None
            return "entry"
        (detail,) = [
            str(fault.figures["detail"])
            for fault in report.faults
            if fault.code == RegisterCode.PAGE_DAMAGED
        ][:1]
        assert detail
        return "page"
    unreadable, checkpoint = report
    assert unreadable.code == RegisterCode.REGISTER_UNREADABLE
    assert checkpoint.code == RegisterCode.LAST_CHECKPOINT
    assert checkpoint.parameters["seq"] == closed.entries
    assert str(checkpoint.parameters["at"]).endswith("Z")
    return "checkpoint"


def flip(content: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 1 << bit
    return bytes(changed)


def flip_some(closed: ClosedOffice, sound: bytes, count: int) -> set[str]:
    chance = random.Random(f"{SEED}-flip")
    ways: set[str] = set()
    for _ in range(count):
        place, bit = chance.randrange(len(sound)), chance.randrange(8)
        spoilt = flip(sound, place, bit)
        ways.add(judge(closed, closed.spoilt(spoilt)))
        assert closed.database.read_bytes() == spoilt, "the evidence is left as it is"
    return ways


def cut_some(closed: ClosedOffice, sound: bytes, count: int) -> None:
    chance = random.Random(f"{SEED}-cut")
    for _ in range(count):
        spoilt = sound[: chance.randrange(len(sound))]
        judge(closed, closed.spoilt(spoilt))
        assert closed.database.read_bytes() == spoilt, "the evidence is left as it is"


def test_a_changed_byte_is_told_with_its_place(closed: ClosedOffice, sound: bytes):
    # Most pages hold no entry: that each way of telling occurs is for the 200 of the soak.
    assert "page" in flip_some(closed, sound, 24)


@pytest.mark.soak
def test_no_page_is_passed_over(closed: ClosedOffice, sound: bytes):
    chance = random.Random(f"{SEED}-page")
    for start in range(0, len(sound), PAGE):
        place = start + chance.randrange(PAGE)
        judge(closed, closed.spoilt(flip(sound, place, chance.randrange(8))))


def test_a_cut_end_is_told_with_its_place(closed: ClosedOffice, sound: bytes):
    cut_some(closed, sound, 8)


@pytest.mark.parametrize("length", [0, 1, 15, 16, 511, 512, 4095, 4096, 4097])
def test_a_file_of_next_to_nothing_is_no_new_register(
    closed: ClosedOffice, sound: bytes, length: int
):
    assert judge(closed, closed.spoilt(sound[:length])) == "checkpoint"
    assert closed.database.read_bytes() == sound[:length]


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_two_hundred_changed_bytes(closed: ClosedOffice, sound: bytes):
    assert flip_some(closed, sound, 200) == {"entry", "page", "checkpoint"}


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_fifty_cuts(closed: ClosedOffice, sound: bytes):
    cut_some(closed, sound, 50)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: path.unlink(), RegisterCode.CHECKPOINT_FILE_MISSING),
        (
            lambda path: path.write_bytes(path.read_bytes().replace(b"seq", b"sep")),
            RegisterCode.CHECKPOINT_FILE_INVALID,
        ),
    ],
)
def test_without_a_checkpoint_that_counts_no_point_is_called_good(
    office: FoundedOffice, spoil: Callable[[Path], object], code: RegisterCode
):
    spoil(office.folder / "checkpoint.json")
    (office.folder / "register.db").write_bytes(b"")
    report = inspect_office(office.folder, office.recovery_key, system_sources())
    assert isinstance(report, tuple)
    assert [each.code for each in report] == [RegisterCode.REGISTER_UNREADABLE, code]


def test_the_command_tells_the_last_good_point(
    office: FoundedOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    key = tmp_path / "key.txt"
    key.write_text(office.recovery_key.reveal())
    database = office.folder / "register.db"
    database.write_bytes(database.read_bytes()[:5000])
    arguments = ["verify", str(office.folder), "--key-file", str(key)]
    assert main(arguments) == 66
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "REGISTER_UNREADABLE" in shown.err
    assert "LAST_CHECKPOINT" in shown.err
    assert main([*arguments, "--json"]) == 66
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    figures = {each["code"]: each["figures"] for each in told["faults"]}
    assert figures["LAST_CHECKPOINT"]["seq"] > 5
    assert str(figures["LAST_CHECKPOINT"]["seq"]) in shown.err
