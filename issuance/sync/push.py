"""What a station sends and hears back: the rules of the push, as pure functions.

The commands of one enrolment (an epoch) form a chain: each has the next number and the hash of the
one before. The server applies them in that order and each once; whatever becomes of one, the queue
goes on, and only the commands of the same case wait behind it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Final
from uuid import UUID

from pydantic import Field

from issuance.commands import Command
from issuance.evidence.blob import BlobRef
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
    "record_billing", "revoke_certificate",
})  # fmt: skip
"""What a station may record by itself; everything else waits for the server."""


class Mending(StrEnum):
    """What a later command does about one that was not applied."""

    RETRY = "retry"
    CORRECT = "correct"
    CANCEL = "cancel"
    """Gives the other up; of its own body nothing is done."""


class StationCommand(Signable):
    """A command as its station signed it; it may mend an earlier one, named by its number."""

    SIGNED_AS: ClassVar[str] = "command 1"
    command: Command
    mends: Count | None = None
    how: Mending | None = None

    def files(self) -> tuple[BlobRef, ...]:
        """Return the files the command is about."""
        named = (getattr(self.command.body, name) for name in type(self.command.body).model_fields)
        return (*self.command.blobs, *(each for each in named if isinstance(each, BlobRef)))


class Outcome(StrEnum):
    """What became of a pushed command."""

    APPLIED = "applied"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    PARKED = "parked"
    WAITING = "waiting"
    MENDED = "mended"
    """A later command took its place."""
    PENDING = "pending"
    """At the station only: the server has not answered yet."""


MENDABLE: Final = frozenset({Outcome.REJECTED, Outcome.CONFLICT, Outcome.PARKED, Outcome.WAITING})
"""What a later command may mend; until then the commands of the same case wait behind it."""


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


class Seen(Frozen):
    """The end of the office's chain as the station last saw it; so every station is a witness."""

    seq: Count
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Push(Frozen):
    """Commands of one epoch in their order; `unsettled` are those whose outcome is asked again."""

    station: Identifier
    epoch: Identifier
    commands: Annotated[tuple[SignedText, ...], Field(max_length=MOST_COMMANDS)] = ()
    unsettled: Annotated[tuple[Count, ...], Field(max_length=MOST_COMMANDS)] = ()
    seen: Seen | None = None


class PushAnswer(Frozen):
    """Receipts of what was taken or asked for; `stopped` says why the rest was not taken.

    `expected` is the number of the next command.
    """

    receipts: tuple[SignedText, ...] = ()
    stopped: Finding | None = None
    expected: Count = 0


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The newest command a server has of an epoch: its number and hash, 0 before the first."""

    seq: int = 0
    hash: str = NOTHING_BEFORE


@dataclass(frozen=True, slots=True)
class Known:
    """A command that was taken before: its receipt is the answer."""

    seq: int


def digest(sent: SignedText) -> str:
    """Return the hash by which the next command names this one (SHA-256, hexadecimal)."""
    return hashlib.sha256(sent.text.encode()).hexdigest()


def place(
    end: ChainEnd, command: Command, own_hash: str, known_hash: str
) -> Known | Finding | None:
    """Say whether a command continues the chain (None), is known, or stops the push.

    `known_hash` is that of the command the server has under this number, empty where it has none.
    """
    seq = command.seq or 0
    if 0 < seq <= end.seq:
        return Known(seq) if own_hash == known_hash else blocks(SyncCode.STATION_FORKED, seq=seq)
    if seq != end.seq + 1:
        return blocks(SyncCode.COMMAND_MISSING, expected=end.seq + 1)
    if command.prev != end.hash:
        return blocks(SyncCode.STATION_FORKED, seq=seq)
    return None


def waits_for(
    sent: StationCommand, unsettled: Mapping[UUID, int], missing: Sequence[BlobRef]
) -> Finding | None:
    """Say what a command waits for: an earlier one of its case, or a file.

    `unsettled` gives the number of the first unsettled command of each stream; `missing` are the
    command's files that have not arrived.
    """
    earlier = unsettled.get(sent.command.stream.id)
    if earlier is not None and earlier < (sent.command.seq or 0):
        return blocks(SyncCode.WAITS_FOR_COMMAND, seq=earlier)
    if missing:
        return blocks(SyncCode.WAITS_FOR_FILE, sha256=missing[0].sha256)
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
