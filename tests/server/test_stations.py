"""Stations over a real connection: enrolled with a code, then believed for their signature."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from gzip import compress
from typing import Any
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuance.commands import Command
from issuance.evidence.blob import BlobRef
from issuance.findings.access import AccessCode
from issuance.findings.engine import EngineCode
from issuance.findings.sync import SyncCode
from issuance.queries import StationsAnswer, StationsQuery
from issuance.secret import Secret
from issuance.stations.lease import Lease
from issuance.stations.signed import SignedText
from issuance.stations.stream import EndStation, InviteStation, StationStatus
from issuance.stations.ticket import HEADER, Ticket, body_digest
from issuance.streams import StreamRef
from issuance.sync.pull import NOTHING_SEEN, Pull, PullAnswer
from issuance.sync.push import (
    NOTHING_BEFORE,
    Outcome,
    Push,
    PushAnswer,
    PushReceipt,
    StationCommand,
)
from issuance.wire_stations import (
    LEASES,
    PULL,
    PUSH,
    RECEIVED,
    STATIONS,
    FilesAsked,
    FilesThere,
    LeaseTold,
    PullSent,
    PushSent,
    StationEnrolled,
)
from tests.engine.test_pushing import opening
from tests.live_server import LiveServer
from tests.server.speaking import JSON, Voice, log_in, status_of_an_announcement
from ventanilla.compose import system_sources

CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
REF = StreamRef(kind="station", id=UUID(int=5))
PHOTO = b"\xff\xd8\xff" + bytes(100)


@dataclass
class Computer:
    """A station's program, as far as it speaks with the server."""

    client: httpx.Client
    told: StationEnrolled
    key: Ed25519PrivateKey

    def ticket(self, method: str, path: str, body: bytes, /, **changed: Any) -> str:
        facts = {
            "station": self.told.station,
            "epoch": self.told.epoch,
            "method": method,
            "path": path,
            "body": body_digest(body),
            "at": system_sources().clock.now(),
        }
        return Ticket.model_validate({**facts, **changed}).header(self.key)

    def post(self, path: str, body: bytes = b"", /, **changed: Any) -> httpx.Response:
        headers = {HEADER: self.ticket("POST", path, body, **changed), **JSON}
        return self.client.post(path, content=body, headers=headers)

    def command(self) -> SignedText:
        sources = system_sources()
        command = Command(
            id=sources.identifiers.new(),
            office=self.lease.office,
            station=self.told.station,
            epoch=self.told.epoch,
            seq=1,
            prev=NOTHING_BEFORE,
            stream=StreamRef(kind="case", id=UUID(int=77)),
            base_revision=0,
            operator="olga",
            session=UUID(int=1),
            at=sources.clock.now(),
            body=opening(1),
        )
        return SignedText.of(StationCommand(command=command), self.key)

    def post_packed(self, body: bytes, packed: bytes, coding: str = "gzip") -> httpx.Response:
        headers = {HEADER: self.ticket("POST", PUSH, body), "Content-Encoding": coding, **JSON}
        return self.client.post(PUSH, content=packed, headers=headers)

    def push(self, *commands: SignedText, **changed: Any) -> httpx.Response:
        push = Push(station=self.told.station, epoch=self.told.epoch, commands=commands)
        return self.post(PUSH, b'{"push":' + push.model_dump_json().encode() + b"}", **changed)

    @property
    def lease(self) -> Lease:
        opened = self.told.lease.opened(Lease, bytes.fromhex(self.told.server_key))
        assert isinstance(opened, Lease)
        return opened


def invite(server: LiveServer, code: str = CODE, revision: int = 0) -> Voice:
    voice = log_in(server, "jefa")
    body = InviteStation(name="Puesto 5", code=Secret(code))
    assert voice.give(body, REF, revision).applied
    return voice


def enrol(client: httpx.Client, code: str = CODE, key: int = 1) -> httpx.Response:
    own = Ed25519PrivateKey.from_private_bytes(bytes([key]) * 32)
    public_key = own.public_key().public_bytes_raw().hex()
    return client.post(STATIONS, json={"public_key": public_key, "secrets": {"code": code}})


