"""The proxy of `docs/server/nginx.conf`: a real one, with the stations' certificates."""

import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from socket import AF_UNIX, create_connection, socket

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from server.proxies import Proxies
from tests.live_server import live_server
from tests.server.signing_platform import TICKETS
from tests.server.speaking import log_in_body
from tests.server.tls import Holder, self_signed, signed_by

CONFIGURATION = Path(__file__).parents[2] / "docs" / "server" / "nginx.conf"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


def free_port() -> int:
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def write(folder: Path, name: str, holder: Holder) -> tuple[Path, Path]:
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(holder.certificate.public_bytes(Encoding.PEM))
    content = holder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key.write_bytes(content)
    return certificate, key


class Proxy:
    """A running nginx, its ports, and what a station needs to speak with it."""

    def __init__(self, folder: Path, server: Path, *changes: tuple[str, str]) -> None:
        self.folder = folder
        self.stations = self_signed("stations")
        self.own = self_signed("localhost")
        self.secure, self.public = free_port(), free_port()
        write(folder, "server", self.own)
        write(folder, "stations", self.stations)
        text = CONFIGURATION.read_text("utf-8")
        for ours, theirs in (
            ("user www-data;", "user root;\ndaemon off;"),
            ("/run/nginx.pid", f"{folder}/nginx.pid"),
            ("/var/log/nginx", str(folder)),
            ("/run/ventanilla/server.sock", str(server)),
            ("/etc/ventanilla/tls", str(folder)),
            ("listen 443 ssl", f"listen 127.0.0.1:{self.secure} ssl"),
            ("listen 80", f"listen 127.0.0.1:{self.public}"),
            *changes,
        ):
            assert ours in text
            text = text.replace(ours, theirs)
        self.configuration = folder / "nginx.conf"
        self.configuration.write_text(text, "utf-8")

    def client(self, station: Holder | None) -> httpx.Client:
        context = ssl.create_default_context(cafile=str(self.folder / "server.pem"))
        if station:
            context.load_cert_chain(*write(self.folder, "station", station))
        return httpx.Client(base_url=f"https://localhost:{self.secure}", verify=context)


@contextmanager
def proxy_before(folder: Path, server: Path, *changes: tuple[str, str]) -> Iterator[Proxy]:
    """Run nginx before the server of a socket, its file changed in these places, too."""
    assert NGINX is not None
    made = Proxy(folder, server, *changes)
    command = [NGINX, "-p", str(folder), "-c", str(made.configuration)]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
        while not _listens(made.public):
            assert running.poll() is None
        yield made
        running.terminate()


@pytest.fixture
def proxy(folder: Path) -> Iterator[Proxy]:
    with tempfile.TemporaryDirectory(prefix="vn-") as place:
        proxies, where = Proxies(users=frozenset({0})), Path(place)
        with (
            live_server(folder, socket=where / "s", proxies=proxies, background=False),
            proxy_before(where, where / "s") as made,
        ):
            yield made


def _listens(port: int) -> bool:
    try:
        create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def test_only_stations_with_a_certificate_come_through(proxy: Proxy):
    mine = signed_by(proxy.stations, "puesto uno")
    with proxy.client(mine) as client:
        begun = client.post("/v1/sessions", json=log_in_body("olga"))
        assert begun.status_code == 201
        bearer = {"Authorization": f"Bearer {begun.json()['token']}"}
        query = {"query": {"kind": "counts"}}
        assert client.post("/v1/queries", json=query, headers=bearer).status_code == 200
        # What a client claims is replaced by what the proxy saw.
        claimed = {**bearer, "X-Client-Verify": "NONE", "X-Client-Certificate": "x"}
        assert client.post("/v1/queries", json=query, headers=claimed).status_code == 200
        assert client.get("/metrics").status_code == 404
    with proxy.client(signed_by(proxy.stations, "puesto dos")) as client:
        assert client.post("/v1/queries", json=query, headers=bearer).status_code == 401
    with proxy.client(self_signed("extraño")) as client:
        assert client.get("/v1/office").status_code == 400
    with proxy.client(None) as client:
        assert client.post("/v1/queries", json=query, headers=bearer).status_code == 403
        assert client.post("/v1/queries", json=query, headers=claimed).status_code == 403
        # Neither a computer that is no station begins a session.
        assert client.post("/v1/sessions", json=log_in_body("olga")).status_code == 403
    with httpx.Client(base_url=f"http://127.0.0.1:{proxy.public}") as client:
        assert client.get("/v1/office").status_code == 404
        claimed = {"X-Client-Verify": "SUCCESS"}
        assert client.get("/crl/issuing.crl", headers=claimed).status_code == 404
        asked = client.post("/ocsp", content=b"x", headers={"Content-Type": "a/b"})
        assert asked.headers["content-type"] == "application/ocsp-response"


