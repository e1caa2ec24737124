"""What a computer keeps of its enrolment as a station: `station.sealed` beside `server.json`.

All of it is sealed under the key of the station's own store, which a log-in opens.
"""

import base64
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend_client.client_certificate import ClientCertificate
from backend_client.offices import STATION_FILE
from issuance.access.durable_file import exclusive, replace_file, write_finding
from issuance.access.sealing import KEY_OCTETS, Sealing
from issuance.findings import Finding, blocks
from issuance.findings.sync import SyncCode
from issuance.model import Frozen
from issuance.sources import Randomness, SteadyMoment
from issuance.stations.lease import Lease
from issuance.stations.server_time import ServerTime
from issuance.stations.signed import SignedText
from issuance.stations.ticket import Ticket, body_digest

_LABEL: Final = b"ventanilla enrolled station 1"
_LARGEST_FILE: Final = 1 << 20


class _Document(Frozen):
    """What is sealed; keys in hexadecimal."""

    office: UUID
    station: UUID
    epoch: UUID
    name: str
    own_key: str
    persons_key: str
    server_key: str
    lease: SignedText
    key_version: int = 0
    heard: SteadyMoment | None = None
    shown_key: str = ""
    shown_certificate: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class EnrolledStation:
    """A station's identity, its own signing key, and what the server told it.

    `key_version` says which of its keys its things lie under; `shown` is its certificate for TLS,
    where the server gave it one; `heard` is when the lease came.
    """

    office: UUID
    station: UUID
    epoch: UUID
    name: str
    key: Ed25519PrivateKey
    persons_key: bytes
    server_key: bytes
    signed_lease: SignedText
    key_version: int = 0
    heard: SteadyMoment | None = None
    shown: ClientCertificate | None = None

    def ticket(self, method: str, path: str, content: bytes, at: datetime) -> str:
        """Return the header that makes a request this station's."""
        ticket = Ticket(
            station=self.station,
            epoch=self.epoch,
            method=method,
            path=path,
            body=body_digest(content),
            at=at,
        )
        return ticket.header(self.key)

    def lease(self) -> Lease | Finding:
        """Return the lease, as long as nothing is to be done before anything more is recorded."""
        lease = self.told_lease()
        if isinstance(lease, Lease) and lease.key_version > self.key_version:
            return blocks(SyncCode.STATION_KEY_DUE)
        return lease

    def told_lease(self) -> Lease | Finding:
        """Return what the server leased, once its signature is right."""
        lease = self.signed_lease.opened(Lease, self.server_key)
        if isinstance(lease, Finding):
            return lease
        own = (lease.office, lease.station, lease.epoch) == (self.office, self.station, self.epoch)
        return lease if own else blocks(SyncCode.SIGNATURE_WRONG)

    def server_time(self, now: SteadyMoment | None) -> ServerTime | None:
        """Return what is known of the server's time; it is told with every lease."""
        lease = self.told_lease()
        if isinstance(lease, Finding):
            return None
        return ServerTime.at(lease.issued_at, self.heard, now)


def read_enrolment(folder: Path, key: bytes) -> EnrolledStation | Finding:
    """Read the enrolment with the key of the station's own store."""
    try:
        with (folder / STATION_FILE).open("rb") as file:
            sealed = file.read(_LARGEST_FILE)
        opened = Sealing(key).open(sealed, _LABEL)
        document = _Document.model_validate_json(opened or b"")
        shown = ClientCertificate.read(document.shown_key, document.shown_certificate)
    except (OSError, ValueError):
        return blocks(SyncCode.ENROLMENT_UNREADABLE, file=STATION_FILE)
    return EnrolledStation(
        office=document.office,
        station=document.station,
        epoch=document.epoch,
        name=document.name,
        key=Ed25519PrivateKey.from_private_bytes(bytes.fromhex(document.own_key)),
        persons_key=bytes.fromhex(document.persons_key),
        server_key=bytes.fromhex(document.server_key),
        signed_lease=document.lease,
        key_version=document.key_version,
        heard=document.heard,
        shown=shown,
    )


def write_enrolment(
    folder: Path, enrolled: EnrolledStation, key: bytes, randomness: Randomness
) -> Finding | None:
    """Keep an enrolment, durably; a newer lease replaces it in one step."""
    shown_key, shown_certificate = enrolled.shown.texts() if enrolled.shown else ("", "")
    document = _Document(
        office=enrolled.office,
        station=enrolled.station,
        epoch=enrolled.epoch,
        name=enrolled.name,
        own_key=enrolled.key.private_bytes_raw().hex(),
        persons_key=enrolled.persons_key.hex(),
        server_key=enrolled.server_key.hex(),
        lease=enrolled.signed_lease,
        key_version=enrolled.key_version,
        heard=enrolled.heard,
        shown_key=shown_key,
        shown_certificate=shown_certificate,
    )
    path = folder / STATION_FILE
    try:
        with exclusive(path):
            sealed = Sealing(key).seal(document.model_dump_json().encode(), _LABEL, randomness)
            replace_file(path, sealed)
    except OSError as error:
        return write_finding(error, path)
    return None


def told_key(text: str) -> bytes | None:
    """Return a key the server told in base64; None where it is none."""
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return key if len(key) == KEY_OCTETS else None
