"""Seeds of the simulation, and faults planted on purpose that it has to find."""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from issuance.engine import pushing
from issuance.engine.station_register import StationRegister
from tests.engine.conftest import FoundedOffice
from tests.engine.simulated_office import EnrolledOffice, simulated_office
from tests.engine.sync_simulation import Simulation

SEED = int(os.environ.get("SEED", "20261122"))
COUNT = int(os.environ.get("COUNT", "1000"))
"""How many seeds from SEED on: a run that was broken off goes on at the seed it told last."""
TOLD = 25


@pytest.fixture(scope="module")
def enrolled(pristine: FoundedOffice, tmp_path_factory: pytest.TempPathFactory) -> EnrolledOffice:
    return EnrolledOffice.make(pristine, tmp_path_factory.mktemp("enrolled"))


@contextmanager
def simulation(office: EnrolledOffice, seed: int) -> Iterator[Simulation]:
    with simulated_office(office, seed) as here:
        try:
            yield Simulation(here, seed)
        except BaseException as error:
            error.add_note(f"Again: SEED={seed} COUNT=1")
            raise


def test_a_seed(enrolled: EnrolledOffice):
    with simulation(enrolled, SEED) as run:
        run.run()
        run.office.desk.verify()


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_thousand_seeds(enrolled: EnrolledOffice, capsys: pytest.CaptureFixture[str]):
    happened, began = Counter[str](), time.process_time()
    for done in range(1, COUNT + 1):
        with simulation(enrolled, SEED + done - 1) as run:
            run.run()
        happened += run.happened
        if done % TOLD == 0 or done == COUNT:
            spent = (time.process_time() - began) / done
            figures = ", ".join(f"{count} {what}" for what, count in sorted(happened.items()))
            with capsys.disabled():
                line = f"{done} seeds, {spent:.2f} s each, next {SEED + done}: {figures}"
                sys.stdout.write(f"\n{line}")
                sys.stdout.flush()


def forget_to_keep(station, sent, prepared) -> None:
    """Tell the operator before it is durable."""


def take_everything(end, command, own_hash, known_hash) -> None:
    """Look at neither number nor hash."""


def found_out(office: EnrolledOffice) -> bool:
    for number in range(3):
        try:
            with simulation(office, SEED + number) as run:
                run.run()
        except Exception:  # noqa: BLE001 -- however it shows
            return True
    return False


def test_an_early_acknowledgement_is_found_out(
    enrolled: EnrolledOffice, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(StationRegister, "_keep", forget_to_keep)
    assert found_out(enrolled)


def test_a_missing_check_of_the_chain_is_found_out(
    enrolled: EnrolledOffice, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pushing, "place", take_everything)
    assert found_out(enrolled)
