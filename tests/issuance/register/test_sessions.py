"""Sessions of people who logged in to a server."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from issuance.register.register import Register
from issuance.register.sessions import SessionRow
from tests.issuance.register.samples import START, OfficeFolder

HOUR = timedelta(hours=1)
ANA = SessionRow(
    token_hash=b"a" * 32,
    id=UUID(int=1),
    operator="ana",
    roles=("operator", "payments"),
    station=None,
    started_at=START,
    last_used_at=START,
    expires_at=START + 10 * HOUR,
)
HERS_AT_A_STATION = replace(
    ANA, token_hash=b"b" * 32, id=UUID(int=2), station=UUID(int=9), started_at=START + HOUR
)
RITA = replace(ANA, token_hash=b"c" * 32, id=UUID(int=3), operator="rita", roles=())


def keep(register: Register, *rows: SessionRow) -> None:
    register.write(lambda writing: [writing.keep_session(row) for row in rows])


@pytest.fixture
def office(either: OfficeFolder) -> OfficeFolder:
    """Everything here holds on both databases."""
    return either


def test_a_session_is_found_by_its_token_until_its_time_has_run_out(register: Register):
    keep(register, ANA, HERS_AT_A_STATION)
    with register.reading() as reading:
        assert reading.session(ANA.token_hash, START) == ANA
        assert reading.session(HERS_AT_A_STATION.token_hash, START) == HERS_AT_A_STATION
        assert reading.session(b"x" * 32, START) is None
        assert reading.session(ANA.token_hash, ANA.expires_at - timedelta(seconds=1)) == ANA
        assert reading.session(ANA.token_hash, ANA.expires_at) is None


def test_what_was_last_used_is_kept(register: Register):
    keep(register, ANA)
    later = START + HOUR
    register.write(lambda writing: writing.touch_session(ANA.token_hash, later))
    register.write(lambda writing: writing.touch_session(b"x" * 32, later))
    with register.reading() as reading:
        assert reading.session(ANA.token_hash, later) == replace(ANA, last_used_at=later)


def test_sessions_end_alone_or_all_of_a_person(register: Register):
    keep(register, ANA, HERS_AT_A_STATION, RITA)
    with register.reading() as reading:
        assert reading.sessions_of("ana", START) == [ANA, HERS_AT_A_STATION]
    with register.writing() as writing:
        assert writing.end_session(RITA.token_hash)
        assert not writing.end_session(RITA.token_hash)
        assert writing.session(RITA.token_hash, START) is None
        assert writing.end_sessions_of("ana") == 2
        assert writing.sessions_of("ana", START) == []


def test_sessions_whose_time_has_run_out_are_forgotten(register: Register):
    keep(register, ANA, replace(RITA, expires_at=START + HOUR))
    with register.writing() as writing:
        assert writing.purge_sessions(START) == 0
        assert writing.purge_sessions(START + HOUR) == 1
        assert writing.session(RITA.token_hash, START) is None
        assert writing.session(ANA.token_hash, START) == ANA
