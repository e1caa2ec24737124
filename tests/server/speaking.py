"""People who speak with a server, as a station's program does."""

import socket
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from issuance.access.totp import current_code
from issuance.commands import Body, Command, Receipt
from issuance.queries import Answer, Query
from issuance.streams import StreamRef
from issuance.wire import SessionStarted, command_json, query_json, read_answer
from tests.live_server import LiveServer, secret_of
from ventanilla.compose import system_sources

JSON = {"Content-Type": "application/json"}


def log_in_body(user: str, **changed: Any) -> dict[str, Any]:
    """Return what a log-in of one of the demonstration's people sends."""
    password, totp = secret_of(user)
    code = current_code(totp, system_sources().clock.now())
    secrets = {"password": password.reveal(), "code": code.reveal()}
    return {"user": user, "secrets": secrets, **changed}


def status_of_an_announcement(server: LiveServer, request: str, length: int) -> int:
    """Return how a body of so many octets is answered before any of it has been sent.

    Sending it would race with the end of the connection, which may lose the answer.
    """
    asking = f"{request} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as speaking:
        speaking.sendall(asking.encode())
        return int(speaking.recv(100).split()[1])


@dataclass
class Voice:
    """Somebody who is logged in."""

    client: httpx.Client
    started: SessionStarted

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.started.token.reveal()}"}

    def command(self, body: Body, stream: StreamRef, revision: int = 0) -> Command:
        sources, session = system_sources(), self.started.session
        return Command(
            id=sources.identifiers.new(),
            office=session.office,
            stream=stream,
            base_revision=revision,
            operator=session.operator,
            session=session.id,
            at=sources.clock.now(),
            body=body,
        )

    def send(self, command: Command) -> Receipt:
        headers = {**self.bearer, **JSON}
        answer = self.client.post("/v1/commands", content=command_json(command), headers=headers)
        assert answer.status_code == 200, answer.text
        return Receipt.model_validate_json(answer.content)

    def give(self, body: Body, stream: StreamRef, revision: int = 0) -> Receipt:
        return self.send(self.command(body, stream, revision))

    def ask(self, query: Query) -> Answer | tuple[Any, ...]:
        headers = {**self.bearer, **JSON}
        answer = self.client.post("/v1/queries", content=query_json(query), headers=headers)
        assert answer.status_code == 200, answer.text
        return read_answer(query, answer.content)


def log_in(server: LiveServer, user: str, station: UUID | None = None) -> Voice:
    """Log one of the demonstration's people in."""
    client = server.client()
    body = log_in_body(user, **({"station": str(station)} if station else {}))
    answer = client.post("/v1/sessions", json=body)
    assert answer.status_code == 201, answer.text
    return Voice(client, SessionStarted.model_validate_json(answer.content))
