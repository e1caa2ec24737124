"""What all dialogs share: a box over the work, Esc or F3 to leave it without a result.

The work shows around the box: station line and person stay on screen (nobody confirms for another).
"""

from typing import ClassVar, Generic, TypeVar

from textual.screen import ModalScreen

from tui.actions import BACK, bindings
from tui.application import VentanillaWidget

Result = TypeVar("Result")


class Dialog(VentanillaWidget, ModalScreen[Result | None], Generic[Result]):
    """A modal screen whose content lies in a container with the class `box`."""

    BINDINGS: ClassVar = bindings(BACK)

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: transparent;
    }
    Dialog .box {
        width: 76;
        max-width: 100%;
        height: auto;
        max-height: 92%;
        border: solid $border;
        padding: 0 1;
        background: $background;
    }
    Dialog MessageLine {
        max-height: 6;
    }
    Dialog .consequence {
        text-style: bold;
        margin: 1 0;
    }
    """

    def action_back(self) -> None:
        """Leave without a result."""
        self.dismiss(None)
