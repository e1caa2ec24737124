"""Takes what a station pushes: each command once and in its order, with a signed receipt each.

Commands share a commit as long as nothing slow stands between them; a file is looked at outside of
any transaction. What a command leads to and its receipt are one commit.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from issuance.access.operators import OperatorState
from issuance.access.roles import Role
from issuance.cases.decide import CaseBody
from issuance.cases.guards import Actor
from issuance.commands import Command, Receipt
from issuance.engine.office import Office, named_stream
from issuance.engine.policies import policy_finding
from issuance.engine.preparation import Prepared, prepare
from issuance.engine.settling import Settling, settle, unknown_case
from issuance.engine.station_ledger import StationLedger
from issuance.engine.stations import freeze_station, station_of_epoch, to_station
from issuance.engine.streams import read_case, read_state
from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_store import BlobDamaged
from issuance.findings import Finding, blocks, warns
from issuance.findings.engine import EngineCode
from issuance.findings.sync import SyncCode
from issuance.register.errors import RegisterFailure, failures_explained
from issuance.register.model import Head
from issuance.register.register import Reading, Writing
from issuance.register.station_commands import StationCommandRow
from issuance.stations.server_time import MOST_SKEW, clock_error
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

Report = Callable[[BaseException], object]


class _PoisonedError(Exception):
    """The program stopped at a command that shares its transaction with others."""


@dataclass(frozen=True, slots=True)
class _Settled:
    outcome: Outcome
    revision: int
    findings: tuple[Finding, ...] = ()
    result: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class _Taking:
    """A command that is being taken, and the transaction it is taken in."""

    writing: Writing
    ledger: StationLedger
    sent: StationCommand
    prepared: Prepared | BaseException | None


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
        self._careful = False
        self._end: ChainEnd | None = None
        self._waits = True
        """Whether a command may wait; without new ones nobody has looked."""

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
        together = [sent[0], *takewhile(_is_quick, sent[1:])]
        answered, self._careful = len(self._receipts), False
        try:
            self._take_together(together, prepared)
        except _PoisonedError:
            # One of them is poisoned: each may now be undone alone, which costs more.
            del self._receipts[answered:]
            self._stopped, self._careful = None, True
            self._take_together(together, prepared)
        return sent[len(together) :] if self._stopped is None else []

    def _take_together(
        self,
        sent: Sequence[tuple[SignedText, StationCommand | Finding]],
        prepared: Prepared | BaseException | None,
    ) -> None:
        opened = [each for _, each in sent if isinstance(each, StationCommand)]
        with self._office.register.writing() as writing:
            ledger = StationLedger(self._office, writing, self._station, self._epoch, opened)
            for index, (signed, each) in enumerate(sent):
                if isinstance(each, Finding):
                    self._stopped = each
                    break
                taking = _Taking(writing, ledger, each, prepared if index == 0 else None)
                self._take_one(taking, signed)
                ledger.answered.add(each.command.id)
                if self._stopped is not None:
                    break
            ledger.write()
            waits = bool(ledger.unsettled(None))
        self._end, self._waits = ledger.end, waits

    def _take_one(self, taking: _Taking, signed: SignedText) -> None:
        writing, ledger, sent = taking.writing, taking.ledger, taking.sent
        seq, own_hash = sent.command.seq or 0, digest(signed)
        known = ledger.known(seq) if seq <= ledger.end.seq else None
        standing = place(ledger.end, sent.command, own_hash, known.hash if known else "")
        if isinstance(standing, Known) and known is not None:
            self._receipts.append(SignedText.model_validate_json(known.receipt))
        elif isinstance(standing, Finding):
            self._stopped = standing
            if standing.code == SyncCode.STATION_FORKED:
                freeze_station(self._office, writing, self._station, self._epoch, seq)
        else:
            settled = self._settled(taking)
            receipt = self._receipt(writing, sent, own_hash, settled)
            self._receipts.append(receipt)
            ledger.add(self._row(sent, own_hash, settled, signed, receipt))

    def settle_waiting(self) -> None:
        """Try again what waited for a file, or for a command that is settled now."""
        if not self._waits:
            return
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
        prepared, self._careful = self._prepared(sent), True
        with self._office.register.writing() as writing:
            ledger = StationLedger(self._office, writing, self._station, self._epoch, [sent])
            settled = self._settled(_Taking(writing, ledger, sent, prepared))
            if settled.outcome is Outcome.WAITING:
                return
            receipt = self._receipt(writing, sent, row.hash, settled)
            ledger.settle(self._row(sent, row.hash, settled, signed, receipt))

    def answer(self, unsettled: Sequence[int]) -> PushAnswer:
        """Return the receipts of what was sent and of what was asked for, as they are now."""
        receipts = list(self._receipts)
        if unsettled or self._end is None:
            with self._office.register.reading() as reading:
                asked = [
                    reading.station_command(self._station, self._epoch, seq) for seq in unsettled
                ]
                self._end = self._newest(reading)
            receipts += [SignedText.model_validate_json(row.receipt) for row in asked if row]
        return PushAnswer(
            receipts=tuple(receipts), stopped=self._stopped, expected=self._end.seq + 1
        )

    def _settled(self, taking: _Taking) -> _Settled:
        """Settle a command; whatever the program stops at is undone and parked."""
        command, writing, ledger = taking.sent.command, taking.writing, taking.ledger
        _, revision = read_case(writing, command.stream.id)
        mended = self._mended(ledger, taking.sent)
        if isinstance(mended, Finding):
            return _Settled(Outcome.REJECTED, revision, (mended,))
        unsettled, missing = ledger.unsettled(mended), self._missing(taking.sent)
        if waits := waits_for(taking.sent, unsettled, missing):
            return _Settled(Outcome.WAITING, revision, (waits,))
        try:
            # A database that fails is no fault of the command: then the whole is tried again.
            with failures_explained(), writing.savepoint() if self._careful else nullcontext():
                if mended is not None:
                    self._close(writing, ledger, mended)
                if taking.sent.how is Mending.CANCEL:
                    return _Settled(Outcome.APPLIED, revision)
                return self._applied(taking, revision)
        except RegisterFailure:
            raise
        except Exception as error:
            if not self._careful:
                raise _PoisonedError from error
            self._report(error)
            parked = blocks(SyncCode.COMMAND_PARKED, reference=str(command.id)[-8:].upper())
            return _Settled(Outcome.PARKED, revision, (parked,))

    def _applied(self, taking: _Taking, revision: int) -> _Settled:
        command, writing, prepared = taking.sent.command, taking.writing, taking.prepared
        if isinstance(prepared, BaseException):
            raise prepared
        operator = named_stream(self._office.id, "operator", command.operator)
        person, _ = read_state(writing, operator, OperatorState)
        answered = command.id in taking.ledger.answered
        refused = self._refusal(writing, command, person, answered)
        if refused or person is None:
            return _Settled(Outcome.REJECTED, revision, refused)
        body: CaseBody = command.body  # pyright: ignore[reportAssignmentType] -- ALONE are of cases
        state, _ = read_case(writing, command.stream.id)
        if unknown := unknown_case(command, state):
            return _Settled(Outcome.REJECTED, revision, (unknown,))
        if prepared is None:
            prepared = prepare(self._office, command.stream.id, state, body)
        actor = Actor(command.operator, tuple(role.value for role in person.roles))
        expected = command.base_revision
        if revision != expected:
            own = taking.ledger.applied(command.stream.id)
            expected = expected_revision(command, revision, own)
        settling = Settling(self._office, command, body, actor, prepared)
        receipt = settle(settling, writing, expected)
        return _read(receipt, self._flags(command, person))

    def _refusal(
        self, writing: Writing, command: Command, person: OperatorState | None, answered: bool
    ) -> tuple[Finding, ...]:
        theirs = (command.office, command.station, command.epoch, command.stream.kind)
        if theirs != (self._office.id, self._station, self._epoch, "case") or person is None:
            return (blocks(EngineCode.COMMAND_NOT_YOURS),)
        if Role.SERVICE in person.roles:
            return (blocks(EngineCode.COMMAND_NOT_YOURS),)
        if refused := online_only(command):
            return (refused,)
        if answered:
            return (blocks(EngineCode.COMMAND_ID_REUSED),)
        return policy_finding(self._office, writing, command.body.kind)

    def _flags(self, command: Command, person: OperatorState) -> tuple[Finding, ...]:
        """Return what a person should know about how a command was captured."""
        flags: list[Finding] = []
        if not person.active or person.must_change_password:
            flags.append(warns(SyncCode.CAPTURED_BY_FORMER_OPERATOR, user=command.operator))
        error = abs(clock_error(command.at, command.clock, self._office.now()))
        if error > MOST_SKEW:
            flags.append(warns(SyncCode.CLOCK_WRONG, seconds=int(error.total_seconds())))
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

    def _mended(
        self, ledger: StationLedger, sent: StationCommand
    ) -> StationCommandRow | Finding | None:
        if sent.mends is None or sent.how is None:
            return None
        row = ledger.known(sent.mends)
        if row and row.stream_id == sent.command.stream.id and Outcome(row.outcome) in MENDABLE:
            return row
        return blocks(SyncCode.NOTHING_TO_MEND, seq=sent.mends)

    def _close(self, writing: Writing, ledger: StationLedger, row: StationCommandRow) -> None:
        """Record that a later command took this one's place."""
        signed = SignedText.model_validate_json(row.sent)
        sent = signed.opened(StationCommand, self._public_key)
        if isinstance(sent, Finding):
            raise TypeError("a stored command does not open")
        settled = _Settled(Outcome.MENDED, row.revision)
        receipt = self._receipt(writing, sent, row.hash, settled)
        ledger.settle(self._row(sent, row.hash, settled, signed, receipt))

    def _missing(self, sent: StationCommand) -> list[BlobRef]:
        return [blob for blob in sent.files() if not self._is_here(blob)]

    def _is_here(self, blob: BlobRef) -> bool:
        try:
            self._office.blobs.read(blob)
        except BlobDamaged:
            return False
        return True

    def _newest(self, reading: Reading) -> ChainEnd:
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


def _is_quick(sent: tuple[SignedText, StationCommand | Finding]) -> bool:
    opened = sent[1]
    return isinstance(opened, Finding) or opened.command.body.kind not in SLOW


def _read(receipt: Receipt, flags: tuple[Finding, ...]) -> _Settled:
    outcome = Outcome(receipt.outcome.value)
    return _Settled(outcome, receipt.revision, (*receipt.findings, *flags), receipt.result)
