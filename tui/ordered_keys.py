"""Keys act strictly one after another, as if each were typed when the one before was done.

Textual forwards a printable key to the focused widget at once, but runs Tab and Enter only after
they bubbled back to the app; in a burst (a scanner, a stalled line) letters then land in the wrong
field (Textualize/textual#6605). Here one key is in flight and the rest wait. A key is done when a
marker sent along its way, from the focused widget up to the app, found nothing left to do on the
way and neither screen nor focus changed meanwhile.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, Protocol

from textual.events import Key, Paste
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from textual.app import App


class _Returned(Protocol):
    def __call__(self, *, settled: bool) -> None: ...


_MOST_ROUNDS: Final = 20
"""A widget that sends itself messages for ever must not stop the keyboard."""
_CHECK_SECONDS: Final = 0.5
_LOOK_SECONDS: Final = 0.02


class OrderedKeys:
    """The queue between the terminal and the app.

    Args:
        app: whose focus and screen the keys go to.
        deliver: hands one key to the app, as Textual itself would.
    """

    def __init__(self, app: "App[int]", deliver: Callable[[Key | Paste], Awaitable[None]]) -> None:
        self._app = app
        self._deliver = deliver
        self._waiting: deque[Key | Paste] = deque()
        self._in_flight = False
        self._holds = 0
        self._deaf_until = 0.0
        self._rounds = 0
        self._ready_screen: object = None

    @property
    def idle(self) -> bool:
        """Whether every key typed so far has done its work."""
        return not self._in_flight and not self._waiting

    @property
    def is_held(self) -> bool:
        """Whether keys wait for work begun by an earlier key."""
        return self._holds > 0

    def is_deaf(self) -> bool:
        """Tell whether a key typed now would be ignored."""
        return asyncio.get_running_loop().time() < self._deaf_until

    async def put(self, event: Key | Paste) -> None:
        """Queue a key; it acts when those before it are done."""
        self._waiting.append(event)
        await self._next()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let keys wait while work goes on whose result they are meant for."""
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1
            if not self._holds:
                self._app.call_later(self._next)

    async def done(self, seconds: float) -> None:
        """Wait until every key typed so far has done its work, but only so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.idle:  # noqa: ASYNC110 -- asked once, when the program ends
                    await asyncio.sleep(_LOOK_SECONDS)

    def deafen(self, seconds: float) -> None:
        """Drop the keys that wait and ignore those typed in the next seconds."""
        self._waiting.clear()
        self._deaf_until = asyncio.get_running_loop().time() + seconds

    async def _next(self) -> None:
        while self._waiting and not self._in_flight and not self._holds:
            event = self._waiting.popleft()
            if event.time < self._deaf_until:
                continue
            self._in_flight = True
            self._rounds = 0
            marker = _Marker(self._app, self._marker_returned)
            if self._app.screen is self._ready_screen:
                await self._deliver(event)
            else:  # a screen that opened by itself may not have its focus yet
                self._waiting.appendleft(event)
            marker.advance()

    def _marker_returned(self, *, settled: bool) -> None:
        if not self._app.is_running:
            self._in_flight = False
            self._waiting.clear()
            return
        self._rounds += 1
        # The app runs a key's action after the first marker has passed the widgets.
        if (settled and self._rounds > 1) or self._rounds == _MOST_ROUNDS:
            self._in_flight = False
            self._ready_screen = self._app.screen
            self._app.call_later(self._next)
        else:
            _Marker(self._app, self._marker_returned).advance()


class _Marker:
    """Visits every pump from the focused widget up to the app, behind what each has to do."""

    def __init__(self, app: "App[int]", returned: "_Returned") -> None:
        self._app = app
        self._returned = returned
        self._screen, self._focused = app.screen, app.focused
        start = app.focused or app.screen
        way: list[MessagePump] = [*start.ancestors_with_self, app]
        self._ahead = deque(dict.fromkeys(way))
        self._at: MessagePump | None = None
        self._quiet = True
        self._check: asyncio.TimerHandle | None = None

    def advance(self) -> None:
        """Go to the next pump that still takes messages, or report back."""
        if self._check is not None:
            self._check.cancel()
        if not self._app.is_running:  # it ends with the key in flight: no screen is left
            self._returned(settled=False)
            return
        while self._ahead:
            pump = self._ahead.popleft()
            self._quiet = self._quiet and pump.message_queue_size == 0
            if pump.call_later(self._visit, pump):
                self._at = pump
                self._watch(pump)
                return
        unmoved = self._app.screen is self._screen and self._app.focused is self._focused
        self._returned(settled=self._quiet and unmoved)

    def _visit(self, pump: MessagePump) -> None:
        if pump is self._at:
            self.advance()

    def _watch(self, pump: MessagePump) -> None:
        """Go on when the pump is removed with the marker still in its queue."""

        def check() -> None:
            if pump.is_running:
                self._watch(pump)
            else:
                self._quiet = False
                self.advance()

        self._check = asyncio.get_running_loop().call_later(_CHECK_SECONDS, check)
