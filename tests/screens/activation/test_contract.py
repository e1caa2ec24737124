"""The contract's page: signed in the activation, or later from a key file or a signed PDF."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader
from textual.pilot import Pilot

from issuance.cases.state import ContractState
from issuance.certificates.keys import PrivateKey, make_private_key
from issuance.policies.loader import load_policy
from issuance.secret import Secret
from tests.keys import press_and_wait, wait_until
from tests.screens.activation.office import (
    ReadyCase,
    assert_no_secret,
    files_in,
    page,
    shown,
    state_of,
    text_of,
)
from tests.screens.conftest import RunCounter
from tests.unsigned import hand_over_unsigned
from tui.widgets.secret_field import SecretField
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

PASSWORD = "Guayabamba-verde-77"


@pytest.fixture(scope="session")
def handed_over(
    rehearsed: dict[bool, ReadyCase],
    tmp_path_factory: pytest.TempPathFactory,
    make_key: Callable[[str], PrivateKey],
) -> ReadyCase:
    """Hand a certificate over, once, its contract unsigned; tests work on copies."""
    known = rehearsed[True]
    folder = shutil.copytree(known.folder, tmp_path_factory.mktemp("unsigned") / "demonstration")
    product = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
    assert product is not None
    played = Rehearsal(folder, system_sources(), make_key, product, folder.parent / "key.p12")
    played.case = known.case
    hand_over_unsigned(played, make_private_key("rsa-2048"), Secret(PASSWORD))
    played.close()
    return ReadyCase(folder, known.case)


@pytest.fixture
def unsigned(handed_over: ReadyCase, tmp_path: Path, stick: Path) -> ReadyCase:
    shutil.copy(handed_over.folder.parent / "key.p12", stick / "key.p12")
    folder = shutil.copytree(handed_over.folder, tmp_path / "unsigned" / "demonstration")
    return ReadyCase(folder, handed_over.case)


async def contract_of(pilot: Pilot[int], known: ReadyCase) -> ContractState:
    certificate = (await state_of(pilot, known.case)).activation.certificate
    assert certificate is not None
    return certificate.contract


async def choose(pilot: Pilot[int], path: Path) -> None:
    """Type a path into the file picker."""
    await page(pilot, "FilePicker")
    await press_and_wait(pilot, "ctrl+u", str(path), "enter")


async def bring_key_file(pilot: Pilot[int], path: Path) -> None:
    await press_and_wait(pilot, "f10")
    await choose(pilot, path)
    await page(pilot, "KeyFilePasswordScreen")
    await wait_until(lambda: pilot.app.screen.query_one(SecretField).has_focus)


@pytest.mark.parametrize(
    ("language", "size", "words"),
    [
        ("es", (80, 24), ("todavía no lo firma", "después se revoca", "firmado")),
        pytest.param(
            "en",
            (120, 40),
            ("has not signed it yet", "is revoked", "has sealed it"),
            marks=pytest.mark.soak,
        ),
    ],
)
async def test_the_key_file_on_a_stick_signs(
    counter: RunCounter,
    unsigned: ReadyCase,
    stick: Path,
    language: str,
    size: tuple[int, int],
    words: tuple[str, str, str],
):
    seen: list[str] = []
    async with counter(
        "olga", "contract", unsigned.case, folder=unsigned.folder, language=language, size=size
    ) as pilot:
        await wait_until(lambda: words[0] in text_of(pilot))
        await wait_until(lambda: words[1] in " ".join(text_of(pilot).split()))
        assert "F10" in text_of(pilot)
        await bring_key_file(pilot, stick / "key.p12")
        assert "Olga" not in text_of(pilot)
        await press_and_wait(pilot, PASSWORD)
        seen.append(pilot.app.export_screenshot())
        await press_and_wait(pilot, "enter")
        await page(pilot, "ContractScreen")
        await wait_until(lambda: text_of(pilot).count("√") >= 2)
        await wait_until(lambda: words[2] in text_of(pilot))
        await wait_until(lambda: "F10" not in text_of(pilot))
        seen.append(pilot.app.export_screenshot())
        contract = await contract_of(pilot, unsigned)
    assert contract.how == "file"
    assert contract.countersigned_at is not None
    assert_no_secret(unsigned.folder.parent, seen, PASSWORD)


async def test_a_wrong_password_is_told_and_may_be_typed_again(
    counter: RunCounter, unsigned: ReadyCase, stick: Path
):
    async with counter("olga", "contract", unsigned.case, folder=unsigned.folder) as pilot:
        await wait_until(lambda: "F10" in text_of(pilot))
        await bring_key_file(pilot, stick / "key.p12")
        await press_and_wait(pilot, "no es esta", "enter")
        await wait_until(lambda: "no se abre con esa contraseña" in " ".join(
            text_of(pilot).split()))  # fmt: skip
        assert shown(pilot) == "KeyFilePasswordScreen"
        assert (await contract_of(pilot, unsigned)).signed_at is None
        await press_and_wait(pilot, PASSWORD, "enter")
        await wait_until(lambda: text_of(pilot).count("√") >= 2)


async def test_without_a_password_nothing_is_signed(
    counter: RunCounter, unsigned: ReadyCase, stick: Path
):
    async with counter("olga", "contract", unsigned.case, folder=unsigned.folder) as pilot:
        await wait_until(lambda: "F10" in text_of(pilot))
        await bring_key_file(pilot, stick / "key.p12")
        await press_and_wait(pilot, "enter")
        assert shown(pilot) == "KeyFilePasswordScreen"
        await press_and_wait(pilot, "f3")
        await page(pilot, "ContractScreen")
        assert (await contract_of(pilot, unsigned)).signed_at is None


async def test_the_contract_is_saved_and_an_unsigned_one_is_not_taken_in(
    counter: RunCounter, unsigned: ReadyCase, stick: Path
):
    async with counter("olga", "contract", unsigned.case, folder=unsigned.folder) as pilot:
        await wait_until(lambda: "F9" in text_of(pilot))
        await press_and_wait(pilot, "f9")
        await page(pilot, "FilePicker")
        await press_and_wait(pilot, "ctrl+u", str(stick), "enter")
        await press_and_wait(pilot, "f10")
        await page(pilot, "ContractScreen")
        await wait_until(lambda: files_in(stick, ".pdf"))
        saved = files_in(stick, ".pdf")[0]
        await wait_until(lambda: saved.stat().st_size)
        assert len(PdfReader(saved).pages) >= 2
        await press_and_wait(pilot, "f6")
        await choose(pilot, saved)
        await page(pilot, "ContractScreen")
        await wait_until(lambda: "0 firmas" in text_of(pilot))
        assert (await contract_of(pilot, unsigned)).signed_at is None


async def test_the_case_says_who_may_have_its_contract_signed(
    counter: RunCounter, unsigned: ReadyCase
):
    async with counter("carmen", "case", unsigned.case, folder=unsigned.folder) as pilot:
        await wait_until(lambda: "El contrato debe firmarse hasta el" in text_of(pilot))
        assert "operador" in text_of(pilot)


async def test_the_case_leads_to_its_unsigned_contract(counter: RunCounter, unsigned: ReadyCase):
    async with counter("olga", "case", unsigned.case, folder=unsigned.folder) as pilot:
        # Five days after the issue the certificate is revoked.
        await wait_until(lambda: "haga firmar el contrato hasta el" in text_of(pilot))
        await press_and_wait(pilot, "f4")
        await page(pilot, "ValueList")
        await wait_until(lambda: "Hacer firmar el contrato" in text_of(pilot))
        await press_and_wait(pilot, "firmar", "enter")
        await page(pilot, "ContractScreen")
