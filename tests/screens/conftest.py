"""The program on a demonstration office of its own, with somebody logged in."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import cycle
from pathlib import Path
from typing import Any, Protocol

import pytest
from textual.pilot import Pilot

import tui  # before Textual, whose environment it sets  # isort: split
from backend_client.offices import DEMONSTRATION, Offices
from build_hook import compile_catalogues
from issuance.access.roles import Session
from issuance.certificates.keys import PrivateKey, make_private_key
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.secret import Secret
from tests.keys import wait_until
from tests.thrift import made_once
from tui.app import VentanillaApp
from tui.station import Station
from ventanilla.app import counter_app
from ventanilla.compose import system_sources

assert tui
ROOT = Path(__file__).parents[2]


class RunCounter(Protocol):
    """Runs the program; see the fixture `counter`."""

    def __call__(
        self,
        user: str = "olga",
        screen: str = "worklist",
        *arguments: Any,
        size: tuple[int, int] = (80, 24),
        language: str = "es",
        folder: Path | None = None,
    ) -> AbstractAsyncContextManager[Pilot[int]]: ...


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    compile_catalogues(ROOT / "tui" / "locale")


@pytest.fixture(scope="session")
def make_key() -> Callable[[str], PrivateKey]:
    """Give keys out of a few made once: making an RSA key takes up to seconds."""
    known: dict[str, cycle[PrivateKey]] = {}

    def make(algorithm: str) -> PrivateKey:
        if algorithm not in known:
            # An authority and the one above it need keys that differ.
            known[algorithm] = cycle([make_private_key(algorithm) for _ in range(3)])
        return next(known[algorithm])

    return make


@pytest.fixture(scope="session")
def founded_office(make_key: Callable[[str], PrivateKey]) -> Path:
    """Found a demonstration office once; tests work on copies."""

    def found(folder: Path) -> tuple[()]:
        founded = found_office(folder, demonstration_plan(), system_sources(), make_key)
        assert isinstance(founded, Founded)
        return ()

    return made_once("founded", found)[0]


@pytest.fixture
def office(founded_office: Path, tmp_path: Path) -> Path:
    """Return the folder of a demonstration office that belongs to this test."""
    return shutil.copytree(founded_office, tmp_path / "home" / DEMONSTRATION)


@pytest.fixture
def counter(office: Path, make_key: Callable[[str], PrivateKey]) -> RunCounter:
    """Run the real program with somebody logged in: `async with counter("olga", "case", id) as p`.

    A second run on the same folder is a restart. `folder` is another demonstration office.
    """

    @asynccontextmanager
    async def run(
        user: str = "olga",
        screen: str = "worklist",
        *arguments: Any,
        size: tuple[int, int] = (80, 24),
        language: str = "es",
        folder: Path | None = None,
    ) -> AsyncIterator[Pilot[int]]:
        home = (folder or office).parent
        offices = Offices(home, system_sources, make_key)
        app = counter_app(offices, DEMONSTRATION, language, first=(screen, *arguments))
        await log_in_directly(app, user)
        async with running(app, size) as pilot:
            yield pilot

    return run


@asynccontextmanager
async def running(app: VentanillaApp, size: tuple[int, int]) -> AsyncIterator[Pilot[int]]:
    """Run the program until the block ends, and close the office it is left with."""
    try:
        async with app.run_test(size=size) as pilot:
            await wait_until(lambda: app.screen.is_mounted and app.keys.idle)
            yield pilot
    finally:
        if app.backend is not None:
            await app.backend.close()


async def log_in_directly(app: VentanillaApp, user: str) -> None:
    """Log a person of the demonstration in, without the log-in screen."""
    assert app.offices is not None
    app.backend = backend = app.offices.backend(DEMONSTRATION)
    person = next(each for each in await backend.known_people() if each.user == user)
    session = await backend.log_in(user, Secret(person.password), Secret(person.code))
    assert isinstance(session, Session), session
    app.station = Station("Demostración", demonstration=True, operator=session.name)


class Start(Protocol):
    """Runs the program as it starts, with nobody logged in; see the fixture `start`."""

    def __call__(
        self, home: Path | None = None, language: str = "", size: tuple[int, int] = (80, 24)
    ) -> AbstractAsyncContextManager[Pilot[int]]: ...


@pytest.fixture
def start(office: Path, make_key: Callable[[str], PrivateKey]) -> Start:
    """Run the program on the demonstration, or on another home, until the block ends."""

    @asynccontextmanager
    async def start_on(
        home: Path | None = None, language: str = "", size: tuple[int, int] = (80, 24)
    ) -> AsyncIterator[Pilot[int]]:
        offices = Offices(home or office.parent, system_sources, make_key)
        app = counter_app(offices, language=language)
        async with running(app, size) as pilot:
            yield pilot

    return start_on


def screen_name(pilot: Pilot[Any]) -> str:
    """Return the class name of the screen shown."""
    return type(pilot.app.screen).__name__


def shown(pilot: Pilot[Any]) -> str:
    """Return what stands on the screen, line by line."""
    lines = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)
