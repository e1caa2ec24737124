"""A server with its stations, made once and copied for every run of the simulation."""

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuance.certificates.keys import make_private_key
from issuance.engine.engine import Engine
from issuance.engine.office import Sources
from issuance.engine.stations import Enrolled, renewed_lease
from issuance.engine.uploads import Uploads
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.secret import Secret
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import Desk, SetClock
from tests.engine.offline_station import OfflineStation
from tests.engine.power_cut import until_the_power_goes
from tests.engine.pushed_station import PushedStation
from tests.engine.simulated_counter import SharedChecker, SimulatedCounter

STATIONS: Final = (5, 6, 7)
APPROVED: Final = (2, 3)
"""People whose applications are approved when the simulation begins."""
PIECE: Final = 40_000
"""Octets of a file that arrive at once."""
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 -- crashes are simulated; no disk has to be waited for


@dataclass(frozen=True)
class EnrolledOffice:
    """A folder with an office and its stations, each in step with it and closed."""

    folder: Path
    recovery_key: Secret
    enrolled: tuple[tuple[Enrolled, Ed25519PrivateKey], ...]
    moment: datetime
    checker: SharedChecker
    approved: dict[UUID, int]

    @classmethod
    def make(cls, office: FoundedOffice, folder: Path, checker: SharedChecker) -> "EnrolledOffice":
        """Enrol the stations at a copy of an office."""
        shutil.copytree(office.folder, folder / "office")
        desk = Desk(FoundedOffice(folder / "office", office.recovery_key))
        desk.log_in("jefa")
        counters = [_counter(desk, number, desk.clock.now().date()) for number in APPROVED]
        for counter in counters:
            counter.apply()
            counter.approve()
        enrolled: list[tuple[Enrolled, Ed25519PrivateKey]] = []
        for number in STATIONS:
            known = PushedStation.enrol(desk, stream=number, key=number)
            enrolled.append((known.enrolled, known.key))
            own, randomness = folder / str(number), desk.sources.randomness
            station = OfflineStation(own, desk.here.engine, *enrolled[-1], randomness)
            assert station.exchange() is None
            station.close()
        desk.leave()
        now, approved = desk.clock.now(), {each.case: each.number for each in counters}
        return cls(folder, office.recovery_key, tuple(enrolled), now, checker, approved)


class Seeded:
    """Identifiers, the later ones greater, and randomness of one seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._given = 0

    def new(self) -> UUID:
        self._given += 1
        return UUID(int=(0xFFFF_0000 + self._given) << 96 | self._chance.getrandbits(96))

    def octets(self, count: int) -> bytes:
        return self._chance.randbytes(count)

    def digits(self, count: int) -> str:
        return "".join(str(self._chance.randrange(10)) for _ in range(count))


@dataclass
class SimulatedOffice:
    """A copy of the server and its stations; the power of each may go at any statement."""

    folder: Path
    desk: Desk
    stations: list[OfflineStation]
    checker: SharedChecker
    day: date
    approved: dict[UUID, int]
    happened: Counter[str] = field(default_factory=Counter[str])
    _copies: int = 0

    @property
    def server(self) -> Engine:
        return self.desk.here.engine

    @property
    def clock(self) -> SetClock:
        return self.desk.clock

    def serve(self) -> None:
        """Start the server where its files are now."""
        self.clock.pass_time(seconds=30)  # A code of one's telephone serves once.
        self.desk.log_in("jefa")
        self.look_at_files_once()
        for station in self.stations:
            station.server = self.server

    def look_at_files_once(self) -> None:
        """Let the server use the checker of all seeds."""
        self.server.office = replace(self.server.office, checker=self.checker)

    def receive(self, content: bytes, blob: BlobRef, pieces: int) -> bool:
        """Take some pieces of a file from where the last ones ended; tell whether it is whole."""
        office = self.server.office
        uploads = Uploads(office.folder / "uploads", office.keys)
        for _ in range(pieces):
            there = uploads.received(blob.sha256)
            whole = uploads.add(blob.sha256, there, content[there : there + PIECE])
            if len(whole) == blob.length:
                assert self.server.keep(whole, blob.media_type) == blob
                uploads.forget(blob.sha256)
                return True
        return False

    def counter(self, case: UUID, number: int) -> SimulatedCounter:
        """Return the server's own counter at a case of somebody."""
        counter = _counter(self.desk, number, self.day)
        counter.case = case
        # What a crash left half sent is sent again, and newer codes come after it.
        self.clock.pass_time(minutes=15)
        self.server.deliver_mail()
        return counter

    def cut_server(self, work: Callable[[], object], after: int) -> None:
        """Let the server work until its power goes, and start it again."""
        left = self._next_folder()
        self.happened["server cut off"] += until_the_power_goes(work, self.desk.folder, left, after)
        self.desk.leave()
        shutil.rmtree(self.desk.folder)
        self.desk.folder = left
        self.serve()

    def cut_station(self, station: OfflineStation, work: Callable[[], object], after: int) -> None:
        """Let a station work until its power goes, and start it again."""
        left = self._next_folder()
        self.happened["station cut off"] += until_the_power_goes(work, station.folder, left, after)
        station.close()
        shutil.rmtree(station.folder)
        station.move(left)

    def copy_station(self, station: OfflineStation) -> OfflineStation:
        """Return a second computer with everything a station has."""
        left = self._next_folder()
        shutil.copytree(station.folder, left)
        return replace(station, folder=left)

    def renew_lease(self, station: OfflineStation) -> Finding | None:
        """Give a station a new lease, as it gets one at the end of an exchange."""
        who = station.enrolled
        lease = renewed_lease(self.server.office, who.station, who.epoch)
        if isinstance(lease, Finding):
            return lease
        station.enrolled = replace(who, lease=lease)
        return None

    def _next_folder(self) -> Path:
        self._copies += 1
        return self.folder / f"copy {self._copies}"


def _counter(desk: Desk, number: int, day: date) -> SimulatedCounter:
    product = desk.here.engine.office.policy.policy.product("natural-pkcs12-2y")
    assert product is not None
    return SimulatedCounter(
        desk.folder, desk.sources, make_private_key, product, desk.folder, number,
        at=desk.here, day=day,
    )  # fmt: skip


@contextmanager
def simulated_office(office: EnrolledOffice, seed: int) -> Iterator[SimulatedOffice]:
    """Copy an office with its stations for one seed."""
    memory = _MEMORY if _MEMORY.is_dir() else None
    with TemporaryDirectory(dir=memory, prefix="simulation-") as place:
        folder = Path(place) / "begin"
        shutil.copytree(office.folder, folder)
        desk = Desk(FoundedOffice(folder / "office", office.recovery_key))
        desk.clock.moment = office.moment + timedelta(seconds=30)
        seeded = Seeded(seed)
        desk.sources = Sources(desk.clock, seeded, seeded)
        desk.log_in("jefa")
        day = office.moment.date()
        here = SimulatedOffice(Path(place), desk, [], office.checker, day, office.approved)
        here.look_at_files_once()
        try:
            for number, known in zip(STATIONS, office.enrolled, strict=True):
                own = folder / str(number)
                here.stations.append(OfflineStation(own, here.server, *known, seeded))
            yield here
        finally:
            for station in here.stations:
                station.close()
            desk.leave()