def code_of(answer: httpx.Response) -> str:
    assert answer.status_code == 403, answer.text
    return answer.json()["findings"][0]["code"]


def enrolled(server: LiveServer) -> Computer:
    invite(server)
    client = server.client()
    answer = enrol(client)
    assert answer.status_code == 201, answer.text
    told = StationEnrolled.model_validate_json(answer.content)
    return Computer(client, told, Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32))


@pytest.fixture
def computer(server: LiveServer) -> Computer:
    return enrolled(server)


@pytest.fixture(scope="module")
def refused(server_of_module: LiveServer) -> Computer:
    """A computer none of whose requests is taken: tests share it."""
    return enrolled(server_of_module)


def test_a_computer_enrols_pushes_is_told_the_chain_and_gets_a_new_lease(computer: Computer):
    sent = computer.command()
    answer = PushAnswer.model_validate_json(computer.push(sent).content)
    assert answer.stopped is None
    receipt = answer.receipts[0].opened(PushReceipt, bytes.fromhex(computer.told.server_key))
    assert isinstance(receipt, PushReceipt)
    assert receipt.outcome is Outcome.APPLIED, receipt.findings
    # Its answer was lost: the same again gets the same.
    assert PushAnswer.model_validate_json(computer.push(sent).content).receipts == answer.receipts

    asked = Pull(station=computer.told.station, epoch=computer.told.epoch, after=NOTHING_SEEN)
    pulled = computer.post(PULL, b'{"pull":' + asked.model_dump_json().encode() + b"}")
    entries = PullAnswer.model_validate_json(pulled.content).entries
    assert UUID(int=77) in {each.stream.id for each in entries}

    renewed = LeaseTold.model_validate_json(computer.post(LEASES).content)
    lease = renewed.lease.opened(Lease, bytes.fromhex(computer.told.server_key))
    assert isinstance(lease, Lease)
    assert "olga" in {each.user for each in lease.operators}


def test_a_code_enrols_one_computer(server: LiveServer, computer: Computer):
    assert code_of(enrol(computer.client, key=2)) == SyncCode.ENROLMENT_REFUSED


def test_whoever_guesses_codes_has_to_wait(server: LiveServer):
    invite(server)
    client = server.client()
    wrong = [code_of(enrol(client, "B" * 26)) for _ in range(6)]
    assert wrong == [SyncCode.ENROLMENT_REFUSED] * 5 + [AccessCode.LOG_IN_TOO_SOON]
    assert code_of(enrol(client)) == AccessCode.LOG_IN_TOO_SOON


@pytest.mark.parametrize("header", ["", "x", "é", "e30=", "AAAA" * 2000])
def test_nothing_is_taken_without_a_ticket(refused: Computer, header: str):
    headers = {HEADER.encode(): header.encode("latin-1"), b"Content-Type": b"application/json"}
    answer = refused.client.post(LEASES, headers=headers)
    assert code_of(answer) == SyncCode.SIGNATURE_WRONG


def test_a_ticket_of_another_key_or_for_another_request_is_no_ticket(computer: Computer):
    other = Computer(
        computer.client, computer.told, Ed25519PrivateKey.from_private_bytes(bytes([2]) * 32)
    )
    assert code_of(other.post(LEASES)) == SyncCode.SIGNATURE_WRONG
    for changed in ({"path": PULL}, {"method": "PUT"}, {"body": body_digest(b"another")}):
        assert code_of(computer.post(LEASES, **changed)) == SyncCode.SIGNATURE_WRONG
    assert code_of(computer.post(LEASES, station=UUID(int=6))) == SyncCode.STATION_UNKNOWN
    assert code_of(computer.post(LEASES, epoch=UUID(int=6))) == SyncCode.STATION_REPLACED


