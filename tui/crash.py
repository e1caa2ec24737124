"""What is kept of an internal error: enough to find its cause, nothing of the people in the case.

An exception's message and its frames' variables may quote what was typed (a code, a password), so
neither is written: only types, files, lines and the program's own source text.
"""

import os
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from tui.translation import N_, Translator

EXIT_SOFTWARE = 70
"""`EX_SOFTWARE` of sysexits.h: an internal error."""

_APOLOGY = N_(
    "Internal error {reference}. What was accepted is saved. Start Ventanilla again and give this"
    " reference to your administrator."
)


class CrashLog:
    """Appends internal errors to a file only its owner can read.

    Args:
        path: where to append; its folder must exist.
        now: tells the time.
        new_reference: makes the short reference told to the operator.
    """

    def __init__(
        self, path: Path, now: Callable[[], datetime], new_reference: Callable[[], str]
    ) -> None:
        self._path = path
        self._now = now
        self._new_reference = new_reference

    def record(self, error: BaseException | None) -> str:
        """Append the error and return its reference; a full disk costs the entry, not the exit."""
        reference = self._new_reference()
        entry = [f"{self._now().isoformat()} {reference}", *describe(error), ""]
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8") as log:
                log.write("\n".join(entry) + "\n")
        except OSError:
            pass
        return reference


def describe(error: BaseException | None) -> Iterator[str]:
    """Yield lines on an error and what it came from: types and places, no values."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield type(error).__qualname__
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} {frame.name}: {frame.line or ''}"
        error = error.__cause__ or error.__context__


def apology(reference: str, translate: Translator) -> str:
    """Return what the operator is told."""
    return translate(_APOLOGY, reference=reference)
