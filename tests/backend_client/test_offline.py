"""A station that goes on while nothing of its server answers, and sends it all afterwards."""

import asyncio
import shutil
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from backend_client.backend import Link, OfficeSign
from backend_client.captured import Captured, Paper
from backend_client.enrolled_station import EnrolledStation
from backend_client.enrolling import enrol
from backend_client.offices import REMOTE, Offices
from backend_client.offline import OfflineBackend
from backend_client.remote import RemoteBackend
from backend_client.remote_office import connect
from issuance.access.commands import RemoveOperator
from issuance.certificates.keys import PrivateKey
from issuance.commands import Outcome
from issuance.engine.station_register import REPLICA
from issuance.findings import Finding, blocks, warns
from issuance.findings.access import AccessCode
from issuance.findings.register import RegisterCode
from issuance.findings.remote import RemoteCode
from issuance.findings.sync import SyncCode
from issuance.queries import (
    CaptureReceiptAnswer,
    CaptureReceiptQuery,
    CaseAnswer,
    CaseQuery,
)
from issuance.samples.people import sample_person
from issuance.secret import Secret
from issuance.sync.push import Mending
from issuance.sync.push import Outcome as Pushed
from issuance.sync.work import WorkTaken
from issuance.wire import Problem
from tests.backend_client.counters import log_in
from tests.backend_client.test_enrolling import CODE, invite, stored
from tests.engine.test_pushing import amended, opening
from tests.fault_proxy import FaultProxy, fault_proxy
from tests.live_server import LiveServer, live_server
from tests.server.speaking import log_in as speak
from ventanilla.compose import system_sources

NOBODY_BEHIND = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno"
_PROBLEM = Problem(title="", status=503, findings=(blocks(RegisterCode.REGISTER_UNREACHABLE),))
_BODY = _PROBLEM.model_dump_json().encode()
WITHOUT_REGISTER = b"HTTP/1.1 503 Busy\r\nContent-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)


@pytest.fixture
def server(demonstration: Path, tmp_path: Path) -> Iterator[LiveServer]:
    folder = shutil.copytree(demonstration, tmp_path / "office")
    with live_server(folder) as running:
        yield running


@pytest.fixture
def line(server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultProxy]:
    monkeypatch.setattr("backend_client.exchange_rounds._EVERY", 0.1)
    monkeypatch.setattr("backend_client.exchange_rounds._FIRST_WHILE_LOST", 0.1)
    with fault_proxy(int(server.url.rpartition(":")[2])) as running:
        yield running


@pytest.fixture
def offices(
    server: LiveServer, line: FaultProxy, tmp_path: Path, make_key: Callable[[str], PrivateKey]
) -> Offices:
    invite(server)
    offices = Offices(tmp_path / "home", system_sources, make_key)
    offices.report = print
    assert isinstance(enrol(offices, line.url, CODE), EnrolledStation)
    return offices


def counter(offices: Offices) -> OfflineBackend:
    backend = offices.backend(REMOTE)
    assert isinstance(backend, OfflineBackend)
    return backend


