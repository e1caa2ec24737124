"""What a command asks of a database server, and the same command at two processes at once."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, event

from issuance.access.roles import Session
from issuance.certificates.keys import make_private_key
from issuance.commands import Body, Command, Receipt
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.engine.storage import Storage
from issuance.model import canonical_bytes
from issuance.policies.loader import load_policy
from issuance.streams import StreamRef
from tests.engine.conftest import FoundedOffice
from tests.engine.test_pushing import opening
from tests.postgresql import PostgresqlServer, postgresql_server
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

__all__ = ["postgresql_server"]
MOST = 12
CASES = 6

CHILD = """
import sys
from pathlib import Path
from issuance.access.roles import Session
from issuance.certificates.keys import make_private_key
from issuance.commands import Command
from issuance.policies.loader import load_policy
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

product = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
place = Rehearsal(Path(sys.argv[1]), system_sources(), make_private_key, product, Path(sys.argv[2]))
place.log_in("adrian")
print("ready", flush=True)
session = Session.model_validate_json(sys.stdin.readline())
for line in sys.stdin:
    command = Command.model_validate_json(line)
    print(place.office.engine.execute(command, session).model_dump_json(), flush=True)
place.close()
"""


@pytest.fixture(scope="module")
def office(
    postgresql_server: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FoundedOffice]:
    database = postgresql_server.new_database()
    folder = tmp_path_factory.mktemp("statements") / "office"
    storage = Storage(database, folder / "blobs")
    founded = found_office(
        folder, demonstration_plan(), system_sources(), make_private_key, storage=storage
    )
    assert isinstance(founded, Founded)
    yield FoundedOffice(folder, founded.recovery_key)
    postgresql_server.remove(database)


def place_at(office: FoundedOffice, target: Path) -> "Counted":
    product = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
    assert product is not None
    return Counted(office.folder, system_sources(), make_private_key, product, target)


@contextmanager
def listened() -> Iterator[list[list[str]]]:
    """Collect what is sent, by transaction."""
    sent: list[list[str]] = [[]]

    def statement(*arguments: object) -> None:
        sent[-1].append(f"{arguments[2]} {arguments[3]}")

    def ended(*_: object) -> None:
        sent.append([])

    listeners = {"before_cursor_execute": statement, "commit": ended, "rollback": ended}
    for name, listener in listeners.items():
        event.listen(Engine, name, listener)
    try:
        yield sent
    finally:
        for name, listener in listeners.items():
            event.remove(Engine, name, listener)


@dataclass(slots=True)
class Counted(Rehearsal):
    """A journey that tells what each of its commands cost."""

    costs: list[tuple[str, list[list[str]]]] = field(
        default_factory=list[tuple[str, list[list[str]]]]
    )

    def _execute(self, body: Body, case: UUID, revision: int) -> Receipt:
        with listened() as sent:
            receipt = Rehearsal._execute(self, body, case, revision)
        self.costs.append((body.kind, [each for each in sent if each]))
        return receipt


def answered(transactions: list[list[str]]) -> tuple[list[list[str]], list[list[str]]]:
    """Return what came before a command's receipt was durable, and what follows on its own.

    The office makes its seal once, when the first contract needs it.
    """
    last = next(
        number
        for number, each in enumerate(transactions)
        if any("INSERT INTO receipts" in statement for statement in each)
    )
    before, after = transactions[: last + 1], transactions[last + 1 :]
    seal = [each for each in before if "'this_kind': 'authority'" in each[0]]
    return [each for each in before if each not in seal], [*seal, *after]


def test_no_command_of_a_journey_sends_more_than_twelve_statements(
    office: FoundedOffice, tmp_path: Path
):
    journey = place_at(office, tmp_path / "0.p12")
    journey.play()
    journey.close()
    kinds: set[str] = set()
    for kind, transactions in journey.costs:
        before, apart = answered(transactions)
        kinds.add(kind)
        assert sum(map(len, before)) <= MOST, (kind, before)
        assert all(len(each) <= MOST for each in apart), (kind, apart)
    assert len(kinds) == 17


@pytest.mark.soak
def test_the_same_command_at_two_processes_at_once_has_one_effect(
    office: FoundedOffice, tmp_path: Path
):
    here = place_at(office, tmp_path / "here.p12")
    here.log_in("olga")
    session = here.office.session
    commands = [opened_by(session, number) for number in range(1, CASES + 1)]
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(office.folder), str(tmp_path / "there.p12")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    ) as there:  # fmt: skip
        assert there.stdin is not None
        assert there.stdout is not None
        assert there.stdout.readline() == "ready\n"
        there.stdin.write(session.model_dump_json() + "\n")
        with ThreadPoolExecutor(2) as threads:
            # Not `communicate`: what this process does must overlap with the other's work.
            sent = "".join(canonical_bytes(each).decode() + "\n" for each in commands)
            there.stdin.write(sent)
            there.stdin.close()
            mine = list(threads.map(lambda each: execute(here, each, session), commands))
        theirs = [Receipt.model_validate_json(line) for line in there.stdout]
    assert mine == theirs
    assert all(receipt.applied for receipt in mine), [each.findings for each in mine]
    with here.office.engine.office.register.reading() as reading:
        assert [reading.stream(each.stream) is not None for each in commands] == [True] * CASES
        opened = [each for each in reading.entries(limit=500) if each.kind == "case_opened"]
        assert len(opened) == len({each.stream.id for each in opened})
    here.close()


def execute(place: Rehearsal, command: Command, session: Session) -> Receipt:
    return place.office.engine.execute(command, session)


def opened_by(session: Session, number: int) -> Command:
    sources = system_sources()
    return Command(
        id=sources.identifiers.new(),
        office=session.office,
        stream=StreamRef(kind="case", id=sources.identifiers.new()),
        base_revision=0,
        operator=session.operator,
        session=session.id,
        at=sources.clock.now(),
        body=opening(number),
    )
