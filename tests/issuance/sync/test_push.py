from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from issuance.cases.commands.application import Approve, OpenCase
from issuance.cases.commands.evidence import CaptureEvidence
from issuance.commands import Command
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.findings.sync import SyncCode
from issuance.stations.signed import SignedText
from issuance.streams import StreamRef
from issuance.sync.push import (
    NOTHING_BEFORE,
    ChainEnd,
    Known,
    StationCommand,
    digest,
    expected_revision,
    online_only,
    place,
    waits_for,
)

CASE = StreamRef(kind="case", id=UUID(int=9))
OTHER = StreamRef(kind="case", id=UUID(int=10))
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
FILE = BlobRef.of(b"photo", "image/jpeg")


def command(seq, prev=NOTHING_BEFORE, **changed: object):
    return Command(
        id=UUID(int=seq), office=UUID(int=1), station=UUID(int=2), epoch=UUID(int=3), seq=seq,
        prev=prev, stream=CASE, base_revision=0, operator="ana", session=UUID(int=4),
        at=datetime(2026, 11, 22, tzinfo=UTC), body=Approve(),
    ).model_copy(update=changed)  # fmt: skip


def hashed(each):
    return digest(SignedText.of(StationCommand(command=each), KEY))


def chain(length):
    commands, end = [], ChainEnd()
    for seq in range(1, length + 1):
        commands.append(command(seq, end.hash))
        end = ChainEnd(seq, hashed(commands[-1]))
    return commands, end


def code(answer):
    assert isinstance(answer, Finding)
    return answer.code


def test_a_chain_goes_on_command_by_command():
    commands, _ = chain(5)
    end = ChainEnd()
    for each in commands:
        assert place(end, each, hashed(each), "") is None
        end = ChainEnd(end.seq + 1, hashed(each))


@given(length=st.integers(1, 6), data=st.data())
def test_a_command_sent_again_is_known_and_another_under_its_number_is_a_fork(length, data):
    commands, end = chain(length)
    again = data.draw(st.sampled_from(commands))
    assert place(end, again, hashed(again), hashed(again)) == Known(again.seq)
    copied = again.model_copy(update={"operator": "eva"})
    assert code(place(end, copied, hashed(copied), hashed(again))) == SyncCode.STATION_FORKED


@pytest.mark.parametrize("seq", [None, 0, 2, 4])
def test_what_does_not_follow_tells_what_is_expected(seq):
    _, end = chain(2)
    stopped = place(end, command(1).model_copy(update={"seq": seq}), "", "1" * 64)
    assert code(stopped) == (SyncCode.STATION_FORKED if seq == 2 else SyncCode.COMMAND_MISSING)


def test_the_next_number_after_another_history_is_a_fork():
    _, end = chain(2)
    assert code(place(end, command(3, prev="1" * 64), "", "")) == SyncCode.STATION_FORKED


def sent(seq, **changed):  # noqa: ANN003
    return StationCommand(command=command(seq, **changed))


def test_only_the_commands_of_a_case_wait_behind_it():
    assert code(waits_for(sent(5), {CASE.id: 3}, ())) == SyncCode.WAITS_FOR_COMMAND
    assert waits_for(sent(3), {CASE.id: 3}, ()) is None
    assert waits_for(sent(5), {OTHER.id: 3}, ()) is None


def test_a_command_waits_for_its_files():
    assert code(waits_for(sent(1), {}, (FILE,))) == SyncCode.WAITS_FOR_FILE
    assert waits_for(sent(1), {}, ()) is None


def test_the_files_of_a_command_stand_in_its_body_too():
    capture = CaptureEvidence(slot="photo", blob=FILE)
    assert sent(1, body=capture).files() == (FILE,)
    assert sent(1, blobs=(FILE,)).files() == (FILE,)


def test_what_needs_the_server_is_not_taken_from_a_station():
    assert code(online_only(command(1))) == SyncCode.ONLINE_ONLY
    opening = OpenCase.model_construct(kind="open_case")
    assert online_only(command(1).model_copy(update={"body": opening})) is None


@pytest.mark.parametrize(
    ("base", "current", "after_own", "expected"),
    [
        (4, 4, None, 4),
        (4, 6, None, 4),
        (5, 6, 6, 6),
        (4, 7, 6, 4),
    ],
    ids=["nobody wrote", "somebody wrote", "own events were fewer", "somebody wrote after them"],
)
def test_at_which_revision_a_pushed_command_is_settled(base, current, after_own, expected):
    assert expected_revision(command(1, base_revision=base), current, after_own) == expected


def test_a_command_of_a_station_travels_signed():
    signed = SignedText.of(sent(1), KEY)
    assert signed.opened(StationCommand, KEY.public_key().public_bytes_raw()) == sent(1)
