"""A crash in the middle of every step: what was typed and decided is there after the next start.

`make soak` plays every type; each screen's own tests restart it in the middle, too.
"""

import asyncio
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from tests.journeys.interrupted import INTERRUPTED, PASSWORD, GoOn
from tests.journeys.judges import judge
from tests.journeys.test_counter import check_the_end
from tests.journeys.walk import Citizen, Counter, telling
from tests.keys import wait_until
from tests.screens.activation.office import assert_no_secret, backend_of
from tests.screens.conftest import RunCounter
from tests.screens.middle_of_a_case import settled

TYPES = ("natural", "juridica-privada", "miembro-empresa")


async def crash(pilot: Counter, office: Path, home: Path) -> Path:
    """Return the office as a killed program leaves it: what is on the disk now, and no more.

    What the running program writes afterwards, when it is closed, goes to the office it knows.
    """
    await settled(pilot)
    # Drafts are written as fields are left: a kill in the middle of a write loses that one field.
    workers = pilot.app.workers
    await wait_until(lambda: all(w.is_finished for w in workers if w.group == "draft"))
    after = home / office.name
    return await asyncio.to_thread(shutil.copytree, office, after, copy_function=copied)


def copied(source: str, target: str) -> None:
    """Copy a file, unless it went meanwhile: the checkpoint is renewed beside the work."""
    with suppress(FileNotFoundError):
        shutil.copy2(source, target)


async def crash_in_every_step(
    counter: RunCounter, office: Path, folder: Path, certificate_type: str
) -> None:
    citizen = Citizen(certificate_type, folder, number=4)
    (folder / "stick").mkdir()
    user = "olga"
    go_on: GoOn | None = None
    for number, begin in enumerate(INTERRUPTED):
        async with counter(user, folder=office) as pilot:
            with telling(pilot):
                await finish(pilot, go_on)
                go_on = await begin(pilot, citizen)
                user = backend_of(pilot).session.operator
                office = await crash(pilot, office, folder / f"home{number}")
    async with counter(user, folder=office) as pilot:
        with telling(pilot):
            await finish(pilot, go_on)
        await check_the_end(pilot, citizen, office)
    assert_no_secret(office.parent, [], PASSWORD)
    judge(folder / "stick" / "firma.p12", PASSWORD, folder)


async def finish(pilot: Counter, go_on: GoOn | None) -> None:
    if go_on is not None:
        await go_on(pilot)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("certificate_type", TYPES)
async def test_a_crash_in_every_step_loses_nothing(
    counter: RunCounter, office: Path, tmp_path: Path, certificate_type: str
):
    await crash_in_every_step(counter, office, tmp_path, certificate_type)
