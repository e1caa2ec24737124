"""A station while somebody is logged in: its store, its threads, and what is due in them."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from backend_client.at_the_station.key_pool import KeyPool
from backend_client.at_the_station.sealed_keys import SealedKeyStore
from backend_client.backend import KnownPerson, Link
from backend_client.engine_door import EngineDoor, Findings
from backend_client.file_desk import FileDesk
from backend_client.sources.file_sources import FileSources
from backend_client.station import Station
from backend_client.token_settings import lacking
from issuance.access.roles import Session
from issuance.certificates.keys import PrivateKey
from issuance.commands import Body, Command
from issuance.engine.office import Sources
from issuance.policies.loader import LoadedPolicy
from issuance.secret import Secret
from issuance.streams import StreamRef

P = ParamSpec("P")
R = TypeVar("R")


_FIRST_PAUSE: Final = 2.0
"""Seconds after a log-in in which the screens come first."""
_PAUSE: Final = 20.0


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(4, thread_name_prefix="engine")


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """What a log-in gives: the engine's door, and the key of the station's own store."""

    door: EngineDoor
    station_key: bytes


class CounterOffice(ABC):
    """Opens and closes the office for one person at a time, and does what is due meanwhile."""

    def __init__(
        self,
        folder: Path,
        sources: Sources,
        make_key: Callable[[str], PrivateKey],
        report: Callable[[BaseException], object],
    ) -> None:
        """Keep the station's things in `folder`.

        `report` is told of what fails with nobody waiting.
        """
        self._folder = folder
        self._report = report
        self._sources = sources
        self._make_key = make_key
        self._threads = _threads()
        self._entered: EngineDoor | None = None
        self._station: Station | None = None
        self._file_desk: FileDesk | None = None
        self._pool: KeyPool | None = None
        self._ticking: asyncio.Task[None] | None = None
        self._lacks: frozenset[str] = frozenset()

    @abstractmethod
    def enter(self, user: str, password: Secret, code: Secret) -> Entry | Findings:
        """Log a person in, or say what stands in the way; called in a thread."""

    @property
    @abstractmethod
    def link(self) -> Link | None:
        """Return the state of the connection; None where the engine is here."""

    @abstractmethod
    def watch(
        self, link: Callable[[Link], object], session_over: Callable[[Findings], object]
    ) -> None:
        """Be told on the event loop of each change of the link, and of the session's end."""

    @property
    @abstractmethod
    def sample_folder(self) -> Path | None:
        """Return where a demonstration keeps its sample files."""

    @abstractmethod
    async def known_people(self) -> tuple[KnownPerson, ...]:
        """Return a demonstration's people with the codes of the moment; nobody elsewhere."""

    def now(self) -> datetime:
        """Return the present moment of the clock the engine goes by."""
        return (self._entered or self._sources).clock.now()

    @property
    def station(self) -> Station:
        """Return the station's own store; raises RuntimeError before a log-in."""
        if self._station is None:
            raise RuntimeError("nobody is logged in")
        return self._station

    @property
    def policy(self) -> LoadedPolicy:
        """Return the office's policy; raises RuntimeError before a log-in."""
        return self._door.policy

    @property
    def session(self) -> Session:
        """Return who is logged in; raises RuntimeError before a log-in."""
        return self._door.session

    @property
    def province(self) -> str:
        """Return the province the office is in."""
        return self._door.province

    @property
    def lacks(self) -> frozenset[str]:
        """Return what this station has not of all that a container may need."""
        return self._lacks

    async def log_in(self, user: str, password: Secret, code: Secret) -> Session | Findings:
        """Open the office for a person; whoever was logged in is logged out first."""
        await self.log_out()
        return await self._working(await self._in_thread(self.enter, user, password, code))

    async def _working(self, entry: Entry | Findings) -> Session | Findings:
        """Make the station ready for who entered."""
        if not isinstance(entry, Entry):
            return entry
        self._entered = entry.door
        self._station = Station(
            self._folder / "station.db",
            entry.station_key,
            self._sources.clock,
            self._sources.randomness,
        )
        self._lacks = await self._in_thread(lacking, self._station)
        file_sources = FileSources(self._station, self._folder / "camera")
        self._file_desk = FileDesk(entry.door, file_sources)
        self._pool = KeyPool(self._make_key)
        self._ticking = asyncio.create_task(self._tick())
        return entry.door.session

    async def unlock(self, password: Secret) -> Findings:
        """Check the password of the person who is logged in."""
        return await self._in_thread(self._door.unlock, password)

    async def log_out(self) -> None:
        """Close the office; its keys leave the memory."""
        door, self._entered, self._station = self._entered, None, None
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
            if door is not None:
                door.close()

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
    def _door(self) -> EngineDoor:
        if self._entered is None:
            raise RuntimeError("nobody is logged in")
        return self._entered

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
        door = self._door
        rule = self.policy.policy.activation
        await asyncio.sleep(_FIRST_PAUSE)
        await self._attempt(door.warm)
        while True:
            await self._attempt(door.run_due)
            await self._attempt(door.deliver_mail)
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
