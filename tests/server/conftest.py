"""A demonstration office with a service, founded once a session, and a server over a copy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuance.certificates.keys import make_private_key
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from tests.engine.conftest import FoundedOffice
from tests.live_server import LiveServer, add_service, live_server
from ventanilla.compose import system_sources


@pytest.fixture(scope="session")
def office_with_service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served") / "office"
    founded = found_office(folder, demonstration_plan(), system_sources(), make_private_key)
    assert isinstance(founded, Founded)
    add_service(FoundedOffice(folder, founded.recovery_key))
    return folder


@pytest.fixture
def folder(office_with_service: Path, tmp_path: Path) -> Path:
    shutil.copytree(office_with_service, tmp_path / "office")
    return tmp_path / "office"


@pytest.fixture
def server(folder: Path) -> Iterator[LiveServer]:
    with live_server(folder, background=False) as running:
        yield running
