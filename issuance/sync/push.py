"""What a station sends and hears back: the rules of the push, as pure functions.

The commands of one enrolment (an epoch) form a chain: each has the next number and the hash of the
one before. The server applies them in that order and each once; whatever becomes of one, the queue
goes on, and only the commands of the same case wait behind it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Final
from uuid import UUID

from pydantic import Field

from issuance.commands import Command
from issuance.findings import Finding, blocks
from issuance.findings.sync import SyncCode
from issuance.model import Count, Frozen, Identifier, Instant
from issuance.stations.signed import Signable, SignedText
from issuance.streams import StreamRef

MOST_COMMANDS: Final = 100
MOST_CHARACTERS: Final = 1 << 20
NOTHING_BEFORE: Final = "0" * 64
"""What the first command of an epoch names as the hash before it."""

ALONE: Final = frozenset({
    "open_case", "amend_application", "capture_evidence", "claim_exemption", "record_payment",
    "record_billing",
})  # fmt: skip
"""What a station may record by itself; everything else waits for the server."""


class StationCommand(Signable):
    """A command as its station signed it."""

    SIGNED_AS: ClassVar[str] = "command 1"
    command: Command


class Outcome(StrEnum):
    """What became of a pushed command."""

    APPLIED = "applied"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    PARKED = "parked"
    WAITING = "waiting"

    @property
    def final(self) -> bool:
        """Tell whether nothing more will become of it by itself."""
        return self in {Outcome.APPLIED, Outcome.REJECTED, Outcome.CONFLICT}


class PushReceipt(Signable):
    """The server's word about a command; only after it a station may forget its own copy."""

    SIGNED_AS: ClassVar[str] = "receipt 1"
    station: Identifier
    epoch: Identifier
    seq: Count
    command_hash: str
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    stream: StreamRef
    revision: Count
    result: dict[str, str] = {}
    position: Count
    at: Instant


class Push(Frozen):
    """Commands of one epoch in their order, and the last checkpoint the station has seen."""

    station: Identifier
    epoch: Identifier
    commands: Annotated[tuple[SignedText, ...], Field(max_length=MOST_COMMANDS)]
    seen: Count = 0


class PushAnswer(Frozen):
    """Receipts of the commands that were taken, and what stopped the others, if anything."""

    receipts: tuple[SignedText, ...]
    stopped: Finding | None = None
    expected: Count


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The newest command a server has of an epoch: its number and hash, 0 before the first."""

    seq: int = 0
    hash: str = NOTHING_BEFORE


@dataclass(frozen=True, slots=True)
class Known:
    """A command that was taken before: its receipt is the answer."""

    seq: int


def place(end: ChainEnd, command: Command, known_hash: str | None) -> Known | Finding | None:
    """Say whether a command continues the chain (None), is known, or stops the push.

    `known_hash` is that of the command the server has under this number, if it has one.
    """
    seq = command.seq or 0
    digest = command.digest().hex()
    if 0 < seq <= end.seq:
        return Known(seq) if digest == known_hash else blocks(SyncCode.STATION_FORKED, seq=seq)
    if seq != end.seq + 1:
        return blocks(SyncCode.COMMAND_MISSING, expected=end.seq + 1)
    if command.prev != end.hash:
        return blocks(SyncCode.STATION_FORKED, seq=seq)
    return None


def continued(end: ChainEnd, command: Command) -> ChainEnd:
    """Return the chain's end once it has this command."""
    return ChainEnd(end.seq + 1, command.digest().hex())


def waits_for(
    command: Command,
    unsettled: Mapping[UUID, int],
    files_here: Collection[str],
) -> Finding | None:
    """Say what a command waits for: an earlier one of its case, or a file.

    `unsettled` gives the first unsettled command of each stream, `files_here` the SHA-256 of the
    command's files that have arrived.
    """
    earlier = unsettled.get(command.stream.id)
    if earlier is not None and earlier < (command.seq or 0):
        return blocks(SyncCode.WAITS_FOR_COMMAND, seq=earlier)
    for blob in command.blobs:
        if blob.sha256 not in files_here:
            return blocks(SyncCode.WAITS_FOR_FILE, sha256=blob.sha256)
    return None


def online_only(command: Command) -> Finding | None:
    """Refuse what no station may record by itself."""
    kind = command.body.kind
    return None if kind in ALONE else blocks(SyncCode.ONLINE_ONLY, kind=kind)


def expected_revision(command: Command, current: int, after_own: int | None) -> int:
    """Return the revision at which a pushed command may be settled.

    A station counts its own provisional events, which may be others than the server's. So what
    counts is that nobody else wrote to the stream since: `after_own` is its revision after the
    station's last settled command on it, None where there is none since `base_revision`.
    """
    return current if current == after_own else command.base_revision
