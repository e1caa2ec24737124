"""What a station cannot send is carried to the server in a file that only the server opens."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from issuance.access.key_ring import KeyRing
from issuance.engine.work_file import read_work, recipient_of, write_work
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.findings.sync import SyncCode
from issuance.sync.work import WorkTaken
from tests.engine.desk import Desk
from tests.engine.offline_station import OfflineStation
from tests.engine.pushed_station import PushedStation
from tests.engine.test_pushing import amended, opening
from ventanilla.compose import system_sources

ONE, TWO = UUID(int=700), UUID(int=701)
NOW = system_sources().clock.now()


@pytest.fixture
def station(desk: Desk, tmp_path: Path) -> Iterator[OfflineStation]:
    desk.log_in("jefa")
    enrolled = PushedStation.enrol(desk, stream=8, key=8)
    station = OfflineStation(
        tmp_path / "station", desk.here.engine, enrolled.enrolled, enrolled.key,
        desk.sources.randomness,
    )  # fmt: skip
    station.exchange()
    yield station
    station.close()


def exported(station: OfflineStation) -> bytes:
    register, blobs = station.register, station.blobs
    commands, files = register.unsettled(), register.files()
    return write_work(station.lease.recipient, commands, files, blobs.read, NOW)


def brought(station: OfflineStation, file: bytes) -> WorkTaken | Finding:
    def fail(error: BaseException) -> None:
        raise error

    return station.server.take_work(file, fail)


def head(station: OfflineStation) -> int:
    with station.server.office.register.reading() as reading:
        return reading.head().seq


def test_a_file_brought_twice_has_one_effect_and_the_station_hears_of_it(station: OfflineStation):
    station.capture(opening(), ONE)
    station.capture(amended(0, phone="0991234567"), ONE)
    station.capture(opening(1), TWO)
    file = exported(station)
    assert b"commands.json" not in file
    taken = brought(station, file)
    assert isinstance(taken, WorkTaken), taken
    assert (taken.station, taken.outcomes, taken.stopped) == ("Puesto 8", {"applied": 3}, None)
    there = head(station)
    again = brought(station, file)
    assert again == taken
    assert head(station) == there

    # Work that went on meanwhile is in the next file, behind what is known there.
    station.capture(amended(1, phone="0991234567"), TWO)
    more = brought(station, exported(station))
    assert isinstance(more, WorkTaken)
    assert more.outcomes == {"applied": 4}
    station.exchange()
    assert station.register.outbox() == ()
    assert station.register.seen().seq == head(station)


def test_a_file_altered_or_of_others_changes_nothing(station: OfflineStation, desk: Desk):
    station.capture(opening(), ONE)
    file, there = exported(station), head(station)
    altered = file[:-1] + bytes([file[-1] ^ 1])
    for wrong in (altered, file[: len(file) // 2], b"", b"no such file"):
        refused = brought(station, wrong)
        assert isinstance(refused, Finding)
        assert refused.code == SyncCode.WORK_FOR_ANOTHER_SERVER
    other = KeyRing(bytes(31) + b"\1", desk.sources.randomness)
    assert isinstance(read_work(other, file), Finding)

    # Somebody else may encrypt to the server, but not sign as the station.
    def empty(blob: BlobRef) -> bytes:
        raise AssertionError(blob)

    (signed,) = station.register.unsettled()
    forged = signed.model_copy(update={"text": signed.text.replace("olga", "jefa")})
    recipient = recipient_of(station.server.office.keys)
    refused = brought(station, write_work(recipient, (forged,), (), empty, NOW))
    assert isinstance(refused, Finding)
    assert refused.code == SyncCode.SIGNATURE_WRONG
    assert isinstance(brought(station, write_work(recipient, (), (), empty, NOW)), Finding)
    assert head(station) == there


def test_a_file_with_a_gap_says_what_is_missing(station: OfflineStation):
    station.capture(opening(), ONE)
    station.capture(opening(1), TWO)
    register = station.register
    file = write_work(
        station.lease.recipient, register.unsettled()[1:], (), station.blobs.read, NOW
    )
    taken = brought(station, file)
    assert isinstance(taken, WorkTaken)
    assert taken.stopped is not None
    assert taken.stopped.code == SyncCode.COMMAND_MISSING
