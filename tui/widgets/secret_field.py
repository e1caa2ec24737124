"""A field for a password: shown as bullets, kept out of the clipboard."""

from typing import Any

from tui.widgets.line_input import LineInput


class SecretField(LineInput):
    """Takes a password exactly as typed; a person reads it only through `take`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(password=True, **options)

    def take(self) -> str:
        """Return what was typed and empty the field, so that it stays on no screen."""
        typed = self.value
        self.value = ""
        return typed

    def action_copy(self) -> None:
        """Do nothing: a password is not copied."""

    def action_cut(self) -> None:
        """Do nothing: a password is not copied."""
