import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuance.access.attempts import AttemptCause
from issuance.access.spool import CAPACITY, Spool, SpooledAttempt
from issuance.findings import Finding
from issuance.findings.access import AccessCode


def wrong(at) -> SpooledAttempt:
    return SpooledAttempt(at, "maria", AttemptCause.WRONG_PASSWORD)


def test_attempts_come_back_in_their_order(tmp_path: Path, now):
    attempts = [wrong(now), SpooledAttempt(now + timedelta(1), None, AttemptCause.UNKNOWN_USER)]
    for attempt in attempts:
        assert Spool(tmp_path).append(attempt) is None
    assert list(Spool(tmp_path).attempts()) == attempts
    assert stat.S_IMODE((tmp_path / "attempts.jsonl").stat().st_mode) == 0o600


BATCHES = [UUID(int=number) for number in range(1, 4)]


def test_a_batch_stays_until_it_is_forgotten_and_later_attempts_wait(tmp_path: Path, now):
    spool = Spool(tmp_path)
    assert spool.set_aside(BATCHES[0]) is None
    spool.append(wrong(now))
    assert spool.set_aside(BATCHES[0]) == BATCHES[0]
    spool.append(wrong(now + timedelta(1)))
    assert spool.set_aside(BATCHES[1]) == BATCHES[0], "an interrupted batch comes first"
    assert spool.attempts(BATCHES[0]) == (wrong(now),)
    spool.forget(BATCHES[0])
    assert spool.set_aside(BATCHES[2]) == BATCHES[2]
    assert spool.attempts(BATCHES[2]) == (wrong(now + timedelta(1)),)
    spool.forget(BATCHES[2])
    assert spool.set_aside(BATCHES[0]) is None
    assert spool.attempts(BATCHES[2]) == ()


@pytest.mark.parametrize("name", ["old", "", "..", UUID(int=9).hex, f"{{{UUID(int=9)}}}"])
def test_a_file_that_is_no_batch_is_left_alone(tmp_path: Path, now, name: str):
    (tmp_path / f"attempts.{name}.jsonl").write_text("mine")
    Spool(tmp_path).append(wrong(now))
    assert Spool(tmp_path).set_aside(BATCHES[0]) == BATCHES[0]
    Spool(tmp_path).forget(BATCHES[0])
    assert Spool(tmp_path).set_aside(BATCHES[1]) is None
    assert (tmp_path / f"attempts.{name}.jsonl").read_text() == "mine"


def test_a_full_spool_keeps_the_first_entries_and_says_so(tmp_path: Path, now):
    spool = Spool(tmp_path)
    line = b'{"at": "2026-03-02T14:30:00+00:00", "user": "maria", "cause": "wrong_password"}\n'
    (tmp_path / "attempts.jsonl").write_bytes(line * (CAPACITY - 2))
    later = now + timedelta(1)
    for _ in range(5):
        assert spool.append(wrong(later)) is None
    drained = spool.attempts()
    assert len(drained) == CAPACITY
    assert drained[-2] == wrong(later)
    assert drained[-1] == SpooledAttempt(later, None, AttemptCause.SPOOL_FULL)


def test_a_torn_line_is_told_and_takes_no_other_with_it(tmp_path: Path, now):
    spool = Spool(tmp_path)
    spool.append(wrong(now))
    path = tmp_path / "attempts.jsonl"
    path.write_bytes(path.read_bytes() + b'{"at": "2026-0')
    spool.append(wrong(now))
    torn = SpooledAttempt(None, None, AttemptCause.UNREADABLE)
    assert spool.attempts() == (wrong(now), torn, wrong(now))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(octets=st.binary(max_size=200))
def test_any_file_is_read_within_bounds(tmp_path: Path, octets: bytes):
    (tmp_path / "attempts.jsonl").write_bytes(octets * 20)
    drained = Spool(tmp_path).attempts()
    assert len(drained) <= CAPACITY
    assert all(attempt.cause is AttemptCause.UNREADABLE for attempt in drained)


def test_several_writers_lose_nothing(tmp_path: Path, now):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: Spool(tmp_path).append(wrong(now + timedelta(n))), range(40)))
    assert {attempt.at for attempt in Spool(tmp_path).attempts()} == {
        now + timedelta(n) for n in range(40)
    }


def test_a_folder_that_is_gone_is_said(tmp_path: Path, now):
    finding = Spool(tmp_path / "gone").append(wrong(now))
    assert isinstance(finding, Finding)
    assert finding.code == AccessCode.STORE_FAILED
    assert finding.parameters["reason"] == "ENOENT"
