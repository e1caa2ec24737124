"""What a server's link tells beside its state."""

from datetime import UTC, datetime

from backend_client.backend import Link
from issuance.findings import warns
from issuance.findings.remote import RemoteCode
from issuance.findings.sync import SyncCode
from tests.keys import wait_until
from tests.screens.case_samples import shown


async def test_what_became_of_work_in_doubt_is_said_once_on_the_screen_that_is_there(counter):
    saved = warns(RemoteCode.OUTCOME_SAVED, kind="open_case")
    link = Link(online=True, since=datetime(2026, 11, 23, tzinfo=UTC), trouble=saved)
    async with counter() as pilot:
        app = pilot.app
        await wait_until(lambda: type(app.screen).__name__ == "WorklistScreen")
        app.server_watch.show_link(link)
        await pilot.pause()
        said = shown(app, "#message")
        assert "sí se guardó" in said
        assert "open_case" not in said
        app.screen.tell("")
        app.server_watch.show_link(link)
        other = warns(SyncCode.WAITS_FOR_COMMAND, seq=1)
        app.server_watch.show_link(Link(online=True, since=link.since, trouble=other))
        await pilot.pause()
        assert "sí se guardó" not in shown(app, "#message")
