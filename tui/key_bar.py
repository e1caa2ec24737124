"""The bar of function keys: drawn once, half the bytes of Textual's Footer."""

from typing import Final

from textual.content import Content
from textual.widgets import Static

from tui.actions import Action
from tui.application import VentanillaWidget

_UNBROKEN: Final = "\N{NO-BREAK SPACE}"


class KeyBar(VentanillaWidget, Static):
    """Shows what the function keys do here, in the operator's language."""

    DEFAULT_CSS = """
    KeyBar {
        dock: bottom;
        height: auto;
        max-height: 2;
        padding: 0 1;
        background: $bar-background;
        color: $bar-foreground;
    }
    """

    def __init__(self, *actions: Action) -> None:
        super().__init__(markup=False)
        self._actions = actions

    def on_mount(self) -> None:
        """Draw the bar."""
        self.show(*self._actions)

    def show(self, *actions: Action) -> None:
        """Show these actions instead."""
        self._actions = actions
        # A key and its label stay on one line when the bar needs two.
        parts = [
            Content.assemble(
                (action.key.upper(), "bold"),
                _UNBROKEN + self.translate(action.label).replace(" ", _UNBROKEN),
            )
            for action in actions
        ]
        self.update(Content("  ").join(parts))
