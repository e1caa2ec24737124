"""Seeds of the simulation, and faults planted on purpose that it has to find."""

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from issuance.cases import guards
from issuance.engine import pushing
from issuance.engine.office import Office
from issuance.engine.station_register import StationRegister
from issuance.findings import Finding
from issuance.findings.sync import SyncCode
from issuance.stations.signed import SignedText
from issuance.stations.stream import StationState
from issuance.sync.push import Push
from tests.engine.conftest import FoundedOffice
from tests.engine.simulated_counter import SharedChecker
from tests.engine.simulated_office import EnrolledOffice, simulated_office
from tests.engine.sync_simulation import Simulation

SEED = int(os.environ.get("SEED", "20261122"))
COUNT = int(os.environ.get("COUNT", "1000"))
"""How many seeds from SEED on: a run that was broken off goes on at the seed it told last."""
AFTER_AN_ANSWER = 20261130
"""In this seed the server's power goes when it has just answered and nothing followed yet."""
TOLD = 25


@pytest.fixture(scope="module")
def enrolled(
    pristine: FoundedOffice, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EnrolledOffice]:
    checker = SharedChecker()
    yield EnrolledOffice.make(pristine, tmp_path_factory.mktemp("enrolled"), checker)
    checker.end()


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


class WritesBehind:
    """Has a server answer a push first, and commit it with the next one: a crash forgets it."""

    def __init__(self) -> None:
        self._take = pushing._Pushing.take
        self._behind: list[tuple[Office, pushing._Pushing, Sequence[SignedText]]] = []

    def take(self, push: pushing._Pushing, commands: Sequence[SignedText]) -> None:
        waiting, self._behind = self._behind, []
        for office, earlier, sent in waiting:
            if office is push._office:
                self._take(earlier, sent)
        if not commands or any("capture_evidence" in each.text for each in commands):
            self._take(push, commands)  # More than one commit, of which each needs the others.
            return
        with rolled_back():
            self._take(push, commands)
        again = pushing._Pushing(push._office, *self._asked(push))
        self._behind = [(push._office, again, commands)]

    def _asked(self, push: pushing._Pushing):
        known = StationState.model_construct(public_key=push._public_key.hex())
        return Push(station=push._station, epoch=push._epoch), known, push._report


class NotYet(Exception):  # noqa: N818 -- nothing is wrong with it but the moment
    """A commit is put off."""


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo what is committed in the block; it ends at the first commit."""
    here = threading.get_ident()

    def put_off(_: object) -> None:
        if threading.get_ident() == here:
            raise NotYet

    event.listen(DatabaseEngine, "commit", put_off)
    try:
        with suppress(NotYet):
            yield
    finally:
        event.remove(DatabaseEngine, "commit", put_off)


def ignore_the_certificate(state, act) -> tuple[Finding, ...]:
    """Let a case have one certificate after the other."""
    return ()


def found_out(office: EnrolledOffice, first: int = SEED) -> str:
    """Return what a few seeds say is wrong; nothing where they do not notice."""
    for seed in range(first, first + 8):
        try:
            with simulation(office, seed) as run:
                run.run()
        except (AssertionError, IntegrityError) as error:
            return str(error)
    return ""


def test_an_early_acknowledgement_is_found_out(
    enrolled: EnrolledOffice, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(StationRegister, "_keep", forget_to_keep)
    assert "lost" in found_out(enrolled)


def test_an_early_acknowledgement_of_the_server_is_found_out(
    enrolled: EnrolledOffice, monkeypatch: pytest.MonkeyPatch
):
    behind = WritesBehind()
    monkeypatch.setattr(
        pushing._Pushing, "take", lambda push, commands: behind.take(push, commands)
    )
    assert SyncCode.COMMAND_MISSING.value in found_out(enrolled, AFTER_AN_ANSWER)


def test_a_missing_check_of_the_chain_is_found_out(
    enrolled: EnrolledOffice, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pushing, "place", take_everything)
    assert found_out(enrolled)


def test_a_second_certificate_for_a_case_is_found_out(
    enrolled: EnrolledOffice, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(guards, "_activation_order", ignore_the_certificate)
    assert found_out(enrolled).startswith("2 certificates for one person")
