import re

import pytest

from issuance.queries import MailboxAnswer, MailboxQuery
from tests.keys import press_and_wait, wait_until
from tests.screens.application_typing import (
    code_field,
    form_is_there,
    known_case,
    screen_is,
    screen_name,
    texts,
)
from tests.screens.case_samples import lead, shown
from tui.key_bar import KeyBar
from ventanilla.rehearsal import Rehearsal

WRONG = "00000000"


@pytest.fixture
def opened(office, make_key, monkeypatch):
    """Return a case that was just opened: no code was sent yet."""
    monkeypatch.setattr(Rehearsal, "open_case", _open_case, raising=False)
    return lead(office, make_key, ("open_case",))


def _open_case(played: Rehearsal) -> None:
    from issuance.cases.commands.application import OpenCase

    played.log_in("olga")
    policy = played.office.engine.office.policy.policy
    played.execute(
        OpenCase(
            policy=policy.id,
            product=played.product.id,
            values=dict(played.person.values),
            consent_version=policy.consent_version,
            language="es",
        )
    )


async def ready(pilot):
    await screen_is(pilot, "EmailScreen")
    await wait_until(lambda: pilot.app.screen.known and shown(pilot.app, "#sent"))


async def send(pilot, key="f10"):
    before = sent(pilot)
    await press_and_wait(pilot, key, until=lambda: sent(pilot) > before)
    await wait_until(lambda: pilot.app.focused and pilot.app.focused.id == "code")


async def send_another(pilot, key="f6", reason=()):
    """Send a code in the place of another; the usual reason costs one Enter."""
    before, screen = sent(pilot), pilot.app.screen
    await press_and_wait(pilot, key, until=lambda: screen_name(pilot.app) == "Choice")
    await press_and_wait(pilot, *reason, "enter", until=lambda: pilot.app.screen is screen)
    await wait_until(lambda: sent(pilot) > before)
    await wait_until(lambda: pilot.app.focused and pilot.app.focused.id == "code")


def sent(pilot) -> int:
    code = pilot.app.screen.state.codes.get("email")
    return len(code.sent) if code else 0


def attempts(pilot) -> int:
    return pilot.app.screen.state.codes["email"].attempts


async def code_from_mail(pilot, mails=1) -> str:
    """Return the newest code, once that many mails have arrived."""
    while True:
        answer = await pilot.app.backend.ask(MailboxQuery())
        assert isinstance(answer, MailboxAnswer)
        if len(answer.messages) >= mails:
            found = re.search(r"\b\d{8}\b", answer.messages[0].body)
            assert found
            return found.group()
        await wait_until(lambda: True)


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_code_from_the_mail_confirms_the_address(counter, opened, language):
    async with counter("olga", "email", opened.case, language=language) as pilot:
        await ready(pilot)
        assert opened.person.values["email"] in shown(pilot.app, "#to")
        assert not code_field(pilot.app).display
        await send(pilot)
        code = await code_from_mail(pilot)
        await press_and_wait(pilot, code, "enter")
        await wait_until(lambda: pilot.app.screen.state.email_confirmed)
        await wait_until(lambda: not code_field(pilot.app).display)
        expected = "otra persona (aprobador)" if language == "es" else "another person (approver)"
        assert expected in shown(pilot.app, "#hint")


async def test_enter_alone_sends_the_first_code_and_leaves_when_done(counter, opened):
    async with counter("olga", "worklist") as pilot:
        pilot.app.open_screen("email", opened.case)
        await ready(pilot)
        await send(pilot, "enter")
        await press_and_wait(pilot, await code_from_mail(pilot), "f10")
        await wait_until(lambda: pilot.app.screen.state.email_confirmed)
        await press_and_wait(pilot, "enter")
        await screen_is(pilot, "WorklistScreen")


async def test_a_wrong_code_costs_an_attempt_and_the_right_one_still_works(counter, opened):
    async with counter("olga", "email", opened.case) as pilot:
        await ready(pilot)
        await send(pilot)
        await press_and_wait(pilot, WRONG, "enter", until=lambda: attempts(pilot) == 1)
        await wait_until(lambda: "no fue aceptado" in shown(pilot.app, "#message"))
        assert pilot.app.focused.value == ""
        await press_and_wait(pilot, await code_from_mail(pilot), "enter")
        await wait_until(lambda: pilot.app.screen.state.email_confirmed)


