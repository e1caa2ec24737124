"""A server with its stations, made once and copied for every run of the simulation."""

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuance.engine.engine import Engine
from issuance.engine.office import Sources
from issuance.engine.stations import Enrolled, renewed_lease
from issuance.findings import Finding
from issuance.secret import Secret
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import Desk, SetClock
from tests.engine.offline_station import OfflineStation
from tests.engine.power_cut import until_the_power_goes
from tests.engine.pushed_station import PushedStation

STATIONS: Final = (5, 6, 7)
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 -- crashes are simulated; no disk has to be waited for


@dataclass(frozen=True)
class EnrolledOffice:
    """A folder with an office and its stations, each in step with it and closed."""

    folder: Path
    recovery_key: Secret
    enrolled: tuple[tuple[Enrolled, Ed25519PrivateKey], ...]
    moment: datetime

    @classmethod
    def make(cls, office: FoundedOffice, folder: Path) -> "EnrolledOffice":
        """Enrol the stations at a copy of an office."""
        shutil.copytree(office.folder, folder / "office")
        desk = Desk(FoundedOffice(folder / "office", office.recovery_key))
        desk.log_in("jefa")
        enrolled: list[tuple[Enrolled, Ed25519PrivateKey]] = []
        for number in STATIONS:
            known = PushedStation.enrol(desk, stream=number, key=number)
            enrolled.append((known.enrolled, known.key))
            own, randomness = folder / str(number), desk.sources.randomness
            station = OfflineStation(own, desk.here.engine, *enrolled[-1], randomness)
            assert station.exchange() is None
            station.close()
        desk.leave()
        return cls(folder, office.recovery_key, tuple(enrolled), desk.clock.now())


class Seeded:
    """Identifiers and randomness of one seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def new(self) -> UUID:
        return UUID(int=self._chance.getrandbits(128))

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
        for station in self.stations:
            station.server = self.server

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
        here = SimulatedOffice(Path(place), desk, [])
        try:
            for number, known in zip(STATIONS, office.enrolled, strict=True):
                own = folder / str(number)
                here.stations.append(OfflineStation(own, here.server, *known, seeded))
            yield here
        finally:
            for station in here.stations:
                station.close()
            desk.leave()
