"""An office behind a server: the counter here, the engine there."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

from backend_client.backend import KnownPerson, Link
from backend_client.counter_backend import CounterBackend
from backend_client.counter_office import Entry
from backend_client.demonstration import people_at
from backend_client.engine_door import Findings
from backend_client.oidc import ProviderLogIn
from backend_client.oidc_log_in import StationProviderLogIn
from backend_client.remote_engine import RemoteEngine, begin_session, end_session
from backend_client.remote_office import (
    keep_station_slot,
    note_sign,
    open_connection,
    station_keys,
)
from backend_client.server_connection import QUICK, ServerConnection
from backend_client.server_link import ServerLink
from backend_client.server_settings import read_server_settings
from backend_client.station_rekeying import bring_under
from issuance.access.office_file import read_office
from issuance.access.roles import Session
from issuance.certificates.keys import PrivateKey
from issuance.engine.office import Sources
from issuance.findings import Finding
from issuance.secret import Secret
from issuance.wire import LogIn, SessionStarted

R = TypeVar("R")

_BEAT: Final = 15.0
"""Seconds between two looks whether the server is still there, which keep a connection open."""
_BEAT_WHILE_LOST: Final = 2.0


class RemoteBackend(CounterBackend):
    """The counter of an office whose engine is a server's; the folder is the station's."""

    def __init__(
        self,
        folder: Path,
        sources: Sources,
        make_key: Callable[[str], PrivateKey],
        report: Callable[[BaseException], object],
    ) -> None:
        super().__init__(folder, sources, make_key, report)
        self._link = ServerLink(sources.clock)
        self._connection: ServerConnection | None = None
        self._beating: asyncio.Task[None] | None = None
        self._tell_over: Callable[[Findings], object] = len
        self._provider_log_in = StationProviderLogIn(self)

    @property
    def link(self) -> Link:
        """Return whether the server could be reached last, and since when."""
        return self._link.state

    @property
    def sample_folder(self) -> None:
        """Return nothing: sample files lie where the demonstration is."""

    def watch(
        self, link: Callable[[Link], object], session_over: Callable[[Findings], object]
    ) -> None:
        """Tell on the event loop of each change of the link, and of the session's end."""
        loop = asyncio.get_running_loop()

        def tell_link(state: Link) -> None:
            # The program may have ended meanwhile.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(link, state)

        def tell_over(findings: Findings) -> None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(session_over, findings)

        self._link.watcher, self._tell_over = tell_link, tell_over

    async def known_people(self) -> tuple[KnownPerson, ...]:
        """Return a demonstration's people with the codes of the moment; nobody elsewhere."""
        office = await self._in_thread(read_office, self._folder)
        if isinstance(office, Finding) or not office.demonstration:
            return ()
        return people_at(self.now(), office.name)

    async def _working(self, entry: Entry | Findings) -> Session | Findings:
        session = await super()._working(entry)
        if isinstance(session, Session):
            self._beating = asyncio.create_task(self._beat())
        return session

    async def log_out(self) -> None:
        """Log out at the server, as far as it can be reached."""
        if self._beating is not None:
            self._beating.cancel()
            self._beating = None
        if self._connection is not None:
            # What still tries to reach the server must not keep anybody from leaving.
            self._connection.end()
            self._connection = None
        await super().log_out()

    async def close(self) -> None:
        """Leave a log-in that waits, log out, and end the threads."""
        await self._provider_log_in.leave()
        await super().close()

    def enter(self, user: str, password: Secret, code: Secret) -> Entry | Findings:
        """Begin a session at the server."""
        connected = self.connected()
        if isinstance(connected, Finding):
            return (connected,)
        connection, station = connected
        secrets = LogIn.Secrets(password=password, code=code)
        started = begin_session(connection, LogIn(user=user, secrets=secrets, station=station))
        if not isinstance(started, SessionStarted):
            connection.close()
            return started
        entry = self._entry_of(connection, started)
        if isinstance(entry, Entry):
            self._threads.submit(
                keep_station_slot,
                self._folder,
                user,
                password,
                entry.station_key,
                started.totp_secret,
                self._sources.randomness,
            )
        return entry

    @property
    def provider_log_in(self) -> ProviderLogIn | None:
        """Return the log-in by an identity provider, which the server has."""
        return self._provider_log_in

    def connected(self) -> tuple[ServerConnection, UUID] | Finding:
        """Return a new connection with the server, and the name of this station there."""
        settings = read_server_settings(self._folder)
        if isinstance(settings, Finding):
            return settings
        connection = open_connection(settings, self._link, self._sources.randomness)
        return connection if isinstance(connection, Finding) else (connection, settings.station)

    @property
    def in_session(self) -> ServerConnection | None:
        """Return the connection of who is logged in."""
        return self._connection

    async def in_thread(self, work: Callable[[], R]) -> R:
        """Run something that blocks."""
        return await self._in_thread(work)

    async def take_up(
        self, connection: ServerConnection, started: SessionStarted
    ) -> Session | Findings:
        """Work in a session that was begun without a password."""
        await self.log_out()
        return await self._working(await self._in_thread(self._entry_of, connection, started))

    def _entry_of(self, connection: ServerConnection, started: SessionStarted) -> Entry | Findings:
        """Make the engine's door of a session, or end it where this station cannot work in it."""
        engine = RemoteEngine.of(connection, started, self._sources.clock, self._session_over)
        keys = station_keys(started)
        differs = note_sign(self._folder, started.office)
        if isinstance(engine, Finding) or isinstance(keys, Finding) or differs is not None:
            end_session(connection)
            return tuple(each for each in (differs, engine, keys) if isinstance(each, Finding))
        key, *former = keys
        refused = bring_under(self._folder, key, former, self._sources.randomness)
        if refused is not None:
            end_session(connection)
            return (refused,)
        nameless = self._show_itself(connection, key, started.now)
        if nameless is not None:
            end_session(connection)
            return (nameless,)
        self._connection = connection
        return Entry(engine, key)

    def _show_itself(
        self, connection: ServerConnection, key: bytes, now: datetime
    ) -> Finding | None:
        """Let a connection show who this computer is, as far as it knows; it was told otherwise."""

    def _session_over(self, findings: Findings) -> None:
        self._tell_over(findings)

    async def _beat(self) -> None:
        """Ask every now and then whether the server is there; the answer changes the link."""
        connection = self._connection
        while connection is not None:
            await asyncio.sleep(_BEAT if self._link.state.online else _BEAT_WHILE_LOST)
            await self._look(connection)

    async def _look(self, connection: ServerConnection) -> None:
        # Not in the station's threads: those may all wait for the server.
        await asyncio.to_thread(connection.request, "GET", "/healthz", QUICK)
        if self._link.state.online and isinstance(self._door, RemoteEngine):
            found = await asyncio.to_thread(self._door.ask_after_unresolved)
            if found is not None:
                self._link.tell(0, None, found)
