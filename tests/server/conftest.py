"""A demonstration office with a service, founded once a session, and a server over a copy."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from issuance.access.totp import current_code
from issuance.certificates.keys import make_private_key
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.secret import Secret
from issuance.wire import SessionStarted
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import SetClock, sources_at
from tests.engine.ministry import ADMINISTRATOR
from tests.live_server import LiveServer, add_service, live_server
from tests.server.signing_platform import Known, System, prepared
from tests.server.speaking import Voice
from ventanilla.compose import system_sources


@pytest.fixture(scope="session")
def office_with_service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served") / "office"
    founded = found_office(folder, demonstration_plan(), system_sources(), make_private_key)
    assert isinstance(founded, Founded)
    add_service(FoundedOffice(folder, founded.recovery_key))
    return folder


@pytest.fixture(scope="module")
def server_of_module(
    office_with_service: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """A server that all tests of a module share; what is tried there counts for all of them."""
    folder = tmp_path_factory.mktemp("of-module") / "office"
    shutil.copytree(office_with_service, folder)
    with live_server(folder, background=False) as server:
        yield server


@pytest.fixture(scope="session")
def signing_office(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """An office of institutions that is ready to sign; modules work on copies of it."""
    return prepared(tmp_path_factory.mktemp("signing") / "office", SetClock())


@pytest.fixture(scope="module")
def clock(signing_office: Known) -> SetClock:
    return SetClock(signing_office.ready_at)


@pytest.fixture(scope="module")
def known(signing_office: Known, tmp_path_factory: pytest.TempPathFactory) -> Known:
    folder = tmp_path_factory.mktemp("signing-copy") / "office"
    shutil.copytree(signing_office.folder, folder)
    return replace(signing_office, folder=folder)


@pytest.fixture(scope="module")
def platform(known: Known, clock: SetClock) -> Iterator[LiveServer]:
    with live_server(known.folder, sources=sources_at(clock), background=False) as running:
        yield running


@pytest.fixture(scope="module")
def administrator(platform: LiveServer, clock: SetClock) -> Voice:
    """The administrator of the office of institutions, logged in at its server."""
    client = platform.client()
    clock.pass_time(minutes=1)
    code = current_code(Secret(ADMINISTRATOR.totp_secret), clock.now()).reveal()
    secrets = {"password": ADMINISTRATOR.password, "code": code}
    told = client.post("/v1/sessions", json={"user": ADMINISTRATOR.user, "secrets": secrets})
    assert told.status_code == 201, told.text
    return Voice(client, SessionStarted.model_validate_json(told.content))


@pytest.fixture
def system(platform: LiveServer, clock: SetClock) -> System:
    """A system of the ministry; its codes of the test before are used up by now."""
    clock.pass_time(minutes=20)
    return System(platform.client(), clock)


@pytest.fixture
def folder(office_with_service: Path, tmp_path: Path) -> Path:
    shutil.copytree(office_with_service, tmp_path / "office")
    return tmp_path / "office"


@pytest.fixture
def server(folder: Path) -> Iterator[LiveServer]:
    with live_server(folder, background=False) as running:
        yield running
