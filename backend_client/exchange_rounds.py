"""The thread in which a station exchanges with its server, as long as somebody is logged in."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from backend_client.own_office import OwnOffice
from backend_client.server_link import ServerLink
from backend_client.station_exchange import StationExchange
from issuance.findings import Finding
from issuance.findings.sync import SyncCode

_EVERY: Final = 20.0
"""Seconds from one round to the next."""
_EVERY_WHILE_LOST: Final = 3.0
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
    ) -> None:
        """Prepare the thread.

        `report` is told of what fails with nobody waiting, `ended` why nobody may go on here.
        """
        self._ended = ended
        self.folder, self.server = folder, server
        self._exchange, self._own, self._link, self._report = exchange, own, link, report
        self._due = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="exchange", daemon=True)

    def start(self) -> None:
        """Begin with the rounds."""
        self._tell(None)
        self._thread.start()

    def hurry(self) -> None:
        """Let the next round begin now: something was recorded, or somebody asks for it."""
        self._tell(self._link.state.trouble)
        self._due.set()

    def stop(self) -> None:
        """Let the round that is on end, as soon as it may, and no other begin."""
        self._stopped.set()
        self._due.set()
        self._exchange.close()
        # What still waits for an answer is harmless: whatever comes of it is asked again.
        self._thread.join(_LONGEST_END)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._due.clear()
            trouble: Finding | None = None
            try:
                trouble = self._exchange.round()
            except Exception as error:  # noqa: BLE001 -- whatever it is, it must not end the rounds
                if not self._stopped.is_set():
                    self._report(error)
            if self._stopped.is_set():
                return
            if trouble is not None and trouble.code in _ENDING:
                self._ended(trouble)
                return
            self._tell(trouble)
            self._due.wait(_EVERY if self._link.state.online else _EVERY_WHILE_LOST)

    def _tell(self, trouble: Finding | None) -> None:
        waiting, oldest = self._own.waiting()
        self._link.tell(waiting, oldest, trouble)
