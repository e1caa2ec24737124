"""What is due in the background: one failure ends nothing, is reported, and is tried again."""

import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend_client.embedded import EmbeddedBackend
from backend_client.embedded_engine import EmbeddedEngine
from issuance.access.roles import Session
from issuance.cases.commands.application import OpenCase, SendEmailCode
from issuance.certificates.keys import make_private_key
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.queries import MailboxAnswer, MailboxQuery
from issuance.samples.people import sample_person
from issuance.secret import Secret
from tests.keys import wait_until
from ventanilla.compose import system_sources

FAILURES = 2


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pristine") / "office"
    founded = found_office(folder, demonstration_plan(), system_sources(), make_private_key)
    assert isinstance(founded, Founded)
    return folder


class Rounds:
    """A backend that hurries, and what it reported."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reported: list[BaseException] = []
        report = self.reported.append
        self.backend = EmbeddedBackend(folder, system_sources(), make_private_key, report)

    async def begin(self) -> None:
        olga = (await self.backend.known_people())[0]
        session = await self.backend.log_in(olga.user, Secret(olga.password), Secret(olga.code))
        assert isinstance(session, Session)

    def queue_mail(self) -> None:
        """Let a code wait in the outbox, as a station does that was killed at this moment."""
        backend, policy = self.backend, self.backend.policy.policy
        body = OpenCase(
            policy=policy.id, product="natural-pkcs12-2y", consent_version=policy.consent_version,
            values=dict(sample_person("natural", 0).values), language="es",
        )  # fmt: skip
        case = backend.new_stream("case")
        door = backend._door
        assert isinstance(door, EmbeddedEngine)
        engine = door.opened.engine
        opened = engine.execute(backend.command(body, case, 0), backend.session)
        assert opened.applied, opened.findings
        sent = engine.execute(
            backend.command(SendEmailCode(), case, opened.revision), backend.session
        )
        assert sent.applied, sent.findings

    async def mails(self) -> int:
        answer = await self.backend.ask(MailboxQuery())
        assert isinstance(answer, MailboxAnswer)
        return len(answer.messages)

    async def wait_for_mail(self) -> None:
        arrived = False
        while not arrived:
            arrived = await self.mails() > 0


@pytest.fixture
async def rounds(
    pristine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Rounds]:
    monkeypatch.setattr("backend_client.counter_office._FIRST_PAUSE", 0)
    monkeypatch.setattr("backend_client.counter_office._PAUSE", 0.01)
    folder = tmp_path / "office"
    shutil.copytree(pristine, folder)
    rounds = Rounds(folder)
    yield rounds
    await rounds.backend.close()


def failing_at_first(real: Callable[..., Any]) -> Callable[..., Any]:
    left = iter(range(FAILURES))

    def work(*arguments: Any) -> Any:
        if next(left, None) is not None:
            raise RuntimeError(real.__name__)
        return real(*arguments)

    return work


@pytest.mark.parametrize("task", ["warm", "run_due", "deliver_mail"])
async def test_a_failure_is_reported_tried_again_and_ends_nothing(
    rounds: Rounds, monkeypatch: pytest.MonkeyPatch, task: str
):
    from issuance.engine.engine import Engine

    await rounds.begin()
    monkeypatch.setattr(Engine, task, failing_at_first(getattr(Engine, task)))
    rounds.queue_mail()
    await rounds.wait_for_mail()
    # The child is warmed once; the rest is due in every round.
    due = 1 if task == "warm" else FAILURES
    await wait_until(lambda: len(rounds.reported) == due)
    assert {str(error) for error in rounds.reported} == {task}


async def test_a_key_that_cannot_be_destroyed_keeps_no_mail_back(rounds: Rounds):
    """A folder where a forgotten key should be: only removing it by hand helps."""
    folder = rounds.folder / "sealed-keys"
    obstacle, forgotten = (folder / f"{UUID(int=number)}.key" for number in (1, 2))
    obstacle.mkdir(parents=True)
    os.utime(obstacle, (0, 0))
    await rounds.begin()
    await wait_until(lambda: len(rounds.reported) >= FAILURES)
    assert {type(error) for error in rounds.reported} == {IsADirectoryError}
    rounds.queue_mail()
    await rounds.wait_for_mail()
    obstacle.rmdir()
    forgotten.write_bytes(b"long ago")
    os.utime(forgotten, (0, 0))
    await wait_until(lambda: not forgotten.exists())


async def test_the_rounds_end_with_the_session(rounds: Rounds):
    await rounds.begin()
    ticking = rounds.backend._ticking
    assert ticking is not None
    await rounds.backend.log_out()
    await wait_until(ticking.done)
    assert rounds.reported == []
