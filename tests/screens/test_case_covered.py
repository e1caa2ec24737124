"""A case under other screens: it is read again below a page, and kept as seen below a dialog."""

import pytest
from textual.events import ScreenSuspend

from issuance.cases.commands.conduct import HoldCase
from issuance.queries import CaseAnswer, CaseQuery
from issuance.streams import StreamRef
from tests.keys import press_and_wait, wait_until
from tests.screens.case_samples import TO_APPROVAL, lead
from tests.screens.conftest import screen_name
from tui.widgets.confirm import Confirm


@pytest.fixture
def waiting(office, make_key):
    return lead(office, make_key, TO_APPROVAL)


async def hold_elsewhere(pilot, case) -> None:
    """Let a colleague hold the case."""
    backend = pilot.app.backend
    known = await backend.ask(CaseQuery(case=case))
    assert isinstance(known, CaseAnswer)
    held = HoldCase(reason="system_outage")
    await backend.execute(held, StreamRef(kind="case", id=case), known.revision)


async def test_a_case_below_a_page_is_read_again_though_the_page_asked_something(counter, waiting):
    async with counter("olga", "case", waiting.case) as pilot:
        overview = pilot.app.screen
        await wait_until(lambda: overview.known is not None)
        pilot.app.open_screen("history", waiting.case)
        pilot.app.push_screen(Confirm("?", "", "!"))
        await wait_until(lambda: screen_name(pilot) == "Confirm" and pilot.app.screen.is_mounted)
        # A busy computer tells the screen only now that it is covered.
        overview.post_message(ScreenSuspend())
        await wait_until(lambda: not overview.message_queue_size)
        await hold_elsewhere(pilot, waiting.case)
        await press_and_wait(pilot, "f3", until=lambda: screen_name(pilot) == "HistoryScreen")
        await press_and_wait(pilot, "f3", until=lambda: pilot.app.screen is overview)
        await wait_until(lambda: overview.state.status == "held")
