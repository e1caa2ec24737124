from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from issuance.access.roles import Role, Session
from issuance.findings import Finding
from issuance.findings.access import AccessCode
from issuance.findings.sync import SyncCode
from issuance.secret import Secret
from issuance.stations.stream import (
    EndStation,
    FrozenFor,
    InviteStation,
    RenewStationKey,
    StationEnded,
    StationEnrolled,
    StationEvent,
    StationFrozen,
    StationInvited,
    StationStatus,
    decide_enrolment,
    decide_station,
    evolve_station,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EPOCH = UUID(int=7)
INVITED = StationInvited(
    name="Puesto 1", code_verifier="ab", until=NOW + timedelta(hours=24), by="ana"
)


def session(*roles: Role):
    return Session(
        id=UUID(int=1), office=UUID(int=2), operator="ana", name="Ana", roles=roles,
        started_at=NOW, demonstration=False,
    )  # fmt: skip


def invite(name="Puesto 1"):
    return InviteStation(name=name, code=Secret("x"))


def decided(state, body, *roles: Role):
    return decide_station(state, body, session(*(roles or (Role.ADMINISTRATOR,))), NOW, "ab")


def happened(decision):
    assert isinstance(decision, StationEvent)
    return decision


def after(first: StationEvent, *others: StationEvent):
    state = evolve_station(None, first)
    for event in others:
        state = evolve_station(state, event)
    return state


def test_an_invitation_lets_one_computer_enrol_until_the_next_day():
    assert decided(None, invite(" Puesto  1 ")) == INVITED
    enrolled = happened(decide_enrolment(after(INVITED), b"\1\2", EPOCH, NOW))
    assert enrolled == StationEnrolled(epoch=EPOCH, public_key="0102")
    state = after(INVITED, enrolled)
    assert (state.status, state.epoch) == (StationStatus.ACTIVE, EPOCH)
    again = decide_enrolment(state, b"\3", UUID(int=8), NOW)
    assert isinstance(again, Finding)
    assert again.code == SyncCode.ENROLMENT_REFUSED


@pytest.mark.parametrize("state", [None, after(INVITED)])
def test_a_late_or_unknown_code_enrols_nobody(state):
    refused = decide_enrolment(state, b"", EPOCH, NOW + timedelta(hours=24))
    assert isinstance(refused, Finding)
    assert refused.code == SyncCode.ENROLMENT_REFUSED


def test_a_frozen_station_begins_anew_with_a_new_invitation():
    enrolled = StationEnrolled(epoch=EPOCH, public_key="01")
    frozen = after(INVITED, enrolled, StationFrozen(epoch=EPOCH, cause=FrozenFor.FORK, seq=3))
    assert frozen.status == StationStatus.FROZEN
    anew = evolve_station(frozen, happened(decided(frozen, invite())))
    assert anew.status == StationStatus.FROZEN
    second = happened(decide_enrolment(anew, b"\2", UUID(int=8), NOW))
    assert evolve_station(anew, second).status == StationStatus.ACTIVE


@pytest.mark.parametrize(
    ("state", "body", "roles", "code"),
    [
        (None, invite(), (Role.OPERATOR,), AccessCode.ADMINISTRATOR_ONLY),
        (None, invite("  "), (Role.ADMINISTRATOR,), SyncCode.STATION_UNNAMED),
        (None, invite("x" * 61), (Role.ADMINISTRATOR,), SyncCode.STATION_UNNAMED),
        (None, EndStation(), (Role.ADMINISTRATOR,), SyncCode.STATION_UNKNOWN),
        (
            after(INVITED, StationEnded(by="ana")),
            invite(),
            (Role.ADMINISTRATOR,),
            SyncCode.STATION_UNKNOWN,
        ),
    ],
)
def test_what_is_refused(state, body, roles, code):
    refused = decided(state, body, *roles)
    assert isinstance(refused, Finding)
    assert refused.code == code


def test_a_station_that_keeps_things_gets_another_key_each_time():
    enrolled = after(INVITED, StationEnrolled(epoch=EPOCH, public_key="01"))
    assert enrolled.key_version == 0
    once = evolve_station(enrolled, happened(decided(enrolled, RenewStationKey())))
    twice = evolve_station(once, happened(decided(once, RenewStationKey())))
    assert (once.key_version, twice.key_version) == (1, 2)
    # Enrolled anew it does not go back to a key that somebody may know.
    anew = evolve_station(twice, StationEnrolled(epoch=UUID(int=8), public_key="02"))
    assert anew.key_version == 2
    for state in (None, after(INVITED), after(INVITED, StationEnded(by="ana"))):
        refused = decided(state, RenewStationKey())
        assert isinstance(refused, Finding)
        assert refused.code == SyncCode.STATION_UNKNOWN
    refused = decided(enrolled, RenewStationKey(), Role.OPERATOR)
    assert isinstance(refused, Finding)
    assert refused.code == AccessCode.ADMINISTRATOR_ONLY


def test_an_ended_station_keeps_no_invitation():
    ended = after(INVITED, happened(decided(after(INVITED), EndStation())))
    assert (ended.status, ended.code_verifier) == (StationStatus.ENDED, "")
