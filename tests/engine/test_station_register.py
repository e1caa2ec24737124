"""A station captures alone, and comes to the server's view once it is heard."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from issuance.cases.commands.application import Approve
from issuance.cases.commands.evidence import CaptureEvidence
from issuance.commands import Outcome
from issuance.engine.pulling import pull
from issuance.engine.streams import read_case
from issuance.findings.cases import CaseFinding
from issuance.findings.sync import SyncCode
from issuance.register.register import Reading
from issuance.samples.people import sample_person
from issuance.samples.photo import sample_photo
from issuance.stations.lease import HOURS
from issuance.stations.server_time import ServerTime
from issuance.stations.signed import SignedText
from issuance.streams import StreamRef
from issuance.sync.push import Mending, PushReceipt
from issuance.sync.push import Outcome as Pushed
from tests.engine.desk import Desk
from tests.engine.offline_station import OfflineStation
from tests.engine.pushed_station import PushedStation
from tests.engine.test_pushing import amended, checklist, opening
from ventanilla.rehearsal import Rehearsal

CASE, OTHER = UUID(int=500), UUID(int=501)
MakeStation = Callable[[int], OfflineStation]


@pytest.fixture
def approved_case(approved: Rehearsal) -> UUID:
    approved.close()
    return approved.case


@pytest.fixture
def stations(desk: Desk, tmp_path: Path) -> Iterator[MakeStation]:
    desk.log_in("jefa")
    made: list[OfflineStation] = []

    def make(number: int) -> OfflineStation:
        enrolled = PushedStation.enrol(desk, stream=number, key=number)
        station = OfflineStation(
            tmp_path / f"station{number}",
            desk.here.engine,
            enrolled.enrolled,
            enrolled.key,
            desk.sources.randomness,
        )
        station.exchange()
        made.append(station)
        return station

    yield make
    for station in made:
        station.close()


@pytest.fixture
def station(stations: MakeStation) -> OfflineStation:
    return stations(5)


def revision(reading: Reading, case: UUID) -> int:
    stored = reading.stream(StreamRef(kind="case", id=case))
    return stored.revision if stored else 0


def provisional(station: OfflineStation, case: UUID = CASE) -> int:
    with station.register.office.register.reading() as reading:
        return revision(reading, case)


def confirmed(station: OfflineStation, case: UUID = CASE) -> int:
    with station.register.confirmed.reading() as reading:
        return revision(reading, case)


def on_server(station: OfflineStation, case: UUID = CASE) -> int:
    with station.server.office.register.reading() as reading:
        return revision(reading, case)


def outcomes(station: OfflineStation) -> dict[int, str]:
    return {
        sent.command.seq or 0: receipt.outcome.value if receipt else Pushed.PENDING.value
        for sent, receipt in station.register.outbox()
    }


def codes(receipt: object) -> list[str]:
    return [finding.code for finding in getattr(receipt, "findings", ())]


def no_fault(error: BaseException) -> None:
    raise error


def photo_of(station: OfflineStation) -> CaptureEvidence:
    blob = station.blobs.keep(sample_photo(sample_person("natural", 0)), "image/jpeg")
    return CaptureEvidence(slot="photo", blob=blob, answers=checklist())


def test_what_is_captured_alone_arrives(station: OfflineStation):
    receipt = station.capture(opening(), CASE)
    assert receipt.outcome is Outcome.APPLIED, receipt.findings
    assert (provisional(station), confirmed(station), on_server(station)) == (1, 0, 0)
    assert station.exchange() is None
    assert provisional(station) == confirmed(station) == on_server(station) > 0
    assert outcomes(station) == {}


def test_a_power_cut_loses_nothing_captured(station: OfflineStation):
    station.capture(opening(), CASE)
    station.capture(opening(1), OTHER)
    station.close()
    (station.folder / "working.db").unlink()
    station.open()
    assert (provisional(station), provisional(station, OTHER)) == (1, 1)
    assert outcomes(station) == {1: "pending", 2: "pending"}
    station.exchange()
    assert (on_server(station), on_server(station, OTHER)) == (1, 1)


def test_a_lost_answer_is_asked_for_again(station: OfflineStation):
    station.capture(opening(), CASE)
    station.server.push(station.push(), no_fault)
    assert outcomes(station) == {1: "pending"}
    station.exchange()
    assert outcomes(station) == {}
    assert on_server(station) == 1


def test_a_file_travels_beside_its_command(approved_case: UUID, stations: MakeStation):
    station, case = stations(5), approved_case
    receipt = station.capture(photo_of(station), case)
    assert receipt.outcome is Outcome.APPLIED, receipt.findings
    assert [blob.media_type for blob in station.register.files()] == ["image/jpeg"]
    before = on_server(station, case)
    station.register.note(station.server.push(station.push(), no_fault))
    assert outcomes(station) == {1: "waiting"}
    assert on_server(station, case) == before
    station.exchange()
    assert outcomes(station) == {}
    assert on_server(station, case) == provisional(station, case) > before


def test_what_is_refused_here_is_not_kept(station: OfflineStation):
    assert station.capture(opening(phone="1"), CASE).outcome is Outcome.REJECTED
    station.capture(opening(), CASE)
    again = station.capture(opening(), OTHER)
    assert codes(again) == [CaseFinding.OPEN_CASE_EXISTS]
    assert outcomes(station) == {1: "pending"}


def test_what_needs_the_server_is_refused_at_once(station: OfflineStation):
    station.capture(opening(), CASE)
    assert codes(station.capture(Approve(), CASE)) == [SyncCode.ONLINE_ONLY]


def test_the_lease_bounds_what_is_done_alone(station: OfflineStation, desk: Desk):
    lease = station.lease.model_copy(update={"cases": 1})

    def capture(case: UUID, number: int):
        ref = StreamRef(kind="case", id=case)
        return station.register.capture(opening(number), ref, 0, station.session, lease)

    assert capture(CASE, 0).applied
    assert codes(capture(OTHER, 1)) == [SyncCode.LEASE_FULL]
    station.user = "nobody"
    assert codes(station.capture(opening(2), OTHER)) == [SyncCode.OPERATOR_NOT_LEASED]
    station.user = "olga"
    desk.clock.pass_time(hours=72)
    assert codes(station.capture(opening(3), OTHER)) == [SyncCode.LEASE_ENDED]


def test_a_lease_is_measured_by_the_time_that_passed(station: OfflineStation, desk: Desk):
    """Commands say what was known of the server's time, and the server goes by it."""
    told, right = station.lease.issued_at, desk.clock.now()

    def give(number: int, hours: int, case: UUID) -> list[str]:
        passed = ServerTime(last_server_time=told, monotonic=hours * 3_600_000)
        station.server_time = lambda: passed
        return codes(station.capture(opening(number), case))

    desk.clock.pass_time(days=-40)
    assert give(1, 3, CASE) == []
    assert give(2, HOURS, OTHER) == [SyncCode.LEASE_ENDED]
    desk.clock.moment = right
    desk.clock.pass_time(hours=5)
    assert station.exchange() is None
    with station.server.office.register.reading() as reading:
        arrived = reading.station_command(station.enrolled.station, station.enrolled.epoch, 1)
    assert arrived is not None
    receipt = PushReceipt.model_validate_json(SignedText.model_validate_json(arrived.receipt).text)
    assert codes(receipt) == [SyncCode.CLOCK_WRONG]


