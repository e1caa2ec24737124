from datetime import date
from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.content import Content
from textual.events import Paste
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static

from issuance.findings import Finding
from issuance.findings.identity import IdentityFinding
from issuance.identity.kinds import FieldKind, read
from issuance.identity.verdict import Reading
from tests.keys import press_and_wait, wait_until
from tests.tui.sample import sample_app
from tui.app import VentanillaApp
from tui.form import Form
from tui.form_fields import FieldRow, FieldSpec
from tui.sentences import sentence
from tui.widgets.value_list import ValueList

BANKS = (("10", "Banco Pichincha"), ("20", "Banco Guayaquil"), ("30", "Cooperativa JEP"))
SPECS = (
    FieldSpec("cedula", "cedula", "Cédula", help="Diez dígitos.", maximum_length=10),
    FieldSpec("bank", "choice", "Banco", choices=BANKS),
    FieldSpec("email", "email", "Correo", required=False),
)
MANY = tuple(FieldSpec(f"field{number}", "free_text", f"Campo {number}") for number in range(25))


class FormScreen(Screen[None]):
    def __init__(self, specs: tuple[FieldSpec, ...]) -> None:
        super().__init__()
        self.specs = specs
        self.completed: list[dict[str, str]] = []
        self.warnings: list[Finding] = []
        self.changes: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield Form(self.specs, self.check)

    def check(self, name: str, text: str) -> Reading:
        spec = next(each for each in self.specs if each.name == name)
        return read(
            FieldKind(spec.kind), text, today=date(2026, 11, 22),
            choices=tuple(value for value, _ in spec.choices),
        )  # fmt: skip

    def on_form_completed(self, event: Form.Completed) -> None:
        self.completed.append(dict(event.values))
        self.warnings.extend(event.findings)

    def on_form_changed(self, event: Form.Changed) -> None:
        self.changes.append((event.name, event.value))


def form_app(tmp_path: Path, specs: tuple[FieldSpec, ...]) -> tuple[VentanillaApp, FormScreen]:
    screen = FormScreen(specs)
    app = sample_app("form", tmp_path / "crash.log")
    app._screen_makers = {"form": lambda: lambda: screen}  # type: ignore[assignment]
    return app, screen


def rows(screen: FormScreen) -> list[FieldRow]:
    return list(screen.query(FieldRow))


def verdict(row: FieldRow) -> str:
    return str(row.query_one(".verdict", Static).content)


@pytest.fixture
def started(tmp_path: Path):
    return form_app(tmp_path, SPECS)


async def test_enter_goes_on_and_completes_with_normal_forms(started):
    app, screen = started
    async with app.run_test() as pilot:
        await press_and_wait(
            pilot, "1710034065", "enter", "guaya", "enter", "A@Example.com", "enter"
        )
        await wait_until(lambda: screen.completed)
        assert screen.completed[0]["cedula"] == "1710034065"
        assert screen.completed[0]["bank"] == "20"
        assert screen.completed[0]["email"].endswith("@example.com")


async def test_the_first_wrong_field_is_focused(started):
    app, screen = started
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "1710034065", "enter", "enter", "enter")
        assert not screen.completed
        assert rows(screen)[1].box.has_focus
        assert verdict(rows(screen)[1]).startswith("Corrija") or "obligatorio" in verdict(
            rows(screen)[1]
        )


async def test_what_cannot_be_right_is_told_at_once(started):
    app, screen = started
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "17")
        assert verdict(rows(screen)[0]) == ""
        await press_and_wait(pilot, "backspace", "backspace", "99")
        assert verdict(rows(screen)[0]).startswith("Corrija esto: ")


async def test_what_is_too_long_is_told_and_not_cut(tmp_path: Path):
    short = FieldSpec("short", "organisation_name", "Abreviada", maximum_length=12)
    app, screen = form_app(tmp_path, (SPECS[0], short))
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "171003406-5", "enter", "Obras Públicas", "enter")
        row = rows(screen)[1]
        await wait_until(lambda: "12 caracteres" in verdict(row))
        assert row.box.value == "Obras Públicas"
        assert row.box.size.width == 13
        assert not screen.completed
        await press_and_wait(pilot, "backspace", "backspace", until=lambda: not verdict(row))
        await press_and_wait(pilot, "enter", until=lambda: screen.completed)
        assert screen.completed[0] == {"cedula": "1710034065", "short": "Obras Públic"}


async def test_what_is_unfinished_is_told_on_leaving(started):
    app, screen = started
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "17100")
        assert verdict(rows(screen)[0]) == ""
        await press_and_wait(pilot, "tab")
        assert verdict(rows(screen)[0]).startswith("Corrija esto: ")


