"""A log-in by an identity provider at the server a station works with."""

from collections.abc import Callable
from typing import Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from backend_client.engine_door import Findings
from backend_client.oidc import PendingLogIn, Stage
from backend_client.server_connection import ONCE, QUICK, Patience, ServerConnection, Unanswered
from issuance.access.roles import Session
from issuance.findings import Finding, blocks
from issuance.findings.oidc import ProviderCode
from issuance.findings.remote import RemoteCode
from issuance.secret import Secret
from issuance.wire import SessionStarted, Told
from issuance.wire_provider import ProviderLogInBegun, ProviderLogInStage, ProviderSign, ReturnCode

ModelT = TypeVar("ModelT", bound=BaseModel)
R = TypeVar("R")

_CURRENT = "/v1/provider-log-ins/current"
_ENTER = Patience(15, 0)
_TRIAL = Patience(40, 0)
"""The server asks the provider twice, each time until its own patience ends."""


class Counter(Protocol):
    """The counter a session is for."""

    async def in_thread(self, work: Callable[[], R]) -> R:
        """Run something that blocks."""
        ...

    def connected(self) -> tuple[ServerConnection, UUID] | Finding:
        """Return a new connection with the server, and the name of this station there."""
        ...

    @property
    def in_session(self) -> ServerConnection | None:
        """Return the connection of who is logged in."""
        ...

    async def take_up(
        self, connection: ServerConnection, started: SessionStarted
    ) -> Session | Findings:
        """Work in a session that was begun."""
        ...


class StationProviderLogIn:
    """One log-in at a time, over a connection of its own until the session begins."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._pending: tuple[ServerConnection, UUID] | None = None

    async def name(self) -> str:
        """Return what people call the provider; empty where none is set up or reached."""

        def ask() -> str:
            connected = self._counter.connected()
            if isinstance(connected, Finding):
                return ""
            try:
                told = _asked(connected[0], "GET", "/v1/provider", QUICK, ProviderSign)
            finally:
                connected[0].close()
            return told.name if isinstance(told, ProviderSign) else ""

        return await self._counter.in_thread(ask)

    async def begin(self) -> PendingLogIn | Findings:
        """Begin a log-in; the one begun before is left."""
        await self.leave()
        return await self._counter.in_thread(self._begin)

    async def look(self) -> Stage | Findings:
        """Tell how far it has come; while the server cannot be reached, that is not known."""

        def ask() -> Stage | Findings:
            if self._pending is None:
                return _OVER
            told = _asked(self._pending[0], "GET", _CURRENT, QUICK, ProviderLogInStage)
            if isinstance(told, Unanswered):
                return told.findings if told.status else "begun"
            return told.findings or _OVER if told.stage == "refused" else told.stage

        return await self._counter.in_thread(ask)

    async def enter(self, code: Secret) -> Session | Findings:
        """Begin the session with the code of the page; a wrong one may be typed again."""
        pending = self._pending
        if pending is None:
            return _OVER
        started = await self._counter.in_thread(lambda: _entered(*pending, code))
        if isinstance(started, tuple):
            return started
        self._pending = None
        pending[0].authorise(started.token)
        return await self._counter.take_up(pending[0], started)

    async def leave(self) -> None:
        """Leave the log-in: what comes back from the provider is for nobody."""
        pending, self._pending = self._pending, None
        if pending is None:
            return

        def end() -> None:
            pending[0].request("DELETE", _CURRENT, QUICK)
            pending[0].close()

        await self._counter.in_thread(end)

    async def trial(self) -> Findings:
        """Have the server try the provider; for the administrator who is logged in."""
        connection = self._counter.in_session
        if connection is None:
            return _OVER
        told = await self._counter.in_thread(
            lambda: _asked(connection, "POST", "/v1/provider/trial", _TRIAL, Told)
        )
        return told.findings

    def _begin(self) -> PendingLogIn | Findings:
        connected = self._counter.connected()
        if isinstance(connected, Finding):
            return (connected,)
        begun = _asked(connected[0], "POST", "/v1/provider-log-ins", ONCE, ProviderLogInBegun)
        if isinstance(begun, Unanswered):
            connected[0].close()
            return begun.findings
        connected[0].authorise(begun.token)
        self._pending = connected
        return PendingLogIn(begun.address, begun.sign, begun.seconds, begun.digits)


_OVER: Findings = (blocks(ProviderCode.PROVIDER_LOG_IN_OVER),)


def _entered(
    connection: ServerConnection, station: UUID, code: Secret
) -> SessionStarted | Findings:
    secrets = ReturnCode.Secrets(code=code)
    content = ReturnCode(secrets=secrets, station=station).model_dump_json().encode()
    started = _asked(
        connection, "POST", f"{_CURRENT}/session", _ENTER, SessionStarted, content=content
    )
    return started.findings if isinstance(started, Unanswered) else started


def _asked(
    connection: ServerConnection,
    method: str,
    path: str,
    patience: Patience,
    model: type[ModelT],
    content: bytes = b"",
) -> ModelT | Unanswered:
    answered = connection.request(method, path, patience, content=content)
    if isinstance(answered, Unanswered):
        return answered
    try:
        return model.model_validate_json(answered.content)
    except ValidationError:
        unreadable = blocks(RemoteCode.SERVER_ANSWER_UNREADABLE, status=answered.status_code)
        return Unanswered((unreadable,), sent=True, status=answered.status_code)
