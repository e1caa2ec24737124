"""An office with two certificates, and the program with a screen open over the work-list."""

import shutil
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from textual.pilot import Pilot

from backend_client.offices import DEMONSTRATION
from issuance.cases.state import CaseState, CertificateState
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.engine.office import Sources
from issuance.policies.loader import load_policy
from issuance.queries import CaseAnswer, CaseQuery
from tests.keys import wait_until
from tests.screens.conftest import RunCounter
from tests.screens.middle_of_a_case import MakeKey, press_until, settled
from tests.thrift import made_once
from tui.application import application
from ventanilla.compose import SystemRandomness, TimeOrderedIdentifiers, system_sources
from ventanilla.rehearsal import Rehearsal

OLD_DAYS = 690
"""Two years of a certificate, less forty days."""


@dataclass(frozen=True, slots=True)
class ClockBehind:
    """A clock that is some days behind the computer's."""

    days: int

    def now(self) -> datetime:
        return datetime.now(UTC) - timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Issued:
    """An office with a certificate that ends in forty days, and a new one."""

    folder: Path
    old: UUID
    new: UUID


@pytest.fixture(scope="session")
def issued(make_key: MakeKey) -> Issued:
    def issue(folder: Path) -> list[UUID]:
        past = Sources(ClockBehind(OLD_DAYS), TimeOrderedIdentifiers(), SystemRandomness())
        assert isinstance(found_office(folder, demonstration_plan(), past, make_key), Founded)
        product = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
        assert product is not None
        cases: list[UUID] = []
        for number, sources in enumerate((past, system_sources())):
            target = folder.parent / f"{number}.p12"
            played = Rehearsal(folder, sources, make_key, product, target, number)
            played.play()
            played.close()
            cases.append(played.case)
        return cases

    folder, (old, new) = made_once("certificates", issue)
    return Issued(folder, old, new)


@pytest.fixture
def office(issued: Issued, tmp_path: Path) -> Path:
    return shutil.copytree(issued.folder, tmp_path / "home" / DEMONSTRATION)


Open = Callable[..., AbstractAsyncContextManager[Pilot[int]]]


@pytest.fixture
def opened(counter: RunCounter) -> Open:
    """Run the program with a screen open over the work-list."""

    @asynccontextmanager
    async def run(user: str, screen: str, *arguments: object, **options: object):
        async with counter(user, **options) as pilot:  # type: ignore[arg-type]
            application(pilot.app.screen).open_screen(screen, *arguments)
            await drawn(pilot)
            yield pilot

    return run


async def drawn(pilot: Pilot[int]) -> None:
    """Wait until the screen on top has read what it shows."""
    screen = pilot.app.screen
    await wait_until(lambda: getattr(screen, "known", True) is not None)
    await settled(pilot)


async def choose(pilot: Pilot[int], typed: str, screen: str) -> None:
    """Choose from the list of actions."""
    await press_until(pilot, "f4", screen="ValueList")
    await press_until(pilot, typed, "enter", screen=screen)
    await drawn(pilot)


async def state_of(pilot: Pilot[int], case: UUID) -> CaseState:
    backend = application(pilot.app.screen).backend
    assert backend is not None
    answer = await backend.ask(CaseQuery(case=case))
    assert isinstance(answer, CaseAnswer)
    return answer.state


async def certificate_of(pilot: Pilot[int], case: UUID) -> CertificateState:
    certificate = (await state_of(pilot, case)).activation.certificate
    assert certificate is not None
    return certificate
