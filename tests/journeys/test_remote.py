"""The screens of a counter whose engine is behind a server, and a line that fails meanwhile."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from backend_client.backend import OfficeSign
from backend_client.offices import Offices
from backend_client.remote_office import connect
from issuance.certificates.keys import PrivateKey
from tests.backend_client.counters import found_demonstration
from tests.fault_proxy import FaultProxy, fault_proxy
from tests.journeys.program import program, station_line
from tests.journeys.walk import (
    Citizen,
    Counter,
    apply,
    approve,
    begin_application,
)
from tests.keys import press_and_wait, wait_until
from tests.live_server import LiveServer, live_server
from tests.screens.application_typing import in_order, screen_is, texts, type_values
from tests.screens.conftest import shown
from tui.app import VentanillaApp
from ventanilla.compose import system_sources


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, few_keys: Callable[[str], PrivateKey]
) -> Iterator[LiveServer]:
    folder = found_demonstration(tmp_path_factory.mktemp("served") / "office", few_keys)
    with live_server(folder) as running:
        yield running


@pytest.fixture
def line(served: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultProxy]:
    monkeypatch.setattr("backend_client.remote._BEAT", 0.1)
    monkeypatch.setattr("backend_client.remote._BEAT_WHILE_LOST", 0.1)
    with fault_proxy(int(served.url.rpartition(":")[2])) as running:
        yield running


@asynccontextmanager
async def counter_of(
    home: Path, line: FaultProxy, make_key: Callable[[str], PrivateKey]
) -> AsyncIterator[Counter]:
    """Run the program on a computer that is connected with the server, olga logged in by keys."""
    offices = Offices(home, system_sources, make_key)
    assert isinstance(connect(offices, line.url), OfficeSign)
    async with program(offices) as pilot:
        yield pilot


@pytest.mark.soak
@pytest.mark.timeout(240)
async def test_a_case_is_applied_for_and_approved_at_a_server(
    tmp_path: Path, line: FaultProxy, few_keys: Callable[[str], PrivateKey]
):
    citizen = Citizen("natural", tmp_path, number=1)
    async with counter_of(tmp_path / "home", line, few_keys) as pilot:
        await wait_until(lambda: "en línea" in station_line(pilot))
        await apply(pilot, citizen)
        await approve(pilot, citizen)


@pytest.mark.timeout(240)
async def test_a_lost_line_is_shown_while_somebody_types_and_disturbs_nothing(
    tmp_path: Path, line: FaultProxy, few_keys: Callable[[str], PrivateKey]
):
    citizen = Citizen("natural", tmp_path, number=2)
    async with counter_of(tmp_path / "home", line, few_keys) as pilot:
        await begin_application(pilot, citizen)
        await press_and_wait(pilot, "1", "7")
        line.faults.refuse = True
        line.cut()
        await wait_until(lambda: "sin conexión desde las" in station_line(pilot))
        before, field = texts(pilot.app), pilot.app.screen.focused
        await press_and_wait(pilot, "1")
        assert pilot.app.screen.focused is field
        changed = {name for name, text in texts(pilot.app).items() if text != before.get(name)}
        assert len(changed) == 1
        line.faults.refuse = False
        await wait_until(lambda: "en línea" in station_line(pilot))
        assert pilot.app.screen.focused is field


@pytest.mark.timeout(240)
async def test_a_session_the_server_ended_leaves_a_draft_and_says_so(
    tmp_path: Path, line: FaultProxy, served: LiveServer, few_keys: Callable[[str], PrivateKey]
):
    citizen = Citizen("natural", tmp_path, number=3)
    async with counter_of(tmp_path / "home", line, few_keys) as pilot:
        await begin_application(pilot, citizen)
        await type_values(pilot, in_order(pilot.app, citizen.typed))
        await screen_is(pilot, "ConsentScreen")
        with served.served.office.register.writing() as writing:
            assert writing.end_sessions_of("olga")
        for _ in range(20):
            if type(pilot.app.screen).__name__ != "ConsentScreen":
                break
            await press_and_wait(pilot, "pagedown")
            await press_and_wait(pilot, "f10")
        await screen_is(pilot, "LogInScreen")
        await wait_until(lambda: "Su sesión en el servidor terminó" in shown(pilot))
        await press_and_wait(pilot, "1", "enter")
        await screen_is(pilot, "WorklistScreen")
        app = pilot.app
        assert isinstance(app, VentanillaApp)
        assert app.backend is not None
        (draft,) = app.backend.station.drafts_of("olga")
        assert draft.values["cedula"] == citizen.typed["cedula"]
