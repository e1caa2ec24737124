"""Random walks through certificates' lives, by the engine: what must hold, holds after each step.

`SEED=n` repeats a run. A step may be refused; it may be cut off between two commits, as by a power
cut; the clock jumps, also back.
"""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.conftest import FoundedOffice
from tests.engine.desk import SetClock
from tests.engine.issued_office import rehearsal_at
from tests.engine.life_walk import CUTS, SEED, Begun, Walk, lead_to_renewal

pytestmark = pytest.mark.timeout(400)

STEPS = 14


@pytest.fixture(scope="module")
def begun(pristine: FoundedOffice, tmp_path_factory: pytest.TempPathFactory) -> Begun:
    folder = tmp_path_factory.mktemp("begun") / "office"
    shutil.copytree(pristine.folder, folder)
    clock = SetClock()
    played = rehearsal_at(folder, clock, folder.parent / "0.p12")
    try:
        old, new = lead_to_renewal(played, clock)
    finally:
        played.close()
    return Begun(FoundedOffice(folder, pristine.recovery_key), old, new, clock.now())


@pytest.fixture
def walk(
    begun: Begun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int], Walk]]:
    walks: list[Walk] = []

    def begin(number: int) -> Walk:
        chance = random.Random(f"{SEED}-{number}")
        folder = tmp_path / str(number) / "office"
        made = Walk(begun, folder, chance, monkeypatch, renewal_revokes=number % 3 == 2)
        walks.append(made)
        return made

    yield begin
    for each in walks:
        each.walker.close()


def walk_to_the_end(walk: Walk) -> None:
    for _ in range(STEPS):
        walk.step()
    walk.check_what_is_published()
    walk.verify()


@pytest.mark.parametrize("number", range(1))
def test_what_must_hold_holds_on_every_way(walk: Callable[[int], Walk], number: int):
    walk_to_the_end(walk(number))


@pytest.mark.soak
@pytest.mark.parametrize("number", range(1, 300))
def test_what_must_hold_holds_on_three_hundred_ways(walk: Callable[[int], Walk], number: int):
    walk_to_the_end(walk(number))


def test_the_ways_lead_somewhere(walk: Callable[[int], Walk]):
    """Guard of the tests above: the steps do what they are named for."""
    way = walk(2)
    way.issue()
    way.deliver()
    new = way.delivered(way.begun.new)
    assert new is not None
    way.check()
    (old,) = way.revoked
    assert way.lines()[old].revocation_reason == "superseded"
    way.walker.case = way.begun.new
    way.suspend()
    assert way.lines()[new].state == "suspended"
    way.walker.become("adrian")
    way.reinstate()
    assert way.lines()[new].state == "issued"
    way.cut_off(way.tick, CUTS[2])
    way.check_what_is_published()
    way.verify()
