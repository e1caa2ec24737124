"""A card's machine-readable lines: read, and compared with the application field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from issuance.evidence.report import CardRead
from issuance.findings import Finding, Severity
from screens.brought_file import DOCUMENT_ENDINGS, choose_file, findings_words
from screens.card_comparison import Agreement, CardLine, compare, read_card_text
from screens.counter_screen import CounterScreen
from screens.zone_field import ZoneField
from tui.actions import BACK, CANCEL, DO, RETAKE, Action, bindings
from tui.translation import N_
from tui.widgets.data_table import PageTable

FILL: Final = DO.named(N_("Fill in"), N_("Fills the empty fields of the application."))
FROM_PDF: Final = RETAKE.named(N_("From PDF"), N_("Reads the card from a scanned document."))
EMPTY: Final = CANCEL.named(N_("Empty"), N_("Empties the field, to scan the card again."))

_LAST_ENTER_SECONDS: Final = 0.3

_SAID: Final = {
    Agreement.SAME: N_("= the same"),
    Agreement.DIFFERS: N_("≠ differs"),
    Agreement.FILLS: N_("← F10 fills it in"),
    Agreement.TO_TYPE: N_("please type it"),
}


@dataclass(frozen=True, slots=True)
class CardEntry:
    """What the card says, and the empty fields it fills."""

    card: CardRead
    fills: Mapping[str, str]


class MrzEntryScreen(CounterScreen[CardEntry]):
    """Takes the lines typed, scanned or from a PDF; nothing typed before is overwritten.

    Args:
        product: whose form is compared; empty where the card's case is only looked up.
        texts: what stands in the form.
        begun: what a scanner has sent already.
    """

    CSS_PATH = "mrz_entry.tcss"
    ACTIONS = (BACK, FROM_PDF, FILL, EMPTY)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(
        self, product: str = "", texts: Mapping[str, str] | None = None, begun: str = ""
    ) -> None:
        super().__init__()
        self._product = product
        self._texts = dict(texts or {})
        self._begun = begun
        self._card: CardRead | None = None
        self._findings: tuple[Finding, ...] = ()
        self._lines: tuple[CardLine, ...] = ()

    def compose_content(self) -> ComposeResult:
        """Build the field, what was found, and the comparison."""
        with Vertical(id="card"):
            yield Static(self.translate(N_("Read the card")), classes="title", markup=False)
            yield Static(
                self.translate(
                    N_("Scan the back of the card or the passport's page, or type its lines")
                ),
                markup=False,
            )
            yield ZoneField(self._begun, id="zone")
            yield Static(id="findings", markup=False)
            table = PageTable(id="lines", cell_padding=1)
            table.can_focus = table.show_cursor = False
            yield table
            yield Static(id="todo", markup=False)

    def on_mount(self) -> None:
        """Take what comes from the scanner at once."""
        self.query_one(ZoneField).focus()
        self.fill()

    def actions_now(self) -> Sequence[Action]:
        """Offer to fill in only where there is a form."""
        return [each for each in self.ACTIONS if self._product or each not in (FILL, FROM_PDF)]

    def help_text(self) -> str:
        """Explain what is compared."""
        return self.translate(
            N_(
                "The lines with < stand on the back of the card and on the passport's page with "
                "the photo. A scanner sends them whole; typed by hand, their check digits show "
                "most slips. Names have neither accents nor Ñ there and may be cut: they never "
                "decide. What is typed already stays: only empty fields are filled."
            )
        )

    def fill(self) -> None:
        """Draw findings and comparison."""
        if not self.is_drawn:
            return
        findings = self.query_one("#findings", Static)
        findings.update(findings_words(self, self._findings))
        findings.display = bool(self._findings)
        table = self.query_one("#lines", PageTable)
        titles = (N_("Field"), N_("The card says"), N_("The application says"))
        columns = [*map(self.translate, titles), ""]
        table.show(columns, [(line.name, self._cells(line)) for line in self._lines])
        table.display = bool(self._lines)
        self.query_one("#todo", Static).update(self._todo())

    def _cells(self, line: CardLine) -> tuple[str, str, str, str]:
        label = self.words.word("fields", line.name)
        return label, line.card, line.application or "–", self.translate(_SAID[line.agreement])

    def _todo(self) -> str:
        if self._card is None:
            return ""
        if any(line.agreement is Agreement.DIFFERS for line in self._lines):
            return self.translate(
                N_("What differs stays as it was typed: please compare with the card in hand.")
            )
        if self._fills():
            return self.translate(
                N_("F10 fills in what is empty. Names come without accents and Ñ: check them.")
            )
        return self.translate(N_("The card and the application agree. F3: back to the form."))

    def _fills(self) -> dict[str, str]:
        return {name: text for line in self._lines for name, text in line.fills.items()}

    # -- reading ---------------------------------------------------------------------------------

    @on(ZoneField.Completed)
    def _read(self, event: ZoneField.Completed) -> None:
        event.stop()
        card, findings = read_card_text(event.text, self.today)
        self._show(card, findings)
        if card is not None and not self._product:
            # The Enter after the last line is the scanner's, not an answer to what is found.
            self.ventanilla.keys.deafen(_LAST_ENTER_SECONDS)
            self.dismiss(CardEntry(card, {}))

    def _show(self, card: CardRead | None, findings: tuple[Finding, ...]) -> None:
        self._card, self._findings, self._lines = card, findings, ()
        if card is not None and self._product:
            form = self.words.application_form(self._product, self._texts)
            fields = self.words.card_fields()
            self._lines = compare(card, fields, form, self._texts, self.today)
        self.fill()

    # -- keys ------------------------------------------------------------------------------------

    def action_do(self) -> None:
        """Hand over what fills the empty fields."""
        if not self._product:
            return
        if self._card is None:
            self.tell(self.translate(N_("Nothing was read yet.")), Severity.WARNS)
        elif fills := self._fills():
            self.dismiss(CardEntry(self._card, fills))
        else:
            self.tell(self.translate(N_("No empty field can be filled from this card.")))

    def action_cancel(self) -> None:
        """Empty the field."""
        self.query_one(ZoneField).clear()
        self._show(None, ())

    def action_retake(self) -> None:
        """Read the card from a PDF."""
        if self._product:
            self.read_document()

    @work(exclusive=True, group="file", exit_on_error=True, description="read a card from a PDF")
    async def read_document(self) -> None:
        """Let somebody choose a PDF and read the card in it."""
        slot = self.words.card_slot
        if not slot:
            return
        path = await choose_file(self, self.words.word("evidence", slot), DOCUMENT_ENDINGS)
        if path is None:
            return
        with self.ventanilla.keys.held():
            read = await self.backend.read_card(slot, path)
        if isinstance(read, CardRead):
            self._show(read, ())
            return
        self._show(None, read)
        self.tell(
            self.translate(N_("No card could be read in this document. Please scan or type it.")),
            Severity.WARNS,
        )
