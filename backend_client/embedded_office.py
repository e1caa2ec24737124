"""An office of this computer while somebody is logged in: its threads, and what is due in them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from backend_client.at_the_station.key_pool import KeyPool
from backend_client.at_the_station.sealed_keys import SealedKeyStore
from backend_client.backend import Link
from backend_client.file_desk import FileDesk
from backend_client.sources.file_sources import FileSources
from backend_client.station import Station
from backend_client.token_settings import lacking
from issuance.access.key_ring import Purpose
from issuance.access.log_in import check_own_password
from issuance.access.roles import Session
from issuance.certificates.keys import PrivateKey
from issuance.commands import Body, Command
from issuance.engine.office import Sources
from issuance.engine.opening import OpenedOffice, open_office
from issuance.findings import Finding
from issuance.policies.loader import LoadedPolicy
from issuance.secret import Secret
from issuance.streams import StreamRef

Findings = tuple[Finding, ...]
P = ParamSpec("P")
R = TypeVar("R")


_FIRST_PAUSE: Final = 2.0
"""Seconds after a log-in in which the screens come first."""
_PAUSE: Final = 20.0
_MOST_ANSWERS: Final = 500
"""Status answers signed in one round, so that mail and forgotten keys have their turn too."""


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(4, thread_name_prefix="engine")


class EmbeddedOffice:
    """Opens and closes the office for one person at a time, and does what is due meanwhile."""

    def __init__(
        self,
        folder: Path,
        sources: Sources,
        make_key: Callable[[str], PrivateKey],
        report: Callable[[BaseException], object],
    ) -> None:
        """Work on the office in `folder`; `report` is told of what fails with nobody waiting."""
        self._folder = folder
        self._report = report
        self._sources = sources
        self._make_key = make_key
        self._threads = _threads()
        self._opened: OpenedOffice | None = None
        self._station: Station | None = None
        self._file_desk: FileDesk | None = None
        self._pool: KeyPool | None = None
        self._ticking: asyncio.Task[None] | None = None
        self._lacks: frozenset[str] = frozenset()

    @property
    def link(self) -> Link:
        """Return the state of the connection: the engine is here."""
        return Link(online=True, since="", waiting=0)

    def now(self) -> datetime:
        """Return the present moment of the clock the engine goes by."""
        return self._sources.clock.now()

    @property
    def station(self) -> Station:
        """Return the station's own store; raises RuntimeError before a log-in."""
        if self._station is None:
            raise RuntimeError("nobody is logged in")
        return self._station

    @property
    def policy(self) -> LoadedPolicy:
        """Return the office's policy; raises RuntimeError before a log-in."""
        return self._office.engine.office.policy

    @property
    def session(self) -> Session:
        """Return who is logged in; raises RuntimeError before a log-in."""
        return self._office.session

    @property
    def province(self) -> str:
        """Return the province the office is in."""
        return self._office.engine.office.sign.province

    @property
    def lacks(self) -> frozenset[str]:
        """Return what this station has not of all that a container may need."""
        return self._lacks

    @property
    def sample_folder(self) -> Path | None:
        """Return where a demonstration keeps its sample files; a real office has none."""
        return self._folder / "samples" if self.session.demonstration else None

    async def log_in(self, user: str, password: Secret, code: Secret) -> Session | Findings:
        """Open the office for a person; whoever was logged in is logged out first."""
        await self.log_out()
        opened = await self._in_thread(
            open_office, self._folder, user, password, code, self._sources, self._make_key
        )
        if not isinstance(opened, OpenedOffice):
            return opened
        self._opened = opened
        self._station = Station(
            self._folder / "station.db",
            opened.keys.key(Purpose.STATION),
            self._sources.clock,
            self._sources.randomness,
        )
        self._lacks = await self._in_thread(lacking, self._station)
        file_sources = FileSources(self._station, self._folder / "camera")
        self._file_desk = FileDesk(opened.engine, file_sources)
        self._pool = KeyPool(self._make_key)
        self._ticking = asyncio.create_task(self._tick())
        return opened.session

    async def unlock(self, password: Secret) -> Findings:
        """Check the password of the person who is logged in."""
        user, now = self.session.operator, self._sources.clock.now()
        opened = await self._in_thread(check_own_password, self._folder, user, password, now)
        return (opened,) if isinstance(opened, Finding) else ()

    async def log_out(self) -> None:
        """Close the office; its keys leave the memory."""
        opened, self._opened, self._station = self._opened, None, None
        pool, self._pool = self._pool, None
        files, self._file_desk = self._file_desk, None
        threads, self._threads = self._threads, _threads()
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None

        def close() -> None:
            if files is not None:
                files.sources.close()
            # What is still at work in the old threads must end before the register is closed.
            threads.shutdown()
            if pool is not None:
                pool.close()
            if opened is not None:
                opened.close()

        # Whoever waits here may be cancelled when the program ends; the closing must not be.
        await asyncio.shield(self._in_thread(close))

    def command(self, body: Body, stream: StreamRef, base_revision: int) -> Command:
        """Put a body into its envelope, under a new id."""
        session = self.session
        return Command(
            id=self._sources.identifiers.new(),
            office=session.office,
            stream=stream,
            base_revision=base_revision,
            operator=session.operator,
            session=session.id,
            at=self._sources.clock.now(),
            body=body,
        )

    async def close(self) -> None:
        """Log out and end the threads."""
        await self.log_out()
        self._threads.shutdown(wait=False)

    @property
    def _office(self) -> OpenedOffice:
        if self._opened is None:
            raise RuntimeError("nobody is logged in")
        return self._opened

    def _sealed_keys(self) -> SealedKeyStore:
        folder = self._folder / "sealed-keys"
        return SealedKeyStore(folder, self._sources.randomness, self._sources.clock)

    @property
    def _files(self) -> FileDesk:
        if self._file_desk is None:
            raise RuntimeError("nobody is logged in")
        return self._file_desk

    async def _tick(self) -> None:
        """Do what is due every now and then: open intents, waiting mail, forgotten keys."""
        opened = self._office
        rule = self.policy.policy.activation
        await asyncio.sleep(_FIRST_PAUSE)
        await self._attempt(opened.engine.warm)
        while True:
            await self._attempt(opened.engine.run_due, opened.session, _MOST_ANSWERS)
            await self._attempt(opened.engine.deliver_mail)
            await self._attempt(self._sealed_keys().destroy_older_than, rule.sealed_key_hours)
            await asyncio.sleep(_PAUSE)

    async def _attempt(
        self, work: Callable[P, object], *arguments: P.args, **named: P.kwargs
    ) -> None:
        """Do one thing that is due; a failure is reported, and the next round tries again."""
        try:
            await self._in_thread(work, *arguments, **named)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it must not end the rounds
            self._report(error)

    async def _in_thread(self, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: work(*arguments, **named))
