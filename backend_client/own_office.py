"""A station's own copy of its office, with what was captured there and waits for the server."""

import base64
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography import x509

from backend_client.captured import Captured
from backend_client.enrolled_station import EnrolledStation, write_enrolment
from backend_client.station_lock import hold
from backend_client.station_rekeying import blobs_under
from backend_client.station_time import StationTime
from backend_client.unsettled import Unsettled, told
from issuance.access.key_ring import KeyRing, Purpose
from issuance.access.key_slots import SlotContents
from issuance.access.office import OfficeFile
from issuance.access.office_file import update_office
from issuance.access.operators import OperatorState
from issuance.access.roles import Session
from issuance.certificates.keys import PrivateKey
from issuance.certificates.stream import AuthorityState
from issuance.certificates.to_be_signed import ThrowAwayKeys
from issuance.commands import Command, Receipt
from issuance.engine.authority import Authority
from issuance.engine.custody import Custody
from issuance.engine.engine import Engine
from issuance.engine.office import Office, Sources, named_stream
from issuance.engine.operators import OperatorDesk
from issuance.engine.projection import person_name
from issuance.engine.receipts import unstored_rejection
from issuance.engine.replica import adopt
from issuance.engine.seal_keys import SealKeys
from issuance.engine.station_outbox import Enrolment
from issuance.engine.station_register import REPLICA, StationRegister
from issuance.engine.streams import read_case, read_state
from issuance.engine.work_file import write_work
from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_store import BlobDamaged
from issuance.evidence.checker import LimitedChecker
from issuance.findings import Finding, blocks
from issuance.findings.engine import EngineCode
from issuance.findings.sync import SyncCode
from issuance.policies.loader import LoadedPolicy
from issuance.register.errors import RegisterFailure
from issuance.register.register import Register
from issuance.secret import Secret
from issuance.sources import Randomness
from issuance.stations.lease import Lease
from issuance.stations.signed import SignedText
from issuance.sync.pull import PullAnswer, Waiting
from issuance.sync.push import Mending, Outcome, PushReceipt, StationCommand
from issuance.sync.sides import BothSides

_UNFINISHED: Final = f"{REPLICA}.unfinished"
Outbox = tuple[tuple[StationCommand, PushReceipt | None], ...]


