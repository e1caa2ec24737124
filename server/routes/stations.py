import base64
import hashlib
from functools import partial
from typing import Annotated, Final

from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import APIRouter, Header, Request, Response

from issuance.access.durable_file import write_finding
from issuance.access.key_ring import Purpose
from issuance.access.log_in import count_stranger, log_in_completed
from issuance.access.office import UNKNOWN_USER
from issuance.engine.pulling import pull
from issuance.engine.station_certificates import certify_station
from issuance.engine.stations import Enrolled, enrol_station, renewed_lease
from issuance.findings import Finding, blocks
from issuance.findings.engine import EngineCode
from issuance.findings.sync import SyncCode
from issuance.secret import Secret
from issuance.stations.client_certificate import CertifiedStation, public_key_of
from issuance.sync.pull import Pull, PullAnswer
from issuance.sync.push import Push, PushAnswer
from issuance.sync.work import LARGEST_WORK
from issuance.wire import BlobPart, Refused
from issuance.wire_stations import (
    CERTIFICATES,
    LEASES,
    PULL,
    PUSH,
    STATIONS,
    WORK,
    WORK_TYPE,
    CertificateWish,
    Enrol,
    LeaseTold,
    PullSent,
    PushSent,
    StationCertified,
    StationEnrolled,
    WorkAnswer,
    WorkTold,
)
from server.authentication import Served, Settled
from server.bodies import RawBody, raw_body_of
from server.opened_office import ServedOffice
from server.pieces import Digest, arrived
from server.problems import Refusal
from server.stations import AnyStation, SpeakingStation

router = APIRouter(tags=["stations"])
_ALARMING: Final = frozenset({SyncCode.STATION_FORKED.value, SyncCode.SERVER_SET_BACK.value})


@router.post(STATIONS, status_code=201)
def enrol(wish: Enrol, served: Served) -> StationEnrolled:
    """Make a computer a station with the code of an invitation; attempts count as log-ins do."""
    office = served.office
    too_soon = count_stranger(office.folder, office.now())
    made = too_soon or enrol_station(office, wish.secrets.code, bytes.fromhex(wish.public_key))
    if not isinstance(made, Enrolled):
        served.metrics.refused_log_ins.inc()
        raise Refusal(403, "The enrolment was refused", (made,))
    log_in_completed(office.folder, UNKNOWN_USER)
    return StationEnrolled(
        station=made.station,
        epoch=made.epoch,
        name=made.name,
        server_key=made.server_key.hex(),
        lease=made.lease,
        secrets=StationEnrolled.Secrets(
            station_key=_secret(made.key),
            persons_key=_secret(office.keys.key(Purpose.PERSONS)),
        ),
    )


@router.post(PUSH, response_model=PushAnswer)
def take(sent: PushSent, request: Request, served: Served, station: AnyStation) -> Response:
    """Take a station's commands, each once and in their order, with a signed receipt each."""
    _require_own(sent.push, station)
    answer = served.engine.push(
        sent.push, partial(request.app.state.journal.failure, "push_failure")
    )
    served.work_waits.set()
    _raise_alarm(answer.stopped, request, served, station)
    return Response(answer.model_dump_json(), media_type="application/json")


@router.post(PULL, response_model=PullAnswer)
def tell(sent: PullSent, request: Request, served: Served, station: AnyStation) -> Response:
    """Tell a station what the office's chain holds after the end it knows."""
    _require_own(sent.pull, station)
    answer = pull(served.office, sent.pull)
    _raise_alarm(answer.stopped, request, served, station)
    return Response(answer.model_dump_json(), media_type="application/json")


@router.post(LEASES)
def renew(served: Served, station: AnyStation) -> LeaseTold:
    """Give a station a new lease."""
    lease = renewed_lease(served.office, station.station, station.epoch)
    if isinstance(lease, Finding):
        raise Refusal(403, "No lease", (lease,))
    return LeaseTold(lease=lease)


@router.post(CERTIFICATES, status_code=201)
def certify(wish: CertificateWish, served: Served, station: AnyStation) -> StationCertified:
    """Certify a station's key for TLS; its ticket is enough, so that a late one can be renewed."""
    key = public_key_of(bytes.fromhex(wish.public_key))
    if key is None:
        raise Refusal(422, "The key is no point of P-256")
    who = CertifiedStation(station.station, station.epoch)
    certificate = certify_station(served.office, served.stations, who, key)
    return StationCertified(certificate=certificate.public_bytes(Encoding.PEM).decode("ascii"))


@router.put(f"{WORK}/{{sha256}}", response_model=WorkAnswer, openapi_extra=raw_body_of(WORK_TYPE))
def take_work(
    sha256: Digest,
    content: RawBody,
    request: Request,
    served: Served,
    _: Settled,
    content_range: Annotated[str | None, Header()] = None,
) -> WorkTold | BlobPart | Refused:
    """Take a file with a station's unsent work, brought by somebody who is logged in."""
    try:
        whole = arrived(served, sha256, content, content_range, LARGEST_WORK)
    except OSError as error:
        return Refused(findings=(write_finding(error, served.office.folder / "uploads"),))
    if isinstance(whole, int):
        return BlobPart(received=whole)
    served.uploads.forget(sha256)
    if hashlib.sha256(whole).hexdigest() != sha256:
        raise Refusal(422, "The file is not the one its digest says")
    report = partial(request.app.state.journal.failure, "work_failure")
    taken = served.engine.take_work(whole, report)
    served.work_waits.set()
    return Refused(findings=(taken,)) if isinstance(taken, Finding) else WorkTold(taken=taken)


def _require_own(asked: Push | Pull, station: SpeakingStation) -> None:
    if (asked.station, asked.epoch) != (station.station, station.epoch):
        raise Refusal(403, "Another station's", (blocks(EngineCode.COMMAND_NOT_YOURS),))


def _raise_alarm(
    stopped: Finding | None, request: Request, served: ServedOffice, station: SpeakingStation
) -> None:
    """Tell who watches the server, not only the station, of what only a person can mend."""
    if stopped is not None and stopped.code in _ALARMING:
        served.metrics.alarms.labels(stopped.code).inc()
        request.app.state.journal.write("alarm", cause=stopped.code, station=station.station)


def _secret(key: bytes) -> Secret:
    return Secret(base64.b64encode(key).decode("ascii"))
