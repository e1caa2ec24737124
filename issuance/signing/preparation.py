"""A document made ready to be signed: everything that takes reading it, and no key.

Reading hostile documents is the limited child's work (`issuance.evidence`); what comes back is the
document with a hole, and the digest that a key signs.
"""

import hashlib
from dataclasses import dataclass
from typing import Annotated, Final, Literal, Protocol

from pydantic import Field

from issuance.findings import Finding
from issuance.model import Frozen, Instant

SIGNATURE_ROOM: Final = 16 * 1024
"""Octets kept free in a PDF for a signature with its chain and a time stamp."""
MOST_PARTS: Final = 32

Parts = Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=1, max_length=64)]


class Place(Frozen):
    """Where a signature shows, in points from the page's lower left; the page counts from 1."""

    page: Annotated[int, Field(ge=1, le=100_000)] | None = None
    left: int
    bottom: int
    right: int
    top: int


class PdfSigningTask(Frozen):
    """Add an empty signature to a PDF; `parts` are the lengths of the PDF and of the image.

    Without a place it does not show; a `page` of None is the last one.
    """

    kind: Literal["pdf_signing"] = "pdf_signing"
    parts: Parts
    field: Annotated[str, Field(max_length=100)]
    at: Instant
    place: Place | None = None
    text: Annotated[tuple[Annotated[str, Field(max_length=300)], ...], Field(max_length=8)] = ()


class XmlSigningTask(Frozen):
    """Add an empty XAdES signature to an XML; `parts` are the lengths of it and of the objects.

    `references` name nodes (`#id`); without any the whole document is signed. `certificates` are
    DER in base64, the holder's first.
    """

    kind: Literal["xml_signing"] = "xml_signing"
    parts: Parts
    at: Instant
    references: Annotated[
        tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=MOST_PARTS)
    ] = ()
    certificates: Annotated[tuple[str, ...], Field(min_length=1, max_length=8)]


SigningTask = PdfSigningTask | XmlSigningTask


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with a hole from `start` to `end`, and the SHA-256 of what is to be signed."""

    content: bytes
    digest: bytes
    start: int
    end: int

    def filled(self, signature: bytes) -> bytes:
        """Return the document with a signature in its hole."""
        return self.content[: self.start] + signature + self.content[self.end :]


class Preparer(Protocol):
    """Makes documents ready to be signed, where hostile ones do no harm."""

    def prepare_signing(self, parts: tuple[bytes, ...], task: SigningTask) -> Prepared | Finding:
        """Return the prepared document, or what is wrong with it."""
        ...


def prepare_here(parts: tuple[bytes, ...], task: SigningTask) -> Prepared | Finding:
    """Prepare in this process; only what the limited child calls, or for documents of our own."""
    # Half a second to import, which only a process that prepares pays for.
    if isinstance(task, PdfSigningTask):
        from issuance.signing.pdf_preparation import prepare_pdf

        return prepare_pdf(parts[0], parts[1] if len(parts) > 1 else b"", task)
    from issuance.signing.xml_preparation import prepare_xml

    return prepare_xml(parts[0], parts[1:], task)


def digest_around(content: bytes, start: int, end: int) -> bytes:
    """Return the SHA-256 of all of a PDF but its hole and the angle brackets around that."""
    view = memoryview(content)
    digest = hashlib.sha256(view[: start - 1])
    digest.update(view[end + 1 :])
    return digest.digest()


def split(content: bytes, lengths: tuple[int, ...]) -> tuple[bytes, ...]:
    """Take apart what was sent in one piece; raises ValueError where the lengths do not fit."""
    if sum(lengths) != len(content):
        raise ValueError("the parts are not the whole")
    parts: list[bytes] = []
    start = 0
    for length in lengths:
        parts.append(content[start : start + length])
        start += length
    return tuple(parts)
