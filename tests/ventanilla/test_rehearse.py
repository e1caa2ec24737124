"""`rehearse --all` leaves for every product what a real case leaves, or says why it is not sold."""

import fcntl
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import ocsp

from issuance.findings.access import AccessCode
from issuance.policies.loader import load_policy
from tests.relying_party import RelyingParty, changed, needs, needs_pkilint
from tests.soft_token import MODULE, needs_soft_token
from ventanilla.cli import main

pytestmark = pytest.mark.timeout(400)

FILES = {
    "certificate.pem", "chain.pem", "crl.der", "ocsp.der", "certificate.p12",
    "certificate-compatible.p12", "password.txt", "contract.pdf", "case.json",
}  # fmt: skip
TYPE = "juridica-publica"
SOLD = (f"{TYPE}-pkcs12-1y", f"{TYPE}-pkcs12-2y")
BY_PKCS11 = {"token": f"{TYPE}-token-2y", "hsm": f"{TYPE}-hsm-2y"}
NOT_SOLD = (f"{TYPE}-hsm-sfc-2y", *(() if MODULE else BY_PKCS11.values()))


@dataclass(frozen=True)
class Rehearsed:
    """What the command left, and what it told."""

    out: Path
    code: int
    told: dict[str, Any]

    def folder(self, product: str) -> Path:
        return self.out / "ec-icert" / product

    def case(self, product: str) -> dict[str, Any]:
        return json.loads((self.folder(product) / "case.json").read_text("utf-8"))


def rehearse(out: Path, *options: str) -> Rehearsed:
    with redirect_stdout(StringIO()) as shown:
        code = main(["rehearse", "--all", "--out", str(out), "--json", *options])
    return Rehearsed(out, code, json.loads(shown.getvalue()))


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    out = tmp_path_factory.mktemp("rehearsed") / "new"
    return rehearse(out, "--type", TYPE)


def test_every_product_has_its_folder(rehearsed: Rehearsed):
    assert rehearsed.code == 0
    assert rehearsed.told["ok"]
    assert rehearsed.told["findings"] == []
    assert [each.name for each in rehearsed.out.iterdir()] == ["ec-icert"]
    products = load_policy("ec-icert").policy.products
    wanted = {each.id for each in products if each.certificate_type == TYPE}
    assert {each.name for each in (rehearsed.out / "ec-icert").iterdir()} == wanted
    assert {each["product"] for each in rehearsed.told["products"]} == wanted


@pytest.mark.parametrize("product", SOLD)
def test_a_sold_product_leaves_all_its_files(rehearsed: Rehearsed, product: str):
    folder = rehearsed.folder(product)
    assert {each.name for each in folder.iterdir()} == FILES
    for name in ("password.txt", "certificate.p12", "certificate-compatible.p12"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert (folder / "contract.pdf").read_bytes().count(b"/ByteRange") == 2
    case = rehearsed.case(product)
    assert case["state"] == "active"
    kinds = [event["kind"] for event in case["events"]]
    assert kinds[0] == "case_opened"
    order = ["certificate_issued", "contract_signed", "certificate_delivered"]
    assert sorted(order, key=kinds.index) == order


@pytest.mark.parametrize("product", SOLD)
def test_its_files_belong_together(rehearsed: Rehearsed, product: str):
    folder = rehearsed.folder(product)
    certificate = x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes())
    issuing, root = x509.load_pem_x509_certificates((folder / "chain.pem").read_bytes())
    certificate.verify_directly_issued_by(issuing)
    issuing.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    revoked = x509.load_der_x509_crl((folder / "crl.der").read_bytes())
    authority = issuing.public_key()
    assert isinstance(authority, RSAPublicKey)
    assert revoked.is_signature_valid(authority)
    assert revoked.get_revoked_certificate_by_serial_number(certificate.serial_number) is None
    answer = ocsp.load_der_ocsp_response((folder / "ocsp.der").read_bytes())
    assert answer.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert answer.serial_number == certificate.serial_number
    password = (folder / "password.txt").read_text().strip().encode()
    for name in ("certificate.p12", "certificate-compatible.p12"):
        key, held, chain = pkcs12.load_key_and_certificates((folder / name).read_bytes(), password)
        assert key is not None
        assert key.public_key() == certificate.public_key()
        assert held == certificate
        assert set(chain) == {issuing, root}


def test_two_cases_are_of_two_people(rehearsed: Rehearsed):
    numbers = {rehearsed.case(product)["case"] for product in SOLD}
    assert len(numbers) == len(SOLD)
    subjects = {(rehearsed.folder(each) / "certificate.pem").read_bytes() for each in SOLD}
    assert len(subjects) == len(SOLD)


