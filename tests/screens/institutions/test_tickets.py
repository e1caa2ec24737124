"""Tickets: opened with a file, answered by either side, closed, reopened."""

from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import screen_name, shown
from tests.screens.institutions.driving import (
    arrive,
    attach,
    choose,
    fill_in,
    home,
    see,
)
from tests.screens.institutions.enabled_ministry import PAPER


async def test_a_ticket_goes_from_side_to_side(desk, tmp_path):
    paper = tmp_path / "captura.pdf"
    paper.write_bytes(PAPER)
    async with desk("ofelia") as pilot:
        await home(pilot)
        # Her tickets are the list after the certificates.
        await press_and_wait(pilot, "4", "enter", "f10")
        await arrive(pilot, "TicketEntryScreen")
        await fill_in(pilot, type="Consulta", subject="No llega el correo", text="Desde ayer.")
        await attach(pilot, paper, "primer")
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "TicketScreen")
        await see(pilot, "Archivo 1")
        await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot) == "ValueList")
        # Only the help desk closes.
        assert "Cerrar" not in shown(pilot)
    async with desk("olga") as pilot:
        await home(pilot)
        await see(pilot, "3 Para mí 1")
        await press_and_wait(pilot, "3", "enter", "enter")
        await arrive(pilot, "TicketScreen")
        await see(pilot, "Ofelia")
        await choose(pilot, "responder")
        await arrive(pilot, "TicketAnswerScreen")
        await press_and_wait(pilot, "Revise la carpeta de no deseados.", "enter")
        await arrive(pilot, "TicketScreen")
        await see(pilot, "Espera a la institución")
        await choose(pilot, "cerrar")
        await wait_until(lambda: screen_name(pilot) == "Choice")
        await press_and_wait(pilot, "down", "down", "enter", "Resuelto", "enter")
        await see(pilot, "Cerrado: respondido")
        await choose(pilot, "reabrir")
        await arrive(pilot, "TicketAnswerScreen")
        assert "Adjuntar" not in shown(pilot)
        await press_and_wait(pilot, "Sigue pendiente", "enter")
        await arrive(pilot, "TicketScreen")
        await see(pilot, "Espera a la institución")
        await choose(pilot, "copia")
        await wait_until(lambda: screen_name(pilot) == "FilePicker")


async def test_who_asks_for_an_institution_leaves_an_address(desk):
    async with desk("olga") as pilot:
        await home(pilot)
        pilot.app.open_screen("ticket_entry", None)
        await arrive(pilot, "TicketEntryScreen")
        await fill_in(pilot, subject="Museos", text="Se pide.")
        await press_and_wait(pilot, "f10")
        await see(pilot, "aún no tiene cuenta")
        await fill_in(pilot, contact="jefa@museos.example")
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "TicketScreen")
        await see(pilot, "jefa@museos.example")