async def comes_true(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "the condition did not come true in time"
        await asyncio.sleep(0.01)


async def cut(line: FaultProxy, backend: OfflineBackend | None = None) -> None:
    """Let nothing through any more; the counter finds out by itself."""
    line.faults.refuse = True
    line.cut()
    if backend is not None:
        await comes_true(lambda: not backend.link.online)


async def with_copy(offices: Offices, user: str = "olga") -> OfflineBackend:
    """Log in at the server, and wait until the office has come to the station."""
    backend = counter(offices)
    await log_in(backend, user)
    await comes_true((offices.folder(REMOTE) / REPLICA).exists)
    return backend


async def test_work_goes_on_without_the_server_over_a_restart_and_arrives(
    offices: Offices, line: FaultProxy, server: LiveServer
):
    backend = await with_copy(offices)
    await cut(line, backend)
    one, two = backend.new_stream("case"), backend.new_stream("case")
    assert (await backend.execute(opening(1), one, 0)).outcome is Outcome.APPLIED
    answer = await backend.ask(CaseQuery(case=one.id))
    assert isinstance(answer, CaseAnswer)
    revised = await backend.execute(amended(1, phone="0991234567"), one, answer.revision)
    assert revised.applied, revised.findings
    await backend.close()

    backend = counter(offices)
    await log_in(backend, "olga")
    assert (await backend.execute(opening(2), two, 0)).applied
    assert backend.link.waiting == 3
    answer = await backend.ask(CaseQuery(case=one.id))
    assert isinstance(answer, CaseAnswer)
    assert answer.state.values["phone"] == "+593991234567"
    written = stored(offices.folder(REMOTE))
    for number in (1, 2):
        values = sample_person("natural", number).values
        for name in ("cedula", "given_names", "first_surname", "email"):
            assert values[name].encode() not in written

    line.faults.refuse = False
    await comes_true(lambda: backend.link.online and backend.link.waiting == 0)
    assert backend.link.trouble is None
    there = speak(server, "olga")
    for ref in (one, two):
        assert isinstance(there.ask(CaseQuery(case=ref.id)), CaseAnswer)
    await backend.close()


async def test_what_was_in_doubt_is_told_when_the_line_is_back(
    offices: Offices, line: FaultProxy, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("backend_client.offline._LONGEST", 0.3)
    backend = await with_copy(offices)
    told: list[Link] = []
    backend.watch(told.append, print)
    case = backend.new_stream("case")
    line.faults.drop_answers = 1000
    receipt = await backend.execute(opening(1), case, 0)
    assert [each.code for each in receipt.findings] == [RemoteCode.OUTCOME_UNKNOWN]
    line.faults.drop_answers = 0
    saved = warns(RemoteCode.OUTCOME_SAVED, kind="open_case")
    await comes_true(lambda: any(each.trouble == saved for each in told))
    assert isinstance(await backend.ask(CaseQuery(case=case.id)), CaseAnswer)
    await backend.close()


@pytest.mark.parametrize(
    "answer", [pytest.param(NOBODY_BEHIND, marks=pytest.mark.soak), WITHOUT_REGISTER]
)
async def test_a_proxy_without_a_server_and_a_server_without_its_register_are_no_server(
    offices: Offices, line: FaultProxy, answer: bytes
):
    backend = await with_copy(offices)
    line.faults.instead = answer
    line.cut()
    await comes_true(lambda: not backend.link.online)
    case = backend.new_stream("case")
    assert (await backend.execute(opening(1), case, 0)).applied
    assert isinstance(await backend.ask(CaseQuery(case=case.id)), CaseAnswer)
    await backend.close()

    backend = counter(offices)
    await log_in(backend, "olga")
    assert not backend.link.online
    assert backend.link.waiting == 1
    line.faults.instead = b""
    await comes_true(lambda: backend.link.online and backend.link.waiting == 0)
    await backend.close()


async def test_a_command_whose_answer_is_lost_twice_is_carried_out_once(
    offices: Offices, line: FaultProxy, server: LiveServer
):
    backend = await with_copy(offices)
    await cut(line, backend)
    case = backend.new_stream("case")
    assert (await backend.execute(opening(1), case, 0)).applied
    line.faults.drop_answers = 2
    line.faults.refuse = False
    await comes_true(lambda: backend.link.online and backend.link.waiting == 0)
    assert await backend.unsettled() == ()
    with server.served.office.register.reading() as reading:
        stored_case = reading.stream(case)
    assert stored_case is not None
    assert stored_case.revision == 1
    await backend.close()


@pytest.mark.soak
async def test_what_was_refused_is_tried_again_and_given_up(
    offices: Offices, line: FaultProxy, server: LiveServer
):
    backend = await with_copy(offices)
    await cut(line, backend)
    case = backend.new_stream("case")
    assert (await backend.execute(opening(1), case, 0)).applied
    # Meanwhile the same person is received elsewhere.
    other = backend.new_stream("case")
    assert speak(server, "olga").give(opening(1), other).applied
    line.faults.refuse = False
    await comes_true(lambda: backend.link.online and backend.link.waiting == 0)
    (refused,) = await backend.unsettled()
    assert refused.outcome is Pushed.REJECTED
    assert refused.person == " ".join(
        sample_person("natural", 1).values[name]
        for name in backend.policy.policy.name_fields
        if sample_person("natural", 1).values.get(name)
    )
    again = await backend.mend(refused.seq, Mending.RETRY)
    assert not again.applied
    given_up = await backend.mend(refused.seq, Mending.CANCEL)
    assert given_up.applied
    await comes_true(lambda: backend.link.waiting == 0)
    while await backend.unsettled():
        await backend.exchange_now()
    await backend.close()


async def test_what_needs_the_server_waits_for_it(offices: Offices, line: FaultProxy):
    backend = await with_copy(offices, "jefa")
    await cut(line, backend)
    body = RemoveOperator(user="carmen", reason="left")
    refused = await backend.execute(body, backend.new_stream("operator"), 0)
    assert refused.findings[0].code == SyncCode.ONLINE_ONLY
    assert backend.link.waiting == 0
    await backend.close()


async def test_a_log_in_without_the_server_needs_password_code_and_lease(
    offices: Offices, line: FaultProxy
):
    backend = await with_copy(offices)
    await backend.close()
    await cut(line)
    backend = counter(offices)
    person = next(each for each in await backend.known_people() if each.user == "olga")
    wrong = await backend.log_in("olga", Secret("no-es-esta"), Secret(person.code))
    assert isinstance(wrong, tuple)
    assert wrong[0].code == AccessCode.LOG_IN_REFUSED
    wrong = await backend.log_in("olga", Secret(person.password), Secret("000000"))
    assert isinstance(wrong, tuple)
    assert wrong[0].code in {each.value for each in AccessCode}
    # Somebody who never logged in here has no slot.
    other = next(each for each in await backend.known_people() if each.user == "carmen")
    wrong = await backend.log_in("carmen", Secret(other.password), Secret(other.code))
    assert isinstance(wrong, tuple)
    assert wrong[0].code == AccessCode.LOG_IN_REFUSED
    await log_in(backend, "olga")
    await backend.close()


async def test_who_logged_in_alone_is_told_to_log_in_again(offices: Offices, line: FaultProxy):
    backend = await with_copy(offices, "jefa")
    await backend.close()
    await cut(line)
    backend = counter(offices)
    await log_in(backend, "jefa")
    line.faults.refuse = False
    await comes_true(lambda: backend.link.online)
    body = RemoveOperator(user="carmen", reason="left")
    refused = await backend.execute(body, backend.new_stream("operator"), 0)
    assert refused.findings[0].code == SyncCode.LOGGED_IN_ALONE
    await backend.close()


async def test_what_cannot_be_sent_is_carried_to_the_server_by_somebody_else(
    offices: Offices, line: FaultProxy, server: LiveServer, tmp_path: Path
):
    backend = await with_copy(offices)
    empty = await backend.work_file()
    assert isinstance(empty, Finding)
    assert empty.code == SyncCode.NO_WORK_WAITS
    await cut(line, backend)
    case = backend.new_stream("case")
    assert (await backend.execute(opening(1), case, 0)).applied
    carried = tmp_path / "work"
    file = await backend.work_file()
    assert isinstance(file, bytes)
    carried.write_bytes(file)

    other = Offices(tmp_path / "other", system_sources, offices.make_key)
    assert isinstance(connect(other, server.url), OfficeSign)
    carrier = other.backend(REMOTE)
    assert isinstance(carrier, RemoteBackend)
    await log_in(carrier, "carmen")
    for _ in range(2):
        taken = await carrier.take_work(carried)
        assert taken == WorkTaken(station="Puesto 2", outcomes={"applied": 1})
    carried.write_bytes(b"something else")
    refused = await carrier.take_work(carried)
    assert isinstance(refused, Finding)
    assert refused.code == SyncCode.WORK_FOR_ANOTHER_SERVER
    await carrier.close()
    line.faults.refuse = False
    await comes_true(lambda: backend.link.online and backend.link.waiting == 0)
    assert await backend.unsettled() == ()
    with server.served.office.register.reading() as reading:
        stored_case = reading.stream(case)
    assert stored_case is not None
    assert stored_case.revision == 1
    await backend.close()


async def test_an_applicant_takes_a_receipt_along_that_the_server_knows(
    offices: Offices, line: FaultProxy, server: LiveServer
):
    backend = await with_copy(offices)
    await cut(line, backend)
    case = backend.new_stream("case")
    opened = await backend.execute(opening(1), case, 0)
    assert opened.applied
    captured = await backend.capture_receipt(case.id)
    assert isinstance(captured, Captured)
    assert captured.receipt.number == opened.result["number"]
    assert (captured.station, captured.kinds) == ("Puesto 2", ("open_case",))

    paper = Paper("es", "Comprobante", (("Nombre", captured.person),), ("Texto",), captured.code)
    assert captured.code in paper.text()
    pdf = PdfReader(BytesIO(await backend.receipt_pdf(paper, case.id)))
    words = pdf.pages[0].extract_text()
    assert captured.person in words
    assert captured.code in "".join(words.split())

    there = speak(server, "olga")
    before = there.ask(CaptureReceiptQuery(code=captured.code))
    assert isinstance(before, CaptureReceiptAnswer)
    assert (before.outcome, before.case) == ("", None)
    line.faults.refuse = False
    await comes_true(lambda: backend.link.online and backend.link.waiting == 0)
    after = there.ask(CaptureReceiptQuery(code=captured.code))
    assert isinstance(after, CaptureReceiptAnswer)
    assert (after.station, after.outcome, after.case) == ("Puesto 2", "applied", case.id)
    forged = captured.code[:-30] + ("A" if captured.code[-30] != "A" else "B") + captured.code[-29:]
    refused = there.ask(CaptureReceiptQuery(code=forged))
    assert isinstance(refused, tuple)
    assert refused[0].code == SyncCode.SIGNATURE_WRONG
    nothing = await backend.capture_receipt(case.id)
    assert isinstance(nothing, Finding)
    assert nothing.code == SyncCode.NOTHING_TO_CONFIRM
    await backend.close()
