"""The tables are the migrated ones, on SQLite and on PostgreSQL, and know their rules."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql import ClauseElement

from issuance.register import migrations
from issuance.register.migrations import migrate
from issuance.register.model import WorklistFilter
from issuance.register.place import Postgresql
from issuance.register.postgresql import postgresql_engines
from issuance.register.register import Register
from issuance.register.statements import Change, Row
from issuance.register.tables import SCHEMA_VERSION, metadata, renewed_certificates, streams
from tests.issuance.register.samples import (
    START,
    OfficeFolder,
    fill,
    index,
    origin,
    stream,
    worklist_row,
)
from tests.issuance.register.samples import (
    event as sample_event,
)
from tests.postgresql import query

SCRIPTS = ScriptDirectory(str(Path(migrations.__file__).parent))
RELEASED = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
POSTGRESQL = postgresql.dialect()


def schema(connection) -> set[str]:
    rows = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'"
    )
    return {" ".join(row[0].split()) for row in rows}


def test_the_newest_migration_is_the_one_the_tables_name():
    assert SCRIPTS.get_heads() == [SCHEMA_VERSION]


@pytest.mark.parametrize("released", [None, *RELEASED])
def test_every_released_version_becomes_the_newest(released: str | None):
    """The register at each released version is upgraded to what the tables say."""
    with create_engine("sqlite://").begin() as fresh:
        metadata.create_all(fresh)
        wanted = schema(fresh)
    with create_engine("sqlite://").begin() as old:
        for revision in RELEASED[: RELEASED.index(released) + 1] if released else []:
            with Operations.context(MigrationContext.configure(old)):
                SCRIPTS.get_revision(revision).module.upgrade()
        if released:
            MigrationContext.configure(old).stamp(SCRIPTS, released)
        migrate(old)
        assert schema(old) == wanted
        migrate(old)
        assert schema(old) == wanted


def test_what_was_renewed_before_its_table_came_stands_in_it():
    renewed = {"activation": {"certificate": {"serial": "77", "life": {"renewed_by": "99"}}}}
    states = [renewed, {"activation": {"certificate": {"serial": "99", "life": {}}}}, {}]
    with create_engine("sqlite://").begin() as old:
        for revision in RELEASED[: RELEASED.index("0010") + 1]:
            with Operations.context(MigrationContext.configure(old)):
                SCRIPTS.get_revision(revision).module.upgrade()
        MigrationContext.configure(old).stamp(SCRIPTS, "0010")
        office = UUID(int=1)
        rows = [
            {"office": office, "kind": "case", "id": UUID(int=number), "revision": 1,
             "state": json.dumps(state).encode(), "fold_version": 1}
            for number, state in enumerate(states)
        ]  # fmt: skip
        old.execute(streams.insert(), rows)
        migrate(old)
        assert old.execute(renewed_certificates.select()).all() == [(office, "77", "99")]


def test_the_migrations_give_the_same_tables_on_postgresql():
    written = io.StringIO()
    context = MigrationContext.configure(
        dialect=POSTGRESQL, opts={"as_sql": True, "output_buffer": written}
    )
    with Operations.context(context):
        for revision in RELEASED:
            SCRIPTS.get_revision(revision).module.upgrade()
    migrated = {" ".join(part.split()) for part in written.getvalue().split(";") if part.strip()}
    wanted = {
        " ".join(str(statement.compile(dialect=POSTGRESQL)).split())
        for table in metadata.sorted_tables
        for statement in (CreateTable(table), *map(CreateIndex, table.indexes))
    }
    assert migrated == wanted


def served(place: Postgresql) -> set[tuple[object, ...]]:
    """What a server says of its tables."""
    columns = """SELECT table_name, column_name, data_type, is_nullable, column_default,
        collation_name FROM information_schema.columns WHERE table_schema = 'public'"""
    indexes = "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    constraints = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace"""
    found = {row for each in (columns, indexes, constraints) for row in query(place, each)}
    return {row for row in found if row[0] != "alembic_version"}


