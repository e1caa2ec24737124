"""A list of officials: what would happen first, bad rows left out, stopped and resumed."""

import random
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from backend_client.backend import Backend
from issuance.institution_queries import OfficialsAnswer, OfficialsListAnswer, OfficialsQuery
from issuance.institutions.import_stream import BeginImport
from tests.issuance.institutions.institution_samples import run_of
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import screen_name, shown
from tests.screens.institutions.driving import arrive, home, say_yes, see

HEADER = "RUN;Nombres;Primer apellido;Correo;Cargo"
ROWS = (
    "9999999-3;Gloria;Gómez;gomez@energia.example;Analista",
    "9999999-4;Hugo;Herrera;herrera@energia.example;Analista",
    "7.880.442-4;Ana;Araya;araya@energia.example;Jefa de Auditoría",
    "12531909-2;Bruno;Bravo;bravo@energia.example;Abogado",
    "8888888-K;;Ibarra;ibarra@energia.example;Analista",
)


def write_list(folder: Path, rows: tuple[str, ...] = ROWS) -> Path:
    path = folder / "funcionarios.csv"
    path.write_bytes("\r\n".join((HEADER, *rows)).encode("cp1252"))
    return path


async def bring(pilot, path: Path) -> None:
    """Choose a list from the start screen."""
    await home(pilot)
    await press_and_wait(pilot, "f8")
    await arrive(pilot, "OfficialsImportScreen")
    await press_and_wait(pilot, "f6")
    await wait_until(lambda: screen_name(pilot) == "FilePicker")
    await press_and_wait(pilot, str(path), "enter")
    await wait_until(lambda: screen_name(pilot) == "OfficialsImportScreen")


async def test_a_list_with_bad_rows_registers_the_others(desk, tmp_path):
    async with desk("ofelia") as pilot:
        await bring(pilot, write_list(tmp_path))
        await see(pilot, "todas: 5")
        assert "rechazad" in shown(pilot)
        await press_and_wait(pilot, "right")
        await wait_until(lambda: "Gloria" not in shown(pilot))
        await press_and_wait(pilot, "f10")
        await see(pilot, "1 por registrar, 1 por cambiar, 2 filas quedan fuera")
        # Nothing has happened yet.
        answer = await pilot.app.backend.ask(OfficialsQuery(text="Gloria"))
        assert not answer.entries
        await say_yes(pilot)
        await see(pilot, "registradas: 1, cambiadas: 1")
        # What was left out stays on the screen as it was read, to be corrected.
        await see(pilot, "registrar: 0")
        await see(pilot, "Hugo Herrera")
        assert "9999999-4" in shown(pilot)
        assert "2 filas quedan fuera: corríjalas en la lista" in shown(pilot)
        assert "F10" not in shown(pilot)
        (gloria,) = (await pilot.app.backend.ask(OfficialsQuery(text="Gloria"))).entries
        assert gloria.run == "9999999-3"
        (ana,) = (await pilot.app.backend.ask(OfficialsQuery(text="Ana Araya"))).entries
        assert ana.position == "Jefa de Auditoría"


@pytest.mark.soak
async def test_a_file_that_is_no_list_says_so(desk, tmp_path):
    path = tmp_path / "funcionarios.csv"
    path.write_bytes(b"PK\x03\x04\0\0")
    async with desk("ofelia") as pilot:
        await bring(pilot, path)
        await see(pilot, "no es una lista CSV")
        assert "F10" not in shown(pilot)


async def test_what_was_said_of_a_list_is_not_said_of_the_next(desk, tmp_path):
    empty, bare = tmp_path / "vacía.csv", tmp_path / "bare.csv"
    empty.write_bytes(b"")
    bare.write_text(HEADER)

    async def choose(pilot, path: Path) -> None:
        await press_and_wait(pilot, "f6", until=lambda: screen_name(pilot) == "FilePicker")
        await press_and_wait(pilot, str(path), "enter")

    async with desk("ofelia") as pilot:
        await bring(pilot, write_list(tmp_path, ROWS[2:]))
        await see(pilot, "1 fila rechazada")
        await choose(pilot, empty)
        await see(pilot, "no es una lista CSV")
        await wait_until(lambda: "todas: 3" not in shown(pilot))
        assert "F10" not in shown(pilot), "the list before was another one"
        await choose(pilot, bare)
        await see(pilot, "no tiene filas")
        assert "no es una lista" not in shown(pilot)


