"""Who comes in from the counters, where a proxy asks for certificates: stations, and who enrols."""

import hashlib
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import Depends, Request

from issuance.engine.station_certificates import standing_of
from issuance.engine.station_keys import released_keys
from issuance.findings import blocks
from issuance.findings.sync import SyncCode
from issuance.stations.client_certificate import CertifiedStation
from issuance.wire_stations import CERTIFICATES, STATIONS
from server.opened_office import Served, ServedOffice
from server.problems import Refusal

_WITHOUT: Final = frozenset({
    ("GET", "/v1/office"),
    ("POST", STATIONS),
    ("POST", CERTIFICATES),
    ("POST", "/v1/sessions"),
})  # fmt: skip
"""What can be asked without a certificate: a sign, and what a code, a ticket or a log-in proves."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a client showed: `binding` is what a session of it is tied to, empty for nothing.

    `station` is whose certificate of this office it is; `misses_one` tells that one is asked for.
    """

    binding: str = ""
    station: CertifiedStation | None = None
    misses_one: bool = False

    def of_station(self, served: ServedOffice, station: UUID | None) -> str:
        """Return what a session that begins at a station is tied to.

        The key to its certificate lies under what the log-in itself releases, so an enrolled one
        begins without; whatever is begun goes on only with that very station's certificate.
        """
        if self.station and self.station.station != station:
            raise refused_certificate()
        if not self.misses_one:
            return self.binding
        if station is None or not released_keys(served.office, station).enrolled:
            raise refused_certificate()
        return _binding_of(station)


def shown_at_the_door(request: Request, served: Served) -> Shown:
    """Return what a client showed; raises `Refusal` where it may not come in with that."""
    certificate = served.proxies.certificate(request)
    if certificate is None:
        misses_one = served.proxies.misses_one(request)
        if misses_one and (request.method, request.url.path) not in _WITHOUT:
            raise refused_certificate()
        return Shown(misses_one=misses_one)
    station = served.stations.station_of(certificate)
    if station is None:
        return Shown(hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest())
    if ended := standing_of(served.office, station):
        raise Refusal(403, "Not a station of this office any more", (ended,))
    return Shown(_binding_of(station.station), station)


AtTheDoor = Annotated[Shown, Depends(shown_at_the_door)]


def refused_certificate() -> Refusal:
    """Return the refusal of a client that shows no certificate, or another's."""
    refused = blocks(SyncCode.STATION_CERTIFICATE_REFUSED)
    return Refusal(403, "Only with the certificate of an enrolled station", (refused,))


def _binding_of(station: UUID) -> str:
    """Return what stays when the certificate is renewed."""
    return f"station {station}"
