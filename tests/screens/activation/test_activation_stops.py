import asyncio
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from textual.pilot import Pilot

from backend_client.station import DraftKey
from issuance.cases.state import CaseStatus
from issuance.secret import Secret
from screens.activation import ActivationScreen
from tests.keys import press_and_wait, wait_until
from tests.screens.activation.office import (
    PASSWORD,
    ReadyCase,
    RunActivation,
    answer_yes,
    app_of,
    assert_no_secret,
    backend_of,
    choose_password,
    confirm_data,
    confirm_person,
    files_in,
    kept,
    mails,
    page,
    read_to_the_end,
    send_code,
    state_of,
    text_of,
    to_the_password,
    type_target,
)
from tui.widgets.checklist import Checklist
from tui.widgets.line_input import LineInput


async def test_a_restart_keeps_what_was_answered_about_the_person(
    activation: RunActivation, ready: ReadyCase
):
    async with activation(ready) as pilot:
        await page(pilot, "ActivationPersonScreen")
        await wait_until(lambda: pilot.app.screen.query(Checklist))
        await press_and_wait(pilot, "s", "s")
        await wait_until(
            lambda: backend_of(pilot).station.load_draft(DraftKey.of_case(ready.case, "activation"))
        )
        await wait_until(lambda: len(kept(pilot, ready.case)["person"].split()) == 2)
    async with activation(ready) as pilot:
        await page(pilot, "ActivationPersonScreen")
        await wait_until(lambda: pilot.app.screen.query(Checklist))
        assert len(pilot.app.screen.query_one(Checklist).accepted) == 2
        await press_and_wait(pilot, "s", "enter")
        await page(pilot, "ActivationDataScreen")


@pytest.mark.soak
async def test_answers_that_were_complete_before_a_restart_only_need_enter(
    activation: RunActivation, ready: ReadyCase
):
    async with activation(ready) as pilot:
        await page(pilot, "ActivationPersonScreen")
        await wait_until(lambda: pilot.app.screen.query(Checklist))
        await press_and_wait(pilot, "s", "s", "s")
        await wait_until(lambda: len(kept(pilot, ready.case).get("person", "").split()) == 3)
    async with activation(ready) as pilot:
        await page(pilot, "ActivationPersonScreen")
        await wait_until(lambda: pilot.app.screen.query(Checklist))
        await press_and_wait(pilot, "s", "enter")
        await page(pilot, "ActivationDataScreen")


@pytest.mark.soak
async def test_a_restart_keeps_that_the_contract_was_read(
    activation: RunActivation, ready: ReadyCase
):
    async with activation(ready) as pilot:
        await confirm_person(pilot)
        await read_to_the_end(pilot)
        await press_and_wait(pilot, "s", "s")
        await wait_until(lambda: len(kept(pilot, ready.case).get("data", "").split()) == 2)
    async with activation(ready) as pilot:
        await page(pilot, "ActivationDataScreen")
        await wait_until(lambda: pilot.app.screen.query(Checklist))
        await press_and_wait(pilot, "s", "enter")
        await page(pilot, "ActivationCodeScreen")


@pytest.mark.soak
async def test_a_restart_after_the_code_was_sent_takes_that_code(
    activation: RunActivation, ready: ReadyCase
):
    async with activation(ready) as pilot:
        await confirm_person(pilot)
        await confirm_data(pilot)
        code = await send_code(pilot)
    async with activation(ready) as pilot:
        await page(pilot, "ActivationCodeScreen")
        await press_and_wait(pilot, code, "enter")
        await page(pilot, "PasswordScreen")


