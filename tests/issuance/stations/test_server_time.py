"""Whose clock is right, and which moment counts: the server stamps, a station's is evidence."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from issuance.sources import SteadyMoment
from issuance.stations.server_time import ServerTime, clock_error, moment_of_capture
from ventanilla.compose import SystemSteadyClock

TOLD = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AFTER_AN_HOUR = ServerTime.at(TOLD, SteadyMoment("a", 5_000), SteadyMoment("a", 3_605_000))
SINCE_A_START = ServerTime.at(TOLD, SteadyMoment("a", 5_000), SteadyMoment("b", 3_605_000))


@pytest.mark.parametrize("apart", [2 * HOUR, -2 * HOUR, 40 * DAY, -40 * DAY])
def test_a_clock_that_is_off_shows_and_the_steady_one_counts(apart: timedelta):
    right, arrived = TOLD + HOUR, TOLD + 3 * DAY
    assert clock_error(right + apart, AFTER_AN_HOUR, arrived) == apart
    assert moment_of_capture(right + apart, AFTER_AN_HOUR, arrived) == right


@pytest.mark.parametrize("seconds", [-119, 0, 119])
def test_a_clock_that_is_nearly_right_is_believed(seconds: int):
    wall = TOLD + HOUR + timedelta(seconds=seconds)
    assert moment_of_capture(wall, AFTER_AN_HOUR, TOLD + DAY) == wall


@pytest.mark.parametrize(
    ("wall", "error", "counts"),
    [
        (TOLD - 2 * HOUR, -2 * HOUR, TOLD),
        (TOLD + 5 * HOUR, timedelta(), TOLD + 5 * HOUR),
        (TOLD + 42 * DAY, 40 * DAY, TOLD + 2 * DAY),
    ],
)
def test_after_a_start_only_what_cannot_be_shows(
    wall: datetime, error: timedelta, counts: datetime
):
    assert SINCE_A_START.monotonic is None
    arrived = TOLD + 2 * DAY
    assert clock_error(wall, SINCE_A_START, arrived) == error
    assert moment_of_capture(wall, SINCE_A_START, arrived) == counts


def test_a_command_of_before_counts_at_the_latest_when_it_arrives():
    assert moment_of_capture(TOLD - 9 * DAY, None, TOLD) == TOLD - 9 * DAY
    assert moment_of_capture(TOLD + HOUR, None, TOLD) == TOLD


def test_what_a_station_says_of_the_server_is_believed_within_reason():
    future = ServerTime(last_server_time=TOLD + 9 * DAY, monotonic=0)
    assert clock_error(TOLD, future, TOLD) == timedelta()
    assert moment_of_capture(TOLD, future, TOLD) == TOLD
    long_ago = ServerTime(last_server_time=TOLD - DAY, monotonic=2 * 10**12)
    assert moment_of_capture(TOLD, long_ago, TOLD) == TOLD
    with pytest.raises(ValidationError):
        ServerTime(last_server_time=TOLD, monotonic=2**53 - 1)


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="only Linux tells its start")
def test_this_computers_steady_clock_outlives_the_program():
    before, after = SystemSteadyClock().moment(), SystemSteadyClock().moment()
    assert before.run == after.run
    assert 0 <= after.milliseconds - before.milliseconds < 60_000
