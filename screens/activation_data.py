"""The activation's second page: the applicant reads certificate and contract, and agrees."""

from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container

from issuance.cases.commands.activation import ConfirmData
from issuance.cases.state import CaseStatus
from issuance.findings import Severity
from screens.activation_page import ActivationPage, answers_in
from screens.case_acts import CaseActs
from screens.paged_text import LabelledRow, PagedText
from tui.actions import BACK, CANCEL, DO, bindings
from tui.case_words import ACTS
from tui.moments import day
from tui.translation import N_
from tui.widgets.checklist import Checklist
from tui.widgets.value_list import ValueList

_GO_ON: Final = DO.named(N_("Go on"), N_("Turns the page; at the end, records the agreement."))
_DECLINE: Final = CANCEL.named(
    N_("Does not agree"), N_("Puts the case on hold or ends it, for a reason the case keeps.")
)
_WITHOUT_CONSENT: Final = ("hold_case", "cancel_case")
_ANSWERS: Final = "data"
_READ: Final = "read"


class ActivationDataScreen(ActivationPage[bool]):
    """The certificate's fields, then the contract; the questions appear once all was shown."""

    ACT = "confirm_data"
    HEADING = N_("Activation, 2 of 5: the applicant reads the data and the contract")
    ACTIONS = (BACK, _GO_ON, _DECLINE)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS),
        Binding("enter", "do", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
    ]

    def compose_work(self) -> ComposeResult:
        """Build the text and the place of the questions."""
        yield PagedText(id="contract")
        yield Container(id="questions")

    async def read_more(self) -> None:
        """Ask for fields and contract too."""
        await super().read_more()
        self._contract = await self.ask_for_contract()

    def show_page(self) -> None:
        """Draw the text; where it was read to the end before, the questions too."""
        if self._contract is None:
            return
        # The contract speaks the applicant's language, its fields here the operator's.
        heading = self.translate(N_("THE CERTIFICATE WILL SAY EXACTLY THIS"))
        # The product's term may be cut short by the holder's office or the authority's own end.
        ends = day(self._contract.ends, self.words.zone, self.translate.language)
        rows = [
            LabelledRow(self.translate(N_("Valid until")), ends),
            *(LabelledRow(label, value) for label, value in self._contract.fields),
        ]
        self.query_one(PagedText).show([heading, *rows, "", *self._contract.text.split("\n")])
        if self.draft.get(_READ) == self._contract.version:
            self._ask()
        else:
            self.tell(self.translate(N_("Enter turns the page; the questions come at the end.")))

    async def on_paged_text_turned(self, event: PagedText.Turned) -> None:
        """Ask once the end was reached."""
        contract = self._contract
        if contract is None or not event.text.at_end:
            return
        if self.draft.get(_READ) != contract.version:
            await self.keep(**{_READ: contract.version})
        self._ask()

    async def on_checklist_answered(self, event: Checklist.Answered) -> None:
        """Keep the answers, and say what a no means."""
        if event.checklist.refused:
            self._tell_to_stop()
        elif event.checklist.complete:
            self.tell(self.translate(N_("Enter or F10 records that the applicant agrees.")))
        await self.keep(**{_ANSWERS: " ".join(event.checklist.accepted)})

    def on_checklist_finished(self) -> None:
        """Go on with Enter."""
        self.action_do()

    def action_turn(self, pages: int) -> None:
        """Turn a page."""
        self.query_one(PagedText).turn(pages)

    def action_do(self) -> None:
        """Turn the page; at the end record what the applicant answered."""
        if self._contract is None:
            return
        asked = self.query(Checklist)
        if not asked:
            self.action_turn(1)
            return
        questions = asked.only_one()
        if questions.refused:
            self._tell_to_stop()
        elif questions.complete:
            body = ConfirmData(contract_version=self._contract.version)
            self.conclude(body, result=True)
        else:
            questions.go_to_unanswered()
            self.tell(
                self.translate(N_("Please answer every question: S or Y for yes, N for no.")),
                Severity.WARNS,
            )

    def action_cancel(self) -> None:
        """Let the applicant go without a certificate, or come back another day."""
        if self.known is not None:
            self._hold_or_end()

    @work(exclusive=True, group="act", exit_on_error=True, description="hold or end the case")
    async def _hold_or_end(self) -> None:
        choices = [
            (act, self.translate(ACTS[act])) for act in _WITHOUT_CONSENT if self.allowed(act)
        ]
        title = self.translate(N_("The applicant does not agree"))
        act = await self.app.push_screen_wait(ValueList(title, choices))
        if act is None:
            return
        await CaseActs(self).lead_through(act)
        if self.state.status is not CaseStatus.OPEN:
            self.dismiss()

    def _ask(self) -> None:
        place = self.query_one("#questions", Container)
        if not place.children:
            questions = Checklist(self.words.data_questions(), answers_in(self.draft, _ANSWERS))
            place.mount(questions)
            questions.focus()
            self.tell(self.translate(N_("Ask the applicant: S or Y for yes, N for no.")))

    def _tell_to_stop(self) -> None:
        self.tell(
            self.translate(
                N_(
                    "Stop here: an issued certificate cannot be corrected. F12 ends the case for"
                    " its reason, or puts it on hold; wrong data need another case."
                )
            ),
            Severity.BLOCKS,
        )
