import shutil
from pathlib import Path
from uuid import UUID

import pytest

from tests.keys import press_and_wait, wait_until
from tests.screens.case_samples import TO_THE_END, cells, lead, shown
from tests.thrift import made_once
from tui.case_words import EVENTS


@pytest.fixture(scope="module")
def led(founded_office, make_key) -> tuple[Path, UUID]:
    folder, (case,) = made_once(
        "history", lambda folder: [lead(folder, make_key, TO_THE_END).case], founded_office
    )
    return folder, case


@pytest.fixture
def office(led, tmp_path) -> Path:
    return shutil.copytree(led[0], tmp_path / "home" / "demonstration")


async def test_a_whole_case_reads_in_words(counter, led):
    async with counter("olga", "history", led[1], size=(120, 40)) as pilot:
        await wait_until(lambda: len(cells(pilot.app)) > 15)
        rows = cells(pilot.app)
        assert rows[0][3].startswith("Abrió el trámite")
        assert [row[0] for row in rows] == [str(at) for at in range(1, len(rows) + 1)]
        what = "\n".join(row[3] for row in rows)
        assert "Confirmó el pago: valor $" in what
        assert "para la activación" in what
        assert {row[2] for row in rows} == {"Olga Operadora", "Adrián Aprobador", "Carmen Cajera"}
        assert not any(kind in what for kind in EVENTS)


async def test_the_marked_entry_is_shown_whole_with_its_place_in_the_register(counter, led):
    async with counter("olga", "history", led[1], language="en") as pilot:
        await wait_until(lambda: len(cells(pilot.app)) > 5)
        for _ in cells(pilot.app):
            if "Approved the application" in shown(pilot.app, "#entry"):
                break
            await press_and_wait(pilot, "down")
        await wait_until(lambda: "Approved the application" in shown(pilot.app, "#entry"))
        assert "of the register" in shown(pilot.app, "#entry")
        assert "Adrián Aprobador" in shown(pilot.app, "#entry")


async def test_pages_turn_forth_and_back(counter, led):
    async with counter("olga", "history", led[1]) as pilot:
        await wait_until(lambda: "página 1+" in shown(pilot.app, "#title"))
        first = cells(pilot.app)
        table = pilot.app.screen.query_one("#entries")
        assert table.virtual_size.height <= table.size.height
        await press_and_wait(pilot, "pagedown")
        await wait_until(lambda: "página 2" in shown(pilot.app, "#title"))
        assert int(cells(pilot.app)[0][0]) == len(first) + 1
        await press_and_wait(pilot, "pagedown", "pagedown", "pageup", "pageup", "pageup")
        await wait_until(lambda: cells(pilot.app) == first)


async def test_a_switch_of_language_redraws(counter, led):
    async with counter("olga", "history", led[1]) as pilot:
        await wait_until(lambda: len(cells(pilot.app)) > 5)
        await press_and_wait(pilot, "f11")
        await wait_until(lambda: cells(pilot.app)[0][3].startswith("Opened the case"))
