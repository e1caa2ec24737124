"""Log-in, log-out and who is let in, over a real connection."""

import json
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from issuance.access.commands import AddOperator, ChangePassword, ChangeRoles, RemoveOperator
from issuance.access.totp import current_code
from issuance.findings.access import AccessCode
from issuance.findings.engine import EngineCode
from issuance.queries import CountsAnswer, CountsQuery, OperatorsAnswer, OperatorsQuery
from issuance.streams import StreamRef
from issuance.wire import SessionStarted
from server.authentication import LONGEST_SESSION
from server.proxies import Proxies
from tests.engine.desk import FIRST, OWN, SetClock, sources_at
from tests.live_server import LiveServer, live_server
from tests.server.speaking import Voice, log_in, log_in_body
from tests.server.tls import self_signed

SOMEBODY = StreamRef(kind="operator", id=UUID(int=7))


def codes(answer: httpx.Response) -> list[str]:
    return [each["code"] for each in answer.json()["findings"]]


def counts(voice: Voice, **headers: str) -> httpx.Response:
    query = {"query": {"kind": "counts"}}
    return voice.client.post("/v1/queries", json=query, headers={**voice.bearer, **headers})


def people(voice: Voice) -> dict[str, int]:
    answer = voice.ask(OperatorsQuery())
    assert isinstance(answer, OperatorsAnswer)
    return {each.user: each.revision for each in answer.entries}


def test_a_person_logs_in_asks_and_leaves(server: LiveServer):
    voice = log_in(server, "olga")
    assert isinstance(voice.ask(CountsQuery()), CountsAnswer)
    assert voice.client.delete("/v1/sessions/current", headers=voice.bearer).status_code == 204
    assert counts(voice).status_code == 401


def test_a_wrong_password_and_an_unknown_user_are_refused_alike(server: LiveServer):
    client = server.client()
    wrong = {"password": "no-es-esta-clave", "code": "000000"}
    answers = [
        client.post("/v1/sessions", json={"user": user, "secrets": wrong})
        for user in ("olga", "nadie-con-este-nombre")
    ]
    assert [each.status_code for each in answers] == [403, 403]
    assert [codes(each) for each in answers] == [[AccessCode.LOG_IN_REFUSED.value]] * 2
    assert answers[0].content == answers[1].content
    no_code = log_in_body("olga")
    no_code["secrets"]["code"] = ""
    assert codes(client.post("/v1/sessions", json=no_code)) == [AccessCode.CODE_WRONG.value]


def test_two_sessions_of_one_person_stand_apart(server: LiveServer):
    first, second = log_in(server, "olga"), log_in(server, "olga")
    first.client.delete("/v1/sessions/current", headers=first.bearer)
    assert counts(first).status_code == 401
    assert counts(second).status_code == 200
    # A command belongs to the session it was given in.
    other = {**second.bearer, "Content-Type": "application/json"}
    command = first.command(RemoveOperator(user="carmen", reason="no"), SOMEBODY)
    sent = json.dumps({"command": json.loads(command.model_dump_json())})
    refused = second.client.post("/v1/commands", content=sent, headers=other)
    assert codes(refused) == [EngineCode.COMMAND_NOT_YOURS.value]


def test_a_session_outlives_its_server_and_ends_by_itself(folder: Path):
    clock = SetClock()
    with live_server(folder, sources=sources_at(clock), background=False) as server:
        voice = log_in(server, "olga")
    with live_server(folder, sources=sources_at(clock), background=False) as server:
        again = Voice(server.client(), voice.started)
        clock.moment = voice.started.ends - LONGEST_SESSION / 100
        assert counts(again).status_code == 200
        clock.moment = voice.started.ends
        assert counts(again).status_code == 401


@pytest.mark.parametrize("change", ["removed", "other roles"])
def test_who_is_removed_or_changed_is_out_at_once(server: LiveServer, change: str):
    carmen, head = log_in(server, "carmen"), log_in(server, "jefa")
    assert counts(carmen).status_code == 200
    revision = people(head)["carmen"]
    body = (
        RemoveOperator(user="carmen", reason="se fue")
        if change == "removed"
        else ChangeRoles(user="carmen", roles=("operator",))
    )
    assert head.give(body, SOMEBODY, revision).applied
    refused = counts(carmen)
    assert (refused.status_code, codes(refused)) == (401, [EngineCode.SESSION_ENDED.value])


