"""Tokens, tickets and commands that are not for here, or not any more: refused, logged, no 500."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from time import monotonic
from uuid import UUID

import httpx
import pytest

from issuance.access.commands import ChangePassword, InviteMember
from issuance.access.roles import Role
from issuance.access.totp import current_code
from issuance.certificates.authority import AuthorityPlan
from issuance.certificates.keys import make_private_key
from issuance.commands import Outcome
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import FirstPerson, Founded, found_office
from issuance.findings.access import AccessCode
from issuance.findings.engine import EngineCode
from issuance.findings.institutions import InstitutionCode
from issuance.findings.sync import SyncCode
from issuance.institution_queries import OfficialQuery, OfficialsQuery, PortableQuery
from issuance.institutions.official_decisions import EndOfficial
from issuance.institutions.portable_commands import RequestPortable
from issuance.queries import CountsQuery, Query
from issuance.signing.ticket_token import ATTENDED
from issuance.stations.signed import SignedText
from issuance.stations.stream import EndStation
from issuance.stations.ticket import HEADER
from issuance.streams import StreamRef
from issuance.sync.push import NOTHING_BEFORE, PushAnswer, PushReceipt, StationCommand
from issuance.sync.push import Outcome as Pushed
from issuance.wire import query_json
from issuance.wire_stations import LEASES, PUSH
from tests.engine.desk import FIRST, OWN, SetClock
from tests.engine.ministry import Ministry, give
from tests.live_server import SERVICE, LiveServer, live_server
from tests.server.signing_platform import Known
from tests.server.speaking import JSON, Voice, log_in, log_in_body
from tests.server.test_members import OPERATOR, entered
from tests.server.test_stations import REF, Computer, code_of, computer, enrol, invite
from ventanilla.compose import system_sources

__all__ = ["computer"]


def logged(server: LiveServer, *expected: tuple[str, int]) -> list[tuple[str, int]]:
    """Return route and status of every request in the journal; none of them ended in a fault.

    A line is written once the answer is on its way: what is expected is waited for, as often
    as it is named.
    """
    until = monotonic() + 10
    while Counter(expected) - Counter(told := _logged(server)) and monotonic() < until:
        Event().wait(0.02)
    return told


def _logged(server: LiveServer) -> list[tuple[str, int]]:
    lines = [json.loads(line) for line in server.log.getvalue().splitlines()]
    told = [(each["route"], each["status"]) for each in lines if each["event"] == "request"]
    assert {each["event"] for each in lines} <= {"request"}
    assert all(status < 500 for _, status in told)
    return told


def replayed(client: httpx.Client, request: httpx.Request, to: str = "") -> httpx.Response:
    """Send again what was sent, as somebody would who wrote it down."""
    path = to or request.url.path
    names = (HEADER, "content-type")
    return client.post(
        path, content=request.content, headers={name: request.headers[name] for name in names}
    )


def test_a_replayed_ticket_has_no_second_effect_and_opens_nothing_else(
    server: LiveServer, computer: Computer
):
    first = computer.push(computer.command())
    with server.served.office.register.reading() as reading:
        before = reading.head()
    again = replayed(computer.client, first.request)
    told, told_again = (PushAnswer.model_validate_json(each.content) for each in (first, again))
    assert told_again.receipts == told.receipts
    with server.served.office.register.reading() as reading:
        assert reading.head() == before
    assert code_of(replayed(computer.client, first.request, LEASES)) == SyncCode.SIGNATURE_WRONG
    altered = httpx.Request("POST", PUSH, content=b'{"push":{}}', headers=first.request.headers)
    altered.headers["content-length"] = str(len(altered.content))
    assert code_of(replayed(computer.client, altered)) == SyncCode.SIGNATURE_WRONG
    assert (PUSH, 403) in logged(server, (PUSH, 403))


@pytest.mark.parametrize("since", ["enrolled anew", "ended", "lost"])
def test_a_ticket_written_down_is_worth_nothing_once_the_station_is_another(
    server: LiveServer, computer: Computer, since: str
):
    first = computer.post(LEASES)
    assert first.status_code == 200
    if since == "enrolled anew":
        invite(server, "Z" * 26, 2)
        assert enrol(computer.client, "Z" * 26, 3).status_code == 201
    else:
        assert log_in(server, "jefa").give(EndStation(erase=since == "lost"), REF, 2).applied
    refused = code_of(replayed(computer.client, first.request))
    expected = {
        "enrolled anew": SyncCode.STATION_REPLACED,
        "ended": SyncCode.STATION_UNKNOWN,
        "lost": SyncCode.STATION_LOST,
    }
    assert refused == expected[since]
    assert (LEASES, 403) in logged(server, (LEASES, 403))


def test_what_another_office_gave_is_nothing_here(
    server: LiveServer, computer: Computer, platform: LiveServer
):
    voice, ticketed = log_in(server, "olga"), computer.post(LEASES)
    client = platform.client()
    query = query_json(CountsQuery())
    refused = client.post("/v1/queries", content=query, headers={**voice.bearer, **JSON})
    assert refused.status_code == 401
    assert code_of(replayed(client, ticketed.request)) == SyncCode.STATION_UNKNOWN
    refusals = {("/v1/queries", 401), (LEASES, 403)}
    assert refusals <= set(logged(platform, *refusals))
    assert voice.started.token.reveal() not in platform.log.getvalue()


def test_a_one_time_code_begins_one_session_whoever_sends_it_again(tmp_path: Path):
    # In a demonstration a code works as often as it is shown.
    shown = demonstration_plan()
    assert isinstance(shown.authority, AuthorityPlan)
    quick = shown.authority.model_copy(update={"algorithm": "p-256"})
    service = FirstPerson(SERVICE, "Servidor", (Role.SERVICE,), OWN, shown.people[0].totp_secret)
    people = (*(replace(each, password=OWN) for each in shown.people), service)
    folder = tmp_path / "office"
    plan = replace(shown, demonstration=False, people=people, authority=quick)
    founded = found_office(folder, plan, system_sources(), make_private_key)
    assert isinstance(founded, Founded), founded
    with live_server(folder, background=False) as server:
        client, body = server.client(), log_in_body("olga")
        body["secrets"]["password"] = OWN.reveal()

        def status(_: int) -> int:
            return client.post("/v1/sessions", json=body).status_code

        with ThreadPoolExecutor(4) as threads:
            assert sorted(threads.map(status, range(4))) == [201, 403, 403, 403]
        again = client.post("/v1/sessions", json=body)
        assert code_of(again) == AccessCode.CODE_ALREADY_USED
        refused = [("/v1/sessions", 403)] * 4
        assert logged(server, *refused).count(refused[0]) == 4
        secrets = body["secrets"].values()
        assert not [each for each in secrets if each in server.log.getvalue()]


def test_a_station_carries_no_command_of_another_office_or_station(
    server: LiveServer, computer: Computer
):
    own, previous = computer.key.public_key().public_bytes_raw(), NOTHING_BEFORE
    for seq, changed in enumerate(({"office": UUID(int=9)}, {"station": UUID(int=9)}), 1):
        opened = computer.command().opened(StationCommand, own)
        assert isinstance(opened, StationCommand)
        command = opened.command.model_copy(
            update={
                **changed,
                "seq": seq,
                "prev": previous,
                "stream": StreamRef(kind="case", id=UUID(int=seq)),
            }
        )
        sent = SignedText.of(StationCommand(command=command), computer.key)
        answer = PushAnswer.model_validate_json(computer.push(sent).content)
        receipt = answer.receipts[0].opened(PushReceipt, bytes.fromhex(computer.told.server_key))
        assert isinstance(receipt, PushReceipt)
        assert receipt.outcome is Pushed.REJECTED
        assert [each.code for each in receipt.findings] == [EngineCode.COMMAND_NOT_YOURS]
        previous = receipt.command_hash
    assert (PUSH, 200) in logged(server, (PUSH, 200))


@pytest.mark.timeout(120)
def test_another_institution_is_as_if_it_were_not_there(
    platform: LiveServer, known: Known, clock: SetClock
):
    engine = platform.served.engine
    own = Ministry(engine.office, known.ministry)
    other = Ministry.enabled(engine.office, "Servicio de al Lado", "61000101-7")
    theirs = other.register("12345670-K", "Berta")
    paper = other.approved(theirs, ATTENDED)
    operator, official = own.seat("irma", None), own.register("23456780-2", "Nora")
    invited = InviteMember(
        user="nora", institution=known.ministry, official=official, first_password=FIRST
    )
    assert give(engine, operator, invited, OPERATOR.kind, OPERATOR.id).applied
    enrolling = entered(platform, "nora", password=FIRST.reveal())
    enrolment = enrolling.started.enrolment
    assert enrolment is not None
    code = current_code(enrolment.secret, clock.now())
    assert enrolling.give(ChangePassword(current=FIRST, new=OWN, code=code), OPERATOR).applied
    clock.pass_time(seconds=30)
    code = current_code(enrolment.secret, clock.now())
    nora = entered(platform, "nora", password=OWN.reveal(), code=code.reveal())
    nowhere = UUID(int=98)
    for asked, unknown in (
        (OfficialsQuery(institution=other.id), OfficialsQuery(institution=nowhere)),
        (OfficialQuery(official=theirs), OfficialQuery(official=nowhere)),
        (PortableQuery(certificate=paper), PortableQuery(certificate=nowhere)),
    ):
        assert answered(nora, asked) == answered(nora, unknown)
        assert "Berta" not in answered(nora, asked)
    ref = StreamRef(kind="official", id=theirs)
    for body, stream in (
        (EndOfficial(), ref),
        (
            RequestPortable(
                institution=other.id, official=theirs, purpose=ATTENDED, phone="+56961234567"
            ),
            StreamRef(kind="portable", id=UUID(int=97)),
        ),
    ):
        refused = nora.give(body, stream, 1)
        assert refused.outcome is Outcome.REJECTED
        assert [each.code for each in refused.findings] == [InstitutionCode.OUT_OF_REACH]
    assert ("/v1/commands", 200) in logged(platform, ("/v1/commands", 200))


def answered(voice: Voice, query: Query) -> str:
    headers = {**voice.bearer, **JSON}
    told = voice.client.post("/v1/queries", content=query_json(query), headers=headers)
    assert told.status_code == 200, told.text
    return told.text