@needs_soft_token
@pytest.mark.parametrize("container", BY_PKCS11)
def test_token_and_security_module_keep_their_key_and_say_so(rehearsed: Rehearsed, container: str):
    folder = rehearsed.folder(BY_PKCS11[container])
    key_files = {"certificate.p12", "certificate-compatible.p12"}
    assert {each.name for each in folder.iterdir()} == FILES - key_files
    case = rehearsed.case(BY_PKCS11[container])
    assert case["state"] == "active"
    assert container in case["key"]
    assert (folder / "contract.pdf").read_bytes().count(b"/ByteRange") == 2


@pytest.mark.parametrize("product", NOT_SOLD)
def test_a_product_that_is_not_sold_says_why_and_is_no_failure(rehearsed: Rehearsed, product: str):
    assert [each.name for each in rehearsed.folder(product).iterdir()] == ["case.json"]
    case = rehearsed.case(product)
    assert (case["case"], case["state"], case["events"]) == (None, "unavailable", [])
    assert len(case["reason"]) > 20
    (told,) = [each for each in rehearsed.told["products"] if each["product"] == product]
    assert (told["delivered"], told["findings"]) == (False, [])
    assert told["unavailable"] == case["reason"]


@pytest.mark.parametrize(
    "arguments", [["--type", "nobody"], ["--policy", "nowhere"], ["--container", "paper"]]
)
def test_what_no_policy_has_is_a_wrong_call(tmp_path: Path, arguments: list[str]):
    assert main(["rehearse", "--all", "--out", str(tmp_path / "out"), *arguments]) == 64
    assert not (tmp_path / "out").exists()


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path: Path):
    (tmp_path / "note").write_text("mine")
    assert main(["rehearse", "--all", "--out", str(tmp_path)]) == 64
    assert main(["rehearse", "--all", "--out", str(tmp_path / "note")]) == 64
    assert [each.name for each in tmp_path.iterdir()] == ["note"]


def test_where_nothing_can_be_written_nothing_is_called_delivered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    options = ("--type", TYPE, "--container", "pkcs12")
    rehearsed = rehearse(tmp_path / "out", *options)
    assert (rehearsed.code, rehearsed.told["findings"]) == (1, [AccessCode.STORE_FAILED])
    assert [each["delivered"] for each in rehearsed.told["products"]] == [False, False]
    capsys.readouterr()
    assert main(["rehearse", "--all", "--out", str(tmp_path / "second"), *options]) == 1
    ends = [line.rpartition(": ")[2] for line in capsys.readouterr().out.splitlines()]
    assert ends == ["no se terminó"] * 2


def test_two_at_once_do_not_share_a_folder(tmp_path: Path):
    held = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        assert main(["rehearse", "--out", str(tmp_path)]) == 64
    finally:
        os.close(held)
    assert list(tmp_path.iterdir()) == []


def judge(folder: Path, work: Path) -> None:
    """Let every program judge what a case left; each objects to something tampered with."""
    work.mkdir()
    (certificate,) = x509.load_pem_x509_certificates((folder / "certificate.pem").read_bytes())
    issuing, root = x509.load_pem_x509_certificates((folder / "chain.pem").read_bytes())
    revoked, answer = (folder / "crl.der").read_bytes(), (folder / "ocsp.der").read_bytes()
    contract = (folder / "contract.pdf").read_bytes()
    party = RelyingParty(work, root, issuing)
    assert party.openssl(certificate, revoked) == "OK"
    assert party.openssl_answer(certificate, answer)[0] == "Response verify OK"
    assert "is valid" in party.nss(certificate, revoked)
    assert "Chain verification output: Verified" in party.gnutls(certificate, revoked)
    assert "Verifying OCSP Response: Success" in party.gnutls_answer(answer)
    assert party.lint_chain(root, issuing, certificate) == ""
    assert party.poppler(contract).count("Signature is Valid.") == 2
    assert party.openssl(certificate, changed(revoked)) != "OK"
    assert "is valid" not in party.nss(certificate, changed(revoked))
    place = contract.index(b"stream") + 20
    assert "Signature is Valid." not in party.poppler(changed(contract, place))


def needs_every_judge(test: Callable[..., None]) -> Callable[..., None]:
    for program in ("openssl", "certutil", "crlutil", "certtool", "ocsptool", "pdfsig"):
        test = needs(program)(test)
    return needs_pkilint(test)


@needs_every_judge
def test_every_judge_accepts_what_a_product_leaves(rehearsed: Rehearsed, tmp_path: Path):
    for product in (SOLD[0], *(BY_PKCS11.values() if MODULE else ())):
        judge(rehearsed.folder(product), tmp_path / product)


@pytest.mark.soak
@needs_every_judge
def test_every_judge_accepts_what_every_product_of_a_counter_leaves(tmp_path: Path):
    everything = rehearse(tmp_path / "all", "--policy", "ec-icert")
    assert everything.code == 0
    delivered = [each["product"] for each in everything.told["products"] if each["delivered"]]
    assert len(delivered) >= len(SOLD)
    for product in delivered:
        judge(everything.folder(product), tmp_path / product)
