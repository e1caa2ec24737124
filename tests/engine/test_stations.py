"""A computer becomes a station by a code an administrator gave, once, for a day."""

from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuance.access.commands import RemoveOperator
from issuance.access.operators import ActDenied
from issuance.commands import Body, Command, Receipt
from issuance.engine.pulling import pull
from issuance.engine.stations import Enrolled, enrol_station, renewed_lease
from issuance.findings import Finding
from issuance.findings.access import AccessCode
from issuance.findings.register import RegisterCode
from issuance.findings.sync import SyncCode
from issuance.queries import StationEntry, StationsAnswer, StationsQuery
from issuance.secret import Secret
from issuance.stations.lease import Lease
from issuance.stations.signed import SignedText
from issuance.stations.stream import EndStation, InviteStation
from issuance.streams import StreamRef
from issuance.sync.pull import NOTHING_SEEN, Pull, Waiting
from tests.engine.desk import Desk, codes

STATION = UUID(int=5)
CODE = "ABCD EFGH IJKL MNOP QRST UVWX YZ"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()


def give(desk: Desk, body: Body, revision: int = 0) -> Receipt:
    command: Command = desk.command(body, revision)
    ref = StreamRef(kind="station", id=STATION)
    command = command.model_copy(update={"stream": ref})
    return desk.here.engine.execute(command, desk.here.session)


def invite(desk: Desk, code: str = CODE, revision: int = 0) -> Receipt:
    return give(desk, InviteStation(name="Puesto 1", code=Secret(code)), revision)


def enrol(desk: Desk, code: str = CODE) -> Enrolled | Finding:
    return enrol_station(desk.here.engine.office, Secret(code), KEY)


def enrolled(desk: Desk, code: str = CODE) -> Enrolled:
    answer = enrol(desk, code)
    assert isinstance(answer, Enrolled), answer
    return answer


def lease_in(signed: SignedText | Finding, station: Enrolled) -> Any:
    assert isinstance(signed, SignedText), signed
    return signed.opened(Lease, station.server_key)


def code_of(answer: object) -> str:
    assert isinstance(answer, Finding), answer
    return answer.code


def test_the_code_enrols_one_computer_once(desk: Desk):
    desk.log_in("jefa")
    assert invite(desk).applied
    station = enrolled(desk, CODE.lower())
    assert (station.station, station.name) == (STATION, "Puesto 1")
    assert code_of(enrol(desk)) == SyncCode.ENROLMENT_REFUSED


def test_the_lease_names_who_may_work_there(desk: Desk):
    desk.log_in("jefa")
    invite(desk)
    station = enrolled(desk)
    lease = lease_in(station.lease, station)
    users = {each.user for each in lease.operators}
    assert users == {each.user for each in desk.people()}
    assert (lease.station, lease.epoch) == (station.station, station.epoch)
    gone = sorted(users - {"jefa"})[0]
    assert desk.give(RemoveOperator(user=gone, reason="left")).applied
    newer = lease_in(
        renewed_lease(desk.here.engine.office, station.station, station.epoch), station
    )
    assert gone not in {each.user for each in newer.operators}


@pytest.mark.parametrize("code", ["", "ABCD", CODE[:-1] + "A"])
def test_any_other_code_enrols_nobody(desk: Desk, code: str):
    desk.log_in("jefa")
    invite(desk)
    assert code_of(enrol(desk, code)) == SyncCode.ENROLMENT_REFUSED


def test_only_the_newest_code_counts_and_only_for_a_day(desk: Desk):
    desk.log_in("jefa")
    invite(desk)
    assert invite(desk, CODE[::-1], 1).applied
    assert code_of(enrol(desk)) == SyncCode.ENROLMENT_REFUSED
    desk.clock.pass_time(hours=24)
    assert code_of(enrol(desk, CODE[::-1])) == SyncCode.ENROLMENT_REFUSED


def test_a_second_enrolment_replaces_the_first(desk: Desk):
    desk.log_in("jefa")
    invite(desk)
    first = enrolled(desk)
    invite(desk, revision=2)
    second = enrolled(desk)
    office = desk.here.engine.office
    assert code_of(renewed_lease(office, STATION, first.epoch)) == SyncCode.STATION_REPLACED
    assert lease_in(renewed_lease(office, STATION, second.epoch), second).epoch == second.epoch


def test_an_ended_station_is_unknown(desk: Desk):
    desk.log_in("jefa")
    invite(desk)
    station = enrolled(desk)
    assert give(desk, EndStation(), 2).applied
    office = desk.here.engine.office
    assert code_of(renewed_lease(office, STATION, station.epoch)) == SyncCode.STATION_UNKNOWN
    assert codes(invite(desk, revision=3)) == [SyncCode.STATION_UNKNOWN]


def test_a_code_too_short_to_be_random_is_refused(desk: Desk):
    desk.log_in("jefa")
    assert codes(invite(desk, "1234")) == [SyncCode.STATION_CODE_SHORT]


def test_what_was_decided_on_an_older_view_is_a_conflict(desk: Desk):
    desk.log_in("jefa")
    invite(desk)
    assert codes(invite(desk)) == [RegisterCode.REVISION_CONFLICT]


def test_only_administrators_and_every_try_is_kept(desk: Desk):
    desk.log_in("olga")
    assert codes(invite(desk)) == [AccessCode.ADMINISTRATOR_ONLY]
    assert desk.last("olga", ActDenied)["act"] == "invite_station"


def test_a_stations_last_word_is_shown_to_administrators(desk: Desk):
    desk.log_in("jefa")
    assert invite(desk).applied
    epoch = enrolled(desk).epoch

    def entry() -> StationEntry:
        answer = desk.here.engine.ask(StationsQuery(), desk.here.session)
        assert isinstance(answer, StationsAnswer)
        return answer.entries[0]

    def tell(waiting: Waiting | None) -> None:
        request = Pull(station=STATION, epoch=epoch, after=NOTHING_SEEN, waiting=waiting)
        assert pull(desk.here.engine.office, request).stopped is None

    assert entry().last_seen is None
    tell(None)
    assert entry().last_seen is None
    first = desk.clock.now()
    tell(Waiting(commands=3, octets=2048, oldest=first))
    assert (entry().last_seen, entry().waiting, entry().octets) == (first, 3, 2048)
    # The same word a moment later is not worth a write; another one is.
    desk.clock.pass_time(seconds=20)
    tell(Waiting(commands=3, octets=2048, oldest=first))
    assert entry().last_seen == first
    tell(Waiting(commands=0))
    assert (entry().last_seen, entry().waiting) == (desk.clock.now(), 0)
    assert entry().oldest is None
