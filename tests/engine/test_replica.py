"""A station's copy of the office is the office's chain, and comes to the same states."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from issuance.engine.office import Office
from issuance.engine.pulling import pull
from issuance.engine.replica import adopt
from issuance.findings.register import RegisterCode
from issuance.findings.sync import SyncCode
from issuance.register.errors import RegisterUnreadable
from issuance.register.register import Reading, Register
from issuance.samples.people import sample_person
from issuance.streams import StreamRef
from issuance.sync.pull import NOTHING_SEEN, Pull, PullAnswer, PulledEntry
from issuance.sync.push import Seen
from tests.engine.desk import Desk
from tests.engine.pushed_station import PushedStation
from tests.engine.test_pushing import opening
from ventanilla.compose import SystemRandomness

KEY = bytes(32)


@pytest.fixture
def station(desk: Desk) -> PushedStation:
    desk.log_in("jefa")
    station = PushedStation.enrol(desk)
    for number in range(3):
        station.give(opening(number), UUID(int=300 + number), 0)
    station.send()
    return station


@pytest.fixture
def replica(station: PushedStation, tmp_path: Path) -> Iterator[Register]:
    office = station.desk.here.engine.office
    register = Register.create(tmp_path / "replica.db", KEY, office.id, SystemRandomness())
    yield register
    register.close()


def office_of(station: PushedStation) -> Office:
    return station.desk.here.engine.office


def asked(station: PushedStation, after: Seen) -> PullAnswer:
    enrolled = station.enrolled
    return pull(
        office_of(station), Pull(station=enrolled.station, epoch=enrolled.epoch, after=after)
    )


def follow(station: PushedStation, replica: Register) -> Seen:
    """Pull until nothing is left."""
    while True:
        with replica.reading() as reading:
            head = reading.head()
        seen = Seen(seq=head.seq, hash=head.hash.hex())
        answer = asked(station, seen)
        if not answer.entries:
            assert answer.head == seen
            return seen
        with replica.writing() as writing:
            adopt(writing, office_of(station).policy.policy, answer.entries)


def everything(reading: Reading) -> dict[str, Any]:
    streams, after = [], None
    while page := reading.streams(after):
        streams += page
        after = page[-1].ref
    return {
        "streams": [(each.ref, each.revision, each.state) for each in streams],
        "found": reading.search(sample_person("natural", 1).values["first_surname"]),
        "head": reading.head(),
        "entries": reading.stored_entries(0, 500),
    }


def test_it_converges(station: PushedStation, replica: Register):
    follow(station, replica)
    station.give(opening(7), UUID(int=400), 0)
    station.send()
    follow(station, replica)
    with replica.reading() as copied, office_of(station).register.reading() as original:
        assert everything(copied) == everything(original)


def test_a_case_is_found_in_the_copy(station: PushedStation, replica: Register):
    follow(station, replica)
    number = station.read(station.send(1))[1].result["number"]
    with replica.reading() as reading:
        assert [row.number for row in reading.search(number).rows] == [number]


def test_what_is_taken_over_twice_or_out_of_order_is_refused(
    station: PushedStation, replica: Register
):
    policy = office_of(station).policy.policy
    entries = asked(station, NOTHING_SEEN).entries
    for wrong in (entries[1:], (entries[0], entries[2])):
        with pytest.raises(RegisterUnreadable), replica.writing() as writing:
            adopt(writing, policy, wrong)
    follow(station, replica)
    with pytest.raises(RegisterUnreadable), replica.writing() as writing:
        adopt(writing, policy, entries)


def changed(entry: PulledEntry, **values: Any) -> PulledEntry:
    return entry.model_copy(update=values)


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        (lambda e: changed(e, body=e.body.replace("2", "3", 1)), RegisterCode.ENTRY_CHANGED),
        (lambda e: changed(e, stream=StreamRef(kind="case", id=UUID(int=1))), "ENTRY_MISFILED"),
        (lambda e: changed(e, personal='{"name":"Otra"}'), RegisterCode.PERSONAL_PART_CHANGED),
    ],
)
def test_a_forged_entry_is_not_taken_over(
    station: PushedStation, replica: Register, forge: Any, code: str
):
    entries = list(asked(station, NOTHING_SEEN).entries)
    index = next(i for i, each in enumerate(entries) if each.personal is not None)
    entries[index] = forge(entries[index])
    with pytest.raises(RegisterUnreadable) as refused, replica.writing() as writing:
        adopt(writing, office_of(station).policy.policy, entries)
    assert refused.value.finding.code == code
    with replica.reading() as reading:
        assert reading.head().seq == 0


def test_a_station_that_saw_another_history_is_told(station: PushedStation):
    answer = asked(station, Seen(seq=1, hash="1" * 64))
    assert answer.stopped is not None
    assert answer.stopped.code == SyncCode.SERVER_SET_BACK


def test_an_unknown_station_hears_nothing(station: PushedStation):
    enrolled = station.enrolled
    wrong = Pull(station=UUID(int=9), epoch=enrolled.epoch, after=NOTHING_SEEN)
    answer = pull(office_of(station), wrong)
    assert answer.stopped is not None
    assert (answer.stopped.code, answer.entries) == (SyncCode.STATION_UNKNOWN, ())
