"""A certificate in the applicant's token, through the real screens and a real PKCS#11 module."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from textual.pilot import Pilot

from backend_client.at_the_station.token import open_token
from issuance.cases.state import CaseStatus
from issuance.certificates.token_calls import TokenAddress
from issuance.findings import Finding
from issuance.secret import Secret
from tests.keys import press_and_wait, wait_until
from tests.locking_token import locking, needs_compiler
from tests.screens.activation.office import (
    ReadyCase,
    RunActivation,
    answer_yes,
    assert_no_secret,
    backend_of,
    page,
    set_up_tokens,
    state_of,
    text_of,
)
from tests.screens.conftest import RunCounter
from tests.soft_token import OFFICER_PIN, PIN, SoftTokens, needs_soft_token

pytestmark = needs_soft_token

OWN_PIN = "Quilotoa77"


@pytest.fixture
def known(rehearsed_token: ReadyCase, tmp_path: Path) -> ReadyCase:
    folder = shutil.copytree(rehearsed_token.folder, tmp_path / "token" / "demonstration")
    return ReadyCase(folder, rehearsed_token.case)


@pytest.fixture
def address(tokens: SoftTokens) -> TokenAddress:
    return tokens.make()


@asynccontextmanager
async def at_the_pin(
    activation: RunActivation, known: ReadyCase, language: str = "es"
) -> AsyncIterator[Pilot[int]]:
    async with activation(known, language=language) as pilot:
        await page(pilot, "TokenPinScreen")
        await wait_until(lambda: pilot.app.screen.focused is not None)
        yield pilot


async def choose_own_pin(pilot: Pilot[int], current: str = PIN.reveal()) -> None:
    await press_and_wait(pilot, current, "enter", OWN_PIN, "enter", OWN_PIN, "enter")
    await page(pilot, "ActivationTokenScreen")


def certificates_in(address: TokenAddress, case: ReadyCase, pin: str = OWN_PIN) -> list[bytes]:
    token = open_token(address, Secret(pin))
    assert not isinstance(token, Finding), token
    try:
        return token._session.certificates(case.case.bytes)
    finally:
        token.close()


@pytest.mark.parametrize("language", ["es", pytest.param("en", marks=pytest.mark.soak)])
async def test_from_the_pin_to_a_certificate_in_the_token(
    counter: RunCounter,
    activation: RunActivation,
    known: ReadyCase,
    address: TokenAddress,
    language: str,
):
    await set_up_tokens(counter, known.folder)
    seen: list[str] = []
    async with at_the_pin(activation, known, language) as pilot:
        await wait_until(lambda: address.label in text_of(pilot))
        assert "Olga" not in text_of(pilot)
        await choose_own_pin(pilot)
        seen.append(pilot.app.export_screenshot())
        await press_and_wait(pilot, "f10")
        await answer_yes(pilot)
        await page(pilot, "ActivationDoneScreen", timeout=60)
        await wait_until(lambda: text_of(pilot).count("√") >= 7)
        assert f"token {address.label}" in text_of(pilot)
        seen.append(pilot.app.export_screenshot())
        state = await state_of(pilot, known.case)
    assert state.status is CaseStatus.ACTIVE
    certificate = state.activation.certificate
    assert certificate is not None
    assert certificate.contract.signed_at is not None
    (written,) = certificates_in(address, known)
    assert str(x509.load_der_x509_certificate(written).serial_number) == certificate.serial
    assert_no_secret(known.folder, seen, OWN_PIN)


async def test_a_blank_tokens_pin_is_set_by_its_owner(
    counter: RunCounter, activation: RunActivation, known: ReadyCase, tokens: SoftTokens
):
    tokens.make_blank("EN BLANCO")
    tokens.make_blank("EN BLANCO")
    await set_up_tokens(counter, known.folder, OFFICER_PIN.reveal())
    async with at_the_pin(activation, known) as pilot:
        await wait_until(lambda: "EN BLANCO" in text_of(pilot))
        await press_and_wait(pilot, "f4")
        # Two of one maker are told apart by their numbers.
        await wait_until(lambda: text_of(pilot).count("EN BLANCO · ") == 2)
        await press_and_wait(pilot, "enter")
        await press_and_wait(pilot, "corto", "enter", "corto", "enter")
        await wait_until(lambda: "al menos 6" in " ".join(text_of(pilot).split()))
        await press_and_wait(pilot, OWN_PIN, "enter", OWN_PIN, "enter")
        await page(pilot, "ActivationTokenScreen")


@pytest.mark.soak
async def test_wrong_pins_are_told_and_cost_nothing_else(
    counter: RunCounter, activation: RunActivation, known: ReadyCase, address: TokenAddress
):
    await set_up_tokens(counter, known.folder)
    async with at_the_pin(activation, known) as pilot:
        await wait_until(lambda: address.label in text_of(pilot))
        await press_and_wait(pilot, "999999", "enter", OWN_PIN, "enter", OWN_PIN, "enter")
        await wait_until(lambda: "El PIN no es correcto" in text_of(pilot))
        await press_and_wait(pilot, PIN.reveal(), "enter")
        await page(pilot, "ActivationTokenScreen")
        await press_and_wait(pilot, "f3")
        await page(pilot, "TokenPinScreen")
        await press_and_wait(pilot, "f6", "000000", "enter")
        await page(pilot, "ActivationTokenScreen")
        await press_and_wait(pilot, "f10")
        await answer_yes(pilot)
        await page(pilot, "TokenPinScreen", timeout=60)
        await wait_until(lambda: "El PIN no es correcto" in text_of(pilot))
        assert (await state_of(pilot, known.case)).activation.certificate is None
        await press_and_wait(pilot, OWN_PIN, "enter")
        await page(pilot, "ActivationTokenScreen")


@needs_compiler
@pytest.mark.soak
async def test_a_token_that_locked_issues_nothing_until_its_owner_sets_another_pin(
    counter: RunCounter,
    activation: RunActivation,
    known: ReadyCase,
    address: TokenAddress,
    tmp_path: Path,
):
    there = locking(address, tmp_path)
    await set_up_tokens(counter, known.folder, OFFICER_PIN.reveal(), there.module)
    async with at_the_pin(activation, known) as pilot:
        await wait_until(lambda: address.label in text_of(pilot))
        await press_and_wait(pilot, "999999", "enter", OWN_PIN, "enter", OWN_PIN, "enter")
        for told in ("El PIN no es correcto", "un error más bloquea", "El token está bloqueado"):
            await wait_until(lambda told=told: told in " ".join(text_of(pilot).split()))
            await press_and_wait(pilot, PIN.reveal() if "está" in told else "999999", "enter")
        await wait_until(lambda: "El token está bloqueado" in text_of(pilot))
        assert (await state_of(pilot, known.case)).activation.certificate is None
        await press_and_wait(pilot, "f5")
        await wait_until(lambda: not pilot.app.screen.query_one("#current").display)
        await press_and_wait(pilot, OWN_PIN, "enter", OWN_PIN, "enter")
        await page(pilot, "ActivationTokenScreen")
        await press_and_wait(pilot, "f10")
        await answer_yes(pilot)
        await page(pilot, "ActivationDoneScreen", timeout=60)
    assert len(certificates_in(there, known)) == 1


async def test_a_token_that_is_taken_out_is_told_and_a_restart_goes_on(
    counter: RunCounter,
    activation: RunActivation,
    known: ReadyCase,
    tokens: SoftTokens,
    address: TokenAddress,
):
    await set_up_tokens(counter, known.folder)
    async with at_the_pin(activation, known) as pilot:
        await wait_until(lambda: address.label in text_of(pilot))
        await choose_own_pin(pilot)
        tokens.take_out()
        await press_and_wait(pilot, "f10")
        await answer_yes(pilot)
        await wait_until(lambda: "El token ya no responde" in text_of(pilot))
        assert (await state_of(pilot, known.case)).activation.certificate is None
    tokens.put_back()
    async with at_the_pin(activation, known) as pilot:
        await wait_until(lambda: address.label in text_of(pilot))
        await press_and_wait(pilot, "f6", OWN_PIN, "enter")
        await page(pilot, "ActivationTokenScreen")
        await press_and_wait(pilot, "f10")
        await answer_yes(pilot)
        await page(pilot, "ActivationDoneScreen", timeout=60)
    assert len(certificates_in(address, known)) == 1


async def test_a_station_without_a_module_says_so(activation: RunActivation, known: ReadyCase):
    async with activation(known) as pilot:
        await page(pilot, "TokenPinScreen")
        await wait_until(lambda: "Este puesto no está preparado" in text_of(pilot))


async def test_a_file_that_is_no_module_is_refused(counter: RunCounter, tmp_path: Path):
    async with counter("jefa", "token_settings") as pilot:
        await page(pilot, "TokenSettingsScreen")
        no_module = tmp_path / "module.so"
        no_module.write_bytes(b"no machine code")
        await press_and_wait(pilot, str(no_module), "f10")
        await wait_until(lambda: "no funciona como" in " ".join(text_of(pilot).split()))
        assert backend_of(pilot).lacks == {"token_module"}
