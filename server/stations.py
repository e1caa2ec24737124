"""Which station is speaking: it needs no session, but signs each request."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request

from issuance.engine.stations import erase_order, station_of_epoch
from issuance.findings import Finding, blocks
from issuance.findings.sync import SyncCode
from issuance.stations.client_certificate import CertifiedStation
from issuance.stations.ticket import HEADER, PresentedTicket, Ticket
from server.authentication import Bearer, Served, settled_speaker, speaker
from server.bodies import RawBody
from server.counter_door import AtTheDoor, refused_certificate
from server.opened_office import ServedOffice
from server.problems import Refusal

_Header = Annotated[str | None, Header(alias=HEADER, description="A signed ticket, in base64")]


@dataclass(frozen=True, slots=True)
class SpeakingStation:
    """A station whose ticket holds."""

    station: UUID
    epoch: UUID


def speaking_station(
    request: Request,
    body: RawBody,
    served: Served,
    shown: AtTheDoor,
    ticket: _Header = None,
) -> SpeakingStation:
    """Return which station speaks; raises `Refusal` where no ticket holds."""
    opened = _opened(request, body, served, ticket or "")
    if isinstance(opened, Finding):
        raise Refusal(403, "Not a station of this office", (opened,))
    if shown.station not in {None, CertifiedStation(opened.station, opened.epoch)}:
        raise refused_certificate()
    return SpeakingStation(opened.station, opened.epoch)


def bringer(
    request: Request,
    body: RawBody,
    served: Served,
    shown: AtTheDoor,
    credentials: Bearer,
    ticket: _Header = None,
) -> None:
    """Let a file in from a station with a ticket, or from somebody with a session."""
    if ticket is None:
        settled_speaker(served, speaker(request, served, shown.binding, credentials))
    else:
        speaking_station(request, body, served, shown, ticket)


Bringer = Annotated[None, Depends(bringer)]
AnyStation = Annotated[SpeakingStation, Depends(speaking_station)]


def _opened(request: Request, body: bytes, served: ServedOffice, header: str) -> Ticket | Finding:
    """Return a ticket, once who, what and when are right."""
    presented = PresentedTicket.read(header)
    claimed = presented.claimed() if presented else None
    if presented is None or claimed is None:
        return blocks(SyncCode.SIGNATURE_WRONG)
    with served.office.register.reading() as reading:
        known = station_of_epoch(reading, claimed.station, claimed.epoch)
    if isinstance(known, Finding):
        return erase_order(served.office, claimed.station) or known
    ticket = presented.opened(Ticket, bytes.fromhex(known.public_key))
    if isinstance(ticket, Finding):
        return ticket
    now = served.office.now()
    return ticket.finding(request.method, request.url.path, body, now) or ticket
