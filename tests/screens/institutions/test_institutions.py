"""Institutions: enabled by two people of the centre, changed, ended."""

from pathlib import Path

import pytest
from textual.widgets import Input

from issuance.institution_queries import InstitutionQuery, InstitutionsQuery
from issuance.institutions.ticket_stream import OpenTicket, TicketType
from tests.keys import close_with, press_and_wait, wait_until
from tests.screens.conftest import screen_name, shown
from tests.screens.institutions.driving import (
    arrive,
    attach,
    choose,
    fill_in,
    home,
    say_yes,
    see,
)
from tests.screens.institutions.enabled_ministry import NAME, PAPER

MINING = "Ministerio de Minería"
FORM = {
    "name": MINING,
    "rut": "60.801.000-9",
    "ministry": MINING,
    "agreement_number": "77",
    "signed_on": "01092026",
    "run": "12.345.678-5",
    "given_names": "Olivia",
    "first_surname": "Ortiz",
    "email": "ortiz@mineria.example",
    "position": "Operadora",
}


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "convenio.pdf"
    path.write_bytes(PAPER)
    return path


async def ask_for_mining(pilot, paper: Path) -> None:
    """File an unknown ministry as the help desk does."""
    await home(pilot)
    await press_and_wait(pilot, "f10")
    await arrive(pilot, "InstitutionEntryScreen")
    await fill_in(pilot, **FORM)
    await press_and_wait(pilot, "f10")
    await see(pilot, "Falta el convenio")
    await attach(pilot, paper, "convenio")
    assert "Falta el convenio" not in shown(pilot)
    # The paper that is still missing stands first.
    await press_and_wait(pilot, "f6", until=lambda: screen_name(pilot) == "ValueList")
    await press_and_wait(pilot, "enter", until=lambda: screen_name(pilot) == "FilePicker")
    await see(pilot, "│ Acto administrativo de la institución (PDF)")
    await press_and_wait(pilot, "escape")
    await attach(pilot, paper, "acto")
    await press_and_wait(pilot, "f10")
    await arrive(pilot, "InstitutionScreen")


async def test_an_unknown_ministry_is_filed_and_another_person_enables_it(desk, paper):
    async with desk("olga") as pilot:
        await ask_for_mining(pilot, paper)
        assert "espera aprobación" in shown(pilot)
        # Who filed it finds nothing here that would enable it.
        await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot) == "ValueList")
        assert "Aprobar" not in shown(pilot)
    async with desk("jefa") as pilot:
        await home(pilot)
        assert "1 Por habilitar 1" in shown(pilot)
        await press_and_wait(pilot, "enter")
        await arrive(pilot, "InstitutionScreen")
        await choose(pilot, "aprobar")
        await see(pilot, f"¿Habilitar «{MINING}»?")
        await press_and_wait(pilot, "enter")
        await arrive(pilot, "InstitutionScreen")
        assert "espera aprobación" in shown(pilot)
        await choose(pilot, "aprobar")
        await say_yes(pilot)
        await see(pilot, "generación G2, hasta el")
        await choose(pilot, "cuenta")
        await arrive(pilot, "MemberEntryScreen")
        await press_and_wait(pilot, "f1")
        await see(pilot, "Registre a cada autoridad")
        await press_and_wait(pilot, "escape")
        await press_and_wait(pilot, "oortiz", "enter")
        await wait_until(lambda: screen_name(pilot) == "FirstPasswordShown")
        await see(pilot, "Olivia Ortiz")
        await close_with(pilot, "enter")
        await arrive(pilot, "InstitutionScreen")
        await see(pilot, "oortiz")


@pytest.mark.soak
async def test_a_refused_ministry_says_why(desk, paper):
    async with desk("olga") as pilot:
        await ask_for_mining(pilot, paper)
    async with desk("jefa") as pilot:
        await home(pilot)
        await press_and_wait(pilot, "mineria", "enter")
        await arrive(pilot, "InstitutionScreen")
        await choose(pilot, "rechazar")
        await wait_until(lambda: screen_name(pilot) == "Choice")
        await press_and_wait(pilot, "enter", "enter")
        await say_yes(pilot)
        await see(pilot, f"{MINING} · no habilitada")
        (line,) = [
            each
            for each in (await pilot.app.backend.ask(InstitutionsQuery())).entries
            if each.name == MINING
        ]
        assert line.status == "refused"


@pytest.mark.soak
async def test_names_that_are_taken_are_told_beside_their_fields(desk, paper):
    async with desk("olga") as pilot:
        await home(pilot)
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "InstitutionEntryScreen")
        await fill_in(pilot, **{**FORM, "name": NAME, "rut": "61.979.830-9"})
        await attach(pilot, paper, "convenio")
        await attach(pilot, paper, "acto")
        await press_and_wait(pilot, "f10")
        await see(pilot, "Ya hay una institución")
        assert pilot.app.focused.id == "box-name"
        # Another language keeps what was typed and attached.
        await press_and_wait(pilot, "f11")
        await see(pilot, "Ask to enable an institution")
        assert NAME in shown(pilot)
        assert "convenio.pdf" in shown(pilot)


@pytest.mark.soak
async def test_an_ended_institution_leaves_nobody_inside(desk, ministry):
    async with desk("jefa") as pilot:
        await home(pilot)
        await press_and_wait(pilot, "2", "enter", "energia", "enter")
        await arrive(pilot, "InstitutionScreen")
        await choose(pilot, "dejar de atenderla")
        await wait_until(lambda: screen_name(pilot) == "Choice")
        await press_and_wait(pilot, "down", "down", "down", "enter", "enter")
        await say_yes(pilot)
        await see(pilot, f"{NAME} · dejó el servicio")
        answer = await pilot.app.backend.ask(InstitutionQuery(institution=ministry.institution))
        assert answer.operator_user == ""
    with pytest.raises(AssertionError):
        async with desk("ofelia"):
            pass


async def test_the_history_of_an_institution_names_who_did_what(desk):
    async with desk("jefa") as pilot:
        await home(pilot)
        await press_and_wait(pilot, "energia")
        await press_and_wait(pilot, "enter")
        await home(pilot)
        await press_and_wait(pilot, "f3", "2", "enter", "enter")
        await arrive(pilot, "InstitutionScreen")
        await choose(pilot, "historial")
        await arrive(pilot, "InstitutionHistoryScreen")
        await see(pilot, "Se solicitó un certificado")
        assert "Olga" not in shown(pilot).splitlines()[3]
        for _ in range(4):
            await press_and_wait(pilot, "pagedown")
        await see(pilot, "Se pidió la habilitación")
        assert "Olga Operadora" in shown(pilot)


async def test_of_several_tickets_none_is_taken_unasked(desk):
    async with desk("olga") as pilot:
        await home(pilot)
        backend = pilot.app.backend
        for subject in (MINING, "Otro ministerio"):
            body = OpenTicket(
                type=TicketType.ENABLE_INSTITUTION, subject=subject, text="Acta.",
                contact="gabinete@mineria.example",
            )  # fmt: skip
            assert (await backend.execute(body, backend.new_stream("ticket"), 0)).applied
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "InstitutionEntryScreen")
        assert pilot.app.screen.query_one("#box-ticket", Input).value == ""