@pytest.mark.parametrize("apart", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_an_old_ticket_and_one_of_the_future_are_refused_and_told_by_how_much(
    refused: Computer, apart: timedelta
):
    at: datetime = system_sources().clock.now() + apart
    answer = refused.post(LEASES, at=at)
    assert code_of(answer) == SyncCode.STATION_CLOCK_WRONG
    told = answer.json()["findings"][0]["parameters"]["seconds"]
    assert abs(told - apart.total_seconds()) < 60


def test_the_copy_of_a_station_stops_both_and_the_office_sees_it(
    server: LiveServer, computer: Computer
):
    """A disk that was copied, or set back, gives a number a second time."""
    copy = Computer(computer.client, computer.told, computer.key)
    first, other = computer.command(), copy.command()
    assert PushAnswer.model_validate_json(computer.push(first).content).stopped is None
    stopped = PushAnswer.model_validate_json(copy.push(other).content).stopped
    assert stopped is not None
    assert stopped.code == SyncCode.STATION_FORKED
    figures = server.client().get("/metrics").text
    assert 'ventanilla_alarms_total{cause="STATION_FORKED"} 1.0' in figures
    alarm = {"event": "alarm", "cause": "STATION_FORKED", "station": str(computer.told.station)}
    assert alarm in map(json.loads, server.log.getvalue().splitlines())
    for each in (computer, copy):
        assert code_of(each.push(first)) == SyncCode.STATION_FROZEN
        assert code_of(each.post(LEASES)) == SyncCode.STATION_FROZEN
    answer = log_in(server, "jefa").ask(StationsQuery())
    assert isinstance(answer, StationsAnswer)
    assert [each.status for each in answer.entries] == [StationStatus.FROZEN]
    # Enrolled anew it works again, with a chain that begins anew.
    invite(server, "Z" * 26, 3)
    assert enrol(computer.client, "Z" * 26, 3).status_code == 201


@pytest.mark.parametrize("apart", [timedelta(hours=2), timedelta(hours=-2), timedelta(days=40)])
def test_a_station_whose_clock_is_far_off_is_told_by_how_much(
    server: LiveServer, computer: Computer, apart: timedelta
):
    """It asks for nothing until its clock is right, and nothing it captured is lost."""
    at: datetime = system_sources().clock.now() + apart
    sent = computer.command()
    answer = computer.push(sent, at=at)
    assert code_of(answer) == SyncCode.STATION_CLOCK_WRONG
    told = answer.json()["findings"][0]["parameters"]["seconds"]
    assert abs(told - apart.total_seconds()) < 60
    assert PushAnswer.model_validate_json(computer.push(sent).content).receipts


def test_a_command_captured_by_a_clock_that_ran_ahead_is_taken_and_flagged(computer: Computer):
    opened = computer.command().opened(StationCommand, computer.key.public_key().public_bytes_raw())
    assert isinstance(opened, StationCommand)
    ahead = opened.command.at + timedelta(days=40)
    command = opened.command.model_copy(update={"at": ahead})
    sent = SignedText.of(StationCommand(command=command), computer.key)
    (answered,) = PushAnswer.model_validate_json(computer.push(sent).content).receipts
    receipt = answered.opened(PushReceipt, bytes.fromhex(computer.told.server_key))
    assert isinstance(receipt, PushReceipt)
    assert receipt.outcome is Outcome.APPLIED
    assert [each.code for each in receipt.findings] == [SyncCode.CLOCK_WRONG]
    assert receipt.at < ahead


def test_a_station_speaks_for_no_other(refused: Computer):
    push = Push(station=UUID(int=6), epoch=refused.told.epoch)
    answer = refused.post(PUSH, b'{"push":' + push.model_dump_json().encode() + b"}")
    assert code_of(answer) == EngineCode.COMMAND_NOT_YOURS


def test_a_push_that_is_too_large_or_no_push_is_refused(server: LiveServer, computer: Computer):
    assert status_of_an_announcement(server, f"POST {PUSH}", 2 << 20) == 413
    assert computer.post(PUSH, b'{"push":{}}').status_code == 422
    assert computer.post(PUSH, b"[1").status_code == 422


def test_what_stations_exchange_travels_compressed(computer: Computer):
    sent = PushSent(
        push=Push(
            station=computer.told.station,
            epoch=computer.told.epoch,
            commands=(computer.command(),),
        )
    )
    body = sent.model_dump_json().encode()
    answer = PushAnswer.model_validate_json(computer.post_packed(body, compress(body)).content)
    assert len(answer.receipts) == 1
    pull = Pull(station=computer.told.station, epoch=computer.told.epoch, after=NOTHING_SEEN)
    pulled = computer.post(PULL, PullSent(pull=pull).model_dump_json().encode())
    assert pulled.headers["Content-Encoding"] == "gzip"
    assert int(pulled.headers["Content-Length"]) < len(pulled.content) / 2
    assert PullAnswer.model_validate_json(pulled.content).entries


@pytest.mark.parametrize(
    ("packed", "coding", "status"),
    [
        (compress(bytes(1 << 21)), "gzip", 413),
        (compress(b"[1")[:-4], "gzip", 400),
        (compress(b"[1") + b"more", "gzip", 400),
        (b"[1", "gzip", 400),
        (b"", "gzip", 400),
        (compress(b"[1"), "gzip", 422),
        (b"[1", "br", 415),
    ],
    ids=["bomb", "cut off", "longer", "plain", "empty", "no push", "another coding"],
)
def test_a_compressed_push_that_is_too_large_or_broken_is_refused(
    refused: Computer, packed: bytes, coding: str, status: int
):
    assert refused.post_packed(b"[1", packed, coding).status_code == status


def test_an_ended_station_is_told_so_and_gets_no_key(server: LiveServer, computer: Computer):
    voice = log_in(server, "olga", REF.id)
    assert voice.started.station_key is not None
    assert voice.started.totp_secret is not None
    assert log_in(server, "jefa").give(EndStation(), REF, 2).applied
    assert code_of(computer.post(LEASES)) == SyncCode.STATION_UNKNOWN
    voice = log_in(server, "olga", REF.id)
    assert voice.started.station_key is None
    assert voice.started.totp_secret is None


def test_a_computer_that_was_never_enrolled_gets_no_codes_to_check(server: LiveServer):
    assert log_in(server, "olga", UUID(int=9)).started.totp_secret is None


def test_files_come_from_a_station_with_a_ticket_for_each(computer: Computer):
    blob = BlobRef.of(PHOTO, "image/jpeg")
    path = f"/v1/blobs/{blob.sha256}"
    jpeg = {"Content-Type": "image/jpeg"}
    headers = {HEADER: computer.ticket("PUT", path, PHOTO), **jpeg}
    assert computer.client.put(path, content=PHOTO[1:], headers=headers).status_code == 403
    assert computer.client.put(path, content=PHOTO, headers=jpeg).status_code == 401
    kept = computer.client.put(path, content=PHOTO, headers=headers)
    assert kept.json()["kind"] == "kept", kept.text
    absent = BlobRef.of(b"another", "image/jpeg")
    asked = FilesAsked(files=(blob, absent)).model_dump_json().encode()
    there = FilesThere.model_validate_json(computer.post(RECEIVED, asked).content)
    assert there.received == (blob.length, 0)
    # Files of the office are not read with a ticket.
    refused = computer.client.get(
        path,
        params={"length": blob.length, "media_type": blob.media_type},
        headers={HEADER: computer.ticket("GET", path, b"")},
    )
    assert refused.status_code == 401


def test_administrators_see_the_stations(server: LiveServer, computer: Computer):
    computer.push(computer.command())
    answer = log_in(server, "jefa").ask(StationsQuery())
    assert isinstance(answer, StationsAnswer)
    (entry,) = answer.entries
    assert (entry.station, entry.name, entry.status) == (REF.id, "Puesto 5", StationStatus.ACTIVE)
    assert entry.enrolled_at is not None
    assert entry.unsettled == 0
    refused = log_in(server, "olga").ask(StationsQuery())
    assert isinstance(refused, tuple)
    assert refused[0].code == AccessCode.ADMINISTRATOR_ONLY


def test_nothing_secret_is_logged(server: LiveServer, computer: Computer):
    computer.push(computer.command())
    logged = server.log.getvalue()
    told = computer.told.secrets
    for secret in (CODE, told.station_key.reveal(), told.persons_key.reveal()):
        assert secret not in logged
