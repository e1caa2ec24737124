"""A real server over a real office: uvicorn in a thread, on loopback or on a Unix socket."""

import io
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from issuance.access.commands import AddOperator
from issuance.access.roles import Role
from issuance.engine.demonstration import PEOPLE
from issuance.engine.office import Sources
from issuance.secret import Secret
from server.application import create_application
from server.background import Background
from server.journal import Journal
from server.listening import http_server, listen_on_loopback, listen_on_socket
from server.opened_office import ServedOffice, serve_office
from server.proxies import Proxies
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import FIRST, OWN, Desk
from ventanilla.compose import make_key, system_sources

SERVICE = "servidor"
# There is no TLS here; reading whom to trust would take most of the time of making a client.
_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True)
class LiveServer:
    """A running server: its address, the office behind it and what it logged."""

    url: str
    socket: Path | None
    served: ServedOffice
    log: io.StringIO
    _closing: ExitStack

    def client(self) -> httpx.Client:
        """Return a client of this server, closed with it."""
        path = str(self.socket) if self.socket else None
        transport = httpx.HTTPTransport(uds=path, verify=_NOBODY)
        made = httpx.Client(base_url=self.url, transport=transport, timeout=20, trust_env=False)
        return self._closing.enter_context(made)


def add_service(office: FoundedOffice) -> None:
    """Let an administrator of the demonstration add the service a server works with."""
    desk = Desk(office)
    desk.log_in(next(each.user for each in PEOPLE if Role.ADMINISTRATOR in each.roles))
    roles = (Role.SERVICE.value,)
    added = desk.give(AddOperator(user=SERVICE, name="Servidor", roles=roles, first_password=FIRST))
    assert added.applied, added.findings
    desk.enrol(SERVICE)
    desk.leave()


def opened_for_serving(
    folder: Path, sources: Sources | None = None, proxies: Proxies | None = None
) -> ServedOffice:
    """Open an office that has the service."""
    served = serve_office(folder, SERVICE, OWN, sources or system_sources(), make_key, proxies)
    assert isinstance(served, ServedOffice), served
    return served


@contextmanager
def live_server(
    folder: Path,
    *,
    socket: Path | None = None,
    sources: Sources | None = None,
    proxies: Proxies | None = None,
    background: bool = True,
) -> Iterator[LiveServer]:
    """Serve an office that has the service until the block ends.

    A server that is started again on the same folder has the sessions of the one before.
    """
    served = opened_for_serving(folder, sources, proxies)
    log = io.StringIO()
    journal = Journal(log)
    listening = listen_on_socket(socket, None) if socket else listen_on_loopback("127.0.0.1", 0)
    url = "http://ventanilla" if socket else f"http://127.0.0.1:{listening.getsockname()[1]}"
    running = http_server(create_application(served, journal), listening, None)
    thread = threading.Thread(target=running.run, args=([listening],), name="uvicorn")
    rounds = Background(served, journal)
    if background:
        rounds.start()
    thread.start()
    try:
        with ExitStack() as closing:
            yield LiveServer(url, socket, served, log, closing)
    finally:
        running.should_exit = True
        thread.join()
        listening.close()
        if background:
            rounds.stop()
        served.close()


def secret_of(user: str) -> tuple[Secret, Secret]:
    """Return password and TOTP secret of one of the demonstration's people."""
    person = next(each for each in PEOPLE if each.user == user)
    return Secret(person.password), Secret(person.totp_secret)
