"""Whatever stops the opening or closing of an office: files closed, lock free, try kept."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from issuance.access.attempts import AttemptCause
from issuance.access.office_file import read_office, update_office
from issuance.access.office_stream import StrangerRefused
from issuance.access.operators import LogInRefused
from issuance.access.spool import CAPACITY, Spool, SpooledAttempt
from issuance.certificates.keys import make_private_key
from issuance.engine.authority_file import FILE_NAME
from issuance.engine.demonstration import PEOPLE
from issuance.engine.opening import open_office
from issuance.findings import Finding
from issuance.findings.access import AccessCode
from issuance.findings.engine import EngineCode
from issuance.findings.register import RegisterCode
from issuance.register.errors import RegisterUnavailable
from issuance.register.register import Register
from issuance.secret import Secret
from tests.engine.desk import Desk, PowerCut, codes

OLGAS = Secret(PEOPLE[0].password)
SPOOL = "attempts.jsonl"


def held_open(folder: Path) -> list[str]:
    """Name the files of a folder that this process has open."""
    names: list[str] = []
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except FileNotFoundError:
            continue
        if target.startswith(str(folder)):
            names.append(Path(target).name)
    return names


def cut_at(monkeypatch: pytest.MonkeyPatch, where: str, act: Callable[[], object]) -> None:
    """Do something that is cut short where it calls a function."""

    def cut(*_: object, **__: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(where, cut)
        with pytest.raises(PowerCut):
            act()


@pytest.fixture
def alone(desk: Desk) -> Desk:
    """A desk on a computer whose open files can be looked at."""
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("this system does not show which files are open")
    assert held_open(desk.folder) == []
    return desk


def nothing_left_of(desk: Desk) -> bool:
    """Tell whether no file stayed open and somebody else can have the office."""
    closed = held_open(desk.folder) == []
    desk.log_in("jefa")
    return closed


@pytest.mark.parametrize("user", [each.user for each in PEOPLE])
def test_everybody_of_the_demonstration_logs_in(desk: Desk, user: str):
    assert desk.log_in(user).session.roles == next(p.roles for p in PEOPLE if p.user == user)


# -- opening --------------------------------------------------------------------------------------


def test_a_wrong_code_leaves_nothing_open(alone: Desk):
    assert codes(alone.try_log_in("olga", OLGAS, Secret("000000"))) == [AccessCode.CODE_WRONG]
    assert nothing_left_of(alone)
    assert alone.last("olga", LogInRefused)["cause"] == AttemptCause.WRONG_CODE


def test_a_damaged_key_file_leaves_nothing_open(alone: Desk):
    path = alone.folder / FILE_NAME
    sound = path.read_bytes()
    path.write_bytes(b"{}")
    refused = alone.try_log_in("olga", OLGAS, olgas_code(alone))
    assert held_open(alone.folder) == []
    assert codes(refused) == ["AUTHORITY_KEYS_DAMAGED"]
    path.unlink()
    refused = alone.try_log_in("olga", OLGAS, olgas_code(alone))
    assert codes(refused) == [EngineCode.AUTHORITY_UNREADABLE]
    path.write_bytes(sound)
    assert nothing_left_of(alone)


def test_a_damaged_register_leaves_nothing_open(alone: Desk):
    path = alone.folder / "register.db"
    sound = path.read_bytes()
    path.write_bytes(sound[: len(sound) // 2])
    refused = alone.try_log_in("olga", OLGAS, olgas_code(alone))
    assert codes(refused) == [RegisterCode.REGISTER_UNREADABLE]
    assert held_open(alone.folder) == []
    path.write_bytes(sound)
    assert nothing_left_of(alone)


@pytest.mark.parametrize(
    "where",
    ["opening.load_policy", "entering.decide_log_in", "opening.mail_route", "opening.Engine"],
)
def test_a_fault_of_the_program_leaves_nothing_open(
    alone: Desk, monkeypatch: pytest.MonkeyPatch, where: str
):
    cut_at(monkeypatch, f"issuance.engine.{where}", lambda: alone.log_in("olga"))
    assert nothing_left_of(alone)


def test_another_process_is_refused_until_this_one_leaves(desk: Desk):
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from issuance.certificates.keys import make_private_key\n"
        "from issuance.engine.opening import OpenedOffice, open_office\n"
        "from issuance.secret import Secret\n"
        "from ventanilla.compose import system_sources\n"
        "code = Secret(sys.stdin.readline().strip())\n"
        "opened = open_office(Path(sys.argv[1]), 'olga', Secret(sys.argv[2]), code,\n"
        "                     system_sources(), make_private_key)\n"
        "if isinstance(opened, OpenedOffice):\n"
        "    opened.close()\n"
        "    print('opened')\n"
        "else:\n"
        "    print(*(each.code for each in opened))\n"
    )

    def elsewhere() -> str:
        command = [sys.executable, "-c", code, str(desk.folder), OLGAS.reveal()]
        ended = subprocess.run(
            command, input=olgas_code(desk).reveal(), capture_output=True, text=True, check=True,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
        return ended.stdout.strip()

    desk.log_in("jefa")
    assert elsewhere() == EngineCode.OFFICE_IN_USE
    # And whoever was refused has not let go of the lock of the one who works.
    again = open_office(
        desk.folder, "olga", OLGAS, olgas_code(desk), desk.sources, make_private_key
    )
    assert codes(again) == [EngineCode.OFFICE_IN_USE]
    desk.leave()
    assert elsewhere() == "opened"


def test_an_office_that_says_another_kind_than_its_register_is_refused_and_it_is_kept(desk: Desk):
    update_office(desk.folder, lambda sign: replace(sign, demonstration=False))
    refused = desk.try_log_in("olga", OLGAS, olgas_code(desk))
    assert codes(refused) == [EngineCode.OFFICE_MISMATCH]
    update_office(desk.folder, lambda sign: replace(sign, demonstration=True))
    desk.log_in("jefa")
    assert desk.last("olga", LogInRefused)["cause"] == AttemptCause.OFFICE_MISMATCH


# -- closing --------------------------------------------------------------------------------------


def fill_the_disk(register: Register) -> None:
    """Let the database grow no more, as on a full disk."""
    with register._writers.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        connection.rollback()


def use_up_the_room(register: Register) -> None:
    with register.writing() as writing:
        for number in range(100):
            writing.take_claim("room", str(number) * 500, register.office)


def test_a_full_disk_keeps_nobody_from_leaving(alone: Desk):
    alone.log_in("olga")
    register = alone.here.engine.office.register
    fill_the_disk(register)
    with pytest.raises(RegisterUnavailable, match="REGISTER_DISK_FULL"):
        use_up_the_room(register)
    alone.leave()
    assert nothing_left_of(alone)


@pytest.mark.parametrize("where", ["decide_log_out", "append_to_operator"])
def test_a_fault_of_the_program_at_the_end_leaves_nothing_open(
    alone: Desk, monkeypatch: pytest.MonkeyPatch, where: str
):
    opened = alone.log_in("olga")
    cut_at(monkeypatch, f"issuance.engine.opening.{where}", opened.close)
    alone.opened = None
    assert nothing_left_of(alone)


def test_a_child_that_does_not_end_leaves_the_register_closed(
    alone: Desk, monkeypatch: pytest.MonkeyPatch
):
    opened = alone.log_in("olga")
    cut_at(monkeypatch, "issuance.evidence.checker.LimitedChecker.close", opened.close)
    alone.opened = None
    assert nothing_left_of(alone)


# -- what is noted before the register is open ----------------------------------------------------


def strangers(desk: Desk) -> list[str]:
    return [e.public["cause"] for e in desk.entries("office") if e.kind == StrangerRefused.KIND]


def test_refused_strangers_are_chained_once(desk: Desk):
    for user in ("nobody", "mi clave secreta", ""):
        assert codes(desk.try_log_in(user, Secret("x"))) == [AccessCode.LOG_IN_REFUSED]
    assert codes(desk.try_log_in("olga", Secret("x"))) == [AccessCode.LOG_IN_REFUSED]
    desk.log_in("jefa")
    assert strangers(desk) == [AttemptCause.UNKNOWN_USER] * 3
    assert desk.last("olga", LogInRefused)["cause"] == AttemptCause.WRONG_PASSWORD
    desk.log_in("jefa")
    desk.log_in("olga")
    assert len(strangers(desk)) == 3
    assert len([e for e in desk.entries("operator", "olga") if e.kind == LogInRefused.KIND]) == 1
    everything = b"".join(e.name.encode() for e in desk.folder.iterdir()) + bytes(
        str([e.personal for e in desk.entries("office")]), "utf-8"
    )
    assert b"secreta" not in everything


def test_a_flood_of_strangers_is_bounded_and_says_so(desk: Desk):
    line = '{"at": "2026-03-02T14:30:00+00:00", "user": null, "cause": "unknown_user"}\n'
    (desk.folder / SPOOL).write_text(line * (CAPACITY - 1))
    for _ in range(3):
        desk.try_log_in("nobody", Secret("x"))
    desk.log_in("jefa")
    told = strangers(desk)
    assert len(told) == CAPACITY
    assert told[-1] == AttemptCause.SPOOL_FULL
    assert list(desk.folder.glob("attempts*.jsonl")) == []


@pytest.mark.parametrize("moment", ["before the commit", "after the commit"])
def test_a_cut_while_attempts_are_chained_doubles_and_loses_none(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, moment: str
):
    desk.try_log_in("nobody", Secret("x"))
    desk.try_log_in("olga", Secret("x"))
    cutting = {
        "before the commit": "issuance.engine.noted_attempts._chain",
        "after the commit": "issuance.access.spool.Spool.forget",
    }
    cut_at(monkeypatch, cutting[moment], lambda: desk.log_in("jefa"))
    # What comes between is chained too, after what was cut short.
    desk.try_log_in("nobody", Secret("x"))
    desk.log_in("jefa")
    assert strangers(desk) == [AttemptCause.UNKNOWN_USER] * 2
    assert len([e for e in desk.entries("operator", "olga") if e.kind == LogInRefused.KIND]) == 1


def test_a_name_the_register_does_not_know_is_a_strangers(desk: Desk):
    line = {"at": desk.clock.now().isoformat(), "user": "ghost", "cause": "wrong_password"}
    (desk.folder / SPOOL).write_text(json.dumps(line) + "\n")
    desk.log_in("jefa")
    assert strangers(desk) == [AttemptCause.WRONG_PASSWORD]


def test_a_slot_without_a_person_is_refused_and_it_is_kept(desk: Desk):
    from issuance.access.key_slots import SlotContents, seal_slot

    here = desk.log_in("jefa")
    sign = read_office(desk.folder)
    assert not isinstance(sign, Finding)
    slot = seal_slot(
        sign.office, "ghost", Secret("x"),
        SlotContents(here.keys._data_key, Secret("JBSWY3DPEHPK3PXP")),
        sign.slots[0].parameters, desk.sources.randomness,
    )  # fmt: skip
    update_office(desk.folder, lambda office: office.with_slot(slot))
    assert codes(desk.try_log_in("ghost", Secret("x"))) == [AccessCode.LOG_IN_REFUSED]
    desk.log_in("jefa")
    assert strangers(desk) == [AttemptCause.UNKNOWN_USER]


def test_what_a_spool_holds_comes_back_as_it_was(desk: Desk):
    at = desk.clock.now()
    Spool(desk.folder).append(SpooledAttempt(at, "carmen", AttemptCause.TOO_SOON))
    desk.log_in("jefa")
    public = desk.last("carmen", LogInRefused)
    assert public["cause"] == AttemptCause.TOO_SOON
    assert public["attempted_at"].startswith(at.strftime("%Y-%m-%dT%H:%M:%S.%f"))


def olgas_code(desk: Desk) -> Secret:
    from issuance.access.totp import current_code

    return current_code(Secret(PEOPLE[0].totp_secret), desk.clock.now())
