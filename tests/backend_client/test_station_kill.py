"""`kill -9` of a station at random moments: what it acknowledged arrives, and arrives once."""

import os
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID

import pytest

from backend_client.offices import REMOTE, Offices
from issuance.access.office import OfficeFile
from issuance.access.office_file import read_office
from issuance.cases.state import CaseState
from issuance.certificates.keys import PrivateKey
from issuance.engine.station_register import REPLICA
from issuance.engine.streams import read_case
from issuance.queries import CaseAnswer, CaseQuery
from issuance.sync.push import Outcome as Pushed
from tests.backend_client.counters import log_in, remote_counter
from tests.backend_client.killed_station import AMENDED, Act, Photo, Told, work
from tests.backend_client.test_offline import FaultProxy, counter, line, offices, server
from tests.backend_client.whole_case import WholeCase
from tests.engine.sync_simulation import contents
from tests.keys import wait_until
from tests.live_server import LiveServer

__all__ = ["line", "offices", "server"]

SEED = int(os.environ.get("SEED", "20261122"))
KILLS = 2
CASES = 4
"""How many applications a station takes in before it is killed, at most."""
PHOTOS = 2
_MOMENTS = 2 * CASES * (1 + AMENDED)
_PATIENCE = 60


@dataclass
class Run:
    """A station that is killed again and again, and what it said."""

    offices: Offices
    line: FaultProxy
    chance: random.Random
    photos: dict[int, UUID]
    told: list[Act | Photo] = field(default_factory=list[Act | Photo])
    began: int = 0

    def begin_and_kill(self) -> None:
        """Let the station work, with a line that comes and goes, until it is killed."""
        self.line.faults.refuse = self._has_slot() and self.chance.random() < 0.3
        context = get_context("forkserver")
        context.set_forkserver_preload(["tests.backend_client.killed_station"])
        hears, says = context.Pipe(duplex=False)
        numbers = range(self.began, self.began + CASES)
        self.began += CASES
        home = self.offices.home
        process = context.Process(target=work, args=(home, numbers, self.photos, says))
        process.start()
        says.close()
        with hears, suppress(EOFError):
            for _ in range(self.chance.randrange(_MOMENTS)):
                assert hears.poll(_PATIENCE), "the station has stopped"
                self._note(hears.recv())
                self._disturb()
            # The moment of the kill is what this is about.
            time.sleep(self.chance.uniform(0, 0.3))
            process.kill()
            while True:
                self._note(hears.recv())
        process.join()

    def _has_slot(self) -> bool:
        """Tell whether somebody could log in without the server."""
        folder = self.offices.folder(REMOTE)
        office = read_office(folder)
        has_slot = isinstance(office, OfficeFile) and office.slot_of("olga") is not None
        return has_slot and (folder / REPLICA).exists()

    def _note(self, told: Told) -> None:
        if told is not None:
            self.told.append(told)

    def _disturb(self) -> None:
        what = self.chance.random()
        if what < 0.2:
            self.line.faults.refuse = True
            self.line.cut()
        elif what < 0.4:
            self.line.faults.refuse = False
        elif what < 0.5:
            self.line.faults.drop_answers = 1

    async def finish(self, server: LiveServer) -> None:
        """Start the station once more, with a good line, and hold it against the server."""
        self.line.faults.refuse, self.line.faults.drop_answers = False, 0
        backend = counter(self.offices)
        await log_in(backend, "olga")
        own = backend._engine.own
        await wait_until(lambda: own.ready and backend.link.online, timeout=_PATIENCE)
        await wait_until(lambda: not backend.link.waiting, timeout=_PATIENCE)
        for each in await backend.unsettled():
            # Brought once more, since its first answer was lost: a person is shown both.
            assert (each.kind, each.outcome) == ("capture_evidence", Pushed.CONFLICT)
            assert len([told for told in self.told if told.case == each.case]) > 1
        register = server.served.office.register

        def has_everything() -> bool:
            with register.reading() as reading:
                return own.register.seen().seq == reading.head().seq

        await wait_until(has_everything, timeout=_PATIENCE)
        enrolled = own.enrolled
        asked = (enrolled.station, enrolled.epoch, [each.value for each in Pushed], 0, 500)
        with register.reading() as there, own.register.confirmed.reading() as here:
            assert contents(here) == contents(there)
            rows = there.station_commands(*asked)
            assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
            assert [row.hash for row in rows] == [row.hash for row in here.station_commands(*asked)]
            self._check_cases(lambda case: read_case(there, case))
        await backend.close()

    def _check_cases(self, known: Callable[[UUID], tuple[CaseState | None, int]]) -> None:
        acts = [told for told in self.told if isinstance(told, Act)]
        for case in {act.case for act in acts}:
            given = [act for act in acts if act.case == case and not act.acknowledged]
            done = [act for act in acts if act.case == case and act.acknowledged]
            state, revision = known(case)
            assert len(done) <= revision <= len(given), "lost, or done twice"
            if state is not None:
                assert state.values["phone"] == given[revision - 1].phone


async def kill_and_finish(run: Run, server: LiveServer, kills: int) -> None:
    for _ in range(kills):
        run.begin_and_kill()
    await run.finish(server)


async def test_a_station_killed_again_and_again_loses_and_doubles_nothing(
    offices: Offices, line: FaultProxy, server: LiveServer
):
    run = Run(offices, line, random.Random(SEED), {})
    await kill_and_finish(run, server, KILLS)


async def approved(
    server: LiveServer, folder: Path, make_key: Callable[[str], PrivateKey], number: int
) -> UUID:
    """Have a case approved at another counter, to which photos may be brought."""
    backend = remote_counter(folder / f"elsewhere-{number}", server.url, make_key)
    case = WholeCase(backend, folder, number)
    await case.apply()
    await case.approve()
    await backend.close()
    return case.case


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("round_", range(40 // KILLS))
async def test_a_station_killed_at_forty_moments_with_photos_loses_and_doubles_nothing(
    offices: Offices,
    line: FaultProxy,
    server: LiveServer,
    tmp_path: Path,
    make_key: Callable[[str], PrivateKey],
    round_: int,
):
    first = KILLS * CASES
    photos = {
        number: await approved(server, tmp_path, make_key, number)
        for number in range(first, first + PHOTOS)
    }
    run = Run(offices, line, random.Random(f"{SEED}-{round_}"), photos)
    await kill_and_finish(run, server, KILLS)
    brought = {told.case for told in run.told if isinstance(told, Photo) and told.acknowledged}
    backend = remote_counter(tmp_path / "looking", server.url, make_key)
    await log_in(backend, "olga")
    for case in brought:
        known = await backend.ask(CaseQuery(case=case))
        assert isinstance(known, CaseAnswer)
        (capture,) = known.state.evidence.values()
        assert capture.blob is not None
        kept = await backend.read_file(capture.blob)
        assert isinstance(kept, bytes)
    await backend.close()
