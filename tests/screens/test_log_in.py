import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Static

from issuance.access.office import OfficeFile
from issuance.access.office_file import read_office, update_office
from issuance.access.totp import current_code
from issuance.engine.demonstration import PEOPLE
from issuance.secret import Secret
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import screen_name, shown
from ventanilla.compose import SystemClock

OLGA = PEOPLE[0]


async def at_the_log_in(pilot) -> None:
    await wait_until(lambda: screen_name(pilot) == "LogInScreen")
    await wait_until(lambda: pilot.app.screen._people and pilot.app.screen._ready.is_set())


async def at_work(pilot) -> None:
    await wait_until(lambda: screen_name(pilot) == "WorklistScreen")


def box(pilot, name: str) -> str:
    return pilot.app.screen.query_one(f"#box-{name}", Input).value


def code_at(moment) -> str:
    return current_code(Secret(OLGA.totp_secret), moment).reveal()


@pytest.mark.parametrize(("language", "size"), [("es", (80, 24)), ("en", (120, 40))])
async def test_a_person_of_the_demonstration_logs_in_with_two_keys(start, language, size):
    async with start(language=language, size=size) as pilot:
        await at_the_log_in(pilot)
        await press_and_wait(pilot, "2")
        assert box(pilot, "user") == "adrian"
        await press_and_wait(pilot, "enter")
        await at_work(pilot)
        assert pilot.app.backend.session.operator == "adrian"
        assert pilot.app.station.operator == "Adrián Aprobador"
        assert pilot.app.station.demonstration


async def test_the_present_code_is_shown_beside_the_box(start):
    async with start() as pilot:
        await at_the_log_in(pilot)
        await press_and_wait(pilot, "1")
        code = next(each.code for each in pilot.app.screen._people if each.user == "olga")
        assert f"Código de ahora: {code}" in shown(pilot)
        assert "Juli" in pilot.app.screen.query_one(OptionList).get_option_at_index(3).prompt


@pytest.mark.parametrize("key", ["up", "shift+tab"])
async def test_the_wrong_person_picked_is_undone(start, key):
    async with start() as pilot:
        await at_the_log_in(pilot)
        await press_and_wait(pilot, "2", until=lambda: box(pilot, "user") == "adrian")
        await press_and_wait(pilot, key, key, key)
        assert pilot.app.focused is pilot.app.screen.query_one(OptionList)
        await press_and_wait(pilot, "1", until=lambda: box(pilot, "user") == "olga")
        await press_and_wait(pilot, "enter")
        await at_work(pilot)
        assert pilot.app.backend.session.operator == "olga"


async def test_the_code_is_shown_to_who_types_the_user_name_too(start):
    async with start() as pilot:
        await at_the_log_in(pilot)
        await press_and_wait(pilot, "tab", "carmen", "enter")
        screen = pilot.app.screen
        await wait_until(
            lambda: any(
                f"Código de ahora: {each.code}" in shown(pilot)
                for each in screen._people
                if each.user == "carmen"
            )
        )
        await press_and_wait(pilot, "up", "x", "enter")
        await wait_until(lambda: "Código de ahora" not in shown(pilot))


async def test_typed_credentials_log_in(start):
    async with start() as pilot:
        await at_the_log_in(pilot)
        await press_and_wait(pilot, "tab", OLGA.user, "enter", OLGA.password, "enter")
        await press_and_wait(pilot, code_at(SystemClock().now()), "enter")
        await at_work(pilot)


@pytest.mark.parametrize(
    ("language", "words"), [("es", "no coinciden"), ("en", "do not go together")]
)
async def test_a_wrong_password_is_told_and_typed_anew(start, language, words):
    async with start(language=language) as pilot:
        await at_the_log_in(pilot)
        await press_and_wait(pilot, "tab", OLGA.user, "enter", "no es la clave", "enter", "enter")
        await wait_until(lambda: words in shown(pilot))
        assert box(pilot, "user") == OLGA.user
        assert box(pilot, "password") == ""
        assert pilot.app.focused.id == "box-password"


