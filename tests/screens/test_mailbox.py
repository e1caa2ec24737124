import shutil
from pathlib import Path

import pytest
from textual.widgets import OptionList

from issuance.queries import MailboxQuery
from tests.keys import press_and_wait, wait_until
from tests.screens.case_samples import TO_EVIDENCE, lead, shown
from tests.thrift import made_once


@pytest.fixture(scope="module")
def led(founded_office, make_key) -> Path:
    # The second case sends what the first still has waiting.
    return made_once(
        "mailbox",
        lambda folder: [lead(folder, make_key, TO_EVIDENCE, each).case for each in range(2)],
        founded_office,
    )[0]


@pytest.fixture
def with_mails(led, tmp_path) -> Path:
    return shutil.copytree(led, tmp_path / "mails" / "demonstration")


def mails(app) -> list[str]:
    options = app.screen.query_one("#mails", OptionList)
    return [str(options.get_option_at_index(at).prompt) for at in range(options.option_count)]


async def test_the_list_then_the_mail_with_its_code(counter, with_mails):
    async with counter("olga", "mailbox", folder=with_mails) as pilot:
        await wait_until(lambda: len(mails(pilot.app)) > 2)
        code_at = next(at for at, each in enumerate(mails(pilot.app)) if "código" in each)
        answer = await pilot.app.backend.ask(MailboxQuery())
        code = next(line for line in answer.messages[code_at].body.splitlines() if line.isdigit())
        text, options = (pilot.app.screen.query_one(each) for each in ("#mail", "#mails"))
        assert options.display
        assert not text.display
        await press_and_wait(pilot, *["down"] * code_at, "enter", until=lambda: text.display)
        assert code in shown(pilot.app, "#text")
        assert "Para: " in shown(pilot.app, "#text")
        await press_and_wait(pilot, "f3", until=lambda: options.display)


async def test_wide_shows_list_and_mail_side_by_side(counter, with_mails):
    async with counter(
        "olga", "mailbox", folder=with_mails, size=(120, 40), language="en"
    ) as pilot:
        await wait_until(lambda: "To: " in shown(pilot.app, "#text"))
        assert pilot.app.screen.query_one("#mails").display
        first = shown(pilot.app, "#text")
        await press_and_wait(pilot, "down", until=lambda: shown(pilot.app, "#text") != first)


async def test_an_empty_mailbox_says_so_and_looks_again(counter):
    async with counter("olga", "mailbox") as pilot:
        await wait_until(lambda: "Todavía no hay correos" in shown(pilot.app, "#title"))
        await press_and_wait(pilot, "f5", "enter", "pagedown")
        assert mails(pilot.app) == []
