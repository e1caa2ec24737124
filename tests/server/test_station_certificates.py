"""Stations' own certificates through a real proxy: given at enrolment, asked for afterwards."""

import asyncio
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from backend_client.client_certificate import ClientCertificate, new_key
from backend_client.enrolled_station import EnrolledStation, read_enrolment, write_enrolment
from backend_client.enrolling import enrol
from backend_client.offices import REMOTE, Offices
from backend_client.offline import OfflineBackend
from issuance.certificates.keys import make_private_key
from issuance.findings.sync import SyncCode
from issuance.queries import CountsAnswer, CountsQuery
from issuance.stations.client_certificate import DAYS, CertifiedStation, StationAuthority
from issuance.stations.stream import EndStation
from issuance.stations.ticket import HEADER
from issuance.streams import StreamRef
from issuance.wire_stations import LEASES
from server.proxies import Proxies
from tests.backend_client.counters import log_in
from tests.backend_client.test_enrolling import CODE, invite, stored
from tests.backend_client.test_offline import comes_true
from tests.live_server import LiveServer, live_server
from tests.server.speaking import log_in as speak
from tests.server.speaking import log_in_body
from tests.server.test_nginx import NGINX, Proxy, proxy_before
from ventanilla.compose import SystemRandomness, system_sources

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


@dataclass
class Counter:
    """An enrolled computer behind the proxy."""

    server: LiveServer
    proxy: Proxy
    offices: Offices
    ref: StreamRef

    @property
    def folder(self) -> Path:
        return self.offices.folder(REMOTE)

    @property
    def key(self) -> bytes:
        return self.server.served.office.keys.station_key(self.ref.id)

    def enrolled(self) -> EnrolledStation:
        found = read_enrolment(self.folder, self.key)
        assert isinstance(found, EnrolledStation)
        return found

    def enrol(self) -> EnrolledStation:
        address = f"https://localhost:{self.proxy.secure}"
        made = enrol(self.offices, address, CODE, authority=self.proxy.folder / "server.pem")
        assert isinstance(made, EnrolledStation), made
        return made

    def given(self, who: CertifiedStation, at: datetime) -> ClientCertificate:
        """Return what the office's authority gives a station at a moment."""
        key = new_key(SystemRandomness())
        made = self.server.served.stations.certify(who, key.public_key(), 1 << 100, at)
        return ClientCertificate(key, made)

    def ask(self, shown: ClientCertificate | None, path: str = LEASES) -> httpx.Response:
        """Ask as this station, with its ticket, showing any certificate."""
        context = ssl.create_default_context(cafile=str(self.proxy.folder / "server.pem"))
        if shown:
            shown.show_in(context, SystemRandomness())
        ticket = self.enrolled().ticket("POST", path, b"", datetime.now(UTC))
        address = f"https://localhost:{self.proxy.secure}{path}"
        return httpx.post(address, headers={HEADER: ticket}, verify=context)


@pytest.fixture
def counter(folder: Path, tmp_path: Path) -> Iterator[Counter]:
    proxies = Proxies(users=frozenset({0}))
    with tempfile.TemporaryDirectory(prefix="vn-") as place:
        where = Path(place)
        authority = where / "office-stations.pem"
        names = (f"{where}/stations.pem", str(authority))
        with ExitStack() as closing:
            running = live_server(folder, socket=where / "s", proxies=proxies, background=False)
            server = closing.enter_context(running)
            certificate = server.served.stations.certificate
            authority.write_bytes(certificate.public_bytes(Encoding.PEM))
            proxy = closing.enter_context(proxy_before(where, where / "s", names))
            offices = Offices(tmp_path / "home", system_sources, make_private_key)
            yield Counter(server, proxy, offices, invite(server))


def code_of(answer: httpx.Response) -> str:
    assert answer.status_code == 403, answer.text
    return str(answer.json()["findings"][0]["code"])


async def works(counter: Counter) -> OfflineBackend:
    """Log in, and exchange until a round came through whole."""
    backend = counter.offices.backend(REMOTE)
    assert isinstance(backend, OfflineBackend)
    await log_in(backend, "olga")
    await comes_true(lambda: backend._engine.own.ready)
    assert backend.link.trouble is None
    return backend


