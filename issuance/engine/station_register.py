"""A station's own register: what the server confirmed, what waits for it, what that would do.

`replica.db` holds the office's chain as it was pulled and, in the same file, the commands of this
station: what was captured is durable there before it is shown. `working.db` is a copy with the
waiting commands decided on top of it: provisional, taken back and made anew after each pull, and
nothing is lost with it.
"""

import shutil
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from issuance.access.operators import OperatorState
from issuance.access.roles import Session
from issuance.cases.decide import CaseBody
from issuance.cases.guards import Actor
from issuance.cases.state import CaseState
from issuance.commands import Body, Command, Outcome, Receipt
from issuance.engine.both_sides import both_sides
from issuance.engine.office import Office, named_stream
from issuance.engine.preparation import Prepared, prepare
from issuance.engine.pushing import SLOW
from issuance.engine.receipts import unstored_rejection
from issuance.engine.replica import adopt
from issuance.engine.settling import Settling, settle, unknown_case
from issuance.engine.station_outbox import UNSETTLED, Enrolment, StationOutbox, read_command
from issuance.engine.streams import read_case, read_state
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding, blocks
from issuance.findings.sync import SyncCode
from issuance.model import Frozen
from issuance.register.errors import RegisterUnreadable
from issuance.register.model import Head
from issuance.register.register import Register
from issuance.register.snapshot import write_snapshot
from issuance.register.station_commands import StationCommandRow
from issuance.sources import Randomness
from issuance.stations.capture_receipt import CaptureReceipt
from issuance.stations.lease import Lease
from issuance.stations.server_time import ServerTime
from issuance.stations.signed import SignedText
from issuance.streams import StreamRef
from issuance.sync.pull import PullAnswer, PulledEntry
from issuance.sync.push import (
    Mending,
    PushAnswer,
    PushReceipt,
    Seen,
    StationCommand,
    online_only,
)
from issuance.sync.sides import BothSides

REPLICA: Final = "replica.db"
WORKING: Final = "working.db"
LEAST_FREE: Final = 200 << 20
"""Octets that stay free: what was captured must still be sent, and answered."""


def free_octets(folder: Path) -> int:
    """Return how much room is left where a folder lies."""
    return shutil.disk_usage(folder).free


def nothing_known() -> None:
    """Know nothing of the server's time."""


class _Looked(Frozen):
    """What was found in a command's file when it was captured."""

    prepared: Prepared


