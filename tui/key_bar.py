"""The bar of function keys: drawn once, half the bytes of Textual's Footer."""

from collections.abc import Sequence
from typing import Final

from textual.content import Content
from textual.widgets import Static

from tui.actions import Action
from tui.application import VentanillaWidget
from tui.translation import N_

_AFTER_THE_FUNCTION_KEYS: Final = 99
_GAP: Final = "  "
_NAMED: Final = {"enter": N_("Enter")}
"""Keys that have a name in each language."""


class KeyBar(VentanillaWidget, Static):
    """Shows what the function keys do here, in the operator's language."""

    DEFAULT_CSS = """
    KeyBar {
        dock: bottom;
        height: auto;
        max-height: 2;
        background: $bar-background;
        color: $bar-foreground;
    }
    """

    def __init__(self, *actions: Action) -> None:
        super().__init__(markup=False)
        self._actions = actions
        self._drawn: Content | None = None

    def on_mount(self) -> None:
        """Draw the bar."""
        self.show(*self._actions)

    def on_resize(self) -> None:
        """Fit the keys to the width."""
        self._draw()

    def show(self, *actions: Action) -> None:
        """Show these actions instead."""
        self._actions = tuple(sorted(actions, key=_place))
        self._draw()

    def _draw(self) -> None:
        parts = [
            Content.assemble((self._key(action), "bold"), " ", self.translate(action.label))
            for action in self._actions
        ]
        bar = Content("\n").join(_lines(parts, self.size.width or sum(map(len, parts)) * 2))
        if bar != self._drawn:
            self._drawn = bar
            self.update(bar)

    def _key(self, action: Action) -> str:
        return self.translate(_NAMED[action.key]) if action.key in _NAMED else action.key.upper()


def _lines(parts: Sequence[Content], width: int) -> list[Content]:
    """Return lines of at most a width; a key and its label stay together."""
    lines: list[Content] = []
    for part in parts:
        if lines and lines[-1].cell_length + len(_GAP) + part.cell_length <= width:
            lines[-1] = Content.assemble(lines[-1], _GAP, part)
        else:
            lines.append(part)
    return lines


def _place(action: Action) -> int:
    """Return where a key lies on the keyboard; letters come after the function keys."""
    number = action.key.removeprefix("f")
    return int(number) if number.isdigit() else _AFTER_THE_FUNCTION_KEYS
