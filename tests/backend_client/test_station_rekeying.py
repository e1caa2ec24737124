"""Who left keeps a copy of the disk and the password: nothing written since opens with them."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend_client.enrolled_station import EnrolledStation, read_enrolment
from backend_client.enrolling import enrol
from backend_client.offices import REMOTE, Offices
from backend_client.offline import OfflineBackend
from backend_client.station import DraftKey, SavedDraft, Station
from backend_client.station_rekeying import STORE, blobs_under, bring_under
from issuance.access.commands import RemoveOperator
from issuance.access.key_ring import KeyRing, Purpose
from issuance.access.key_slots import open_slot
from issuance.access.office import OfficeFile
from issuance.access.office_file import read_office
from issuance.certificates.keys import PrivateKey
from issuance.engine.station_register import REPLICA, WORKING
from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_store import BlobDamaged
from issuance.findings import Finding
from issuance.findings.access import AccessCode
from issuance.findings.engine import EngineCode
from issuance.findings.sync import SyncCode
from issuance.queries import CaseAnswer, CaseQuery
from issuance.register.errors import RegisterUnreadable
from issuance.register.register import Register
from issuance.secret import Secret
from issuance.streams import StreamRef
from tests.backend_client.counters import log_in
from tests.backend_client.test_enrolling import CODE, invite, stored
from tests.backend_client.test_offline import comes_true, counter, cut
from tests.engine.desk import SetClock, sources_at
from tests.engine.test_pushing import opening
from tests.fault_proxy import FaultProxy, fault_proxy
from tests.live_server import LiveServer, live_server, secret_of
from tests.server.speaking import Voice
from tests.server.speaking import log_in as speak
from tests.server.test_sessions import people

DRAFT = DraftKey.of_case(UUID(int=1), "photo")


@dataclass
class Office:
    """A server and its station, which go by one clock, and the line between them."""

    clock: SetClock
    server: LiveServer
    line: FaultProxy
    offices: Offices

    @property
    def folder(self) -> Path:
        return self.offices.folder(REMOTE)

    def key_of(self, user: str, folder: Path | None = None) -> bytes | None:
        """Return the key that somebody's password opens on a disk."""
        office = read_office(folder or self.folder)
        assert isinstance(office, OfficeFile)
        slot = office.slot_of(user)
        contents = open_slot(office.office, slot, secret_of(user)[0]) if slot else None
        return contents.data_key if contents else None

    def remove(self, head: Voice, user: str) -> None:
        somebody = StreamRef(kind="operator", id=UUID(int=7))
        body = RemoveOperator(user=user, reason="se fue")
        assert head.give(body, somebody, people(head)[user]).applied


@pytest.fixture
def station(
    demonstration: Path,
    tmp_path: Path,
    make_key: Callable[[str], PrivateKey],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Office]:
    monkeypatch.setattr("backend_client.exchange_rounds._EVERY", 0.1)
    monkeypatch.setattr("backend_client.exchange_rounds._FIRST_WHILE_LOST", 0.1)
    folder = shutil.copytree(demonstration, tmp_path / "office")
    clock = SetClock()
    sources = sources_at(clock)
    with (
        live_server(folder, sources=sources, background=False) as server,
        fault_proxy(int(server.url.rpartition(":")[2])) as line,
    ):
        invite(server)
        offices = Offices(tmp_path / "home", lambda: sources, make_key)
        offices.report = print
        assert isinstance(enrol(offices, line.url, CODE), EnrolledStation)
        yield Office(clock, server, line, offices)


async def has_slot(office: Office, user: str) -> OfflineBackend:
    """Log somebody in at the server; then they can log in without it, too."""
    backend = counter(office.offices)
    await log_in(backend, user)
    await comes_true((office.folder / REPLICA).exists)
    await comes_true(lambda: office.key_of(user))
    return backend


async def refused_alone(office: Office, user: str) -> str:
    """Return why somebody cannot log in without the server."""
    backend = counter(office.offices)
    person = next(each for each in await backend.known_people() if each.user == user)
    refused = await backend.log_in(user, Secret(person.password), Secret(person.code))
    assert isinstance(refused, tuple)
    return refused[0].code


