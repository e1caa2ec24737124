"""People of institutions at a server: invited, logged in, and out the moment their seat ends."""

from uuid import UUID

import pytest

from issuance.access.commands import ChangePassword, InviteMember
from issuance.access.totp import current_code
from issuance.findings.institutions import InstitutionCode
from issuance.institution_queries import SeatsAnswer, SeatsQuery
from issuance.institutions.official_decisions import EndOfficial
from issuance.queries import CountsQuery
from issuance.streams import StreamRef
from issuance.wire import SessionStarted
from tests.engine.desk import FIRST, OWN, SetClock
from tests.engine.ministry import Ministry, give
from tests.live_server import LiveServer
from tests.server.signing_platform import Known
from tests.server.speaking import Voice

OPERATOR = StreamRef(kind="operator", id=UUID(int=1))


def entered(server: LiveServer, user: str, **secrets: str) -> Voice:
    client = server.client()
    told = client.post("/v1/sessions", json={"user": user, "secrets": secrets})
    assert told.status_code == 201, told.text
    return Voice(client, SessionStarted.model_validate_json(told.content))


@pytest.mark.timeout(120)
def test_a_member_works_at_the_server_until_the_seat_ends(
    platform: LiveServer, known: Known, clock: SetClock
):
    engine = platform.served.engine
    ministry = Ministry(engine.office, known.ministry)
    operator = ministry.seat("eva", None)
    official = ministry.register("23456789-6", "Rita")
    invited = InviteMember(
        user="rita", institution=known.ministry, official=official, first_password=FIRST
    )
    assert give(engine, operator, invited, OPERATOR.kind, OPERATOR.id).applied

    enrolling = entered(platform, "rita", password=FIRST.reveal())
    enrolment = enrolling.started.enrolment
    assert enrolment is not None
    code = current_code(enrolment.secret, clock.now())
    changed = enrolling.give(ChangePassword(current=FIRST, new=OWN, code=code), OPERATOR)
    assert changed.applied, changed.findings
    clock.pass_time(seconds=30)
    code = current_code(enrolment.secret, clock.now())
    rita = entered(platform, "rita", password=OWN.reveal(), code=code.reveal())
    seats = rita.ask(SeatsQuery())
    assert isinstance(seats, SeatsAnswer)
    assert [(each.role, each.official) for each in seats.seats] == [("holder", official)]
    refused = rita.ask(CountsQuery())
    assert isinstance(refused, tuple)
    assert [each.code for each in refused] == [InstitutionCode.SEAT_MISSING]

    assert give(engine, operator, EndOfficial(), "official", official, 1).applied
    again = rita.client.post("/v1/queries", json={"query": {"kind": "seats"}}, headers=rita.bearer)
    assert again.status_code == 401
    left = rita.client.post(
        "/v1/sessions", json={"user": "rita", "secrets": {"password": OWN.reveal()}}
    )
    assert left.status_code == 403
