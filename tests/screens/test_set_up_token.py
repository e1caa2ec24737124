"""A real office whose signing key is made in a token, through the pages of the set-up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend_client.offices import OFFICE
from issuance.engine.authority_file import authority_token_of
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import Start, screen_name, shown
from tests.screens.set_up_pages import (
    at_page,
    begin,
    fill_administrator,
    fill_authenticator,
    fill_authority,
    fill_office,
)
from tests.soft_token import LABEL, MODULE, PIN, SoftTokens, needs_soft_token, soft_tokens
from tui.form import Form

pytestmark = needs_soft_token


@pytest.fixture
def tokens(tmp_path: Path) -> Iterator[SoftTokens]:
    with soft_tokens(tmp_path / "softhsm") as made:
        yield made


def said(pilot) -> str:
    return " ".join(shown(pilot).split())


async def test_the_signing_key_is_made_in_a_token(start: Start, tokens: SoftTokens, tmp_path: Path):
    tokens.make()
    home = tmp_path / "new" / "home"
    async with start(home, "es") as pilot:
        await begin(pilot)
        await fill_office(pilot)
        await fill_administrator(pilot)
        await fill_authenticator(pilot)
        await press_and_wait(pilot, "f6", until=lambda: is_module(pilot))
        await press_and_wait(pilot, MODULE, "f10")
        await wait_until(lambda: "Este dato es necesario" in said(pilot))
        assert focused_field(pilot) == "token"
        typed = (LABEL, "enter", "EMISORA", "enter")
        await press_and_wait(pilot, *typed, "999999", "up", "up", "f10")
        await wait_until(lambda: "El PIN no es correcto" in said(pilot))
        await wait_until(lambda: focused_field(pilot) == "pin")
        await press_and_wait(pilot, PIN.reveal(), "f10")
        await wait_until(lambda: screen_name(pilot) == "SetUpScreen")
        await wait_until(lambda: f"estará en el token {LABEL}" in said(pilot))
        await fill_authority(pilot)
        await press_and_wait(pilot, "f10")
        await at_page(pilot, "summary")
        assert f"clave en el token {LABEL}" in said(pilot)
        await press_and_wait(pilot, "f10")
        await at_page(pilot, "recovery")
        # Until the key was written down there is no office; what was made lies beside its place.
        place = authority_token_of(home / f".{OFFICE}.unfinished")
        assert place is not None
        assert (place.address.label, place.key_label) == (LABEL, "EMISORA")
        assert place.address.serial


def is_module(pilot) -> bool:
    return screen_name(pilot) == "SecurityModuleScreen" and pilot.app.screen.focused is not None


def focused_field(pilot) -> str:
    return pilot.app.screen.query_one(Form).focused_field
