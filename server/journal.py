"""One line of JSON for each request and each failure: who and what, never contents or names."""

import json
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, Final, TextIO

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from issuance.sources import Identifiers
from server.metrics import Metrics
from server.problems import problem

_UNKNOWN_ROUTE: Final = "unknown"
_DEEPEST_TOLD: Final = 6


class Journal:
    """Writes lines; each is whole, whoever else writes."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout

    def write(self, event: str, **facts: Any) -> None:
        """Write one line."""
        line = json.dumps({"event": event, **facts}, default=str) + "\n"
        self._stream.write(line)
        self._stream.flush()

    def failure(self, event: str, error: BaseException, **facts: Any) -> None:
        """Write that something failed: its kind and where, not its text, which may hold values."""
        frames = traceback.extract_tb(error.__traceback__)[-_DEEPEST_TOLD:]
        where = [f"{PurePath(each.filename).name}:{each.lineno}" for each in frames]
        self.write(event, error=type(error).__name__, where=where, **facts)


class Journalled:
    """Answers what nobody expected with 500, and tells of every request in journal and figures."""

    def __init__(
        self, application: ASGIApp, journal: Journal, metrics: Metrics, identifiers: Identifiers
    ) -> None:
        self._application = application
        self._journal = journal
        self._metrics = metrics
        self._identifiers = identifiers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = str(self._identifiers.new())
        sent = _Sent(send, request_id)
        try:
            await self._application(scope, receive, sent)
        except Exception as error:  # noqa: BLE001 -- the last place to keep values off the log
            self._journal.failure("failure", error, request=request_id)
            if not sent.status:
                await problem(500)(scope, receive, sent)
        self._tell(scope, request_id, sent.status, time.perf_counter() - began)

    def _tell(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", _UNKNOWN_ROUTE)
        known = route != _UNKNOWN_ROUTE
        method = scope["method"] if known else _UNKNOWN_ROUTE
        self._metrics.requests.labels(route, method, str(status)).inc()
        self._metrics.durations.labels(route).observe(seconds)
        operator = scope.get("state", {}).get("operator")
        self._journal.write(
            "request",
            request=request_id,
            method=method,
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            operator=str(operator) if operator else None,
        )


class _Sent:
    """Sends an answer on under the request's id, and remembers its status."""

    def __init__(self, send: Callable[[Message], Any], request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            extra = [
                (b"x-request-id", self._request_id.encode()),
                (b"x-content-type-options", b"nosniff"),
            ]
            headers = list(message.get("headers", []))
            if not any(name.lower() == b"cache-control" for name, _ in headers):
                extra.append((b"cache-control", b"no-store"))
            message = {**message, "headers": [*headers, *extra]}
        await self._send(message)
