"""What the register raises when its file, its lock or its place on disk fails.

    RegisterFailure
    ├── RegisterUnreadable   wrong key, damaged, missing, another office's, newer
    ├── RegisterUnavailable  busy, disk full, not writable
    └── RevisionConflict     somebody else changed the stream meanwhile

Each carries a finding, so that the caller can answer a person with it.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError

from issuance.findings import Finding, blocks
from issuance.findings.register import RegisterCode
from issuance.streams import StreamRef


class RegisterFailure(Exception):  # noqa: N818  (a family, named by what happened)
    """Base of all; `finding` says what to tell."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


class RegisterUnreadable(RegisterFailure):
    """The register cannot be opened or part of it cannot be read."""


class RegisterUnavailable(RegisterFailure):
    """The register cannot be used just now; nothing was changed."""


class RevisionConflict(RegisterFailure):
    """A stream is not at the revision the caller expected."""

    def __init__(self, ref: StreamRef, expected: int) -> None:
        super().__init__(blocks(RegisterCode.REVISION_CONFLICT))
        self.ref = ref
        self.expected = expected


# Primary result codes: https://www.sqlite.org/rescode.html
_FAILURES: Final[dict[int, tuple[type[RegisterFailure], RegisterCode]]] = {
    5: (RegisterUnavailable, RegisterCode.REGISTER_BUSY),
    6: (RegisterUnavailable, RegisterCode.REGISTER_BUSY),
    8: (RegisterUnavailable, RegisterCode.REGISTER_NOT_WRITABLE),
    10: (RegisterUnreadable, RegisterCode.REGISTER_UNREADABLE),
    11: (RegisterUnreadable, RegisterCode.REGISTER_UNREADABLE),
    13: (RegisterUnavailable, RegisterCode.REGISTER_DISK_FULL),
    14: (RegisterUnavailable, RegisterCode.REGISTER_NOT_WRITABLE),
    26: (RegisterUnreadable, RegisterCode.REGISTER_UNREADABLE),
}


@contextmanager
def failures_explained() -> Generator[None]:
    """Turn the database's errors that are no bugs of ours into a `RegisterFailure`."""
    try:
        yield
    except DBAPIError as error:
        known = _known_failure(error)
        if known is None:
            raise
        failure, finding = known
        raise failure(blocks(finding)) from error


def _known_failure(
    error: BaseException | None,
) -> tuple[type[RegisterFailure], RegisterCode] | None:
    """Look behind the error too: a full disk undoes all, and then the savepoint is missing."""
    while error is not None:
        code: int = getattr(error, "sqlite_errorcode", 0)
        if known := _FAILURES.get(code & 0xFF):
            return known
        error = error.__context__
    return None
