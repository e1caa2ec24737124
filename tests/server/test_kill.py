"""`kill -9` of the server at random moments: what it answered stands, the rest is done once."""

import os
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from issuance.access.totp import current_code
from issuance.commands import Command, Receipt
from issuance.queries import WorklistAnswer, WorklistQuery
from issuance.streams import StreamRef
from issuance.wire import SessionStarted, command_json, query_json, read_answer
from tests.engine.desk import OWN
from tests.engine.test_pushing import opening
from tests.live_server import SERVICE, secret_of
from tests.server.speaking import JSON
from tests.server.test_serve import serving
from ventanilla.compose import system_sources

# The client's library leaves the socket open with which it did not reach a killed server.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.*unclosed <socket:ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
SEED = int(os.environ.get("SEED", "20261122"))
CASES = 12


@dataclass
class Person:
    """Somebody who gives commands to whichever server listens on the socket now."""

    socket: Path
    started: SessionStarted | None = None

    @contextmanager
    def client(self) -> Iterator[httpx.Client]:
        transport = httpx.HTTPTransport(uds=str(self.socket))
        with httpx.Client(transport=transport, base_url="http://x", timeout=30) as client:
            yield client

    def log_in(self) -> None:
        password, totp = secret_of("olga")
        code = current_code(totp, system_sources().clock.now())
        secrets = {"password": password.reveal(), "code": code.reveal()}
        with self.client() as client:
            answer = client.post("/v1/sessions", json={"user": "olga", "secrets": secrets})
        self.started = SessionStarted.model_validate_json(answer.content)

    @property
    def session(self) -> SessionStarted:
        assert self.started is not None
        return self.started

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.session.token.reveal()}", **JSON}

    def command(self, number: int) -> Command:
        sources, session = system_sources(), self.session.session
        return Command(
            id=sources.identifiers.new(),
            office=session.office,
            stream=StreamRef(kind="case", id=sources.identifiers.new()),
            base_revision=0,
            operator=session.operator,
            session=session.id,
            at=sources.clock.now(),
            body=opening(number),
        )

    def send(self, commands: list[Command]) -> list[Receipt]:
        """Give commands one after the other until the server is gone; return the receipts."""
        receipts: list[Receipt] = []
        with self.client() as client, suppress(httpx.TransportError):
            for command in commands:
                content = command_json(command)
                answer = client.post("/v1/commands", content=content, headers=self.headers)
                assert answer.status_code == 200, answer.text
                receipts.append(Receipt.model_validate_json(answer.content))
        return receipts

    def cases(self) -> int:
        query = WorklistQuery()
        with self.client() as client:
            answer = client.post("/v1/queries", content=query_json(query), headers=self.headers)
            assert client.get("/readyz").status_code == 200
        found = read_answer(query, answer.content)
        assert isinstance(found, WorklistAnswer)
        return len(found.entries)


def kill_once(folder: Path, tmp_path: Path, round_: int) -> None:
    moment = random.Random(f"{SEED}-{round_}")
    credential, place = tmp_path / "credential", tmp_path / "place"
    credential.write_text(OWN.reveal())
    credential.chmod(0o400)
    place.mkdir(mode=0o700)
    person = Person(place / "s")
    arguments = ("--office", str(folder), "--service", SERVICE, "--credential", str(credential),
                 "--socket", str(person.socket))  # fmt: skip
    with serving(*arguments) as (process, first):
        assert first["event"] == "serving"
        person.log_in()
        commands = [person.command(number) for number in range(CASES)]
        power = threading.Timer(moment.uniform(0, 0.8), process.kill)
        power.start()
        answered = person.send(commands)
        power.join()
        process.wait()
    with serving(*arguments) as (_, first):
        assert first["event"] == "serving"
        again = person.send(commands)
        assert again[: len(answered)] == answered
        assert [receipt.applied for receipt in again] == [True] * CASES
        assert person.cases() == CASES


@pytest.mark.parametrize("round_", range(1))
def test_a_killed_server_has_done_what_it_answered(folder: Path, tmp_path: Path, round_: int):
    kill_once(folder, tmp_path, round_)


@pytest.mark.soak
@pytest.mark.parametrize("round_", range(40))
def test_a_server_killed_at_forty_moments_has_done_what_it_answered(
    folder: Path, tmp_path: Path, round_: int
):
    kill_once(folder, tmp_path, round_)
