"""What keeps databases that speak PostgreSQL's protocol within reach, and that these rules hold.

UUID keys that begin with the office, nothing that counts, notifies, locks by number or runs inside
the server, and one place that does work again. Each rule must find what is planted against it.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import (
    Column,
    Engine,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    event,
    text,
)

from issuance.certificates.authority import AuthorityPlan
from issuance.certificates.keys import make_private_key
from issuance.engine.demonstration import PEOPLE, demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.engine.storage import Storage
from issuance.register.place import Postgresql
from issuance.register.tables import metadata
from issuance.streams import StreamRef
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import Desk
from tests.engine.test_pushing import opening
from tests.postgresql import PostgresqlServer, postgresql_server, query
from ventanilla.compose import system_sources

__all__ = ["postgresql_server"]
ROOT = Path(__file__).parents[2]
OFFICE = "office"
FORBIDDEN = re.compile(
    r"\b(LISTEN|(pg_)?NOTIFY|UNLISTEN|pg_\w*advisory\w*|nextval|currval|setval|lastval"
    # A column may be called `serial`; the type is written in capitals.
    r"|(BIG|SMALL)SERIAL|(?-i:SERIAL)|GENERATED\s+(ALWAYS|BY\s+DEFAULT)\s+AS\s+IDENTITY|CREATE\s+SEQUENCE"
    r"|plpgsql|CREATE\s+(OR\s+REPLACE\s+)?(FUNCTION|PROCEDURE|TRIGGER)|DO(?=\s+\$)"
    r"|CREATE\s+(UNLOGGED|TEMP)|ctid|xmin)\b",
    re.IGNORECASE,
)
UNDONE = {"RaceLost", "ConnectionLost", "OutcomeUnknown", "SerializationFailure",
          "DeadlockDetected", "OperationalError", "InterfaceError"}  # fmt: skip
"""What may be raised where work was undone, or its server went away."""


def broken_by(tables: MetaData) -> list[str]:
    """Return the keys that do not begin with the office, and the columns that count."""
    return [fault for table in tables.sorted_tables for fault in _broken_by(table)]


def _broken_by(table: Table) -> Iterator[str]:
    for name, columns in _keys(table):
        if not columns or columns[0] != OFFICE:
            yield f"{table.name}: {name} begins with no office"
    for column in table.columns:
        counts = column is table.autoincrement_column or column.default or column.server_default
        if counts or column.identity is not None:
            yield f"{table.name}.{column.name} is given by the database"
        is_key = column.primary_key and column.name == OFFICE
        if is_key and not isinstance(column.type, Uuid):
            yield f"{table.name}.{column.name} is no UUID"


def _keys(table: Table) -> Iterator[tuple[str, list[str]]]:
    yield "the primary key", [each.name for each in table.primary_key.columns]
    for index in table.indexes:
        yield str(index.name), [getattr(each, "name", "") for each in index.expressions]
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint | ForeignKeyConstraint):
            yield str(constraint.name), [each.name for each in constraint.columns]


def forbidden_in(statements: list[str]) -> list[str]:
    """Return the statements that ask for more of a server than rows, row locks and indexes."""
    return [each for each in statements if FORBIDDEN.search(each)]


def without_office(statements: list[str]) -> list[str]:
    """Return the statements about an office's rows that do not say which office."""
    names = "|".join(table.name for table in metadata.sorted_tables)
    about = re.compile(rf"\b(FROM|JOIN|INTO|UPDATE)\s+({names})\b")
    return [each for each in statements if about.search(each) and OFFICE not in each]


def doing_again(source: str) -> list[str]:
    """Return what catches undone work without raising it on."""
    if not any(name in source for name in UNDONE):
        return []
    found = [each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.ExceptHandler)]
    return [
        ast.unparse(each.type)
        for each in found
        if each.type is not None
        and {name.id for name in ast.walk(each.type) if isinstance(name, ast.Name)} & UNDONE
        and not isinstance(each.body[-1], ast.Raise)
    ]


