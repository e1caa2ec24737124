"""From the first key to a key file that OpenSSL opens: three types, two languages, two sizes."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from issuance.cases.state import CaseStatus
from issuance.engine.inspection import verify_register
from issuance.queries import CaseQuery
from tests.journeys.doors import guarded
from tests.journeys.walk import STEPS, Citizen, activate, telling
from tests.screens.conftest import RunCounter
from tui.application import application

PASSWORD = "Guayabamba-verde-77"


def opened_by_openssl(saved: Path) -> str:
    """Return what OpenSSL reads in a key file."""
    done = subprocess.run(
        ["openssl", "pkcs12", "-in", str(saved), "-passin", f"pass:{PASSWORD}", "-nokeys"],
        capture_output=True,
        text=True,
        errors="replace",  # the friendly name is printed in the file's own encoding
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


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
    monkeypatch: pytest.MonkeyPatch,
    certificate_type: str,
    language: str,
    size: tuple[int, int],
):
    citizen = Citizen(certificate_type, tmp_path, language=language)
    stick = tmp_path / "stick"
    stick.mkdir()
    async with counter("olga", size=size, language=language) as pilot:
        with guarded(monkeypatch) as opened, telling(pilot):
            for step in STEPS:
                await step(pilot, citizen)
            await activate(pilot, citizen, stick, PASSWORD)
        backend: Any = application(pilot.app.screen).backend
        answer = await backend.ask(CaseQuery(case=citizen.case))
        assert answer.state.status is CaseStatus.ACTIVE
        opener = backend._office
        report = verify_register(office, opener.keys, opener.engine.office.register)
        assert report.ok, report.faults
    assert {"Register.writing", "BlobStore.keep", "LimitedChecker.check"} <= set(opened)
    (saved,) = stick.iterdir()
    assert "PRUEBA" in opened_by_openssl(saved)


@pytest.mark.timeout(300)
async def test_a_restart_between_all_steps_loses_nothing(
    counter: RunCounter, office: Path, tmp_path: Path
):
    citizen = Citizen("natural", tmp_path, number=4)
    stick = tmp_path / "stick"
    stick.mkdir()
    for step in STEPS:
        async with counter("olga") as pilot:
            await step(pilot, citizen)
    async with counter("olga") as pilot:
        await activate(pilot, citizen, stick, PASSWORD)
        backend: Any = application(pilot.app.screen).backend
        opener = backend._office
        report = verify_register(office, opener.keys, opener.engine.office.register)
        assert report.ok, report.faults
    assert len(list(stick.iterdir())) == 1
