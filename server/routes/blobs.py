import hashlib
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from issuance.access.durable_file import write_finding
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.wire import BlobAnswer, BlobKept, BlobPart, Refused
from issuance.wire_stations import FilesAsked, FilesThere
from server.authentication import Served, Settled
from server.bodies import FILE_TYPES, FileType, RawBody, raw_body_of
from server.opened_office import ServedOffice
from server.pieces import Digest, arrived
from server.problems import Refusal
from server.stations import Bringer

router = APIRouter(prefix="/v1/blobs", tags=["blobs"])

Length = Annotated[int, Query(ge=0, le=2**40)]
MediaType = Annotated[str, Query(pattern=r"^[a-z]+/[a-z0-9.+-]+$", max_length=100)]


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
        whole = arrived(served, sha256, content, content_range, served.largest_file)
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


@router.post("/received")
def received(asked: FilesAsked, served: Served, _: Bringer) -> FilesThere:
    """Tell how many octets of files are there: all of a kept one's, or of a part."""
    return FilesThere(received=tuple(_there(served, each) for each in asked.files))


@router.get("/{sha256}", response_class=Response)
def get(
    sha256: Digest, length: Length, media_type: MediaType, served: Served, _: Settled
) -> Response:
    """Return a kept file as it was brought."""
    content = served.engine.read(BlobRef(sha256=sha256, length=length, media_type=media_type))
    if isinstance(content, Finding):
        raise Refusal(404, "The file is not there", (content,))
    return Response(content, media_type="application/octet-stream")


def _there(served: ServedOffice, blob: BlobRef) -> int:
    kept = served.engine.read(blob)
    return len(kept) if isinstance(kept, bytes) else served.uploads.received(blob.sha256)