async def test_after_five_wrong_codes_a_new_one_is_sent(counter, opened):
    async with counter("olga", "email", opened.case) as pilot:
        await ready(pilot)
        await send(pilot)
        for attempt in range(1, 6):
            await press_and_wait(
                pilot, WRONG, "enter", until=lambda count=attempt: attempts(pilot) == count
            )
        await wait_until(lambda: not code_field(pilot.app).display)
        assert "ya no sirve" in shown(pilot.app, "#sent")
        await send_another(pilot, "f10", ("down", "down"))
        await press_and_wait(pilot, await code_from_mail(pilot, mails=2), "enter")
        await wait_until(lambda: pilot.app.screen.state.email_confirmed)


async def test_a_new_code_ends_the_one_before(counter, opened):
    async with counter("olga", "email", opened.case) as pilot:
        await ready(pilot)
        await send(pilot)
        old = await code_from_mail(pilot)
        await send_another(pilot)
        await press_and_wait(pilot, old, "enter", until=lambda: attempts(pilot) == 1)
        assert not pilot.app.screen.state.email_confirmed
        await press_and_wait(pilot, await code_from_mail(pilot, mails=2), "enter")
        await wait_until(lambda: pilot.app.screen.state.email_confirmed)


async def test_too_few_digits_are_told_and_cost_nothing(counter, opened):
    async with counter("olga", "email", opened.case) as pilot:
        await ready(pilot)
        await send(pilot)
        await press_and_wait(pilot, "12a3", "enter")
        assert attempts(pilot) == 0
        assert pilot.app.focused.value == "123"


async def test_no_more_than_five_codes_a_day_are_sent(counter, opened):
    async with counter("olga", "email", opened.case) as pilot:
        await ready(pilot)
        await send(pilot)
        for _ in range(4):
            await send_another(pilot)
        await press_and_wait(pilot, "f6", until=lambda: screen_name(pilot.app) == "Choice")
        await press_and_wait(pilot, "enter")
        await wait_until(lambda: "5 códigos" in shown(pilot.app, "#message"))
        assert sent(pilot) == 5


async def test_after_a_restart_the_code_that_was_sent_can_still_be_entered(counter, opened):
    async with counter("olga", "email", opened.case) as pilot:
        await ready(pilot)
        await send(pilot)
        code = await code_from_mail(pilot)
    async with counter("olga", "email", opened.case) as pilot:
        await ready(pilot)
        await wait_until(lambda: pilot.app.focused and pilot.app.focused.id == "code")
        await press_and_wait(pilot, code, "enter")
        await wait_until(lambda: pilot.app.screen.state.email_confirmed)


async def test_a_wrong_address_is_corrected_and_needs_its_own_code(counter, opened):
    async with counter("olga", "email", opened.case) as pilot:
        await ready(pilot)
        await send(pilot)
        await press_and_wait(pilot, "f12")
        await form_is_there(pilot)
        assert list(texts(pilot.app)) == ["email"]
        await press_and_wait(pilot, "home", "otra.", "enter")
        await ready(pilot)
        await wait_until(lambda: "otra." in shown(pilot.app, "#to"))
        await press_and_wait(pilot, "f5")
        state = (await known_case(pilot.app, opened.case)).state
        assert state.values["email"].startswith("otra.")
        assert not state.email_confirmed


async def test_who_may_not_send_codes_is_told_who_may(counter, opened):
    async with counter("adrian", "email", opened.case) as pilot:
        await ready(pilot)
        assert "operador" in shown(pilot.app, "#hint")
        assert "Enviar" not in str(pilot.app.screen.query_one(KeyBar).content)
        await press_and_wait(pilot, "f10", "f6", "f12")
        assert screen_name(pilot.app) == "EmailScreen"
        await wait_until(lambda: shown(pilot.app, "#message"))
        assert not pilot.app.screen.state.codes


async def test_another_language_keeps_the_digits_typed(counter, opened):
    async with counter("olga", "email", opened.case) as pilot:
        await ready(pilot)
        await send(pilot)
        await press_and_wait(pilot, "12345", "f11")
        await wait_until(lambda: shown(pilot.app, "#to").startswith("E-mail:"))
        assert pilot.app.screen.query_one("#code").value == "1234 5"
        assert code_field(pilot.app).display


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_part_is_on_the_screen(counter, opened, size):
    async with counter("olga", "email", opened.case, size=size) as pilot:
        await ready(pilot)
        await send(pilot)
        for selector in ("#to", "#sent", "CodeField", "#hint", "#message"):
            part = pilot.app.screen.query_one(selector)
            await wait_until(lambda shown_part=part: shown_part.region.height)
            assert part.region.bottom <= size[1]
