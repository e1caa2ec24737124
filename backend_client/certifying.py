"""Has an enrolled station certified for TLS, in time before its certificate ends; it blocks."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

import httpx
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from backend_client.client_certificate import ClientCertificate, new_key, public_point
from backend_client.enrolled_station import EnrolledStation
from backend_client.server_connection import ONCE, ServerConnection, Unanswered
from issuance.findings import Finding, blocks
from issuance.findings.remote import RemoteCode
from issuance.sources import Randomness
from issuance.stations.ticket import HEADER
from issuance.wire_stations import CERTIFICATES, CertificateWish, StationCertified


class Ask(Protocol):
    """Sends a station's own content to a path, with a ticket."""

    def __call__(self, path: str, content: bytes) -> httpx.Response | Finding:
        """Return the answer, or why there is none."""
        ...


def certified(
    connection: ServerConnection,
    enrolled: EnrolledStation,
    now: datetime,
    randomness: Randomness,
    ask: Ask,
) -> EnrolledStation | Finding:
    """Show a connection who the station is, by a new certificate where one is due.

    Returns the station with the certificate it has from now on. An ended one is not shown: a ticket
    is enough for the next. Nothing is done where no certificate is asked for, or another is used.
    """
    if not connection.shows_a_station:
        return enrolled
    shown = enrolled.shown
    if shown is None or shown.is_due(now):
        made = _made(ask, new_key(randomness))
        if isinstance(made, ClientCertificate):
            shown = made
        elif shown is None or not shown.holds(now):
            return made
    try:
        connection.show(shown)
    except OSError:
        return blocks(RemoteCode.CONNECTION_FILE_UNREADABLE, file="station.pem")
    return enrolled if shown is enrolled.shown else replace(enrolled, shown=shown)


def ask_at(connection: ServerConnection, enrolled: EnrolledStation, now: datetime) -> Ask:
    """Ask once, at this moment of the server's."""

    def ask(path: str, content: bytes) -> httpx.Response | Finding:
        header = {HEADER: enrolled.ticket("POST", path, content, now)}
        answered = connection.request("POST", path, ONCE, content=content, headers=header)
        return answered.findings[0] if isinstance(answered, Unanswered) else answered

    return ask


def _made(ask: Ask, key: EllipticCurvePrivateKey) -> ClientCertificate | Finding:
    wish = CertificateWish(public_key=public_point(key)).model_dump_json().encode()
    answered = ask(path=CERTIFICATES, content=wish)
    if isinstance(answered, Finding):
        return answered
    try:
        told = StationCertified.model_validate_json(answered.content)
        return ClientCertificate.of_answer(key, told.certificate)
    except ValueError:
        return blocks(RemoteCode.SERVER_ANSWER_UNREADABLE, status=answered.status_code)
