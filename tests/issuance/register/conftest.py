from collections.abc import Iterator
from pathlib import Path

import pytest

from issuance.register.register import Register
from tests.issuance.register.samples import OfficeFolder, fill


@pytest.fixture(scope="session")
def blank_office(tmp_path_factory: pytest.TempPathFactory) -> OfficeFolder:
    """An office with an empty register, made once and copied."""
    office = OfficeFolder(tmp_path_factory.mktemp("blank"))
    office.create().close()
    return office


@pytest.fixture
def office(blank_office: OfficeFolder, tmp_path: Path) -> OfficeFolder:
    return blank_office.copy(tmp_path / "office")


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
