"""A station with a register of its own, beside a server in the same process."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuance.access.roles import Role, Session
from issuance.commands import Body, Receipt
from issuance.engine.engine import Engine
from issuance.engine.office import Office
from issuance.engine.pulling import pull
from issuance.engine.station_outbox import Enrolment
from issuance.engine.station_register import StationRegister, free_octets, nothing_known
from issuance.engine.stations import Enrolled
from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_store import BlobDamaged, BlobStore
from issuance.findings import Finding
from issuance.register.register import Register
from issuance.sources import Randomness
from issuance.stations.lease import Lease
from issuance.stations.server_time import ServerTime
from issuance.streams import StreamRef
from issuance.sync.pull import Pull
from issuance.sync.push import Mending, Push

KEY = bytes(32)


def _raise(error: BaseException) -> None:
    raise error


@dataclass
class OfflineStation:
    """Captures alone, and exchanges with a server when `exchange` is called."""

    folder: Path
    server: Engine
    enrolled: Enrolled
    key: Ed25519PrivateKey
    randomness: Randomness
    user: str = "olga"
    free: Callable[[Path], int] = free_octets
    report: Callable[[BaseException], object] = _raise
    server_time: Callable[[], ServerTime | None] = nothing_known

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.open()

    def open(self) -> None:
        self.blobs = BlobStore(self.folder / "blobs", KEY, KEY, self.randomness)
        office = self.server.office.id
        enrolled = self.enrolled
        who = Enrolment(office, enrolled.station, enrolled.epoch, self.key, enrolled.server_key)
        self.register = StationRegister(
            self.folder, KEY, who, self.assemble, self.randomness, lambda at: self.free(at),
            lambda: self.server_time(),
        )  # fmt: skip

    def move(self, folder: Path) -> None:
        """Open again, closed before, in another folder."""
        self.folder = folder
        self.open()

    def close(self) -> None:
        self.register.close()

    def assemble(self, register: Register) -> Office:
        return replace(self.server.office, folder=self.folder, register=register, blobs=self.blobs)

    @property
    def lease(self) -> Lease:
        lease = self.enrolled.lease.opened(Lease, self.enrolled.server_key)
        assert isinstance(lease, Lease)
        return lease

    @property
    def session(self) -> Session:
        return Session(
            id=UUID(int=1), office=self.server.office.id, operator=self.user, name="Olga",
            roles=(Role.OPERATOR,), started_at=self.server.office.now(), demonstration=True,
        )  # fmt: skip

    def capture(self, body: Body, case: UUID, mends: tuple[int, Mending] | None = None) -> Receipt:
        ref = StreamRef(kind="case", id=case)
        with self.register.office.register.reading() as reading:
            stored = reading.stream(ref)
        revision = stored.revision if stored else 0
        return self.register.capture(body, ref, revision, self.session, self.lease, mends)

    def push(self) -> Push:
        return Push(
            station=self.enrolled.station,
            epoch=self.enrolled.epoch,
            commands=self.register.unsent(),
            unsettled=self.register.unanswered(),
            seen=self.register.seen(),
        )

    def pull(self) -> Pull:
        return Pull(
            station=self.enrolled.station, epoch=self.enrolled.epoch, after=self.register.seen()
        )

    def send_files(self) -> None:
        for blob in self.register.files():
            self.server.keep(self.content(blob), blob.media_type)

    def content(self, blob: BlobRef) -> bytes:
        try:
            return self.blobs.read(blob)
        except BlobDamaged as error:
            raise AssertionError("a captured file is gone") from error

    def exchange(self) -> Finding | None:
        """Send what waits, hear what became of it, follow the office's chain."""
        self.send_files()
        answer = self.server.push(self.push(), self.report)
        stopped = self.register.note(answer)
        while (pulled := pull(self.server.office, self.pull())).entries:
            self.register.adopt(pulled)
        self.register.rebuild()
        return stopped or pulled.stopped
