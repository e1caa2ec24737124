"""The second demonstration: from an empty computer to its people at work."""

from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import screen_name, shown


async def test_the_demonstration_of_institutions_starts_and_its_people_change(start, tmp_path):
    async with start(tmp_path / "new") as pilot:

        def works(user: str) -> bool:
            at_home = screen_name(pilot) == "InstitutionsHomeScreen"
            return at_home and pilot.app.backend.session.operator == user

        await wait_until(lambda: screen_name(pilot) == "FirstStartScreen")
        await press_and_wait(pilot, "down", "enter")
        await wait_until(lambda: screen_name(pilot) == "LogInScreen", 60)
        await wait_until(lambda: "Osvaldo Operador" in shown(pilot))
        assert "del 1 al 8" in shown(pilot), "not all of them fit below it"
        await press_and_wait(pilot, "4")
        await press_and_wait(pilot, "enter", "enter")
        await wait_until(lambda: works("osvaldo"))
        await wait_until(lambda: pilot.app.keys.idle and not pilot.app.keys.is_held)
        await press_and_wait(pilot, "f7", until=lambda: screen_name(pilot) == "SwitchPersonScreen")
        await wait_until(lambda: "Mireya Ministra de Fe" in shown(pilot))
        await press_and_wait(pilot, "5")
        await wait_until(lambda: works("mireya"))
