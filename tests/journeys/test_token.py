"""A certificate goes into a token although the program is killed at every step of the way."""

import base64
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509

from backend_client.at_the_station.token import open_token, set_first_pin
from issuance.cases.commands.activation import GiveUpKey, RequestCertificate
from issuance.cases.state import CaseStatus
from issuance.certificates.keys import PrivateKey
from issuance.certificates.token_calls import TokenAddress
from issuance.findings import Finding
from issuance.policies.loader import load_policy
from issuance.secret import Secret
from tests.soft_token import OFFICER_PIN, SoftTokens, needs_soft_token, soft_tokens
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

pytestmark = needs_soft_token

PIN = Secret("Zanja-Trueno-58")
STOPS = (
    ("before", "request_certificate"),
    ("after", "request_certificate"),
    ("before", "prepare_contract"),
    ("after", "prepare_contract"),
    ("after", "record_signed_contract"),
    ("before", "record_delivery"),
    ("after", "record_delivery"),
)
CHILD = """
import os, signal, sys
from pathlib import Path
from uuid import UUID
from issuance.certificates.keys import make_private_key
from issuance.certificates.token_calls import TokenAddress
from issuance.policies.loader import load_policy
from issuance.secret import Secret
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

folder, case, module, label, pin, when, kind = sys.argv[1:]

class Stopping(Rehearsal):
    def _execute(self, body, case, revision):
        if (when, kind) == ("before", body.kind):
            os.kill(os.getpid(), signal.SIGKILL)
        receipt = super()._execute(body, case, revision)
        assert receipt.applied, receipt
        if (when, kind) == ("after", body.kind):
            os.kill(os.getpid(), signal.SIGKILL)
        return receipt

product = load_policy("ec-icert").policy.product("natural-token-2y")
played = Stopping(Path(folder), system_sources(), make_private_key, product, Path(folder) / "none")
played.token, played.password = TokenAddress(module=module, label=label), Secret(pin)
played.case = UUID(case)
played.hand_over()
"""


@pytest.fixture
def tokens(tmp_path: Path) -> Iterator[SoftTokens]:
    with soft_tokens(tmp_path / "softhsm") as made:
        yield made


@pytest.fixture
def address(tokens: SoftTokens) -> TokenAddress:
    address = tokens.make()
    assert set_first_pin(address, OFFICER_PIN, PIN) is None
    return address


def rehearsal(
    folder: Path, make_key: Callable[[str], PrivateKey], address: TokenAddress
) -> Rehearsal:
    product = load_policy("ec-icert").policy.product("natural-token-2y")
    assert product is not None
    played = Rehearsal(folder, system_sources(), make_key, product, folder / "none")
    played.token, played.password = address, PIN
    return played


def lead_to_the_token(played: Rehearsal) -> None:
    for act in (
        played.apply, played.approve, played.bring_evidence, played.accept_evidence, played.pay,
        played.confirm_person, played.enter_activation_code,
    ):  # fmt: skip
        act()


def killed(folder: Path, case: UUID, address: TokenAddress, when: str, kind: str) -> bool:
    """Let a child go on with the case until it kills itself at that step."""
    place = (str(folder), str(case), address.module, address.label, PIN.reveal())
    finished = subprocess.run(
        [sys.executable, "-c", CHILD, *place, when, kind],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return finished.returncode == -9


def inside(address: TokenAddress, case: UUID) -> tuple[int, list[bytes]]:
    """Return how many private keys the token has, and the certificates of the case."""
    token = open_token(address, PIN)
    assert not isinstance(token, Finding), token
    try:
        return len(token._session.signing_key_ids("")), token._session.certificates(case.bytes)
    finally:
        token.close()


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_killed_at_every_step_there_is_one_key_and_one_certificate(
    founded_office: Path,
    tmp_path: Path,
    make_key: Callable[[str], PrivateKey],
    tokens: SoftTokens,
    address: TokenAddress,
):
    folder = shutil.copytree(founded_office, tmp_path / "office")
    played = rehearsal(folder, make_key, address)
    lead_to_the_token(played)
    played.close()
    for stop in STOPS:
        assert killed(folder, played.case, address, *stop), stop
    tokens.restart()
    played.become("olga")
    try:
        state = played.state
        opened = played.office
        with opened.engine.office.register.reading() as reading:
            assert reading.open_intents() == []
    finally:
        played.close()
    assert state.status is CaseStatus.ACTIVE
    assert state.activation.given_up == ()
    certificate = state.activation.certificate
    assert certificate is not None
    keys, (written,) = inside(address, played.case)
    assert keys == 1
    assert str(x509.load_der_x509_certificate(written).serial_number) == certificate.serial


@pytest.mark.soak
def test_a_key_that_was_given_up_is_replaced_in_the_same_token(
    founded_office: Path,
    tmp_path: Path,
    make_key: Callable[[str], PrivateKey],
    address: TokenAddress,
):
    folder = shutil.copytree(founded_office, tmp_path / "office")
    played = rehearsal(folder, make_key, address)
    lead_to_the_token(played)
    have_it_issued(played)
    try:
        first = played.state.activation.certificate
        assert first is not None
        reason = next(iter(played.office.engine.office.policy.policy.reasons.revoke))
        played.execute(GiveUpKey(reason=reason, note="El token no estaba a mano."))
        played.confirm_person()
        played.enter_activation_code()
        delivered = played.hand_over()
    finally:
        played.close()
    assert delivered.serial != first.serial
    keys, (written,) = inside(address, played.case)
    assert keys == 1
    assert str(x509.load_der_x509_certificate(written).serial_number) == delivered.serial


def have_it_issued(played: Rehearsal) -> None:
    """Have the certificate issued with its key in the token, and no more."""
    assert played.token is not None
    token = open_token(played.token, PIN)
    assert not isinstance(token, Finding)
    request = token.request(played.case, "rsa-2048")
    token.close()
    assert isinstance(request, bytes)
    encoded = base64.b64encode(request).decode("ascii")
    played.execute(RequestCertificate(request=encoded))
