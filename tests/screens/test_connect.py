"""A computer whose office is a server's begins from the screen, with or without a code."""

from collections.abc import Callable
from pathlib import Path

import pytest

from backend_client.offices import REMOTE, STATION_FILE
from issuance.certificates.keys import PrivateKey
from tests.backend_client.counters import found_demonstration
from tests.backend_client.test_enrolling import CODE, invite
from tests.keys import press_and_wait, wait_until
from tests.live_server import live_server
from tests.screens.conftest import Start, screen_name, shown


@pytest.mark.parametrize("code", ["", CODE.reveal()])
async def test_the_first_start_leads_to_the_servers_office(
    start: Start, make_key: Callable[[str], PrivateKey], tmp_path: Path, code: str
):
    home, served = tmp_path / "new", found_demonstration(tmp_path / "served", make_key)
    with live_server(served, background=False) as server:
        invite(server)
        async with start(home) as pilot:
            await wait_until(lambda: screen_name(pilot) == "FirstStartScreen")
            await press_and_wait(pilot, "down", "down", "enter")
            await wait_until(lambda: screen_name(pilot) == "ConnectScreen")
            await press_and_wait(pilot, "ftp://nobody", "f10")
            await wait_until(lambda: "https://" in shown(pilot))
            await press_and_wait(pilot, "home", *["delete"] * len("ftp://nobody"))
            await press_and_wait(pilot, server.url, "enter", code, "f10")
            await wait_until(lambda: screen_name(pilot) == "LogInScreen", 30)
    assert (home / REMOTE / STATION_FILE).exists() == bool(code)
