"""Whole cases through the engine, their files judged by readers that are not ours."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from issuance.engine.inspection import inspect_office
from issuance.policies.loader import load_policy
from issuance.register.fault import VerificationReport
from tests.engine.conftest import FoundedOffice, MakeRehearsal
from ventanilla.cli import main
from ventanilla.compose import system_sources

TYPES = ("natural", "juridica-privada", "juridica-publica", "miembro-empresa")


def tool(*command: str) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(
    scope="session",
    params=[*TYPES[:1], *(pytest.param(each, marks=pytest.mark.soak) for each in TYPES[1:])],
)
def rehearsed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what `ventanilla rehearse` leaves for a type."""
    out = tmp_path_factory.mktemp("rehearsed") / request.param
    assert main(["rehearse", "--out", str(out), "--type", request.param]) == 0
    return out


def parts_of_chain(out: Path) -> tuple[Path, Path]:
    """Split chain.pem into issuing authority and root."""
    issuing, root = (out / "chain.pem").read_text().split("-----END CERTIFICATE-----\n")[:2]
    for name, text in (("issuing.pem", issuing), ("root.pem", root)):
        (out / name).write_text(text + "-----END CERTIFICATE-----\n")
    return out / "issuing.pem", out / "root.pem"


@pytest.mark.soak
def test_rehearsal_leaves_what_a_case_leaves(rehearsed: Path):
    names = {path.name for path in rehearsed.iterdir()}
    assert {
        "certificate.pem",
        "chain.pem",
        "certificate.p12",
        "password.txt",
        "contract.pdf",
        "case.json",
        "recovery-key.txt",
        "office",
    } <= names


def test_openssl_accepts_chain_and_key_file(rehearsed: Path):
    issuing, root = parts_of_chain(rehearsed)
    strict = ("openssl", "verify", "-x509_strict", "-CAfile", str(root), "-untrusted")
    tool(*strict, str(issuing), str(rehearsed / "certificate.pem"))
    password = f"file:{rehearsed / 'password.txt'}"
    shown = tool(
        "openssl", "pkcs12", "-in", str(rehearsed / "certificate.p12"), "-passin", password,
        "-nokeys", "-info",
    )  # fmt: skip
    assert "AES-256-CBC" in shown


def test_openssl_refuses_a_tampered_certificate(rehearsed: Path, tmp_path: Path):
    issuing, root = parts_of_chain(rehearsed)
    der = bytearray(
        subprocess.run(
            ["openssl", "x509", "-in", str(rehearsed / "certificate.pem"), "-outform", "DER"],
            capture_output=True,
            check=True,
        ).stdout
    )
    der[len(der) // 2] ^= 1
    (tmp_path / "tampered.der").write_bytes(der)
    done = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-CAfile", str(root), "-untrusted", str(issuing),
         str(tmp_path / "tampered.der")],
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0


def test_java_reads_the_key_file(rehearsed: Path):
    password = (rehearsed / "password.txt").read_text().strip()
    listed = tool(
        "keytool", "-list", "-v", "-storetype", "PKCS12", "-storepass", password,
        "-keystore", str(rehearsed / "certificate.p12"),
    )  # fmt: skip
    assert "PrivateKeyEntry" in listed
    assert "1.3.6.1.4.1.43745.1.2.1" in listed


def test_contract_is_text(rehearsed: Path):
    from pypdf import PdfReader

    pages: Sequence[str] = [
        page.extract_text() for page in PdfReader(rehearsed / "contract.pdf").pages
    ]
    assert "CONSEJO DE LA JUDICATURA" in "".join(pages)


def test_register_is_clean_after_the_journey(rehearsed: Path):
    key = str(rehearsed / "recovery-key.txt")
    assert main(["verify", str(rehearsed / "office"), "--key-file", key]) == 0


def test_wrong_recovery_key_opens_nothing(rehearsed: Path, tmp_path: Path):
    key = tmp_path / "key.txt"
    key.write_text((rehearsed / "recovery-key.txt").read_text()[::-1])
    assert main(["verify", str(rehearsed / "office"), "--key-file", str(key)]) == 66


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("container", ["hsm-sfc"])
def test_a_container_that_comes_later_is_told_in_the_policys_words(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    container: str,
    language: str,
):
    monkeypatch.setenv("VENTANILLA_LANGUAGE", language)
    out = tmp_path / "out"
    assert main(["rehearse", "--out", str(out), "--container", container]) == 1
    told = capsys.readouterr().err
    words = load_policy("ec-icert").words(language)
    assert told.startswith("PRODUCT_NOT_AVAILABLE: ")
    assert told.strip().endswith(words.word("unavailable", "hsm_sfc_to_come"))
    assert "to_come" not in told
    assert not out.exists()


@pytest.mark.soak
def test_two_people_have_two_cases(office: FoundedOffice, rehearse: MakeRehearsal):
    for number in (1, 2):
        rehearsal = rehearse(number=number)
        rehearsal.play()
        rehearsal.close()
    report = inspect_office(office.folder, office.recovery_key, system_sources())
    assert isinstance(report, VerificationReport)
    assert report.ok
