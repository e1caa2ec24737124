"""An institution's auditor: named by the centre on the official's page, with an own view."""

from tests.keys import press_and_wait
from tests.screens.conftest import screen_name, shown
from tests.screens.institutions.driving import arrive, choose, home, say_yes, see


async def test_the_centre_names_one_who_then_reads_the_institutions_history(desk):
    async with desk("jefa") as pilot:
        await home(pilot)
        await press_and_wait(pilot, "right")
        await see(pilot, "Ministerio de Energía")
        await press_and_wait(pilot, "enter")
        await arrive(pilot, "InstitutionScreen")
        await choose(pilot, "funcionarios")
        await arrive(pilot, "OfficialsScreen")
        await see(pilot, "Ana Araya")
        await press_and_wait(pilot, "enter")
        await arrive(pilot, "OfficialScreen")
        await choose(pilot, "auditor")
        await say_yes(pilot)
        await see(pilot, "Auditor: lee todo lo de la institución")
    async with desk("ana") as pilot:
        await home(pilot)
        for told in ("Funcionarios", "Solicitudes", "Tickets", "Bruno Bravo"):
            await see(pilot, told)
        assert "F10" not in shown(pilot)
        await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot) == "ValueList")
        await press_and_wait(pilot, "historia", "enter")
        await arrive(pilot, "InstitutionHistoryScreen")
        await see(pilot, "Se nombró auditor a un funcionario")
