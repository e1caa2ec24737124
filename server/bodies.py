"""Bodies that are no JSON: files and status requests."""

from typing import Annotated, Any, Final

from fastapi import Depends, Request
from starlette.requests import ClientDisconnect

from server.problems import Refusal

FILE_TYPES: Final = ("image/jpeg", "application/pdf", "text/csv")
"""What the engine looks at and keeps."""
_DIGITS: Final = 12


async def _raw(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect:
        raise Refusal(400, "The body was cut off") from None


async def body_up_to(request: Request, most: int) -> bytes | None:
    """Return a request's body; None as soon as it is known to have more octets than that."""
    length = request.headers.get("content-length", "")
    # Longer numbers are not worth reading.
    if len(length) > _DIGITS or (length.isdigit() and int(length) > most):
        return None
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > most:
                return None
    except ClientDisconnect:
        raise Refusal(400, "The body was cut off") from None
    return bytes(body)


RawBody = Annotated[bytes, Depends(_raw)]


def _file_type(request: Request) -> str:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in FILE_TYPES:
        raise Refusal(415, "A photo (image/jpeg), document (application/pdf) or list (text/csv)")
    return kind


FileType = Annotated[str, Depends(_file_type)]


def raw_body_of(*kinds: str) -> dict[str, Any]:
    """Return what the published schema says of a body that is no JSON."""
    octets = {"schema": {"type": "string", "format": "binary"}}
    return {"requestBody": {"required": True, "content": dict.fromkeys(kinds, octets)}}
