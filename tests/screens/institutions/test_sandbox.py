"""The sandbox's switch: the centre's, with a warning, and never an institution's."""

from tests.keys import press_and_wait
from tests.screens.conftest import screen_name, shown
from tests.screens.institutions.driving import home, say_yes, see


async def test_the_centre_switches_it_on_and_off_and_is_reminded(desk):
    async with desk("jefa") as pilot:
        await home(pilot)
        assert "sandbox" not in shown(pilot)
        await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot) == "ValueList")
        await press_and_wait(pilot, "sandbox", "enter")
        await see(pilot, "El sandbox está apagado")
        for told in ("Subsecretaría General", "27a216342c", "22222222", "11111111"):
            await see(pilot, told)
        await press_and_wait(pilot, "f10", until=lambda: screen_name(pilot) == "Confirm")
        await press_and_wait(pilot, "escape")
        await see(pilot, "El sandbox está apagado")
        await press_and_wait(pilot, "f10")
        await say_yes(pilot)
        await see(pilot, "El sandbox está ENCENDIDO")
        await press_and_wait(pilot, "escape")
        await home(pilot)
        await see(pilot, "El sandbox está encendido")
        await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot) == "ValueList")
        await press_and_wait(pilot, "sandbox", "enter")
        await see(pilot, "F10")
        await see(pilot, "El sandbox está ENCENDIDO")
        await press_and_wait(pilot, "f10")
        await see(pilot, "El sandbox está apagado")


async def test_an_institutions_operator_has_no_such_switch(desk):
    async with desk("ofelia") as pilot:
        await home(pilot)
        await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot) == "ValueList")
        await see(pilot, "Registro de firmas")
        assert "Sandbox" not in shown(pilot)
