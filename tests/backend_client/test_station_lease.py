"""A lease ends while nothing of the server answers: what is here stays, and nothing is added."""

from dataclasses import dataclass, replace

import pytest

from backend_client.offices import Offices
from backend_client.offline import OfflineBackend
from issuance.access.roles import Session
from issuance.commands import Outcome, Receipt
from issuance.findings import warns
from issuance.findings.sync import SyncCode
from issuance.model import format_instant
from issuance.queries import CaseAnswer, CaseQuery
from issuance.secret import Secret
from issuance.sources import SteadyMoment
from issuance.stations.lease import HOURS, Lease
from tests.backend_client.counters import log_in
from tests.backend_client.test_offline import comes_true, counter, cut
from tests.backend_client.test_station_rekeying import Office, has_slot, station
from tests.engine.desk import SetClock, sources_at
from tests.engine.test_pushing import opening

__all__ = ["station"]


@dataclass
class Started:
    """A clock that nobody sets, of a computer that a test starts anew."""

    run: str = "first"
    hours: int = 1

    def moment(self) -> SteadyMoment:
        return SteadyMoment(self.run, self.hours * 3_600_000)


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
    assert finding.parameters == {"ended": format_instant(lease.expires_at)}
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


@pytest.mark.soak
async def test_a_clock_that_is_off_makes_no_lease_shorter_or_longer_and_is_told(station: Office):
    station.clock.pass_time(minutes=1)
    wall, steady = SetClock(station.clock.now()), Started()
    sources = replace(sources_at(wall), steady=steady)
    offices = Offices(station.offices.home, lambda: sources, station.offices.make_key)
    offices.report = print
    backend = counter(offices)
    await log_in(backend, "olga")
    # Enrolled before this computer's start, it asks for a lease at once.
    await comes_true(
        lambda: isinstance(backend.lease, Lease) and backend.lease.issued_at == wall.now()
    )
    assert backend.clock is None
    wall.pass_time(hours=-2)
    await comes_true(lambda: backend.clock is not None)
    assert backend.clock == warns(SyncCode.CLOCK_DIFFERS, minutes=120)
    await cut(station.line, backend)

    # Forty days ahead, and before the lease began: it is the time that passed which counts.
    for days, number in ((40, 1), (-80, 2)):
        wall.pass_time(days=days)
        assert (await opened(backend, number)).applied
    # Whose telephone has the right time gets in, whatever the computer's clock says.
    await backend.close()
    (olga,) = [p for p in await counter(station.offices).known_people() if p.user == "olga"]
    backend = counter(offices)
    entered = await backend.log_in("olga", Secret(olga.password), Secret(olga.code))
    assert isinstance(entered, Session), entered
    steady.hours += HOURS
    assert [each.code for each in (await opened(backend, 3)).findings] == [SyncCode.LEASE_ENDED]
    # Once the computer was started anew nobody knows how much passed, only that it cannot be.
    steady.run, steady.hours = "second", 0
    refused = await opened(backend, 3)
    assert [each.code for each in refused.findings] == [SyncCode.STATION_CLOCK_WRONG]

    station.line.faults.refuse = False
    await comes_true(lambda: backend.link.online and backend.link.waiting == 0)
    await backend.close()
