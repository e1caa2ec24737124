"""The same tests over an embedded office, a server on SQLite and a server on PostgreSQL."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from backend_client.counter_backend import CounterBackend
from issuance.certificates.keys import PrivateKey
from tests.backend_client.counters import PLACES, Counters, counters, few_keys, found_demonstration
from tests.postgresql import (
    PostgresqlServer,
    postgresql_server,  # noqa: F401 -- a fixture
)


@pytest.fixture(scope="session")
def make_key() -> Callable[[str], PrivateKey]:
    return few_keys()


@pytest.fixture(scope="session")
def demonstration(
    tmp_path_factory: pytest.TempPathFactory, make_key: Callable[[str], PrivateKey]
) -> Path:
    """Found an office once whose register is a file; tests work on copies."""
    return found_demonstration(tmp_path_factory.mktemp("founded") / "office", make_key)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(each, marks=pytest.mark.soak if each != "postgresql" else ())
        for each in PLACES
    ],
)
def place(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    make_key: Callable[[str], PrivateKey],
) -> Iterator[Counters]:
    """Open an office in each of three places, once a module."""
    folder = tmp_path_factory.mktemp(request.param) / "office"
    if request.param == "postgresql":
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        database = server.new_database()
        found_demonstration(folder, make_key, database)
    else:
        shutil.copytree(request.getfixturevalue("demonstration"), folder)
    with counters(request.param, folder, make_key) as opened:
        yield opened


@pytest.fixture
async def backend(place: Counters, tmp_path: Path) -> AsyncIterator[CounterBackend]:
    """Open a counter of its own at the place; nobody is logged in yet."""
    opened = place.open(tmp_path / "home")
    yield opened
    await opened.close()