def test_a_server_upgrades_every_released_version_to_the_newest(postgresql_server):
    def database(made: Callable[[Connection], object]) -> set[tuple[object, ...]]:
        place = postgresql_server.new_database()
        writers, _ = postgresql_engines(place)
        with writers.begin() as connection:
            made(connection)
        writers.dispose()
        found = served(place)
        postgresql_server.remove(place)
        return found

    def released(revision: str) -> Callable[[Connection], None]:
        def made(connection: Connection) -> None:
            with Operations.context(MigrationContext.configure(connection)):
                for each in RELEASED[: RELEASED.index(revision) + 1]:
                    SCRIPTS.get_revision(each).module.upgrade()
            MigrationContext.configure(connection).stamp(SCRIPTS, revision)
            migrate(connection)

        return made

    wanted = database(metadata.create_all)
    assert ("cases", "number", "character varying", "NO", None, None) in wanted
    assert database(migrate) == wanted
    for revision in RELEASED[:-1]:
        assert database(released(revision)) == wanted, revision


def test_every_key_begins_with_the_office_and_none_counts_by_itself():
    for table in metadata.sorted_tables:
        assert next(iter(table.primary_key.columns)).name == "office"
        assert all(next(iter(index.columns)).name == "office" for index in table.indexes)
        for dialect in (POSTGRESQL, sqlite.dialect()):
            made = str(CreateTable(table).compile(dialect=dialect)).upper()
            assert not any(
                f" {word}" in made for word in ("BIGSERIAL", "AUTOINCREMENT", "IDENTITY")
            )


def test_every_statement_compiles_for_postgresql_too(
    register: Register, monkeypatch: pytest.MonkeyPatch
):
    """What is really sent to SQLite is compiled again."""
    sent: list[ClauseElement] = []

    def remember(statement: object) -> None:
        # What says what a conflict leads to is made for the one database it is sent to.
        if isinstance(statement, ClauseElement) and not isinstance(statement, sqlite.Insert):
            sent.append(statement)

    def executing(connection, statement, many, parameters, options):
        remember(statement)

    send = Change.send

    def sending(change: Change, connection: Connection, *rows: Row) -> int:
        remember(change.statement)
        return send(change, connection, *rows)

    monkeypatch.setattr(Change, "send", sending)
    for engine in (register._writers, register._readers):
        event.listen(engine, "before_execute", executing)
    fill(register, 2)
    with register.writing() as writing:
        index(writing, worklist_row(1))
        index(writing, worklist_row(1, person_name="Otra"))
        writing.keep_fingerprint(stream(1).id, "photo", stream(1).id, 1, "0" * 32)
        writing.fingerprints_of_others(stream(2).id)
        writing.case_of_fingerprint(1)
        writing.purge(stream(0), 1, [1], origin(), b"", 1)
        writing.append(stream(0), 2, [sample_event(1)], origin(), b"", 1)
        writing.take_claim("kind", "value", stream(1).id)
        writing.release_claims(stream(1).id)
        writing.keep_receipt(stream(1).id, stream(2).id, b"", b"")
        page = writing.search("otra icert")
        writing.case_page(WorklistFilter(queue="ready", operator="ana"), None, 1)
        assert page.next is None
        writing.notices()
        writing.due_notices(START, 1)
        writing.open_intents()
        writing.checkpoints()
        writing.streams(stream(0))
        writing.extent(stream(0))
        writing.first_without_stream()

    compiled = [str(statement.compile(dialect=POSTGRESQL)) for statement in sent]
    assert len(compiled) > 30
    assert not any("OFFSET" in text for text in compiled)
    locks = [text for text in compiled if "FOR UPDATE" in text]
    assert any("FROM heads" in text for text in locks)


def test_opening_an_up_to_date_register_does_not_import_alembic(office: OfficeFolder):
    program = (
        "import sys; from pathlib import Path\n"
        "from tests.issuance.register.samples import OfficeFolder\n"
        "OfficeFolder(Path(sys.argv[1])).open().close()\n"
        "assert 'alembic' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program, str(office.folder)], check=True)
