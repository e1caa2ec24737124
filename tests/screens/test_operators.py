import asyncio

import pytest
from textual.widgets import DataTable, Input

from backend_client.choosing import office_roles
from issuance.access.commands import AddOperator, RemoveOperator
from issuance.access.totp import current_code
from issuance.policies.loader import load_policy
from issuance.queries import CountsAnswer, CountsQuery, OperatorsQuery
from issuance.secret import Secret
from tests.keys import close_with, press_and_wait, wait_until
from tests.screens.conftest import screen_name, shown
from ventanilla.compose import SystemClock

COUNTER = ["operator", "approver", "cashier", "administrator", "auditor", "service"]
PASSWORD = "correcto-caballo-bateria"


async def listed(pilot) -> None:
    await wait_until(lambda: screen_name(pilot) == "OperatorsScreen")
    await wait_until(lambda: pilot.app.screen._policy and pilot.app.screen._people)


async def add_mvera(pilot) -> str:
    """Add a cashier by keys; return the first password shown."""
    await press_and_wait(pilot, "f10", until=lambda: screen_name(pilot) == "OperatorEntryScreen")
    await press_and_wait(pilot, "mvera", "tab", "María Vera", "tab")
    await press_and_wait(pilot, "down", "down", "space", "enter")
    await wait_until(lambda: screen_name(pilot) == "FirstPasswordShown")
    await wait_until(lambda: "María Vera" in shown(pilot))
    password = pilot.app.screen._password.reveal()
    assert password in shown(pilot)
    await close_with(pilot, "enter")
    await listed(pilot)
    await wait_until(lambda: "mvera" in shown(pilot))
    return password


async def choose(pilot, user: str, act: str) -> None:
    """Open what can be done about a person, and pick it."""
    table = pilot.app.screen.query_one(DataTable)
    row = [each.user for each in pilot.app.screen._people].index(user)
    table.move_cursor(row=row)
    await press_and_wait(pilot, "enter", until=lambda: screen_name(pilot) == "ValueList")
    await press_and_wait(pilot, act, "enter")


async def log_in_first(pilot, user: str, password: str) -> None:
    """Log in with a first password, no code."""
    await wait_until(lambda: screen_name(pilot) == "LogInScreen")
    await wait_until(lambda: pilot.app.screen._ready.is_set())
    await press_and_wait(pilot, "tab", user, "enter", password, "enter", "enter")
    await wait_until(lambda: screen_name(pilot) == "FirstPasswordScreen")
    await wait_until(lambda: pilot.app.screen._enrolment)


@pytest.mark.parametrize(
    ("language", "size"),
    [("es", (80, 24)), pytest.param("en", (120, 40), marks=pytest.mark.soak)],
)
async def test_somebody_new_is_added_enrols_and_works(counter, start, language, size):
    async with counter("jefa", "operators", language=language, size=size) as pilot:
        await listed(pilot)
        first = await add_mvera(pilot)
        assert ("cajero" if language == "es" else "cashier") in shown(pilot)
    async with start(language=language, size=size) as pilot:
        await log_in_first(pilot, "mvera", first)
        # Before the own password nothing of the office can be read.
        (refusal,) = await pilot.app.backend.ask(CountsQuery())
        assert refusal.code == "PASSWORD_CHANGE_DUE"
        await press_and_wait(pilot, PASSWORD, "enter", PASSWORD, "enter")
        await wait_until(lambda: pilot.app.screen.query("QrCode"))
        secret = pilot.app.screen._enrolment.secret
        await press_and_wait(pilot, "000000", "enter")
        await wait_until(lambda: [box.value for box in pilot.app.screen.query("#box-code")] == [""])
        code = current_code(secret, SystemClock().now()).reveal()
        await press_and_wait(pilot, code, "enter")
        await wait_until(lambda: screen_name(pilot) == "WorklistScreen")
        assert isinstance(await pilot.app.backend.ask(CountsQuery()), CountsAnswer)
        assert (await pilot.app.backend.enrolment()).code == "ENROLLED_ALREADY"
    async with start(language=language, size=size) as pilot:
        await wait_until(lambda: pilot.app.screen._ready.is_set())
        backend = pilot.app.backend
        # The first password is gone, and the code that enrolled does not log in as well.
        assert await backend.log_in("mvera", Secret(first), Secret(""))
        (used,) = await backend.log_in("mvera", Secret(PASSWORD), Secret(""))
        assert used.code == "CODE_WRONG"