class StationRegister:
    """Captures without the server, and keeps step with it.

    Args:
        folder: where both databases lie.
        key: the 32 bytes they are encrypted under.
        enrolment: who the station is.
        assemble: makes the office that works on a register; called again after each pull.
        randomness: for the databases.
        free: tells how many octets are left in a folder.
        server_time: tells what is known of the server's time at this moment.
    """

    def __init__(
        self,
        folder: Path,
        key: bytes,
        enrolment: Enrolment,
        assemble: Callable[[Register], Office],
        randomness: Randomness,
        free: Callable[[Path], int] = free_octets,
        server_time: Callable[[], ServerTime | None] = nothing_known,
    ) -> None:
        self._folder, self._key, self._enrolment = folder, key, enrolment
        self._assemble, self._randomness = assemble, randomness
        self._free, self._server_time = free, server_time
        self._one_at_a_time = threading.RLock()
        replica = folder / REPLICA
        open_it = Register.open if replica.exists() else Register.create
        self.confirmed = open_it(replica, key, enrolment.office, randomness)
        self._outbox = StationOutbox(self.confirmed, enrolment)
        self._working: Register | None = None
        self._ahead: list[PulledEntry] = []
        self.rebuild()

    @property
    def office(self) -> Office:
        """Return the office as it would be with everything that waits here."""
        if self._working is None:
            raise RuntimeError("the station's register is closed")
        return self._office

    def capture(
        self,
        body: Body,
        stream: StreamRef,
        base_revision: int,
        session: Session,
        lease: Lease,
        mends: tuple[int, Mending] | None = None,
    ) -> Receipt:
        """Record a command to be sent later; it is durable when this returns.

        What cannot be done without the server, or is refused by what is known here, is not kept.
        Without `mends` it takes the place of a refused command of its kind in the same case.
        """
        with self._one_at_a_time:
            now = self.office.now()
            if mends is None and (superseded := self.superseded(body, stream.id)):
                mends = superseded, Mending.CORRECT
            number, how = mends or (None, None)
            # What mends goes before whatever waits behind the mended one: on what is confirmed.
            base = base_revision if mends is None else self._confirmed_revision(stream)
            command = self._next(body, stream, base, session, now)
            sent = StationCommand(command=command, mends=number, how=how)
            refused = online_only(command) or self._outside(lease, sent, now) or self._no_room()
            if refused := refused or unknown_case(command, self._state(command.stream.id)):
                return unstored_rejection(self.office, command, refused)
            roles = tuple(role.value for role in session.roles)
            return self._take(sent, Actor(session.operator, roles), base_revision)

    def give_up(self, seq: int, session: Session) -> Receipt:
        """Give up a command the server did not apply; nothing is done in its place."""
        with self._one_at_a_time:
            given_up = read_command(self._outbox.row(seq)).command
            now = self.office.now()
            command = self._next(given_up.body, given_up.stream, 0, session, now)
            self._keep(StationCommand(command=command, mends=seq, how=Mending.CANCEL), Prepared())
            return Receipt(
                command=command.id,
                outcome=Outcome.APPLIED,
                stream=command.stream,
                revision=0,
                position=0,
                at=now,
            )

    def superseded(self, body: Body, stream: UUID) -> int | None:
        """Return the refused command whose place this one would take."""
        return self._outbox.superseded(body, stream)

    def both_sides(self, seq: int) -> BothSides:
        """Return a command beside what the server has in its place."""
        row = self._outbox.row(seq)
        with self.confirmed.reading() as reading:
            return both_sides(reading, read_command(row), self._outbox.receipt(row))

    def capture_receipt(self, case: UUID) -> tuple[CaptureReceipt, str] | None:
        """Return the receipt for an applicant with its code; None where nothing of a case waits."""
        state = self._state(case)
        return self._outbox.capture_receipt(case, state.number if state else "")

    def unsent(self) -> tuple[SignedText, ...]:
        """Return the next commands the server has not answered, in their order."""
        return self._outbox.unsent()

    @property
    def is_urgent(self) -> bool:
        """Tell whether a revocation waits: it is sent before any file."""
        return any("revoke_certificate" in each.text for each in self._outbox.unsent())

    def unsettled(self) -> tuple[SignedText, ...]:
        """Return every command that has no final receipt, in their order."""
        return self._outbox.unsettled()

    def unanswered(self, after: int = 0) -> tuple[int, ...]:
        """Return numbers whose outcome the server still owes: those after one, in a circle."""
        return self._outbox.unanswered(after)

    def files(self) -> tuple[BlobRef, ...]:
        """Return the files of what waits, those of the next push first and its smallest before."""
        return self._outbox.files()

    def outbox(self) -> tuple[tuple[StationCommand, PushReceipt | None], ...]:
        """Return every command that is not applied, with what the server said of it."""
        return self._outbox.told()

    def seen(self) -> Seen:
        """Return the end of the office's chain as it is here."""
        head = _head(self.confirmed)
        return Seen(seq=head.seq, hash=head.hash.hex())

    def note(self, answer: PushAnswer) -> Finding | None:
        """Keep the receipts of a push; a wrong signature is a finding and changes nothing."""
        with self._one_at_a_time:
            return self._outbox.note(answer)

    def adopt(self, answer: PullAnswer) -> Finding | None:
        """Take over what was pulled; raises `RegisterUnreadable` when it is not this chain's."""
        if answer.entries:
            with self._one_at_a_time:
                with self.confirmed.writing() as writing:
                    adopt(writing, self.office.policy.policy, answer.entries)
                self._ahead += answer.entries
        return answer.stopped

    def rebuild(self) -> None:
        """Decide anew what waits, on top of what the server confirmed."""
        with self._one_at_a_time:
            working = self._caught_up() or self._copied()
            self._working, self._ahead = working, []
            self._office = self._assemble(working)
            for row in self._outbox.rows(*UNSETTLED):
                self._decide_again(row)

    def close(self) -> None:
        """Close both databases."""
        with self._one_at_a_time:
            self._close_working()
            self.confirmed.close()

    def _caught_up(self) -> Register | None:
        """Take back what was provisional and bring the copy to where the server is.

        None where there is no copy, or it is not this replica's: a copy costs more, and always
        comes right.
        """
        working = self._working or self._left_before()
        if working is None:
            return None
        with working.writing() as writing:
            writing.take_back_changes()
        with working.writing() as writing:
            if self._ahead:
                adopt(writing, self._office.policy.policy, self._ahead)
            writing.forget_changes()
        if _head(working) == _head(self.confirmed):
            return working
        working.close()
        self._working = None
        return None

    def _left_before(self) -> Register | None:
        """Open the copy that the program left when it ended, however it ended."""
        path = self._folder / WORKING
        try:
            opened = Register.open(path, self._key, self._enrolment.office, self._randomness)
            with opened.writing() as writing:
                writing.remember_changes()
        except RegisterUnreadable:
            return None
        return opened

    def _copied(self) -> Register:
        """Copy the whole replica."""
        self._close_working()
        target = self._folder / WORKING
        for stale in self._folder.glob(f"{WORKING}*"):
            stale.unlink()
        write_snapshot(self._folder / REPLICA, self._key, target)
        made = Register.open(target, self._key, self._enrolment.office, self._randomness)
        with made.writing() as writing:
            writing.remember_changes()
        return made

    def _no_room(self) -> Finding | None:
        free = self._free(self._folder)
        if free >= LEAST_FREE:
            return None
        return blocks(SyncCode.DISK_ALMOST_FULL, free=free >> 20, least=LEAST_FREE >> 20)

    def _outside(self, lease: Lease, sent: StationCommand, now: datetime) -> Finding | None:
        opening = [row for row in self._outbox.rows(*UNSETTLED) if _opens(read_command(row))]
        new_cases = len(opening) if _opens(sent) else 0
        # Setting the computer's clock back makes no lease longer.
        known = sent.command.clock
        return lease.finding(sent.command.operator, new_cases, (known and known.now()) or now)

    def _next(
        self, body: Body, stream: StreamRef, revision: int, session: Session, now: datetime
    ) -> Command:
        end = self._outbox.end()
        return Command(
            id=self.office.sources.identifiers.new(),
            office=self._enrolment.office,
            station=self._enrolment.station,
            epoch=self._enrolment.epoch,
            seq=end.seq + 1,
            prev=end.hash,
            stream=stream,
            base_revision=revision,
            operator=session.operator,
            session=session.id,
            at=now,
            clock=self._server_time(),
            body=body,
        )

    def _confirmed_revision(self, stream: StreamRef) -> int:
        with self.confirmed.reading() as reading:
            return read_case(reading, stream.id)[1]

    def _take(self, sent: StationCommand, actor: Actor, revision: int) -> Receipt:
        prepared = self._prepared(sent)
        settling = self._settling(sent, prepared, actor)
        with self.office.register.writing() as working:
            receipt = settle(settling, working, revision)
            if receipt.outcome is Outcome.APPLIED:
                # First what must not be lost; a crash before the other costs only a rebuild.
                self._keep(sent, prepared)
        return receipt

    def _keep(self, sent: StationCommand, prepared: Prepared) -> None:
        looked = _Looked(prepared=prepared) if sent.command.body.kind in SLOW else None
        self._outbox.keep(sent, looked.model_dump_json().encode() if looked else b"")

    def _decide_again(self, row: StationCommandRow) -> None:
        sent = read_command(row)
        if sent.how is Mending.CANCEL:
            return
        command = sent.command
        with self.office.register.writing() as working:
            person, _ = read_state(
                working, named_stream(command.office, "operator", command.operator), OperatorState
            )
            roles = tuple(role.value for role in person.roles) if person else ()
            prepared = _Looked.model_validate_json(row.noted).prepared if row.noted else None
            settling = self._settling(
                sent, prepared or self._prepared(sent), Actor(command.operator, roles)
            )
            state, revision = read_case(working, command.stream.id)
            if not unknown_case(command, state):
                settle(settling, working, revision)

    def _settling(self, sent: StationCommand, prepared: Prepared, actor: Actor) -> Settling:
        body: CaseBody = sent.command.body  # pyright: ignore[reportAssignmentType] -- see ALONE
        return Settling(self.office, sent.command, body, actor, prepared)

    def _prepared(self, sent: StationCommand) -> Prepared:
        case = sent.command.stream.id
        state = self._state(case)
        body: CaseBody = sent.command.body  # pyright: ignore[reportAssignmentType] -- see ALONE
        return prepare(self.office, case, state, body)

    def _state(self, case: UUID) -> CaseState | None:
        with self.office.register.reading() as reading:
            return read_case(reading, case)[0]

    def _close_working(self) -> None:
        if self._working is not None:
            self._working.close()
            self._working = None


def _opens(sent: StationCommand) -> bool:
    return sent.command.body.kind == "open_case"


def _head(register: Register) -> Head:
    with register.reading() as reading:
        return reading.head()
