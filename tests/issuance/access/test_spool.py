import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

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
    assert list(Spool(tmp_path).drain()) == attempts
    assert stat.S_IMODE((tmp_path / "attempts.jsonl").stat().st_mode) == 0o600


def test_what_came_after_the_draining_is_kept(tmp_path: Path, now):
    spool = Spool(tmp_path)
    spool.append(wrong(now))
    drained = spool.drain()
    spool.append(wrong(now + timedelta(1)))
    assert spool.clear(len(drained)) is None
    assert spool.drain() == (wrong(now + timedelta(1)),)


def test_a_full_spool_keeps_the_first_entries_and_says_so(tmp_path: Path, now):
    spool = Spool(tmp_path)
    line = b'{"at": "2026-03-02T14:30:00+00:00", "user": "maria", "cause": "wrong_password"}\n'
    (tmp_path / "attempts.jsonl").write_bytes(line * (CAPACITY - 2))
    later = now + timedelta(1)
    for _ in range(5):
        assert spool.append(wrong(later)) is None
    drained = spool.drain()
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
    assert spool.drain() == (wrong(now), torn, wrong(now))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(octets=st.binary(max_size=200))
def test_any_file_is_read_within_bounds(tmp_path: Path, octets: bytes):
    (tmp_path / "attempts.jsonl").write_bytes(octets * 20)
    drained = Spool(tmp_path).drain()
    assert len(drained) <= CAPACITY
    assert all(attempt.cause is AttemptCause.UNREADABLE for attempt in drained)


def test_several_writers_lose_nothing(tmp_path: Path, now):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: Spool(tmp_path).append(wrong(now + timedelta(n))), range(40)))
    assert {attempt.at for attempt in Spool(tmp_path).drain()} == {
        now + timedelta(n) for n in range(40)
    }


def test_a_folder_that_is_gone_is_said(tmp_path: Path, now):
    finding = Spool(tmp_path / "gone").append(wrong(now))
    assert isinstance(finding, Finding)
    assert finding.code == AccessCode.STORE_FAILED
    assert finding.parameters["reason"] == "ENOENT"