@pytest.mark.parametrize(
    ("policy", "roles"),
    [("ec-icert", COUNTER), ("cl-firmagob", ["operator", "administrator", "auditor", "service"])],
)
def test_only_roles_with_something_to_do_are_given(policy, roles):
    assert list(office_roles(load_policy(policy).policy)) == roles


@pytest.mark.soak
async def test_an_interrupted_first_log_in_begins_again(counter, start):
    async with counter("jefa", "operators") as pilot:
        await listed(pilot)
        first = await add_mvera(pilot)
    for _ in range(2):
        async with start() as pilot:
            await log_in_first(pilot, "mvera", first)
            await press_and_wait(pilot, PASSWORD, "enter", PASSWORD, "enter")
            await wait_until(lambda: pilot.app.screen.query("QrCode"))
            await press_and_wait(pilot, "f12")
            await wait_until(lambda: screen_name(pilot) == "LogInScreen")
            await wait_until(lambda: pilot.app.screen._ready.is_set())


@pytest.mark.soak
async def test_a_wrong_first_password_is_told_beside_its_field(counter, start):
    async with counter("jefa", "operators") as pilot:
        await listed(pilot)
        first = await add_mvera(pilot)
    async with start() as pilot:
        await log_in_first(pilot, "mvera", first)
        pilot.app.start_over("first_password")
        await wait_until(lambda: pilot.app.screen.query("#box-current"))
        await wait_until(lambda: pilot.app.screen._enrolment)
        await press_and_wait(pilot, "otra cosa", "enter", PASSWORD, "enter", PASSWORD, "enter")
        await wait_until(lambda: pilot.app.screen.query("QrCode"))
        secret = pilot.app.screen._enrolment.secret
        await press_and_wait(pilot, current_code(secret, SystemClock().now()).reveal(), "enter")
        await wait_until(lambda: pilot.app.screen.query("#box-current"))
        await wait_until(lambda: "no coinciden" in shown(pilot))
        assert pilot.app.screen.query_one("#box-password", Input).value == PASSWORD


def held_back(pilot, name: str) -> asyncio.Event:
    """Let what is asked of the office be answered only when an event is set."""
    backend, go_on = pilot.app.backend, asyncio.Event()
    answered = getattr(backend, name)

    async def later(*given: object) -> object:
        await go_on.wait()
        return await answered(*given)

    setattr(backend, name, later)
    return go_on


async def test_a_list_that_is_left_before_it_was_read_is_left(counter):
    async with counter("jefa") as pilot:
        go_on = held_back(pilot, "ask")
        pilot.app.open_screen("operators")
        await wait_until(lambda: screen_name(pilot) == "OperatorsScreen")
        left = pilot.app.screen
        await press_and_wait(pilot, "f3", until=lambda: not left.is_drawn)
        left.fill()
        go_on.set()
        await wait_until(lambda: screen_name(pilot) == "WorklistScreen" and pilot.app.keys.idle)


async def test_a_key_too_many_does_not_hide_the_first_password(counter):
    async with counter("jefa", "operators") as pilot:
        await listed(pilot)
        await press_and_wait(
            pilot, "f10", until=lambda: screen_name(pilot) == "OperatorEntryScreen"
        )
        await press_and_wait(pilot, "mvera", "tab", "María Vera", "tab", "down", "space")
        go_on = held_back(pilot, "execute")
        await pilot.press("enter")
        await pilot.press("f3")
        go_on.set()
        await wait_until(lambda: screen_name(pilot) == "FirstPasswordShown")
        await wait_until(lambda: pilot.app.keys.idle)
        assert screen_name(pilot) == "FirstPasswordShown"


async def test_a_user_name_that_is_taken_is_told_and_what_was_typed_stays(counter):
    async with counter("jefa", "operators") as pilot:
        await listed(pilot)
        await press_and_wait(
            pilot, "f10", until=lambda: screen_name(pilot) == "OperatorEntryScreen"
        )
        await press_and_wait(pilot, "olga", "enter", "Otra Olga", "enter", "space", "f11", "f10")
        await wait_until(lambda: "is in use" in shown(pilot))
        assert pilot.app.screen.query_one("#box-name", Input).value == "Otra Olga"
        assert "[x] operator" in shown(pilot)


