"""What happened at the log-in before the register was open: a bounded file of JSON lines.

It is chained into the register at the next opening: `drain`, commit, then `clear`. No name is
kept that is not a user's of this office: people type passwords into the wrong field.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from issuance.access.attempts import AttemptCause
from issuance.access.durable_file import exclusive, replace_file, sync_folder, write_finding
from issuance.access.strict_json import Fields, UnexpectedJsonError, parse
from issuance.findings import Finding

FILE_NAME: Final = "attempts.jsonl"
CAPACITY: Final = 256
_LARGEST_FILE: Final = CAPACITY * 512


@dataclass(frozen=True, slots=True)
class SpooledAttempt:
    """One failed attempt; user and time are None where they are not known."""

    at: datetime | None
    user: str | None
    cause: AttemptCause


class Spool:
    """The spool of the office in a folder; safe with several processes."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME

    def append(self, attempt: SpooledAttempt) -> Finding | None:
        """Add one attempt durably; a full spool keeps its first entries and says it was full."""
        try:
            with exclusive(self._path):
                lines = self._lines()
                if len(lines) >= CAPACITY:
                    return None
                if len(lines) == CAPACITY - 1:
                    attempt = SpooledAttempt(attempt.at, None, AttemptCause.SPOOL_FULL)
                self._add_line(_line(attempt))
        except OSError as error:
            return write_finding(error, self._path)
        return None

    def drain(self) -> tuple[SpooledAttempt, ...]:
        """Return all entries, oldest first; they stay until `clear`."""
        return tuple(_attempt(line) for line in self._lines())

    def clear(self, count: int) -> Finding | None:
        """Forget the first `count` entries: those that were drained, not those that came since."""
        try:
            with exclusive(self._path):
                kept = self._lines()[count:]
                replace_file(self._path, b"".join(line + b"\n" for line in kept))
        except OSError as error:
            return write_finding(error, self._path)
        return None

    def _lines(self) -> list[bytes]:
        try:
            with self._path.open("rb") as file:
                return file.read(_LARGEST_FILE).splitlines()[:CAPACITY]
        except FileNotFoundError:
            return []

    def _add_line(self, line: bytes) -> None:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        descriptor = os.open(self._path, flags, 0o600)
        try:
            end = os.fstat(descriptor).st_size
            # After a crash in the middle of a line the next one must not be lost with it.
            torn = end > 0 and os.pread(descriptor, 1, end - 1) != b"\n"
            os.write(descriptor, (b"\n" if torn else b"") + line + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_folder(self._path.parent)


def _line(attempt: SpooledAttempt) -> bytes:
    at = attempt.at and attempt.at.isoformat()
    return json.dumps({"at": at, "user": attempt.user, "cause": attempt.cause.value}).encode()


def _attempt(line: bytes) -> SpooledAttempt:
    try:
        fields = Fields(parse(line, _LARGEST_FILE), ("at", "user", "cause"))
        return SpooledAttempt(
            fields.moment("at"),
            fields.text_or_none("user", 31),
            AttemptCause(fields.text("cause", 20)),
        )
    except (UnexpectedJsonError, ValueError):
        return SpooledAttempt(None, None, AttemptCause.UNREADABLE)
