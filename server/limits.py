"""How much a request may bring and of what kind: decided before anything of it is read."""

from typing import Final

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.problems import problem

LARGEST_DOCUMENT: Final = 1 << 20
_RAW: Final = ("/v1/blobs/", "/v1/looks", "/v1/carried/", "/ocsp")
"""Where a body is no JSON."""
_FILES: Final = ("/v1/blobs/", "/v1/looks", "/v1/carried/")
OWN_ANSWERS: Final = ("/firma/", "/csc/")
"""Interfaces of others, which say themselves how much they take, and answer in their own way."""
_JSON: Final = "application/json"


class Limited:
    """Refuses bodies that are too large (413) or of another kind than is read there (415)."""

    def __init__(self, application: ASGIApp, largest_file: int) -> None:
        self._application = application
        self._largest_file = largest_file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        headers, path = Headers(scope=scope), scope["path"]
        if path.startswith(OWN_ANSWERS):
            await self._application(scope, receive, send)
            return
        largest = self._largest_file if path.startswith(_FILES) else LARGEST_DOCUMENT
        length = headers.get("content-length", "")
        if length and not _fits(length, largest):
            await problem(413, headers={"Connection": "close"})(scope, receive, send)
            return
        has_body = length not in ("", "0") or "transfer-encoding" in headers
        if has_body and not path.startswith(_RAW) and not _is_json(headers):
            await problem(415)(scope, receive, send)
            return
        await self._application(scope, _Counting(receive, largest), send)


class _Counting:
    """Receives a body of unknown length up to a limit."""

    def __init__(self, receive: Receive, largest: int) -> None:
        self._receive = receive
        self._left = largest

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(413, headers={"Connection": "close"})
        return message


def _fits(length: str, largest: int) -> bool:
    return length.isascii() and length.isdigit() and len(length) < 16 and int(length) <= largest


def _is_json(headers: Headers) -> bool:
    return headers.get("content-type", "").partition(";")[0].strip().lower() == _JSON
