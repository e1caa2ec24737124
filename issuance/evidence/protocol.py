"""What checker and child say to each other: a line of JSON, then as many bytes as it announces."""

from typing import IO, Annotated, Final, Literal

from pydantic import Field

from issuance.evidence.report import Box, DocumentReport, PhotoReport
from issuance.evidence.rules import NOTHING_EXPECTED, DocumentRule, Expected, PhotoRule
from issuance.findings import Finding
from issuance.model import Frozen, Instant
from issuance.signing.preparation import PdfSigningTask, XmlSigningTask

READY: Final = b"ready\n"
"""The child's first line, once everything is imported and the limits are set."""

Turn = Literal[0, 90, 180, 270]
Side = Annotated[int, Field(gt=0, le=4096)]

_MAXIMUM_LINE: Final = 64 * 1024
_MAXIMUM_ANSWER: Final = 64 * 1024 * 1024


class PhotoTask(Frozen):
    """Check a photo."""

    kind: Literal["photo"] = "photo"
    rule: PhotoRule
    expected: Expected = NOTHING_EXPECTED


class DocumentTask(Frozen):
    """Check a PDF, or a proof of payment that may be a JPEG too."""

    kind: Literal["document", "proof"]
    rule: DocumentRule
    expected: Expected = NOTHING_EXPECTED


class PreviewTask(Frozen):
    """Show a photo, or a part of it, as a small upright picture.

    `crop` is in pixels of the full upright picture; `turn` is by how many degrees clockwise what
    is shown is turned after that.
    """

    kind: Literal["preview"] = "preview"
    maximum_width: Side
    maximum_height: Side
    crop: Box | None = None
    turn: Turn = 0


class PagePreviewTask(Frozen):
    """Show a page (from 0) of a PDF as a small picture."""

    kind: Literal["page_preview"] = "page_preview"
    maximum_width: Side
    maximum_height: Side
    page: Annotated[int, Field(ge=0)] = 0
    turn: Turn = 0


class CleanCopyTask(Frozen):
    """Copy a photo without anything but its pixels, or a PDF as pictures of its pages."""

    kind: Literal["clean_copy"] = "clean_copy"


class SignedDocumentTask(Frozen):
    """Check the signatures of a PDF whose first `original` octets are the unsigned document.

    Certificates are DER in base64: those that must have signed, and from the issuing authority to
    the root. `at` is the moment at which they must be valid.
    """

    kind: Literal["signed_document"] = "signed_document"
    original: Annotated[int, Field(ge=0)]
    signers: tuple[str, ...]
    chain: tuple[str, ...]
    at: Instant


Task = (
    PhotoTask
    | DocumentTask
    | PreviewTask
    | PagePreviewTask
    | CleanCopyTask
    | SignedDocumentTask
    | PdfSigningTask
    | XmlSigningTask
)


class Request(Frozen):
    """A task; the file follows in `length` bytes."""

    task: Annotated[Task, Field(discriminator="kind")]
    length: int


class Hole(Frozen):
    """Where a prepared document waits for its signature, and the SHA-256 (hex) to be signed."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Answer(Frozen):
    """A finding with more to come, and last a report, or a picture or file of `length` bytes.

    `refused` is why a document was not prepared for signing.
    """

    finding: Finding | None = None
    report: PhotoReport | DocumentReport | None = None
    width: int = 0
    height: int = 0
    hole: Hole | None = None
    refused: Finding | None = None
    length: Annotated[int, Field(ge=0, le=_MAXIMUM_ANSWER)] = 0


def send(stream: IO[bytes], header: Request | Answer, content: bytes) -> None:
    """Write a message; `header.length` must be the length of `content`."""
    stream.write(header.model_dump_json().encode() + b"\n")
    stream.write(content)
    stream.flush()


def read_line(stream: IO[bytes]) -> bytes:
    """Read a message's first line; nothing when the other side is gone."""
    return stream.readline(_MAXIMUM_LINE)
