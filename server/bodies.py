"""Bodies that are no JSON: files and status requests."""

from typing import Annotated, Any, Final

from fastapi import Depends, Request
from starlette.requests import ClientDisconnect

from server.problems import Refusal

FILE_TYPES: Final = ("image/jpeg", "application/pdf")
"""What the engine looks at and keeps."""


async def _raw(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect:
        raise Refusal(400, "The body was cut off") from None


RawBody = Annotated[bytes, Depends(_raw)]


def _file_type(request: Request) -> str:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in FILE_TYPES:
        raise Refusal(415, "A photo (image/jpeg) or a document (application/pdf)")
    return kind


FileType = Annotated[str, Depends(_file_type)]


def raw_body_of(*kinds: str) -> dict[str, Any]:
    """Return what the published schema says of a body that is no JSON."""
    octets = {"schema": {"type": "string", "format": "binary"}}
    return {"requestBody": {"required": True, "content": dict.fromkeys(kinds, octets)}}
