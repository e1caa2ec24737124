"""Tells a scanner's burst from single keys, where no field takes what is typed."""

from typing import Final

from textual.events import Key

_LONGEST_PAUSE: Final = 0.1
"""Seconds between two characters of a scanner; nobody types ten characters that fast."""
_SHORTEST_SCAN: Final = 5


class ScannedText:
    """Collects printable keys that follow each other at once."""

    def __init__(self) -> None:
        self._text = ""
        self._at = 0.0

    def typed(self, event: Key) -> None:
        """Add a printable key; after a pause a new text begins."""
        if event.time - self._at > _LONGEST_PAUSE:
            self._text = ""
        self._at = event.time
        if event.is_printable and event.character:
            self._text += event.character

    def take(self) -> str:
        """Return what was scanned up to now, empty where it was none, and begin anew."""
        text, self._text = self._text, ""
        return text if len(text) >= _SHORTEST_SCAN else ""
