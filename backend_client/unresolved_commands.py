"""Commands whose outcome was not told before the connection broke off, until it is known."""

import threading
from collections.abc import Callable
from uuid import UUID

from issuance.commands import Command, Receipt
from issuance.findings import Finding, warns
from issuance.findings.remote import RemoteCode
from issuance.wire import command_json


class UnresolvedCommands:
    """Asks after them, and recognises who gives the same one again; safe in several threads."""

    def __init__(self) -> None:
        self._commands: dict[UUID, Command] = {}
        self._told: set[UUID] = set()
        self._lock = threading.Lock()

    def add(self, command: Command) -> None:
        """Remember a command of which nothing is known."""
        with self._lock:
            self._commands[command.id] = command

    def as_before(self, command: Command) -> Command:
        """Return the unresolved command that says the same, or else this one.

        Also after its outcome was found: to send it again brings the same receipt.
        """
        with self._lock:
            for former in self._commands.values():
                again = former.model_copy(
                    update={
                        "id": command.id,
                        "at": command.at,
                        # Somebody who opens a case again has a new name for it each time.
                        "stream": (command if command.body.kind == "open_case" else former).stream,
                    }
                )
                if command_json(again) == command_json(command):
                    return self._commands.pop(former.id)
        return command

    def ask(self, send: Callable[[Command], Receipt | None]) -> Finding | None:
        """Send them again, which does nothing twice; tell what became of the newest one.

        `send` returns None where the server does not answer.
        """
        with self._lock:
            waiting = [each for each in self._commands.values() if each.id not in self._told]
        found: Finding | None = None
        for command in waiting:
            receipt = send(command)
            if receipt is None:
                return found
            self._told.add(command.id)
            code = RemoteCode.OUTCOME_SAVED if receipt.applied else RemoteCode.OUTCOME_NOT_SAVED
            found = warns(code, kind=command.body.kind)
        return found