async def test_who_left_opens_nothing_of_what_was_written_since(station: Office):
    office, clock = station, station.clock
    head = speak(office.server, "jefa")
    await (await has_slot(office, "carmen")).close()
    backend = await has_slot(office, "olga")
    photo = backend._engine.own.blobs.keep(b"a photo taken before", "image/jpeg")
    assert isinstance(backend.station.save_draft(DRAFT, {"a": "before"}, "olga"), SavedDraft)
    copy = shutil.copytree(office.folder, office.offices.home / "copy of the disk")
    office.remove(head, "carmen")
    over: list[tuple[Finding, ...]] = []
    backend.watch(lambda link: link, over.append)
    clock.pass_time(hours=1)
    await comes_true(lambda: over)
    assert [each.code for each in over[0]] == [SyncCode.STATION_KEY_DUE]
    await backend.close()

    # Until somebody gets the new key nothing is written, with or without a connection.
    await cut(office.line)
    assert await refused_alone(office, "olga") == SyncCode.STATION_KEY_DUE
    office.line.faults.refuse = False
    backend = await has_slot(office, "olga")
    assert backend._engine.own.blobs.read(photo) == b"a photo taken before"
    draft = backend.station.load_draft(DRAFT)
    assert draft is not None
    assert draft.values == {"a": "before"}
    later = backend._engine.own.blobs.keep(b"a photo taken since", "image/jpeg")
    assert isinstance(backend.station.save_draft(DRAFT, {"a": "since"}, "olga"), SavedDraft)
    await cut(office.line, backend)
    case = backend.new_stream("case")
    assert (await backend.execute(opening(1), case, 0)).applied
    await backend.close()

    former, key = office.key_of("carmen", copy), office.key_of("olga")
    assert former is not None
    assert key is not None
    assert office.key_of("olga", copy) == former != key
    assert opens_with(office, former, (photo, later)) == set()
    assert opens_with(office, key, (photo, later)) == {"enrolment", "replica", "working", "store",
                                                      "photo 0", "photo 1"}  # fmt: skip
    assert office.key_of("carmen") is None
    for secret in (key, key.hex().encode()):
        assert secret not in stored(office.folder)
    # Who stays works alone again, and what was captured arrives.
    assert await refused_alone(office, "carmen") == AccessCode.LOG_IN_REFUSED
    backend = counter(office.offices)
    await log_in(backend, "olga")
    assert backend.link.waiting == 1
    office.line.faults.refuse = False
    await comes_true(lambda: backend.link.online and backend.link.waiting == 0)
    await backend.close()
    assert isinstance(head.ask(CaseQuery(case=case.id)), CaseAnswer)


def opens_with(office: Office, key: bytes, photos: tuple[BlobRef, ...]) -> set[str]:
    """Return what of a station opens with a key."""
    folder, sources = office.folder, office.offices.sources()
    found: set[str] = set()
    if isinstance(read_enrolment(folder, key), EnrolledStation):
        found.add("enrolment")
    register_key = KeyRing(key, sources.randomness).key(Purpose.REGISTER)
    for name, path in (("replica", REPLICA), ("working", WORKING)):
        try:
            office_id = office.server.served.office.id
            opened = Register.open(folder / path, register_key, office_id, sources.randomness)
        except RegisterUnreadable:
            continue
        opened.close()
        found.add(name)
    for number, photo in enumerate(photos):
        try:
            blobs_under(folder, key, sources.randomness).read(photo)
        except BlobDamaged:
            continue
        found.add(f"photo {number}")
    # A store that does not open is renamed, so a copy is looked at.
    looked = Path(shutil.copy(folder / STORE, office.offices.home / "looked at"))
    if Station(looked, key, sources.clock, sources.randomness).load_draft(DRAFT) is not None:
        found.add("store")
    return found


class PowerCut(BaseException):
    """The computer goes off."""


async def test_a_power_cut_at_any_moment_leaves_a_station_that_goes_on(
    station: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    office, randomness = station, station.offices.sources().randomness
    backend = await has_slot(office, "olga")
    photo = backend._engine.own.blobs.keep(b"a photo", "image/jpeg")
    assert isinstance(backend.station.save_draft(DRAFT, {"a": "b"}, "olga"), SavedDraft)
    await cut(office.line, backend)
    assert (await backend.execute(opening(1), backend.new_stream("case"), 0)).applied
    await backend.close()
    former = office.key_of("olga")
    assert former is not None
    pristine, key = office.folder.rename(tmp_path / "pristine"), bytes(range(32))
    everything = {"enrolment", "replica", "store", "photo 0"}
    moment = 0
    while True:
        shutil.copytree(pristine, office.folder)
        with monkeypatch.context() as patch:
            left = power_cut_after(patch, moment)
            with suppress(PowerCut):
                assert bring_under(office.folder, key, (former,), randomness) is None
        # With the former key in between, and with both keys told at the next log-in.
        between = bytes(range(1, 33))
        told = (key, former) if moment % 2 else (former,)
        now = between if moment % 2 else key
        assert bring_under(office.folder, now, told, randomness) is None
        assert opens_with(office, now, (photo,)) == everything, moment
        assert opens_with(office, former, (photo,)) == set()
        assert office.key_of("olga") is None
        enrolled = read_enrolment(office.folder, now)
        assert isinstance(enrolled, EnrolledStation)
        assert enrolled.key_version == len(told)
        shutil.rmtree(office.folder)
        if left():
            break
        moment += 1
    assert moment > 8


def power_cut_after(patch: pytest.MonkeyPatch, moment: int) -> Callable[[], bool]:
    """Let the power go before the change of the disk with that number; tell if it never came."""
    changes = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def change(*arguments: Any, **named: Any) -> Any:
            nonlocal changes
            changes += 1
            if changes > moment:
                raise PowerCut
            return real(*arguments, **named)

        return change

    for name in ("replace", "unlink", "chmod", "rename"):
        patch.setattr(Path, name, counted(getattr(Path, name)))
    patch.setattr("os.fsync", counted(os.fsync))
    return lambda: changes <= moment


async def test_two_programs_do_not_work_at_one_station(station: Office):
    backend = await has_slot(station, "olga")
    other = counter(station.offices)
    person = next(each for each in await other.known_people() if each.user == "olga")
    refused = await other.log_in("olga", Secret(person.password), Secret(person.code))
    assert isinstance(refused, tuple)
    assert [each.code for each in refused] == [EngineCode.OFFICE_IN_USE]
    await backend.close()
    await log_in(other, "olga")
    await other.close()
