"""`ventanilla serve` as a process, and who may use its socket."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from server.listening import NotListening, listen_on_loopback, listen_on_socket
from server.peer import allowed_user
from tests.engine.desk import OWN
from tests.live_server import SERVICE, live_server
from tests.server.speaking import log_in
from ventanilla.cli import main

ROOT = Path(__file__).parents[2]
NOBODY = 65534
"""A user and a group of every Linux that own nothing."""


@pytest.fixture
def credential(tmp_path: Path) -> Path:
    path = tmp_path / "credential"
    path.write_text(OWN.reveal() + "\n")
    path.chmod(0o400)
    return path


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Start the command; yield it with the first line it wrote."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ventanilla", "serve", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def test_a_server_on_a_socket_ends_in_order(folder: Path, credential: Path, tmp_path: Path):
    place = tmp_path / "place"
    place.mkdir(mode=0o700)
    path = place / "server.sock"
    office = ("--office", str(folder), "--service", SERVICE, "--credential", str(credential))
    with serving(*office, "--socket", str(path)) as (process, first):
        assert first["event"] == "serving"
        assert path.stat().st_mode & 0o777 == 0o600
        transport = httpx.HTTPTransport(uds=str(path), retries=5)
        with httpx.Client(transport=transport, base_url="http://x", timeout=30) as client:
            assert client.get("/readyz").status_code == 200
        # The office is taken: nobody opens it beside the server.
        assert main(["serve", *office, "--port", "0"]) == 66
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert json.loads(rest.splitlines()[-1])["event"] == "ended"
    assert not path.exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--host", "192.0.2.1"), 64),
        (("--host", "example.org"), 64),
        (("--workers", "2"), 64),
        (("--port", "70000"), 69),
        (("--group", "no-such-group-here"), 64),
        (("--credential", "/no/such/file"), 66),
    ],
)
def test_what_cannot_be_served_is_told(
    folder: Path,
    credential: Path,
    arguments: tuple[str, ...],
    code: int,
    capsys: pytest.CaptureFixture[str],
):
    office = ("--office", str(folder), "--service", SERVICE, "--credential", str(credential))
    assert main(["serve", *office, "--port", "0", *arguments]) == code
    told = capsys.readouterr()
    assert told.err.strip()
    assert not told.out


def test_the_wrong_service_opens_nothing(folder: Path, credential: Path):
    credential.chmod(0o600)
    office = ("--office", str(folder), "--service", SERVICE, "--port", "0")
    assert main(["serve", *office, "--credential", str(credential)]) == 66


def test_nothing_but_loopback_is_listened_on():
    for host in ("::", "192.0.2.1", "ventanilla.example"):
        with pytest.raises(NotListening):
            listen_on_loopback(host, 0)
    for host in ("127.0.0.1", "localhost"):
        listen_on_loopback(host, 0).close()


def test_a_socket_lies_where_only_its_owner_writes(tmp_path: Path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    with pytest.raises(NotListening):
        listen_on_socket(shared / "s", None)
    own = tmp_path / "own"
    own.mkdir(mode=0o700)
    listening = listen_on_socket(own / "s", None)
    # A second server does not take it away from the first; a dead one's is replaced.
    with pytest.raises(FileExistsError):
        listen_on_socket(own / "s", None)
    listening.close()
    listen_on_socket(own / "s", None).close()


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")


def speak_as(user: int, group: int, path: Path) -> int:
    """Ask the server as another user, in a process of its own; return the status, 0 for none."""
    code = (
        "import socket,sys\n"
        "s=socket.socket(socket.AF_UNIX); s.settimeout(20)\n"
        "try:\n"
        "  s.connect(sys.argv[1]); s.sendall(b'GET /healthz HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n')\n"
        "  print(int(s.recv(100).split()[1]))\n"
        "except (OSError, IndexError): print(0)\n"
    )
    # Without our environment: a user without rights does not read the virtual one.
    python = shutil.which("python3", path="/usr/bin:/bin") or sys.executable
    done = subprocess.run(
        [python, "-I", "-c", code, str(path)],
        user=user,
        group=group,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@needs_root
def test_the_kernel_says_who_speaks(folder: Path, short_folder: Path):
    path = short_folder / "s"
    with live_server(folder, socket=path, background=False) as server:
        assert server.client().get("/healthz").status_code == 200
        # Even where somebody opened the file to all, strangers are not listened to.
        path.chmod(0o666)
        assert speak_as(NOBODY, NOBODY, path) == 0
        assert speak_as(0, 0, path) == 200
        voice = log_in(server, "olga")
        claimed = {**voice.bearer, "X-Client-Verify": "SUCCESS"}
        answer = voice.client.put("/v1/mail-server", json={}, headers=claimed)
        assert answer.status_code == 400


@needs_root
def test_members_of_the_group_speak_too(short_folder: Path):
    listening = listen_on_socket(short_folder / "s", NOBODY)
    assert (short_folder / "s").stat().st_mode & 0o777 == 0o660
    code = (
        "import socket,sys,time\ns=socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\ns.recv(1)"
    )
    for group, others, allowed in (
        (NOBODY, [], NOBODY),
        (NOBODY - 1, [NOBODY], NOBODY),
        (NOBODY - 1, [], None),
    ):
        python = shutil.which("python3", path="/usr/bin:/bin") or sys.executable
        (short_folder / "s").chmod(0o666)
        asking = subprocess.Popen(
            [python, "-I", "-c", code, str(short_folder / "s")],
            user=NOBODY,
            group=group,
            extra_groups=others,
            cwd="/",
        )
        peer, _ = listening.accept()
        assert allowed_user(peer, NOBODY) == allowed
        peer.close()
        asking.wait()
    listening.close()


@pytest.fixture
def short_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder others may enter, under a name short enough for a socket (unix(7): 107 octets)."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="vs-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def test_several_operators_share_a_host(folder: Path, short_folder: Path):
    with live_server(folder, socket=short_folder / "s", background=False) as server:
        voices = [log_in(server, user) for user in ("olga", "carmen", "adrian")]
        names = {voice.started.session.operator for voice in voices}
        assert names == {"olga", "carmen", "adrian"}
