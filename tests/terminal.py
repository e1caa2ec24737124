"""A real terminal for tests: a program on a PTY, its screen kept by pyte.

Nothing sleeps for a fixed time: a test sends bytes and waits for what must then be true.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence

import pyte

ALTERNATE_SCREEN_ON = b"\x1b[?1049h"
BRACKETED_PASTE_ON = b"\x1b[?2004h"
"""Written after the terminal was set to raw keys: from here on Enter is Enter."""
ALTERNATE_SCREEN_OFF = b"\x1b[?1049l"

# Sequences pyte would print as text: mode queries and the kitty keyboard protocol.
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[\?\d+\$p|\x1b\[[<>=]\d*u")
_UNFINISHED = re.compile(rb"\x1b(\[[0-9;?<>=$]*)?\Z")


class Terminal:
    """Runs a command on a PTY of its own; use it as a context manager.

    Args:
        command: program and arguments.
        environment: the whole environment of the program.
        columns: width in cells.
        lines: height in cells.
        folder: the working folder.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        *,
        columns: int = 80,
        lines: int = 24,
        folder: str | None = None,
    ) -> None:
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._output = bytearray()
        self._unfinished = b""
        self._news = threading.Condition()
        self._hung_up = threading.Event()
        self._master, self._slave = pty.openpty()
        self._set_size(columns, lines)
        self.attributes_before = termios.tcgetattr(self._slave)
        # A session leader that opens a terminal gets it as its own, and so its SIGHUP.
        self.process = subprocess.Popen(
            ["sh", "-c", 'exec "$@" <"$0" >"$0" 2>"$0"', os.ttyname(self._slave), *command],
            env=dict(environment) if environment is not None else None,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.hang_up()

    # -- what a person does ----------------------------------------------------------------------

    def send(self, data: bytes | str) -> None:
        """Type bytes, all in one packet."""
        os.write(self._master, data.encode() if isinstance(data, str) else data)

    def resize(self, columns: int, lines: int) -> None:
        """Change the size of the window; the terminal tells the program."""
        with self._news:
            self._screen.resize(lines, columns)
        self._set_size(columns, lines)

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        """End the program without a warning."""
        self.signal(signal.SIGKILL)

    def hang_up(self) -> None:
        """Take the terminal away, as a dropped connection does."""
        if not self._hung_up.is_set():
            self._hung_up.set()
            self._reader.join()
            os.close(self._slave)
            os.close(self._master)

    # -- what a person sees ----------------------------------------------------------------------

    def screen(self) -> list[str]:
        """Return the lines shown now, without trailing blanks."""
        with self._news:
            return [line.rstrip() for line in self._screen.display]

    def text(self) -> str:
        """Return the screen as one text."""
        return "\n".join(self.screen())

    def cell(self, line: int, column: int) -> pyte.screens.Char:
        """Return a cell with its colours."""
        with self._news:
            return self._screen.buffer[line][column]

    @property
    def output(self) -> bytes:
        """Everything the program has written so far."""
        with self._news:
            return bytes(self._output)

    @property
    def attributes(self) -> list[object]:
        """The terminal's modes now, as `stty` would tell them."""
        return termios.tcgetattr(self._slave)

    # -- waiting ---------------------------------------------------------------------------------

    def wait_for(self, wanted: str | Callable[[], object], timeout: float = 60) -> None:
        """Wait until a text is on the screen or a predicate is true.

        Raises:
            AssertionError: with the screen as it is, when the time is over.
        """
        arrived = (lambda: wanted in self.text()) if isinstance(wanted, str) else wanted
        end = time.monotonic() + timeout
        with self._news:
            while not arrived():
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"not seen: {wanted!r}\n{self.text()}")
                self._news.wait(min(left, 0.05))

    def bytes_within(self, seconds: float) -> int:
        """Return how many bytes come within a time; waits no longer than for the first."""
        with self._news:
            before = len(self._output)
            self._news.wait_for(lambda: len(self._output) > before, seconds)
            return len(self._output) - before

    def wait_quiet(self, seconds: float = 0.3, timeout: float = 60) -> None:
        """Wait until nothing was written for a while."""
        end = time.monotonic() + timeout
        while self.bytes_within(seconds):
            if time.monotonic() > end:
                raise AssertionError("the program never stops writing")

    def exit_code(self, timeout: float = 60) -> int:
        """Wait for the end of the program and of its output; return its exit code."""
        code = self.process.wait(timeout)
        self.wait_quiet(0.05)
        return code

    # -- inside ----------------------------------------------------------------------------------

    def _set_size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def _read(self) -> None:
        # A read that is under way would keep the terminal open when it is to be taken away.
        while not self._hung_up.is_set():
            if not select.select([self._master], [], [], 0.02)[0]:
                continue
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            if not data:
                return
            with self._news:
                self._output += data
                known = _UNKNOWN_TO_PYTE.sub(b"", self._unfinished + data)
                unfinished = _UNFINISHED.search(known)
                cut = unfinished.start() if unfinished else len(known)
                self._unfinished = known[cut:]
                self._stream.feed(known[:cut])
                self._news.notify_all()
