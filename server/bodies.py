"""Bodies that are no JSON: files and status requests."""

import asyncio
from contextlib import suppress
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from server.problems import Refusal

FILE_TYPES: Final = ("image/jpeg", "application/pdf", "text/csv")
"""What the engine looks at and keeps."""
_DIGITS: Final = 12
_MOST_PASSED_OVER: Final = 32 * 1024 * 1024
_PASSED_OVER_FOR: Final = 5.0
"""How much, and for how many seconds, of what is not read may still come."""


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


class BodyUnread(Response):
    """A response at once to a body nobody reads, whose rest is thrown away as it comes.

    Closing a connection on which something still comes can take the answer from who sends.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, then let the client end what it is sending."""
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        with suppress(TimeoutError):
            await asyncio.wait_for(_pass_over(receive), _PASSED_OVER_FOR)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _pass_over(receive: Receive) -> None:
    left = _MOST_PASSED_OVER
    while left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        if not message.get("more_body", False):
            return


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
