from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuance.access.attempts import LONGEST_DELAY, AttemptCause, after_attempt, seconds_to_wait
from issuance.access.log_in import OpenedSlot, log_in_completed, open_with_password
from issuance.access.office import AttemptCounter, OfficeFile
from issuance.access.office_file import read_office
from issuance.access.spool import Spool
from issuance.findings import Finding
from issuance.findings.access import AccessCode
from issuance.secret import Secret

RIGHT = Secret("password of maria")
WRONG = Secret("not the password")


def try_wrong(folder: Path, times: int, now: datetime, user: str = "maria") -> list[str]:
    results = [open_with_password(folder, user, WRONG, now) for _ in range(times)]
    return [result.code for result in results if isinstance(result, Finding)]


def wait_of(result: object) -> int:
    assert isinstance(result, Finding)
    assert result.code == AccessCode.LOG_IN_TOO_SOON
    return int(result.parameters["seconds"])


def test_the_right_password_opens_the_slot(founded: Callable[[], Path], now):
    folder = founded()
    opened = open_with_password(folder, "maria", RIGHT, now)
    assert isinstance(opened, OpenedSlot)
    assert len(opened.contents.data_key) == 32
    assert opened.contents.authority_slot_key is not None
    assert Spool(folder).attempts() == ()


@pytest.mark.parametrize("user", ["maria", "nobody", "", "MARIA", "\ud800", "x" * 10_000])
def test_wrong_password_and_unknown_user_get_the_same_answer(
    founded: Callable[[], Path], now, user: str
):
    folder = founded()
    refusal = open_with_password(folder, user, WRONG, now)
    assert refusal == open_with_password(folder, "juan", WRONG, now)
    assert isinstance(read_office(folder), OfficeFile)


def test_the_spool_names_users_of_the_office_only(founded: Callable[[], Path], now):
    folder = founded()
    try_wrong(folder, 1, now)
    try_wrong(folder, 1, now, "my secret password")
    noted = [(attempt.user, attempt.cause, attempt.at) for attempt in Spool(folder).attempts()]
    assert noted == [
        ("maria", AttemptCause.WRONG_PASSWORD, now),
        (None, AttemptCause.UNKNOWN_USER, now),
    ]
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"my secret" not in everything


def test_five_attempts_are_free_then_even_the_right_password_waits(
    founded: Callable[[], Path], now
):
    folder = founded()
    assert try_wrong(folder, 5, now) == [AccessCode.LOG_IN_REFUSED] * 5
    assert wait_of(open_with_password(folder, "maria", RIGHT, now)) == 30
    soon = now + timedelta(seconds=29)
    assert wait_of(open_with_password(folder, "maria", RIGHT, soon)) == 1
    assert isinstance(
        open_with_password(folder, "juan", Secret("password of juan"), now), OpenedSlot
    )
    later = now + timedelta(seconds=30)
    assert isinstance(open_with_password(folder, "maria", RIGHT, later), OpenedSlot)


def test_waiting_attempts_do_not_prolong_the_wait(founded: Callable[[], Path], now):
    folder = founded()
    try_wrong(folder, 20, now)
    assert wait_of(open_with_password(folder, "maria", RIGHT, now)) == 30
    causes = [attempt.cause for attempt in Spool(folder).attempts()]
    assert causes == [AttemptCause.WRONG_PASSWORD] * 5 + [AttemptCause.TOO_SOON] * 16


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(founded: Callable[[], Path], now):
    folder = founded()
    try_wrong(folder, 5, now)
    waits: list[int] = []
    for _ in range(8):
        waits.append(wait_of(open_with_password(folder, "maria", RIGHT, now)))
        now += timedelta(seconds=waits[-1])
        try_wrong(folder, 1, now)
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_unknown_users_wait_too(founded: Callable[[], Path], now):
    folder = founded()
    for number in range(5):
        try_wrong(folder, 1, now, f"nobody{number}")
    assert wait_of(open_with_password(folder, "somebody", WRONG, now)) == 30
    assert isinstance(open_with_password(folder, "maria", RIGHT, now), OpenedSlot)


def test_a_known_password_gives_no_free_guesses_of_the_code(founded: Callable[[], Path], now):
    folder = founded()
    for _ in range(5):
        assert isinstance(open_with_password(folder, "maria", RIGHT, now), OpenedSlot)
    assert wait_of(open_with_password(folder, "maria", RIGHT, now)) == 30


def test_a_complete_log_in_forgets_the_attempts(founded: Callable[[], Path], now):
    folder = founded()
    try_wrong(folder, 4, now)
    try_wrong(folder, 4, now, "nobody")
    try_wrong(folder, 2, now, "juan")
    office = log_in_completed(folder, "maria")
    assert isinstance(office, OfficeFile)
    assert {user: counter.count for user, counter in office.attempts.items()} == {"juan": 2}


def test_without_an_office_nobody_logs_in(tmp_path: Path, now):
    finding = open_with_password(tmp_path, "maria", RIGHT, now)
    assert isinstance(finding, Finding)
    assert finding.code == AccessCode.OFFICE_MISSING


def test_a_clock_set_right_does_not_lock_an_office_out(now):
    ahead = AttemptCounter(9, now + timedelta(days=365))
    assert seconds_to_wait(ahead, now) == 0


@given(attempts=st.integers(1, 200))
def test_no_wait_is_longer_than_the_longest(attempts: int):
    now = datetime.fromisoformat("2026-03-02T14:30:00Z")
    counter = None
    for _ in range(attempts):
        counter = after_attempt(counter, now)
    wait = seconds_to_wait(counter, now)
    assert (wait == 0) == (attempts < 5)
    assert wait <= LONGEST_DELAY.total_seconds()
