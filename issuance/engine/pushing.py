"""Takes what a station pushes: each command once and in its order, with a signed receipt each.

Commands share a commit as long as nothing slow stands between them; a file is looked at outside of
any transaction. What a command leads to and its receipt are one commit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from issuance.access.operators import OperatorState
from issuance.access.roles import Role
from issuance.cases.decide import CaseBody
from issuance.cases.guards import Actor
from issuance.commands import Command, Receipt
from issuance.engine.office import Office, named_stream
from issuance.engine.policies import policy_finding
from issuance.engine.preparation import Prepared, prepare
from issuance.engine.receipts import earlier_receipt
from issuance.engine.settling import Settling, settle, unknown_case
from issuance.engine.stations import freeze_station, station_of_epoch, to_station
from issuance.engine.streams import read_case, read_state
from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_store import BlobDamaged
from issuance.findings import Finding, blocks, warns
from issuance.findings.engine import EngineCode
from issuance.findings.sync import SyncCode
from issuance.register.errors import RegisterFailure
from issuance.register.model import Head
from issuance.register.register import Reading, Writing
from issuance.register.station_commands import StationCommandRow
from issuance.stations.signed import SignedText
from issuance.stations.stream import StationState
from issuance.sync.push import (
    MENDABLE,
    ChainEnd,
    Known,
    Mending,
    Outcome,
    Push,
    PushAnswer,
    PushReceipt,
    Seen,
    StationCommand,
    digest,
    expected_revision,
    online_only,
    place,
    waits_for,
)

SLOW: Final = frozenset({"capture_evidence", "claim_exemption", "record_payment"})
"""Commands about a file, which is looked at before they are decided."""
_MOST_SKEW: Final = timedelta(minutes=2)

Report = Callable[[BaseException], object]


@dataclass(frozen=True, slots=True)
class _Settled:
    outcome: Outcome
    revision: int
    findings: tuple[Finding, ...] = ()
    result: dict[str, str] = field(default_factory=dict[str, str])


def push(office: Office, request: Push, report: Report) -> PushAnswer:
    """Take commands from a station; sent again they get the same receipts.

    `report` is told of an error of the program; the command it stopped at is parked.
    """
    with office.register.reading() as reading:
        known = station_of_epoch(reading, request.station, request.epoch)
        if isinstance(known, Finding):
            return PushAnswer(stopped=known)
        if request.seen and (set_back := _set_back(reading, request.seen)):
            return PushAnswer(stopped=set_back)
    pushing = _Pushing(office, request, known, report)
    pushing.take(request.commands)
    pushing.settle_waiting()
    return pushing.answer(request.unsettled)


def _set_back(reading: Reading, seen: Seen) -> Finding | None:
    """Say so if the office's chain does not contain what the station saw of it."""
    there = reading.lies_on_chain(Head(seen.seq, bytes.fromhex(seen.hash)))
    return None if there else blocks(SyncCode.SERVER_SET_BACK, seq=seen.seq)


