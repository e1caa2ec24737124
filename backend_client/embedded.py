"""An office of this computer, opened by one person at a time."""

from collections.abc import Callable
from pathlib import Path

from backend_client.backend import KnownPerson, Link
from backend_client.counter_backend import CounterBackend
from backend_client.counter_office import Entry
from backend_client.demonstration import known_people
from backend_client.embedded_engine import EmbeddedEngine
from backend_client.engine_door import Findings
from issuance.access.key_ring import Purpose
from issuance.secret import Secret


class EmbeddedBackend(CounterBackend):
    """The counter with its engine in this very process; the folder is the office's."""

    @property
    def link(self) -> None:
        """Return nothing: there is no connection that could fail."""

    @property
    def provider_log_in(self) -> None:
        """Return nothing: here a password opens the office, and no provider can."""

    def watch(
        self, link: Callable[[Link], object], session_over: Callable[[Findings], object]
    ) -> None:
        """Tell nothing: there is no link, and a session here ends with a log-out."""

    @property
    def sample_folder(self) -> Path | None:
        """Return where a demonstration keeps its sample files; a real office has none."""
        return self._folder / "samples" if self.session.demonstration else None

    def enter(self, user: str, password: Secret, code: Secret) -> Entry | Findings:
        """Open the office with the person's key slot."""
        engine = EmbeddedEngine.open(
            self._folder, user, password, code, self._sources, self._make_key
        )
        if not isinstance(engine, EmbeddedEngine):
            return engine
        return Entry(engine, engine.opened.keys.key(Purpose.STATION))

    async def known_people(self) -> tuple[KnownPerson, ...]:
        """Return a demonstration's people with the codes of the moment; nobody elsewhere."""
        return await self._in_thread(known_people, self._folder, self._sources.clock.now())
