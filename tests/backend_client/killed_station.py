"""A station's program as a process of its own, which may be killed at any moment.

It takes applications in, corrects them and brings photos, and tells of each act before it is given
and once it is acknowledged.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID

from backend_client import exchange_rounds, offline, remote
from backend_client.backend import Kept
from backend_client.offices import REMOTE, Offices
from backend_client.offline import OfflineBackend
from issuance.commands import Body
from issuance.engine.station_register import REPLICA
from issuance.queries import CaseAnswer, CaseQuery
from issuance.samples.people import sample_person
from issuance.streams import StreamRef
from tests.backend_client.counters import log_in
from tests.backend_client.whole_case import WholeCase
from tests.engine.test_pushing import amended, opening
from tests.keys import wait_until
from ventanilla.compose import make_key, system_sources

AMENDED = 2
"""How often each application is corrected."""


@dataclass(frozen=True)
class Act:
    """Something given at the station; `phone` is what the application says afterwards."""

    case: UUID
    number: int
    phone: str
    acknowledged: bool = False


@dataclass(frozen=True)
class Photo:
    """A photo brought to an approved case of another day."""

    case: UUID
    number: int
    acknowledged: bool = False


Told = Act | Photo | None
"""None is said once the station can be worked at."""


def _hurry() -> None:
    """Let this process exchange often and not wait long."""
    for owner, name, seconds in (
        (exchange_rounds, "_EVERY", 0.1),
        (exchange_rounds, "_FIRST_WHILE_LOST", 0.1),
        (offline, "_LONGEST", 0.3),
        (remote, "_BEAT", 0.1),
        (remote, "_BEAT_WHILE_LOST", 0.1),
    ):
        setattr(owner, name, seconds)


def work(home: Path, numbers: range, photos: dict[int, UUID], telling: Connection) -> None:
    """Work until everything is done; called in the process."""
    asyncio.run(_work(home, numbers, photos, telling.send))


async def _work(
    home: Path, numbers: range, photos: dict[int, UUID], tell: Callable[[Told], None]
) -> None:
    _hurry()
    backend = Offices(home, system_sources, make_key).backend(REMOTE)
    assert isinstance(backend, OfflineBackend)
    await log_in(backend, "olga")
    await wait_until((home / REMOTE / REPLICA).exists, timeout=60)
    tell(None)
    for number, case in photos.items():
        await _bring_photo(backend, home, Photo(case, number), tell)
    for number in numbers:
        await _take_in(backend, number, tell)
    await backend.close()


async def _take_in(backend: OfflineBackend, number: int, tell: Callable[[Told], None]) -> None:
    case = backend.new_stream("case")
    phone = sample_person("natural", number).values["phone"]
    goes_on = await _give(backend, case, 0, opening(number), Act(case.id, number, phone), tell)
    for again in range(AMENDED):
        if not goes_on:
            return
        known = await backend.ask(CaseQuery(case=case.id))
        if not isinstance(known, CaseAnswer):
            return
        phone = f"+59399{number:03}{again:04}"
        act = Act(case.id, number, phone)
        body = amended(number, phone=phone)
        goes_on = await _give(backend, case, known.revision, body, act, tell)


async def _give(
    backend: OfflineBackend,
    case: StreamRef,
    revision: int,
    body: Body,
    act: Act,
    tell: Callable[[Told], None],
) -> bool:
    """Give a command; without an acknowledgement it may have been done all the same."""
    tell(act)
    receipt = await backend.execute(body, case, revision)
    if receipt.applied:
        tell(Act(act.case, act.number, act.phone, acknowledged=True))
    return receipt.applied


async def _bring_photo(
    backend: OfflineBackend, folder: Path, photo: Photo, tell: Callable[[Told], None]
) -> None:
    case = WholeCase(backend, folder, photo.number)
    case.stream = StreamRef(kind="case", id=photo.case)
    known = await backend.ask(CaseQuery(case=case.case))
    rule = next(each for each in backend.policy.policy.evidence if each.photo)
    if not isinstance(known, CaseAnswer) or rule.id in known.state.evidence:
        return
    kept = [each async for each in backend.check(rule.id, case._file(rule), case.case)][-1]
    if not isinstance(kept, Kept):
        return
    tell(photo)
    body = case._capture(rule, kept)
    receipt = await backend.execute(body, case.stream, known.revision)
    if receipt.applied:
        tell(Photo(photo.case, photo.number, acknowledged=True))
