"""A computer that is connected with a server: what it keeps, who may read it, what it refuses."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from backend_client.backend import OfficeSign
from backend_client.offices import DEMONSTRATION, OFFICE, REMOTE, Offices
from backend_client.remote import RemoteBackend
from backend_client.remote_office import connect
from backend_client.server_settings import checked_address, read_server_settings
from backend_client.station import DraftKey, SavedDraft
from issuance.access.key_slots import open_slot
from issuance.access.office_file import read_office
from issuance.certificates.keys import PrivateKey
from issuance.engine.demonstration import PEOPLE
from issuance.findings import Finding
from issuance.findings.access import AccessCode
from issuance.findings.remote import RemoteCode
from issuance.policies.loader import LoadedPolicy, load_policy
from issuance.secret import Secret
from tests.backend_client.counters import found_demonstration, log_in, remote_counter
from tests.live_server import LiveServer, live_server
from ventanilla.cli import main
from ventanilla.compose import system_sources

NOT_THERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def server(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = shutil.copytree(demonstration, tmp_path_factory.mktemp("served") / "office")
    with live_server(folder, background=False) as running:
        yield running


@pytest.fixture
def offices(tmp_path: Path, make_key: Callable[[str], PrivateKey]) -> Offices:
    return Offices(tmp_path / "home", system_sources, make_key)


def _contents(folder: Path) -> list[bytes]:
    return [each.read_bytes() for each in folder.rglob("*") if each.is_file()]


def code_of(outcome: object) -> str:
    assert isinstance(outcome, Finding), outcome
    return outcome.code


def test_the_office_of_a_server_is_opened_before_any_other(server: LiveServer, offices: Offices):
    # The server goes on while it is copied: what it is writing is not there in the end.
    unfinished = shutil.ignore_patterns("*.unfinished")
    shutil.copytree(server.served.office.folder, offices.folder(OFFICE), ignore=unfinished)
    sign = connect(offices, server.url)
    assert isinstance(sign, OfficeSign)
    assert sign.name == server.served.office.sign.name
    assert offices.first_sign() == sign
    assert isinstance(offices.backend(sign.place), RemoteBackend)
    chosen = offices.remember(REMOTE, "en", "light")
    assert isinstance(chosen, OfficeSign)
    assert (chosen.language, chosen.theme) == ("en", "light")
    assert offices.first_sign() == chosen


def test_connecting_again_keeps_the_station(server: LiveServer, offices: Offices):
    connect(offices, server.url)
    first = read_server_settings(offices.folder(REMOTE))
    connect(offices, server.url + "/")
    assert read_server_settings(offices.folder(REMOTE)) == first
    for path in offices.folder(REMOTE).glob("*.json"):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_server_that_does_not_answer_leaves_nothing(offices: Offices):
    assert code_of(connect(offices, NOT_THERE)) == RemoteCode.SERVER_UNREACHABLE
    assert code_of(offices.first_sign()) == AccessCode.OFFICE_MISSING


@pytest.mark.timeout(240)
def test_a_station_never_changes_its_office(
    server: LiveServer, offices: Offices, make_key: Callable[[str], PrivateKey], tmp_path: Path
):
    connect(offices, server.url)
    with live_server(found_demonstration(tmp_path / "other", make_key), background=False) as other:
        assert code_of(connect(offices, other.url)) == RemoteCode.OFFICE_DIFFERS
    settings = read_server_settings(offices.folder(REMOTE))
    assert not isinstance(settings, Finding)
    assert settings.address == server.url


@pytest.mark.parametrize(
    "address",
    ["", "ventanilla", "http://example.com", "ftp://example.com", "https://", "https://a/b",
     "https://u:p@a", "https://a:99999", "unix:relative", "unix:", "https://a b", "https://[::"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str):
    assert code_of(checked_address(address)) == RemoteCode.SERVER_ADDRESS_INVALID


@pytest.mark.parametrize(
    "address", ["https://ventanilla.example:8443", "http://localhost:80", "unix:/run/v/s"]
)
def test_what_is_an_address_is_taken(address: str):
    assert checked_address(f" {address}/ ") == address


def test_the_command_says_what_it_did(
    server: LiveServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("VENTANILLA_HOME", str(tmp_path))
    monkeypatch.setenv("VENTANILLA_LANGUAGE", "en")
    assert main(["connect", NOT_THERE]) == 69
    assert "SERVER_UNREACHABLE" in capsys.readouterr().err
    assert main(["connect", server.url]) == 0
    assert server.served.office.sign.name in capsys.readouterr().out


def test_a_certificate_file_that_is_not_there_is_named(offices: Offices, tmp_path: Path):
    lost = tmp_path / "station.pem"
    finding = connect(offices, "https://127.0.0.1:9", certificate=lost, key=lost)
    assert code_of(finding) == RemoteCode.CONNECTION_FILE_UNREADABLE
    assert isinstance(finding, Finding)
    assert finding.parameters["file"] == "station.pem"


async def test_the_next_person_goes_on_with_a_case_and_the_disk_tells_nothing(
    server: LiveServer, tmp_path: Path, make_key: Callable[[str], PrivateKey]
):
    backend = remote_counter(tmp_path, server.url, make_key)
    key = DraftKey.of_case(UUID(int=1), "photo")
    await log_in(backend, "olga")
    saved = await asyncio.to_thread(
        backend.station.save_draft, key, {"surname": "Guayasamín"}, "olga"
    )
    assert isinstance(saved, SavedDraft)
    await log_in(backend, "adrian")
    found = await asyncio.to_thread(backend.station.load_draft, key)
    assert found is not None
    assert found.values == {"surname": "Guayasamín"}
    await backend.close()
    olga = next(each for each in PEOPLE if each.user == "olga")
    for content in await asyncio.to_thread(_contents, tmp_path):
        for told in ("Guayasamín", olga.password, olga.totp_secret, olga.name):
            assert told.encode() not in content


async def test_each_password_opens_the_stations_own_store(
    server: LiveServer, tmp_path: Path, make_key: Callable[[str], PrivateKey]
):
    """So that it can be opened without the server, too."""
    backend = remote_counter(tmp_path, server.url, make_key)
    keys: set[bytes] = set()
    for person in PEOPLE[:2]:
        await log_in(backend, person.user)
        await backend.log_out()
        office = read_office(tmp_path / REMOTE)
        assert not isinstance(office, Finding)
        slot = office.slot_of(person.user)
        assert slot is not None
        contents = open_slot(office.office, slot, Secret(person.password))
        assert contents is not None
        assert contents.totp_secret.reveal() == ""
        keys.add(contents.data_key)
        assert open_slot(office.office, slot, Secret("another")) is None
    await backend.close()
    assert len(keys) == 1


async def test_a_wrong_password_is_the_servers_to_refuse(
    server: LiveServer, tmp_path: Path, make_key: Callable[[str], PrivateKey]
):
    backend = remote_counter(tmp_path, server.url, make_key)
    refused = await backend.log_in("olga", Secret("wrong"), Secret("000000"))
    assert isinstance(refused, tuple)
    assert refused[0].code == AccessCode.LOG_IN_REFUSED
    with pytest.raises(RuntimeError):
        assert backend.session
    await backend.close()


async def test_other_rules_than_the_servers_are_not_worked_by(
    server: LiveServer,
    tmp_path: Path,
    make_key: Callable[[str], PrivateKey],
    monkeypatch: pytest.MonkeyPatch,
):
    known = load_policy("ec-icert")
    older = LoadedPolicy(known.policy, {**known.files, "more.toml": "00"}, {})
    monkeypatch.setattr("backend_client.remote_engine.load_policy", lambda name: older)
    backend = remote_counter(tmp_path, server.url, make_key)
    olga = next(each for each in await backend.known_people() if each.user == "olga")
    refused = await backend.log_in("olga", Secret(olga.password), Secret(olga.code))
    assert isinstance(refused, tuple)
    (finding,) = refused
    assert finding.code == RemoteCode.SERVER_POLICY_DIFFERS
    assert finding.parameters["here"] != finding.parameters["there"]
    await backend.close()


ANSWERS = {
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}": RemoteCode.SERVER_ANSWER_UNREADABLE,
    b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno": RemoteCode.SERVER_ANSWER_UNREADABLE,
    b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno": (
        RemoteCode.CERTIFICATE_OF_STATION_REFUSED
    ),
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno": RemoteCode.SERVER_BUSY,
    b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n": RemoteCode.SERVER_BUSY,
    b"SSH-2.0-OpenSSH_9.6\r\n": RemoteCode.SERVER_UNREACHABLE,
    b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{": RemoteCode.SERVER_UNREACHABLE,
    b"": RemoteCode.SERVER_UNREACHABLE,
}


@pytest.mark.parametrize(("answer", "code"), ANSWERS.items(), ids=range(len(ANSWERS)))
async def test_whatever_answers_there_is_a_finding(
    answer: bytes, code: RemoteCode, offices: Offices
):
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        told = await asyncio.to_thread(connect, offices, f"http://127.0.0.1:{port}")
    assert code_of(told) == code
    assert code_of(offices.sign(DEMONSTRATION)) == AccessCode.OFFICE_MISSING
