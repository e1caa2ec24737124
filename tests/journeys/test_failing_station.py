"""A station whose disk breaks or is full while somebody types: told, and nothing typed is lost."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend_client.enrolled_station import EnrolledStation
from backend_client.enrolling import enrol
from backend_client.offices import REMOTE, Offices
from issuance.certificates.keys import PrivateKey
from issuance.engine.station_register import REPLICA
from tests.backend_client.counters import found_demonstration
from tests.backend_client.test_enrolling import CODE, invite
from tests.engine.test_failing_disk import SHIM
from tests.fault_proxy import fault_proxy
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
from tests.screens.application_typing import all_texts, in_order, screen_is, type_values
from tests.screens.conftest import screen_name, shown
from ventanilla.compose import system_sources

FAULTS = (("sync", errno.EIO), ("write", errno.EIO), ("write", errno.ENOSPC))
TOLD = {errno.EIO: ("No se pudo guardar", "disco del registro falla"),
        errno.ENOSPC: ("para guardar «station.db»", "en el disco del registro")}  # fmt: skip
FOLDER, ERROR = "FAILING_FOLDER", "FAILING_ERROR"


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.skipif(not shutil.which("cc"), reason="no compiler for the disk that fails")
def test_a_disk_that_fails_under_a_station_loses_nothing_typed(tmp_path: Path):
    """Run what follows in a process whose disk may fail."""
    library = tmp_path / "failing_disk.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, SHIM], check=True)
    failing = {FOLDER: str(tmp_path / "home" / REMOTE), ERROR: str(tmp_path / "error")}
    test = f"{__file__}::test_what_is_typed_stays"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-m", "soak", test],
        env={**os.environ, **failing, "LD_PRELOAD": str(library)},
        cwd=Path(__file__).parents[2], check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


@pytest.fixture
def served(tmp_path: Path, few_keys: Callable[[str], PrivateKey]) -> Iterator[LiveServer]:
    with live_server(found_demonstration(tmp_path / "served", few_keys)) as running:
        yield running


@dataclass
class Disk:
    """The disk of the station's folder; `error` says which call fails, and with what."""

    error: Path

    def fails(self, call: str, code: int) -> None:
        self.error.write_text(f"{call} {code}")

    def heals(self) -> None:
        self.error.unlink()


def said(pilot: Counter) -> str:
    """Return the screen in one line, however its words are broken."""
    return " ".join(shown(pilot).split())


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.skipif(FOLDER not in os.environ, reason="only where the disk can fail")
async def test_what_is_typed_stays(
    tmp_path: Path, served: LiveServer, few_keys: Callable[[str], PrivateKey]
):
    disk = Disk(Path(os.environ[ERROR]))
    invite(served)
    offices = Offices(Path(os.environ[FOLDER]).parent, system_sources, few_keys)
    with fault_proxy(int(served.url.rpartition(":")[2])) as line:
        assert isinstance(enrol(offices, line.url, CODE), EnrolledStation)
        async with program(offices) as pilot:
            await wait_until((offices.folder(REMOTE) / REPLICA).exists)
            line.faults.refuse = True
            line.cut()
            await wait_until(lambda: "sin conexión desde las" in station_line(pilot))
            for number, (call, code) in enumerate(FAULTS, 1):
                citizen = Citizen("natural", tmp_path, number=number)
                await begin_application(pilot, citizen)
                *most, last = in_order(pilot.app, citizen.typed).items()
                disk.fails(call, code)
                await type_values(pilot, dict(most))
                store, register = TOLD[code]
                await wait_until(lambda told=store: told in said(pilot))
                assert screen_name(pilot) == "ApplicationScreen"
                typed = set(all_texts(pilot.app).values())
                assert {value for _, value in most} <= {*typed, ""}, typed
                disk.heals()
                await press_and_wait(pilot, last[1], "enter")
                await screen_is(pilot, "ConsentScreen")
                disk.fails(call, code)
                await press_and_wait(pilot, *["pagedown"] * 9, "f10")
                await wait_until(lambda told=register: told in said(pilot))
                assert screen_name(pilot) == "ApplicationScreen"
                disk.heals()
                await press_and_wait(pilot, "f10")
                await accept_consent(pilot, citizen)
                await back_to_the_list(pilot)
                await wait_until(lambda count=number: f"{count} esperan" in station_line(pilot))
            line.faults.refuse = False
            await wait_until(lambda: "esperan" not in station_line(pilot), timeout=60)
