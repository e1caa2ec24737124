"""Moments in words and in names of files."""

from datetime import UTC, datetime

from tui.moments import for_file_name


def test_the_name_of_a_file_has_the_offices_time():
    moment = datetime(2026, 11, 23, 1, 30, 5, tzinfo=UTC)
    assert for_file_name(moment, "America/Santiago") == "20261122-223005"
