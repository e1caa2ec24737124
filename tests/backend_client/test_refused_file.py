"""A file the server cannot keep, beside work that has none."""

import shutil

from backend_client.offices import Offices
from backend_client.offline import OfflineBackend
from issuance.cases.commands.evidence import CaptureEvidence
from issuance.certificates.keys import make_private_key
from issuance.engine.opening import OpenedOffice
from issuance.evidence.blob import BlobRef
from issuance.policies.loader import load_policy
from issuance.queries import CaseAnswer, CaseQuery
from issuance.streams import StreamRef
from tests.backend_client.test_offline import comes_true, cut, line, offices, server, with_copy
from tests.engine.simulated_counter import SimulatedCounter, sample_of, session_of
from tests.engine.test_pushing import opening
from tests.fault_proxy import FaultProxy
from tests.live_server import LiveServer
from tests.server.speaking import log_in as speak

__all__ = ["line", "offices", "server"]


def approved_at(server: LiveServer) -> SimulatedCounter:
    """Return an application that people at the server's counter took and approved."""
    served, product = server.served, load_policy("ec-icert").policy.product("natural-pkcs12-2y")
    assert product is not None
    here = OpenedOffice(served.engine, session_of(served.engine, "olga"), served.office.keys, None)
    case = SimulatedCounter(
        served.office.folder, served.office.sources, make_private_key, product,
        served.office.folder, 0, at=here, day=served.office.today(),
    )  # fmt: skip
    case.apply()
    case.approve()
    return case


def seen(backend: OfflineBackend) -> int:
    return backend._engine.own.register.seen().seq


async def test_one_refused_file_keeps_nothing_else_back(
    offices: Offices, line: FaultProxy, server: LiveServer
):
    case = approved_at(server)
    backend = await with_copy(offices)
    with server.served.office.register.reading() as reading:
        whole = reading.head().seq
    await comes_true(lambda: backend._engine.own.ready and seen(backend) >= whole)
    await cut(line, backend)
    known = await backend.ask(CaseQuery(case=case.case))
    assert isinstance(known, CaseAnswer)
    day, rule = case.day, backend.policy.policy.evidence_rule("utility_bill")
    assert rule is not None
    blob = backend._engine.keep(*sample_of(rule.id, case.number, day))
    assert isinstance(blob, BlobRef)
    body = CaptureEvidence(slot=rule.id, blob=blob, answers=rule.checklist, document_date=day)
    ref, other = StreamRef(kind="case", id=case.case), backend.new_stream("case")
    captured = await backend.execute(body, ref, known.revision)
    assert captured.applied, captured.findings
    assert (await backend.execute(opening(2), other, 0)).applied
    # The server can keep no file: what has none goes on all the same.
    obstacle = server.served.office.folder / "uploads"
    shutil.rmtree(obstacle, ignore_errors=True)
    obstacle.write_bytes(b"")
    line.faults.refuse = False
    await comes_true(lambda: backend.link.online and backend.link.waiting == 1)
    assert isinstance(speak(server, "olga").ask(CaseQuery(case=other.id)), CaseAnswer)
    await comes_true(lambda: backend.link.trouble is not None)
    obstacle.unlink()
    await comes_true(lambda: backend.link.online and backend.link.waiting == 0)
    assert await backend.unsettled() == ()
    assert set(case.state.evidence) == {rule.id}
    await backend.close()
