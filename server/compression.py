"""What stations exchange may travel compressed (RFC 9110, section 8.4): lines are long and narrow.

Nothing else does: an answer with somebody's secrets beside somebody else's words would tell of the
former by its length.
"""

import zlib
from typing import Final

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from issuance.wire_stations import GZIP, ONE_PACKET, PULL, PUSH
from server.problems import problem

_EXCHANGED: Final = (PUSH, PULL)
_WITH_HEADER: Final = 31
"""For zlib: the gzip format with the largest window."""


class Compressed:
    """Reads compressed pushes and compresses what is answered to whoever can read it."""

    def __init__(self, application: ASGIApp, largest: int) -> None:
        """Wrap an application; `largest` octets a body may have once it is read."""
        self._application, self._largest = application, largest
        self._compressing = GZipMiddleware(application, minimum_size=ONE_PACKET, compresslevel=1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse a coding that is not read here (415)."""
        if scope["type"] != "http" or scope["path"] not in _EXCHANGED:
            await self._application(scope, receive, send)
            return
        coding = Headers(scope=scope).get("content-encoding")
        if coding not in (None, GZIP):
            await problem(415, headers={"Accept-Encoding": GZIP})(scope, receive, send)
            return
        read = receive if coding is None else _Decompressing(receive, self._largest)
        await self._compressing(scope, read, send)


class _Decompressing:
    """Receives a compressed body as what it says, up to a limit."""

    def __init__(self, receive: Receive, largest: int) -> None:
        self._receive, self._left = receive, largest
        self._stream = zlib.decompressobj(_WITH_HEADER)

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] != "http.request":
            return message
        try:
            body = self._stream.decompress(message.get("body", b""), self._left + 1)
        except zlib.error:
            raise HTTPException(400) from None
        self._left -= len(body)
        if self._left < 0:
            raise HTTPException(413, headers={"Connection": "close"})
        is_whole = self._stream.eof and not self._stream.unused_data
        if not message.get("more_body", False) and not is_whole:
            raise HTTPException(400)
        return {**message, "body": body}
