"""The program on an office with a ministry, with one of its people logged in."""

import dataclasses
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pytest
from textual.pilot import Pilot

from backend_client.backend import OfficeSign
from backend_client.offices import DEMONSTRATION, REMOTE, Offices
from backend_client.remote_office import connect
from issuance.access.roles import Session
from issuance.certificates.keys import PrivateKey
from issuance.engine.office import Sources
from issuance.secret import Secret
from tests.keys import wait_until
from tests.screens.institutions.enabled_ministry import PASSWORD, Ministry, enable_ministry
from tui.station import Station
from ventanilla.app import counter_app
from ventanilla.compose import SystemClock, system_sources


class LaterClock:
    """The computer's clock, some time ahead."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        return SystemClock().now() + self._ahead


class RunDesk(Protocol):
    """Runs the program as one person; see the fixture `desk`."""

    def __call__(
        self,
        user: str,
        screen: str = "institutions_home",
        *arguments: Any,
        size: tuple[int, int] = (80, 24),
        language: str = "es",
        later: timedelta = timedelta(),
    ) -> AbstractAsyncContextManager[Pilot[int]]: ...


@pytest.fixture(scope="session")
def enabled_ministry(
    tmp_path_factory: pytest.TempPathFactory, make_key: Callable[[str], PrivateKey]
) -> Ministry:
    """Enable a ministry once; tests work on copies."""
    folder = tmp_path_factory.mktemp("enabled") / DEMONSTRATION
    return enable_ministry(folder, make_key)


@pytest.fixture
def ministry(enabled_ministry: Ministry, tmp_path: Path) -> Ministry:
    """Return a ministry whose office belongs to this test."""
    home = tmp_path / "home" / DEMONSTRATION
    shutil.copytree(enabled_ministry.folder, home)
    secrets = dict(enabled_ministry.secrets)
    return dataclasses.replace(enabled_ministry, folder=home, secrets=secrets)


@asynccontextmanager
async def at_the_desk(
    ministry: Ministry,
    make_key: Callable[[str], PrivateKey],
    user: str,
    screen: str = "institutions_home",
    *arguments: Any,
    size: tuple[int, int] = (80, 24),
    language: str = "es",
    later: timedelta = timedelta(),
    address: str = "",
) -> AsyncIterator[Pilot[int]]:
    """Run the program on a ministry as one person; with an address on a computer of its own."""
    system = system_sources()
    sources = Sources(LaterClock(later), system.identifiers, system.randomness)
    offices = Offices(ministry.folder.parent, lambda: sources, make_key)
    place = REMOTE if address else DEMONSTRATION
    if address:
        assert isinstance(connect(offices, address), OfficeSign)
    app = counter_app(offices, place, language, first=(screen, *arguments))
    app.backend = backend = offices.backend(place)
    if user in ministry.secrets:
        password, code = Secret(PASSWORD), ministry.code(user, sources.clock.now())
    else:
        people = await backend.known_people()
        person = next(each for each in people if each.user == user)
        password, code = Secret(person.password), Secret(person.code)
    session = await backend.log_in(user, password, code)
    assert isinstance(session, Session), session
    app.station = Station("Demostración", demonstration=True, operator=session.name)
    try:
        async with app.run_test(size=size) as pilot:
            await wait_until(lambda: app.screen.is_mounted and app.keys.idle)
            yield pilot
    finally:
        await backend.close()


@pytest.fixture
def desk(ministry: Ministry, make_key: Callable[[str], PrivateKey]) -> RunDesk:
    """Run the program: `async with desk("ofelia") as pilot`."""
    return partial(at_the_desk, ministry, make_key)
