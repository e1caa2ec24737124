"""The activation's first page: is the person at the counter the one the certificate names?"""

from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal, Vertical

from issuance.cases.commands.activation import ConfirmPerson
from issuance.evidence.blob import BlobRef
from issuance.findings import Severity
from issuance.queries import ContractAnswer, ContractQuery
from screens.activation_page import ActivationPage, answers_in
from screens.paged_text import LabelledRow, PagedText
from screens.photo_view import ENLARGE, PhotoView, show_photo
from tui.actions import BACK, DO, bindings
from tui.translation import N_
from tui.widgets.checklist import Checklist
from tui.widgets.picture import Picture

_CONFIRM: Final = DO.named(N_("It is this person"), N_("Records that the person was recognised."))
_DRAFT: Final = "person"


class ActivationPersonScreen(ActivationPage[bool]):
    """Photo beside the certificate's fields, and the questions the operator answers."""

    ACT = "confirm_person"
    HEADING = N_("Activation, 1 of 5: the person at the counter")
    ACTIONS = (BACK, ENLARGE, _CONFIRM)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS),
        Binding("pagedown", "turn(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
    ]

    _contract: ContractAnswer | None = None

    def compose_work(self) -> ComposeResult:
        """Build the photo, and beside it fields and questions."""
        with Horizontal(id="comparison"):
            yield Picture(id="photo")
            with Vertical(id="beside"):
                yield PagedText(id="fields")
                yield Container(id="questions")

    async def read_more(self) -> None:
        """Ask for the certificate's fields too."""
        await super().read_more()
        if self._contract is None:
            answer = await self.backend.ask(ContractQuery(case=self.case))
            if isinstance(answer, ContractAnswer):
                self._contract = answer
            elif isinstance(answer, tuple):
                self.tell_findings(answer)

    def show_page(self) -> None:
        """Draw fields and questions; the photo comes last."""
        self.query_one(PagedText).show(self._rows())
        place = self.query_one("#questions", Container)
        if not place.children:
            questions = Checklist(self.words.person_questions(), answers_in(self.draft, _DRAFT))
            place.mount(questions)
            questions.focus()
            self.tell(self.translate(N_("Compare, then answer: S or Y for yes, N for no.")))
        self.call_after_refresh(self.show_photo)

    @work(exclusive=True, group="photo", description="show the photo")
    async def show_photo(self) -> None:
        """Show the photo that was accepted."""
        if (photo := self._photo()) is not None:
            await show_photo(self.backend, photo, self.query_one(Picture))

    def on_resize(self) -> None:
        """Draw the photo for the new size."""
        if self.known is not None:
            self.call_after_refresh(self.show_photo)

    async def on_checklist_answered(self, event: Checklist.Answered) -> None:
        """Keep the answers, and say what a no means."""
        if event.checklist.refused:
            self._tell_to_stop()
        elif event.checklist.complete:
            self.tell(self.translate(N_("Enter or F10 records that it is this person.")))
        await self.keep(**{_DRAFT: " ".join(event.checklist.accepted)})

    def on_checklist_finished(self) -> None:
        """Go on with Enter."""
        self.action_do()

    def action_do(self) -> None:
        """Record that the person was recognised, once every question has its yes."""
        if self.known is None:
            return
        questions = self.query_one(Checklist)
        if questions.refused:
            self._tell_to_stop()
        elif questions.complete:
            self.conclude(ConfirmPerson(answers=questions.accepted), result=True)
        else:
            questions.go_to_unanswered()
            self.tell(
                self.translate(N_("Please answer every question: S or Y for yes, N for no.")),
                Severity.WARNS,
            )

    def action_turn(self, pages: int) -> None:
        """Turn the page of the fields."""
        self.query_one(PagedText).turn(pages)

    def action_enlarge(self) -> None:
        """Look at the photo more closely."""
        if self.known is not None and (photo := self._photo()) is not None:
            title = self.words.person_name(self.state)
            self.ventanilla.push_screen(PhotoView(self.backend, photo, title))

    def _photo(self) -> BlobRef | None:
        slots = (line.slot for line in self.words.evidence(self.state) if line.is_photo)
        captured = (self.state.evidence.get(slot) for slot in slots)
        return next((each.blob for each in captured if each is not None), None)

    def _rows(self) -> list[LabelledRow]:
        """Return the certificate's fields, then what else the card can be compared with."""
        fields = self._contract.fields if self._contract else ()
        known = {value for _, value in fields}
        others = [row[1:] for row in self.words.application_rows(self.state) if row[2] not in known]
        return [LabelledRow(label, value) for label, value in (*fields, *others)]

    def _tell_to_stop(self) -> None:
        self.tell(
            self.translate(
                N_(
                    "Stop here: this certificate is not for the person present. F3 leads to the"
                    " case, where it can be put on hold with its reason."
                )
            ),
            Severity.BLOCKS,
        )
