"""Textual's Linux driver, reading any bytes and surviving a terminal that goes away."""

import os
import selectors
import signal
import time
from typing import Final

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from tui.keyboard import KeyboardDecoder

_POLL_SECONDS: Final = 0.1
_UNFINISHED_SECONDS: Final = 0.5
"""How long the rest of a torn UTF-8 character may take before its start is read as Latin-1."""


class CounterDriver(LinuxDriver):
    """Reads keys through `KeyboardDecoder`; writes nothing to a terminal that is gone."""

    def run_input_thread(self) -> None:
        """Read keys until the program ends or the terminal hangs up.

        Replaces the method of `LinuxDriver`, whose strict decoder ends the program at a byte that
        is not UTF-8 (Textualize/textual#6456) and which spins when the terminal is gone.
        """
        parser = XTermParser()
        decoder = KeyboardDecoder()
        last_read = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                ready = selector.select(_POLL_SECONDS)
                for message in parser.tick():
                    decoder.forget_escape()
                    self.process_message(message)
                if ready:
                    data = self._read()
                    if not data:  # the terminal is gone, with or without a signal
                        os.kill(os.getpid(), signal.SIGHUP)
                        return
                    text = decoder.decode(data)
                    last_read = time.monotonic()
                elif time.monotonic() - last_read >= _UNFINISHED_SECONDS:
                    text = decoder.flush()
                else:
                    continue
                if text:
                    for message in parser.feed(text):
                        self.process_message(message)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""

    def write(self, data: str) -> None:
        """Write to the terminal; drop the data when its writer ended with the terminal."""
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().write(data)

    def close(self) -> None:
        """Stop the writer, unless it ended with the terminal."""
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().close()
