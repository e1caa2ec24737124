"""What checker and child say to each other: a line of JSON, then as many bytes as it announces."""

from typing import IO, Annotated, Final, Literal

from pydantic import Field

from issuance.evidence.report import DocumentReport, PhotoReport
from issuance.evidence.rules import DocumentRule, PhotoRule
from issuance.model import Frozen

READY: Final = b"ready\n"
"""The child's first line, once everything is imported and the limits are set."""

_MAXIMUM_LINE: Final = 64 * 1024
_MAXIMUM_ANSWER: Final = 64 * 1024 * 1024


class PhotoTask(Frozen):
    """Check a photo."""

    kind: Literal["photo"] = "photo"
    rule: PhotoRule


class DocumentTask(Frozen):
    """Check a PDF, or a proof of payment that may be a JPEG too."""

    kind: Literal["document", "proof"]
    rule: DocumentRule


class PreviewTask(Frozen):
    """Show a photo as a small upright picture."""

    kind: Literal["preview"] = "preview"
    maximum_width: int
    maximum_height: int


class CleanCopyTask(Frozen):
    """Copy a photo without anything but its pixels."""

    kind: Literal["clean_copy"] = "clean_copy"


Task = PhotoTask | DocumentTask | PreviewTask | CleanCopyTask


class Request(Frozen):
    """A task; the file follows in `length` bytes."""

    task: Annotated[Task, Field(discriminator="kind")]
    length: int


class Answer(Frozen):
    """A report, or a picture that follows in `length` bytes."""

    report: PhotoReport | DocumentReport | None = None
    width: int = 0
    height: int = 0
    length: Annotated[int, Field(ge=0, le=_MAXIMUM_ANSWER)] = 0


def send(stream: IO[bytes], header: Request | Answer, content: bytes) -> None:
    """Write a message; `header.length` must be the length of `content`."""
    stream.write(header.model_dump_json().encode() + b"\n")
    stream.write(content)
    stream.flush()


def read_line(stream: IO[bytes]) -> bytes:
    """Read a message's first line; nothing when the other side is gone."""
    return stream.readline(_MAXIMUM_LINE)
