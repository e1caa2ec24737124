"""The shell through Pilot: screens by name, lock, language, help, keys that wait."""

import asyncio
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from tests.keys import key_events, press_and_wait, wait_until
from tests.tui.sample import Counter, Lock, Next, Waiting, sample_app
from tui import ordered_keys
from tui.app import VentanillaApp
from tui.form import Form
from tui.widgets.confirm import Confirm
from tui.widgets.help import HelpScreen


@pytest.fixture
def app(tmp_path: Path) -> VentanillaApp:
    return sample_app("counter", tmp_path / "crash.log")


def boxes(app: VentanillaApp) -> list[str]:
    return [each.value for each in app.screen.query(Input)]


async def test_keys_land_in_order(app: VentanillaApp):
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "AAA", "tab", "BBB", "enter", "CCC", "enter")
        assert isinstance(app.screen, Next)
        assert "values=AAA|BBB|CCC;" in str(app.screen.query_one("#values", Static).content)


async def test_the_lock_takes_keys_and_gives_the_work_back(app: VentanillaApp):
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "AAA")
        app.lock()
        await press_and_wait(pilot, "f10", "llave", until=lambda: isinstance(app.screen, Lock))
        await press_and_wait(pilot, "enter", until=lambda: isinstance(app.screen, Counter))
        assert boxes(app)[0] == "AAA"
        await press_and_wait(pilot, "B")
        assert boxes(app)[0] == "AAAB"


async def test_a_wrong_password_keeps_the_lock(app: VentanillaApp):
    async with app.run_test() as pilot:
        app.lock()
        await press_and_wait(pilot, "falsa", "enter")
        assert app.locked
        assert boxes(app) == [""]


async def test_work_that_ends_under_the_lock_does_not_open_it(app: VentanillaApp):
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "A", "enter", "B", "enter", "enter")
        following = app.screen
        app.lock()
        await press_and_wait(pilot, until=lambda: isinstance(app.screen, Lock))
        following.dismiss()
        app.open_screen("next", "under")
        assert isinstance(app.screen, Lock)
        await press_and_wait(pilot, "llave", "enter", until=lambda: not app.locked)
        await wait_until(lambda: isinstance(app.screen, Counter | Next))


async def test_the_lock_waits_for_work_in_progress(app: VentanillaApp):
    async with app.run_test():
        with app.keys.held():
            app.idle_lock.start(0)
            await asyncio.sleep(0)
            await asyncio.sleep(0.01)
            assert not app.locked
        await wait_until(lambda: app.locked)


async def test_an_app_that_ended_is_not_locked_any_more(app: VentanillaApp):
    failed: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: failed.append(context))
    async with app.run_test():
        # The time is over while the app ends, or just afterwards.
        app.idle_lock.start(0.01)
    await wait_until(lambda: app.idle_lock._timer is None)
    assert not failed


async def test_typing_keeps_the_lock_away(app: VentanillaApp):
    async with app.run_test() as pilot:
        app.idle_lock.start(1)
        loop = asyncio.get_running_loop()
        end = loop.time() + 1.3
        while loop.time() < end:
            await press_and_wait(pilot, "a")
        assert not app.locked
        await wait_until(lambda: app.locked)


async def test_start_over_leaves_every_screen_and_the_lock(app: VentanillaApp):
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "A", "enter", "B", "enter", "enter")
        app.lock()
        for _ in range(2):
            app.start_over("waiting")
            await press_and_wait(pilot, "x")
            assert not app.locked
            assert isinstance(app.screen, Waiting)
            assert boxes(app) == ["x"]
            assert len(app.screen_stack) == 1


async def test_the_first_screen_can_be_replaced(app: VentanillaApp):
    async with app.run_test() as pilot:
        await app.switch_screen(app.make_screen("waiting"))
        await press_and_wait(pilot, "x")
        assert isinstance(app.screen, Waiting)
        assert boxes(app) == ["x"]


async def test_a_language_switch_redraws_and_keeps_what_was_typed(app: VentanillaApp):
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "AAA", "enter", "BBB")
        await press_and_wait(pilot, "f11", until=lambda: app.translate.language == "en")
        await wait_until(lambda: boxes(app)[:2] == ["AAA", "BBB"])
        bar = app.screen.query_one("KeyBar", Static)
        assert "Help" in str(bar.content)
        await press_and_wait(pilot, "CC")
        assert boxes(app)[1] == "BBBCC", "the focus stays too"