class OwnOffice:
    """The office as this station knows it; safe in several threads.

    Before the first pull there is nothing to work on: `ready` is False.
    """

    def __init__(
        self,
        folder: Path,
        key: bytes,
        enrolled: EnrolledStation,
        sign: OfficeFile,
        policy: LoadedPolicy,
        sources: Sources,
        make_key: Callable[[str], PrivateKey],
    ) -> None:
        """Open what is kept under the key of the station's own store.

        Raises `RegisterFailure` where it does not open, or another program has it open.
        """
        self._folder, self._key, self._sign = folder, key, sign
        self.policy, self._sources, self._make_key = policy, sources, make_key
        self._keys = KeyRing(key, sources.randomness, {Purpose.PERSONS: enrolled.persons_key})
        self._checker = LimitedChecker()
        self._gate = threading.RLock()
        self.enrolled = enrolled
        self.time = StationTime(lambda: self.enrolled, sources)
        self.blobs = blobs_under(folder, key, sources.randomness)
        self._closed = False
        self._register: StationRegister | None = None
        self._lock = hold(folder)
        try:
            if (folder / REPLICA).exists():
                self._register = self._opened()
        except BaseException:
            self._lock.release()
            raise

    @property
    def randomness(self) -> Randomness:
        """Return where this station's new keys come from."""
        return self._sources.randomness

    @property
    def ready(self) -> bool:
        """Tell whether the office was pulled so far that one can work in it."""
        return self._register is not None

    @property
    def register(self) -> StationRegister:
        """Return the station's register; raises RuntimeError before the first pull."""
        if self._register is None:
            raise RuntimeError("nothing of the office has come to this station yet")
        return self._register

    def person(self, user: str) -> OperatorState | None:
        """Return somebody who works here, as the office knew them at the last pull."""
        with self.engine() as engine, engine.office.register.reading() as reading:
            stream = named_stream(self.enrolled.office, "operator", user)
            return read_state(reading, stream, OperatorState)[0]

    @contextmanager
    def engine(self) -> Generator[Engine]:
        """Lend an engine on the office with everything that waits; nothing is rebuilt meanwhile."""
        with self._gate:
            office = self.register.office
            nobody = SlotContents(self._key, Secret(""))
            yield Engine(office, OperatorDesk(office, "", nobody))

    def capture(self, command: Command, session: Session) -> Receipt:
        """Record a command to be sent later, as far as the lease allows."""
        with self._gate:
            lease = self.enrolled.lease()
            if not isinstance(lease, Lease):
                return unstored_rejection(self.register.office, command, lease)
            try:
                return self.register.capture(
                    command.body, command.stream, command.base_revision, session, lease
                )
            except RegisterFailure as failure:
                return unstored_rejection(self.register.office, command, failure.finding)

    def takes_a_place(self, command: Command) -> bool:
        """Tell whether a command is recorded in place of one the server did not apply."""
        with self._gate:
            if self._register is None:
                return False
            return self._register.superseded(command.body, command.stream.id) is not None

    def both_sides(self, seq: int) -> BothSides:
        """Return a command the server did not apply beside what is there in its place."""
        with self._gate:
            return self.register.both_sides(seq)

    def outbox(self) -> Outbox:
        """Return what is not settled yet, in its order."""
        with self._gate:
            return self.register.outbox() if self.ready else ()

    def unsettled(self) -> tuple[Unsettled, ...]:
        """Return what is not applied, with the names of its people as far as they are known."""
        return tuple(
            told(sent, receipt, self.policy.policy, self._name(sent.command.stream.id))
            for sent, receipt in self.outbox()
        )

    def try_again(self, seq: int, session: Session) -> Receipt:
        """Send a command once more that the server did not apply, on what the case is now."""
        with self._gate:
            lease = self.enrolled.lease()
            sent = next(each for each, _ in self.register.outbox() if each.command.seq == seq)
            former, office = sent.command, self.register.office
            if isinstance(lease, Finding):
                return unstored_rejection(office, former, lease)
            with office.register.reading() as reading:
                _, revision = read_case(reading, former.stream.id)
            mends = (seq, Mending.RETRY)
            return self.register.capture(
                former.body, former.stream, revision, session, lease, mends
            )

    def give_up(self, seq: int, session: Session) -> Receipt:
        """Give up a command the server did not apply."""
        with self._gate:
            return self.register.give_up(seq, session)

    def capture_receipt(self, case: UUID) -> Captured | Finding:
        """Return what an applicant gets for a case of which something waits here."""
        with self._gate:
            made = self.register.capture_receipt(case) if self.ready else None
            if made is None:
                return blocks(SyncCode.NOTHING_TO_CONFIRM)
            receipt, code = made
            with self.register.office.register.reading() as reading:
                state, _ = read_case(reading, case)
            recorded = [
                sent.command.body.kind
                for sent, _ in self.register.outbox()
                if sent.command.stream.id == case
            ]
            return Captured(
                station=self.enrolled.name,
                office=self._sign.name,
                person=person_name(state, self.policy.policy) if state else "",
                language=state.language if state else "",
                kinds=tuple(dict.fromkeys(recorded)),
                receipt=receipt,
                code=code,
            )

    def work_file(self) -> bytes | Finding:
        """Return what waits here with its files, encrypted to the server, for somebody to carry."""
        with self._gate:
            lease, commands = self.enrolled.lease(), self.register.unsettled()
            if isinstance(lease, Finding):
                return lease
            if not commands:
                return blocks(SyncCode.NO_WORK_WAITS)
            files = [blob for blob in self.register.files() if self._is_here(blob)]
            now = self._sources.clock.now()
            return write_work(lease.recipient, commands, files, self.blobs.read, now)

    def _is_here(self, blob: BlobRef) -> bool:
        try:
            self.blobs.read(blob)
        except BlobDamaged:
            return False
        return True

    def waiting(self) -> tuple[int, datetime | None]:
        """Return how many commands the server has not settled, and when the oldest was given."""
        open_still = [
            sent.command.at
            for sent, receipt in self.outbox()
            if receipt is None or receipt.outcome is Outcome.WAITING
        ]
        return len(open_still), min(open_still, default=None)

    def still_to_send(self) -> Waiting:
        """Return what waits here, as the server tells it to who looks after the stations."""
        count, oldest = self.waiting()
        files = self.register.files() if self.ready else ()
        octets = sum(blob.length for blob in files)
        return Waiting(commands=count, octets=octets, oldest=oldest)

    def adopt(self, answer: PullAnswer) -> Finding | None:
        """Take over what was pulled; the first time it becomes the station's copy.

        Raises `RegisterUnreadable` when it is not this chain's.
        """
        with self._gate:
            if self._register is not None:
                return self._register.adopt(answer)
            if answer.entries and not self._closed:
                self._begin(answer)
            return answer.stopped

    def rebuild(self) -> None:
        """Decide anew what waits, on top of what the server confirmed."""
        with self._gate:
            if self._register is not None:
                self._register.rebuild()

    def keep_lease(self, signed: SignedText) -> Finding | None:
        """Keep a new lease, once the server's signature is right; say so if a new key is due."""
        heard = self._sources.steady.moment()
        renewed = replace(self.enrolled, signed_lease=signed, heard=heard)
        lease = renewed.told_lease()
        if isinstance(lease, Finding):
            return lease
        refused = write_enrolment(self._folder, renewed, self._key, self._sources.randomness)
        if refused is not None:
            return refused
        self.enrolled = renewed
        # Whoever left has no way in here any more.
        users = {operator.user for operator in lease.operators}
        changed = update_office(self._folder, lambda sign: sign.with_slots_of(users))
        due = changed if isinstance(changed, Finding) else renewed.lease()
        return due if isinstance(due, Finding) else None

    def keep_certificate(self, certified: EnrolledStation) -> Finding | None:
        """Keep the certificate the station shows from now on."""
        refused = write_enrolment(self._folder, certified, self._key, self._sources.randomness)
        if refused is None:
            self.enrolled = certified
        return refused

    def close(self) -> None:
        """Close the databases and the child process that looks at files."""
        with self._gate:
            register, self._register, self._closed = self._register, None, True
            self._checker.close()
            if register is not None:
                register.close()
            self._lock.release()

    def _begin(self, answer: PullAnswer) -> None:
        """Make the copy from the first entries, which found the office; whole or not at all."""
        unfinished = self._folder / _UNFINISHED
        for stale in self._folder.glob(f"{_UNFINISHED}*"):
            stale.unlink()
        office, randomness = self.enrolled.office, self._sources.randomness
        made = Register.create(unfinished, self._register_key, office, randomness)
        try:
            with made.writing() as writing:
                adopt(writing, self.policy.policy, answer.entries)
        finally:
            made.close()
        unfinished.rename(self._folder / REPLICA)
        self._register = self._opened()

    def _name(self, case: UUID) -> str:
        with self.engine() as engine, engine.office.register.reading() as reading:
            state, _ = read_case(reading, case)
        return person_name(state, self.policy.policy) if state else ""

    @property
    def _register_key(self) -> bytes:
        return self._keys.key(Purpose.REGISTER)

    def _opened(self) -> StationRegister:
        enrolled = self.enrolled
        who = Enrolment(
            enrolled.office, enrolled.station, enrolled.epoch, enrolled.key, enrolled.server_key
        )
        return StationRegister(
            self._folder,
            self._register_key,
            who,
            self._assemble,
            self._sources.randomness,
            server_time=self.time.known,
        )

    def _assemble(self, register: Register) -> Office:
        with register.reading() as reading:
            stream = named_stream(self.enrolled.office, "authority")
            authority, _ = read_state(reading, stream, AuthorityState)
        if authority is None:
            raise TypeError("an office is founded with its authority")
        return Office(
            folder=self._folder,
            sign=self._sign,
            keys=self._keys,
            register=register,
            blobs=self.blobs,
            checker=self._checker,
            policy=self.policy,
            authority=Authority(
                key_id=authority.key,
                issuing=_certificate(authority.issuing),
                between=tuple(map(_certificate, authority.between)),
                root=_certificate(authority.root),
                throw_away=ThrowAwayKeys(self._make_key),
                make_key=self._make_key,
                open_signer=_no_signer,
            ),
            seal_keys=SealKeys(self._folder, "", None, self._make_key, self._sources.randomness),
            custody=Custody(
                self._folder,
                self._keys,
                self._sources.clock,
                self._sources.randomness,
                self._make_key,
            ),
            sources=self._sources,
        )


def _no_signer() -> Finding:
    return blocks(EngineCode.NO_ISSUING_RIGHT)


def _certificate(text: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(text))
