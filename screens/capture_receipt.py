"""The receipt an applicant takes along when a station works without the server."""

from typing import Any, ClassVar
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from backend_client.captured import Captured, Paper
from issuance.findings import Finding
from issuance.identity.cleaning import printable
from screens.brought_file import save_bytes
from screens.counter_screen import CounterScreen
from tui.actions import BACK, PRINT, RETAKE, bindings
from tui.case_words import ACTS, said
from tui.moments import full
from tui.translation import N_, Translator

AS_PDF = PRINT.named(N_("Save PDF"), N_("Saves the receipt with its square code, to be printed."))
AS_TEXT = RETAKE.named(N_("Save text"), N_("Saves the receipt as plain text."))
_PARAGRAPHS = (
    N_(
        "What is listed above was recorded at this counter while its server could not be reached."
        " It counts from the moment above once the server has it, and is examined there: identity"
        " and payment are confirmed only then, and no certificate is issued before."
    ),
    N_(
        "Please keep this receipt. The office reads the code below and tells whether your data"
        " have arrived. Nobody can make or change such a code without this counter's key."
    ),
)


class CaptureReceiptScreen(CounterScreen[None]):
    """Shows the receipt in the applicant's language, and saves it.

    Args:
        captured: what waits at this station.
    """

    CSS_PATH = "capture_receipt.tcss"
    ACTIONS = (BACK, AS_TEXT, AS_PDF)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, captured: Captured) -> None:
        super().__init__()
        self._captured = captured

    def compose_content(self) -> ComposeResult:
        """Build the page."""
        with VerticalScroll(id="receipt"):
            yield Static(id="paper", markup=False)

    def on_mount(self) -> None:
        """Draw the receipt."""
        self.fill()

    def fill(self) -> None:
        """Draw the receipt."""
        lines = map(printable, self._paper(self._captured).text().splitlines())
        self.query_one("#paper", Static).update("\n".join(lines))

    def _paper(self, captured: Captured) -> Paper:
        """Return the receipt in the applicant's words."""
        words = Translator(captured.language or self.translate.language, self.translate.zone)
        receipt = captured.receipt
        acts = ", ".join(said(ACTS, kind, words) for kind in captured.kinds)
        rows = (
            (words(N_("Office")), captured.office),
            (words(N_("Counter")), captured.station),
            (words(N_("Applicant")), captured.person),
            (words(N_("Case")), receipt.number),
            (words(N_("Recorded")), full(receipt.at, self.words.zone, words.language)),
            (words(N_("What was recorded")), acts),
        )
        paragraphs = tuple(map(words, _PARAGRAPHS))
        title = words(N_("Receipt of data recorded without a connection"))
        return Paper(words.language, title, rows, paragraphs, captured.code)

    # -- keys ------------------------------------------------------------------------------------

    @work(exclusive=True, group="save", exit_on_error=True, description="save the receipt")
    async def action_print(self) -> None:
        """Save the receipt as PDF."""
        if (beside := self.backend.beside_server) is not None:
            case = self._captured.receipt.case
            pdf = await beside.receipt_pdf(self._paper(self._captured), case)
            await save_bytes(self, pdf, self._name(), ".pdf")

    @work(exclusive=True, group="save", exit_on_error=True, description="save the receipt")
    async def action_retake(self) -> None:
        """Save the receipt as text."""
        text = self._paper(self._captured).text().encode()
        await save_bytes(self, text, self._name(), ".txt")

    def _name(self) -> str:
        return self.translate(N_("receipt-{number}"), number=self._captured.receipt.number)


async def show_receipt(screen: "CounterScreen[Any]", case: UUID) -> None:
    """Make the receipt of a case and show it, or say why there is none; call it from a worker."""
    beside = screen.backend.beside_server
    made = await beside.capture_receipt(case) if beside else None
    if isinstance(made, Finding):
        screen.tell_findings((made,))
    elif made is not None:
        screen.ventanilla.open_screen("capture_receipt", made)