class _Pushing:
    """One push of one station."""

    def __init__(self, office: Office, request: Push, known: StationState, report: Report) -> None:
        self._office = office
        self._station, self._epoch = request.station, request.epoch
        self._public_key = bytes.fromhex(known.public_key)
        self._report = report
        self._receipts: list[SignedText] = []
        self._stopped: Finding | None = None

    def take(self, commands: Sequence[SignedText]) -> None:
        """Take commands until one stops the push."""
        opened = [(sent, sent.opened(StationCommand, self._public_key)) for sent in commands]
        while opened and self._stopped is None:
            opened = self._take_some(opened)

    def _take_some(
        self, sent: list[tuple[SignedText, StationCommand | Finding]]
    ) -> list[tuple[SignedText, StationCommand | Finding]]:
        """Take commands in one commit, up to the next one that is slow; return the rest."""
        prepared = self._prepared(sent[0][1])
        with self._office.register.writing() as writing:
            for index, (signed, opened) in enumerate(sent):
                if isinstance(opened, Finding):
                    self._stopped = opened
                    return []
                if index and opened.command.body.kind in SLOW:
                    return sent[index:]
                self._take_one(writing, signed, opened, prepared if index == 0 else None)
                if self._stopped is not None:
                    return []
        return []

    def _take_one(
        self,
        writing: Writing,
        signed: SignedText,
        sent: StationCommand,
        prepared: Prepared | BaseException | None,
    ) -> None:
        end = self._end(writing)
        seq, own_hash = sent.command.seq or 0, digest(signed)
        known = writing.station_command(self._station, self._epoch, seq) if seq <= end.seq else None
        standing = place(end, sent.command, own_hash, known.hash if known else "")
        if isinstance(standing, Known) and known is not None:
            self._receipts.append(SignedText.model_validate_json(known.receipt))
        elif isinstance(standing, Finding):
            self._stopped = standing
            if standing.code == SyncCode.STATION_FORKED:
                freeze_station(self._office, writing, self._station, self._epoch, seq)
        else:
            settled = self._settled(writing, sent, prepared)
            receipt = self._receipt(writing, sent, own_hash, settled)
            self._receipts.append(receipt)
            writing.keep_station_command(self._row(sent, own_hash, settled, signed, receipt))

    def settle_waiting(self) -> None:
        """Try again what waited for a file, or for a command that is settled now."""
        after = 0
        while waiting := self._waiting(after):
            for row in waiting:
                after = row.seq
                self._try_again(row)

    def _waiting(self, after: int) -> list[StationCommandRow]:
        with self._office.register.reading() as reading:
            return reading.station_commands(
                self._station, self._epoch, [Outcome.WAITING.value], after
            )

    def _try_again(self, row: StationCommandRow) -> None:
        signed = SignedText.model_validate_json(row.sent)
        sent = signed.opened(StationCommand, self._public_key)
        if isinstance(sent, Finding):
            return
        prepared = self._prepared(sent)
        with self._office.register.writing() as writing:
            settled = self._settled(writing, sent, prepared)
            if settled.outcome is Outcome.WAITING:
                return
            receipt = self._receipt(writing, sent, row.hash, settled)
            writing.settle_station_command(self._row(sent, row.hash, settled, signed, receipt))

    def answer(self, unsettled: Sequence[int]) -> PushAnswer:
        """Return the receipts of what was sent and of what was asked for, as they are now."""
        with self._office.register.reading() as reading:
            asked = [reading.station_command(self._station, self._epoch, seq) for seq in unsettled]
            expected = self._end(reading).seq + 1
        receipts = [SignedText.model_validate_json(row.receipt) for row in asked if row]
        return PushAnswer(
            receipts=(*self._receipts, *receipts), stopped=self._stopped, expected=expected
        )

    def _settled(
        self, writing: Writing, sent: StationCommand, prepared: Prepared | BaseException | None
    ) -> _Settled:
        """Settle a command; whatever the program stops at is undone and parked."""
        command = sent.command
        _, revision = read_case(writing, command.stream.id)
        mended = self._mended(writing, sent)
        if isinstance(mended, Finding):
            return _Settled(Outcome.REJECTED, revision, (mended,))
        if waits := waits_for(sent, self._unsettled(writing, mended), self._missing(sent)):
            return _Settled(Outcome.WAITING, revision, (waits,))
        try:
            with writing.savepoint():
                if mended is not None:
                    self._close(writing, mended)
                if sent.how is Mending.CANCEL:
                    return _Settled(Outcome.APPLIED, revision)
                return self._applied(writing, command, revision, prepared)
        except RegisterFailure:
            raise
        except Exception as error:  # noqa: BLE001 -- one poisoned command must not stop the others
            self._report(error)
            parked = blocks(SyncCode.COMMAND_PARKED, reference=str(command.id)[-8:].upper())
            return _Settled(Outcome.PARKED, revision, (parked,))

    def _applied(
        self,
        writing: Writing,
        command: Command,
        revision: int,
        prepared: Prepared | BaseException | None,
    ) -> _Settled:
        if isinstance(prepared, BaseException):
            raise prepared
        operator = named_stream(self._office.id, "operator", command.operator)
        person, _ = read_state(writing, operator, OperatorState)
        refused = self._refusal(writing, command, person)
        if refused or person is None:
            return _Settled(Outcome.REJECTED, revision, refused)
        body: CaseBody = command.body  # pyright: ignore[reportAssignmentType] -- ALONE are of cases
        state, _ = read_case(writing, command.stream.id)
        if unknown := unknown_case(command, state):
            return _Settled(Outcome.REJECTED, revision, (unknown,))
        if prepared is None:
            prepared = prepare(self._office, command.stream.id, state, body)
        actor = Actor(command.operator, tuple(role.value for role in person.roles))
        own = writing.settled_revision(
            self._station, self._epoch, command.stream.id, Outcome.APPLIED.value
        )
        settling = Settling(self._office, command, body, actor, prepared)
        receipt = settle(settling, writing, expected_revision(command, revision, own))
        return _read(receipt, self._flags(command, person))

    def _refusal(
        self, writing: Writing, command: Command, person: OperatorState | None
    ) -> tuple[Finding, ...]:
        theirs = (command.office, command.station, command.epoch, command.stream.kind)
        if theirs != (self._office.id, self._station, self._epoch, "case") or person is None:
            return (blocks(EngineCode.COMMAND_NOT_YOURS),)
        if Role.SERVICE in person.roles:
            return (blocks(EngineCode.COMMAND_NOT_YOURS),)
        if refused := online_only(command):
            return (refused,)
        if earlier_receipt(writing, self._office, command):
            return (blocks(EngineCode.COMMAND_ID_REUSED),)
        return policy_finding(self._office, writing, command.body.kind)

    def _flags(self, command: Command, person: OperatorState) -> tuple[Finding, ...]:
        """Return what a person should know about how a command was captured."""
        flags: list[Finding] = []
        if not person.active or person.must_change_password:
            flags.append(warns(SyncCode.CAPTURED_BY_FORMER_OPERATOR, user=command.operator))
        ahead = command.at - self._office.now()
        if ahead > _MOST_SKEW:
            flags.append(warns(SyncCode.CLOCK_WRONG, seconds=int(ahead.total_seconds())))
        return tuple(flags)

    def _prepared(self, sent: StationCommand | Finding) -> Prepared | BaseException | None:
        """Look at the file of a slow command before its transaction; what fails is told in it."""
        if isinstance(sent, Finding) or sent.command.body.kind not in SLOW or self._missing(sent):
            return None
        case = sent.command.stream.id
        with self._office.register.reading() as reading:
            state, _ = read_case(reading, case)
        body: CaseBody = sent.command.body  # pyright: ignore[reportAssignmentType] -- as above
        try:
            return prepare(self._office, case, state, body)
        except RegisterFailure:
            raise
        except Exception as error:  # noqa: BLE001 -- it is raised again where it can be parked
            return error

    def _mended(self, reading: Reading, sent: StationCommand) -> StationCommandRow | Finding | None:
        if sent.mends is None or sent.how is None:
            return None
        row = reading.station_command(self._station, self._epoch, sent.mends)
        if row and row.stream_id == sent.command.stream.id and Outcome(row.outcome) in MENDABLE:
            return row
        return blocks(SyncCode.NOTHING_TO_MEND, seq=sent.mends)

    def _close(self, writing: Writing, row: StationCommandRow) -> None:
        """Record that a later command took this one's place."""
        signed = SignedText.model_validate_json(row.sent)
        sent = signed.opened(StationCommand, self._public_key)
        if isinstance(sent, Finding):
            raise TypeError("a stored command does not open")
        settled = _Settled(Outcome.MENDED, row.revision)
        receipt = self._receipt(writing, sent, row.hash, settled)
        writing.settle_station_command(self._row(sent, row.hash, settled, signed, receipt))

    def _unsettled(self, reading: Reading, mended: StationCommandRow | None) -> dict[UUID, int]:
        outcomes = [outcome.value for outcome in MENDABLE]
        first = reading.first_with_outcome(self._station, self._epoch, outcomes)
        if mended is not None and first.get(mended.stream_id) == mended.seq:
            del first[mended.stream_id]
        return first

    def _missing(self, sent: StationCommand) -> list[BlobRef]:
        return [blob for blob in sent.files() if not self._is_here(blob)]

    def _is_here(self, blob: BlobRef) -> bool:
        try:
            self._office.blobs.read(blob)
        except BlobDamaged:
            return False
        return True

    def _end(self, reading: Reading) -> ChainEnd:
        newest = reading.newest_station_command(self._station, self._epoch)
        return ChainEnd() if newest is None else ChainEnd(*newest)

    def _receipt(
        self, reading: Reading, sent: StationCommand, own_hash: str, settled: _Settled
    ) -> SignedText:
        receipt = PushReceipt(
            station=self._station,
            epoch=self._epoch,
            seq=sent.command.seq or 0,
            command_hash=own_hash,
            outcome=settled.outcome,
            findings=settled.findings,
            stream=sent.command.stream,
            revision=settled.revision,
            result=settled.result,
            position=reading.head().seq,
            at=self._office.now(),
        )
        return to_station(self._office, receipt)

    def _row(
        self,
        sent: StationCommand,
        own_hash: str,
        settled: _Settled,
        signed: SignedText,
        receipt: SignedText,
    ) -> StationCommandRow:
        return StationCommandRow(
            station=self._station,
            epoch=self._epoch,
            seq=sent.command.seq or 0,
            hash=own_hash,
            stream_id=sent.command.stream.id,
            outcome=settled.outcome.value,
            revision=settled.revision,
            sent=signed.model_dump_json().encode(),
            receipt=receipt.model_dump_json().encode(),
        )


def _read(receipt: Receipt, flags: tuple[Finding, ...]) -> _Settled:
    outcome = Outcome(receipt.outcome.value)
    return _Settled(outcome, receipt.revision, (*receipt.findings, *flags), receipt.result)