def test_two_stations_for_the_same_person(stations: MakeStation):
    first, second = stations(5), stations(6)
    first.capture(opening(), CASE)
    second.capture(opening(), OTHER)
    first.exchange()
    second.exchange()
    assert (on_server(first), on_server(first, OTHER)) == (1, 0)
    assert outcomes(second) == {1: "rejected"}
    ((_, receipt),) = second.register.outbox()
    assert codes(receipt) == [CaseFinding.OPEN_CASE_EXISTS]
    assert provisional(second, OTHER) == 0
    assert second.register.give_up(1, second.session).applied
    second.exchange()
    assert outcomes(second) == {}


def test_each_sees_what_the_other_did(stations: MakeStation):
    first, second = stations(5), stations(6)
    first.capture(opening(), CASE)
    first.exchange()
    second.exchange()
    assert codes(second.capture(opening(), OTHER)) == [CaseFinding.OPEN_CASE_EXISTS]
    with first.server.office.register.reading() as reading:
        head = reading.head()
    assert second.register.seen().seq == head.seq


def test_a_copy_of_the_station_is_frozen_and_keeps_its_work(station: OfflineStation):
    copy = replace(station, folder=station.folder.with_name("copy"))
    station.capture(opening(), CASE)
    station.exchange()
    copy.capture(opening(1), OTHER)
    stopped = copy.exchange()
    assert stopped is not None
    assert stopped.code == SyncCode.STATION_FORKED
    assert outcomes(copy) == {1: "pending"}
    copy.close()


def test_what_is_pulled_is_added_to_the_working_copy(stations: MakeStation):
    first, second = stations(5), stations(6)
    copy = first.folder / "working.db"
    made = copy.stat().st_ino
    first.capture(opening(), CASE)
    second.capture(opening(1), OTHER)
    second.exchange()
    pulled = pull(first.server.office, first.pull())
    first.register.adopt(pulled)
    first.register.rebuild()
    assert (provisional(first, OTHER), provisional(first), confirmed(first)) == (1, 1, 0)
    first.capture(amended(0, phone="0991234567"), CASE)
    first.exchange()
    assert (provisional(first), confirmed(first)) == (2, 2)
    first.close()
    first.open()
    assert provisional(first) == 2
    assert copy.stat().st_ino == made


