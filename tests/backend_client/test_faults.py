"""A real client and a real server with a line between them that fails."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path
from time import monotonic

import pytest

from backend_client.backend import Kept, Link
from backend_client.remote import RemoteBackend
from backend_client.server_connection import Patience
from backend_client.station import DraftKey, SavedDraft
from issuance.cases.commands.application import SendEmailCode
from issuance.certificates.keys import PrivateKey
from issuance.commands import Receipt
from issuance.findings import Finding, warns
from issuance.findings.remote import RemoteCode
from issuance.queries import CountsQuery, NoticesAnswer, NoticesQuery, WorklistAnswer, WorklistQuery
from issuance.samples.photo import sample_photo
from issuance.secret import Secret
from tests.backend_client.counters import log_in, remote_counter
from tests.backend_client.whole_case import WholeCase
from tests.fault_proxy import FaultProxy, fault_proxy
from tests.keys import wait_until
from tests.live_server import LiveServer, live_server

SHORT = Patience(0.5, 1.0)
NUMBERS = count(0, 2)


@pytest.fixture(scope="module")
def server(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = shutil.copytree(demonstration, tmp_path_factory.mktemp("served") / "office")
    with live_server(folder) as running:
        yield running


@pytest.fixture
def proxy(server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultProxy]:
    """Return the line to the server; nobody waits long for it in a test."""
    for kind in ("COMMAND", "QUERY", "FILE", "ONCE", "QUICK"):
        monkeypatch.setattr(f"backend_client.remote_engine.{kind}", SHORT)
    monkeypatch.setattr("backend_client.remote._BEAT", 0.05)
    monkeypatch.setattr("backend_client.remote._BEAT_WHILE_LOST", 0.05)
    monkeypatch.setattr("backend_client.remote.QUICK", SHORT)
    with fault_proxy(int(server.url.rpartition(":")[2])) as running:
        yield running


@pytest.fixture
async def backend(
    proxy: FaultProxy, tmp_path: Path, make_key: Callable[[str], PrivateKey]
) -> AsyncIterator[RemoteBackend]:
    backend = remote_counter(tmp_path / "home", proxy.url, make_key)
    await log_in(backend, "olga")
    yield backend
    await backend.close()


@pytest.fixture
def case(backend: RemoteBackend, tmp_path: Path) -> WholeCase:
    """Return a case of a person of this test's own, not opened yet."""
    return WholeCase(backend, tmp_path, next(NUMBERS))


async def opened(case: WholeCase) -> Receipt:
    return await case.backend.execute(case.opening(), case.stream, 0)


async def cases_of(case: WholeCase) -> int:
    answer = await case.backend.ask(WorklistQuery(text=case.person.values["cedula"]))
    assert isinstance(answer, WorklistAnswer), answer
    return len(answer.entries)


def code_of(findings: object) -> str:
    assert isinstance(findings, tuple)
    (finding,) = findings
    assert isinstance(finding, Finding)
    return finding.code


@pytest.mark.parametrize("fault", ["drop_answers", "cut_requests"])
@pytest.mark.parametrize("times", [1, 2])
async def test_a_command_that_is_sent_again_has_one_effect(
    case: WholeCase, proxy: FaultProxy, fault: str, times: int
):
    assert (await case.backend.ask(CountsQuery())) is not None
    setattr(proxy.faults, fault, times)
    receipt = await opened(case)
    assert receipt.applied, receipt.findings
    assert receipt.stream == case.stream
    assert await cases_of(case) == 1


async def test_a_case_comes_with_the_receipt_of_its_command(case: WholeCase, proxy: FaultProxy):
    """One way there and back: what the screen asks for next needs no second one."""
    receipt = await opened(case)
    assert receipt.applied, receipt.findings
    proxy.faults.swallow = True
    known = await case.answer()
    assert (known.state.id, known.revision) == (case.case, receipt.revision)


async def test_an_unknown_outcome_is_told_and_the_same_act_is_never_done_twice(
    case: WholeCase, proxy: FaultProxy
):
    proxy.faults.drop_answers = 1000
    began = monotonic()
    receipt = await opened(case)
    assert code_of(receipt.findings) == RemoteCode.OUTCOME_UNKNOWN
    assert monotonic() - began < 5
    proxy.faults.drop_answers = 0
    first, case.stream = case.stream, case.backend.new_stream("case")
    again = await opened(case)
    assert again.applied, again.findings
    assert again.stream == first
    assert await cases_of(case) == 1


