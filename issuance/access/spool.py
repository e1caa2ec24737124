"""What happened at the log-in before the register was open: a bounded file of JSON lines.

It is chained into the register at the next opening: `set_aside` makes a batch of it, whose id goes
into the register with it, and `forget` removes the batch. No name is kept that is not a user's of
this office: people type passwords into the wrong field.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from issuance.access.attempts import AttemptCause
from issuance.access.durable_file import exclusive, sync_folder, write_finding
from issuance.access.strict_json import Fields, UnexpectedJsonError, parse
from issuance.findings import Finding

_STEM: Final = "attempts"
_ENDING: Final = ".jsonl"
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
        self._path = folder / f"{_STEM}{_ENDING}"

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

    def set_aside(self, batch: UUID) -> UUID | None:
        """Begin a new spool; return the batch to chain now, an interrupted opening's first.

        Raises:
            OSError: the folder cannot be written, or another process holds the spool too long.
        """
        with exclusive(self._path):
            if waiting := self._batches():
                return waiting[0]
            if not self._lines():
                return None
            self._path.rename(self._batch_path(batch))
            sync_folder(self._path.parent)
        return batch

    def attempts(self, batch: UUID | None = None) -> tuple[SpooledAttempt, ...]:
        """Return the entries of a batch, or those not set aside yet; oldest first."""
        return tuple(_attempt(line) for line in self._lines(batch))

    def forget(self, batch: UUID) -> None:
        """Remove a batch that is in the register; raises OSError."""
        self._batch_path(batch).unlink(missing_ok=True)
        sync_folder(self._path.parent)

    def _batches(self) -> list[UUID]:
        paths = self._path.parent.glob(f"{_STEM}.*{_ENDING}")
        found = {path: _identifier(path.name.split(".")[1]) for path in paths}
        # A UUID can be written in several ways; only a file we named can be removed by its id.
        return sorted(
            each for path, each in found.items() if each and self._batch_path(each) == path
        )

    def _batch_path(self, batch: UUID) -> Path:
        return self._path.with_name(f"{_STEM}.{batch}{_ENDING}")

    def _lines(self, batch: UUID | None = None) -> list[bytes]:
        path = self._batch_path(batch) if batch else self._path
        try:
            with path.open("rb") as file:
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


def _identifier(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
