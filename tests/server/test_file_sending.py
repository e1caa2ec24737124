"""A station's files on their way to a real server."""

from dataclasses import dataclass, field
from random import Random
from threading import Event, Timer
from typing import Any

import httpx
import pytest

from backend_client.file_sending import FileSending
from backend_client.server_connection import Patience
from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_store import BlobDamaged
from issuance.findings import Finding, blocks
from issuance.findings.remote import RemoteCode
from issuance.wire_stations import RECEIVED
from tests.live_server import LiveServer
from tests.server.speaking import Voice, log_in

PIECE = 256 * 1024


@dataclass
class Station:
    """Files that wait, and everything that is asked of the server; `deaf` paths are refused."""

    voice: Voice
    contents: dict[str, bytes] = field(default_factory=dict[str, bytes])
    asked: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    told: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    deaf: set[str] = field(default_factory=set[str])
    word: RemoteCode = RemoteCode.SERVER_REFUSED

    def take(self, content: bytes) -> BlobRef:
        blob = BlobRef.of(content, "image/jpeg")
        self.contents[blob.sha256] = content
        return blob

    def read(self, blob: BlobRef) -> bytes:
        if blob.sha256 not in self.contents:
            raise BlobDamaged
        return self.contents[blob.sha256]

    def ask(
        self,
        method: str,
        path: str,
        content: bytes,
        patience: Patience,
        *,
        media_type: str = "application/json",
        content_range: str = "",
    ) -> httpx.Response | Finding:
        self.asked.append((method, path, content_range))
        if path in self.deaf:
            return blocks(self.word, status=404)
        headers = self.voice.bearer | {"Content-Type": media_type}
        if content_range:
            headers["Content-Range"] = content_range
        # However busy the machine is: patience is the connection's matter.
        answer = self.voice.client.request(
            method, path, content=content, headers=headers, timeout=60
        )
        return answer if answer.is_success else blocks(RemoteCode.SERVER_REFUSED, status=0)

    def send(self, *files: BlobRef) -> Finding | None:
        self.asked.clear()
        return FileSending(files, self.read, self.ask, lambda *so: self.told.append(so)).send()

    @property
    def sent(self) -> dict[str, list[str]]:
        """Return which pieces of which files were sent."""
        pieces: dict[str, list[str]] = {}
        for method, path, content_range in self.asked:
            if method == "PUT":
                pieces.setdefault(path.rpartition("/")[2], []).append(content_range)
        return pieces


@pytest.fixture
def station(server: LiveServer) -> Station:
    return Station(log_in(server, "olga"))


def files(station: Station, count: int, length: int = 1000) -> list[BlobRef]:
    chance = Random(1)
    return [station.take(chance.randbytes(length)) for _ in range(count)]


def test_only_what_is_missing_is_sent_and_asked_for_at_once(station: Station):
    there, *others = files(station, 6)
    (long,) = files(station, 1, 3 * PIECE)
    assert station.send(there) is None
    first = station.contents[long.sha256][:PIECE]
    begun = f"bytes 0-{PIECE - 1}/{3 * PIECE}"
    assert isinstance(
        station.ask(
            "PUT", path(long), first, Patience(9, 0), media_type="image/jpeg", content_range=begun
        ),
        httpx.Response,
    )
    assert station.send(there, *others, long) is None
    assert [each for each in station.asked if each[0] == "POST"] == [("POST", RECEIVED, "")]
    assert station.sent.keys() == {each.sha256 for each in (*others, long)}
    assert [each.partition("-")[0] for each in station.sent[long.sha256]] == [
        f"bytes {PIECE}",
        f"bytes {2 * PIECE}",
    ]
    whole = 6 * 1000 + 3 * PIECE
    assert station.told[-1] == (whole, whole)
    assert station.send(there, *others, long) is None
    assert station.sent == {}


def path(blob: BlobRef) -> str:
    return f"/v1/blobs/{blob.sha256}"


def test_more_files_than_one_question_takes_all_arrive(station: Station):
    many = files(station, 101, 20)
    assert station.send(*many) is None
    assert len(station.sent) == 101
    assert station.send(*many) is None
    assert station.sent == {}