async def test_a_restart_after_the_password_asks_it_again_and_keeps_the_place(
    activation: RunActivation, authorised: ReadyCase, stick: Path
):
    async with activation(authorised) as pilot:
        await page(pilot, "PasswordScreen")
        await choose_password(pilot)
        await type_target(pilot, stick / "llave.p12")
        await page(pilot, "Confirm")
    assert_no_secret(authorised.folder.parent, [], PASSWORD)
    async with activation(authorised) as pilot:
        await page(pilot, "PasswordScreen")
        await choose_password(pilot)
        await wait_until(
            lambda: (
                pilot.app.screen.query_one("#target", LineInput).value == str(stick / "llave.p12")
            )
        )


async def _issue_without_file(pilot: Pilot[int], authorised: ReadyCase, stick: Path) -> None:
    """Leave the case as a crash between certificate and file does."""
    await page(pilot, "PasswordScreen")
    findings = await backend_of(pilot).activate(
        authorised.case, Secret(PASSWORD), stick / "gone" / "x.p12", "rsa-2048", compatible=False
    )
    assert isinstance(findings, tuple)
    state = await state_of(pilot, authorised.case)
    assert state.activation.certificate is not None
    assert state.activation.certificate.delivered_at is None


async def test_an_issued_certificate_waits_for_the_password_chosen_before(
    activation: RunActivation, authorised: ReadyCase, stick: Path
):
    async with activation(authorised) as pilot:
        await _issue_without_file(pilot, authorised, stick)
    async with activation(authorised) as pilot:
        await page(pilot, "PasswordScreen")
        await press_and_wait(pilot, "not the password", "enter")
        await wait_until(lambda: "no es la contraseña" in text_of(pilot))
        await page(pilot, "PasswordScreen")
        await press_and_wait(pilot, PASSWORD[0])
        assert "no es la contraseña" not in text_of(pilot), "it told of the password before"
        await press_and_wait(pilot, PASSWORD[1:], "enter")
        await page(pilot, "ActivationSaveScreen")
        await type_target(pilot, stick)
        await page(pilot, "ActivationDoneScreen")
        state = await state_of(pilot, authorised.case)
    assert state.status is CaseStatus.ACTIVE
    assert not state.activation.given_up
    (saved,) = files_in(stick, ".p12")
    assert load_pkcs12(saved.read_bytes(), PASSWORD.encode()).key is not None


@pytest.mark.soak
async def test_a_path_that_is_begun_is_back_after_a_restart(
    activation: RunActivation, authorised: ReadyCase, stick: Path
):
    async with activation(authorised) as pilot:
        await page(pilot, "PasswordScreen")
        await choose_password(pilot)
        await page(pilot, "ActivationSaveScreen")
        field = pilot.app.screen.query_one("#target", LineInput)
        await wait_until(lambda: field.has_focus)
        offered = field.value
        await press_and_wait(pilot, "ctrl+u", str(stick / "mi"))
        await wait_until(lambda: kept(pilot, authorised.case).get("target") == str(stick / "mi"))
    async with activation(authorised) as pilot:
        await page(pilot, "PasswordScreen")
        await choose_password(pilot)
        await page(pilot, "ActivationSaveScreen")
        field = pilot.app.screen.query_one("#target", LineInput)
        await wait_until(lambda: field.value)
        assert field.value == str(stick / "mi") != offered


@pytest.mark.soak
async def test_a_forgotten_password_leads_to_another_certificate_free_of_charge(
    activation: RunActivation, authorised: ReadyCase, stick: Path
):
    async with activation(authorised) as pilot:
        await _issue_without_file(pilot, authorised, stick)
    async with activation(authorised) as pilot:
        await page(pilot, "PasswordScreen")
        await press_and_wait(pilot, "f12")
        await page(pilot, "ActivationGiveUpScreen")
        await press_and_wait(pilot, "f3")
        await page(pilot, "PasswordScreen")
        await press_and_wait(pilot, "f12")
        await page(pilot, "ActivationGiveUpScreen")
        await press_and_wait(pilot, "f10")
        await page(pilot, "Choice")
        await press_and_wait(pilot, "enter", "enter")
        await answer_yes(pilot)
        await page(pilot, "ActivationPersonScreen")
        state = await state_of(pilot, authorised.case)
        assert state.activation.certificate is None
        (given_up,) = state.activation.given_up
        assert given_up.life.standing is not None
        assert given_up.life.standing.cause == "password_forgotten"
        assert not await backend_of(pilot).has_sealed_key(authorised.case)
        await to_the_password(pilot)
        await choose_password(pilot)
        await type_target(pilot, stick)
        await answer_yes(pilot)
        await page(pilot, "ActivationDoneScreen")
    assert len(files_in(stick, ".p12")) == 1


