"""A field for a short numeric code, in groups of four, with attempts and time left in words."""

import dataclasses
from dataclasses import dataclass
from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.application import VentanillaWidget
from tui.translation import N_, Translator
from tui.widgets.line_input import LineInput

_GROUP: Final = 4


def grouped(digits: str) -> str:
    """Return digits in groups of four: `1234 5678`."""
    return " ".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))


def code_state(attempts: int, seconds: int, translate: Translator) -> str:
    """Return attempts and time left in words: minutes, and seconds in the last minute."""
    if seconds <= 0:
        return translate(N_("The code has expired: ask for a new one."))
    tries = translate.plural("{count} attempt left", "{count} attempts left", attempts)
    if seconds > 60:
        minutes = -(-seconds // 60)
        time = translate.plural("{count} minute left", "{count} minutes left", minutes)
    else:
        time = translate.plural("{count} second left", "{count} seconds left", seconds)
    return f"{tries} · {time}"


class _CodeInput(LineInput):
    def validate_value(self, value: str) -> str:
        return grouped("".join(each for each in value if each.isascii() and each.isdigit()))

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace some characters and go to the end: the spaces move while one types."""
        super().replace(text, start, end)
        self.cursor_position = len(self.value)


class CodeField(VentanillaWidget, Widget):
    """Takes the digits of a code; posts `Completed` on Enter once all are there.

    Args:
        length: how many digits the code has.
    """

    DEFAULT_CSS = """
    CodeField {
        height: 1;
    }
    CodeField Horizontal {
        height: 1;
    }
    CodeField Static {
        width: 1fr;
        margin-left: 2;
    }
    """

    @dataclass
    class Completed(Message):
        """All digits are typed and Enter was pressed.

        Attributes:
            field: the field.
            code: the digits; a secret, so it is in no representation.
        """

        field: "CodeField"
        code: str = dataclasses.field(repr=False)

    def __init__(self, length: int = 8, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._length = length
        self._attempts = 0
        self._seconds = 0
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Build the field."""
        # The spaces between groups count as characters too.
        shown_length = len(grouped("0" * self._length))
        with Horizontal():
            box = _CodeInput(id="code", max_length=shown_length)
            box.styles.width = shown_length + 1
            yield box
            yield Static(markup=False)

    def start(self, attempts: int, seconds: int) -> None:
        """Show what is left and count the seconds down."""
        self._attempts, self._seconds = attempts, seconds
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_interval(1, self._count_down)
        self._show()

    def tries_left(self, attempts: int) -> None:
        """Show how many attempts are left; the time goes on."""
        self._attempts = attempts
        self._show()

    def clear(self) -> None:
        """Empty the box for the next attempt."""
        self.query_one(_CodeInput).value = ""

    async def submit(self) -> None:
        """Do what Enter in the box does."""
        await self.query_one(_CodeInput).action_submit()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the digits over."""
        event.stop()
        digits = event.value.replace(" ", "")
        if len(digits) == self._length:
            self.post_message(self.Completed(self, digits))
        else:
            missing = self._length - len(digits)
            self._say(
                self.translate.plural(
                    "{count} digit is missing.", "{count} digits are missing.", missing
                )
            )

    def _count_down(self) -> None:
        self._seconds -= 1
        # Only the last minute is told by the second: an idle screen sends nothing else.
        if self._seconds % 60 == 0 or self._seconds < 60:
            self._show()
        if self._seconds <= 0 and self._timer is not None:
            self._timer.stop()

    def _show(self) -> None:
        self._say(code_state(self._attempts, self._seconds, self.translate))

    def _say(self, words: str) -> None:
        self.query_one(Static).update(words, layout=False)
