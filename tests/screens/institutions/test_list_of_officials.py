"""A list of officials: what would happen first, bad rows left out, stopped and resumed."""

from pathlib import Path

import pytest

from issuance.institution_queries import OfficialsQuery
from issuance.institutions.import_stream import BeginImport
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
        await see(pilot, "1 registradas, 1 cambiadas")
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
        await see(pilot, "1 registradas, 1 cambiadas")
        assert "F8" not in shown(pilot)