@pytest.mark.parametrize(
    ("minutes", "words"), [(-5, "reloj"), (5, "reloj"), (3000, "El código no es correcto")]
)
async def test_a_refused_code_names_the_clock_where_it_is_the_likely_cause(start, minutes, words):
    async with start() as pilot:
        await at_the_log_in(pilot)
        code = code_at(SystemClock().now() + timedelta(minutes=minutes))
        await press_and_wait(
            pilot, "tab", OLGA.user, "enter", OLGA.password, "enter", code, "enter"
        )
        await wait_until(lambda: words in shown(pilot))
        assert box(pilot, "password") == OLGA.password
        assert pilot.app.focused.id == "box-code"


async def test_logging_out_closes_the_office_and_asks_again(counter):
    from screens.log_in import log_out

    async with counter() as pilot:
        await at_work(pilot)
        before = pilot.app.backend
        log_out(pilot.app)
        await at_the_log_in(pilot)
        with pytest.raises(RuntimeError):
            _ = before.session
        assert pilot.app.station.operator == ""
        await press_and_wait(pilot, "3", "enter")
        await at_work(pilot)
        assert pilot.app.backend.session.operator == "carmen"


def language_of(office: Path) -> str:
    sign = read_office(office)
    assert isinstance(sign, OfficeFile)
    return sign.language


def keep_slowly(offices) -> list[str]:
    """Let the disk fall behind the keys; return what is on its way to it."""
    remember, begun = offices.remember, []

    def remembered(place, language, theme):
        begun.append(language)
        time.sleep(0.1)
        kept = remember(place, language, theme)
        begun.remove(language)
        return kept

    offices.remember = remembered
    return begun


async def test_a_language_chosen_by_key_is_the_next_starts_even_after_a_kill(start, office):
    async with start() as pilot:
        await at_the_log_in(pilot)
        on_its_way = keep_slowly(pilot.app.offices)
        await press_and_wait(pilot, "f11")
        # No orderly end: what counts is what lies on the disk.
        await wait_until(lambda: language_of(office) == "en")
        await press_and_wait(pilot, "f11", "f11", "f11")
        await wait_until(lambda: language_of(office) == "es")
        await press_and_wait(pilot, "f11", until=lambda: language_of(office) == "en")
    await wait_until(lambda: not on_its_way)
    async with start() as pilot:
        await at_the_log_in(pilot)
        assert "One-time code" in shown(pilot)


async def test_another_person_goes_on_with_f7_and_the_number_in_one_burst(counter):
    async with counter() as pilot:
        await at_work(pilot)
        assert "F7 Persona #" in str(pilot.app.screen.query_one("KeyBar").content)
        await press_and_wait(pilot, "f7", "2")
        await wait_until(lambda: pilot.app.station.operator.startswith("Adrián"))
        await at_work(pilot)
        assert pilot.app.backend.session.operator == "adrian"


async def test_another_person_goes_on_after_a_real_log_out_and_log_in(counter):
    async with counter() as pilot:
        await at_work(pilot)
        first = pilot.app.backend.session
        await press_and_wait(pilot, "f7", until=lambda: screen_name(pilot) == "SwitchPersonScreen")
        await wait_until(lambda: pilot.app.screen._people)
        await press_and_wait(pilot, "2")
        await at_work(pilot)
        second = pilot.app.backend.session
        assert (first.operator, second.operator) == ("olga", "adrian")
        assert first.id != second.id


async def test_an_office_file_that_denies_the_demonstration_opens_nothing(start, office):
    update_office(office, lambda sign: replace(sign, demonstration=False))
    async with start() as pilot:
        await wait_until(lambda: pilot.app.backend and pilot.app.screen._ready.is_set())
        assert await pilot.app.backend.known_people() == ()
        await press_and_wait(pilot, OLGA.user, "enter", OLGA.password, "enter")
        await press_and_wait(pilot, code_at(SystemClock().now()), "enter")
        await wait_until(lambda: "El registro y el archivo" in shown(pilot))


