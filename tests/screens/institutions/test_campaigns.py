"""Campaigns: opened with a filter, looked after, closed."""

import pytest

from issuance.institution_queries import CampaignQuery
from issuance.institutions.campaigns import CloseCampaign
from tests.keys import press_and_wait
from tests.screens.conftest import screen_name, shown
from tests.screens.institutions.driving import arrive, choose, fill_in, home, say_yes, see


@pytest.mark.soak
async def test_a_campaign_says_how_far_it_is_and_is_closed(desk):
    async with desk("jefa") as pilot:
        await home(pilot)
        await press_and_wait(pilot, "5", "enter", "f10")
        await arrive(pilot, "CampaignEntryScreen")
        await press_and_wait(pilot, "Reemisión G1", "enter")
        await press_and_wait(pilot, "f10")
        await see(pilot, "a qué certificados se refiere")
        await fill_in(pilot, generation="G1", ground="La raíz G1 termina.")
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "CampaignScreen")
        # It takes nothing, and so has asked for all by itself at once.
        await see(pilot, "Reemisión G1 · todo solicitado")
        assert "0 de 0 en uso" in shown(pilot)
        await choose(pilot, "cerrar")
        await say_yes(pilot)
        await see(pilot, "cerrada")
        await choose(pilot, "solicitudes")
        await arrive(pilot, "CampaignRequestsScreen")
        await see(pilot, "Esta lista está vacía")


async def test_an_operators_campaign_is_about_the_own_institution(desk):
    async with desk("ofelia", size=(120, 40), language="en") as pilot:
        await home(pilot)
        await press_and_wait(pilot, "5", "enter", "f10")
        await arrive(pilot, "CampaignEntryScreen")
        await see(pilot, "Ministerio de Energía")
        await press_and_wait(pilot, "Yearly", "enter")
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "CampaignScreen")
        await see(pilot, "Yearly · running")
        await see(pilot, "Ministerio de Energía")
        # It ends while the page shows it running: what cannot be done any more is not offered.
        backend, ref = pilot.app.backend, pilot.app.screen.ref
        known = await backend.ask(CampaignQuery(campaign=ref.id))
        assert (await backend.execute(CloseCampaign(), ref, known.line.revision)).applied
        await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot) == "ValueList")
        await see(pilot, "Show its requests")
        assert "Pause the campaign" not in shown(pilot)
