"""Tells whether a receipt that a station gave is right, and what became of what it is about."""

from typing import ClassVar
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from issuance.identity.cleaning import printable
from issuance.identity.texts import read_text
from issuance.identity.verdict import Reading
from issuance.queries import CaptureReceiptAnswer, CaptureReceiptQuery
from issuance.stations.capture_receipt import LONGEST_CODE
from issuance.sync.push import Outcome
from screens.counter_screen import CounterScreen
from tui.actions import BACK, DO, RESUME, Action, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.moments import full
from tui.translation import N_

CHECK = DO.named(N_("Check"), N_("Tells whether the receipt is right."))
OPEN_CASE = RESUME.named(N_("Open the case"), N_("Shows the case the receipt is about."))
_CODE = "code"
_BECAME = {
    "": N_("It has not arrived at the server yet: it waits at that counter."),
    Outcome.APPLIED.value: N_("It has arrived and is recorded."),
    Outcome.MENDED.value: N_("It has arrived; something else was recorded in its place."),
    Outcome.WAITING.value: N_("It has arrived; a photo or document is still on its way."),
}
_NOT_APPLIED = N_("It has arrived, and somebody at that counter has to look at it.")


class ReceiptCheckScreen(CounterScreen[None]):
    """Takes the code of a receipt, typed or scanned."""

    CSS_PATH = "receipt_check.tcss"
    ACTIONS = (BACK, CHECK)
    BINDINGS: ClassVar = bindings(*ACTIONS, OPEN_CASE)

    def __init__(self) -> None:
        super().__init__()
        self._answer: CaptureReceiptAnswer | None = None

    def compose_content(self) -> ComposeResult:
        """Build the field and the place for what is found."""
        code = FieldSpec(
            _CODE,
            "free_text",
            self.translate(N_("Code of the receipt")),
            help=self.translate(N_("Scan the square code, or type what stands below it.")),
            maximum_length=LONGEST_CODE,
        )
        with Vertical(id="check"):
            title = N_("Check the receipt of a counter without a connection")
            yield Static(self.translate(title), classes="title", markup=False)
            yield Static(id="found", markup=False)
            yield Form([code], _read)

    def on_mount(self) -> None:
        """Begin with the code."""
        self.query_one(Form).focus_field(_CODE)

    def actions_now(self) -> tuple[Action, ...]:
        """Offer the case once it is known."""
        return (BACK, OPEN_CASE, CHECK) if self._case else (BACK, CHECK)

    def fill(self) -> None:
        """Draw what was found."""
        answer = self._answer
        self.query_one("#found", Static).update(printable(self._found(answer)) if answer else "")
        self.show_actions()

    def _found(self, answer: CaptureReceiptAnswer) -> str:
        time = full(answer.at, self.words.zone, self.translate.language)
        given = N_("The receipt is right: “{station}” gave it for case {number}, {time}.")
        became = _BECAME.get(answer.outcome, _NOT_APPLIED)
        lines = [
            self.translate(given, station=answer.station, number=answer.number, time=time),
            self.translate(became),
        ]
        if answer.case is not None:
            lines.append(self.translate(N_("Its case is {number}."), number=answer.number_now))
        return " ".join(lines)

    @property
    def _case(self) -> UUID | None:
        return self._answer.case if self._answer else None

    # -- keys ------------------------------------------------------------------------------------

    def on_form_completed(self, event: Form.Completed) -> None:
        """Check the code."""
        self.check(event.values[_CODE])

    def action_do(self) -> None:
        """Check the code."""
        self.query_one(Form).complete()

    def action_resume(self) -> None:
        """Show the case."""
        if self._case is not None:
            self.ventanilla.open_screen("case", self._case)

    @work(exclusive=True, group="check", exit_on_error=True, description="check a receipt")
    async def check(self, code: str) -> None:
        """Ask what the receipt is."""
        self._answer = None
        answer = await self.backend.ask(CaptureReceiptQuery(code=code))
        if not self.is_drawn:
            return
        if isinstance(answer, CaptureReceiptAnswer):
            self._answer = answer
        elif isinstance(answer, tuple):
            self.tell_findings(answer)
        self.fill()


def _read(name: str, text: str) -> Reading:
    del name
    return read_text(text)
