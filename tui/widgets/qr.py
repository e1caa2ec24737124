"""A QR code drawn locally; its text never leaves the program."""

from typing import Final

from rich.text import Text
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Static

_BLOCKS: Final = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
_BORDER: Final = 2
"""Light modules around the code; readers of telephones manage with half of the standard's four."""


def qr_lines(text: str) -> list[str]:
    """Return a QR code as half-blocks, dark on light, two modules to a line."""
    # Needed on one screen only.
    import segno

    code = segno.make_qr(text, error="l", boost_error=False)
    rows = [list(row) for row in code.matrix_iter(border=_BORDER)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    return [
        "".join(_BLOCKS[upper, lower] for upper, lower in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    ]


class QrCode(Widget):
    """The code in black on white whatever the theme, with its secret as text below."""

    DEFAULT_CSS = """
    QrCode {
        height: auto;
        width: auto;
        align: center top;
    }
    QrCode Static {
        width: auto;
    }
    """

    def __init__(self, content: str, below: str) -> None:
        super().__init__()
        self._content = content
        self._below = below

    def compose(self) -> ComposeResult:
        """Draw the code."""
        code = "\n".join(qr_lines(self._content))
        yield Static(Text(code, style="#000000 on #ffffff", no_wrap=True))
        yield Static(self._below, markup=False)
