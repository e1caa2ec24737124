"""A station's own register: what the server confirmed, what waits for it, what that would do.

`replica.db` holds the office's chain as it was pulled and, in the same file, the commands of this
station: what was captured is durable there before it is shown. `working.db` is a copy with the
waiting commands decided on top of it: provisional, made anew after each pull, and nothing is lost
with it.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuance.access.operators import OperatorState
from issuance.access.roles import Session
from issuance.cases.decide import CaseBody
from issuance.cases.guards import Actor
from issuance.cases.state import CaseState
from issuance.commands import Body, Command, Outcome, Receipt
from issuance.engine.office import Office, named_stream
from issuance.engine.preparation import Prepared, prepare
from issuance.engine.pushing import SLOW
from issuance.engine.receipts import unstored_rejection
from issuance.engine.replica import adopt
from issuance.engine.settling import Settling, settle, unknown_case
from issuance.engine.streams import read_case, read_state
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.model import Frozen
from issuance.register.register import Reading, Register, Writing
from issuance.register.snapshot import write_snapshot
from issuance.register.station_commands import StationCommandRow
from issuance.sources import Randomness
from issuance.stations.lease import Lease
from issuance.stations.signed import SignedText
from issuance.streams import StreamRef
from issuance.sync.pull import PullAnswer
from issuance.sync.push import (
    MOST_COMMANDS,
    ChainEnd,
    Mending,
    PushAnswer,
    PushReceipt,
    Seen,
    StationCommand,
    digest,
    online_only,
)
from issuance.sync.push import Outcome as Pushed

REPLICA: Final = "replica.db"
WORKING: Final = "working.db"
_UNSETTLED: Final = (Pushed.PENDING.value, Pushed.WAITING.value)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Who a station is: its office, its epoch, its own key, and the key that signs receipts."""

    office: UUID
    station: UUID
    epoch: UUID
    key: Ed25519PrivateKey
    server_key: bytes


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
    """

    def __init__(
        self,
        folder: Path,
        key: bytes,
        enrolment: Enrolment,
        assemble: Callable[[Register], Office],
        randomness: Randomness,
    ) -> None:
        self._folder, self._key, self._enrolment = folder, key, enrolment
        self._assemble, self._randomness = assemble, randomness
        self._one_at_a_time = threading.RLock()
        replica = folder / REPLICA
        open_it = Register.open if replica.exists() else Register.create
        self.confirmed = open_it(replica, key, enrolment.office, randomness)
        self._working: Register | None = None
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
        """
        with self._one_at_a_time:
            now = self.office.now()
            number, how = mends or (None, None)
            command = self._next(body, stream, base_revision, session, now)
            sent = StationCommand(command=command, mends=number, how=how)
            refused = online_only(command) or self._outside(lease, sent, now)
            if refused := refused or unknown_case(command, self._state(command.stream.id)):
                return unstored_rejection(self.office, command, refused)
            roles = tuple(role.value for role in session.roles)
            return self._take(sent, Actor(session.operator, roles))

    def give_up(self, seq: int, session: Session) -> Receipt:
        """Give up a command the server did not apply; nothing is done in its place."""
        with self._one_at_a_time:
            row = self._row(seq)
            given_up = _read(row).command
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

    def unsent(self) -> tuple[SignedText, ...]:
        """Return the next commands the server has not answered, in their order."""
        rows = self._rows(Pushed.PENDING.value)[:MOST_COMMANDS]
        return tuple(SignedText.model_validate_json(row.sent) for row in rows)

    def unanswered(self) -> tuple[int, ...]:
        """Return the numbers whose final outcome the server still owes."""
        rows = self._rows(Pushed.WAITING.value)[:MOST_COMMANDS]
        return tuple(row.seq for row in rows)

    def files(self) -> tuple[BlobRef, ...]:
        """Return the files of what waits, the smallest first."""
        files = {
            blob.sha256: blob for row in self._rows(*_UNSETTLED) for blob in _read(row).files()
        }
        return tuple(sorted(files.values(), key=lambda blob: blob.length))

    def outbox(self) -> tuple[tuple[StationCommand, PushReceipt | None], ...]:
        """Return every command that is not applied, with what the server said of it."""
        outcomes = [each.value for each in Pushed if each not in {Pushed.APPLIED, Pushed.MENDED}]
        return tuple((_read(row), self._receipt(row)) for row in self._rows(*outcomes))

    def seen(self) -> Seen:
        """Return the end of the office's chain as it is here."""
        with self.confirmed.reading() as reading:
            head = reading.head()
        return Seen(seq=head.seq, hash=head.hash.hex())

    def note(self, answer: PushAnswer) -> Finding | None:
        """Keep the receipts of a push; a wrong signature is a finding and changes nothing."""
        receipts: list[tuple[SignedText, PushReceipt]] = []
        for signed in answer.receipts:
            receipt = signed.opened(PushReceipt, self._enrolment.server_key)
            if isinstance(receipt, Finding):
                return receipt
            receipts.append((signed, receipt))
        with self._one_at_a_time, self.confirmed.writing() as writing:
            for signed, receipt in receipts:
                self._note_one(writing, signed, receipt)
        return answer.stopped

    def adopt(self, answer: PullAnswer) -> Finding | None:
        """Take over what was pulled; raises `RegisterUnreadable` when it is not this chain's."""
        if answer.entries:
            with self._one_at_a_time, self.confirmed.writing() as writing:
                adopt(writing, self.office.policy.policy, answer.entries)
        return answer.stopped

    def rebuild(self) -> None:
        """Decide anew what waits, on top of what the server confirmed."""
        with self._one_at_a_time:
            self._close_working()
            target = self._folder / WORKING
            for stale in self._folder.glob(f"{WORKING}*"):
                stale.unlink()
            write_snapshot(self._folder / REPLICA, self._key, target)
            office = self._enrolment.office
            self._working = Register.open(target, self._key, office, self._randomness)
            self._office = self._assemble(self._working)
            for row in self._rows(*_UNSETTLED):
                self._decide_again(row)

    def close(self) -> None:
        """Close both databases."""
        with self._one_at_a_time:
            self._close_working()
            self.confirmed.close()

    def _outside(self, lease: Lease, sent: StationCommand, now: datetime) -> Finding | None:
        opening = [row for row in self._rows(*_UNSETTLED) if _opens(_read(row))]
        new_cases = len(opening) if _opens(sent) else 0
        return lease.finding(sent.command.operator, new_cases, now)

    def _next(
        self, body: Body, stream: StreamRef, revision: int, session: Session, now: datetime
    ) -> Command:
        end = self._end()
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
            body=body,
        )

    def _take(self, sent: StationCommand, actor: Actor) -> Receipt:
        prepared = self._prepared(sent)
        settling = self._settling(sent, prepared, actor)
        with self.office.register.writing() as working:
            receipt = settle(settling, working, sent.command.base_revision)
            if receipt.outcome is Outcome.APPLIED:
                # First what must not be lost; a crash before the other costs only a rebuild.
                self._keep(sent, prepared)
        return receipt

    def _keep(self, sent: StationCommand, prepared: Prepared) -> None:
        command, signed = sent.command, SignedText.of(sent, self._enrolment.key)
        looked = _Looked(prepared=prepared) if command.body.kind in SLOW else None
        row = StationCommandRow(
            station=self._enrolment.station,
            epoch=self._enrolment.epoch,
            seq=command.seq or 0,
            hash=digest(signed),
            stream_id=command.stream.id,
            outcome=Pushed.PENDING.value,
            revision=0,
            sent=signed.model_dump_json().encode(),
            noted=looked.model_dump_json().encode() if looked else b"",
        )
        with self.confirmed.writing() as writing:
            writing.keep_station_command(row)

    def _decide_again(self, row: StationCommandRow) -> None:
        sent = _read(row)
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

    def _note_one(self, writing: Writing, signed: SignedText, receipt: PushReceipt) -> None:
        row = writing.station_command(receipt.station, receipt.epoch, receipt.seq)
        if row is None or row.hash != receipt.command_hash:
            return
        outcome, octets = receipt.outcome, signed.model_dump_json().encode()
        writing.settle_station_command(
            replace(row, outcome=outcome.value, revision=receipt.revision, receipt=octets)
        )
        mends = _read(row).mends
        if outcome is Pushed.APPLIED and mends is not None:
            mended = writing.station_command(receipt.station, receipt.epoch, mends)
            if mended is not None:
                writing.settle_station_command(replace(mended, outcome=Pushed.MENDED.value))

    def _receipt(self, row: StationCommandRow) -> PushReceipt | None:
        if not row.receipt:
            return None
        signed = SignedText.model_validate_json(row.receipt)
        receipt = signed.opened(PushReceipt, self._enrolment.server_key)
        return receipt if isinstance(receipt, PushReceipt) else None

    def _rows(self, *outcomes: str) -> list[StationCommandRow]:
        rows: list[StationCommandRow] = []
        with self.confirmed.reading() as reading:
            while page := self._page(reading, outcomes, rows[-1].seq if rows else 0):
                rows += page
        return rows

    def _row(self, seq: int) -> StationCommandRow:
        with self.confirmed.reading() as reading:
            row = reading.station_command(self._enrolment.station, self._enrolment.epoch, seq)
        if row is None:
            raise ValueError(f"command {seq} was never given here")
        return row

    def _page(
        self, reading: Reading, outcomes: Sequence[str], after: int
    ) -> list[StationCommandRow]:
        enrolment = self._enrolment
        return reading.station_commands(enrolment.station, enrolment.epoch, outcomes, after)

    def _end(self) -> ChainEnd:
        with self.confirmed.reading() as reading:
            newest = reading.newest_station_command(self._enrolment.station, self._enrolment.epoch)
        return ChainEnd() if newest is None else ChainEnd(*newest)

    def _close_working(self) -> None:
        if self._working is not None:
            self._working.close()
            self._working = None


def _read(row: StationCommandRow) -> StationCommand:
    """Read a command of one's own; its signature is for others."""
    return StationCommand.model_validate_json(SignedText.model_validate_json(row.sent).text)


def _opens(sent: StationCommand) -> bool:
    return sent.command.body.kind == "open_case"
