"""The demonstration of a ministry, with one of its people at the screen."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from textual.pilot import Pilot

import tui  # before Textual, whose environment it sets  # isort: split
from backend_client.backend import Backend
from backend_client.offices import DEMONSTRATION, Offices
from issuance.access.roles import Session
from issuance.certificates.keys import PrivateKey
from issuance.engine.office import Sources
from issuance.institution_queries import PortableLine, PortablesAnswer, PortablesQuery
from issuance.secret import Secret
from tests.engine.conftest import FoundedOffice
from tests.furnished_ministry import code_at, credentials, found_ministry
from tests.screens.conftest import running
from tui.app import VentanillaApp
from tui.station import Station
from ventanilla.app import counter_app
from ventanilla.compose import SystemClock, system_sources

assert tui


class StillClock:
    """The moment the test began, until it is moved: a code is of the same half minute all along."""

    def __init__(self) -> None:
        self.moment = SystemClock().now()

    def now(self) -> datetime:
        return self.moment

    def code(self, secret: Secret, steps: int = 0) -> str:
        """Return what an authenticator shows so many half minutes from now."""
        return code_at(secret, self.moment, steps).reveal()


class RunMember(Protocol):
    """Runs the program; see the fixture `member`."""

    def __call__(
        self,
        user: str,
        screen: str,
        *arguments: Any,
        size: tuple[int, int] = (80, 24),
        language: str = "es",
        known: tuple[Secret, Secret | None] | None = None,
    ) -> AbstractAsyncContextManager[Pilot[int]]: ...


@pytest.fixture(scope="session")
def furnished(
    tmp_path_factory: pytest.TempPathFactory, make_key: Callable[[str], PrivateKey]
) -> FoundedOffice:
    """Found the ministry's demonstration once; tests work on copies."""
    folder = tmp_path_factory.mktemp("ministry") / DEMONSTRATION
    return found_ministry(folder, make_key)


@pytest.fixture
def ministry(furnished: FoundedOffice, tmp_path: Path) -> Path:
    """Return the folder of a ministry that belongs to this test."""
    return shutil.copytree(furnished.folder, tmp_path / "home" / DEMONSTRATION)


@pytest.fixture
def clock() -> StillClock:
    """Return the clock of the program."""
    return StillClock()


@pytest.fixture
def member(ministry: Path, make_key: Callable[[str], PrivateKey], clock: StillClock) -> RunMember:
    """Run the real program with one of the ministry's people logged in."""

    @asynccontextmanager
    async def run(
        user: str,
        screen: str,
        *arguments: Any,
        size: tuple[int, int] = (80, 24),
        language: str = "es",
        known: tuple[Secret, Secret | None] | None = None,
    ) -> AsyncIterator[Pilot[int]]:
        system = system_sources()
        sources = Sources(clock, system.identifiers, system.randomness)
        offices = Offices(ministry.parent, lambda: sources, make_key)
        app = counter_app(offices, DEMONSTRATION, language, first=(screen, *arguments))
        await log_in(app, user, clock, known)
        async with running(app, size) as pilot:
            yield pilot

    return run


async def log_in(
    app: VentanillaApp,
    user: str,
    clock: StillClock,
    known: tuple[Secret, Secret | None] | None = None,
) -> Backend:
    """Log one of the ministry's people in, without the log-in screen.

    Of somebody else `known` are the password and what makes the codes, which a first one has not.
    """
    assert app.offices is not None
    app.backend = backend = app.offices.backend(DEMONSTRATION)
    # No code works twice, not that of the log-in before either.
    clock.moment += timedelta(seconds=60)
    if known is None:
        given = credentials(user, clock.now())
    else:
        password, secret = known
        given = password, Secret(clock.code(secret) if secret else "")
    session = await backend.log_in(user, *given)
    assert isinstance(session, Session), session
    app.station = Station("Demostración", demonstration=True, operator=session.name)
    return backend


async def own_certificate(pilot: Pilot[Any], purpose: str) -> PortableLine:
    """Return the own certificate of a purpose."""
    app: Any = pilot.app
    answer = await app.backend.ask(PortablesQuery(own=True))
    assert isinstance(answer, PortablesAnswer)
    return next(each for each in answer.entries if each.purpose == purpose)