def test_what_stops_everything_stops_the_round_and_is_told(station: Station):
    many = files(station, 30, 30)
    station.deaf, station.word = {path(many[0])}, RemoteCode.SERVER_BUSY
    stopped = station.send(*many)
    assert stopped is not None
    assert stopped.code == RemoteCode.SERVER_BUSY
    assert len(station.sent) < 30


def test_a_file_the_server_never_takes_keeps_no_other_back(station: Station):
    many = files(station, 30, 30)
    station.deaf = {path(many[0])}
    refused = station.send(*many)
    assert refused is not None
    assert refused.code == RemoteCode.SERVER_REFUSED
    station.deaf = set()
    assert station.send(*many) is None
    assert station.sent.keys() == {many[0].sha256}


def test_a_server_that_does_not_know_the_question_gets_every_file(station: Station):
    many = files(station, 3)
    station.deaf = {RECEIVED}
    assert station.send(*many) is None
    assert station.sent.keys() == {each.sha256 for each in many}


def test_a_file_that_is_gone_is_left_out(station: Station):
    gone, *others = files(station, 3)
    del station.contents[gone.sha256]
    assert station.send(gone, *others) is None
    assert station.sent.keys() == {each.sha256 for each in others}
    assert station.told[-1] == (2000, 3000)


def test_what_nobody_expected_is_raised_to_who_waits(station: Station):
    def read(blob: BlobRef) -> bytes:
        raise KeyError(blob.sha256)

    sending = FileSending(files(station, 5), read, station.ask, lambda *_: None)
    with pytest.raises(KeyError):
        sending.send()


def test_work_waits_for_its_own_files_and_not_for_later_ones(station: Station):
    mine, later = files(station, 2)
    may_go_on = Event()

    def ask(*words: Any, **more: Any) -> httpx.Response | Finding:
        if words[1] == path(later):
            assert may_go_on.wait(60)
        return station.ask(*words, **more)

    sending = FileSending([mine, later], station.read, ask, lambda *_: None)
    with sending.beside():
        sending.wait_for([mine])
        assert station.sent.keys() == {mine.sha256}
        may_go_on.set()
        sending.wait_for([later])
        assert station.sent.keys() == {mine.sha256, later.sha256}
    assert sending.trouble is None


def test_nobody_waits_for_files_that_will_not_go(station: Station):
    refused, stopped, *others = files(station, 30)
    station.deaf = {path(refused)}
    first = FileSending([refused], station.read, station.ask, lambda *_: None)
    with first.beside():
        first.wait_for([refused])
        first.wait_for([stopped])
    station.deaf, station.word = {path(stopped)}, RemoteCode.SERVER_BUSY
    second = FileSending([stopped, *others], station.read, station.ask, lambda *_: None)
    with second.beside():
        second.wait_for(others)
    assert second.trouble is not None
    assert second.trouble.code == RemoteCode.SERVER_BUSY


def test_who_stopped_the_exchange_stops_the_files(station: Station):
    many = files(station, 30)
    may_go_on = Event()

    def ask(*words: Any, **more: Any) -> httpx.Response | Finding:
        if words[0] == "PUT":
            assert may_go_on.wait(60)
        return station.ask(*words, **more)

    sending = FileSending(many, station.read, ask, lambda *_: None)
    with sending.beside():
        sending.stop(blocks(RemoteCode.SERVER_BUSY))
        may_go_on.set()
    assert len(station.sent) < 30


def test_what_fails_beside_ends_the_files_as_well(station: Station):
    may_go_on = Event()

    def ask(*words: Any, **more: Any) -> httpx.Response | Finding:
        if words[0] == "PUT":
            assert may_go_on.wait(60)
        return station.ask(*words, **more)

    def fail(sending: FileSending) -> None:
        with sending.beside():
            Timer(0.2, may_go_on.set).start()
            raise KeyError

    sending = FileSending(files(station, 30), station.read, ask, lambda *_: None)
    with pytest.raises(KeyError):
        fail(sending)
    assert len(station.sent) < 30
