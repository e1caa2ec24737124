"""A field for what an Input cannot take: several lines, typed, pasted or from a scanner."""

from dataclasses import dataclass, field
from typing import Final

from textual.content import Content
from textual.events import Key, Paste
from textual.message import Message
from textual.widgets import Static

from issuance.identity.cleaning import printable
from screens.card_comparison import is_address
from tui.application import VentanillaWidget
from tui.translation import N_

_CARD: Final = 90
_PASSPORT: Final = 88
_LONGEST: Final = 400
_SHOWN_WIDTH: Final = 44


class ZoneField(VentanillaWidget, Static, can_focus=True):
    """Collects a card's or passport's lines until they are complete; Enter reads what is there.

    After that the next character begins a new text, so that a card can be scanned again.
    """

    DEFAULT_CSS = """
    ZoneField {
        height: 4;
        background: $field-background;
        color: $field-foreground;
        width: 60;
        max-width: 100%;
    }
    ZoneField:focus {
        background: $field-focus-background;
        color: $field-focus-foreground;
    }
    """

    @dataclass
    class Completed(Message):
        """The text is complete, or Enter says that it is."""

        text: str = field(repr=False)

    def __init__(self, begun: str = "", *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(markup=False, id=id)
        self.text = ""
        self._begun = begun
        self._is_done = False

    def on_mount(self) -> None:
        """Take what was scanned before this field was there."""
        if not self.text:
            self._add(self._begun)
        self._draw()

    def clear(self) -> None:
        """Begin anew."""
        self.text, self._is_done = "", False
        self._draw()

    def on_key(self, event: Key) -> None:
        """Take a character, a line's end, or the last character back."""
        if event.key == "enter":
            self._end_line()
        elif event.key == "backspace":
            self.text = self.text[:-1]
        elif event.is_printable and event.character:
            self._add(event.character)
        else:
            return
        event.stop()
        event.prevent_default()
        self._draw()

    def on_paste(self, event: Paste) -> None:
        """Take pasted lines, all of them."""
        event.stop()
        event.prevent_default()
        self._add("\n".join(printable(line) for line in event.text[:_LONGEST].splitlines()))
        self._draw()

    def _add(self, text: str) -> None:
        if self._is_done:
            self.text, self._is_done = "", False
        self.text = (self.text + text)[:_LONGEST]
        is_whole = self._count() >= self._expected()
        if self.text.endswith("\n") if is_address(self.text) else is_whole:
            self._complete()

    def _end_line(self) -> None:
        """Read after a whole QR text or an empty line; a scanner ends every line with Enter."""
        if is_address(self.text) or self.text.endswith("\n"):
            self._complete()
        elif self.text and not self._is_done:
            self.text += "\n"

    def _complete(self) -> None:
        if not self._is_done:
            self._is_done = True
            self.post_message(self.Completed(self.text))

    def _count(self) -> int:
        return len("".join(self.text.split()))

    def _expected(self) -> int:
        return _PASSPORT if self.text.lstrip()[:1] in ("P", "p") else _CARD

    def _draw(self) -> None:
        count = self.translate(
            N_("{count} of {expected} characters"), count=self._count(), expected=self._expected()
        )
        width = _SHOWN_WIDTH if self._expected() == _PASSPORT else _CARD // 3
        whole = printable("".join(self.text.split()))
        rows = [whole[start : start + width] for start in range(0, len(whole), width)][:3]
        if not is_address(whole):
            rows = [row.upper() for row in rows]
        lines = [*rows, *([""] * (3 - len(rows)))]
        muted = Content.styled(count, "$text-muted")
        self.update(Content("\n").join([*map(Content, lines), muted]))