async def test_help_explains_the_field_then_the_screen(app: VentanillaApp):
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "f1", until=lambda: isinstance(app.screen, HelpScreen))
        assert "Como en la cédula." in str(
            app.screen.query_one("VerticalScroll > Static", Static).content
        )
        await press_and_wait(pilot, "f1", until=lambda: isinstance(app.screen, Counter))
        await press_and_wait(pilot, "tab", "f1", until=lambda: isinstance(app.screen, HelpScreen))
        text = str(app.screen.query_one("VerticalScroll > Static", Static).content)
        assert "ayuda de la pantalla" in text
        assert text.count("F10") == 1
        lines = [line.split()[0] for line in text.partition("Teclas")[2].splitlines() if line]
        assert "ESC" not in lines
        assert "ESCAPE" not in lines
        assert len(lines) == len(set(lines))


async def test_a_question_answers_no_unless_yes_is_chosen(app: VentanillaApp):
    async with app.run_test() as pilot:
        for keys, answer in ((["enter"], False), (["down", "enter"], True), (["escape"], None)):
            await press_and_wait(pilot, "f10", until=lambda: isinstance(app.screen, Confirm))
            await press_and_wait(pilot, *keys, until=lambda: isinstance(app.screen, Counter))
            outcome = app.screen.query_one("#outcome", Static)
            assert str(outcome.content) == f"answered {answer}"


async def test_keys_typed_too_early_do_not_answer(app: VentanillaApp):
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "f10", "down", "enter", "down", "enter")
        assert isinstance(app.screen, Confirm)
        await press_and_wait(pilot, "escape")
        assert isinstance(app.screen, Counter)


async def test_closing_runs_every_hook_even_when_one_fails(app: VentanillaApp, tmp_path: Path):
    done: list[str] = []

    async def fails() -> None:
        raise OSError("".join(["47", "11"]))

    async def works() -> None:
        done.append("saved")

    app.call_before_closing(fails)
    app.call_before_closing(works)
    async with app.run_test():
        app.close_down(3)
        app.close_down(4)
        await wait_until(lambda: app.return_code == 3)
    assert done == ["saved"]
    assert "OSError" in (tmp_path / "crash.log").read_text()
    assert "4711" not in (tmp_path / "crash.log").read_text()


async def test_an_unknown_screen_name_is_a_bug(app: VentanillaApp):
    async with app.run_test():
        with pytest.raises(KeyError):
            app.open_screen("nowhere")


async def test_nothing_goes_to_the_terminals_clipboard(app: VentanillaApp):
    async with app.run_test() as pilot:
        await press_and_wait(pilot, "AB", "shift+home", "ctrl+c")
        assert app.clipboard == ""
        assert app.screen.query_one(Form).texts()["name"] == "AB"


async def test_work_whose_answer_comes_while_closing_changes_nothing(
    app: VentanillaApp, tmp_path: Path
):
    async def asks_what_is_closed() -> None:
        await asyncio.sleep(0)
        raise RuntimeError("closed")

    async def closes() -> None:
        work = app.run_worker(asks_what_is_closed())
        await wait_until(lambda: work.is_finished)

    app.call_before_closing(closes)
    async with app.run_test():
        app.close_down(0)
        await wait_until(lambda: app.return_code is not None)
    assert app.return_code == 0
    assert not (tmp_path / "crash.log").exists()


async def crash(app: VentanillaApp) -> None:
    """Press the key that ends the sample program with an error."""
    async with app.run_test():
        await wait_until(lambda: app.keys.idle and app.focused)
        for event in key_events("enter"):
            app.post_message(event)
        await wait_until(lambda: not app.is_running)


async def test_a_key_in_flight_when_the_program_ends_harms_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ordered_keys, "_CHECK_SECONDS", 0.01)
    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, fault: faults.append(fault))
    app = sample_app("crashing", tmp_path / "crash.log")
    with pytest.raises(ValueError, match="is wrong"):
        await crash(app)
    await wait_until(lambda: app.keys.idle)
    assert not faults