async def test_an_unknown_outcome_is_found_out_by_itself(case: WholeCase, proxy: FaultProxy):
    told: list[Link] = []
    case.backend.watch(told.append, print)
    proxy.faults.drop_answers = 1000
    assert code_of((await opened(case)).findings) == RemoteCode.OUTCOME_UNKNOWN
    proxy.faults.drop_answers = 0
    await wait_until(lambda: told and told[-1].trouble is not None)
    assert told[-1].trouble == warns(RemoteCode.OUTCOME_SAVED, kind="open_case")
    assert await cases_of(case) == 1
    again = await opened(case)
    assert again.applied, again.findings
    assert await cases_of(case) == 1


async def test_a_code_is_mailed_once_however_often_the_answer_is_lost(
    case: WholeCase, proxy: FaultProxy
):
    receipt = await opened(case)
    proxy.faults.drop_answers = 2
    sent = await case.backend.execute(SendEmailCode(), case.stream, receipt.revision)
    assert sent.applied, sent.findings
    notices = await case.backend.ask(NoticesQuery(case=case.case))
    assert isinstance(notices, NoticesAnswer)
    assert len(notices.entries) == 1


async def test_another_act_after_an_unknown_outcome_is_its_own(case: WholeCase, proxy: FaultProxy):
    proxy.faults.drop_answers = 1000
    assert code_of((await opened(case)).findings) == RemoteCode.OUTCOME_UNKNOWN
    proxy.faults.drop_answers = 0
    other = WholeCase(case.backend, case.folder, case.number + 1)
    receipt = await opened(other)
    assert receipt.applied, receipt.findings
    assert receipt.stream == other.stream


async def test_a_dead_line_is_told_in_time_and_its_return_by_itself(
    case: WholeCase, proxy: FaultProxy
):
    backend = case.backend
    states: list[Link] = []
    backend.watch(states.append, print)
    proxy.faults.swallow = True
    began = monotonic()
    assert code_of(await backend.ask(CountsQuery())) == RemoteCode.SERVER_TOO_SLOW
    assert monotonic() - began < 3
    await wait_until(lambda: states and not states[-1].online)
    assert backend.link == states[-1]
    proxy.faults.swallow = False
    proxy.cut()
    await wait_until(lambda: states[-1].online)
    assert (await opened(case)).applied


async def test_a_slow_line_is_waited_for_as_long_as_patience_lasts(
    case: WholeCase, proxy: FaultProxy
):
    proxy.faults.delay = 0.05
    assert not isinstance(await case.backend.ask(CountsQuery()), tuple)
    assert (await opened(case)).applied
    proxy.faults.delay = SHORT.answer
    assert code_of(await case.backend.ask(CountsQuery())) == RemoteCode.SERVER_TOO_SLOW
    proxy.faults.delay = 0.0
    assert await cases_of(case) == 1


async def test_nobody_there_is_told_at_once(case: WholeCase, proxy: FaultProxy):
    proxy.faults.refuse = True
    proxy.cut()
    began = monotonic()
    assert code_of(await case.backend.ask(CountsQuery())) == RemoteCode.SERVER_UNREACHABLE
    assert monotonic() - began < 3
    link = case.backend.link
    assert link is not None
    await wait_until(lambda: not getattr(case.backend.link, "online", True))
    # What is typed is the station's own: it goes on being kept.
    key = DraftKey.of_operator("olga", "application")
    saved = case.backend.station.save_draft(key, {"name": "José"}, "olga")
    assert isinstance(saved, SavedDraft)
    proxy.faults.refuse = False
    assert (await opened(case)).applied


async def test_a_file_arrives_whole_over_a_line_that_breaks(
    case: WholeCase, proxy: FaultProxy, tmp_path: Path
):
    assert (await opened(case)).applied
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(sample_photo(case.person, 0))
    proxy.faults.cut_requests = 1
    kept = [each async for each in case.backend.check("photo", photo, case.case)]
    blob = next(each.blob for each in kept if isinstance(each, Kept))
    proxy.faults.drop_answers = 1
    assert await case.backend.read_file(blob) == photo.read_bytes()


async def test_leaving_waits_for_no_dead_line(backend: RemoteBackend, proxy: FaultProxy):
    proxy.faults.swallow = True
    asking = asyncio.ensure_future(backend.ask(CountsQuery()))
    await asyncio.sleep(0)
    began = monotonic()
    await backend.log_out()
    assert monotonic() - began < 4
    assert code_of(await asking) == RemoteCode.SERVER_TOO_SLOW


async def test_a_session_the_server_ended_is_told(backend: RemoteBackend, server: LiveServer):
    over: list[object] = []
    backend.watch(print, over.append)
    with server.served.office.register.writing() as writing:
        assert writing.end_sessions_of("olga")
    assert code_of(await backend.ask(CountsQuery())) == RemoteCode.SESSION_OVER
    assert code_of(await backend.unlock(Secret("x"))) == RemoteCode.SESSION_OVER
    await wait_until(lambda: len(over) == 2)