async def test_a_list_that_stopped_is_resumed(desk, ministry, tmp_path):
    async with desk("ofelia") as pilot:
        await home(pilot)
        # As if the program had ended right after the beginning.
        backend = pilot.app.backend
        file = await backend.keep_list(write_list(tmp_path))
        body = BeginImport(institution=ministry.institution, file=file, leave_out_refused=True)
        begun = await backend.execute(body, backend.new_stream("officials_import"), 0)
        assert begun.applied
        await press_and_wait(pilot, "f8")
        await arrive(pilot, "OfficialsImportScreen")
        await see(pilot, "F8 sigue con una lista de 5 filas")
        await press_and_wait(pilot, "f8")
        await see(pilot, "registradas: 1, cambiadas: 1")
        assert "F8" not in shown(pilot)


def many_rows(count: int, bad: int) -> tuple[str, ...]:
    """Return so many rows, `bad` of which have a wrong RUN or no name."""
    rows = [
        f"{run_of(46_000_000 + at)};Ana;Ejemplo;l{at}@energia.example;Profesional"
        for at in range(count - bad)
    ]
    for at in range(bad):
        run = run_of(47_000_000 + at)
        wrong = f"{run[:-1]}{'1' if run[-1] != '1' else '2'};Eva" if at % 2 else f"{run};"
        place = random.Random(at).randrange(len(rows))
        rows.insert(place, f"{wrong};Ejemplo;b{at}@energia.example;Profesional")
    return tuple(rows)


async def refused_rows(pilot) -> list[int]:
    """Turn the pages of the refused rows and return their numbers, each with its finding."""
    screen, key, found = pilot.app.screen, "right", []
    while True:
        before = screen._preview
        await press_and_wait(pilot, key, until=partial(_differs, screen, before))
        assert all(each.act == "refused" and each.findings for each in screen._preview.rows)
        found += [each.number for each in screen._preview.rows]
        if screen._preview.next is None:
            return found
        key = "pagedown"


def _differs(screen: Any, before: OfficialsListAnswer) -> bool:
    return screen._preview is not before


async def registered(backend: Backend) -> int:
    count, after = 0, None
    while True:
        page = await backend.ask(OfficialsQuery(after=after, limit=200))
        assert isinstance(page, OfficialsAnswer)
        count, after = count + len(page.entries), page.next
        if after is None:
            return count


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_five_thousand_with_37_bad_rows_are_stopped_and_gone_on_with(desk, tmp_path):
    count, bad = 5000, 37
    async with desk("ofelia") as pilot:
        before = await registered(pilot.app.backend)
        await bring(pilot, write_list(tmp_path, many_rows(count, bad)))
        await see(pilot, f"todas: {count}")
        assert len(set(await refused_rows(pilot))) == bad
        await press_and_wait(pilot, "f10")
        await see(pilot, f"{count - bad} por registrar, 0 por cambiar, {bad} filas quedan fuera")
        await say_yes(pilot)
        await see(pilot, "cambiadas: 0")
        await press_and_wait(pilot, "f12", until=lambda: "F8" in shown(pilot))
        assert 0 < await registered(pilot.app.backend) - before < count - bad
    # The program was closed; somebody opens it again and goes on.
    async with desk("ofelia", later=timedelta(minutes=1)) as pilot:
        await home(pilot)
        await press_and_wait(pilot, "f8")
        await arrive(pilot, "OfficialsImportScreen")
        await see(pilot, f"F8 sigue con una lista de {count} filas")
        await press_and_wait(pilot, "f8")
        whole = f"{count} de {count} filas · registradas: {count - bad}, cambiadas: 0"
        await wait_until(lambda: whole in shown(pilot), 600)
        assert await registered(pilot.app.backend) - before == count - bad
