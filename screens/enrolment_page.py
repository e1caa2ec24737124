"""The QR of an authenticator beside what is to be done with it."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from tui.widgets.qr import QrCode

if TYPE_CHECKING:
    from issuance.access.totp import Enrolment


class EnrolmentPage(Widget):
    """Shows the QR at the left and, beside it, the widgets composed into it and the secret as text.

    The QR takes 21 of the 24 lines of a small terminal, so the screen hides its message line.
    """

    DEFAULT_CSS = """
    EnrolmentPage {
        height: 1fr;
    }
    EnrolmentPage QrCode {
        dock: left;
        width: 42;
        height: 22;
    }
    EnrolmentPage #beside {
        padding: 0 1;
    }
    /* Beside the QR a usual label would leave four cells for six digits. */
    EnrolmentPage FieldRow Horizontal Static {
        width: 27;
    }
    EnrolmentPage #secret {
        dock: bottom;
        height: auto;
        padding: 1 2 0 2;
        text-style: bold;
    }
    """

    def __init__(self, enrolment: "Enrolment") -> None:
        super().__init__()
        self._enrolment = enrolment
        self._beside: list[Widget] = []

    def compose_add_child(self, widget: Widget) -> None:
        """Put what is composed into this widget beside the QR."""
        self._beside.append(widget)

    def compose(self) -> ComposeResult:
        """Build the page."""
        yield QrCode(self._enrolment.address.reveal(), "")
        secret = self._enrolment.secret.reveal()
        groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        yield Vertical(*self._beside, Static(groups, id="secret", markup=False), id="beside")
