"""From an unknown ministry to its first official's certificate, every step on its own screen."""

from datetime import timedelta
from pathlib import Path

import pytest

from issuance.institution_queries import PortablesQuery
from issuance.secret import Secret
from tests.keys import press_and_wait
from tests.screens.conftest import shown
from tests.screens.institutions.driving import (
    arrive,
    attach,
    choose,
    fill_in,
    first_password,
    home,
    say_yes,
    see,
)
from tests.screens.institutions.enabled_ministry import PAPER
from tests.screens.institutions.first_log_in import enrol
from tests.screens.institutions.test_institutions import FORM, MINING

PEOPLE = {
    "Rosa": {"run": "9999999-3", "surname": "Rojas", "position": "Ministra de fe", "user": "rosa"},
    "Raúl": {"run": "1-9", "surname": "Reyes", "position": "Abogado", "user": "raul"},
}


async def register(pilot, name: str) -> Secret:
    """Register an official and give them an account; return the first password."""
    person = PEOPLE[name]
    await home(pilot)
    await press_and_wait(pilot, "f10")
    await arrive(pilot, "OfficialEntryScreen")
    await fill_in(
        pilot,
        run=person["run"],
        given_names=name,
        first_surname=person["surname"],
        email=f"{person['user']}@mineria.example",
        position=person["position"],
    )
    await press_and_wait(pilot, "f10")
    await arrive(pilot, "OfficialScreen")
    await choose(pilot, "dar una cuenta")
    await arrive(pilot, "MemberEntryScreen")
    await press_and_wait(pilot, person["user"], "enter")
    password = await first_password(pilot)
    await arrive(pilot, "OfficialScreen")
    await see(pilot, person["user"])
    return password


@pytest.mark.soak
async def test_from_an_unknown_ministry_to_a_certificate(desk, ministry, tmp_path: Path):
    paper = tmp_path / "convenio.pdf"
    paper.write_bytes(PAPER)
    # A one-time code works once: everybody comes a minute after the one before.
    minutes = iter(range(1, 60))

    def later() -> timedelta:
        return timedelta(minutes=next(minutes))

    async with desk("olga", later=later()) as pilot:
        await home(pilot)
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "InstitutionEntryScreen")
        await fill_in(pilot, **FORM)
        await attach(pilot, paper, "convenio")
        await attach(pilot, paper, "acto")
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "InstitutionScreen")
    async with desk("jefa", later=later()) as pilot:
        await home(pilot)
        await press_and_wait(pilot, "mineria", "enter")
        await arrive(pilot, "InstitutionScreen")
        await choose(pilot, "aprobar")
        await say_yes(pilot)
        await see(pilot, "generación G2")
        await choose(pilot, "cuenta")
        await arrive(pilot, "MemberEntryScreen")
        await press_and_wait(pilot, "oortiz", "enter")
        password = await first_password(pilot)
    await enrol(ministry, "oortiz", password, later())
    async with desk("oortiz", later=later()) as pilot:
        passwords = {}
        for name in PEOPLE:
            passwords[name] = await register(pilot, name)
            await press_and_wait(pilot, "f3")
        await home(pilot)
        await press_and_wait(pilot, "rojas", "enter")
        await arrive(pilot, "OfficialScreen")
        await choose(pilot, "pedir que sea")
        await arrive(pilot, "TicketEntryScreen")
        await fill_in(pilot, text="Por ley.")
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "TicketScreen")
    async with desk("jefa", later=later()) as pilot:
        await home(pilot)
        await press_and_wait(pilot, "3", "enter", "enter")
        await arrive(pilot, "TicketScreen")
        await choose(pilot, "funcionario")
        await arrive(pilot, "OfficialScreen")
        await choose(pilot, "nombrar")
        await arrive(pilot, "CertifierGrantScreen")
        await fill_in(pilot, law="Ley 19.799")
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "OfficialScreen")
        await see(pilot, "vigente")
    for name, first in passwords.items():
        await enrol(ministry, PEOPLE[name]["user"], first, later())
    async with desk("raul", later=later()) as pilot:
        await home(pilot)
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "PortableRequestScreen")
        await fill_in(pilot, purpose="Propósito", phone="961234567")
        await press_and_wait(pilot, "f10")
        await home(pilot)
        await see(pilot, "Raúl Reyes")
    async with desk("rosa", later=later()) as pilot:
        await home(pilot)
        await press_and_wait(pilot, "f6")
        await arrive(pilot, "RequestsScreen")
        await see(pilot, "Raúl Reyes")
        # The other ministry's requests are none of hers.
        assert "Ana Araya" not in shown(pilot)
        await press_and_wait(pilot, "enter")
        await arrive(pilot, "RequestApprovalScreen")
        await press_and_wait(pilot, "A1", "enter")
        await say_yes(pilot)
        await see(pilot, "1 de 1 listas")
        (line,) = (await pilot.app.backend.ask(PortablesQuery())).entries
        assert (line.official_name, line.status, line.institution_name) == (
            "Raúl Reyes", "issued", MINING,
        )  # fmt: skip
