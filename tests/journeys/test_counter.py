"""From the first key to a key file that OpenSSL opens: three types, two languages, two sizes.

`make soak` plays all of them, also with a crash in every step (`test_restarts`); `make test` plays
one in a real terminal (`test_terminal`).
"""

from pathlib import Path
from typing import Any

import pytest

from issuance.cases.state import CaseStatus
from issuance.engine.inspection import verify_register
from issuance.evidence import checker
from issuance.queries import CaseQuery
from tests.journeys.doors import OPENED_BY_A_JOURNEY, guarded
from tests.journeys.judges import judge, missing_judges
from tests.journeys.walk import STEPS, Citizen, Counter, activate, telling
from tests.screens.conftest import RunCounter
from tui.application import application
from ventanilla.compose import system_sources

PASSWORD = "Guayabamba-verde-77"

WITHOUT_ENGINES = (
    "import sys; sys.path.insert(0, sys.argv[1]); import issuance.evidence.worker as worker; "
    "worker.engines_here = lambda **_: worker.Engines(); worker.main()"
)
"""The limited child as it is where nothing but the base packages is installed."""


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """Return the folder the key file is saved in."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


async def check_the_end(pilot: Counter, citizen: Citizen, office: Path) -> None:
    """Check that the case is active, the register sound, and no draft left."""
    backend: Any = application(pilot.app.screen).backend
    answer = await backend.ask(CaseQuery(case=citizen.case))
    assert answer.state.status is CaseStatus.ACTIVE
    opener = backend._door.opened
    register = opener.engine.office.register
    report = verify_register(office, opener.keys, register, system_sources())
    assert report.ok, report.faults
    drafts = [backend.station.drafts_of(person) for person in ("olga", "adrian", "carmen")]
    assert not any(drafts)


def judged(stick: Path, folder: Path) -> None:
    """Let programs we did not write judge the one file on the stick; say which are missing."""
    (saved,) = stick.iterdir()
    judge(saved, PASSWORD, folder)
    if missing := missing_judges():
        pytest.skip(f"the journey is right, but not installed to judge: {', '.join(missing)}")


@pytest.mark.soak
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("certificate_type", "language", "size"),
    [
        ("natural", "es", (80, 24)),
        ("natural", "en", (120, 40)),
        ("juridica-privada", "es", (120, 40)),
        ("juridica-privada", "en", (80, 24)),
        ("miembro-empresa", "es", (80, 24)),
        ("miembro-empresa", "en", (120, 40)),
    ],
)
async def test_a_citizen_leaves_with_a_certificate_that_works(
    counter: RunCounter,
    office: Path,
    tmp_path: Path,
    stick: Path,
    monkeypatch: pytest.MonkeyPatch,
    certificate_type: str,
    language: str,
    size: tuple[int, int],
):
    citizen = Citizen(certificate_type, tmp_path, language=language)
    async with counter("olga", size=size, language=language) as pilot:
        with guarded(monkeypatch) as opened, telling(pilot):
            for step in STEPS:
                await step(pilot, citizen)
            await activate(pilot, citizen, stick, PASSWORD)
        await check_the_end(pilot, citizen, office)
    assert set(opened) >= OPENED_BY_A_JOURNEY
    judged(stick, tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(300)
async def test_without_any_engine_people_look_themselves(
    counter: RunCounter,
    office: Path,
    tmp_path: Path,
    stick: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(checker, "_START", WITHOUT_ENGINES)
    citizen = Citizen("natural", tmp_path)
    async with counter("olga") as pilot:
        with telling(pilot):
            for step in STEPS:
                await step(pilot, citizen)
            await activate(pilot, citizen, stick, PASSWORD)
        await check_the_end(pilot, citizen, office)
    seen = " ".join(" ".join(citizen.seen).split())
    for each in ("rostros: mire usted", "número: mire usted", "páginas: mire usted"):
        assert each in seen, each
    assert "Aquí no se puede mostrar. F9: guarde una copia" in seen
    judged(stick, tmp_path)
