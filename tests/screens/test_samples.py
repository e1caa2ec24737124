"""The demonstration's sample files are drawn beside the work, whatever it does meanwhile."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import screen_name


class LateThreads(ThreadPoolExecutor):
    """Begins work in a thread of its own only when told; what is awaited begins at once."""

    def __init__(self) -> None:
        super().__init__(4)
        self.late: list[Callable[[], object]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        if "_run_threaded" not in getattr(fn, "__qualname__", ""):
            return super().submit(fn, *args, **named)
        done: Future[Any] = Future()

        def begin() -> None:
            try:
                done.set_result(fn(*args, **named))
            except Exception as error:  # noqa: BLE001 -- whoever waits is told, as by any thread
                done.set_exception(error)

        self.late.append(begin)
        return done

    def begin(self) -> None:
        """Let what waits begin."""
        for each in self.late:
            super().submit(each)


async def test_samples_are_drawn_for_who_logged_in_before_their_thread_began(start, office):
    (office / ".samples.unfinished").mkdir()
    threads = LateThreads()
    asyncio.get_running_loop().set_default_executor(threads)
    async with start() as pilot:
        await wait_until(lambda: pilot.app.screen._people and threads.late)
        log_in = pilot.app.screen
        await press_and_wait(pilot, "1", "enter")
        await wait_until(lambda: screen_name(pilot) == "WorklistScreen", 30)
        await wait_until(lambda: not log_in.is_running and log_in.parent is None)
        threads.begin()
        await wait_until((office / "samples").is_dir, 30)
        assert screen_name(pilot) == "WorklistScreen"