async def test_the_lock_covers_the_work_and_takes_the_keys(counter):
    async with counter("olga", "settings") as pilot:
        await press_and_wait(pilot, "Eng")
        pilot.app.lock()
        await wait_until(lambda: screen_name(pilot) == "LockScreen")
        assert "Ajustes" not in shown(pilot)
        await press_and_wait(pilot, "equivocada", "enter")
        await wait_until(lambda: "Esta no es su contraseña" in shown(pilot))
        await press_and_wait(pilot, OLGA.password, "enter")
        await wait_until(lambda: screen_name(pilot) == "SettingsScreen")
        assert box(pilot, "language") == "Eng"


async def test_wrong_passwords_at_the_lock_count_as_at_the_log_in(counter, office):
    async with counter() as pilot:
        for _ in range(5):
            assert await pilot.app.backend.unlock(Secret("equivocada"))
        (refusal,) = await pilot.app.backend.unlock(Secret(OLGA.password))
        assert refusal.code == "LOG_IN_TOO_SOON"
    sign = read_office(office)
    assert isinstance(sign, OfficeFile)
    counter_of_olga = sign.attempts_of("olga")
    assert counter_of_olga is not None
    assert counter_of_olga.count == 5


async def test_somebody_else_can_log_out_from_the_lock(counter):
    async with counter() as pilot:
        await at_work(pilot)
        pilot.app.lock()
        await wait_until(lambda: screen_name(pilot) == "LockScreen")
        await press_and_wait(pilot, "f12")
        await at_the_log_in(pilot)
        assert not pilot.app.locked


async def test_the_demonstration_switches_from_the_lock(counter):
    async with counter() as pilot:
        await at_work(pilot)
        pilot.app.lock()
        await wait_until(lambda: screen_name(pilot) == "LockScreen")
        await wait_until(lambda: "sin la contraseña" in shown(pilot))
        await press_and_wait(pilot, "f7")
        await wait_until(lambda: screen_name(pilot) == "SwitchPersonScreen")
        await wait_until(lambda: pilot.app.screen._people)
        await press_and_wait(pilot, "4")
        await at_work(pilot)
        assert pilot.app.backend.session.operator == "jefa"


async def test_a_restart_finds_the_log_in_of_the_demonstration(start):
    async with start() as pilot:
        await at_the_log_in(pilot)
        await press_and_wait(pilot, "1", "enter")
        await at_work(pilot)
    async with start() as pilot:
        await at_the_log_in(pilot)
        assert "F6" in shown(pilot)
        await press_and_wait(pilot, "f6", until=lambda: screen_name(pilot) == "SetUpScreen")
        await press_and_wait(pilot, "f3", until=lambda: screen_name(pilot) == "LogInScreen")
        # The header says again that nothing here is real.
        await wait_until(lambda: pilot.app.station.demonstration)


async def test_settings_are_kept_for_the_next_start(counter, start):
    async with counter("olga", "settings") as pilot:
        await press_and_wait(pilot, "f4")
        await wait_until(lambda: screen_name(pilot) == "ValueList")
        await press_and_wait(pilot, "Engl", "enter")
        await wait_until(lambda: screen_name(pilot) == "SettingsScreen")
        pilot.app.screen.query_one("#box-theme", Input).value = "claro"
        pilot.app.screen.query_one("#box-pictures", Input).value = "en píxeles (Kitty)"
        await press_and_wait(pilot, "f10", until=lambda: "The settings are kept" in shown(pilot))
        assert pilot.app.theme == "light"
        assert pilot.app.own_pixels
    async with start() as pilot:
        await at_the_log_in(pilot)
        assert not pilot.app.own_pixels
        assert pilot.app.theme == "light"
        assert pilot.app.screen.query(Static).first().app.translate.language == "en"
        await press_and_wait(pilot, "1", "enter")
        await at_work(pilot)
        assert pilot.app.own_pixels
