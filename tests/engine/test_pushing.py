"""What a station pushes is taken once, in its order, whatever becomes of it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from issuance.access.commands import RemoveOperator
from issuance.cases.commands.application import AmendApplication, Approve, OpenCase
from issuance.cases.commands.conduct import HoldCase
from issuance.cases.commands.evidence import CaptureEvidence
from issuance.engine import pushing
from issuance.evidence.blob import BlobRef
from issuance.findings.cases import CaseFinding
from issuance.findings.sync import SyncCode
from issuance.policies.loader import load_policy
from issuance.policies.model import Policy
from issuance.queries import HistoryAnswer, HistoryQuery
from issuance.samples.people import sample_person
from issuance.samples.photo import sample_photo
from issuance.sources import SteadyMoment
from issuance.stations.server_time import ServerTime
from issuance.stations.signed import SignedText
from issuance.streams import StreamRef
from issuance.sync.push import Mending, Outcome, PushAnswer, PushReceipt, Seen, StationCommand
from tests.engine.desk import Desk
from tests.engine.pushed_station import PushedStation

CASE, OTHER = UUID(int=100), UUID(int=101)


@pytest.fixture
def station(desk: Desk) -> PushedStation:
    desk.log_in("jefa")
    return PushedStation.enrol(desk)


def opening(number: int = 0, **values: str) -> OpenCase:
    person = sample_person("natural", number)
    return OpenCase(
        policy="ec-icert", product="natural-pkcs12-2y", values={**person.values, **values},
        consent_version=policy().consent_version, language="es",
    )  # fmt: skip


def policy() -> Policy:
    return load_policy("ec-icert").policy


def amended(number: int = 0, **values: str) -> AmendApplication:
    return AmendApplication(values={**sample_person("natural", number).values, **values})


def outcomes(station: PushedStation, answer: PushAnswer) -> dict[int, Outcome]:
    return {seq: each.outcome for seq, each in station.read(answer).items()}


def codes(receipt: PushReceipt) -> list[str]:
    return [finding.code for finding in receipt.findings]


def entries(desk: Desk) -> int:
    with desk.here.engine.office.register.reading() as reading:
        return reading.head().seq


def revision_of(desk: Desk, case: UUID) -> int:
    with desk.here.engine.office.register.reading() as reading:
        stored = reading.stream(StreamRef(kind="case", id=case))
        return stored.revision if stored else 0


def test_a_captured_case_is_applied_and_sent_again_changes_nothing(station: PushedStation):
    station.give(opening(), CASE, 0)
    station.give(opening(1), OTHER, 0)
    first = station.send()
    assert outcomes(station, first) == {1: Outcome.APPLIED, 2: Outcome.APPLIED}
    assert first.expected == 3
    before = entries(station.desk)
    assert station.send() == first
    assert entries(station.desk) == before
    number = station.read(first)[1].result["number"]
    assert len(number) > 6


def test_a_person_opened_twice_in_one_push_has_the_first_case(station: PushedStation):
    station.give(opening(), CASE, 0)
    station.give(opening(), OTHER, 0)
    receipts = station.read(station.send())
    assert receipts[1].outcome is Outcome.APPLIED
    (refused,) = receipts[2].findings
    assert (refused.code, refused.parameters["number"]) == (
        CaseFinding.OPEN_CASE_EXISTS,
        receipts[1].result["number"],
    )


def test_a_lost_answer_in_the_middle_costs_nothing(station: PushedStation):
    for number in range(3):
        station.give(opening(number), UUID(int=200 + number), 0)
    station.send(1, 2)
    answer = station.send(2, 3)
    assert outcomes(station, answer) == {2: Outcome.APPLIED, 3: Outcome.APPLIED}


def test_a_gap_tells_what_is_expected(station: PushedStation):
    station.give(opening(), CASE, 0)
    station.give(opening(1), OTHER, 0)
    answer = station.send(2)
    assert answer.stopped is not None
    assert (answer.stopped.code, answer.expected) == (SyncCode.COMMAND_MISSING, 1)
    assert answer.receipts == ()


def test_a_copied_station_is_frozen(station: PushedStation):
    copy = replace(station, sent=dict(station.sent))
    station.give(opening(), CASE, 0)
    station.send()
    copy.give(opening(1), OTHER, 0)
    forked = copy.send()
    assert forked.stopped is not None
    assert forked.stopped.code == SyncCode.STATION_FORKED
    station.give(opening(2), UUID(int=7), 0)
    answer = station.send(2)
    assert answer.stopped is not None
    assert answer.stopped.code == SyncCode.STATION_FROZEN


def test_an_enrolment_replaces_the_earlier_one(station: PushedStation):
    newer = PushedStation.enrol(station.desk, revision=2, key=2)
    station.give(opening(), CASE, 0)
    newer.give(opening(), CASE, 0)
    answer = station.send()
    assert answer.stopped is not None
    assert answer.stopped.code == SyncCode.STATION_REPLACED
    assert outcomes(newer, newer.send()) == {1: Outcome.APPLIED}


def test_what_was_not_signed_by_the_station_is_not_taken(station: PushedStation):
    station.give(opening(), CASE, 0)
    sent = station.sent[1]
    station.sent[1] = SignedText(text=sent.text.replace("olga", "jefa"), signature=sent.signature)
    answer = station.send()
    assert answer.stopped is not None
    assert answer.stopped.code == SyncCode.SIGNATURE_WRONG


def test_a_rejected_command_holds_up_its_own_case_only(station: PushedStation):
    station.give(opening(phone="1"), CASE, 0)
    station.give(amended(), CASE, 1)
    station.give(opening(1), OTHER, 0)
    answer = station.send()
    assert outcomes(station, answer) == {
        1: Outcome.REJECTED, 2: Outcome.WAITING, 3: Outcome.APPLIED,
    }  # fmt: skip
    assert codes(station.read(answer)[2]) == [SyncCode.WAITS_FOR_COMMAND]


def test_a_corrected_command_lets_the_others_go_on(station: PushedStation):
    station.give(opening(phone="1"), CASE, 0)
    station.give(amended(phone="0998765432"), CASE, 1)
    station.send()
    station.give(opening(), CASE, 0, mends=(1, Mending.CORRECT))
    answer = station.send(3, ask=(1, 2))
    assert outcomes(station, answer)[3] == Outcome.APPLIED
    assert outcomes(station, answer)[1] == Outcome.MENDED
    assert outcomes(station, answer)[2] != Outcome.WAITING


def test_a_given_up_command_has_no_effect(station: PushedStation):
    station.give(opening(phone="1"), CASE, 0)
    station.send()
    station.give(opening(), CASE, 0, mends=(1, Mending.CANCEL))
    before = entries(station.desk)
    assert outcomes(station, station.send(2)) == {2: Outcome.APPLIED}
    assert entries(station.desk) == before


def test_only_an_unsettled_command_of_the_same_case_is_mended(station: PushedStation):
    station.give(opening(), CASE, 0)
    station.give(opening(1), OTHER, 0, mends=(1, Mending.RETRY))
    answer = station.send()
    assert codes(station.read(answer)[2]) == [SyncCode.NOTHING_TO_MEND]


def test_a_command_waits_for_its_file(station: PushedStation):
    photo = sample_photo(sample_person("natural", 0))
    capture = CaptureEvidence(
        slot="photo", blob=BlobRef.of(photo, "image/jpeg"), answers=checklist()
    )
    station.give(opening(), CASE, 0)
    seq = station.give(capture, CASE, 1)
    answer = station.send()
    assert codes(station.read(answer)[seq]) == [SyncCode.WAITS_FOR_FILE]
    station.desk.here.engine.keep(photo, "image/jpeg")
    asked = station.read(station.send(seq, ask=(seq,)))[seq]
    assert asked.outcome is not Outcome.WAITING
    assert SyncCode.WAITS_FOR_FILE not in codes(asked)


def checklist() -> tuple[str, ...]:
    return next(each for each in policy().evidence if each.id == "photo").checklist


def test_somebody_else_wrote_to_the_case_meanwhile(station: PushedStation):
    station.give(opening(), CASE, 0)
    station.send()
    at_capture = revision_of(station.desk, CASE)
    other = PushedStation.enrol(station.desk, stream=6, key=6)
    other.give(amended(), CASE, at_capture)
    other.send()
    station.give(amended(), CASE, at_capture)
    assert outcomes(station, station.send(2)) != {2: Outcome.APPLIED}


def test_what_needs_the_server_is_refused(station: PushedStation):
    station.give(opening(), CASE, 0)
    station.give(Approve(), CASE, 1)
    station.give(HoldCase(reason="applicant", note=""), OTHER, 0)
    answer = station.read(station.send())
    assert codes(answer[2]) == [SyncCode.ONLINE_ONLY]
    assert codes(answer[3]) == [SyncCode.ONLINE_ONLY]


def test_who_left_is_flagged_and_the_work_is_kept(station: PushedStation):
    assert station.desk.give(RemoveOperator(user="olga", reason="left")).applied
    station.give(opening(), CASE, 0)
    receipt = station.read(station.send())[1]
    assert receipt.outcome is Outcome.APPLIED
    assert codes(receipt) == [SyncCode.CAPTURED_BY_FORMER_OPERATOR]


def test_a_cases_history_says_how_a_station_recorded_it(station: PushedStation):
    now = station.desk.clock.now()
    station.give(opening(), CASE, 0, at=now + timedelta(days=40))
    station.give(amended(phone="0991234567"), CASE, 1)
    station.send()
    answer = station.desk.here.engine.ask(HistoryQuery(case=CASE), station.desk.here.session)
    assert isinstance(answer, HistoryAnswer)
    flags = {entry.kind: [each.code for each in entry.flags] for entry in answer.entries}
    assert flags["case_opened"] == [SyncCode.CLOCK_WRONG]
    assert flags["application_amended"] == []


def test_a_stranger_and_another_office_are_refused(station: PushedStation):
    station.give(opening(), CASE, 0, operator="nobody")
    station.give(opening(), OTHER, 0, office=UUID(int=3))
    assert set(outcomes(station, station.send()).values()) == {Outcome.REJECTED}


def test_a_clock_that_runs_ahead_is_told(station: PushedStation):
    station.give(opening(), CASE, 0, at=station.desk.clock.now().replace(year=2030))
    receipt = station.read(station.send())[1]
    assert (receipt.outcome, codes(receipt)) == (Outcome.APPLIED, [SyncCode.CLOCK_WRONG])


@pytest.mark.parametrize("hours", [-2, 2, 40 * 24])
def test_a_clock_that_was_off_is_told_however_late_its_work_arrives(
    station: PushedStation, hours: int
):
    clock = station.desk.clock
    told, heard = clock.now(), SteadyMoment("start", 0)
    known = ServerTime.at(told, heard, SteadyMoment("start", 60_000))
    station.give(opening(), CASE, 0, at=told + timedelta(hours=hours), clock=known)
    station.give(opening(1), OTHER, 0, at=told, clock=known)
    clock.pass_time(hours=70)
    receipts = station.read(station.send())
    assert {each.outcome for each in receipts.values()} == {Outcome.APPLIED}
    (flag,) = receipts[1].findings
    assert flag.code == SyncCode.CLOCK_WRONG
    assert flag.parameters["seconds"] == abs(hours * 3600 - 60)
    assert receipts[2].findings == ()


def test_a_command_without_the_servers_time_is_what_it_was_before(station: PushedStation):
    """Stations that wait with work of an older version are understood."""
    station.give(opening(), CASE, 0)
    assert '"clock"' not in station.sent[1].text
    assert outcomes(station, station.send()) == {1: Outcome.APPLIED}


def test_a_command_the_program_stops_at_is_parked(
    station: PushedStation, monkeypatch: pytest.MonkeyPatch
):
    settle = pushing.settle

    def stop_at_the_first(settling, writing, revision):
        if settling.case == CASE:
            raise KeyError("a fault of the program")
        return settle(settling, writing, revision)

    station.give(opening(), CASE, 0)
    station.give(opening(1), OTHER, 0)
    with monkeypatch.context() as faulty:
        faulty.setattr(pushing, "settle", stop_at_the_first)
        answer = station.send()
    assert outcomes(station, answer) == {1: Outcome.PARKED, 2: Outcome.APPLIED}
    assert [type(fault) for fault in station.faults] == [KeyError]
    assert revision_of(station.desk, CASE) == 0
    station.give(opening(), CASE, 0, mends=(1, Mending.RETRY))
    assert outcomes(station, station.send(3)) == {3: Outcome.APPLIED}


def test_a_server_that_was_set_back_is_found_out(station: PushedStation):
    with station.desk.here.engine.office.register.reading() as reading:
        head = reading.head()
    seen = Seen(seq=head.seq, hash=head.hash.hex())
    assert station.send(seen=seen).stopped is None
    stopped = station.send(seen=Seen(seq=head.seq + 5, hash=seen.hash)).stopped
    assert stopped is not None
    assert stopped.code == SyncCode.SERVER_SET_BACK


def test_a_command_id_serves_once(station: PushedStation):
    station.give(opening(), CASE, 0)
    station.send()
    first = station.sent[1].opened(StationCommand, station.key.public_key().public_bytes_raw())
    assert isinstance(first, StationCommand)
    station.give(opening(1), OTHER, 0, id=first.command.id)
    assert outcomes(station, station.send(2)) == {2: Outcome.REJECTED}
