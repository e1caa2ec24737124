"""`ventanilla tick` and `ventanilla serve-status` as a timer and a reader meet them."""

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from issuance.access.commands import AddOperator
from issuance.access.roles import Role
from issuance.certificates.ocsp import MALFORMED, UNAUTHORIZED
from issuance.engine.demonstration import PEOPLE, demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.findings.engine import EngineCode
from issuance.findings.register import RegisterCode
from issuance.register.sessions import SessionRow
from issuance.secret import Secret
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import FIRST, Desk, SetClock, sources_at
from tests.issuance.certificates.certificate_samples import run
from ventanilla.cli import main
from ventanilla.compose import make_key, system_sources
from ventanilla.tick import CREDENTIAL

ROOT = Path(__file__).parents[2]
SERVICE = "reloj"


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> FoundedOffice:
    """An office with a service that an administrator added."""
    folder = tmp_path_factory.mktemp("founded") / "office"
    done = found_office(folder, demonstration_plan(), system_sources(), make_key)
    assert isinstance(done, Founded)
    office = FoundedOffice(folder, done.recovery_key)
    desk = Desk(office)
    administrator = next(each.user for each in PEOPLE if Role.ADMINISTRATOR in each.roles)
    desk.log_in(administrator)
    roles = (Role.SERVICE.value,)
    added = desk.give(AddOperator(user=SERVICE, name="Reloj", roles=roles, first_password=FIRST))
    assert added.applied, added.findings
    desk.enrol(SERVICE)
    desk.leave()
    return office


@pytest.fixture
def folder(founded: FoundedOffice, tmp_path: Path) -> Path:
    shutil.copytree(founded.folder, tmp_path / "office")
    return tmp_path / "office"


def credential(folder: Path, password: Secret, mode: int = 0o400) -> None:
    path = folder / CREDENTIAL
    path.write_text(password.reveal() + "\n")
    path.chmod(mode)


@pytest.fixture
def credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "credentials"
    folder.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    return folder


def tick(folder: Path, user: str = SERVICE) -> int:
    return main(["tick", str(folder), "--user", user, "--unattended", "--json"])


OWN = Secret("cuatro-palabras-propias")


def test_a_service_publishes_unattended(
    folder: Path, credentials: Path, capsys: pytest.CaptureFixture[str]
):
    credential(credentials, OWN)
    assert tick(folder) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"events": {}, "list_number": 1, "answers": 0, "mails": 0, "waits": []}
    assert (folder / "published" / "emisora.crl").stat().st_size > 0
    assert tick(folder) == 0
    assert json.loads(capsys.readouterr().out)["list_number"] is None