def test_browsers_reach_the_pages_of_a_log_in_and_nothing_else(proxy: Proxy):
    context = ssl.create_default_context(cafile=str(proxy.folder / "server.pem"))
    context.check_hostname = False
    browser = {"sni_hostname": "entrar.example"}
    with httpx.Client(base_url=f"https://localhost:{proxy.secure}", verify=context) as client:

        def status(path: str, host: str = "entrar.example") -> int:
            return client.get(path, headers={"Host": host}, extensions=browser).status_code

        page = client.get(
            "/oidc/aaaaaaaaaaaaaaaa", headers={"Host": "entrar.example"}, extensions=browser
        )
        assert page.headers["content-type"].startswith("text/html")
        assert "content-security-policy" in page.headers
        assert [status(path) for path in ("/v1/office", "/v1/provider-log-ins")] == [404, 404]
        # Without a certificate nobody speaks with the stations' server by its name alone.
        assert status("/v1/office", "ventanilla.example") == 421


@contextmanager
def systems_client(proxy: Proxy) -> Iterator[Callable[..., httpx.Response]]:
    """Ask as a system of an institution does: under its own name, without a certificate."""
    context = ssl.create_default_context(cafile=str(proxy.folder / "server.pem"))
    context.check_hostname = False
    base, headers = f"https://localhost:{proxy.secure}", {"Host": "firma.example"}
    with httpx.Client(base_url=base, verify=context, headers=headers) as client:
        yield partial(client.request, extensions={"sni_hostname": "firma.example"})


def test_institutions_systems_reach_what_they_sign_through_and_nothing_else(proxy: Proxy):
    with systems_client(proxy) as ask:
        claimed = {"X-Client-Verify": "SUCCESS", "X-Client-Certificate": "x"}
        said = ask("POST", TICKETS, content=b"{}", headers=claimed)
        assert (said.status_code, said.json()) == (404, {"error": "Certificado no encontrado"})
        # Too large is told in the interface's own words, not in the proxy's.
        said = ask("POST", TICKETS, content=b" " * (5 * 1024 * 1024 + 1))
        assert said.json() == {"error": "Solicitud excede el tamaño máximo que son 5 MB"}
        assert ask("POST", "/csc/v1/info", json={}).json()["specs"] == "1.0.4.0"
        others = ("/v1/office", "/v1/sessions", "/metrics", "/readyz", "/crl/issuing.crl")
        assert [ask("GET", path).status_code for path in others] == [404] * len(others)


def test_a_server_that_is_away_or_silent_is_told_by_the_gateway():
    with tempfile.TemporaryDirectory(prefix="vn-") as place:
        folder = Path(place)
        patience = ("proxy_read_timeout 60s", "proxy_read_timeout 1s")
        with proxy_before(folder, folder / "s", patience) as proxy, systems_client(proxy) as ask:
            assert ask("POST", TICKETS, content=b"{}").status_code == 502
            with closing(socket(AF_UNIX)) as silent:
                silent.bind(str(folder / "s"))
                silent.listen()
                assert ask("POST", TICKETS, content=b"{}").status_code == 504
