"""Seeds of the simulation, and faults planted on purpose that it has to find."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from issuance.engine import pushing
from issuance.engine.station_register import StationRegister
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import Desk
from tests.engine.offline_station import OfflineStation
from tests.engine.pushed_station import PushedStation
from tests.engine.sync_simulation import Simulation

SEED = int(os.environ.get("SEED", "20261122"))


@contextmanager
def simulation(office: FoundedOffice, folder: Path, seed: int) -> Iterator[Simulation]:
    desk = Desk(office)
    desk.log_in("jefa")
    stations: list[OfflineStation] = []
    try:
        for number in (5, 6, 7):
            enrolled = PushedStation.enrol(desk, stream=number, key=number)
            engine, own = desk.here.engine, folder / f"{seed}-{number}"
            randomness = desk.sources.randomness
            station = OfflineStation(own, engine, enrolled.enrolled, enrolled.key, randomness)
            stations.append(station)
            assert station.exchange() is None
        yield Simulation(stations, seed)
    finally:
        for station in stations:
            station.close()
        desk.leave()


@pytest.mark.parametrize("number", range(1))
def test_a_seed(office: FoundedOffice, tmp_path: Path, number: int):
    with simulation(office, tmp_path, SEED + number) as run:
        run.run()


@pytest.mark.soak
@pytest.mark.parametrize("number", range(1000))
def test_a_thousand_seeds(office: FoundedOffice, tmp_path: Path, number: int):
    with simulation(office, tmp_path, SEED + number) as run:
        run.run()


def forget_to_keep(station, sent, prepared) -> None:
    """Tell the operator before it is durable."""


def take_everything(end, command, own_hash, known_hash) -> None:
    """Look at neither number nor hash."""


def found_out(office: FoundedOffice, folder: Path) -> bool:
    for number in range(3):
        try:
            with simulation(office, folder, SEED + number) as run:
                run.run()
        except Exception:  # noqa: BLE001 -- however it shows
            return True
    return False


def test_an_early_acknowledgement_is_found_out(
    office: FoundedOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(StationRegister, "_keep", forget_to_keep)
    assert found_out(office, tmp_path)


def test_a_missing_check_of_the_chain_is_found_out(
    office: FoundedOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pushing, "place", take_everything)
    assert found_out(office, tmp_path)
