"""What is typed in a form among institutions stays until its command is accepted."""

from datetime import timedelta

import pytest

from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import shown
from tests.screens.institutions.driving import arrive, attach, fill_in, home, see
from tests.screens.institutions.enabled_ministry import PAPER
from tui.form import Form

MINUTE = timedelta(minutes=1)


async def begin_official(pilot) -> Form:
    await home(pilot)
    await press_and_wait(pilot, "f10")
    await arrive(pilot, "OfficialEntryScreen")
    return pilot.app.screen.query_one(Form)


async def begin_ticket(pilot) -> None:
    await home(pilot)
    await press_and_wait(pilot, "4", "enter", "f10")
    await arrive(pilot, "TicketEntryScreen")


async def test_a_form_that_was_left_is_back_until_it_is_accepted(desk):
    async with desk("ofelia") as pilot:
        await begin_official(pilot)
        await fill_in(pilot, run="1-8", given_names="Elena", first_surname="Esc")
        await press_and_wait(pilot, "escape")
        form = await begin_official(pilot)
        await see(pilot, "Lo que empezó aquí está de vuelta")
        # What is wrong in it is said again.
        await see(pilot, "Corrija esto")
        assert form.texts()["given_names"] == "Elena"
        assert form.texts()["first_surname"] == "Esc"
        # F12 empties it, and brings it back.
        await press_and_wait(pilot, "f12")
        await see(pilot, "F12 lo recupera")
        assert not any(form.texts().values())
        # Nothing is said any more of what is gone.
        await wait_until(lambda: "El último carácter" not in shown(pilot))
        await press_and_wait(pilot, "f12")
        await wait_until(lambda: form.texts()["given_names"] == "Elena")
        await see(pilot, "El último carácter")
        form.focus_field("first_surname")
        await press_and_wait(pilot, "end")
        # The line goes, or somebody ends the program, in the middle of a word.
        await press_and_wait(pilot, "o")
        pilot.app.close_down()
        await wait_until(lambda: not pilot.app.is_running)
    async with desk("ofelia", later=MINUTE) as pilot:
        form = await begin_official(pilot)
        assert form.texts()["run"] == "1-8"
        assert form.texts()["first_surname"] == "Esco"
        await fill_in(pilot, run="1-9", first_surname="Escobar", position="Jefa")
        await fill_in(pilot, email="escobar@energia.example")
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "OfficialScreen")
        await press_and_wait(pilot, "f3")
        form = await begin_official(pilot)
        assert not any(form.texts().values())


@pytest.mark.soak
async def test_the_files_of_a_form_stay_with_it(desk, tmp_path):
    paper = tmp_path / "captura.pdf"
    paper.write_bytes(PAPER)
    async with desk("ofelia") as pilot:
        await begin_ticket(pilot)
        await fill_in(pilot, text="Desde ayer.")
        await attach(pilot, paper, "primer")
        await press_and_wait(pilot, "f3")
        await begin_ticket(pilot)
        await see(pilot, "captura.pdf")
        await fill_in(pilot, subject="No llega el correo")
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "TicketScreen")
        await see(pilot, "Archivo 1")
        await see(pilot, "Desde ayer.")
