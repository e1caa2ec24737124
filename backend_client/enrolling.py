"""Makes this computer a station of a server's office: connected, then enrolled with a code."""

from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from backend_client.backend import OfficeSign as Sign
from backend_client.certifying import ask_at, certified
from backend_client.enrolled_station import EnrolledStation, told_key, write_enrolment
from backend_client.offices import REMOTE, Offices
from backend_client.remote_office import connect, open_connection
from backend_client.server_connection import ONCE, ServerConnection, Unanswered
from backend_client.server_link import ServerLink
from backend_client.server_settings import (
    ServerSettings,
    read_server_settings,
    write_server_settings,
)
from issuance.access.office_file import read_office, update_office
from issuance.engine.station_register import REPLICA, WORKING
from issuance.findings import Finding, blocks
from issuance.findings.remote import RemoteCode
from issuance.findings.sync import SyncCode
from issuance.secret import Secret
from issuance.stations.lease import Lease
from issuance.wire_stations import STATIONS, Enrol, StationEnrolled


def enrol(
    offices: Offices,
    address: str,
    code: Secret,
    certificate: Path | None = None,
    key: Path | None = None,
    authority: Path | None = None,
) -> EnrolledStation | Finding:
    """Connect this computer with a server and make it a station there; blocking.

    A station that was stopped begins anew: its former copy of the office is put aside.
    """
    sign = connect(offices, address, certificate, key, authority)
    if not isinstance(sign, Sign):
        return sign
    folder, sources = offices.folder(REMOTE), offices.sources()
    settings, office = read_server_settings(folder), read_office(folder)
    if isinstance(settings, Finding):
        return settings
    if isinstance(office, Finding):
        return office
    own = Ed25519PrivateKey.from_private_bytes(sources.randomness.octets(32))
    connection = open_connection(settings, ServerLink(sources.clock), sources.randomness)
    if isinstance(connection, Finding):
        return connection
    try:
        told = _presented(connection, own, code)
        if isinstance(told, Finding):
            return told
        return _made_station(offices, settings, office.office, own, told, connection)
    finally:
        connection.close()


def _made_station(
    offices: Offices,
    settings: ServerSettings,
    office: UUID,
    own: Ed25519PrivateKey,
    told: StationEnrolled,
    connection: ServerConnection,
) -> EnrolledStation | Finding:
    """Keep what the server told, and a certificate for TLS; one that fails comes at a log-in."""
    folder, sources = offices.folder(REMOTE), offices.sources()
    station_key = told_key(told.secrets.station_key.reveal())
    persons_key = told_key(told.secrets.persons_key.reveal())
    if station_key is None or persons_key is None:
        return blocks(RemoteCode.STATION_KEY_WITHHELD)
    server_key = bytes.fromhex(told.server_key)
    lease = told.lease.opened(Lease, server_key)
    if isinstance(lease, Finding):
        return lease
    enrolled = EnrolledStation(
        office=office,
        station=told.station,
        epoch=told.epoch,
        name=told.name,
        key=own,
        persons_key=persons_key,
        server_key=server_key,
        signed_lease=told.lease,
        key_version=lease.key_version,
        heard=sources.steady.moment(),
    )
    now = lease.issued_at
    ask = ask_at(connection, enrolled, now)
    shown = certified(connection, enrolled, now, sources.randomness, ask)
    enrolled = enrolled if isinstance(shown, Finding) else shown
    own_lease = enrolled.lease()
    refused = own_lease if isinstance(own_lease, Finding) else _begin_anew(folder, told.epoch.hex)
    refused = refused or write_enrolment(folder, enrolled, station_key, sources.randomness)
    refused = refused or _name_itself(folder, settings, told)
    return refused or enrolled


def _presented(
    connection: ServerConnection, own: Ed25519PrivateKey, code: Secret
) -> StationEnrolled | Finding:
    """Present the code; not tried again, since it works once."""
    wish = Enrol(
        public_key=own.public_key().public_bytes_raw().hex(), secrets=Enrol.Secrets(code=code)
    )
    content = wish.model_dump_json().encode()
    answered = connection.request("POST", STATIONS, ONCE, content=content)
    if isinstance(answered, Unanswered):
        return answered.findings[0]
    try:
        return StationEnrolled.model_validate_json(answered.content)
    except ValidationError:
        return blocks(RemoteCode.SERVER_ANSWER_UNREADABLE, status=answered.status_code)


def _begin_anew(folder: Path, epoch: str) -> Finding | None:
    """Put a former epoch's databases aside: what waits in them is not this epoch's."""
    former = folder / f"before-{epoch}"
    found = [each for name in (REPLICA, WORKING) for each in folder.glob(f"{name}*")]
    try:
        if found:
            former.mkdir(mode=0o700)
        for each in found:
            each.rename(former / each.name)
    except OSError:
        return blocks(SyncCode.ENROLMENT_UNREADABLE, file=former.name)
    return None


def _name_itself(folder: Path, settings: ServerSettings, told: StationEnrolled) -> Finding | None:
    """Go by the station's name from now on; slots open another key and are made anew."""
    settings = settings.model_copy(update={"server_key": told.server_key})
    if settings.station == told.station:
        return write_server_settings(folder, settings)
    changed = update_office(folder, lambda found: found.with_slots_of(()))
    if isinstance(changed, Finding):
        return changed
    return write_server_settings(folder, settings.model_copy(update={"station": told.station}))
