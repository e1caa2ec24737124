from uuid import UUID

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from issuance.secret import Secret
from screens.password import ChosenPassword, PasswordForgotten, PasswordScreen
from tests.keys import press_and_wait, wait_until
from tests.screens.activation.office import (
    PASSWORD,
    ReadyCase,
    app_of,
    backend_of,
    page,
    shown,
    text_of,
)
from tests.screens.conftest import RunCounter
from tui.widgets.secret_field import SecretField

KINDS = ("rsa-2048", "p-256")


async def _open(pilot: Pilot[int], case: UUID, *, remembered: bool = False) -> list[object]:
    """Show the page over the work-list; what it returns is put into the list."""
    results: list[object] = []
    screen = PasswordScreen(case, KINDS, remembered=remembered)
    app_of(pilot).push_screen(screen, results.append)
    await page(pilot, "PasswordScreen")
    return results


async def test_a_password_typed_twice_is_taken(counter: RunCounter, ready: ReadyCase):
    async with counter(folder=ready.folder) as pilot:
        results = await _open(pilot, ready.case)
        await press_and_wait(pilot, PASSWORD, "enter", PASSWORD, "enter")
        await wait_until(lambda: results)
    (chosen,) = results
    assert isinstance(chosen, ChosenPassword)
    assert chosen.password.matches(Secret(PASSWORD))
    assert (chosen.algorithm, chosen.compatible) == ("rsa-2048", False)
    assert PASSWORD not in repr(chosen)


@pytest.mark.parametrize(
    "typed", ["corta", "aaaaaaaaaaaaaaa", "contraseña-larga-77", " espacio-77-x "]
)
async def test_a_password_that_will_not_do_is_told_and_stays(
    counter: RunCounter, ready: ReadyCase, typed: str
):
    async with counter(folder=ready.folder) as pilot:
        results = await _open(pilot, ready.case)
        await press_and_wait(pilot, typed, "enter")
        field = pilot.app.screen.query_one("#first", SecretField)
        await wait_until(lambda: str(pilot.app.screen.query_one("#message", Static).render()))
        assert field.has_focus
        assert field.value == typed
        assert typed not in text_of(pilot)
        assert not results


async def test_a_judgement_that_comes_while_the_page_is_taken_down_is_no_fault(
    counter: RunCounter, ready: ReadyCase
):
    async with counter(folder=ready.folder) as pilot:
        await _open(pilot, ready.case)
        await pilot.app.screen.query_one("#strength").remove()
        await press_and_wait(pilot, PASSWORD)
        await pilot.app.workers.wait_for_complete()
        assert pilot.app.screen.query_one("#first", SecretField).value == PASSWORD


async def test_two_that_differ_are_not_taken(counter: RunCounter, ready: ReadyCase):
    async with counter(folder=ready.folder) as pilot:
        results = await _open(pilot, ready.case)
        await press_and_wait(pilot, PASSWORD, "enter", PASSWORD + "x", "enter")
        again = pilot.app.screen.query_one("#again", SecretField)
        await wait_until(lambda: again.value == "")
        assert not results
        await press_and_wait(pilot, PASSWORD, "enter")
        await wait_until(lambda: results)


async def test_a_first_password_nobody_can_repeat_is_typed_anew(
    counter: RunCounter, ready: ReadyCase
):
    async with counter(folder=ready.folder) as pilot:
        results = await _open(pilot, ready.case)
        # What stays of a refused password cannot be seen behind the dots.
        await press_and_wait(pilot, "abc", "enter", PASSWORD, "enter")
        await press_and_wait(pilot, PASSWORD, "enter", PASSWORD, "enter")
        first = pilot.app.screen.query_one("#first", SecretField)
        await wait_until(lambda: not first.value and first.has_focus)
        await press_and_wait(pilot, PASSWORD, "enter", PASSWORD, "enter")
        await wait_until(lambda: results)


async def test_the_page_shows_nothing_of_operator_or_case(counter: RunCounter, ready: ReadyCase):
    async with counter(folder=ready.folder) as pilot:
        assert "Olga" in text_of(pilot)
        await _open(pilot, ready.case)
        text = text_of(pilot)
        assert "Olga" not in text
        assert "3059999007" not in text
        assert "PARA LA PERSONA" in text or "FOR THE APPLICANT" in text
        assert "DEMO" in text


