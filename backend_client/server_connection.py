"""Requests to a server: with patience that ends, tried again where that is harmless.

Every failure is a finding. All of it blocks.
"""

import ssl
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Final

import httpx
from pydantic import ValidationError

from backend_client.client_certificate import ClientCertificate
from backend_client.engine_door import Findings
from backend_client.server_link import ServerLink
from backend_client.server_settings import ServerSettings
from issuance.findings import Finding, blocks
from issuance.findings.register import RegisterCode
from issuance.findings.remote import RemoteCode
from issuance.secret import Secret
from issuance.sources import Randomness
from issuance.wire import Problem

_CONNECT_SECONDS: Final = 3.0
_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 2.0
_LONGEST_ASKED: Final = 60.0
"""Seconds a server may ask for (Retry-After): a station looks again by itself after that."""
_UNAUTHORISED: Final = 401
_NO_ROOM: Final = frozenset({429, 502, 503, 504})
_ABSENT: Final = frozenset({502, 503, 504})
"""What a proxy says without a server behind it, and a server without its register."""
_NO_CERTIFICATE: Final = frozenset({400, 403, 495, 496})
"""How proxies answer a station whose certificate they do not accept; nginx has 400."""


AWAY: Final = frozenset({
    RemoteCode.SERVER_UNREACHABLE.value,
    RemoteCode.SERVER_TOO_SLOW.value,
    RemoteCode.SERVER_BUSY.value,
    RegisterCode.REGISTER_UNREACHABLE.value,
    RegisterCode.REGISTER_BUSY.value,
    RegisterCode.REGISTER_DISK_FULL.value,
    RegisterCode.REGISTER_NOT_WRITABLE.value,
})  # fmt: skip
"""What is told where a server can do nothing just now: a station goes on without it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for one answer, and until the last attempt begins to be the last."""

    answer: float
    altogether: float


ONCE: Final = Patience(10, 0)
QUICK: Final = Patience(3, 1)
QUERY: Final = Patience(10, 10)
COMMAND: Final = Patience(10, 25)
"""A command on a slow server is sent again meanwhile: under its id it is carried out once."""
FILE: Final = Patience(30, 30)
LOOK: Final = Patience(60, 30)
"""Reading a card takes seconds, and others may be looked at first."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Why there is no answer; `sent` tells whether the server may have got the request.

    `status` is that of a refusal, 0 where the connection failed.
    """

    findings: Findings
    sent: bool
    status: int = 0


@dataclass(slots=True)
class _Attempts:
    """What the attempts of one request came to so far."""

    sent: bool = False
    broken: bool = False
    finding: Finding | None = None
    asked: float = 0.0
    """Seconds the server wants to be left alone."""


