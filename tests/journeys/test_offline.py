"""The screens of a station whose server is gone: captured, restarted, sent, and one given up."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from backend_client.backend import Kept, OfficeSign
from backend_client.enrolled_station import EnrolledStation
from backend_client.enrolling import enrol
from backend_client.offices import REMOTE, Offices
from backend_client.remote import RemoteBackend
from backend_client.remote_office import connect
from issuance.cases.state import CaseStatus
from issuance.certificates.keys import PrivateKey, make_private_key
from issuance.engine.station_register import REPLICA
from issuance.queries import CaseAnswer, CaseQuery, WorklistAnswer, WorklistQuery
from issuance.streams import StreamRef
from tests.backend_client.counters import found_demonstration
from tests.backend_client.test_enrolling import CODE, invite, stored
from tests.backend_client.whole_case import WholeCase
from tests.engine.test_pushing import opening
from tests.fault_proxy import FaultProxy, fault_proxy
from tests.journeys.program import program, station_line
from tests.journeys.walk import (
    Citizen,
    Counter,
    accept_consent,
    accept_evidence,
    activate,
    apply,
    approve,
    back_to_the_list,
    become,
    begin_application,
    bill,
    bring_evidence,
    confirm_payment,
    record_payment,
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
    monkeypatch.setattr("backend_client.exchange_rounds._FIRST_WHILE_LOST", 0.2)
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
        await press_and_wait(pilot, "enter")
        await screen_is(pilot, "UnsettledScreen")
        await wait_until(lambda: "En el servidor" in shown(pilot) and "≠" in shown(pilot))
        # The form has what was typed; nothing of it is lost by looking.
        await press_and_wait(pilot, "f10")
        await screen_is(pilot, "ApplicationScreen")
        await wait_until(lambda: two.typed["first_surname"] in shown(pilot))
        await press_and_wait(pilot, "f3")
        await screen_is(pilot, "SyncScreen")
        await press_and_wait(pilot, "enter")
        await screen_is(pilot, "UnsettledScreen")
        await press_and_wait(pilot, "f12")
        await wait_until(lambda: screen_name(pilot) == "Confirm")
        await press_and_wait(pilot, "down", "enter")
        await wait_until(lambda: "No espera nada" in shown(pilot))


async def photo_brought_elsewhere(served: LiveServer, folder: Path, citizen: Citizen) -> None:
    """Capture a case's photo at another counter, which has a connection."""
    offices = Offices(folder / "elsewhere", system_sources, make_private_key)
    assert isinstance(connect(offices, served.url), OfficeSign)
    backend = offices.backend(REMOTE)
    assert isinstance(backend, RemoteBackend)
    case = WholeCase(backend, folder, citizen.number)
    assert citizen.case is not None
    case.stream = StreamRef(kind="case", id=citizen.case)
    await case.become("olga")
    rule = next(each for each in citizen.rules if each.photo)
    kept = [each async for each in backend.check(rule.id, case._file(rule), case.case)][-1]
    assert isinstance(kept, Kept)
    await case.give(case._capture(rule, kept))
    await backend.close()


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_photos_of_three_survive_a_power_cut_a_conflict_is_settled_and_one_is_issued(
    tmp_path: Path, line: FaultProxy, served: LiveServer, few_keys: Callable[[str], PrivateKey]
):
    invite(served)
    offices = Offices(tmp_path / "home", system_sources, few_keys)
    assert isinstance(enrol(offices, line.url, CODE), EnrolledStation)
    one, two, three = citizens = [Citizen("natural", tmp_path, number=each) for each in range(3)]
    after_the_cut = Offices(tmp_path / "after", system_sources, few_keys)

    async def loses_the_line(pilot: Counter) -> None:
        line.faults.refuse = True
        line.cut()
        await wait_until(lambda: "sin conexión desde las" in station_line(pilot))

    async with program(offices) as pilot:
        for citizen in citizens:
            await apply(pilot, citizen)
            await approve(pilot, citizen)
        await become(pilot, "olga")
        with served.served.office.register.reading() as reading:
            whole = reading.head().seq
        await wait_until(lambda: pilot.app.backend._engine.own.register.seen().seq >= whole)
        await loses_the_line(pilot)
        await bring_evidence(pilot, one)
    async with program(offices) as pilot:
        await wait_until(lambda: "sin conexión desde las" in station_line(pilot))
        for citizen in (two, three):
            await bring_evidence(pilot, citizen)
        waiting = sum(len(citizen.rules) for citizen in citizens)
        await wait_until(lambda: f"{waiting} esperan" in station_line(pilot))
        # What lies on the disk at this moment is what a power cut leaves.
        shutil.copytree(offices.folder(REMOTE), after_the_cut.folder(REMOTE))
    await photo_brought_elsewhere(served, tmp_path, two)

    async with program(after_the_cut) as pilot:
        await wait_until(lambda: f"{waiting} esperan" in station_line(pilot))
        line.faults.refuse = False
        await wait_until(lambda: "en línea" in station_line(pilot), timeout=60)
        # The others of that case wait behind the one in conflict; the two other cases do not.
        behind = len(two.rules) - 1
        await wait_until(lambda: f" {behind} espera" in station_line(pilot), timeout=120)
        await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot) == "ValueList")
        await press_and_wait(pilot, "interc", "enter")
        await screen_is(pilot, "SyncScreen")
        await wait_until(lambda: "cambió" in shown(pilot))
        await press_and_wait(pilot, "enter")
        await screen_is(pilot, "UnsettledScreen")
        await wait_until(lambda: "En el servidor" in shown(pilot))
        # Both brought the same photo: nothing would be replaced, so nothing is asked.
        await press_and_wait(pilot, "f6")
        await screen_is(pilot, "SyncScreen")
        await wait_until(lambda: "No espera nada" in shown(pilot), timeout=120)
        await back_to_the_list(pilot)

        await accept_evidence(pilot, one)
        await record_payment(pilot, one)
        await confirm_payment(pilot, one)
        await bill(pilot, one)
        await activate(pilot, one, tmp_path / "key.p12", "Guayabamba-verde-77")
    issued = log_in(served, "olga").ask(CaseQuery(case=one.case))
    assert isinstance(issued, CaseAnswer)
    assert issued.state.status is CaseStatus.ACTIVE
    for citizen in (two, three):
        settled_there = log_in(served, "olga").ask(CaseQuery(case=citizen.case))
        assert isinstance(settled_there, CaseAnswer)
        assert set(settled_there.state.evidence) == {rule.id for rule in citizen.rules}
