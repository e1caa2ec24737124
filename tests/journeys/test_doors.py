"""What a usual way does not need: a key opened again, and mail through a real server."""

import email
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email.policy import default
from pathlib import Path

import pytest

from backend_client.offices import OFFICE, Offices
from issuance.access.roles import Session
from issuance.access.totp import current_code
from issuance.cases.state import CaseStatus
from issuance.engine.demonstration import PEOPLE, demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.secret import Secret
from tests.issuance.notices.conftest import MailHandler, StartServer, handler, start_server
from tests.journeys.doors import KeyMaker, guarded
from tests.journeys.walk import Citizen, Counter, accept_consent, begin_application, telling
from tests.keys import press_and_wait, wait_until
from tests.screens.activation.conftest import activation, authorised, rehearsed, stick
from tests.screens.activation.office import (
    PASSWORD,
    ReadyCase,
    RunActivation,
    backend_of,
    page,
    state_of,
    type_target,
)
from tests.screens.application_typing import in_order, type_values
from tests.screens.conftest import shown
from tests.screens.middle_of_a_case import settled
from tui.station import Station
from ventanilla.app import counter_app
from ventanilla.compose import system_sources

__all__ = ["activation", "authorised", "handler", "rehearsed", "start_server", "stick"]


OWN_PASSWORD = "correcto-caballo-bateria"


@pytest.mark.soak
@pytest.mark.timeout(300)
async def test_an_interrupted_activation_goes_on_with_its_password(
    activation: RunActivation,
    authorised: ReadyCase,
    stick: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    gone = stick / "gone" / "x.p12"
    async with activation(authorised) as pilot:
        await page(pilot, "PasswordScreen")
        await backend_of(pilot).activate(
            authorised.case, Secret(PASSWORD), gone, "rsa-2048", compatible=False
        )
    async with activation(authorised) as pilot:
        with guarded(monkeypatch) as opened, telling(pilot):
            await page(pilot, "PasswordScreen")
            await press_and_wait(pilot, PASSWORD, "enter")
            await page(pilot, "ActivationSaveScreen")
            await type_target(pilot, stick)
            await page(pilot, "ActivationDoneScreen", timeout=60)
        assert (await state_of(pilot, authorised.case)).status is CaseStatus.ACTIVE
    assert "SealedKeyStore.open" in opened
    assert "saving.save_pkcs12" in opened


@asynccontextmanager
async def at_work(offices: Offices, user: str, screen: str) -> AsyncIterator[Counter]:
    """Run the program on a real office with somebody logged in."""
    app = counter_app(offices, OFFICE, "es", first=(screen,))
    person = next(each for each in PEOPLE if each.user == user)
    app.backend = backend = offices.backend(OFFICE)
    code = current_code(Secret(person.totp_secret), system_sources().clock.now())
    session = await backend.log_in(user, Secret(OWN_PASSWORD), code)
    assert isinstance(session, Session), session
    app.station = Station("Oficina", operator=session.name)
    try:
        async with app.run_test() as pilot:
            await wait_until(lambda: app.screen.is_mounted and app.keys.idle)
            yield pilot
    finally:
        await backend.close()


@pytest.fixture
def offices(tmp_path: Path, make_key: KeyMaker) -> Offices:
    """Return a home with a real office, whose people are those of the demonstration."""
    known = Offices(tmp_path / "home", system_sources, make_key)
    plan = demonstration_plan()
    people = tuple(replace(each, password=Secret(OWN_PASSWORD)) for each in plan.people)
    plan = replace(plan, demonstration=False, name="Ibarra", people=people)
    founded = found_office(known.folder(OFFICE), plan, system_sources(), make_key)
    assert isinstance(founded, Founded)
    return known


def code_in(mail: bytes) -> str:
    """Return the code the applicant reads."""
    body = email.message_from_bytes(mail, policy=default).get_body(("plain",))
    assert body is not None
    found = re.search(r"\b\d{8}\b", body.get_content())
    assert found, body.get_content()
    return found.group()


@pytest.mark.soak
@pytest.mark.timeout(300)
async def test_mail_leaves_through_the_server_an_administrator_named(
    offices: Offices,
    handler: MailHandler,
    start_server: StartServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    port = start_server()
    async with at_work(offices, "jefa", "mail_server") as pilot:
        with telling(pilot):
            await press_and_wait(pilot, "127.0.0.1", "enter", str(port), "enter", "ninguno")
            await press_and_wait(pilot, "enter", "oficina@example.com", "f10")
            await wait_until(lambda: "guardad" in shown(pilot))
    citizen = Citizen("natural", tmp_path)
    async with at_work(offices, "olga", "worklist") as pilot:
        with guarded(monkeypatch) as opened, telling(pilot):
            await begin_application(pilot, citizen)
            await type_values(pilot, in_order(pilot.app, citizen.typed))
            await accept_consent(pilot, citizen)
            await press_and_wait(pilot, "f10", until=lambda: handler.accepted)
            (mail,) = handler.accepted
            assert mail.rcpt_tos == [citizen.person.values["email"]]
            assert isinstance(mail.content, bytes)
            await settled(pilot)
            await press_and_wait(pilot, code_in(mail.content), "enter")
            await wait_until(lambda: pilot.app.screen.state.email_confirmed)
    assert "socket.connect" in opened
