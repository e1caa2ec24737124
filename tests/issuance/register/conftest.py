from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from issuance.register.register import Register
from tests.issuance.register.samples import OfficeFolder, fill
from tests.postgresql import PostgresqlServer, postgresql_server

__all__ = ["postgresql_server"]


@pytest.fixture(scope="session")
def blank_office(tmp_path_factory: pytest.TempPathFactory) -> OfficeFolder:
    """An office with an empty register, made once and copied."""
    office = OfficeFolder(tmp_path_factory.mktemp("blank"))
    office.create().close()
    return office


@pytest.fixture
def in_a_file(blank_office: OfficeFolder, tmp_path: Path) -> OfficeFolder:
    return blank_office.copy(tmp_path / "office")


@pytest.fixture(scope="session")
def blank_on_a_server(
    tmp_path_factory: pytest.TempPathFactory, postgresql_server: PostgresqlServer
) -> OfficeFolder:
    """The same with its register on PostgreSQL."""
    office = OfficeFolder(tmp_path_factory.mktemp("blank"), postgresql_server.new_database())
    office.create().close()
    return office


@pytest.fixture
def on_a_server(
    blank_on_a_server: OfficeFolder, postgresql_server: PostgresqlServer, tmp_path: Path
) -> Iterator[OfficeFolder]:
    database = postgresql_server.new_database(blank_on_a_server.server)
    yield replace(blank_on_a_server.copy(tmp_path / "on_a_server"), server=database)
    postgresql_server.remove(database)


@pytest.fixture
def office(in_a_file: OfficeFolder) -> OfficeFolder:
    """An office with an empty register; a module whose tests hold on both overrides this."""
    return in_a_file


@pytest.fixture(params=["in_a_file", "on_a_server"])
def either(request: pytest.FixtureRequest) -> OfficeFolder:
    """An office with an empty register, on each of the databases."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def register(office: OfficeFolder) -> Iterator[Register]:
    register = office.open()
    yield register
    register.close()


@pytest.fixture(scope="session")
def closed_office(blank_office: OfficeFolder, tmp_path_factory: pytest.TempPathFactory):
    """An office with 130 entries and a checkpoint at the hundredth, made once and copied."""
    office = blank_office.copy(tmp_path_factory.mktemp("filled") / "office")
    register = office.open()
    fill(register, 130)
    register.close()
    return office


@pytest.fixture
def filled(closed_office: OfficeFolder, tmp_path: Path) -> OfficeFolder:
    return closed_office.copy(tmp_path / "filled")
