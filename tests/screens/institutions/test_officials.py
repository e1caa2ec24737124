"""Officials: registered, made certifiers by ticket, substituted for some days, ended."""

from datetime import timedelta

import pytest

from issuance.institution_queries import OfficialQuery, OfficialsQuery
from tests.keys import press_and_wait
from tests.screens.conftest import screen_name, shown
from tests.screens.institutions.driving import arrive, choose, fill_in, home, say_yes, see


async def open_official(pilot, name: str) -> None:
    """Search an official in the list of one's own."""
    await home(pilot)
    await press_and_wait(pilot, name, "enter")
    await arrive(pilot, "OfficialScreen")


async def test_an_official_is_registered_in_any_writing_changed_and_ended(desk):
    async with desk("ofelia") as pilot:
        await home(pilot)
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "OfficialEntryScreen")
        await press_and_wait(pilot, "7.880.442-5", "enter")
        await see(pilot, "dígito")
        await fill_in(
            pilot,
            run="7.880.442-4",
            given_names="Elena",
            first_surname="Escobar",
            email="escobar@energia.example",
            position="Jefa",
        )
        await press_and_wait(pilot, "f10")
        await see(pilot, "ya está registrado")
        await fill_in(pilot, run="1-9")
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "OfficialScreen")
        assert "Elena Escobar" in shown(pilot)
        await choose(pilot, "cambiar los datos")
        await arrive(pilot, "OfficialEntryScreen")
        await fill_in(pilot, position="Jefa de Gabinete")
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "OfficialScreen")
        await see(pilot, "Jefa de Gabinete")
        await press_and_wait(pilot, "f3")
        await open_official(pilot, "bravo")
        await choose(pilot, "terminar")
        await arrive(pilot, "OfficialEndScreen")
        await see(pilot, "Dejó la institución")
        await see(pilot, "1 certificado o solicitud termina")
        assert "El usuario bruno" in shown(pilot)
        await press_and_wait(pilot, "f10")
        await say_yes(pilot)
        await see(pilot, "registro terminado")
    with pytest.raises(AssertionError):
        async with desk("bruno"):
            pass


async def test_an_operator_asks_by_ticket_and_only_the_centre_grants(desk):
    async with desk("ofelia") as pilot:
        await open_official(pilot, "diaz")
        await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot) == "ValueList")
        assert "Nombrar ministro de fe" not in shown(pilot)
        await press_and_wait(pilot, "pedir", "enter")
        await arrive(pilot, "TicketEntryScreen")
        await fill_in(pilot, text="Subroga al Secretario en enero.")
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "TicketScreen")
        assert "Espera a la mesa de ayuda" in shown(pilot)
    async with desk("jefa") as pilot:
        await home(pilot)
        assert "3 Para mí 1" in shown(pilot)
        await press_and_wait(pilot, "3", "enter")
        await see(pilot, "Cambio a ministro")
        await press_and_wait(pilot, "enter")
        await arrive(pilot, "TicketScreen")
        await choose(pilot, "funcionario")
        await arrive(pilot, "OfficialScreen")
        await choose(pilot, "nombrar")
        await arrive(pilot, "CertifierGrantScreen")
        today = pilot.app.screen.today
        await fill_in(
            pilot,
            law="Ley 18.695",
            substitutes="Fermín",
            from_day=f"{today:%d%m%Y}",
            until_day=f"{today - timedelta(days=1):%d%m%Y}",
        )
        await press_and_wait(pilot, "f10")
        await see(pilot, "Revise los días")
        await fill_in(pilot, until_day=f"{today + timedelta(days=2):%d%m%Y}")
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "OfficialScreen")
        await see(pilot, "Subroga a Fermín Fe")
        assert "vigente" in shown(pilot)
        # The ticket was closed with it.
        await press_and_wait(pilot, "f3")
        await arrive(pilot, "TicketScreen")
        await see(pilot, "Cerrado: concedido")


async def test_a_substitutes_days_end_by_themselves(desk, ministry):
    async with desk("carla") as pilot:
        await home(pilot)
        assert "Solicitudes" in shown(pilot)
        assert "F6" in shown(pilot)
    async with desk("carla", later=timedelta(days=4)) as pilot:
        await home(pilot)
        await see(pilot, "Carla Castro")
        assert "Solicitudes" not in shown(pilot)
        assert "F6" not in shown(pilot)
        await press_and_wait(pilot, "f6")
        assert screen_name(pilot) == "InstitutionsHomeScreen"
    async with desk("ofelia", later=timedelta(days=4)) as pilot:
        await open_official(pilot, "castro")
        assert "terminó" in shown(pilot)
        known = await pilot.app.backend.ask(OfficialQuery(official=ministry.officials["Carla"]))
        assert known.line.mandate is None


@pytest.mark.soak
async def test_a_withdrawn_mandate_leaves_the_queue_to_others(desk):
    async with desk("jefa") as pilot:
        await home(pilot)
        await press_and_wait(pilot, "2", "enter", "enter")
        await arrive(pilot, "InstitutionScreen")
        await choose(pilot, "funcionarios")
        await arrive(pilot, "OfficialsScreen")
        # The centre registers nobody in an institution.
        assert "F10" not in shown(pilot)
        await press_and_wait(pilot, "12345678", "enter")
        await arrive(pilot, "OfficialScreen")
        await choose(pilot, "retirar")
        await see(pilot, "¿Qué mandato?")
        await press_and_wait(pilot, "enter")
        await say_yes(pilot)
        await see(pilot, "Sin mandato")
        answer = await pilot.app.backend.ask(OfficialsQuery(certifiers_only=True))
        assert [each.name for each in answer.entries if each.mandate] == ["Carla Castro"]
