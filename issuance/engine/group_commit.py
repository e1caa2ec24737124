"""Lets many who write a little at the same time share one commit of the register."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from issuance.register.register import Register, Writing

T = TypeVar("T")

_MOST_AT_ONCE: Final = 100


@dataclass(slots=True)
class _Waiting:
    """Some work, and once it is `done` what came of it; whoever has the turn may look."""

    work: Callable[[Writing], Any]
    done: bool = False
    result: Any = None
    error: BaseException | None = None


class GroupCommit:
    """Whoever comes while a commit is under way waits, and then shares the next one.

    Where one of them raises, nothing of that commit stands and each is done by itself.
    """

    def __init__(self, register: Register) -> None:
        self._register = register
        self._waiting: list[_Waiting] = []
        self._mutex = threading.Lock()
        self._turn = threading.Lock()

    def write(self, work: Callable[[Writing], T]) -> T:
        """Do it in a transaction; it is durable when this returns.

        `work` may be run again from its beginning. Raises what it raised, or `RegisterFailure`.
        """
        mine = _Waiting(work)
        with self._mutex:
            self._waiting.append(mine)
        with self._turn:
            # Who had the turn before may have done it already.
            while not mine.done:
                with self._mutex:
                    batch = self._waiting[:_MOST_AT_ONCE]
                    del self._waiting[:_MOST_AT_ONCE]
                self._commit(batch)
        if mine.error is not None:
            raise mine.error
        return cast("T", mine.result)

    def _commit(self, batch: list[_Waiting]) -> None:
        try:
            results = self._register.write(lambda writing: [e.work(writing) for e in batch])
        except BaseException as error:  # noqa: BLE001 -- whoever waits is told
            if len(batch) == 1:
                batch[0].done, batch[0].error = True, error
            else:
                # Nothing was changed: each by itself, so that one hinders no other.
                for each in batch:
                    self._commit([each])
            return
        for each, value in zip(batch, results, strict=True):
            each.done, each.result = True, value
