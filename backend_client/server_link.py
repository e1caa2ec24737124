"""Whether a server can be reached, as every request shows anew; told to who watches."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from backend_client.backend import Link
from issuance.findings import Finding
from issuance.sources import Clock


class ServerLink:
    """The state of one connection; safe in several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changing = threading.Lock()
        self._link = Link(online=True, since=clock.now())
        self.watcher: Callable[[Link], object] = _nobody
        """Is told of each change, in the thread that found it."""

    @property
    def state(self) -> Link:
        """Return the state as the last request showed it."""
        return self._link

    def note(self, *, online: bool) -> None:
        """Note whether a request reached the server."""
        with self._changing:
            if self._link.online == online:
                return
            self._link = replace(self._link, online=online, since=self._clock.now())
        self.watcher(self._link)

    def tell(self, waiting: int, oldest: datetime | None, trouble: Finding | None) -> None:
        """Note what waits here for the server, and what stopped the last exchange."""
        self._change(waiting=waiting, oldest=oldest, sending=None, trouble=trouble)

    def tell_sending(self, arrived: int, altogether: int) -> None:
        """Note how many octets of the files that wait are at the server already."""
        self._change(sending=(arrived, altogether))

    def _change(self, **changes: object) -> None:
        with self._changing:
            changed = replace(self._link, **changes)
            if changed == self._link:
                return
            self._link = changed
        self.watcher(self._link)


def _nobody(link: Link) -> None:
    del link
