"""The reissue of all that stands under a root that ends: stopped in every way, and gone on with."""

import asyncio
import os
import signal
from collections import Counter
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend_client.backend import Backend
from issuance.certificates.keys import make_private_key
from issuance.institution_queries import (
    CampaignAnswer,
    CampaignQuery,
    CampaignsAnswer,
    CampaignsQuery,
    PortablesAnswer,
    PortablesQuery,
)
from issuance.signing.ticket_token import UNATTENDED
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import shown
from tests.screens.institutions.conftest import at_the_desk
from tests.screens.institutions.driving import arrive, choose, fill_in, home, say_yes, see
from tests.screens.institutions.enabled_ministry import Ministry
from tests.screens.institutions.queued_requests import issue_before

COUNT = 800
SECONDS = 300
UNDER_G1 = "Emitidos con la generación"


async def made(backend: Backend, campaign: UUID) -> int:
    """Return how many requests a campaign has made."""
    answer = await backend.ask(CampaignQuery(campaign=campaign))
    assert isinstance(answer, CampaignAnswer)
    return sum(answer.requests.values())


async def the_campaign(backend: Backend) -> UUID:
    """Return the one campaign there is."""
    answer = await backend.ask(CampaignsQuery())
    assert isinstance(answer, CampaignsAnswer)
    (line,) = answer.entries
    return line.campaign


async def open_list(pilot) -> None:
    """Show the campaigns."""
    await home(pilot)
    await press_and_wait(pilot, "5", "enter")


async def begin_and_be_killed(folder: Path) -> None:
    """Open the campaign at its screen; the process dies while its requests are made."""
    async with at_the_desk(Ministry(folder), make_private_key, "jefa") as pilot:
        await open_list(pilot)
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "CampaignEntryScreen")
        await fill_in(
            pilot, name="Raíz G1", generation="G1", ground="La raíz G1 terminó el 18/01/2026."
        )
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "CampaignScreen")
        app: Any = pilot.app
        campaign = await the_campaign(app.backend)
        while not await made(app.backend, campaign):
            pass
        os.kill(os.getpid(), signal.SIGKILL)


def killed(folder: Path) -> None:
    """Run it in a process of its own."""
    asyncio.run(begin_and_be_killed(folder))


async def every_request(backend: Backend, campaign: UUID) -> list[UUID | None]:
    """Return which certificates the campaign's requests replace."""
    found: list[UUID | None] = []
    after = None
    while True:
        page = await backend.ask(PortablesQuery(campaign=campaign, after=after, limit=200))
        assert isinstance(page, PortablesAnswer)
        found += [each.replaces for each in page.entries]
        after = page.next
        if after is None:
            return found


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_everything_under_one_root_is_asked_for_again_exactly_once(desk, ministry):
    before = issue_before(ministry, COUNT, "G1")
    child = get_context("spawn").Process(target=killed, args=(ministry.folder,))
    child.start()
    await asyncio.to_thread(child.join)
    assert child.exitcode == -signal.SIGKILL
    async with desk("jefa", later=timedelta(minutes=1)) as pilot:
        await open_list(pilot)
        await see(pilot, "Raíz G1")
        await press_and_wait(pilot, "enter")
        await arrive(pilot, "CampaignScreen")
        await choose(pilot, "pausar")
        await see(pilot, "Raíz G1 · en pausa")
        assert UNDER_G1 in shown(pilot)
        campaign = pilot.app.screen.ref.id
        paused = await made(pilot.app.backend, campaign)
        assert 0 < paused < COUNT
    # Closed while it rests, and opened again: it goes on only when somebody says so.
    async with desk("jefa", "campaign", campaign, later=timedelta(minutes=2)) as pilot:
        await arrive(pilot, "CampaignScreen")
        await see(pilot, "en pausa")
        assert f"0 de {paused} en uso" in shown(pilot)
        await choose(pilot, "reanudar")
        await see(pilot, "Raíz G1 · en marcha")
        # Closed in the midst of it once more.
        while await made(pilot.app.backend, campaign) == paused:
            pass
    async with desk("jefa", "campaign", campaign, later=timedelta(minutes=3)) as pilot:
        await arrive(pilot, "CampaignScreen")
        await wait_until(lambda: "todo solicitado" in shown(pilot), SECONDS)
        await see(pilot, f"0 de {COUNT} en uso")
        assert UNDER_G1 in shown(pilot)
        asked = await every_request(pilot.app.backend, campaign)
        assert Counter(asked) == Counter(each.certificate for each in before)
    async with desk("fermin", later=timedelta(minutes=4)) as pilot:
        await home(pilot)
        await press_and_wait(pilot, "f6")
        await arrive(pilot, "RequestsScreen")
        # Who signs unattended needs no codes: approved, the certificate is in use.
        await press_and_wait(pilot, next(e.run for e in before if e.purpose == UNATTENDED))
        await wait_until(lambda: shown(pilot).count("[ ]") == 1)
        await press_and_wait(pilot, "enter")
        await arrive(pilot, "RequestApprovalScreen")
        await press_and_wait(pilot, "A023456789", "enter")
        await say_yes(pilot)
        await see(pilot, "1 de 1 listas")
    async with desk("jefa", "campaign", campaign, later=timedelta(minutes=5)) as pilot:
        await arrive(pilot, "CampaignScreen")
        await see(pilot, f"1 de {COUNT} en uso")
