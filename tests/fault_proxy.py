"""A proxy between a client and a server: it cuts, drops answers, delays or hangs on demand."""

import asyncio
import contextlib
import random
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_PACKET = 1448
_NOTHING = 1e-5


@dataclass
class Faults:
    """What happens to connections from now on.

    `refuse` closes each new one, `drop_answers` closes both sides when the server answers (so
    many times), `cut_requests` closes them before the server hears of the request, `swallow` lets
    nothing through either way, `instead` is what each new one hears in the server's place, `delay`
    is how many seconds the way takes in each direction, `loss` the share of packets that come a
    round trip later, since they had to be sent again.
    """

    refuse: bool = False
    drop_answers: int = 0
    cut_requests: int = 0
    swallow: bool = False
    instead: bytes = b""
    delay: float = 0.0
    loss: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    connections: int = 0
    pairs: set[asyncio.StreamWriter] = field(default_factory=set[asyncio.StreamWriter])


class FaultProxy:
    """Listens on a port of loopback and passes on to another; runs in a thread of its own."""

    def __init__(self, target: int) -> None:
        self.faults = Faults()
        self.port = 0
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fault proxy")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Break every connection there is."""
        self._loop.call_soon_threadsafe(self._cut)

    def start(self) -> None:
        self._thread.start()
        self._listening.wait()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _cut(self) -> None:
        for writer in list(self.faults.pairs):
            writer.transport.abort()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._connected, "127.0.0.1", self.port)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        self._loop.run_forever()
        server.close()
        self._cut()
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.faults.connections += 1
        if self.faults.refuse:
            writer.transport.abort()
            return
        if self.faults.instead:
            await self._answer(reader, writer)
            return
        try:
            onward, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        pair = (writer, back)
        self.faults.pairs.update(pair)
        # The end of the proxy is no fault to be told of.
        with contextlib.suppress(asyncio.CancelledError):
            await self._pass_both_ways(pair, reader, onward)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            if length := re.search(rb"content-length: (\d+)", head.lower()):
                await reader.readexactly(int(length[1]))
            writer.write(self.faults.instead)
            await writer.drain()
        writer.close()

    async def _pass_both_ways(
        self,
        pair: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
        reader: asyncio.StreamReader,
        onward: asyncio.StreamReader,
    ) -> None:
        writer, back = pair
        try:
            await asyncio.gather(
                self._pass(reader, back, pair, to_server=True),
                self._pass(onward, writer, pair, to_server=False),
            )
        finally:
            self.faults.pairs.difference_update(pair)

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        pair: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
        *,
        to_server: bool,
    ) -> None:
        before = 0.0
        with contextlib.suppress(OSError):
            while piece := await reader.read(1 << 16):
                if self._breaks(to_server=to_server):
                    break
                if not self.faults.swallow:
                    # Nothing overtakes what was sent before: at one moment there is no order.
                    arrives = self._loop.time() + self._way(len(piece))
                    before = max(before + _NOTHING, arrives)
                    self._loop.call_at(before, _write, writer, piece)
        for each in pair:
            self._loop.call_later(self.faults.delay, each.transport.abort)

    def _way(self, octets: int) -> float:
        faults = self.faults
        arrives = (1 - faults.loss) ** -(-octets // _PACKET)
        again = 2 * faults.delay if faults.chance.random() > arrives else 0.0
        return faults.delay + again

    def _breaks(self, *, to_server: bool) -> bool:
        faults = self.faults
        if to_server and faults.cut_requests:
            faults.cut_requests -= 1
            return True
        if not to_server and faults.drop_answers:
            faults.drop_answers -= 1
            return True
        return False


def _write(writer: asyncio.StreamWriter, piece: bytes) -> None:
    if not writer.is_closing():
        writer.write(piece)


@contextmanager
def fault_proxy(target: int) -> Iterator[FaultProxy]:
    """Pass on to a port of loopback until the block ends."""
    proxy = FaultProxy(target)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
