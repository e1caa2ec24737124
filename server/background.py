"""What time asks for while a server runs: clocks, lists and answers, mail, forgotten remains."""

import threading
from collections.abc import Callable
from typing import Final

from server.journal import Journal
from server.opened_office import ServedOffice

EVERY: Final = 20.0
"""Seconds from one round to the next."""
_MOST_ANSWERS: Final = 500
"""Status answers signed in one round, so that mail has its turn too."""


class Background:
    """A thread that does what is due, at any number of processes: each job is done once."""

    def __init__(self, served: ServedOffice, journal: Journal, every: float = EVERY) -> None:
        self._served = served
        self._journal = journal
        self._every = every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="background", daemon=True)

    def start(self) -> None:
        """Begin with the rounds."""
        self._thread.start()

    def stop(self) -> None:
        """Let the round that is on end, and no other begin."""
        self._stopped.set()
        self._served.work_waits.set()
        self._thread.join()

    def _run(self) -> None:
        served = self._served
        self._attempt(served.engine.warm)
        while not self._stopped.is_set():
            served.work_waits.clear()
            # Mail first: somebody at a counter waits for a code.
            well = self._attempt(served.engine.deliver_mail)
            well &= self._attempt(self._run_due)
            well &= self._attempt(self._forget)
            if well:
                served.metrics.work_done.set(served.office.now().timestamp())
            served.work_waits.wait(self._every)

    def _run_due(self) -> None:
        self._served.engine.run_due(self._served.opened.session, _MOST_ANSWERS)

    def _forget(self) -> None:
        now = self._served.office.now()
        self._served.uploads.forget_old(now)
        with self._served.office.register.writing() as writing:
            writing.purge_sessions(now)

    def _attempt(self, work: Callable[[], object]) -> bool:
        try:
            work()
        except Exception as error:  # noqa: BLE001 -- whatever it is, it must not end the rounds
            self._served.metrics.work_failed.inc()
            self._journal.failure("background_failure", error, work=work.__name__)
            return False
        return True
