import hashlib
import re
from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Query, Response

from issuance.access.durable_file import write_finding
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.wire import BlobAnswer, BlobKept, BlobPart, Refused
from server.authentication import Served, Settled
from server.bodies import FILE_TYPES, FileType, RawBody, raw_body_of
from server.opened_office import ServedOffice
from server.problems import Refusal
from server.stations import Bringer

router = APIRouter(prefix="/v1/blobs", tags=["blobs"])

Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the whole file")]
Length = Annotated[int, Query(ge=0, le=2**40)]
MediaType = Annotated[str, Query(pattern=r"^[a-z]+/[a-z0-9.+-]+$", max_length=100)]
_OFFSET: Final = "Upload-Offset"
_RANGE: Final = re.compile(r"bytes ([0-9]{1,12})-([0-9]{1,12})/([0-9]{1,12})")


@router.put("/{sha256}", response_model=BlobAnswer, openapi_extra=raw_body_of(*FILE_TYPES))
def put(
    sha256: Digest,
    content: RawBody,
    media_type: FileType,
    served: Served,
    _: Bringer,
    content_range: Annotated[str | None, Header()] = None,
) -> BlobKept | BlobPart | Refused:
    """Keep a file, sent whole or piece by piece (`Content-Range`), once its digest is right."""
    try:
        whole = _arrived(served, sha256, content, content_range)
    except OSError as error:
        return Refused(findings=(write_finding(error, served.office.folder / "uploads"),))
    if isinstance(whole, int):
        return BlobPart(received=whole)
    if hashlib.sha256(whole).hexdigest() != sha256:
        served.uploads.forget(sha256)
        raise Refusal(422, "The file is not the one its digest says")
    kept = served.engine.keep(whole, media_type)
    if isinstance(kept, Finding):
        return Refused(findings=(kept,))
    served.uploads.forget(sha256)
    return BlobKept(blob=kept)


@router.head("/{sha256}", response_class=Response)
def received(
    sha256: Digest, length: Length, media_type: MediaType, served: Served, _: Bringer
) -> Response:
    """Tell in `Upload-Offset` how many octets are there: all of a kept file's, or of a part."""
    kept = served.engine.read(BlobRef(sha256=sha256, length=length, media_type=media_type))
    there = len(kept) if isinstance(kept, bytes) else served.uploads.received(sha256)
    return Response(headers={_OFFSET: str(there)})


@router.get("/{sha256}", response_class=Response)
def get(
    sha256: Digest, length: Length, media_type: MediaType, served: Served, _: Settled
) -> Response:
    """Return a kept file as it was brought."""
    content = served.engine.read(BlobRef(sha256=sha256, length=length, media_type=media_type))
    if isinstance(content, Finding):
        raise Refusal(404, "The file is not there", (content,))
    return Response(content, media_type="application/octet-stream")


def _arrived(
    served: ServedOffice, sha256: str, content: bytes, content_range: str | None
) -> bytes | int:
    """Return the whole file, or how many octets of it are there."""
    if content_range is None:
        return content
    told = _RANGE.fullmatch(content_range)
    if told is None:
        raise Refusal(400, "The range cannot be read")
    first, last, total = map(int, told.groups())
    if last - first + 1 != len(content) or not 0 < last + 1 <= total <= served.largest_file:
        raise Refusal(416, "")
    there = served.uploads.add(sha256, first, content)
    return there if len(there) >= total else len(there)
