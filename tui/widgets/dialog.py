"""What all dialogs share: a box over the work, Esc or F3 to leave it without a result.

The work shows around the box: station line and person stay on screen (nobody confirms for another).
Its key bar does not: none of those keys works now, so the dialog's own stands there.
"""

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.screen import ModalScreen

from tui.actions import BACK, Action, bindings
from tui.application import VentanillaWidget
from tui.key_bar import KeyBar

Result = TypeVar("Result")


class Dialog(VentanillaWidget, ModalScreen[Result | None], Generic[Result]):
    """A modal screen; `compose_box` yields its content, in a container with the class `box`."""

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
    Dialog KeyBar {
        height: 2;
    }
    Dialog .consequence {
        text-style: bold;
        margin: 1 0;
    }
    """

    def compose(self) -> ComposeResult:
        """Build the content and, over the bar of the screen below, what the keys do here."""
        yield from self.compose_box()
        yield KeyBar(*self.shown_actions())

    def compose_box(self) -> ComposeResult:
        """Build the dialog's own content."""
        yield from ()

    def shown_actions(self) -> Sequence[Action]:
        """Return what the key bar shows."""
        return (BACK,)

    def action_back(self) -> None:
        """Leave without a result."""
        self.dismiss(None)


class UnhurriedDialog(Dialog[Result]):
    """A dialog that no key typed before anybody could read it answers or closes."""

    DEAF_SECONDS: ClassVar[float] = 0.5

    def on_mount(self) -> None:
        """Take no key between the dialog's drawing and its being on top."""
        self.ventanilla.keys.deafen(self.DEAF_SECONDS)

    def on_screen_resume(self) -> None:
        """Take no key that was typed meanwhile."""
        self.ventanilla.keys.deafen(self.DEAF_SECONDS)
