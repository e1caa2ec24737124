"""The thread in which a station exchanges with its server, as long as somebody is logged in."""

import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Final

from backend_client.own_office import OwnOffice
from backend_client.server_link import ServerLink
from backend_client.station_exchange import StationExchange
from issuance.findings import Finding
from issuance.findings.sync import SyncCode
from issuance.sources import Randomness

_EVERY: Final = 20.0
"""Seconds from one round to the next."""
_FIRST_WHILE_LOST: Final = 3.0
_MOST_DOUBLED: Final = 2
_SHORTEST_END: Final = 0.5
_LONGEST_END: Final = 5.0
_ENDING: Final = frozenset({SyncCode.STATION_LOST.value, SyncCode.STATION_KEY_DUE.value})


class ExchangeRounds:
    """Exchanges every now and then and at once after something was recorded; tells the link."""

    def __init__(
        self,
        folder: Path,
        server: str,
        exchange: StationExchange,
        own: OwnOffice,
        link: ServerLink,
        report: Callable[[BaseException], object],
        ended: Callable[[Finding], object],
        randomness: Randomness,
        ask_after: Callable[[], Finding | None],
    ) -> None:
        """Prepare the thread.

        `report` is told of what fails with nobody waiting, `ended` why nobody may go on here;
        `ask_after` finds out what became of commands whose answers were lost.
        """
        self._ended, self._randomness, self._ask_after = ended, randomness, ask_after
        self.folder, self.server = folder, server
        self._exchange, self._own, self._link, self._report = exchange, own, link, report
        self._next: float | None = None
        self._due = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="exchange", daemon=True)

    def start(self) -> None:
        """Begin with the rounds."""
        self._tell(None)
        self._thread.start()

    @property
    def next_try(self) -> float | None:
        """Return the seconds to the next round after one that failed; 0 while that is on."""
        return None if self._next is None else max(0.0, self._next - monotonic())

    def hurry(self) -> None:
        """Let the next round begin now: something was recorded, or somebody asks for it."""
        self._tell(self._link.state.trouble)
        self._due.set()

    def stop(self) -> None:
        """Let the round that is on end, as soon as it may, and no other begin."""
        self._stopped.set()
        self._due.set()
        self._exchange.end()
        # A connection that is being opened at this moment could not be closed.
        self._thread.join(_SHORTEST_END)
        self._exchange.close()
        # What still waits for an answer is harmless: whatever comes of it is asked again.
        self._thread.join(_LONGEST_END)

    def _run(self) -> None:
        lost = 0
        while not self._stopped.is_set():
            self._due.clear()
            self._next = self._next and min(self._next, monotonic())
            trouble: Finding | None = None
            try:
                trouble = self._exchange.round() or self._ask_after()
            except Exception as error:  # noqa: BLE001 -- whatever it is, it must not end the rounds
                if not self._stopped.is_set():
                    self._report(error)
            if self._stopped.is_set():
                return
            if trouble is not None and trouble.code in _ENDING:
                self._ended(trouble)
                return
            self._tell(trouble)
            lost = 0 if self._link.state.online else lost + 1
            chance = int.from_bytes(self._randomness.octets(4)) / 2**32
            asked = self._exchange.asked_pause
            pause = pause_after(lost, asked, chance)
            is_well = lost == 0 and trouble is None and asked == 0
            self._next = None if is_well else monotonic() + pause
            self._due.wait(pause)

    def _tell(self, trouble: Finding | None) -> None:
        waiting, oldest = self._own.waiting()
        self._link.tell(waiting, oldest, trouble)


def pause_after(lost: int, asked: float, chance: float) -> float:
    """Return the seconds to the next round, unless somebody at the station wants it at once.

    After so many lost rounds on end it is anywhere up to a longest pause that grows (full jitter):
    a server that comes back is not asked by all its stations in the same moment. `asked` is what
    the server wants to be left alone.
    """
    if lost == 0:
        return max(_EVERY, asked)
    return max(_FIRST_WHILE_LOST * 2 ** min(lost - 1, _MOST_DOUBLED) * chance, asked)
