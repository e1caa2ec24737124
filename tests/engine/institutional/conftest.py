"""A platform whose register is verified after every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuance.engine.office import Office
from issuance.engine.opening import OpenedOffice
from tests.engine.conftest import FoundedOffice
from tests.engine.institutional.verified import verified
from tests.engine.ministry import found_platform, opened


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> FoundedOffice:
    return found_platform(tmp_path_factory.mktemp("platform") / "office")


@pytest.fixture
def folder(founded: FoundedOffice, tmp_path: Path) -> Path:
    shutil.copytree(founded.folder, tmp_path / "office")
    return tmp_path / "office"


@pytest.fixture
def opened_platform(founded: FoundedOffice, folder: Path) -> Iterator[OpenedOffice]:
    platform = opened(folder)
    yield platform
    platform.close()
    assert verified(folder, founded).faults == ()


@pytest.fixture
def office(opened_platform: OpenedOffice) -> Office:
    return opened_platform.engine.office