def test_a_working_copy_of_another_moment_is_made_anew(stations: MakeStation):
    first, second = stations(5), stations(6)
    first.close()
    copy = first.folder / "working.db"
    older = copy.read_bytes()
    first.open()
    second.capture(opening(1), OTHER)
    second.exchange()
    first.exchange()
    first.close()
    copy.write_bytes(older)
    first.open()
    assert provisional(first, OTHER) == 1


def test_nothing_more_is_captured_on_a_disk_that_is_almost_full(station: OfflineStation):
    station.capture(opening(), CASE)
    station.free = lambda _: (200 << 20) - 1
    assert codes(station.capture(opening(1), OTHER)) == [SyncCode.DISK_ALMOST_FULL]
    assert outcomes(station) == {1: "pending"}
    assert station.exchange() is None
    station.free = lambda _: 200 << 20
    assert station.capture(opening(1), OTHER).outcome is Outcome.APPLIED


def test_a_refused_application_is_seen_from_both_sides_and_corrected(stations: MakeStation):
    first, second = stations(5), stations(6)
    first.capture(opening(), CASE)
    second.capture(opening(phone="0991234567"), OTHER)
    first.exchange()
    second.exchange()
    assert outcomes(second) == {1: "rejected"}
    both = second.register.both_sides(1)
    assert both.there is not None
    assert both.number == first_number(first)
    here, there = both.here.values, both.there.values
    assert {name for name in here | there if here.get(name) != there.get(name)} == {"phone"}
    assert (both.here.operator, both.there.operator) == ("olga", "olga")

    # Another person was meant: the same case, with another card.
    corrected = second.capture(opening(1), OTHER)
    assert corrected.outcome is Outcome.APPLIED, corrected.findings
    second.exchange()
    assert outcomes(second) == {}
    assert on_server(second, OTHER) == 1


def test_a_correction_that_is_refused_too_stands_in_its_place(stations: MakeStation):
    first, second = stations(5), stations(6)
    for number, case in enumerate((CASE, UUID(int=502))):
        first.capture(opening(number), case)
    second.capture(opening(), OTHER)
    first.exchange()
    # Before it hears of the others' cases it is refused there, and not yet here.
    second.register.note(second.server.push(second.push(), no_fault))
    second.register.rebuild()
    assert second.capture(opening(1), OTHER).applied
    second.exchange()
    assert outcomes(second) == {2: "rejected"}
    assert second.capture(opening(2), OTHER).applied
    second.exchange()
    assert outcomes(second) == {}


def test_a_conflict_is_seen_from_both_sides(stations: MakeStation):
    first, second = stations(5), stations(6)
    first.capture(opening(), CASE)
    first.exchange()
    second.exchange()
    first.capture(amended(0, phone="0991111111"), CASE)
    second.capture(amended(0, phone="0992222222"), CASE)
    first.exchange()
    second.exchange()
    assert outcomes(second) == {1: "conflict"}
    both = second.register.both_sides(1)
    assert both.there is not None
    assert (both.here.values["phone"], both.there.values["phone"]) == (
        "0992222222", "+593991111111",
    )  # fmt: skip
    assert second.capture(amended(0, phone="0993333333"), CASE).applied
    second.exchange()
    assert outcomes(second) == {}
    with second.register.confirmed.reading() as reading:
        state, _ = read_case(reading, CASE)
    assert state is not None
    assert state.values["phone"] == "+593993333333"


def test_what_waits_behind_a_conflict_does_not_keep_it_from_being_settled(stations: MakeStation):
    first, second = stations(5), stations(6)
    first.capture(opening(), CASE)
    first.exchange()
    second.exchange()
    first.capture(amended(0, phone="0991111111"), CASE)
    for phone in ("0992222222", "0993333333"):
        second.capture(amended(0, phone=phone), CASE)
    first.exchange()
    second.exchange()
    assert outcomes(second) == {1: "conflict", 2: "waiting"}
    again = second.capture(amended(0, phone="0992222222"), CASE, (1, Mending.RETRY))
    assert again.applied, again.findings
    second.exchange()
    second.exchange()
    assert outcomes(second) == {}


def test_however_many_wait_each_is_asked_after_in_turn(
    stations: MakeStation, monkeypatch: pytest.MonkeyPatch
):
    first, second = stations(5), stations(6)
    first.capture(opening(), CASE)
    first.exchange()
    second.exchange()
    first.capture(amended(0, phone="0991111111"), CASE)
    for number in range(4):
        second.capture(amended(0, phone=f"099222222{number}"), CASE)
    first.exchange()
    second.exchange()
    assert outcomes(second) == {1: "conflict", 2: "waiting", 3: "waiting", 4: "waiting"}
    monkeypatch.setattr("issuance.engine.station_outbox.MOST_COMMANDS", 2)
    asked = second.register.unanswered
    assert [asked(), asked(3), asked(4)] == [(2, 3), (4,), (2, 3)]


def first_number(station: OfflineStation) -> str:
    with station.register.confirmed.reading() as reading:
        state, _ = read_case(reading, CASE)
    assert state is not None
    return state.number
