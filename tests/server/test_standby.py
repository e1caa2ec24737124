"""What the guide promises of PostgreSQL: a standby that takes over, and a restore to a moment."""

import os
import random
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from issuance.certificates.keys import make_private_key
from issuance.commands import Command, Receipt
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.engine.inspection import inspect_office
from issuance.engine.pulling import pull
from issuance.engine.stations import Enrolled, enrol_station
from issuance.engine.storage import Storage, write_storage
from issuance.findings.register import RegisterCode
from issuance.findings.sync import SyncCode
from issuance.register.fault import VerificationReport
from issuance.register.model import Head
from issuance.register.place import Postgresql
from issuance.samples.people import PEOPLE
from issuance.secret import Secret
from issuance.sync.pull import Pull
from issuance.sync.push import Seen
from issuance.wire import command_json
from tests.backend_client.test_enrolling import CODE, invite
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import OWN
from tests.live_server import SERVICE, LiveServer, add_service, live_server
from tests.postgresql import PROGRAMS, hand_over, new_data, run_program, running
from tests.server.test_kill import Person
from tests.server.test_serve import serving
from ventanilla.cli import main
from ventanilla.compose import system_sources

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(
        not (PROGRAMS / "pg_basebackup").exists(), reason="this PostgreSQL has no pg_basebackup"
    ),
    pytest.mark.filterwarnings(
        "ignore:.*unclosed <socket:ResourceWarning",
        "ignore::pytest.PytestUnraisableExceptionWarning",
    ),
]
SEED = int(os.environ.get("SEED", "20261123"))
NAME = "office"
# As `docs/server/postgresql.conf` has them.
DURABLE = ("wal_level=replica", "max_wal_senders=5", "synchronous_commit=on")