async def test_a_proposed_password_is_hidden_before_it_is_typed(
    counter: RunCounter, ready: ReadyCase
):
    async with counter(folder=ready.folder) as pilot:
        results = await _open(pilot, ready.case)
        proposed = pilot.app.screen.query_one("#proposed", Static)
        await press_and_wait(pilot, "f6", until=lambda: proposed.display)
        first = str(proposed.render())
        await press_and_wait(pilot, "f6", until=lambda: str(proposed.render()) != first)
        password = str(proposed.render())
        await wait_until(lambda: password in text_of(pilot))
        await press_and_wait(pilot, "enter", until=lambda: not proposed.display)
        assert password not in text_of(pilot)
        assert password not in pilot.app.export_screenshot()
        await press_and_wait(pilot, first, "enter")
        assert shown(pilot) == "PasswordScreen"
        await press_and_wait(pilot, password, "enter")
        await wait_until(lambda: results)
        assert password not in pilot.app.export_screenshot()
    (chosen,) = results
    assert isinstance(chosen, ChosenPassword)
    assert chosen.password.matches(Secret(password))


async def test_the_lock_hides_a_proposed_password(counter: RunCounter, ready: ReadyCase):
    async with counter(folder=ready.folder) as pilot:
        await _open(pilot, ready.case)
        proposed = pilot.app.screen.query_one("#proposed", Static)
        await press_and_wait(pilot, "f6", until=lambda: proposed.display)
        password = str(proposed.render())
        app_of(pilot).lock()
        await page(pilot, "LockScreen")
        assert password not in text_of(pilot)
        assert password not in pilot.app.export_screenshot()


async def test_own_choice_is_open_again_after_a_proposal(counter: RunCounter, ready: ReadyCase):
    async with counter(folder=ready.folder) as pilot:
        results = await _open(pilot, ready.case)
        proposed = pilot.app.screen.query_one("#proposed", Static)
        await press_and_wait(pilot, "f6", until=lambda: proposed.display)
        await press_and_wait(pilot, "f12", until=lambda: not proposed.display)
        await press_and_wait(pilot, PASSWORD, "enter", PASSWORD, "enter")
        await wait_until(lambda: results)


async def test_kind_of_key_and_file_are_chosen_from_the_list(counter: RunCounter, ready: ReadyCase):
    async with counter(folder=ready.folder) as pilot:
        results = await _open(pilot, ready.case)
        await press_and_wait(pilot, "f4")
        await page(pilot, "ValueList")
        await press_and_wait(pilot, "up", "enter")
        await page(pilot, "PasswordScreen")
        await press_and_wait(pilot, PASSWORD, "enter", PASSWORD, "enter")
        await wait_until(lambda: results)
    (chosen,) = results
    assert isinstance(chosen, ChosenPassword)
    assert (chosen.algorithm, chosen.compatible) == ("p-256", True)


async def test_the_password_of_before_is_asked_once_or_given_up(
    counter: RunCounter, ready: ReadyCase
):
    async with counter(folder=ready.folder) as pilot:
        results = await _open(pilot, ready.case, remembered=True)
        await press_and_wait(pilot, "enter", "f6")
        assert shown(pilot) == "PasswordScreen"
        await press_and_wait(pilot, "short", "enter")
        await wait_until(lambda: results)
        assert isinstance(results[0], ChosenPassword)
        results = await _open(pilot, ready.case, remembered=True)
        await press_and_wait(pilot, "f12")
        await wait_until(lambda: results)
        assert results == [PasswordForgotten()]


async def test_the_language_changes_and_what_was_typed_stays(counter: RunCounter, ready: ReadyCase):
    async with counter(folder=ready.folder) as pilot:
        results = await _open(pilot, ready.case)
        await press_and_wait(pilot, PASSWORD, "enter")
        await press_and_wait(pilot, "f11", until=lambda: "FOR THE APPLICANT" in text_of(pilot))
        assert pilot.app.screen.query_one("#first", SecretField).value == PASSWORD
        await press_and_wait(pilot, "enter", PASSWORD, "enter")
        await wait_until(lambda: results)


async def test_the_applicants_own_data_make_a_password_weak(counter: RunCounter, ready: ReadyCase):
    async with counter(folder=ready.folder) as pilot:
        backend = backend_of(pilot)
        strong = await backend.judge_password(ready.case, Secret("zorrillo-purpura-99"))
        own = await backend.judge_password(ready.case, Secret("maria.munoz0@example.com"))
        generated = await backend.generate_password()
        assert strong.findings == ()
        assert own.strength < 3
        assert own.findings
        assert (await backend.judge_password(ready.case, generated)).strength == 4