def test_a_new_person_enrols_over_the_server(server: LiveServer):
    head = log_in(server, "jefa")
    body = AddOperator(user="nora", name="Nora Nueva", roles=("operator",), first_password=FIRST)
    assert head.give(body, SOMEBODY).applied
    secrets = {"password": FIRST.reveal()}
    begun = head.client.post("/v1/sessions", json={"user": "nora", "secrets": secrets})
    started = SessionStarted.model_validate_json(begun.content)
    assert started.enrolment is not None
    nora = Voice(head.client, started)
    file = head.client.put(
        f"/v1/blobs/{'0' * 64}",
        content=b"x",
        headers={**nora.bearer, "Content-Type": "image/jpeg"},
    )
    assert (file.status_code, codes(file)) == (403, [EngineCode.PASSWORD_CHANGE_DUE.value])
    now = server.served.office.now()
    wrong = ChangePassword(current=OWN, new=OWN, code=current_code(started.enrolment.secret, now))
    refused = nora.give(wrong, SOMEBODY)
    assert [each.code for each in refused.findings] == [AccessCode.LOG_IN_REFUSED.value]
    code = current_code(started.enrolment.secret, now)
    assert nora.give(ChangePassword(current=FIRST, new=OWN, code=code), SOMEBODY).applied
    assert counts(nora).status_code == 200
    unlock = {"secrets": {"password": OWN.reveal()}}
    told = nora.client.post("/v1/sessions/current/unlock", json=unlock, headers=nora.bearer)
    assert told.json() == {"findings": []}
    unlock["secrets"]["password"] = FIRST.reveal()
    told = nora.client.post("/v1/sessions/current/unlock", json=unlock, headers=nora.bearer)
    assert codes(told) == [AccessCode.LOG_IN_REFUSED.value]


def test_a_station_has_one_key_whoever_logs_in_there(server: LiveServer):
    station = UUID(int=1)
    keys = {
        voice.started.station_key.reveal()
        for voice in (log_in(server, "olga", station), log_in(server, "carmen", station))
        if voice.started.station_key
    }
    assert len(keys) == 1
    other = log_in(server, "olga", UUID(int=2)).started.station_key
    assert other is not None
    assert other.reveal() not in keys
    assert log_in(server, "olga").started.station_key is None


def shown(name: str) -> dict[str, str]:
    pem = self_signed(name).certificate.public_bytes(Encoding.PEM).decode()
    return {"X-Client-Verify": "SUCCESS", "X-Client-Certificate": quote(pem)}


def test_nobody_but_the_proxy_speaks_of_certificates(server: LiveServer):
    voice = log_in(server, "olga")
    for headers in (shown("puesto"), {"X-Client-Verify": "SUCCESS"}, {"X-Client-Verify": "NONE"}):
        assert counts(voice, **headers).status_code == 400
    assert counts(voice).status_code == 200


def test_a_session_holds_only_with_the_certificate_it_began_with(folder: Path):
    proxies = Proxies(addresses=frozenset({"127.0.0.1"}))
    mine, another = shown("puesto uno"), shown("puesto dos")
    with live_server(folder, proxies=proxies, background=False) as server:
        client = server.client()
        begun = client.post("/v1/sessions", json=log_in_body("olga"), headers=mine)
        voice = Voice(client, SessionStarted.model_validate_json(begun.content))
        assert counts(voice, **mine).status_code == 200
        for headers in (another, {}):
            assert counts(voice, **headers).status_code == 401
        for failed in ("NONE", "FAILED:revoked"):
            assert counts(voice, **{**mine, "X-Client-Verify": failed}).status_code == 403
        unreadable = {**mine, "X-Client-Certificate": "nothing"}
        assert counts(voice, **unreadable).status_code == 400
        assert client.get("/metrics").status_code == 404


def test_what_is_no_token_is_refused(server: LiveServer):
    client = server.client()
    for value in ("", "Bearer", "Basic b2xnYTpv", "Bearer ñ", "Bearer " + "a" * 9000):
        headers = httpx.Headers({b"Authorization": value.encode("utf-8")})
        answer = client.post("/v1/queries", json={"query": {"kind": "counts"}}, headers=headers)
        assert answer.status_code == 401, value
        assert answer.headers["content-type"] == "application/problem+json"
