from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from tests.keys import press_and_wait, wait_until
from tests.tui.bench import bench
from tui.actions import DO, HELP, VALUES, Action
from tui.key_bar import KeyBar
from tui.widgets.choice import Choice, Chosen
from tui.widgets.confirm import Confirm
from tui.widgets.value_list import ValueList


async def test_a_choice_begun_before_goes_on(tmp_path: Path):
    kept: list[Chosen] = []
    app, _ = bench(tmp_path)
    async with app.run_test() as pilot:
        options = [("a", "Uno"), ("b", "Dos")]
        begun = Chosen("b", "borrosa")
        app.push_screen(Choice("¿Por qué?", options, begun=begun, keep=kept.append))
        await wait_until(lambda: app.screen.query(OptionList))
        await press_and_wait(pilot, "enter", "end", " y cortada")
        assert kept[-1] == Chosen("b", "borrosa y cortada")
        assert begun not in kept


async def test_the_bar_says_what_enter_does_in_a_choice(tmp_path: Path):
    app, _ = bench(tmp_path)
    async with app.run_test() as pilot:
        options = [("a", "Uno"), ("b", "Dos")]
        app.push_screen(Choice("¿Cuál?", options, reason_needed="b".__eq__, at_once=True))
        await wait_until(lambda: app.screen.query(OptionList))
        bar = app.screen.query_one(KeyBar)
        await wait_until(lambda: "Intro Listo" in str(bar.content))
        assert "F3 Atrás" in str(bar.content)
        await press_and_wait(pilot, "down")
        await wait_until(lambda: "Intro A la nota" in str(bar.content))
        await press_and_wait(pilot, "enter")
        await wait_until(lambda: "Intro Listo" in str(bar.content))


async def test_a_list_says_when_nothing_fits(tmp_path: Path):
    app, _ = bench(tmp_path)
    async with app.run_test() as pilot:
        app.push_screen(ValueList("Provincia", [("p", "Pichincha")]))
        await wait_until(lambda: app.screen.query("#nothing"))
        nothing = app.screen.query_one("#nothing", Static)
        await wait_until(lambda: not nothing.display)
        await press_and_wait(pilot, "loja", "enter")
        assert "«loja»" in str(nothing.content)
        assert nothing.display
        assert isinstance(app.screen, ValueList)


async def test_a_list_of_what_was_chosen_before_shows_the_others_too(tmp_path: Path):
    app, _ = bench(tmp_path)
    provinces = [("l", "Loja"), ("p", "Pichincha")]
    async with app.run_test() as pilot:
        app.push_screen(ValueList("Provincia", provinces, "Pichincha"))
        await wait_until(lambda: app.screen.query(OptionList))
        options = app.screen.query_one(OptionList)
        await wait_until(lambda: options.option_count == 2)
        assert options.highlighted == 1
        await press_and_wait(pilot, "loja")
        await wait_until(lambda: options.option_count == 1)


async def test_a_long_question_of_a_list_is_shown_whole(tmp_path: Path):
    app, _ = bench(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(
            ValueList("La lista tiene nombres. " * 5 + "¿En qué formato?", [("a", "A")])
        )
        await wait_until(lambda: app.screen.query(".title"))
        await pilot.pause()
        title = app.screen.query_one(".title", Static)
        lines = [title.render_line(line).text for line in range(title.size.height)]
        assert "¿En qué formato?" in " ".join(" ".join(lines).split())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_over_a_dialog_no_key_of_the_screen_below_is_shown(
    tmp_path: Path, size: tuple[int, int]
):
    below = [Action(f"work{number}", f"f{number}", "Rechazar", "") for number in range(4, 13)]
    app, _ = bench(tmp_path, KeyBar(HELP, *below))
    async with app.run_test(size=size):
        await wait_until(lambda: "Rechazar" in app.export_screenshot())
        app.push_screen(Confirm("¿Cobrar?", "USD 22,77", "Sí"))
        await wait_until(lambda: "Atrás" in app.export_screenshot())
        assert "¿Cobrar?" in app.export_screenshot()
        assert "Rechazar" not in app.export_screenshot()


async def test_the_bar_shows_the_keys_in_the_keyboards_order(tmp_path: Path):
    app, screen = bench(tmp_path, KeyBar(DO, Action("zoom", "z", "Ampliar", ""), HELP, VALUES))
    async with app.run_test():
        keys = [part[:3] for part in str(screen.query_one(KeyBar).content).split("  ")]
        assert [key.split(" ")[0] for key in keys] == ["F1", "F4", "F10", "Z"]
