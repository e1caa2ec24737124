"""The contract of a certificate in a token, signed later with the token in a reader here."""

import base64
import shutil
from pathlib import Path

import pytest
from cryptography import x509
from textual.pilot import Pilot

from backend_client.at_the_station.token import open_token
from issuance.cases.commands.activation import RecordDelivery, RequestCertificate
from issuance.cases.state import ContractState
from issuance.certificates.token_calls import TokenAddress
from issuance.findings import Finding
from issuance.policies.loader import load_policy
from tests.keys import press_and_wait, wait_until
from tests.screens.activation.office import ReadyCase, page, set_up_tokens, state_of, text_of
from tests.screens.conftest import RunCounter
from tests.screens.middle_of_a_case import MakeKey
from tests.soft_token import PIN, SoftTokens, needs_soft_token
from tests.unsigned import certificate_answer
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

pytestmark = needs_soft_token


def hand_over_in_token(played: Rehearsal, address: TokenAddress) -> None:
    """Have a key of the token certified and the certificate written into it, nothing more."""
    played.become("olga")
    token = open_token(address, PIN)
    assert not isinstance(token, Finding), token
    try:
        request = token.request(played.case, "rsa-2048")
        assert not isinstance(request, Finding), request
        played.execute(RequestCertificate(request=base64.b64encode(request).decode()))
        answer = certificate_answer(played)
        certificate = x509.load_der_x509_certificate(base64.b64decode(answer.certificate))
        assert token.write_certificate(played.case, certificate, "x") is None
    finally:
        token.close()
    played.execute(RecordDelivery(serial=answer.serial, file_sha256="0" * 64, checks=()))


@pytest.fixture
async def unsigned(
    rehearsed_token: ReadyCase,
    tokens: SoftTokens,
    counter: RunCounter,
    make_key: MakeKey,
    tmp_path: Path,
) -> ReadyCase:
    """A certificate in a token, its contract unsigned, and a station that reaches the token."""
    folder = shutil.copytree(rehearsed_token.folder, tmp_path / "unsigned" / "demonstration")
    product = load_policy("ec-icert").policy.product("natural-token-2y")
    assert product is not None
    played = Rehearsal(folder, system_sources(), make_key, product, tmp_path / "unused.p12")
    played.case = rehearsed_token.case
    hand_over_in_token(played, tokens.make())
    played.close()
    await set_up_tokens(counter, folder)
    return ReadyCase(folder, rehearsed_token.case)


async def contract_of(pilot: Pilot[int], known: ReadyCase) -> ContractState:
    certificate = (await state_of(pilot, known.case)).activation.certificate
    assert certificate is not None
    return certificate.contract


async def sign_with(pilot: Pilot[int], pin: str) -> None:
    await press_and_wait(pilot, "f10")
    await page(pilot, "TokenPinScreen")
    await wait_until(lambda: "Token: " in text_of(pilot))
    assert "Olga" not in text_of(pilot)
    await press_and_wait(pilot, pin, "enter")
    await page(pilot, "ContractScreen")


@pytest.mark.soak
async def test_the_token_signs_and_a_wrong_pin_is_told(counter: RunCounter, unsigned: ReadyCase):
    async with counter("olga", "contract", unsigned.case, folder=unsigned.folder) as pilot:
        await wait_until(lambda: "con el token" in " ".join(text_of(pilot).split()))
        await sign_with(pilot, "000000")
        await wait_until(lambda: "El PIN no es correcto" in text_of(pilot))
        assert (await contract_of(pilot, unsigned)).signed_at is None
        await sign_with(pilot, PIN.reveal())
        await wait_until(lambda: "aquí, con el token" in " ".join(text_of(pilot).split()))
        contract = await contract_of(pilot, unsigned)
    assert contract.how == "token"
    assert contract.countersigned_at is not None


async def test_another_token_is_told(counter: RunCounter, unsigned: ReadyCase, tokens: SoftTokens):
    other = tokens.make("otro")
    async with counter("olga", "contract", unsigned.case, folder=unsigned.folder) as pilot:
        await wait_until(lambda: "F10" in text_of(pilot))
        await press_and_wait(pilot, "f10")
        await page(pilot, "TokenPinScreen")
        await wait_until(lambda: "Token: " in text_of(pilot))
        await press_and_wait(pilot, "f4")
        await page(pilot, "ValueList")
        await press_and_wait(pilot, other.label, "enter")
        await page(pilot, "TokenPinScreen")
        await wait_until(lambda: f"Token: {other.label}" in text_of(pilot))
        await press_and_wait(pilot, PIN.reveal(), "enter")
        await page(pilot, "ContractScreen")
        await wait_until(lambda: other.label in text_of(pilot))
        assert (await contract_of(pilot, unsigned)).signed_at is None
