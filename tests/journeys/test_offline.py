"""The screens of a station whose server is gone: captured, restarted, sent, and one given up."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from backend_client.enrolled_station import EnrolledStation
from backend_client.enrolling import enrol
from backend_client.offices import REMOTE, Offices
from issuance.certificates.keys import PrivateKey
from issuance.engine.station_register import REPLICA
from issuance.queries import WorklistAnswer, WorklistQuery
from issuance.streams import StreamRef
from tests.backend_client.counters import found_demonstration
from tests.backend_client.test_enrolling import CODE, invite, stored
from tests.engine.test_pushing import opening
from tests.fault_proxy import FaultProxy, fault_proxy
from tests.journeys.program import program, station_line
from tests.journeys.walk import (
    Citizen,
    Counter,
    accept_consent,
    back_to_the_list,
    begin_application,
)
from tests.keys import press_and_wait, wait_until
from tests.live_server import LiveServer, live_server
from tests.screens.application_typing import in_order, screen_is, type_values
from tests.screens.conftest import screen_name, shown
from tests.server.speaking import log_in
from ventanilla.compose import system_sources


@pytest.fixture
def served(tmp_path: Path, few_keys: Callable[[str], PrivateKey]) -> Iterator[LiveServer]:
    folder = found_demonstration(tmp_path / "served", few_keys)
    with live_server(folder) as running:
        yield running


@pytest.fixture
def line(served: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultProxy]:
    for name in ("remote._BEAT", "remote._BEAT_WHILE_LOST"):
        monkeypatch.setattr(f"backend_client.{name}", 0.1)
    monkeypatch.setattr("backend_client.exchange_rounds._EVERY", 0.2)
    monkeypatch.setattr("backend_client.exchange_rounds._EVERY_WHILE_LOST", 0.2)
    with fault_proxy(int(served.url.rpartition(":")[2])) as running:
        yield running


async def capture(pilot: Counter, citizen: Citizen) -> None:
    """Take an application in, up to the code that only the server can send."""
    await begin_application(pilot, citizen)
    await type_values(pilot, in_order(pilot.app, citizen.typed))
    await accept_consent(pilot, citizen)
    await back_to_the_list(pilot)


@pytest.mark.timeout(240)
async def test_two_are_captured_without_the_server_and_one_is_given_up(
    tmp_path: Path, line: FaultProxy, served: LiveServer, few_keys: Callable[[str], PrivateKey]
):
    invite(served)
    offices = Offices(tmp_path / "home", system_sources, few_keys)
    assert isinstance(enrol(offices, line.url, CODE), EnrolledStation)
    folder = offices.folder(REMOTE)
    one, two = (Citizen("natural", tmp_path, number=number) for number in (1, 2))
    async with program(offices) as pilot:
        await wait_until((folder / REPLICA).exists)
        line.faults.refuse = True
        line.cut()
        await wait_until(lambda: "sin conexión desde las" in station_line(pilot))
        await capture(pilot, one)
        await wait_until(lambda: "1 esperan" in station_line(pilot))
    async with program(offices) as pilot:
        await wait_until(lambda: "sin conexión desde las" in station_line(pilot))
        await capture(pilot, two)
        await wait_until(lambda: "2 esperan" in station_line(pilot))
        written = stored(folder)
        for citizen in (one, two):
            for name in ("cedula", "given_names", "first_surname", "email"):
                assert citizen.typed[name].encode() not in written

        # Meanwhile the second one went to another office.
        there = log_in(served, "olga")
        assert there.give(opening(2), StreamRef(kind="case", id=uuid4())).applied
        line.faults.refuse = False
        await wait_until(lambda: "en línea" in station_line(pilot))
        await wait_until(lambda: "esperan" not in station_line(pilot))
        listed = there.ask(WorklistQuery())
        assert isinstance(listed, WorklistAnswer)
        assert one.case in {each.case for each in listed.entries}
        assert two.case not in {each.case for each in listed.entries}
        await press_and_wait(pilot, "f5")
        await wait_until(lambda: one.typed["first_surname"] in shown(pilot))

        await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot) == "ValueList")
        await press_and_wait(pilot, "interc", "enter")
        await screen_is(pilot, "SyncScreen")
        await wait_until(lambda: "rechazad" in shown(pilot) or "cambió" in shown(pilot))
        await press_and_wait(pilot, "enter", until=lambda: screen_name(pilot) == "ValueList")
        await press_and_wait(pilot, "desis", "enter")
        await wait_until(lambda: screen_name(pilot) == "Confirm")
        await press_and_wait(pilot, "down", "enter")
        await wait_until(lambda: "No espera nada" in shown(pilot))
