"""The activation's first page: is the person at the counter the one the certificate names?"""

from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal, Vertical

from issuance.cases.commands.activation import ConfirmPerson
from issuance.cases.state import EvidenceState
from issuance.findings import Severity
from screens.activation_page import ActivationPage, answers_in
from screens.evidence_views import View, count_pages, look_at, views_of
from screens.paged_text import LabelledRow, PagedText
from screens.photo_view import ENLARGE, PhotoView
from tui.actions import BACK, DO, VALUES, bindings
from tui.translation import N_
from tui.widgets.checklist import Checklist
from tui.widgets.viewer import Viewer

_CONFIRM: Final = DO.named(N_("It is this person"), N_("Records that the person was recognised."))
_CARD: Final = VALUES.named(N_("Card"), N_("Shows the scanned card, page by page, and the photo."))
_DRAFT: Final = "person"


class ActivationPersonScreen(ActivationPage[bool]):
    """Photo and card beside the certificate's fields, and the questions the operator answers.

    Where the screen is narrow, photo and card take turns.
    """

    ACT = "confirm_person"
    HEADING = N_("Activation, 1 of 5: the person at the counter")
    ACTIONS = (BACK, _CARD, ENLARGE, _CONFIRM)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS),
        Binding("pagedown", "turn(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
    ]

    _pages = 0

    def compose_work(self) -> ComposeResult:
        """Build the photo, and beside it fields and questions."""
        with Horizontal(id="comparison"):
            yield Viewer(id="photo")
            yield Viewer(id="card")
            with Vertical(id="beside"):
                yield PagedText(id="fields")
                yield Container(id="questions")

    async def read_more(self) -> None:
        """Ask for the certificate's fields too."""
        await super().read_more()
        if self._contract is None:
            self._contract = await self.ask_for_contract()

    def show_page(self) -> None:
        """Draw fields and questions; the photo comes last."""
        self.query_one(PagedText).show(self._rows())
        place = self.query_one("#questions", Container)
        if not place.children:
            questions = Checklist(self.words.person_questions(), answers_in(self.draft, _DRAFT))
            place.mount(questions)
            questions.focus()
            self.tell(self.translate(N_("Compare, then answer: S or Y for yes, N for no.")))
        self.show_pictures()

    @work(exclusive=True, group="photo", description="show photo and card")
    async def show_pictures(self) -> None:
        """Show the photo and the card that were accepted."""
        self._show("#photo", self._held(photo=True))
        card = self._held(photo=False)
        if card is not None and card.blob is not None and not (card.pages or self._pages):
            self._pages = await count_pages(self.backend, card.blob)
        self._show("#card", card)

    def _show(self, place: str, held: EvidenceState | None) -> None:
        if self.is_drawn and held is not None and held.blob is not None:
            look_at(self.query_one(place, Viewer), self.backend, held.blob, self._views(held))

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

    def action_values(self) -> None:
        """Go through photo and pages of the card; on a wide screen through the pages."""
        card = self.query_one("#card", Viewer)
        if self.has_class("-wide"):
            card.go(1)
        elif not self.has_class("-card"):
            self.add_class("-card")
        elif card.is_last:
            self.remove_class("-card")
            card.go_to(0)
        else:
            card.go(1)

    def action_enlarge(self) -> None:
        """Look at the photo, or the card where it is shown instead, more closely."""
        shows_card = self.has_class("-card") and not self.has_class("-wide")
        held = self._held(photo=not shows_card)
        if self.known is not None and held is not None and held.blob is not None:
            rows = [(row.label, row.value) for row in self._rows()]
            view = PhotoView(
                self.backend,
                held.blob,
                self.words.person_name(self.state),
                views=self._views(held),
                at=self.query_one("#card" if shows_card else "#photo", Viewer).at,
                rows=rows,
            )
            self.ventanilla.push_screen(view)

    def _held(self, *, photo: bool) -> EvidenceState | None:
        """Return the photo that was accepted, or the scanned card."""
        slots = (
            line.slot
            for line in self.words.evidence(self.state)
            if (line.is_photo if photo else "card" in line.checks)
        )
        captured = (self.state.evidence.get(slot) for slot in slots)
        return next((each for each in captured if each is not None), None)

    def _views(self, held: EvidenceState) -> tuple[View, ...]:
        pages = held.pages or self._pages
        return views_of(held.blob, held.boxes, pages, self.translate) if held.blob else ()

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