@dataclass
class Place:
    """A server's data directory, and the folder of its socket."""

    data: Path
    socket: Path

    @classmethod
    def made(cls, where: Path, name: str) -> "Place":
        socket = where / name[0]
        socket.mkdir()
        hand_over(socket)
        return cls(where / name, socket)

    def execute(self, statement: str, database: str = "postgres") -> list[Any]:
        conninfo = make_conninfo(host=str(self.socket), user="postgres", dbname=database)
        with psycopg.connect(conninfo, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def address(self, *others: "Place") -> Postgresql:
        """Return the address of the office's database here, or at any other that may write."""
        hosts = ",".join(str(each.socket) for each in (self, *others))
        conninfo = make_conninfo(
            host=hosts, user="postgres", dbname=NAME, target_session_attrs="read-write"
        )
        return Postgresql(Secret(conninfo))

    def back_up(self, name: str, *options: str) -> "Place":
        """Make a base backup, which a server of its own may run on."""
        other = Place.made(self.data.parent, name)
        source = f"host={self.socket} user=postgres application_name=standby"
        run_program("pg_basebackup", "-d", source, "-D", other.data, "-c", "fast", *options)
        return other


@pytest.fixture
def primary() -> Iterator[Place]:
    with new_data() as where:
        socket = where / "p"
        socket.mkdir()
        hand_over(where)
        yield Place(where / "data", socket)


def found(folder: Path, place: Postgresql) -> FoundedOffice:
    sources, plan = system_sources(), demonstration_plan()
    storage = Storage(place, folder / "blobs")
    founded = found_office(folder, plan, sources, make_private_key, storage=storage)
    assert isinstance(founded, Founded), founded
    office = FoundedOffice(folder, founded.recovery_key)
    add_service(office)
    return office


@contextmanager
def served(folder: Path, tmp_path: Path) -> Iterator[Person]:
    credential, place = tmp_path / "credential", tmp_path / "place"
    credential.write_text(OWN.reveal())
    credential.chmod(0o400)
    place.mkdir(mode=0o700)
    person = Person(place / "s")
    arguments = ("--office", str(folder), "--service", SERVICE, "--credential", str(credential),
                 "--socket", str(person.socket))  # fmt: skip
    with serving(*arguments) as (_, first):
        assert first["event"] == "serving"
        person.log_in()
        yield person


def cut_at(
    commands: list[Command], moment: float, database: "subprocess.Popen[str]"
) -> Iterator[Command]:
    """Kill the database so many seconds after the fifth command was begun."""
    for number, command in enumerate(commands):
        if number == 4:
            threading.Timer(moment, database.kill).start()
        yield command


def acknowledged(person: Person, commands: Iterable[Command]) -> list[Receipt]:
    """Give commands until one is not acknowledged; return the receipts of those before."""
    receipts: list[Receipt] = []
    with person.client() as client, suppress(httpx.TransportError):
        for command in commands:
            content = command_json(command)
            answer = client.post("/v1/commands", content=content, headers=person.headers)
            receipt = (
                Receipt.model_validate_json(answer.content) if answer.status_code == 200 else None
            )
            if receipt is None or not receipt.applied:
                break
            receipts.append(receipt)
    return receipts


def head(server: LiveServer) -> Head:
    with server.served.office.register.reading() as reading:
        return reading.head()


def readiness(server: LiveServer) -> str:
    """Return why a server is not ready; empty where it is."""
    answer = server.client().get("/readyz")
    return "" if answer.status_code == 200 else str(answer.json()["findings"][0]["code"])


def wait_for(file: Path) -> None:
    end = time.monotonic() + 30
    while not file.exists():
        assert time.monotonic() < end, "PostgreSQL did not archive in time"


@dataclass
class Loss:
    """What was acknowledged before the primary was lost, and what is told of the same after it."""

    before: list[Receipt]
    after: list[Receipt]
    ready: int
    faults: int


def loss_of(primary: Place, tmp_path: Path, moment: float, *, waited_for: bool) -> Loss:
    """Kill the primary while commands come, and go on with the standby."""
    with ExitStack() as stack:
        first = stack.enter_context(running(primary.data, primary.socket, *DURABLE))
        primary.execute(f"CREATE DATABASE {NAME}")
        standby = primary.back_up("standby", "-R", "-X", "stream")
        stack.enter_context(running(standby.data, standby.socket))
        primary.execute("ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (standby)'")
        primary.execute("SELECT pg_reload_conf()")
        office = found(tmp_path / "office", primary.address(standby))
        [(state,)] = primary.execute("SELECT sync_state FROM pg_stat_replication")
        assert state == "sync"
        with served(office.folder, tmp_path) as person:
            if not waited_for:
                primary.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
                primary.execute("SELECT pg_reload_conf()")
                standby.execute("ALTER SYSTEM SET primary_conninfo = ''")
                standby.execute("SELECT pg_reload_conf()")
                while standby.execute("SELECT pid FROM pg_stat_wal_receiver"):
                    pass
            commands = [person.command(number) for number in range(PEOPLE)]
            before = acknowledged(person, cut_at(commands, moment, first))
            assert 0 < len(before) < PEOPLE - 5
            standby.execute("SELECT pg_promote()")
            after = acknowledged(person, commands[: len(before) + 5])
            assert len(after) == len(before) + 5
            with person.client() as client:
                ready = client.get("/readyz").status_code
        report = inspect_office(office.folder, office.recovery_key, system_sources())
        assert isinstance(report, VerificationReport), report
        return Loss(before, after[: len(before)], ready, len(report.faults))


@pytest.mark.parametrize("round_", range(5))
def test_the_standby_has_every_acknowledged_command_and_the_server_goes_on_with_it(
    primary: Place, tmp_path: Path, round_: int
):
    moment = random.Random(f"{SEED}-{round_}").uniform(0, 0.05)
    loss = loss_of(primary, tmp_path, moment, waited_for=True)
    assert loss.after == loss.before
    assert (loss.ready, loss.faults) == (200, 0)


def test_a_standby_that_was_not_waited_for_is_found_out(primary: Place, tmp_path: Path):
    loss = loss_of(primary, tmp_path, 0, waited_for=False)
    assert loss.after != loss.before
    assert loss.ready == 503
    assert loss.faults


def test_a_restore_to_a_moment_is_told_and_the_work_after_it_is_taken_again(
    primary: Place, tmp_path: Path
):
    archive = primary.data.parent / "wal"
    archive.mkdir()
    hand_over(archive)
    archived = ("archive_mode=on",
                f"archive_command=test ! -f {archive}/%f && cp %p {archive}/%f")  # fmt: skip
    with running(primary.data, primary.socket, *DURABLE, *archived):
        primary.execute(f"CREATE DATABASE {NAME}")
        office = found(tmp_path / "office", primary.address())
        restored = primary.back_up("restored")
        with live_server(office.folder, background=False, socket=tmp_path / "s") as server:
            person = Person(tmp_path / "s")
            person.log_in()
            invite(server)
            station = enrol_station(server.served.office, CODE, bytes(32))
            assert isinstance(station, Enrolled)
            before = [person.command(number) for number in range(4)]
            kept = acknowledged(person, before)
            primary.execute("SELECT pg_create_restore_point('before')")
            after = [person.command(number) for number in range(4, 8)]
            acknowledged(person, after)
            assert person.cases() == 8
            seen = head(server)
            after_all = Seen(seq=seen.seq, hash=seen.hash.hex())
            asked = Pull(station=station.station, epoch=station.epoch, after=after_all)
        [(last,)] = primary.execute("SELECT pg_walfile_name(pg_switch_wal())")
        wait_for(archive / last)
    (restored.data / "recovery.signal").touch()
    hand_over(restored.data / "recovery.signal")
    point = (f"restore_command=cp {archive}/%f %p", "recovery_target_name=before",
             "recovery_target_action=promote")  # fmt: skip
    with running(restored.data, restored.socket, *DURABLE, *point):
        write_storage(office.folder, Storage(restored.address(), office.folder / "blobs"))
        with live_server(office.folder, background=False, socket=tmp_path / "s") as server:
            assert head(server).seq < seen.seq
            assert readiness(server) == RegisterCode.TAIL_CUT
            # A session begun before that moment goes on, and what was there is there.
            assert acknowledged(person, before) == kept
        key = tmp_path / "recovery-key.txt"
        key.write_text(office.recovery_key.reveal(), "utf-8")
        assert main(["take-up", str(office.folder), "--key-file", str(key)]) == 0
        with live_server(office.folder, background=False, socket=tmp_path / "s") as server:
            assert readiness(server) == ""
            assert acknowledged(person, before) == kept
            assert len(acknowledged(person, after)) == len(after)
            assert person.cases() == 8
            # A station that had seen more is told, and goes on once it is enrolled anew.
            stopped = pull(server.served.office, asked).stopped
            assert stopped is not None
            assert stopped.code == SyncCode.SERVER_SET_BACK
    assert list(office.folder.glob("checkpoint.json.before-*"))
