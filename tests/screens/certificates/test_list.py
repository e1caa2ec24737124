"""The list of certificates: what is found in it, what ends soon, and what is saved of it."""

import csv
import json
from pathlib import Path

import pytest
from textual.pilot import Pilot

from issuance.access.operators import ListExported
from issuance.access.totp import current_code
from issuance.certificates.keys import make_private_key
from issuance.engine.demonstration import PEOPLE
from issuance.engine.office import named_stream
from issuance.engine.opening import OpenedOffice, open_office
from issuance.engine.streams import every_entry
from issuance.register.model import Entry
from issuance.secret import Secret
from tests.keys import press_and_wait, wait_until
from tests.screens.case_samples import cells
from tests.screens.certificates.conftest import Issued, Open, certificate_of, state_of
from tests.screens.conftest import RunCounter
from tests.screens.middle_of_a_case import press_until, screen_name, text_of
from ventanilla.compose import system_sources


async def listed(pilot: Pilot[int], *keys: str, count: int) -> list[list[str]]:
    """Type into the list of certificates and wait for so many lines."""
    await press_and_wait(pilot, *keys)
    await wait_until(lambda: len(cells(pilot.app)) == count)
    return cells(pilot.app)


async def test_the_worklist_leads_to_the_certificates(counter: RunCounter):
    async with counter("olga") as pilot:
        await press_and_wait(pilot, "f6", until=lambda: screen_name(pilot) == "CertificatesScreen")
        lines = await listed(pilot, count=2)
        assert [line[5] for line in lines] == ["vigente", "vigente"]


async def test_a_certificate_is_found_by_name_number_and_serial(opened: Open, issued: Issued):
    async with opened("olga", "certificates") as pilot:
        certificate = await certificate_of(pilot, issued.old)
        state = await state_of(pilot, issued.old)
        await listed(pilot, count=2)
        sought = (
            state.values["first_surname"].lower(),
            state.values["cedula"],
            state.number,
            certificate.serial,
            f"{int(certificate.serial):x}",
        )
        for text in sought:
            await listed(pilot, text, count=1)
            assert cells(pilot.app)[0][3] == state.number, text
            await listed(pilot, "escape", count=2)
        await press_until(pilot, certificate.serial, "enter", screen="CertificateScreen")


@pytest.mark.parametrize("language", ["es", "en"])
async def test_what_ends_soon_is_told_with_the_days_left(opened: Open, language: str):
    async with opened("olga", "certificates", language=language) as pilot:
        await listed(pilot, "6", "enter", count=0)
        (line,) = await listed(pilot, "7", "enter", count=1)
        count, unit = line[5].split()
        assert 38 <= int(count) <= 41
        assert unit == {"es": "días", "en": "days"}[language]
        await listed(pilot, "3", "enter", count=0)


async def test_the_worklist_says_how_many_end_soon_and_the_lists_where(counter: RunCounter):
    async with counter("olga", size=(120, 40)) as pilot:
        soon = "F6: caducan en 30 d: 0, 60 d: 1, 90 d: 1"
        await wait_until(lambda: soon in text_of(pilot, "#resume"))
        await press_and_wait(pilot, "f6", until=lambda: screen_name(pilot) == "CertificatesScreen")
        await listed(pilot, count=2)
        assert "6 30d: 0 7 60d: 1 8 90d: 1" in text_of(pilot, "#lists")


async def test_every_list_has_its_name_in_a_narrow_terminal(opened: Open):
    async with opened("olga", "certificates") as pilot:
        await listed(pilot, count=2)
        names = text_of(pilot, "#lists")
        assert "8 90d" in names
        # Room for a page's number behind them, as of 3,000 certificates.
        assert len(names) + len(" 231+") <= 80


@pytest.mark.parametrize("form", ["csv", "json"])
async def test_the_list_is_saved_for_nobody_else_to_read(
    opened: Open, issued: Issued, office: Path, tmp_path: Path, form: str
):
    folder = tmp_path / "lists"
    folder.mkdir()
    async with opened("olga", "certificates") as pilot:
        await listed(pilot, "8", "enter", count=1)
        state = await state_of(pilot, issued.old)
        await press_until(pilot, "f9", screen="ValueList")
        assert "cédulas" in text_of(pilot, ".title")
        await press_until(pilot, form, "enter", screen="FilePicker")
        await press_and_wait(pilot, "ctrl+u", str(folder), "enter", "f10")
        await wait_until(lambda: "datos personales" in text_of(pilot, "#message"))
    (saved,) = folder.iterdir()
    assert saved.stat().st_mode & 0o777 == 0o600
    text = saved.read_text("utf-8-sig")
    rows = json.loads(text) if form == "json" else list(csv.DictReader(text.splitlines()))
    assert [(row["case"], row["identification"]) for row in rows] == [
        (state.number, state.values["cedula"])
    ]
    (export,) = exports_of("olga", office)
    assert (export.public["expiring_within_days"], export.public["lines"]) == (90, 1)
    assert export.personal == {"text": "", "file": str(saved)}


def exports_of(user: str, office: Path) -> list[Entry]:
    """Return what the register keeps of the lists somebody saved."""
    person = next(each for each in PEOPLE if each.user == user)
    sources = system_sources()
    code = current_code(Secret(person.totp_secret), sources.clock.now())
    opened = open_office(office, user, Secret(person.password), code, sources, make_private_key)
    assert isinstance(opened, OpenedOffice), opened
    try:
        inner = opened.engine.office
        with inner.register.reading() as reading:
            entries = every_entry(reading, named_stream(inner.id, "operator", user))
    finally:
        opened.close()
    return [each for each in entries if each.kind == ListExported.KIND]
