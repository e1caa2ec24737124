"""A sign that something is awaited: four characters a second, only while it lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from textual.timer import Timer
from textual.widgets import Static

from issuance.identity.cleaning import printable

_SIGNS: Final = "|/-\\"
_SECONDS: Final = 0.25
"""A LoadingIndicator sends 110 KB/s; this sends some 300 bytes."""


class Spinner(Static):
    """Turns beside the words of what is awaited."""

    DEFAULT_CSS = """
    Spinner {
        height: auto;
        min-height: 1;
        max-height: 2;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- Textual's own name
        super().__init__(markup=False, id=id)
        self._words = ""
        self._turn = 0
        self._timer: Timer | None = None

    def start(self, words: str) -> None:
        """Turn beside these words."""
        self._words = printable(words)
        if self._timer is None:
            self._timer = self.set_interval(_SECONDS, self._step)
        self._step(layout=True)

    def stop(self) -> None:
        """Stop and show nothing."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.update("")

    @contextmanager
    def turning(self, words: str) -> Iterator[None]:
        """Turn while something lasts, and take no line before and after."""
        self.display = True
        self.start(words)
        try:
            yield
        finally:
            self.stop()
            self.display = False

    def _step(self, *, layout: bool = False) -> None:
        self._turn = (self._turn + 1) % len(_SIGNS)
        self.update(f"{_SIGNS[self._turn]} {self._words}", layout=layout)