async def test_without_the_sealed_key_the_certificate_can_only_be_given_up(
    activation: RunActivation, authorised: ReadyCase, stick: Path
):
    async with activation(authorised) as pilot:
        await _issue_without_file(pilot, authorised, stick)
    shutil.rmtree(authorised.folder / "sealed-keys")
    async with activation(authorised) as pilot:
        await page(pilot, "ActivationGiveUpScreen")
        await press_and_wait(pilot, "f3")
        await page(pilot, "WorklistScreen")


async def test_a_file_saved_before_the_crash_is_recognised(
    activation: RunActivation, authorised: ReadyCase, stick: Path
):
    """The same file in the same place is no obstacle: it is read back and recorded."""
    async with activation(authorised) as pilot:
        await _issue_without_file(pilot, authorised, stick)
        delivered = await backend_of(pilot).activate(
            authorised.case, Secret(PASSWORD), stick / "x.p12", "rsa-2048", compatible=False
        )
        assert not isinstance(delivered, tuple)
        content = (stick / "x.p12").read_bytes()
        app_of(pilot).start_over("activation", authorised.case)
        await page(pilot, "ActivationDoneScreen")
        assert (stick / "x.p12").read_bytes() == content
        assert len(await mails(pilot)) > 0


@pytest.mark.soak
async def test_a_colleague_is_asked_before_taking_over(activation: RunActivation, ready: ReadyCase):
    async with activation(ready) as pilot:
        await page(pilot, "ActivationPersonScreen")
        await wait_until(lambda: len(pilot.app.screen.query(".answer")) == 3)
        station = backend_of(pilot).station
        key = DraftKey.of_case(ready.case, "activation")
        station.save_draft(key, {"person": "face_matches_card"}, "otilia")
    async with activation(ready) as pilot:
        await page(pilot, "Confirm")
        assert "otilia" in text_of(pilot)
        await answer_yes(pilot)
        await page(pilot, "ActivationPersonScreen")
        await wait_until(lambda: len(pilot.app.screen.query(".answer")) == 3)
        assert "face_matches_card" in pilot.app.screen.query_one(Checklist).accepted


async def test_the_language_changes_without_losing_answers(
    activation: RunActivation, ready: ReadyCase
):
    async with activation(ready) as pilot:
        await page(pilot, "ActivationPersonScreen")
        await wait_until(lambda: pilot.app.screen.query(Checklist))
        await press_and_wait(pilot, "s")
        await press_and_wait(pilot, "f11", until=lambda: "1 of 5" in text_of(pilot))
        await wait_until(lambda: pilot.app.screen.query(Checklist))
        assert len(pilot.app.screen.query_one(Checklist).accepted) == 1


async def test_a_page_follows_even_where_its_result_comes_after_the_case(
    activation: RunActivation, ready: ReadyCase
):
    """The app hands results on, and does not while it takes a dialog down."""
    free = asyncio.Event()
    async with activation(ready) as pilot:
        await page(pilot, "ActivationPersonScreen")
        app, left = app_of(pilot), pilot.app.screen
        around = app.screen_stack[-2]
        assert isinstance(around, ActivationScreen)
        before = around.known
        app.call_next(free.wait)
        left.dismiss(True)
        await wait_until(lambda: around.known is not before and not app.keys.is_held)
        free.set()
        await wait_until(lambda: app.screen not in (around, left))
        assert app.screen_stack[-2] is around
