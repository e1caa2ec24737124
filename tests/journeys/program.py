"""The whole program on a computer whose office is elsewhere, driven by keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from backend_client.offices import Offices
from tests.journeys.walk import Counter, telling
from tests.keys import press_and_wait
from tests.screens.application_typing import screen_is
from tests.screens.conftest import shown
from ventanilla.app import counter_app


@asynccontextmanager
async def program(offices: Offices) -> AsyncIterator[Counter]:
    """Run the program, olga logged in by keys; the end of the block is the end of the program."""
    app = counter_app(offices, language="es")
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            with telling(pilot):
                await screen_is(pilot, "LogInScreen")
                await press_and_wait(pilot, "1", "enter")
                await screen_is(pilot, "WorklistScreen")
                yield pilot
    finally:
        if app.backend is not None:
            await app.backend.close()


def station_line(pilot: Counter) -> str:
    """Return the line at the top; empty while nothing is painted."""
    return next(iter(shown(pilot).splitlines()), "")
