import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.containers import VerticalScroll
from textual.widgets import DataTable, Input, OptionList, Static

from backend_client.backend import Link
from issuance.findings import Severity, blocks, warns
from issuance.findings.identity import IdentityFinding
from tests.keys import press_and_wait, wait_until
from tests.tui.bench import Bench, bench, shown
from tui.app import VentanillaApp
from tui.header import link_words, station_words
from tui.key_bar import KeyBar
from tui.person_bar import Step, StepMark, steps_strip
from tui.station import Station
from tui.translation import Translator
from tui.widgets.choice import Choice, Chosen
from tui.widgets.code_field import CodeField, code_state, grouped
from tui.widgets.data_table import PageTable
from tui.widgets.file_picker import FilePicker, pasted_path
from tui.widgets.help import HelpScreen
from tui.widgets.message_line import MessageLine
from tui.widgets.qr import qr_lines
from tui.widgets.secret_field import SecretField
from tui.widgets.spinner import Spinner

ES = Translator("es")
NOON = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


# -- station line and person bar -----------------------------------------------------------------


@given(
    st.builds(
        Station,
        st.text(),
        st.booleans(),
        st.text(),
        st.text("abc "),
        st.none() | st.builds(Link, st.booleans(), st.just(NOON)),
    )
)
def test_the_station_line_fits_and_keeps_mark_and_link(station: Station):
    mark, rest = station_words(station, ES, 80)
    assert cell_len(mark + rest) <= 80
    assert "\x1b" not in rest
    assert ("DEMOSTRACIÓN" in mark) == station.demonstration
    assert station.link is None or link_words(station.link, ES) in rest


def test_steps_give_way_to_signs_where_they_do_not_fit():
    steps = [
        Step("Solicitud", StepMark.DONE),
        Step("Foto", StepMark.HERE),
        Step("Pago", StepMark.WAITING),
    ]
    assert steps_strip(steps, ES, 78) == "√Solicitud  ►Foto  ·Pago"
    assert steps_strip(steps, ES, 20) == "√►· paso 2 de 3: Foto"


# -- message line, spinner, table ----------------------------------------------------------------


async def test_messages_differ_by_word_and_stay(tmp_path: Path):
    app, screen = bench(tmp_path, MessageLine())
    async with app.run_test():
        line = screen.query_one(MessageLine)
        line.show("[/] \x1b[31m", Severity.WARNS)
        assert str(line.content) == "Atención: [/] \ufffd[31m"
        line.show_findings(
            [
                warns(IdentityFinding.TOO_LONG, maximum=1),
                blocks(IdentityFinding.TOO_LONG, maximum=2),
            ]
        )
        assert str(line.content).startswith("Corrija esto: ")
        assert "(y 1 más)" in str(line.content)
        line.show_findings([])
        assert str(line.content) == ""


async def test_the_spinner_turns_only_while_it_waits(tmp_path: Path):
    app, screen = bench(tmp_path, Spinner())
    async with app.run_test():
        spinner = screen.query_one(Spinner)
        spinner.start("Leyendo")
        first = str(spinner.content)
        await wait_until(lambda: str(spinner.content) != first)
        assert "Leyendo" in first
        spinner.stop()
        assert str(spinner.content) == ""


async def test_table_cells_are_no_markup_and_pages_are_short(tmp_path: Path):
    app, screen = bench(tmp_path, PageTable())
    async with app.run_test():
        table = screen.query_one(PageTable)
        table.show(["Nombre"], [("1", ["[/perez] \x1b"]), ("2", ["Ana"])])
        assert table.get_cell_at((0, 0)).plain == "[/perez] \ufffd"  # type: ignore[arg-type]
        table.show(["Nombre"], [("3", ["Otra"])])
        assert table.row_count == 1
        with pytest.raises(ValueError, match="200"):
            table.show(["Nombre"], [(str(number), ["x"]) for number in range(201)])
    assert issubclass(PageTable, DataTable)


