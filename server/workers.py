"""Several processes that serve from one listening socket; one that dies is followed by another."""

import os
import signal
import tempfile
import threading
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from typing import Any, Final

from server.metrics import SHARED_FOLDER

_LOOK_EVERY: Final = 0.5


def supervise(work: Callable[..., int], arguments: tuple[Any, ...], count: int) -> int:
    """Run `work` in `count` processes until SIGTERM or SIGINT; return the exit code.

    A process that ends by itself with a code was refused its office: then all end with that code.
    """
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with tempfile.TemporaryDirectory(prefix="ventanilla-figures-") as figures:
        os.environ[SHARED_FOLDER] = figures
        processes = [_started(work, arguments) for _ in range(count)]
        code = 0
        while not stopped.is_set():
            wait([each.sentinel for each in processes], _LOOK_EVERY)
            ended = [each for each in processes if each.exitcode is not None]
            refused = [each.exitcode for each in ended if (each.exitcode or 0) > 0]
            if refused:
                code = refused[0] or 0
                break
            for each in ended:
                processes[processes.index(each)] = _started(work, arguments)
        for each in processes:
            each.terminate()
        for each in processes:
            each.join()
    return code


def _started(work: Callable[..., int], arguments: tuple[Any, ...]) -> SpawnProcess:
    process = get_context("spawn").Process(target=_run, args=(work, arguments))
    process.start()
    return process


def _run(work: Callable[..., int], arguments: tuple[Any, ...]) -> None:
    raise SystemExit(work(*arguments))
