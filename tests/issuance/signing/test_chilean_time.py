"""When a token expires, by the clocks of Chile and on the nights they change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.findings.signing import SigningCode
from issuance.signing.chilean_time import check_expiration, chilean_text
from tests.examples import examples


# 2026: clocks go back on 5 April at 00:00 (-03) to 23:00 (-04), forward on 6 September at 00:00
# (-04) to 01:00 (-03).
@pytest.mark.parametrize(
    ("now", "expiration", "refused"),
    [
        ("2026-01-15T15:00:00", "2026-01-15T12:05:00", None),  # summer, -03
        ("2026-07-15T15:00:00", "2026-07-15T11:05:00", None),  # winter, -04
        ("2026-07-15T15:00:00", "2026-07-15T12:05:00", SigningCode.TOKEN_TOO_LONG),  # fixed -03
        ("2026-01-15T15:00:00", "2026-01-15T11:05:00", SigningCode.TOKEN_EXPIRED),  # fixed -04
        ("2026-04-05T02:50:00", "2026-04-04T23:55:00", None),  # 23:50 the first time
        ("2026-04-05T03:50:00", "2026-04-04T23:55:00", None),  # 23:50 the second time
        ("2026-04-05T02:50:00", "2026-04-04T23:15:00", None),  # the later 23:15, in 25 minutes
        ("2026-04-05T02:20:00", "2026-04-04T23:15:00", SigningCode.TOKEN_TOO_LONG),
        ("2026-04-05T03:50:00", "2026-04-04T23:45:00", SigningCode.TOKEN_EXPIRED),
        ("2026-09-06T03:58:00", "2026-09-06T00:03:00", None),  # a reading that does not exist
        ("2026-09-06T03:58:00", "2026-09-06T01:03:00", None),
        ("2026-09-06T04:01:00", "2026-09-06T01:06:00", None),
        ("2026-09-06T04:01:00", "2026-09-06T00:06:00", None),  # who did not put the clock forward
        ("2026-09-06T04:01:00", "2026-09-05T23:59:00", SigningCode.TOKEN_EXPIRED),
        ("2026-01-15T15:00:00", "2026-01-15T12:30:00", None),
        ("2026-01-15T15:00:00", "2026-01-15T12:30:01", SigningCode.TOKEN_TOO_LONG),
        ("2026-01-15T15:00:00", "2026-01-15T12:00:00", SigningCode.TOKEN_EXPIRED),
        ("2026-01-15T15:00:00", "2026-01-15T15:05:00Z", SigningCode.TOKEN_TOO_LONG),  # true UTC
        ("2026-01-15T15:00:00", "2026-01-15T12:05:00-03:00", None),
        ("2026-01-15T15:00:00", "2026-02-30T12:05:00", SigningCode.EXPIRATION_UNREADABLE),
        ("2026-01-15T15:00:00", "15/01/2026 12:05", SigningCode.EXPIRATION_UNREADABLE),
        ("2026-01-15T15:00:00", "0001-01-01T00:00:00", SigningCode.TOKEN_EXPIRED),
        ("2026-01-15T15:00:00", "9999-12-31T23:59:59", SigningCode.EXPIRATION_UNREADABLE),
        ("2026-01-15T15:00:00", "٢٠٢٦-01-15T12:05:00", SigningCode.EXPIRATION_UNREADABLE),
    ],
)
def test_expiration_is_read_by_the_clocks_of_chile(
    now: str, expiration: str, refused: SigningCode | None
):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert check_expiration(expiration, moment) == refused


@settings(max_examples=examples(200))
@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(1, 30),
)
def test_what_chiles_clocks_say_in_half_an_hour_is_good_at_any_moment(now: datetime, ahead: int):
    moment = now.replace(microsecond=0)
    assert check_expiration(chilean_text(moment + timedelta(minutes=ahead)), moment) is None
