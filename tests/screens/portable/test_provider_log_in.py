"""An administrator sets the identity provider up, and a holder logs in by it."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from backend_client.offices import REMOTE, Offices
from backend_client.remote_office import connect
from issuance.access.roles import Session
from issuance.certificates.keys import PrivateKey
from issuance.findings import Finding
from tests.engine.conftest import FoundedOffice
from tests.furnished_ministry import add_server, credentials
from tests.identity_provider import CLIENT_SECRET, code_on, identity_provider
from tests.keys import press_and_wait, wait_until
from tests.live_server import live_server
from tests.screens.conftest import running, screen_name, shown
from tests.screens.portable.conftest import RunMember
from tui.station import Station
from ventanilla.app import counter_app
from ventanilla.compose import SystemClock, system_sources

FIELDS = ("name", "issuer", "authorization", "token", "userinfo", "keys", "client")


@asynccontextmanager
async def program(
    home: Path, make_key: Callable[[str], PrivateKey], user: str = "", *first: Any
) -> AsyncIterator[Pilot[int]]:
    """Run the program on a server's office, with somebody logged in or with the log-in."""
    app = counter_app(Offices(home, system_sources, make_key), first=first)
    if user:
        assert app.offices is not None
        app.backend = app.offices.backend(REMOTE)
        session = await app.backend.log_in(user, *credentials(user, SystemClock().now()))
        assert isinstance(session, Session), session
        app.station = Station("Demostración", demonstration=True, operator=session.name)
    async with running(app, (120, 40)) as pilot:
        yield pilot


async def address_shown(pilot: Pilot[Any]) -> str:
    """Return the address on the screen, once it stands there beside its sign."""
    await wait_until(lambda: "/oidc/" in shown(pilot))
    (address,) = re.findall(r"http://\S+/oidc/\S+", shown(pilot))
    return address


@pytest.mark.soak
async def test_a_provider_is_set_up_and_a_holder_logs_in_by_it(
    furnished: FoundedOffice, tmp_path: Path, make_key: Callable[[str], PrivateKey]
):
    served, home = shutil.copytree(furnished.folder, tmp_path / "served"), tmp_path / "home"
    add_server(FoundedOffice(served, furnished.recovery_key))
    home.mkdir()
    with (
        live_server(served, background=False) as server,
        identity_provider(SystemClock().now) as provider,
    ):
        sign = connect(Offices(home, system_sources, make_key), server.url)
        assert not isinstance(sign, Finding), sign
        settings = provider.settings(server.url)
        async with program(home, make_key, "amalia", "settings") as pilot:
            await press_and_wait(
                pilot, "f2", until=lambda: screen_name(pilot) == "IdentityProviderScreen"
            )
            await wait_until(lambda: "openid run name" in shown(pilot))
            for field in FIELDS:
                await press_and_wait(pilot, getattr(settings, field), "enter")
            await press_and_wait(pilot, "equivocado", "enter", "enter", settings.redirect, "f10")
            await wait_until(lambda: "Los ajustes" in shown(pilot))
            await press_and_wait(pilot, "f5", until=lambda: "no acepta el cliente" in shown(pilot))
            await press_and_wait(pilot, *["shift+tab"] * 2, *CLIENT_SECRET, "f10")
            await wait_until(lambda: "Los ajustes" in shown(pilot))
            await press_and_wait(pilot, "f5", until=lambda: "sus claves (1)" in shown(pilot))
            assert CLIENT_SECRET not in shown(pilot)

        provider.run = (44100003, "0")
        async with program(home, make_key) as pilot:
            await wait_until(lambda: "ClaveÚnica" in shown(pilot))
            await press_and_wait(pilot, "f8")
            await wait_until(lambda: "Esperando a que se abra" in shown(pilot))
            await press_and_wait(pilot, "escape", until=lambda: screen_name(pilot) == "LogInScreen")
            provider.mischief.error = "access_denied"
            browser = provider.browser()
            await press_and_wait(pilot, "f8")
            await asyncio.to_thread(browser.whole_way, await address_shown(pilot))
            await wait_until(lambda: "se rechazó en la página" in shown(pilot))
            assert "/oidc/" not in shown(pilot)
            provider.mischief.error = ""
            await press_and_wait(pilot, "f5")
            page = await asyncio.to_thread(browser.whole_way, await address_shown(pilot))
            await wait_until(lambda: "√" in shown(pilot))
            wrong = f"{(int(code_on(page)) + 1) % 10**6:06d}"
            await press_and_wait(pilot, wrong, "enter", until=lambda: "2 intentos" in shown(pilot))
            await press_and_wait(pilot, code_on(page), "enter")
            await wait_until(lambda: screen_name(pilot) == "InstitutionsHomeScreen")
            app: Any = pilot.app
            assert app.backend.session.operator == "teresa"
            assert app.station.operator == app.backend.session.name


async def test_an_embedded_office_says_where_the_provider_is_for(member: RunMember):
    async with member("amalia", "identity_provider") as pilot:
        assert "ventanilla serve" in shown(pilot)
        assert "Probar" not in shown(pilot)
