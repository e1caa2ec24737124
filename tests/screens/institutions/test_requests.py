"""The certifier's queue: many approved with their documents, some rejected, a reminder."""

from issuance.institution_queries import PortablesQuery
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import screen_name, shown
from tests.screens.institutions.driving import arrive, home, say_yes, see


async def statuses(pilot) -> dict[str, str]:
    """Return where each official's request stands."""
    answer = await pilot.app.backend.ask(PortablesQuery())
    return {each.official_name: each.status for each in answer.entries}


async def open_queue(pilot) -> None:
    """Go to the requests that wait."""
    await home(pilot)
    await press_and_wait(pilot, "f6")
    await arrive(pilot, "RequestsScreen")
    await see(pilot, "Ana Araya")


async def test_a_certifier_clears_the_queue(desk):
    async with desk("fermin") as pilot:
        await open_queue(pilot)
        await press_and_wait(pilot, "f8")
        await see(pilot, "3 solicitudes marcadas")
        assert shown(pilot).count("[x]") == 3
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "RequestApprovalScreen")
        assert "1 de 3: Ana Araya · 7880442-4" in shown(pilot)
        assert "+56961234567" in shown(pilot)
        # Without a number nobody is gone past.
        await press_and_wait(pilot, "enter")
        assert "1 de 3" in shown(pilot)
        await press_and_wait(pilot, "B", "enter")
        await see(pilot, "No es el número de documento de una cédula")
        await press_and_wait(pilot, "backspace", "100200300", "enter")
        await see(pilot, "2 de 3: Bruno Bravo")
        await press_and_wait(pilot, "f8")
        await see(pilot, "3 de 3: Fermín Fe")
        await see(pilot, "Es su propia solicitud")
        await press_and_wait(pilot, "A300200100", "enter")
        await see(pilot, "¿Aprobar 2 solicitudes?")
        assert (await statuses(pilot))["Ana Araya"] == "pending"
        await say_yes(pilot)
        await see(pilot, "2 de 2 listas")
        assert shown(pilot).count("aprobada") == 2
        await press_and_wait(pilot, "f3")
        await arrive(pilot, "RequestsScreen")
        await wait_until(lambda: "Ana Araya" not in shown(pilot))
        assert await statuses(pilot) == {
            "Ana Araya": "issued",
            "Bruno Bravo": "pending",
            "Fermín Fe": "issued",
        }


async def test_rejecting_needs_a_reason_and_takes_many(desk):
    async with desk("fermin") as pilot:
        await open_queue(pilot)
        await press_and_wait(pilot, "space", "space")
        await see(pilot, "2 solicitudes marcadas")
        await press_and_wait(pilot, "f6", until=lambda: screen_name(pilot) == "Choice")
        # This reason needs a note.
        await press_and_wait(pilot, "down", "enter", "enter")
        await see(pilot, "Hace falta")
        await press_and_wait(pilot, "La foto no es suya", "enter")
        await see(pilot, "2 solicitudes rechazadas")
        found = await statuses(pilot)
        assert sorted(found.values()) == ["pending", "rejected", "rejected"]
        assert found["Fermín Fe"] == "pending"


async def test_an_operator_reminds_the_certifiers_once_a_day(desk):
    async with desk("ofelia") as pilot:
        await open_queue(pilot)
        # An operator decides nothing.
        assert "Aprobar" not in shown(pilot)
        await press_and_wait(pilot, "f10")
        assert screen_name(pilot) == "RequestsScreen"
        await press_and_wait(pilot, "f9")
        await see(pilot, "Se recordó por correo")
        await press_and_wait(pilot, "f9")
        await see(pilot, "hace menos de 24 horas")