# -- codes and secrets ---------------------------------------------------------------------------


@given(st.text("0123456789", max_size=20))
def test_digits_are_grouped_in_fours(digits: str):
    assert grouped(digits).replace(" ", "") == digits
    assert all(1 <= len(group) <= 4 for group in grouped(digits).split())


async def test_a_code_is_handed_over_whole_and_not_in_its_representation(tmp_path: Path):
    app, screen = bench(tmp_path, CodeField(8))
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "12a3 45", "enter")
        assert not screen.told
        assert shown(screen.query_one(CodeField)) == "Faltan 3 dígitos."
        await press_and_wait(pilot, "678", "enter")
        assert screen.query_one(Input).value == "1234 5678"
        assert screen.told[0].code == "12345678"
        assert "1234" not in repr(screen.told[0])
        screen.query_one(CodeField).clear()
        assert screen.query_one(Input).value == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (581, "quedan 3 intentos · quedan 10 minutos"),
        (59, "quedan 3 intentos · quedan 59 segundos"),
        (0, "El código caducó: pida uno nuevo."),
    ],
)
def test_what_is_left_of_a_code_is_told_in_words(seconds: int, words: str):
    assert code_state(3, seconds, ES) == words


async def test_a_code_counts_down(tmp_path: Path):
    app, screen = bench(tmp_path, CodeField(8))
    async with app.run_test():
        field = screen.query_one(CodeField)
        field.start(5, 2)
        assert shown(field) == "quedan 5 intentos · quedan 2 segundos"
        await wait_until(lambda: "queda 1 segundo" in shown(field))


async def test_a_password_is_taken_as_typed_and_leaves_the_field(tmp_path: Path):
    app, screen = bench(tmp_path, SecretField())
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "Añ ~x", "ctrl+c", "ctrl+x")
        field = screen.query_one(SecretField)
        assert "A" not in "".join(strip.text for strip in [field.render_line(0)])
        assert field.take() == "Añ ~x"
        assert field.value == ""


# -- codes ---------------------------------------------------------------------------------------


def test_a_totp_uri_fits_the_screen_as_a_code():
    uri = (
        "otpauth://totp/Ventanilla:m.vera?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Ventanilla"
    )
    lines = qr_lines(uri)
    assert len(lines) <= 22
    assert len({len(line) for line in lines}) == 1
    assert lines[0].strip() == ""


# -- dialogs -------------------------------------------------------------------------------------