class ServerConnection:
    """A server as one station reaches it; connections are kept open between requests."""

    def __init__(self, settings: ServerSettings, link: ServerLink, randomness: Randomness) -> None:
        """Prepare to connect.

        Raises:
            OSError: a certificate file cannot be read (`ssl.SSLError` among them).
        """
        self._settings = settings
        self._link = link
        self._randomness = randomness
        self._ending = threading.Event()
        self._token = Secret("")
        self.longest = inf
        """Seconds after which no patience begins another attempt: there is another way to work."""
        self._busy_until = -inf
        self._shown: ClientCertificate | None = None
        self._client = self._new_client(_trust(settings) if self._has_tls else False)

    @property
    def _has_tls(self) -> bool:
        return self._settings.address.startswith("https:")

    @property
    def shows_a_station(self) -> bool:
        """Tell whether an enrolled station's own certificate is shown, not an administrator's."""
        return self._has_tls and self._settings.certificate is None

    def show(self, certificate: ClientCertificate) -> None:
        """Show this certificate from the next request on; raises OSError."""
        if certificate is self._shown:
            return
        context = _trust(self._settings)
        certificate.show_in(context, self._randomness)
        former, self._client = self._client, self._new_client(context)
        self._shown = certificate
        former.close()

    def _new_client(self, verify: ssl.SSLContext | bool) -> httpx.Client:
        socket = self._settings.socket
        limits = httpx.Limits(keepalive_expiry=None)
        return httpx.Client(
            base_url="http://ventanilla" if socket else self._settings.address,
            transport=httpx.HTTPTransport(verify=verify, uds=socket, limits=limits),
            trust_env=False,
        )

    def authorise(self, token: Secret) -> None:
        """Speak for a session from now on; the token stays in memory."""
        self._token = token

    @property
    def asked_pause(self) -> float:
        """Return for how many seconds the server still wants to be left alone."""
        return max(0.0, self._busy_until - monotonic())

    def request(
        self,
        method: str,
        path: str,
        patience: Patience,
        *,
        content: bytes = b"",
        media_type: str = "application/json",
        parameters: dict[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response | Unanswered:
        """Send a request until it is answered or patience ends; 2xx comes back as it is."""
        attempts = _Attempts()
        for _ in self._attempts(patience, attempts):
            with self._answered(
                method, path, patience, attempts, content, media_type, parameters, headers
            ) as response:
                if response is None:
                    continue
                response.read()
                if response.is_success:
                    return response
                refused = self._refused(response)
                if response.status_code not in _NO_ROOM:
                    return refused
                attempts.finding = refused.findings[0]
                attempts.asked = _retry_after(response)
                self._busy_until = monotonic() + attempts.asked
        return self._unanswered(attempts)

    def lines(self, path: str, content: bytes, patience: Patience) -> Iterator[bytes | Unanswered]:
        """Send a request and yield the lines of its answer as they come.

        After a break it is asked anew from the first line.
        """
        attempts = _Attempts()
        for _ in self._attempts(patience, attempts):
            with self._answered(
                "POST", path, patience, attempts, content, "application/json", None
            ) as response:
                if response is None:
                    continue
                if not response.is_success:
                    response.read()
                    yield self._refused(response)
                    return
                yield from (line.encode() for line in response.iter_lines() if line)
                return
        yield self._unanswered(attempts)

    def end(self) -> None:
        """Begin no further attempt."""
        self._ending.set()

    def close(self) -> None:
        """Close the connections; the token is forgotten."""
        self.end()
        self._token = Secret("")
        self._client.close()

    def _attempts(self, patience: Patience, attempts: _Attempts) -> Iterator[int]:
        """Yield until patience ends, with pauses that grow and differ (full jitter)."""
        last = monotonic() + min(patience.altogether, self.longest)
        number = 0
        while True:
            yield number
            definite = attempts.finding and attempts.finding.code in _DEFINITE
            if definite or monotonic() + attempts.asked >= last or self._ending.is_set():
                return
            longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**number)
            chance = int.from_bytes(self._randomness.octets(4)) / 2**32
            self._ending.wait(attempts.asked + longest * chance)
            attempts.asked = 0.0
            number += 1

    @contextmanager
    def _answered(
        self,
        method: str,
        path: str,
        patience: Patience,
        attempts: _Attempts,
        content: bytes,
        media_type: str,
        parameters: dict[str, str] | None,
        more: Mapping[str, str] | None = None,
    ) -> Generator[httpx.Response | None]:
        """Make one attempt; None, or the end of the block, where the connection failed."""
        headers = dict(more or {}) | ({"Content-Type": media_type} if content else {})
        if token := self._token.reveal():
            headers["Authorization"] = f"Bearer {token}"
        request = self._client.build_request(
            method,
            path,
            content=content or None,
            params=parameters,
            headers=headers,
            timeout=httpx.Timeout(patience.answer, connect=_CONNECT_SECONDS),
        )
        response: httpx.Response | None = None
        try:
            response = self._client.send(request, stream=True)
        except (httpx.TransportError, ssl.SSLError) as error:
            self._failed(error, patience, attempts)
        if response is None:
            yield None
            return
        attempts.sent, attempts.broken = True, False
        self._link.note(online=response.status_code not in _ABSENT)
        try:
            yield response
        except (httpx.TransportError, ssl.SSLError) as error:
            self._failed(error, patience, attempts)
        finally:
            response.close()

    def _failed(self, error: Exception, patience: Patience, attempts: _Attempts) -> None:
        never = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
        attempts.sent = attempts.sent or not never
        attempts.finding = self._finding(error, patience)
        # A kept connection that the other side closed says nothing: the next attempt does.
        if never or isinstance(error, httpx.TimeoutException):
            self._link.note(online=False)
        attempts.broken = True

    def _finding(self, error: Exception, patience: Patience) -> Finding:
        name, cause = self._settings.name, _tls_cause(error)
        if isinstance(cause, ssl.SSLCertVerificationError):
            return blocks(RemoteCode.CERTIFICATE_OF_SERVER_REFUSED, server=name)
        if cause is not None and "ALERT" in str(cause).upper():
            return blocks(RemoteCode.CERTIFICATE_OF_STATION_REFUSED, server=name)
        if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout):
            return blocks(RemoteCode.SERVER_TOO_SLOW, seconds=round(patience.answer))
        if isinstance(error, httpx.ProtocolError | httpx.DecodingError) and not isinstance(
            error, httpx.RemoteProtocolError
        ):
            return blocks(RemoteCode.SERVER_ANSWER_UNREADABLE, status=0)
        return blocks(RemoteCode.SERVER_UNREACHABLE, server=name)

    def _refused(self, response: httpx.Response) -> Unanswered:
        findings = _refusal(response, self._settings.name)
        return Unanswered(findings, sent=True, status=response.status_code)

    def _unanswered(self, attempts: _Attempts) -> Unanswered:
        if attempts.broken:
            self._link.note(online=False)
        unreachable = blocks(RemoteCode.SERVER_UNREACHABLE, server=self._settings.name)
        return Unanswered((attempts.finding or unreachable,), attempts.sent)


_DEFINITE: Final = frozenset({
    RemoteCode.CERTIFICATE_OF_SERVER_REFUSED.value,
    RemoteCode.CERTIFICATE_OF_STATION_REFUSED.value,
})  # fmt: skip
"""Trying again would not help."""


def _trust(settings: ServerSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.authority)
    if settings.certificate is not None:
        context.load_cert_chain(settings.certificate, settings.key)
    return context


def _tls_cause(error: BaseException | None) -> ssl.SSLError | None:
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error


def _refusal(response: httpx.Response, server: str) -> Findings:
    """Return why a server, or a proxy before it, did not do what it was asked."""
    status = response.status_code
    try:
        problem = Problem.model_validate_json(response.content)
    except ValidationError:
        if status in _NO_CERTIFICATE:
            return (blocks(RemoteCode.CERTIFICATE_OF_STATION_REFUSED, server=server),)
        code = RemoteCode.SERVER_BUSY if status in _NO_ROOM else RemoteCode.SERVER_ANSWER_UNREADABLE
        return (blocks(code, status=status),)
    if problem.findings:
        return problem.findings
    if status == _UNAUTHORISED:
        return (blocks(RemoteCode.SESSION_OVER),)
    if status in _NO_ROOM:
        return (blocks(RemoteCode.SERVER_BUSY),)
    return (blocks(RemoteCode.SERVER_REFUSED, status=status),)


def _retry_after(response: httpx.Response) -> float:
    told = response.headers.get("Retry-After", "")
    return min(float(told), _LONGEST_ASKED) if told.isascii() and told.isdigit() else 0.0
