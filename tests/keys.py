"""Typing in Pilot tests: send keys, wait for a condition.

Pilot itself waits until the processor is idle after every key: ten keys took 20 seconds beside one
thread that makes an RSA key.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from textual import events
from textual.app import App
from textual.keys import _character_to_key
from textual.pilot import Pilot

from tui.app import VentanillaApp

_CHARACTERS = {"enter": "\r", "tab": "\t", "escape": "\x1b", "backspace": "\x7f", "space": " "}


async def press_and_wait(
    pilot: Pilot[Any],
    *keys: str,
    until: Callable[[], object] | None = None,
    timeout: float = 60,  # noqa: ASYNC109 -- reads as what it is at the call
) -> None:
    """Send keys, wait until they have acted, then until the condition holds.

    A key is a name Textual knows (`enter`, `f10`) or text to type; a text that is also the name of
    a key is typed one character at a time.

    Raises:
        AssertionError: when the time is over.
    """
    app = pilot.app
    if isinstance(app, VentanillaApp):
        await wait_until(lambda: not app.keys.is_deaf(), timeout)
    for key in keys:
        for event in key_events(key):
            app.post_message(event)
    await wait_until(lambda: _typed(app), timeout)
    if until is not None:
        await wait_until(until, timeout)


async def close_with(pilot: Pilot[Any], key: str) -> None:
    """Press a key until the dialog on top is gone: it drops what comes before it can be read."""
    dialog = pilot.app.screen
    for _ in range(60):
        await press_and_wait(pilot, key)
        with suppress(AssertionError):
            await wait_until(lambda: pilot.app.screen is not dialog, 1)
            return
    raise AssertionError("the dialog did not close in time")


async def wait_until(
    condition: Callable[[], object],
    timeout: float = 60,  # noqa: ASYNC109 -- reads as what it is at the call
) -> None:
    """Wait until a condition holds; give way to the app meanwhile.

    Raises:
        AssertionError: when the time is over.
    """
    end = time.monotonic() + timeout
    # A turn of the loop first: what was just posted has not arrived yet.
    await asyncio.sleep(0)
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("the condition did not come true in time")
        await asyncio.sleep(0.002)


def key_events(key: str) -> list[events.Key]:
    """Return the events of a key by name, or of a text to type."""
    if key in _CHARACTERS or (len(key) > 1 and _is_name(key)):
        return [events.Key(key, _CHARACTERS.get(key))]
    return [events.Key(_character_to_key(each), each) for each in key]


def _is_name(key: str) -> bool:
    return key in _NAMES or "+" in key or (key[:1] == "f" and key[1:].isdigit())


_NAMES = {"up", "down", "left", "right", "home", "end", "pageup", "pagedown", "delete"}


def _typed(app: App[Any]) -> bool:
    waiting = app.message_queue_size
    return not waiting and (not isinstance(app, VentanillaApp) or app.keys.idle)