async def test_the_focused_field_shows_its_finding_in_full(started):
    app, screen = started
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "99")
        hint = str(screen.query_one("#hint", Static).content)
        assert hint.startswith("Corrija esto: ")


async def test_each_left_field_is_told_once_for_the_draft(started):
    app, screen = started
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "17100", "tab", "pich", "tab", "up", "up", "down")
        assert screen.changes == [("cedula", "17100"), ("bank", "10")]


async def test_up_and_down_move(started):
    app, screen = started
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "down", "down", "down")
        assert rows(screen)[2].box.has_focus
        await press_and_wait(pilot, "up", "shift+tab", "up")
        assert rows(screen)[0].box.has_focus


async def test_the_list_of_values_filters_and_takes(started):
    app, screen = started
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "tab", "f4", until=lambda: isinstance(app.screen, ValueList))
        await press_and_wait(pilot, "coop")
        assert app.screen.query_one(OptionList).option_count == 1
        await press_and_wait(pilot, "enter", until=lambda: app.screen is screen)
        assert screen.query_one(Form).texts()["bank"] == "30"
        assert rows(screen)[1].box.value == "Cooperativa JEP"
        assert rows(screen)[2].box.has_focus


async def test_a_value_outside_the_list_is_refused(started):
    app, screen = started
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "tab", "xyz", "tab")
        assert verdict(rows(screen)[1]).startswith("Corrija esto: ")


async def test_findings_of_the_engine_stand_beside_their_fields(started):
    app, screen = started
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "tab", "tab")
        screen.query_one(Form).show_findings(
            [Finding(IdentityFinding.TOO_LONG, field="cedula", parameters={"maximum": 10})]
        )
        await wait_until(lambda: rows(screen)[0].box.has_focus)
        assert "10" in verdict(rows(screen)[0])


async def test_a_draft_comes_back(tmp_path: Path):
    app, screen = form_app(tmp_path, SPECS)
    async with app.run_test():
        form = screen.query_one(Form)
        form.restore({"cedula": "17100", "bank": "20", "unknown": "x"})
        assert form.texts() == {"cedula": "17100", "bank": "20", "email": ""}
        assert rows(screen)[1].box.value == "Banco Guayaquil"


async def test_a_pasted_text_of_several_lines_loses_none(tmp_path: Path):
    app, _ = form_app(tmp_path, MANY)
    async with app.run_test() as pilot:
        await wait_until(lambda: pilot.app.screen.query(Form))
        form = pilot.app.screen.query_one(Form)
        form.focus_field("field0")
        pilot.app.post_message(Paste("Av. Uno N34-100\r\n  y Calle Dos \n\n"))
        await wait_until(lambda: form.texts()["field0"])
        assert form.texts()["field0"] == "Av. Uno N34-100 y Calle Dos"


@pytest.mark.parametrize(("size", "shown"), [((80, 24), 10), ((120, 40), 25)])
async def test_a_long_form_is_split_never_scrolled(tmp_path: Path, size, shown: int):
    app, screen = form_app(tmp_path, MANY)
    async with app.run_test(size=size):
        await wait_until(lambda: sum(row.display for row in rows(screen)) == shown)
        for row in rows(screen):
            if row.display:
                assert row.region.bottom <= size[1] - 3
                assert row.region.right <= size[0]


async def test_enter_and_page_keys_turn_pages(tmp_path: Path):
    app, screen = form_app(tmp_path, MANY)
    async with app.run_test(size=(80, 24)) as pilot:
        await press_and_wait(pilot, *["x", "enter"] * 10)
        assert rows(screen)[10].box.has_focus
        assert not rows(screen)[0].display
        await press_and_wait(pilot, "pageup")
        assert rows(screen)[0].box.has_focus
        await press_and_wait(pilot, "pagedown", "pagedown", "pagedown")
        assert rows(screen)[20].box.has_focus
        assert "3" in str(screen.query_one("#hint", Static).content)


async def test_values_with_markup_are_only_text(tmp_path: Path):
    spec = FieldSpec("name", "free_text", "[bold]Nombre[/]", example="[/x]", initial="[/perez]")
    app, screen = form_app(tmp_path, (spec,))
    async with app.run_test() as pilot:
        assert screen.query_one(Input).value == "[/perez]"
        assert "[/x]" in str(screen.query_one("#hint", Static).content)
        await press_and_wait(pilot, "enter", until=lambda: screen.completed)
        assert screen.completed == [{"name": "[/perez]"}]


async def test_a_needed_field_once_filled_is_no_longer_refused(started):
    app, screen = started
    async with app.run_test() as pilot:
        screen.query_one(Form).complete()
        await wait_until(lambda: "obligatorio" in verdict(rows(screen)[1]))
        await press_and_wait(pilot, "1710034065", "enter")
        assert verdict(rows(screen)[0]) == ""
        assert "obligatorio" in verdict(rows(screen)[1])
        await press_and_wait(pilot, "guaya")
        assert verdict(rows(screen)[1]) == ""
        await press_and_wait(pilot, "enter")
        assert verdict(rows(screen)[1]) == ""