@pytest.fixture(scope="module")
def worked(
    postgresql_server: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Postgresql, list[str]]]:
    """An office founded and worked in, with every statement that was sent."""
    database = postgresql_server.new_database()
    sent: list[str] = []

    def listening(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    event.listen(Engine, "before_cursor_execute", listening)
    try:
        folder = tmp_path_factory.mktemp("rules") / "office"
        shown, storage = demonstration_plan(), Storage(database, folder / "blobs")
        assert isinstance(shown.authority, AuthorityPlan)
        quick = shown.authority.model_copy(update={"algorithm": "p-256"})
        plan = replace(shown, authority=quick)
        founded = found_office(folder, plan, system_sources(), make_private_key, storage=storage)
        assert isinstance(founded, Founded)
        desk = Desk(FoundedOffice(folder, founded.recovery_key))
        opened = desk.log_in(PEOPLE[0].user)
        for number in range(2):
            body, case = opening(number), StreamRef(kind="case", id=UUID(int=number + 1))
            command = desk.command(body, 0).model_copy(update={"stream": case})
            assert opened.engine.execute(command, opened.session).applied
        assert desk.people()
        desk.leave()
        yield database, sent
    finally:
        event.remove(Engine, "before_cursor_execute", listening)
        postgresql_server.remove(database)


def test_the_tables_have_keys_of_the_office_and_nothing_that_counts():
    assert broken_by(metadata) == []


def test_the_migrated_database_has_no_sequence_function_or_trigger_and_offices_keys(
    worked: tuple[Postgresql, list[str]],
):
    database, _ = worked
    for what in (
        "pg_class WHERE relkind = 'S'",
        "pg_trigger WHERE NOT tgisinternal",
        "pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public'",
        "pg_attribute WHERE attidentity <> ''",
        "pg_attrdef",
    ):
        assert query(database, f"SELECT count(*) FROM {what}") == [(0,)], what  # noqa: S608
    indexes = query(
        database,
        "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public' "
        "AND tablename <> 'alembic_version'",
    )
    assert len(indexes) > len(metadata.sorted_tables)
    assert [each for each in indexes if "(office" not in each[1]] == []


def test_what_is_sent_asks_for_rows_of_one_office_and_nothing_more(
    worked: tuple[Postgresql, list[str]],
):
    _, sent = worked
    assert any("INSERT INTO entries" in each for each in sent)
    assert forbidden_in(sent) == []
    assert without_office(sent) == []


def test_one_place_does_undone_work_again():
    sources = [*ROOT.glob("issuance/**/*.py"), *ROOT.glob("server/**/*.py")]
    again = [each for each in sources if doing_again(each.read_text("utf-8"))]
    assert [str(each.relative_to(ROOT)) for each in again] == ["issuance/register/repeating.py"]
    # Nothing else speaks with the database's driver, whose own errors would need more of them.
    drivers = [each for each in sources if re.search(r"^import psycopg", each.read_text(), re.M)]
    folder = ROOT / "issuance" / "register"
    assert [each for each in drivers if not each.is_relative_to(folder)] == []
    migrations = (folder / "migrations").rglob("*.py")
    assert forbidden_in([each.read_text("utf-8") for each in migrations]) == []


def test_each_rule_finds_what_is_planted():
    planted = MetaData()
    Table("counted", planted, Column("id", Integer, primary_key=True))
    Table("identified", planted, Column(OFFICE, Uuid, primary_key=True),
          Column("seq", Integer, Identity()))  # fmt: skip
    Table("sequenced", planted, Column(OFFICE, Uuid, primary_key=True),
          Column("seq", Integer, Sequence("s")))  # fmt: skip
    Table("shared", planted, Column(OFFICE, Uuid, primary_key=True), Column("name", String),
          Column("at", String, server_default=text("now()")),
          Index("names", "name"), UniqueConstraint("name", name="once"))  # fmt: skip
    Table("worded", planted, Column(OFFICE, String, primary_key=True))
    assert broken_by(planted) == [
        "counted: the primary key begins with no office",
        "counted.id is given by the database",
        "identified.seq is given by the database",
        "sequenced.seq is given by the database",
        "shared: names begins with no office",
        "shared: once begins with no office",
        "shared.at is given by the database",
        "worded.office is no UUID",
    ]
    for statement in (
        "LISTEN work", "SELECT pg_notify('work', '')", "SELECT pg_advisory_xact_lock(1)",
        "SELECT nextval('s')", "CREATE TABLE t (id BIGSERIAL)", "DO $$ BEGIN END $$",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS ''",
    ):  # fmt: skip
        assert forbidden_in([statement]) == [statement]
    every = "SELECT entries.seq FROM entries WHERE entries.seq > 3"
    assert without_office([every]) == [every]
    assert doing_again("try:\n    f()\nexcept RaceLost:\n    f()")
    assert doing_again("try:\n    f()\nexcept (ValueError, OperationalError):\n    pass")
