"""Offices in three places, and the counter on each: embedded, behind a server, on PostgreSQL."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Final

from backend_client.backend import OfficeSign
from backend_client.counter_backend import CounterBackend
from backend_client.embedded import EmbeddedBackend
from backend_client.offices import REMOTE, Offices
from backend_client.remote import RemoteBackend
from backend_client.remote_office import connect
from issuance.access.roles import Session
from issuance.certificates.keys import PrivateKey, make_private_key
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.engine.storage import Storage
from issuance.register.place import Postgresql
from issuance.secret import Secret
from tests.engine.conftest import FoundedOffice
from tests.live_server import LiveServer, add_service, live_server
from ventanilla.compose import system_sources

PLACES: Final = ("embedded", "sqlite", "postgresql")


def few_keys() -> Callable[[str], PrivateKey]:
    """Give keys out of a few made once: making an RSA key takes up to seconds."""
    known: dict[str, cycle[PrivateKey]] = {}

    def make(algorithm: str) -> PrivateKey:
        if algorithm not in known:
            known[algorithm] = cycle([make_private_key(algorithm) for _ in range(3)])
        return next(known[algorithm])

    return make


@dataclass(frozen=True)
class Counters:
    """An office somewhere, at which counters are opened."""

    office: Path
    make_key: Callable[[str], PrivateKey]
    server: LiveServer | None = None

    def open(self, home: Path) -> CounterBackend:
        """Return a counter on a computer of its own; an embedded one works on a copy."""
        if self.server is not None:
            return remote_counter(home, address_of(self.server), self.make_key)
        folder = shutil.copytree(self.office, home / "office")
        return EmbeddedBackend(folder, system_sources(), self.make_key, print)


def remote_counter(
    home: Path, address: str, make_key: Callable[[str], PrivateKey]
) -> RemoteBackend:
    """Connect a computer with a server, and return its counter."""
    offices = Offices(home, system_sources, make_key)
    sign = connect(offices, address)
    assert isinstance(sign, OfficeSign), sign
    return RemoteBackend(offices.folder(REMOTE), system_sources(), make_key, print)


def address_of(server: LiveServer) -> str:
    """Return how a station is told where a server is."""
    return f"unix:{server.socket}" if server.socket else server.url


def found_demonstration(
    folder: Path, make_key: Callable[[str], PrivateKey], database: Postgresql | None = None
) -> Path:
    """Found a demonstration whose office has the service a server works with."""
    storage = Storage(database, folder / "blobs") if database else None
    plan = demonstration_plan()
    founded = found_office(folder, plan, system_sources(), make_key, storage=storage)
    assert isinstance(founded, Founded)
    add_service(FoundedOffice(folder, founded.recovery_key))
    return folder


@contextmanager
def counters(place: str, office: Path, make_key: Callable[[str], PrivateKey]) -> Iterator[Counters]:
    """Open a place for as long as the block lasts."""
    serving: AbstractContextManager[LiveServer | None]
    serving = nullcontext() if place == "embedded" else live_server(office)
    with serving as server:
        yield Counters(office, make_key, server)


async def log_in(backend: CounterBackend, user: str) -> Session:
    """Log one of the demonstration's people in."""
    person = next(each for each in await backend.known_people() if each.user == user)
    session = await backend.log_in(user, Secret(person.password), Secret(person.code))
    assert isinstance(session, Session), session
    return session
