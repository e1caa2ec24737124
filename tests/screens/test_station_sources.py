"""Folder and camera of a station: set by administrators, told where wrong, kept."""

import pytest

from tests.keys import press_and_wait, wait_until
from tests.screens.application_typing import screen_is
from tests.screens.case_samples import shown
from tests.screens.conftest import shown as on_screen
from tui.form import Form


async def is_there(pilot) -> None:
    await screen_is(pilot, "StationSourcesScreen")
    await wait_until(lambda: pilot.app.screen.query(Form) and pilot.app.keys.idle)


def texts(pilot) -> dict[str, str]:
    return pilot.app.screen.query_one(Form).texts()


async def test_an_administrator_sets_them_from_the_settings(counter, tmp_path):
    async with counter("jefa", "settings") as pilot:
        await press_and_wait(pilot, "f9")
        await is_there(pilot)
        await press_and_wait(pilot, str(tmp_path), "enter", "fswebcam {file}", "f10")
        await wait_until(lambda: "guardados" in shown(pilot.app, "#message"))
    async with counter("jefa", "station_sources") as pilot:
        await is_there(pilot)
        await wait_until(lambda: texts(pilot)["drop_folder"] == str(tmp_path))
        assert texts(pilot)["camera_command"] == "fswebcam {file}"


async def test_an_operator_is_not_offered_them(counter):
    async with counter("olga", "settings") as pilot:
        await press_and_wait(pilot, "f9")
        assert type(pilot.app.screen).__name__ == "SettingsScreen"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("/no/such/folder", "enter", "f10"), "No se puede vigilar"),
        (("enter", "fswebcam", "f10"), "Este comando de cámara"),
    ],
)
async def test_what_is_wrong_is_told_and_stays_typed(counter, typed, told):
    async with counter("jefa", "station_sources") as pilot:
        await is_there(pilot)
        before = pilot.app.screen
        await press_and_wait(pilot, *typed)
        await wait_until(lambda: told in " ".join(on_screen(pilot).split()))
        assert pilot.app.screen is before
        assert any(text in typed for text in texts(pilot).values() if text)
