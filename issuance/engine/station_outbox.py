"""A station's commands that have no final receipt: durable, in their order, beside its copy."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuance.commands import Body
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.register.register import Reading, Register, Writing
from issuance.register.station_commands import StationCommandRow
from issuance.stations.capture_receipt import CaptureReceipt
from issuance.stations.signed import SignedText
from issuance.sync.push import (
    MENDABLE,
    MOST_COMMANDS,
    ChainEnd,
    Outcome,
    PushAnswer,
    PushReceipt,
    StationCommand,
    digest,
)

UNSETTLED: Final = (Outcome.PENDING.value, Outcome.WAITING.value)
"""What counts here as if it were done."""
_REFUSED: Final = tuple(each.value for each in MENDABLE if each is not Outcome.WAITING)
_IN_ITS_PLACE: Final = frozenset({Outcome.APPLIED, Outcome.REJECTED, Outcome.CONFLICT})
"""With these outcomes a mending command has taken the other's place, whatever became of it."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Who a station is: its office, its epoch, its own key, and the key that signs receipts."""

    office: UUID
    station: UUID
    epoch: UUID
    key: Ed25519PrivateKey
    server_key: bytes


class StationOutbox:
    """The commands of one enrolment, in the register that holds what the server confirmed."""

    def __init__(self, confirmed: Register, enrolment: Enrolment) -> None:
        self._confirmed = confirmed
        self._enrolment = enrolment

    def keep(self, sent: StationCommand, noted: bytes) -> None:
        """Keep a command, signed; `noted` is what was found in its file."""
        command, signed = sent.command, SignedText.of(sent, self._enrolment.key)
        row = StationCommandRow(
            station=self._enrolment.station,
            epoch=self._enrolment.epoch,
            seq=command.seq or 0,
            hash=digest(signed),
            stream_id=command.stream.id,
            outcome=Outcome.PENDING.value,
            revision=0,
            sent=signed.model_dump_json().encode(),
            noted=noted,
        )
        with self._confirmed.writing() as writing:
            writing.keep_station_command(row)

    def end(self) -> ChainEnd:
        """Return number and hash of the newest command."""
        with self._confirmed.reading() as reading:
            newest = reading.newest_station_command(self._enrolment.station, self._enrolment.epoch)
        return ChainEnd() if newest is None else ChainEnd(*newest)

    def row(self, seq: int) -> StationCommandRow:
        """Return a command by its number; raises ValueError where none was given it."""
        with self._confirmed.reading() as reading:
            row = reading.station_command(self._enrolment.station, self._enrolment.epoch, seq)
        if row is None:
            raise ValueError(f"command {seq} was never given here")
        return row

    def rows(self, *outcomes: str) -> list[StationCommandRow]:
        """Return the commands with these outcomes in their order."""
        rows: list[StationCommandRow] = []
        with self._confirmed.reading() as reading:
            while page := self._page(reading, outcomes, rows[-1].seq if rows else 0):
                rows += page
        return rows

    def unsent(self) -> tuple[SignedText, ...]:
        """Return the next commands the server has not answered, in their order."""
        with self._confirmed.reading() as reading:
            rows = self._page(reading, (Outcome.PENDING.value,), 0)[:MOST_COMMANDS]
        return tuple(SignedText.model_validate_json(row.sent) for row in rows)

    def unsettled(self) -> tuple[SignedText, ...]:
        """Return every command that has no final receipt, in their order."""
        return tuple(SignedText.model_validate_json(row.sent) for row in self.rows(*UNSETTLED))

    def unanswered(self, after: int = 0) -> tuple[int, ...]:
        """Return numbers whose final outcome the server still owes: those after one, in a circle.

        Many may wait for a person: the rest must hear of theirs all the same.
        """
        waiting = [row.seq for row in self.rows(Outcome.WAITING.value)]
        later = [seq for seq in waiting if seq > after]
        return tuple((later or waiting)[:MOST_COMMANDS])

    def files(self) -> tuple[BlobRef, ...]:
        """Return the files of what waits, those of the next push first and its smallest before."""
        files: dict[str, BlobRef] = {}
        rows = self.rows(*UNSETTLED)
        for start in range(0, len(rows), MOST_COMMANDS):
            pushed = rows[start : start + MOST_COMMANDS]
            named = (blob for row in pushed for blob in read_command(row).files())
            for blob in sorted(named, key=lambda blob: blob.length):
                files.setdefault(blob.sha256, blob)
        return tuple(files.values())

    def told(self) -> tuple[tuple[StationCommand, PushReceipt | None], ...]:
        """Return every command that is not applied, with what the server said of it."""
        settled = {Outcome.APPLIED, Outcome.MENDED}
        outcomes = [each.value for each in Outcome if each not in settled]
        return tuple((read_command(row), self.receipt(row)) for row in self.rows(*outcomes))

    def receipt(self, row: StationCommandRow) -> PushReceipt | None:
        """Return what the server said of a command, if it has said anything."""
        if not row.receipt:
            return None
        signed = SignedText.model_validate_json(row.receipt)
        receipt = signed.opened(PushReceipt, self._enrolment.server_key)
        return receipt if isinstance(receipt, PushReceipt) else None

    def superseded(self, body: Body, stream: UUID) -> int | None:
        """Return the refused command whose place another one of its kind takes, in the same case.

        Of photos and documents only one in the same slot.
        """
        for row in self.rows(*_REFUSED):
            former = read_command(row).command
            if former.stream.id == stream and _place(former.body) == _place(body):
                return row.seq
        return None

    def capture_receipt(self, case: UUID, number: str) -> tuple[CaptureReceipt, str] | None:
        """Return the receipt for an applicant with its code; None where nothing of a case waits."""
        rows = [row for row in self.rows(*UNSETTLED) if row.stream_id == case]
        if not rows:
            return None
        last = rows[-1]
        receipt = CaptureReceipt(
            station=last.station,
            epoch=last.epoch,
            seq=last.seq,
            command_hash=last.hash,
            case=case,
            number=number,
            at=read_command(last).command.at,
        )
        return receipt, receipt.code(self._enrolment.key)

    def note(self, answer: PushAnswer) -> Finding | None:
        """Keep the receipts of a push; a wrong signature is a finding and changes nothing."""
        receipts: list[tuple[SignedText, PushReceipt]] = []
        for signed in answer.receipts:
            receipt = signed.opened(PushReceipt, self._enrolment.server_key)
            if isinstance(receipt, Finding):
                return receipt
            receipts.append((signed, receipt))
        with self._confirmed.writing() as writing:
            for signed, receipt in receipts:
                _note_one(writing, signed, receipt)
        return answer.stopped

    def _page(
        self, reading: Reading, outcomes: Sequence[str], after: int
    ) -> list[StationCommandRow]:
        enrolment = self._enrolment
        return reading.station_commands(enrolment.station, enrolment.epoch, outcomes, after)


def read_command(row: StationCommandRow) -> StationCommand:
    """Read a command of one's own; its signature is for others."""
    return StationCommand.model_validate_json(SignedText.model_validate_json(row.sent).text)


def _place(body: Body) -> tuple[str, str]:
    return body.kind, str(getattr(body, "slot", ""))


def _note_one(writing: Writing, signed: SignedText, receipt: PushReceipt) -> None:
    row = writing.station_command(receipt.station, receipt.epoch, receipt.seq)
    if row is None or row.hash != receipt.command_hash:
        return
    outcome, octets = receipt.outcome, signed.model_dump_json().encode()
    writing.settle_station_command(
        replace(row, outcome=outcome.value, revision=receipt.revision, receipt=octets)
    )
    mends = read_command(row).mends
    if mends is not None and outcome in _IN_ITS_PLACE:
        mended = writing.station_command(receipt.station, receipt.epoch, mends)
        if mended is not None:
            writing.settle_station_command(replace(mended, outcome=Outcome.MENDED.value))