async def test_the_list_opens_with_the_present_value_marked(tmp_path: Path):
    banks = tuple((str(number), f"Banco {number}") for number in range(40))
    spec = FieldSpec("bank", "choice", "Banco", choices=banks, initial="30")
    app, screen = form_app(tmp_path, (spec,))
    async with app.run_test(size=(80, 24)) as pilot:
        await press_and_wait(pilot, "f4", until=lambda: isinstance(app.screen, ValueList))
        options = app.screen.query_one(OptionList)
        assert options.option_count == 40
        assert options.highlighted == 30
        await wait_until(lambda: options.scroll_offset.y > 0)
        await press_and_wait(pilot, "down", "enter", until=lambda: app.screen is screen)
        assert screen.query_one(Form).texts() == {"bank": "31"}


async def test_a_date_is_shown_as_people_write_it(tmp_path: Path):
    app, screen = form_app(tmp_path, (FieldSpec("born", "date", "Nacimiento"), *SPECS[2:]))
    async with app.run_test() as pilot:
        form = screen.query_one(Form)
        form.restore({"born": "1990-04-15"})
        form.focus_field("born")
        assert rows(screen)[0].box.value == "15/04/1990"
        assert form.texts()["born"] == "1990-04-15"
        await press_and_wait(pilot, *["backspace"] * 10, "15041991", "enter")
        assert rows(screen)[0].box.value == "15/04/1991"
        assert screen.changes == [("born", "1991-04-15")]
        await press_and_wait(pilot, "up", *["backspace"] * 10, "15041992", "enter")
        assert rows(screen)[0].box.value == "15/04/1992"


async def test_a_cut_finding_of_a_field_one_left_is_shown_whole(tmp_path: Path):
    app, screen = form_app(tmp_path, SPECS)
    async with app.run_test(size=(50, 24)) as pilot:
        screen.query_one(Form).focus_field("cedula")
        await press_and_wait(pilot, "12", "enter")
        row = rows(screen)[0]
        assert row.is_cut
        hint = screen.query_one("#hint", Static)
        whole = sentence(row.findings[0], app.translate)
        await wait_until(lambda: str(hint.content).endswith(f"Cédula: {whole}"))
        assert len(Content(str(hint.content)).wrap(48)) <= 3


async def test_a_text_longer_than_its_box_stands_whole_below(tmp_path: Path):
    address = "https://accounts.example.cl/openid/authorize"
    spec = FieldSpec("at", "free_text", "Dirección", example="https://x", initial=address)
    hidden = FieldSpec("key", "free_text", "Clave", secret=True)
    app, screen = form_app(tmp_path, (spec, hidden))
    async with app.run_test(size=(80, 24)) as pilot:
        hint = screen.query_one("#hint", Static)
        await wait_until(lambda: str(hint.content) == address)
        await press_and_wait(pilot, "end", "/s?[b]", until=lambda: str(hint.content)[-4:] == "?[b]")
        await press_and_wait(pilot, *["backspace"] * 30)
        await wait_until(lambda: str(hint.content) == "Ejemplo: https://x")
        await press_and_wait(pilot, "tab", "s" * 60)
        assert rows(screen)[1].box.has_focus
        assert str(hint.content) == ""


async def test_a_form_tells_whether_the_field_has_a_list(tmp_path: Path):
    app, screen = form_app(tmp_path, SPECS)
    async with app.run_test() as pilot:
        form = screen.query_one(Form)
        form.focus_field("cedula")
        assert not form.offers_values
        await press_and_wait(pilot, "down", until=lambda: form.focused_field == "bank")
        assert form.offers_values


async def test_a_value_that_is_too_long_shows_its_beginning(tmp_path: Path):
    long = "Avenida de los Shyris y Portugal, edificio Albatros, piso 9, oficina 904"
    app, screen = form_app(tmp_path, (FieldSpec("address", "address", "Dirección"), *SPECS[2:]))
    async with app.run_test() as pilot:
        form = screen.query_one(Form)
        box = rows(screen)[0].box
        form.focus_field("email")
        form.restore({"address": long})
        await wait_until(lambda: box.value == long)
        await pilot.pause()
        assert box.scroll_offset.x == 0
        await press_and_wait(pilot, "up", until=lambda: box.has_focus)
        await wait_until(lambda: box.scroll_offset.x > 0)
        await press_and_wait(pilot, "down")
        await wait_until(lambda: box.scroll_offset.x == 0)
