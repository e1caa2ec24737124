"""F11 in every list: the words change; what is marked and where one is do not."""

import shutil
from pathlib import Path

import pytest
from textual.widgets import DataTable, OptionList

from tests.keys import press_and_wait, wait_until
from tests.screens.case_samples import TO_EVIDENCE, TO_REVIEW, lead
from tests.screens.conftest import screen_name, shown
from tests.thrift import made_once

LISTS = ("worklist", "mailbox", "tariff", "operators")
LISTS_OF_A_CASE = ("case", "history", "evidence", "evidence_review")


@pytest.fixture(scope="module")
def led(founded_office, make_key):
    acts = (TO_REVIEW, TO_EVIDENCE)
    folder, (case, _) = made_once(
        "language",
        lambda folder: [lead(folder, make_key, each, at).case for at, each in enumerate(acts)],
        founded_office,
    )
    return folder, case


@pytest.fixture
def busy(led, tmp_path) -> Path:
    return shutil.copytree(led[0], tmp_path / "busy" / "demonstration")


def places(pilot) -> list[int | None]:
    """Return the row marked in every list of the screen."""
    screen = pilot.app.screen
    return [
        *(each.highlighted for each in screen.query(OptionList)),
        *(each.cursor_row for each in screen.query(DataTable)),
    ]


def rows(pilot) -> int:
    screen = pilot.app.screen
    return sum(each.option_count for each in screen.query(OptionList)) + sum(
        each.row_count for each in screen.query(DataTable)
    )


def focus(pilot) -> tuple[str, str | None]:
    focused = pilot.app.screen.focused
    return type(focused).__name__, getattr(focused, "id", None)


async def check_that_the_mark_stays(pilot) -> None:
    await wait_until(lambda: pilot.app.keys.idle and not pilot.app.keys.is_held)
    # A key that comes before something has the focus moves nothing.
    await wait_until(lambda: rows(pilot) > 1 and pilot.app.focused is not None)
    first = places(pilot)
    await press_and_wait(pilot, "down", until=lambda: places(pilot) != first)
    assert any(places(pilot)), "the first row is what a list that forgot begins with"
    marked, stood = places(pilot), focus(pilot)
    before = shown(pilot)
    await press_and_wait(pilot, "f11", until=lambda: shown(pilot) != before)
    await wait_until(lambda: pilot.app.keys.idle and not pilot.app.keys.is_held)
    await wait_until(lambda: places(pilot) == marked)
    assert focus(pilot) == stood


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_keeps_its_mark(counter, busy, name):
    async with counter("arturo" if name == "operators" else "olga", name, folder=busy) as pilot:
        await check_that_the_mark_stays(pilot)


@pytest.mark.parametrize("name", LISTS_OF_A_CASE)
async def test_a_list_of_a_case_keeps_its_mark(counter, busy, led, name):
    user = "adrian" if name == "evidence_review" else "olga"
    async with counter(user, name, led[1], folder=busy) as pilot:
        await wait_until(lambda: pilot.app.screen.known is not None)
        await check_that_the_mark_stays(pilot)


async def test_the_marked_mail_is_still_shown(counter, busy):
    async with counter("olga", "mailbox", folder=busy, size=(120, 40)) as pilot:
        await wait_until(lambda: len(pilot.app.screen.query_one(OptionList).options) > 2)
        await press_and_wait(pilot, "down", "down")
        body = str(pilot.app.screen.query_one("#text").content).splitlines()[0]
        await press_and_wait(pilot, "f11", until=lambda: "newest first" in shown(pilot))
        await wait_until(
            lambda: body == str(pilot.app.screen.query_one("#text").content).splitlines()[0]
        )


async def test_the_people_of_the_demonstration_stay_marked(start):
    async with start() as pilot:
        await wait_until(lambda: "1  Olga" in shown(pilot))
        await check_that_the_mark_stays(pilot)
        assert places(pilot) == [1]


async def test_the_first_start_still_answers_after_another_language(start, tmp_path):
    async with start(tmp_path / "new") as pilot:
        await wait_until(lambda: screen_name(pilot) == "FirstStartScreen")
        await press_and_wait(pilot, "f11", until=lambda: "Set up this office" in shown(pilot))
        assert places(pilot) == [0]
        await press_and_wait(pilot, "end", "enter")
        await wait_until(lambda: screen_name(pilot) == "SetUpScreen")
        await wait_until(lambda: pilot.app.screen.query("Form"))
