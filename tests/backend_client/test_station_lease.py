"""A lease ends while nothing of the server answers: what is here stays, and nothing is added."""

from backend_client.offline import OfflineBackend
from issuance.commands import Outcome, Receipt
from issuance.findings.sync import SyncCode
from issuance.queries import CaseAnswer, CaseQuery
from issuance.stations.lease import HOURS, Lease
from tests.backend_client.counters import log_in
from tests.backend_client.test_offline import comes_true, counter, cut
from tests.backend_client.test_station_rekeying import Office, has_slot, station
from tests.engine.test_pushing import opening

__all__ = ["station"]


async def opened(backend: OfflineBackend, number: int) -> Receipt:
    return await backend.execute(opening(number), backend.new_stream("case"), 0)


async def test_an_ended_lease_lets_look_and_record_nothing_until_the_server_answers(
    station: Office,
):
    await (await has_slot(station, "olga")).close()
    await cut(station.line)
    backend = counter(station.offices)
    await log_in(backend, "olga")
    first = await opened(backend, 1)
    assert first.applied, first.findings
    lease = backend.lease
    assert isinstance(lease, Lease)
    station.clock.pass_time(hours=HOURS)

    refused = await opened(backend, 2)
    assert refused.outcome is Outcome.REJECTED
    (finding,) = refused.findings
    assert finding.code == SyncCode.LEASE_ENDED
    assert finding.parameters == {"ended": lease.expires_at.isoformat()}
    await backend.close()
    # It is so for whoever logs in now, too; what was recorded is there, and can be carried away.
    backend = counter(station.offices)
    await log_in(backend, "olga")
    assert [each.code for each in (await opened(backend, 2)).findings] == [SyncCode.LEASE_ENDED]
    assert isinstance(await backend.ask(CaseQuery(case=first.stream.id)), CaseAnswer)
    assert backend.link.waiting == 1
    assert isinstance(await backend.work_file(), bytes)

    station.line.faults.refuse = False
    await comes_true(lambda: backend.link.online and backend.link.waiting == 0)
    await comes_true(lambda: backend.lease != lease)
    await cut(station.line, backend)
    again = await opened(backend, 2)
    assert again.applied, again.findings
    await backend.close()
