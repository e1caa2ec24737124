"""Commands and queries over a server: one effect each, and nothing hostile gets further."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from issuance.access.commands import ChangeRoles
from issuance.cases.commands.application import Approve
from issuance.commands import Outcome, Receipt
from issuance.findings.engine import EngineCode
from issuance.queries import CaseQuery, HistoryQuery, OperatorsAnswer, OperatorsQuery
from issuance.streams import StreamRef
from issuance.wire import BRING_CASE, SettledOnCase, command_json
from server.application import create_application
from server.journal import Journal
from tests.engine.test_pushing import opening
from tests.live_server import LiveServer
from tests.server.speaking import JSON, Voice, log_in, status_of_an_announcement

OTHER = UUID(int=99)
PROBLEM = "application/problem+json"
MARK = "SECRETO-QUE-NADIE-REPITE"


def change_of_roles(head: Voice, user: str = "carmen") -> bytes:
    answer = head.ask(OperatorsQuery())
    assert isinstance(answer, OperatorsAnswer)
    revision = next(each.revision for each in answer.entries if each.user == user)
    body = ChangeRoles(user=user, roles=("operator", "cashier"))
    return command_json(head.command(body, StreamRef(kind="operator", id=OTHER), revision))


def post(
    voice: Voice, content: bytes, path: str = "/v1/commands", **headers: str
) -> httpx.Response:
    return voice.client.post(path, content=content, headers={**voice.bearer, **JSON, **headers})


def test_a_command_sent_twice_has_one_effect(server: LiveServer):
    head = log_in(server, "jefa")
    content = change_of_roles(head)
    first, second = post(head, content), post(head, content)
    assert first.content == second.content
    assert Receipt.model_validate_json(first.content).applied
    other = content.replace(b'"cashier"', b'"approver"')
    reused = Receipt.model_validate_json(post(head, other).content)
    assert [each.code for each in reused.findings] == [EngineCode.COMMAND_ID_REUSED.value]


def test_a_case_comes_along_where_that_is_preferred(server: LiveServer):
    olga = log_in(server, "olga")
    content = command_json(olga.command(opening(2), StreamRef(kind="case", id=OTHER)))
    told = SettledOnCase.model_validate_json(post(olga, content, Prefer=BRING_CASE).content)
    assert told.receipt.applied, told.receipt.findings
    assert told.case is not None
    assert (told.case.state.id, told.case.revision) == (OTHER, told.receipt.revision)
    # Without it, or about something else, the answer is the receipt alone.
    assert Receipt.model_validate_json(post(olga, content).content) == told.receipt
    unknown = olga.command(Approve(), StreamRef(kind="case", id=UUID(int=98)))
    refused = post(olga, command_json(unknown), Prefer=BRING_CASE)
    assert SettledOnCase.model_validate_json(refused.content).case is None


def test_what_is_another_offices_or_persons_is_refused_and_recorded(server: LiveServer):
    olga = log_in(server, "olga")
    command = olga.command(Approve(), StreamRef(kind="case", id=OTHER))
    for changed in ({"office": OTHER}, {"operator": "jefa"}, {"session": OTHER}):
        refused = olga.send(command.model_copy(update={**changed, "id": UUID(int=len(changed))}))
        assert refused.outcome is Outcome.REJECTED
        theirs = [each.code for each in refused.findings]
        assert theirs[0] in (EngineCode.COMMAND_NOT_YOURS.value, EngineCode.COMMAND_ID_REUSED.value)
    unknown = olga.send(command)
    assert [each.code for each in unknown.findings] == [EngineCode.CASE_UNKNOWN.value]
    found = olga.ask(CaseQuery(case=OTHER))
    assert isinstance(found, tuple)
    assert [each.code for each in found] == [EngineCode.CASE_UNKNOWN.value]
    assert olga.ask(HistoryQuery(case=OTHER)) != ()
    stations = post(olga, command_json(command.model_copy(update={"station": OTHER})))
    assert stations.status_code == 403


def spoilt(content: bytes, *path: str, value: Any) -> bytes:
    document = json.loads(content)
    holder = document
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = value
    return json.dumps(document).encode()


HOSTILE: list[tuple[tuple[str, ...], Any]] = [
    (("command", "unknown"), MARK),
    (("command", "body", MARK), 1),
    (("command", "body", "kind"), MARK),
    (("command", "body", "user"), {"a": MARK}),
    (("command", "body", "user"), "\0" + MARK),
    (("command", "body", "roles"), MARK),
    (("command", "base_revision"), -1),
    (("command", "base_revision"), 10**400),
    (("command", "seq"), 2**60),
    (("command", "at"), "0001-01-01T00:00:00+23:59"),
    (("command", "at"), "2026-01-01T00:00:00"),
    (("command", "id"), MARK),
    (("command", "operator"), "\ud800"),
    (("command",), [MARK] * 9),
    (("secrets",), {"user": MARK}),
    (("secrets",), {"kind": MARK}),
    (("secrets",), {"roles": MARK}),
    (("secrets",), {MARK: MARK}),
    (("secrets",), {"current": 5}),
    (("secrets",), {"current": "x" * 5000}),
    (("secrets",), [MARK]),
    ((MARK,), 1),
]


def test_nothing_that_does_not_fit_gets_further_or_is_repeated(server: LiveServer):
    head = log_in(server, "jefa")
    content = change_of_roles(head)
    deep = b'{"command":' + b'{"body":' * 300 + b"1" + b"}" * 300 + b"}"
    bodies = [spoilt(content, *path, value=value) for path, value in HOSTILE]
    for body in (
        *bodies,
        b"",
        b"{",
        b"null",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        deep,
        b"NaN",
        b"[" * 90000,
    ):
        answer = post(head, body)
        assert answer.status_code in (400, 422), (answer.status_code, body[:200])
        assert answer.headers["content-type"] == PROBLEM
        assert MARK not in answer.text
    assert MARK not in server.log.getvalue()
    assert Receipt.model_validate_json(post(head, content).content).applied


def test_a_body_is_refused_before_it_is_read(server: LiveServer):
    head = log_in(server, "jefa")
    content = change_of_roles(head)
    assert status_of_an_announcement(server, "POST /v1/commands", (1 << 20) + 1) == 413
    assert post(head, content, **{"Content-Type": "text/plain"}).status_code == 415


async def test_a_body_of_unknown_length_is_read_up_to_the_limit(server: LiveServer):
    async def pieces(count: int) -> AsyncIterator[bytes]:
        for _ in range(count):
            yield b" " * 65536

    # Without a network between: a connection that is cut may lose the answer with it.
    application = create_application(server.served, Journal(server.log))
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        for count, status in ((17, 413), (2, 422)):
            answer = await client.post("/v1/queries", content=pieces(count), headers=JSON)
            assert answer.status_code == status


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/nothing", "/v1/commands/x", "/docs", "/crl/x"])
def test_an_unknown_place_is_a_problem_too(server: LiveServer, path: str):
    answer = server.client().get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)


def test_the_journal_has_no_names_and_no_secrets(server: LiveServer):
    head = log_in(server, "jefa")
    post(head, change_of_roles(head))
    server.client().get(f"/v1/blobs/{MARK}?length=1&media_type=a/b", headers=head.bearer)
    lines = [json.loads(line) for line in server.log.getvalue().splitlines()]
    assert {"/v1/sessions", "/v1/queries", "/v1/commands"} <= {line["route"] for line in lines}
    assert all(set(line) == {"event", "request", "method", "route", "status", "milliseconds",
                             "operator"} for line in lines)  # fmt: skip
    text = server.log.getvalue()
    for private in ("jefa", "Julia", "carmen", MARK, head.started.token.reveal()):
        assert private not in text
    metrics = server.client().get("/metrics").text
    assert 'ventanilla_commands_total{kind="change_roles",outcome="applied"} 1.0' in metrics