async def test_roles_change_and_end_the_others_session(counter):
    async with counter("jefa", "operators") as pilot:
        await listed(pilot)
        await choose(pilot, "carmen", "funciones")
        await wait_until(lambda: screen_name(pilot) == "OperatorEntryScreen")
        await wait_until(lambda: "[x] cajero" in shown(pilot))
        await press_and_wait(pilot, "space", "enter")
        await listed(pilot)
        await wait_until(
            lambda: (
                ("operator", "cashier")
                in [each.roles for each in pilot.app.screen._people if each.user == "carmen"]
            )
        )


async def test_an_access_is_renewed_only_after_a_yes(counter):
    async with counter("jefa", "operators") as pilot:
        await listed(pilot)
        await choose(pilot, "carmen", "renovar")
        await wait_until(lambda: screen_name(pilot) == "Confirm")
        await press_and_wait(pilot, "enter")
        await listed(pilot)
        assert not any(each.must_change_password for each in pilot.app.screen._people)
        await choose(pilot, "carmen", "renovar")
        await wait_until(lambda: screen_name(pilot) == "Confirm")
        await press_and_wait(pilot, "down", "enter")
        await wait_until(lambda: screen_name(pilot) == "FirstPasswordShown")
        password = pilot.app.screen._password
        await close_with(pilot, "enter")
        await wait_until(lambda: "contraseña inicial" in shown(pilot))
        session = await pilot.app.backend.log_in("carmen", password, Secret(""))
        assert session.enrolling


async def test_somebody_is_removed_with_a_reason_and_for_good(counter):
    async with counter("jefa", "operators") as pilot:
        await listed(pilot)
        await choose(pilot, "carmen", "retirar")
        await wait_until(lambda: screen_name(pilot) == "Choice")
        await press_and_wait(pilot, "enter", "enter")
        await wait_until(lambda: screen_name(pilot) == "Confirm")
        await press_and_wait(pilot, "down", "enter")
        await listed(pilot)
        await wait_until(lambda: "retirado" in shown(pilot))
        body = AddOperator(
            user="carmen", name="Otra", roles=("cashier",), first_password=Secret(PASSWORD)
        )
        backend = pilot.app.backend
        receipt = await backend.execute(body, backend.new_stream("operator"), 0)
        assert [each.code for each in receipt.findings] == ["USER_NAME_TAKEN"]


async def test_only_administrators_change_anything(counter):
    async with counter("olga", "operators") as pilot:
        await listed(pilot)
        await choose(pilot, "carmen", "renovar")
        await wait_until(lambda: screen_name(pilot) == "Confirm")
        await press_and_wait(pilot, "down", "enter")
        await wait_until(lambda: "Solo un administrador" in shown(pilot))
        backend = pilot.app.backend
        body = RemoveOperator(user="carmen", reason="sin motivo")
        receipt = await backend.execute(body, backend.new_stream("operator"), 0)
        assert not receipt.applied
        answer = await backend.ask(OperatorsQuery())
        assert all(each.active for each in answer.entries)


async def test_the_rules_in_force_are_told(counter):
    async with counter("jefa", "operators") as pilot:
        await listed(pilot)
        await wait_until(lambda: "Reglas en vigor: ec-icert" in shown(pilot))
        await press_and_wait(pilot, "f6", until=lambda: screen_name(pilot) == "PolicyScreen")
        await wait_until(lambda: "no hay nada que hacer" in shown(pilot))


async def test_a_mail_server_is_for_administrators_of_real_offices(counter):
    async with counter("jefa", "settings") as pilot:
        assert "F6" not in shown(pilot)
        await press_and_wait(pilot, "f6")
        assert screen_name(pilot) == "SettingsScreen"
    async with counter("olga", "mail_server") as pilot:
        await press_and_wait(pilot, "localhost", "enter", "25", "enter", "ninguno", "enter")
        await press_and_wait(pilot, "oficina@example.com", "f10")
        await wait_until(lambda: "Solo un administrador" in shown(pilot))