def hours_later(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    """Let the computer's clock stand so much ahead."""
    sources = sources_at(SetClock(datetime.now(UTC) + timedelta(hours=hours)))
    monkeypatch.setattr("ventanilla.compose.system_sources", lambda: sources)


def test_nothing_is_done_by_a_clock_that_stands_ahead_until_somebody_logs_in(
    folder: Path,
    credentials: Path,
    founded: FoundedOffice,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    credential(credentials, OWN)
    hours_later(monkeypatch, 24 * 400)
    assert tick(folder) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["waits"] == [EngineCode.CLOCK_AHEAD]
    assert json.loads(told.out)["list_number"] is None
    assert EngineCode.CLOCK_AHEAD in told.err
    assert not (folder / "published").exists()
    # What was refused proves nothing: it is so the second time, too.
    assert tick(folder) == 1
    # An office that was closed for a year: the first who comes shows that the clock is right.
    desk = Desk(FoundedOffice(folder, founded.recovery_key))
    desk.clock.pass_time(days=400)
    desk.log_in("olga")
    desk.leave()
    capsys.readouterr()
    assert tick(folder) == 0
    assert json.loads(capsys.readouterr().out)["list_number"] == 1


@pytest.mark.parametrize(("user", "waits"), [("olga", 0), ("nueva", 1)])
def test_a_session_shows_that_the_clock_is_right_unless_it_began_without_a_code(
    user: str,
    waits: int,
    folder: Path,
    credentials: Path,
    founded: FoundedOffice,
    monkeypatch: pytest.MonkeyPatch,
):
    """As on a server where everybody comes by an identity provider."""
    credential(credentials, OWN)
    later = datetime.now(UTC) + timedelta(days=400)
    desk = Desk(FoundedOffice(folder, founded.recovery_key))
    desk.log_in(next(each.user for each in PEOPLE if Role.ADMINISTRATOR in each.roles))
    new = AddOperator(user="nueva", name="Nueva", roles=("operator",), first_password=FIRST)
    assert desk.give(new).applied
    begun = SessionRow(
        token_hash=b"hash", id=UUID(int=1), operator=user, roles=("operator",), station=None,
        started_at=later, last_used_at=later, expires_at=later + timedelta(hours=8),
    )  # fmt: skip
    desk.here.engine.office.register.write(lambda writing: writing.keep_session(begun))
    desk.leave()
    hours_later(monkeypatch, 24 * 400)
    assert tick(folder) == waits


def test_an_office_where_nobody_comes_for_long_goes_on_publishing(
    folder: Path,
    credentials: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    credential(credentials, OWN)
    for number, hours in enumerate((0, 110, 220, 330), start=1):
        hours_later(monkeypatch, hours)
        assert tick(folder) == 0
        assert json.loads(capsys.readouterr().out)["list_number"] == number
    hours_later(monkeypatch, 330 + 121)
    assert tick(folder) == 1


def test_a_register_whose_end_was_cut_off_is_told(
    folder: Path, credentials: Path, capsys: pytest.CaptureFixture[str]
):
    credential(credentials, OWN)
    before = (folder / "register.db").read_bytes()
    assert tick(folder) == 0
    (folder / "register.db").write_bytes(before)
    capsys.readouterr()
    assert tick(folder) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["waits"] == [RegisterCode.TAIL_CUT]
    assert RegisterCode.TAIL_CUT in told.err


def test_a_person_always_needs_a_code(
    folder: Path, credentials: Path, capsys: pytest.CaptureFixture[str]
):
    olga = next(each for each in PEOPLE if each.user == "olga")
    credential(credentials, Secret(olga.password))
    assert tick(folder, "olga") == 66
    assert not (folder / "published").exists()
    assert olga.password not in capsys.readouterr().err


def test_a_password_that_others_can_read_is_not_used(
    folder: Path, credentials: Path, capsys: pytest.CaptureFixture[str]
):
    credential(credentials, OWN, 0o440)
    assert tick(folder) == 66
    assert "0440" in capsys.readouterr().err


def test_without_a_credential_it_says_what_is_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert tick(folder) == 66
    assert "CREDENTIALS_DIRECTORY" in capsys.readouterr().err
    assert main(["serve-status", str(folder)]) == 66
    assert "ventanilla tick" in capsys.readouterr().err


@pytest.fixture
def address(folder: Path, credentials: Path) -> Iterator[str]:
    """Serve what a tick has published, in a process of its own."""
    credential(credentials, OWN)
    assert tick(folder) == 0
    command = [sys.executable, "-m", "ventanilla", "serve-status", str(folder), "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "VENTANILLA_HOME": str(folder)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


def fetch(url: str, content: bytes | None = None, **headers: str) -> tuple[int, Message, bytes]:
    request = urllib.request.Request(url, content, headers)  # noqa: S310 -- our own address
    try:
        with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def test_list_and_issuer_are_served_with_their_types(address: str, folder: Path):
    status, headers, content = fetch(f"{address}ec-icert/emisora.crl")
    assert (status, headers["Content-Type"]) == (200, "application/pkix-crl")
    assert content == (folder / "published" / "emisora.crl").read_bytes()
    of_root = fetch(f"{address}ec-icert/root.crl")[2]
    assert of_root == (folder / "published" / "root.crl").read_bytes() != content
    assert "max-age=3600" in headers["Cache-Control"]
    assert headers["Expires"]
    unchanged = {"If-None-Match": headers["ETag"]}
    assert fetch(f"{address}ec-icert/emisora.crl", None, **unchanged)[0] == 304
    status, headers, content = fetch(f"{address}emisora.cer")
    assert (status, headers["Content-Type"]) == (200, "application/pkix-cert")
    assert x509.load_der_x509_certificate(content)


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is missing")
def test_openssl_asks_both_ways_and_hears_that_an_unknown_serial_is_not_ours(
    address: str, tmp_path: Path
):
    _, _, content = fetch(f"{address}emisora.cer")
    issuing = tmp_path / "issuing.pem"
    issuing.write_bytes(x509.load_der_x509_certificate(content).public_bytes(Encoding.PEM))
    asked = tmp_path / "request.der"
    told = run(
        "openssl", "ocsp", "-issuer", str(issuing), "-serial", "77", "-no_nonce",
        "-reqout", str(asked), "-url", f"{address}ec-icert",
    )  # fmt: skip
    assert "unauthorized (6)" in told.stdout + told.stderr
    request = asked.read_bytes()
    for url, body in (
        (f"{address}ec-icert", request),
        (f"{address}ec-icert/{b64encode(request).decode()}", None),
    ):
        status, headers, answer = fetch(url, body)
        assert (status, headers["Content-Type"]) == (200, "application/ocsp-response")
        assert answer == UNAUTHORIZED
        assert headers["Cache-Control"] == "no-store"


def test_what_is_no_request_is_told_so_and_harms_nothing(address: str):
    assert fetch(f"{address}nothing")[2] == MALFORMED
    assert fetch(address, b"\x00" * 100)[2] == MALFORMED
    assert fetch(address, b"0" * 5000)[0] == 413
    assert fetch(f"{address}emisora.crl")[0] == 200


def test_a_taken_port_is_told(address: str, folder: Path, capsys: pytest.CaptureFixture[str]):
    port = address.rstrip("/").rpartition(":")[2]
    assert main(["serve-status", str(folder), "--port", port]) == 69
    assert port in capsys.readouterr().err