async def test_a_station_enrols_without_a_certificate_and_works_with_the_one_it_got(
    counter: Counter,
):
    enrolled = await asyncio.to_thread(counter.enrol)
    assert enrolled.shown is not None
    certificate = enrolled.shown.certificate
    who = CertifiedStation(counter.ref.id, enrolled.epoch)
    assert counter.server.served.stations.station_of(certificate) == who
    lasts = certificate.not_valid_after_utc - datetime.now(UTC)
    assert timedelta(days=DAYS - 1) < lasts <= timedelta(days=DAYS)
    # Sealed as everything is: nothing of the key lies here in clear.
    number = enrolled.shown.key.private_numbers().private_value.to_bytes(32)
    clear = enrolled.shown.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    ).splitlines()[1]
    kept = stored(counter.folder)
    assert all(each not in kept for each in (number, number.hex().encode(), clear))

    backend = await works(counter)
    assert isinstance(await backend.ask(CountsQuery()), CountsAnswer)
    await backend.close()
    kept_now = counter.enrolled().shown
    assert kept_now is not None
    assert kept_now.certificate == certificate
    assert counter.ask(enrolled.shown).status_code == 200


def test_without_it_with_anothers_and_with_an_ended_one_nobody_comes_in(counter: Counter):
    enrolled, now = counter.enrol(), datetime.now(UTC)
    own = enrolled.shown
    assert own is not None
    assert code_of(counter.ask(None)) == SyncCode.STATION_CERTIFICATE_REFUSED
    # Another station, in order itself.
    other = invite(counter.server)
    assert other.id != counter.ref.id
    epoch = system_sources().identifiers.new()
    stranger = counter.given(CertifiedStation(other.id, epoch), now)
    assert code_of(counter.ask(stranger)) == SyncCode.STATION_UNKNOWN
    # The same station's former incarnation.
    former = counter.given(CertifiedStation(counter.ref.id, epoch), now)
    assert code_of(counter.ask(former)) == SyncCode.STATION_REPLACED
    # One that says it is of this authority, and is not.
    forged = StationAuthority.of(
        bytes(32), counter.server.served.office.id, now - timedelta(days=1)
    )
    key = new_key(SystemRandomness())
    who = CertifiedStation(counter.ref.id, enrolled.epoch)
    made = ClientCertificate(key, forged.certify(who, key.public_key(), 1, now))
    assert counter.ask(made).status_code == 400
    assert counter.ask(own).status_code == 200
    jefa = speak(counter.server, "jefa")
    assert jefa.give(EndStation(), counter.ref, 2).applied
    assert code_of(counter.ask(own)) == SyncCode.STATION_UNKNOWN


def test_a_session_is_tied_to_the_certificate_of_the_station_it_began_at(counter: Counter):
    enrolled = counter.enrol()
    assert enrolled.shown is not None
    query = {"query": {"kind": "counts"}}
    with counter.proxy.client(None) as client:
        unknown = log_in_body("olga", station=str(system_sources().identifiers.new()))
        refused = client.post("/v1/sessions", json=unknown)
        assert code_of(refused) == SyncCode.STATION_CERTIFICATE_REFUSED
        begun = client.post("/v1/sessions", json=log_in_body("olga", station=str(counter.ref.id)))
        assert begun.status_code == 201, begun.text
        bearer = {"Authorization": f"Bearer {begun.json()['token']}"}
        assert client.post("/v1/queries", json=query, headers=bearer).status_code == 403
    renewed = counter.given(CertifiedStation(counter.ref.id, enrolled.epoch), datetime.now(UTC))
    for shown in (enrolled.shown, renewed):
        context = ssl.create_default_context(cafile=str(counter.proxy.folder / "server.pem"))
        shown.show_in(context, SystemRandomness())
        base = f"https://localhost:{counter.proxy.secure}"
        with httpx.Client(base_url=base, verify=context) as client:
            assert client.post("/v1/queries", json=query, headers=bearer).status_code == 200
            another = log_in_body("olga", station=str(system_sources().identifiers.new()))
            refused = client.post("/v1/sessions", json=another)
            assert code_of(refused) == SyncCode.STATION_CERTIFICATE_REFUSED
    # Past the proxy the token is worth nothing without its certificate.
    direct = counter.server.client().post("/v1/queries", json=query, headers=bearer)
    assert direct.status_code == 401


@pytest.mark.parametrize("age", [DAYS + 1, DAYS - 10])
async def test_an_ended_certificate_and_one_that_ends_soon_are_renewed_by_themselves(
    counter: Counter, age: int
):
    enrolled = await asyncio.to_thread(counter.enrol)
    who = CertifiedStation(counter.ref.id, enrolled.epoch)
    old = counter.given(who, datetime.now(UTC) - timedelta(days=age))
    aged = replace(enrolled, shown=old)
    assert write_enrolment(counter.folder, aged, counter.key, SystemRandomness()) is None
    answered = await asyncio.to_thread(counter.ask, old)
    assert answered.status_code == (400 if age > DAYS else 200)
    backend = await works(counter)
    renewed = counter.enrolled().shown
    assert renewed is not None
    assert renewed.certificate != old.certificate
    assert not renewed.is_due(datetime.now(UTC) + timedelta(days=DAYS - 31))
    await backend.close()
