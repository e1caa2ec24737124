"""A computer becomes a station from its command line, with a code an administrator made."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend_client.enrolled_station import EnrolledStation, read_enrolment
from backend_client.enrolling import enrol
from backend_client.offices import REMOTE, STATION_FILE, Offices
from backend_client.server_settings import ServerSettings, read_server_settings
from issuance.access.key_ring import Purpose
from issuance.certificates.keys import PrivateKey
from issuance.findings import Finding
from issuance.findings.sync import SyncCode
from issuance.secret import Secret
from issuance.stations.lease import Lease
from issuance.stations.stream import InviteStation
from issuance.streams import StreamRef
from tests.live_server import LiveServer, live_server
from tests.server.speaking import log_in
from ventanilla.cli import main
from ventanilla.compose import system_sources

CODE = Secret("ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567")


@pytest.fixture
def server(demonstration: Path, tmp_path: Path) -> Iterator[LiveServer]:
    folder = shutil.copytree(demonstration, tmp_path / "office")
    with live_server(folder, background=False) as running:
        yield running


def invite(server: LiveServer, revision: int = 0) -> StreamRef:
    voice = log_in(server, "jefa")
    ref = StreamRef(kind="station", id=system_sources().identifiers.new())
    assert voice.give(InviteStation(name="Puesto 2", code=CODE), ref, revision).applied
    return ref


def stored(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_computer_is_enrolled_by_command_and_keeps_everything_sealed(
    server: LiveServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    ref = invite(server)
    home = tmp_path / "home"
    monkeypatch.setenv("VENTANILLA_HOME", str(home))
    monkeypatch.setenv("VENTANILLA_LANGUAGE", "en")
    monkeypatch.setattr("ventanilla.enrol.getpass", lambda prompt: CODE.reveal().lower())
    assert main(["enrol", server.url]) == 0
    assert "“Puesto 2”" in capsys.readouterr().out

    folder = home / REMOTE
    settings = read_server_settings(folder)
    assert isinstance(settings, ServerSettings)
    assert settings.station == ref.id
    keys = server.served.office.keys
    key = keys.station_key(ref.id)
    enrolled = read_enrolment(folder, key)
    assert isinstance(enrolled, EnrolledStation)
    assert enrolled.persons_key == keys.key(Purpose.PERSONS)
    assert isinstance(enrolled.lease(), Lease)
    kept = stored(folder)
    secrets = (key, enrolled.persons_key, enrolled.key.private_bytes_raw())
    for secret in (CODE.reveal().encode(), *secrets, *(each.hex().encode() for each in secrets)):
        assert secret not in kept
    other = read_enrolment(folder, bytes(32))
    assert isinstance(other, Finding)
    assert other.code == SyncCode.ENROLMENT_UNREADABLE

    # The same code again: nothing changes here.
    assert main(["enrol", server.url]) == 69
    assert "ENROLMENT_REFUSED" in capsys.readouterr().err
    assert stored(folder) == kept


def test_a_damaged_enrolment_is_told(
    server: LiveServer, tmp_path: Path, make_key: Callable[[str], PrivateKey]
):
    ref = invite(server)
    offices = Offices(tmp_path / "home", system_sources, make_key)
    assert isinstance(enrol(offices, server.url, CODE), EnrolledStation)
    path = offices.folder(REMOTE) / STATION_FILE
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    damaged = read_enrolment(path.parent, server.served.office.keys.station_key(ref.id))
    assert isinstance(damaged, Finding)
    assert damaged.code == SyncCode.ENROLMENT_UNREADABLE
