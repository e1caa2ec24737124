"""Two stations without a connection receive the same person: one case and one certificate."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend_client.enrolled_station import EnrolledStation
from backend_client.enrolling import enrol
from backend_client.offices import REMOTE, Offices
from issuance.cases.state import CaseStatus
from issuance.certificates.keys import PrivateKey
from issuance.engine.station_register import REPLICA
from issuance.queries import CaseAnswer, CaseQuery, WorklistAnswer, WorklistQuery
from issuance.register.model import CertificateState
from tests.backend_client.test_enrolling import CODE, invite
from tests.fault_proxy import FaultProxy, fault_proxy
from tests.journeys.program import program, station_line
from tests.journeys.test_offline import capture, line, served
from tests.journeys.walk import (
    Citizen,
    Counter,
    accept_evidence,
    activate,
    approve,
    back_to_the_list,
    become,
    bill,
    bring_evidence,
    choose,
    confirm_payment,
    open_step,
    record_payment,
)
from tests.keys import press_and_wait, wait_until
from tests.live_server import LiveServer
from tests.screens.activation.office import send_code
from tests.screens.application_typing import screen_is
from tests.screens.conftest import screen_name, shown
from tests.screens.evidence_work import answer_everything
from tests.screens.middle_of_a_case import press_until, settled
from tests.server.speaking import log_in
from ventanilla.compose import system_sources

__all__ = ["line", "served"]


@dataclass
class Place:
    """A station, its own line to the server, and the person as they come there."""

    offices: Offices
    line: FaultProxy
    citizen: Citizen

    async def loses_the_line(self, pilot: Counter) -> None:
        self.line.faults.refuse = True
        self.line.cut()
        await wait_until(lambda: "sin conexión desde las" in station_line(pilot))

    @asynccontextmanager
    async def with_the_line(self) -> AsyncIterator[Counter]:
        """Run the program with a connection; who logs in does so at the server."""
        self.line.faults.refuse = False
        async with program(self.offices) as pilot:
            await wait_until(lambda: "en línea" in station_line(pilot), timeout=60)
            yield pilot

    async def knows_everything(self, pilot: Counter, served: LiveServer) -> None:
        """Wait until the office has come here as it is at the server now."""
        with served.served.office.register.reading() as reading:
            whole = reading.head().seq
        await wait_until(lambda: pilot.app.backend._engine.own.register.seen().seq >= whole)

    def after_a_power_cut(self, home: Path) -> None:
        """Go on with what lies on the disk at this moment."""
        after = Offices(home, system_sources, self.offices.make_key)
        shutil.copytree(self.offices.folder(REMOTE), after.folder(REMOTE))
        self.offices = after


@pytest.fixture
def places(
    served: LiveServer,
    line: FaultProxy,
    tmp_path: Path,
    few_keys: Callable[[str], PrivateKey],
) -> Iterator[tuple[Place, Place]]:
    made: list[Place] = []
    with fault_proxy(int(served.url.rpartition(":")[2])) as other:
        for name, own in (("north", line), ("south", other)):
            invite(served)
            offices = Offices(tmp_path / name, system_sources, few_keys)
            assert isinstance(enrol(offices, own.url, CODE), EnrolledStation)
            made.append(Place(offices, own, Citizen("natural", offices.home, number=1)))
        yield made[0], made[1]


async def open_what_is_unsettled(pilot: Counter) -> None:
    await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot) == "ValueList")
    await press_and_wait(pilot, "interc", "enter")
    await screen_is(pilot, "SyncScreen")
    await wait_until(lambda: "rechazad" in shown(pilot) or "cambió" in shown(pilot), timeout=60)
    await press_and_wait(pilot, "enter")
    await screen_is(pilot, "UnsettledScreen")
    await wait_until(lambda: "En el servidor" in shown(pilot))


async def give_up(pilot: Counter) -> None:
    """Give up what was recorded here, having seen both sides."""
    await open_what_is_unsettled(pilot)
    await press_and_wait(pilot, "f12")
    await wait_until(lambda: screen_name(pilot) == "Confirm")
    await press_and_wait(pilot, "down", "enter")
    await wait_until(lambda: "No espera nada" in shown(pilot), timeout=60)
    await back_to_the_list(pilot)


async def bring_one_file(pilot: Counter, citizen: Citizen) -> None:
    """Bring the first of the files the case needs."""
    rule = citizen.rules[0]
    await open_step(pilot, citizen, "EvidenceScreen")
    await choose(pilot, citizen, rule)
    await answer_everything(pilot, citizen.yes)
    await press_until(pilot, "enter", screen="EvidenceScreen")
    await back_to_the_list(pilot)


async def confirm_email(pilot: Counter, citizen: Citizen) -> None:
    await open_step(pilot, citizen, "EmailScreen")
    code = await send_code(pilot)
    await press_and_wait(pilot, code, "enter")
    await wait_until(lambda: pilot.app.screen.state.email_confirmed)
    await settled(pilot)
    await back_to_the_list(pilot)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_one_person_at_two_stations_without_a_connection_gets_one_certificate(
    places: tuple[Place, Place], served: LiveServer, tmp_path: Path
):
    north, south = places
    for place in places:
        async with program(place.offices) as pilot:
            await wait_until((place.offices.folder(REMOTE) / REPLICA).exists)
            await place.loses_the_line(pilot)
            await capture(pilot, place.citizen)
            await wait_until(lambda pilot=pilot: "1 espera" in station_line(pilot))
            place.after_a_power_cut(tmp_path / f"{place.offices.home.name} after")
    assert north.citizen.case != south.citizen.case

    async with north.with_the_line() as pilot:
        await wait_until(lambda: "espera" not in station_line(pilot), timeout=60)
        await confirm_email(pilot, north.citizen)
        await approve(pilot, north.citizen)
        await become(pilot, "olga")
        await north.knows_everything(pilot, served)
        await north.loses_the_line(pilot)
        await bring_evidence(pilot, north.citizen)
        waiting = len(north.citizen.rules)
        await wait_until(lambda: f"{waiting} esperan" in station_line(pilot))
    async with south.with_the_line() as pilot:
        # The person is received already: both captures are there to be seen, and one is given up.
        await give_up(pilot)
        south.citizen.case = north.citizen.case
        south.citizen.case_number = north.citizen.case_number
        await south.knows_everything(pilot, served)
        await south.loses_the_line(pilot)
        await bring_one_file(pilot, south.citizen)
        await wait_until(lambda: "1 espera" in station_line(pilot))
        south.after_a_power_cut(tmp_path / "south again")

    async with north.with_the_line() as pilot:
        await wait_until(lambda: "espera" not in station_line(pilot), timeout=120)
    async with south.with_the_line() as pilot:
        # The north's file came first.
        await give_up(pilot)
        await accept_evidence(pilot, south.citizen)
        await record_payment(pilot, south.citizen)
        await confirm_payment(pilot, south.citizen)
        await bill(pilot, south.citizen)
        await activate(pilot, south.citizen, tmp_path / "key.p12", "Guayabamba-verde-77")

    there = log_in(served, "olga")
    issued = there.ask(CaseQuery(case=north.citizen.case))
    assert isinstance(issued, CaseAnswer)
    assert issued.state.status is CaseStatus.ACTIVE
    listed = there.ask(WorklistQuery())
    assert isinstance(listed, WorklistAnswer)
    assert [each.case for each in listed.entries] in ([], [north.citizen.case])
    with served.served.office.register.reading() as reading:
        assert len(list(reading.certificates(state=CertificateState.ISSUED))) == 1