async def test_a_choice_needs_its_reason(tmp_path: Path):
    app, screen = bench(tmp_path)
    async with app.run_test() as pilot:
        app.push_screen(Choice("¿Por qué?", [("a", "Uno"), ("b", "[/]Dos")]), screen.told.append)
        await press_and_wait(pilot, "down", "enter", "enter")
        assert not screen.told
        assert "motivo" in str(app.screen.query_one(MessageLine).content)
        await press_and_wait(pilot, "borrosa", "enter", until=lambda: screen.told)
        assert screen.told == [Chosen("b", "borrosa")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = tmp_path / "stick"
    (files / "fotos").mkdir(parents=True)
    (files / "fotos" / "ana.JPG").write_bytes(b"x")
    (files / "nota.txt").write_text("x")
    (files / "[red] \x1b]0;x\x07.jpg").write_bytes(b"x")
    (files / ".oculto.jpg").write_bytes(b"x")
    Path(os.fsdecode(os.fsencode(files) + b"/\xff.jpg")).write_bytes(b"x")
    (tmp_path / "fuera.jpg").write_bytes(b"x")
    (files / "enlace.jpg").symlink_to(tmp_path / "fuera.jpg")
    return files


def names(app: VentanillaApp) -> list[str]:
    options = app.screen.query_one(OptionList)
    return [str(options.get_option_at_index(at).prompt) for at in range(options.option_count)]


async def picking(app: VentanillaApp, screen: Bench, picker: FilePicker) -> None:
    app.push_screen(picker, screen.told.append)
    await wait_until(
        lambda: isinstance(app.screen, FilePicker) and app.screen.query(OptionList) and names(app)
    )


async def test_a_file_is_picked_by_keyboard(tmp_path: Path, folder: Path):
    app, screen = bench(tmp_path)
    async with app.run_test() as pilot:
        await picking(app, screen, FilePicker("Foto", folder, suffixes=(".jpg",), root=folder))
        assert names(app)[:2] == ["../", "fotos/"]
        assert "nota.txt" not in names(app)
        assert ".oculto.jpg" not in names(app)
        assert "[red] \ufffd]0;x\ufffd.jpg" in names(app)
        await press_and_wait(pilot, "enter", until=lambda: "ana.JPG" in names(app))
        await press_and_wait(pilot, "enter", until=lambda: screen.told)
        assert screen.told == [folder / "fotos" / "ana.JPG"]


@pytest.mark.parametrize(
    "outside", ["../fuera.jpg", "enlace.jpg", "/etc/passwd", "~nadie/x", "/nada", "a\x00b"]
)
async def test_what_is_outside_or_missing_is_refused(tmp_path: Path, folder: Path, outside: str):
    app, screen = bench(tmp_path)
    async with app.run_test() as pilot:
        await picking(app, screen, FilePicker("Foto", folder, root=folder))
        app.screen.query_one(Input).value = outside
        await press_and_wait(pilot, "enter")
        message = app.screen.query_one(MessageLine)
        await wait_until(lambda: str(message.content))
        assert str(message.content).startswith("Corrija esto: ")
        assert not screen.told


async def test_a_path_takes_the_place_of_one_that_was_refused(tmp_path: Path, folder: Path):
    app, screen = bench(tmp_path)
    async with app.run_test() as pilot:
        await picking(app, screen, FilePicker("Foto", folder))
        await press_and_wait(pilot, "/nada/foto.jpg", "enter")
        message = app.screen.query_one(MessageLine)
        await wait_until(lambda: str(message.content).startswith("Corrija esto: "))
        right = str(folder / "fotos" / "ana.JPG")
        await press_and_wait(pilot, right, "enter", until=lambda: screen.told)
        assert screen.told == [Path(right)]


async def test_a_folder_is_taken_with_f10(tmp_path: Path, folder: Path):
    app, screen = bench(tmp_path)
    async with app.run_test() as pilot:
        await picking(app, screen, FilePicker("Guardar en", folder, folders_only=True))
        assert names(app) == ["../", "fotos/"]
        await press_and_wait(pilot, "enter", "f10", until=lambda: screen.told)
        assert screen.told == [folder / "fotos"]


@pytest.mark.parametrize("typed", ["{stick}/fotos", "fot"])
async def test_f10_takes_the_folder_that_was_typed_and_not_the_one_shown(
    tmp_path: Path, folder: Path, typed: str
):
    app, screen = bench(tmp_path)
    async with app.run_test() as pilot:
        await picking(app, screen, FilePicker("Guardar en", folder, folders_only=True))
        await press_and_wait(pilot, "/nada", "f10")
        message = app.screen.query_one(MessageLine)
        await wait_until(lambda: str(message.content).startswith("Corrija esto: "))
        assert not screen.told
        await press_and_wait(
            pilot, "ctrl+u", typed.format(stick=folder), "f10", until=lambda: screen.told
        )
        assert screen.told == [folder / "fotos"]


@pytest.mark.parametrize(
    ("pasted", "path"),
    [
        ("/a/b c.jpg", "/a/b c.jpg"),
        ("'/a/b c.jpg' ", "/a/b c.jpg"),
        ("/a/b\\ c.jpg", "/a/b c.jpg"),
        ("file:///a/b%20c.jpg", "/a/b c.jpg"),
        ("'/a/b", "'/a/b"),
    ],
)
def test_pasted_paths_are_understood(pasted: str, path: str):
    assert pasted_path(pasted) == path


@given(st.text(max_size=40))
def test_no_pasted_text_stops_the_picker(text: str):
    pasted_path(text)


@pytest.mark.parametrize(
    ("typed", "taken"), [("ÓS", "fotos"), ("foto", "foto"), ("2.p", "ana2.pdf")]
)
async def test_part_of_a_name_lists_what_fits_and_enter_takes_the_single_one(
    tmp_path: Path, typed: str, taken: str
):
    stick = tmp_path / "stick"
    stick.mkdir()
    for name in ("ana.pdf", "ana2.pdf", "fotos", "foto"):
        (stick / name).write_bytes(b"x")
    app, screen = bench(tmp_path)
    async with app.run_test() as pilot:
        await picking(app, screen, FilePicker("Foto", stick))
        await press_and_wait(pilot, typed)
        assert taken in names(app)
        assert "../" not in names(app)
        await press_and_wait(pilot, "enter", until=lambda: screen.told)
        assert screen.told == [stick / taken]


async def test_of_several_names_that_fit_none_is_taken_unmarked(tmp_path: Path):
    stick = tmp_path / "stick"
    stick.mkdir()
    for name in ("ana.pdf", "ana2.pdf", "luis.pdf"):
        (stick / name).write_bytes(b"x")
    app, screen = bench(tmp_path)
    async with app.run_test() as pilot:
        await picking(app, screen, FilePicker("Foto", stick))
        await press_and_wait(pilot, "ana", "enter")
        message = app.screen.query_one(MessageLine)
        await wait_until(lambda: "varios nombres" in str(message.content))
        assert not screen.told
        assert names(app) == ["ana.pdf", "ana2.pdf"]
        await press_and_wait(pilot, "down", "enter", until=lambda: screen.told)
        assert screen.told == [stick / "ana.pdf"]


async def test_a_name_nothing_fits_is_told(tmp_path: Path, folder: Path):
    app, screen = bench(tmp_path)
    async with app.run_test() as pilot:
        await picking(app, screen, FilePicker("Foto", folder))
        message = app.screen.query_one(MessageLine)
        await press_and_wait(pilot, "zzz")
        await wait_until(lambda: "zzz" in str(message.content))
        await press_and_wait(pilot, "backspace", "backspace", "backspace")
        await wait_until(lambda: "zzz" not in str(message.content))


async def test_the_picker_explains_itself(tmp_path: Path, folder: Path):
    app, screen = bench(tmp_path)
    async with app.run_test() as pilot:
        await picking(app, screen, FilePicker("Foto", folder))
        await press_and_wait(pilot, "f1", until=lambda: isinstance(app.screen, HelpScreen))
        assert "parte de un nombre" in str(
            app.screen.query_one("VerticalScroll > Static", Static).content
        )
        await press_and_wait(pilot, "escape", until=lambda: isinstance(app.screen, FilePicker))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_long_help_shows_its_way_out_and_leaves_the_station_line(tmp_path: Path, size):
    app, _ = bench(tmp_path)
    async with app.run_test(size=size) as pilot:
        app.show_help("\n".join(f"Línea {number}" for number in range(90)))
        await wait_until(lambda: isinstance(app.screen, HelpScreen) and app.screen.query(".muted"))
        way_out = app.screen.query_one(".muted", Static)
        box = app.screen.query_one(".box")
        await wait_until(lambda: box.region.height)
        for _ in range(3):
            assert "Esc: cerrar" in str(way_out.content)
            assert box.content_region.contains_region(way_out.region)
            assert box.region.y >= 1
            assert box.region.bottom <= app.screen.query_one(KeyBar).region.y
            await press_and_wait(pilot, "pagedown")
        text = app.screen.query_one(VerticalScroll)
        await wait_until(lambda: text.scroll_offset.y > 0)
