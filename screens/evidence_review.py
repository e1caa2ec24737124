"""A second person looks at every photo and document, and accepts it or sends it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import DataTable, Static

from issuance.cases.commands.evidence import AcceptEvidence, ReturnEvidence
from issuance.cases.state import EvidenceState, EvidenceStatus
from issuance.findings import Finding, Severity
from issuance.identity.cleaning import printable
from screens.brought_file import file_words, save_copy
from screens.drafting_screen import DraftingScreen
from screens.photo_view import ENLARGE, PhotoView, show_photo
from tui.actions import BACK, DO, PRINT, Action, bindings
from tui.case_words import EVIDENCE_STATUSES, said
from tui.translation import N_
from tui.widgets.choice import Choice, Chosen
from tui.widgets.data_table import PageTable
from tui.widgets.picture import Picture

if TYPE_CHECKING:
    from backend_client.policy_view import EvidenceLine

_ACCEPT = Action(
    "accept", "s", N_("Accept"), N_("Accepts what is marked and goes on."), ("S", "y", "Y")
)
_RETURN = Action(
    "return", "n", N_("Return"), N_("Sends what is marked back for a reason."), ("N", "f6")
)
_ACCEPT_ALL = Action(
    "accept_all",
    "t",
    N_("Everything"),
    N_("Accepts everything that is not decided yet."),
    ("T", "a", "A"),
)
_COPY = PRINT.named(N_("Copy"), N_("Saves a copy of the file, to look at it in another program."))
_SEND = DO.named(N_("Send"), N_("Carries out the decisions shown."))
_ACCEPTED = "accept"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of a photo or document: accepted, or returned for a reason."""

    reason: str = ""
    note: str = ""


class EvidenceReviewScreen(DraftingScreen[None]):
    """Decisions are collected first and sent together, so that the applicant gets one mail."""

    STEP = "evidence"
    ACT = "accept_evidence"
    DRAFT = "evidence.review"
    CSS_PATH = "evidence_review.tcss"
    # The bar has room for these; the screen itself tells the two other keys.
    ACTIONS = (BACK, _ACCEPT, _RETURN, ENLARGE, _SEND)
    BINDINGS: ClassVar = bindings(*ACTIONS, _ACCEPT_ALL, _COPY)

    def __init__(self, case: UUID) -> None:
        super().__init__(case)
        self._at_photo = False

    def actions_now(self) -> Sequence[Action]:
        """Leave out what only a photo allows."""
        return [each for each in self.ACTIONS if each is not ENLARGE or self._at_photo]

    def compose_content(self) -> ComposeResult:
        """Build the list beside what is marked in it."""
        with Horizontal(id="review"):
            with Vertical(id="list"):
                yield PageTable(id="slots", show_header=False)
                yield Static(id="facts", markup=False)
            with Vertical(id="look"):
                yield Picture(id="picture")
                yield Static(id="data", markup=False)
        yield Static(id="hint", markup=False)

    def help_text(self) -> str:
        """Explain the step in the authority's words."""
        return self.words.text("help/evidence")

    def show_work(self) -> None:
        """Draw the list and what is marked."""
        lines = self._lines()
        table = self.query_one(PageTable)
        at = table.cursor_row
        table.show(("", ""), [(line.slot, (self._sign(line.slot), line.label)) for line in lines])
        table.move_cursor(row=min(at, len(lines) - 1))
        if self.focused is None:
            table.focus()
        self._draw_marked()
        self._draw_hint()

    def on_data_table_row_highlighted(self) -> None:
        """Show what is marked."""
        if self.known is not None and self.query_one(PageTable).row_count:
            self._draw_marked()

    async def on_data_table_row_selected(self, _event: DataTable.RowSelected) -> None:
        """Accept with Enter, or send once everything is decided."""
        if self._undecided():
            await self.action_accept()
        else:
            self.action_do()

    # -- decisions -------------------------------------------------------------------------------

    async def action_accept(self) -> None:
        """Accept what is marked, and go to the next."""
        slot = self._marked().slot
        if self._may(self.ACT) and self._waits(slot):
            await self._decide({slot: _ACCEPTED})

    async def action_accept_all(self) -> None:
        """Accept whatever is not decided yet."""
        if self._may(self.ACT):
            await self._decide(dict.fromkeys(self._undecided(), _ACCEPTED))

    def action_return(self) -> None:
        """Ask why what is marked goes back."""
        line = self._marked()
        if self._may("return_evidence") and self._waits(line.slot):
            self.ask_reason(line)

    @work(exclusive=True, group="reason", description="ask for a reason")
    async def ask_reason(self, line: "EvidenceLine") -> None:
        """Mark it for return, for a coded reason."""
        chosen: Chosen | None = await self.app.push_screen_wait(
            Choice(
                self.translate(N_("Why does “{what}” go back?"), what=line.label),
                self.words.reasons("evidence"),
                reason_needed=self.words.note_required,
            )
        )
        if chosen is not None:
            await self._decide({line.slot: f"{chosen.code} {chosen.reason}"})

    def action_do(self) -> None:
        """Send what was decided."""
        if not self._may(self.ACT):
            return
        if self._decisions():
            self.send()
        else:
            self.tell(
                self.translate(N_("Nothing is decided yet: S accepts, N returns, T accepts all.")),
                Severity.BLOCKS,
            )

    @work(exclusive=True, group="command", description="accept and return evidence")
    async def send(self) -> None:
        """Give the commands; what stays undecided goes on waiting."""
        decisions = self._decisions()
        returned = {slot: each for slot, each in decisions.items() if each.reason}
        accepted = tuple(slot for slot in decisions if slot not in returned)
        with self.ventanilla.keys.held():
            if accepted:
                receipt = await self.execute(AcceptEvidence(slots=accepted))
                if receipt is None or not receipt.applied:
                    return
                await self.keep(**dict.fromkeys(map(_key, accepted), ""))
            if returned:
                receipt = await self.execute(self._return_of(returned))
                if receipt is None or not receipt.applied:
                    return
                await self.keep(**dict.fromkeys(map(_key, returned), ""))
        if self._undecided():
            self.fill()
            self.tell(self.translate(N_("Sent. What is not decided yet goes on waiting.")))
        else:
            self.dismiss()

    def _return_of(self, returned: dict[str, Decision]) -> ReturnEvidence:
        labels = {line.slot: line.label for line in self._lines()}
        notes = [f"{labels[slot]}: {each.note}" for slot, each in returned.items() if each.note]
        reasons = {slot: each.reason for slot, each in returned.items()}
        return ReturnEvidence(reasons=reasons, note="; ".join(notes))

    async def _decide(self, decisions: dict[str, str]) -> None:
        await self.keep(**{_key(slot): text for slot, text in decisions.items()})
        order = [line.slot for line in self._lines()]
        undecided = self._undecided()
        self.fill()
        table = self.query_one(PageTable)
        following = [slot for slot in undecided if order.index(slot) > table.cursor_row]
        if following or undecided:
            table.move_cursor(row=order.index((following or list(undecided))[0]))

    # -- looking ---------------------------------------------------------------------------------

    def action_enlarge(self) -> None:
        """Show the photo on the whole screen."""
        line, held = self._marked(), self._held(self._marked().slot)
        if held is None or held.blob is None:
            return
        if held.blob.media_type == "image/jpeg":
            title = f"{self.words.person_name(self.state)} · {line.label}"
            self.app.push_screen(PhotoView(self.backend, held.blob, title))
        else:
            self.tell(self.translate(N_("This is a PDF: F9 saves a copy to look at.")))

    def action_print(self) -> None:
        """Save a copy."""
        self.copy()

    @work(exclusive=True, group="copy", description="save a copy")
    async def copy(self) -> None:
        """Save a copy of what is marked."""
        line = self._marked()
        held = self._held(line.slot)
        if held is not None and held.blob is not None:
            await save_copy(self, held.blob, f"{self.state.number}-{line.slot}")

    @work(exclusive=True, group="paint", description="show a photo")
    async def paint(self) -> None:
        """Show the photo, last."""
        held = self._held(self._marked().slot)
        if held is not None and held.blob is not None:
            await show_photo(self.backend, held.blob, self.query_one(Picture))

    def _draw_marked(self) -> None:
        line = self._marked()
        held = self._held(line.slot)
        picture = held is not None and held.blob is not None and line.is_photo
        self.query_one(Picture).display = picture
        if picture != self._at_photo:
            self._at_photo = picture
            self.show_actions()
        data = self.query_one("#data", Static)
        data.display = not picture
        data.update(
            Content("\n").join(
                Content.assemble((f"{label}: ", "$text-muted"), printable(value))
                for _, label, value in self.words.application_rows(self.state)
            )
        )
        self.query_one("#facts", Static).update(self._facts(line, held))
        if picture:
            self.call_after_refresh(self.paint)

    def _facts(self, line: "EvidenceLine", held: EvidenceState | None) -> Content:
        """Tell who brought it, what was answered, what its checks found, and the decision."""
        if held is None:
            return Content(self.translate(N_("Nothing was brought yet.")))
        by = self.translate(N_("Brought by {operator}"), operator=held.by)
        if held.blob is not None:
            kind = held.blob.media_type.rpartition("/")[2].upper()
            by += f" · {kind} · {file_words(held.blob, 0, self.translate)}"
        parts = [
            Content.styled(printable(self._decided_words(line.slot, held)), "bold"),
            Content(printable(by)),
        ]
        if held.blob is not None and not line.is_photo:
            parts.append(Content(self.translate(N_("F9: save a copy to look at."))))
        if held.exemption:
            parts.append(Content(self.words.word("exemptions", held.exemption)))
        if held.document_date:
            dated = {"issued": N_("Issued on {date}"), "ends": N_("Office ends on {date}")}
            words = dated[line.dated or "issued"]
            parts.append(Content(self.translate(words, date=f"{held.document_date:%d/%m/%Y}")))
        yes = self.translate(N_("yes"))
        for code, question in line.questions:
            answer = (f"{yes} ", "$success") if code in held.answers else ("· ", "")
            parts.append(Content.assemble(answer, printable(question)))
        for check in held.checks:
            finding = Finding(check.code, Severity(check.severity), None, check.parameters)
            parts.append(Content.styled(printable(self.finding_text(finding)), "$warning"))
        return Content("\n").join(parts)

    def _draw_hint(self) -> None:
        findings = next(each.findings for each in self.acts() if each.act == self.ACT)
        if findings:
            words = self.finding_text(findings[0])
        elif self._undecided():
            words = self.translate(N_("S or Enter: accept · N: return · T: accept all the rest."))
        else:
            words = self.translate(N_("Everything is decided: Enter or F10 sends it."))
        self.query_one("#hint", Static).update(printable(words))

    # -- what is known ---------------------------------------------------------------------------

    def _lines(self) -> "tuple[EvidenceLine, ...]":
        return self.words.evidence(self.state)

    def _marked(self) -> "EvidenceLine":
        lines = self._lines()
        return lines[min(self.query_one(PageTable).cursor_row, len(lines) - 1)]

    def _held(self, slot: str) -> EvidenceState | None:
        return self.state.evidence.get(slot)

    def _waits(self, slot: str) -> bool:
        held = self._held(slot)
        if held is not None and held.status is EvidenceStatus.CAPTURED:
            return True
        self.tell(self.translate(N_("There is nothing to decide about this one.")), Severity.WARNS)
        return False

    def _decisions(self) -> dict[str, Decision]:
        """Return what was decided about what still waits."""
        decided: dict[str, Decision] = {}
        for slot, held in self.state.evidence.items():
            text = self.draft.get(_key(slot), "")
            if not text or held.status is not EvidenceStatus.CAPTURED:
                continue
            code, _, note = text.partition(" ")
            decided[slot] = Decision() if code == _ACCEPTED else Decision(code, note)
        return decided

    def _undecided(self) -> tuple[str, ...]:
        decided = self._decisions()
        waiting = (
            line.slot
            for line in self._lines()
            if (held := self._held(line.slot)) and held.status is EvidenceStatus.CAPTURED
        )
        return tuple(slot for slot in waiting if slot not in decided)

    def _sign(self, slot: str) -> str:
        held, decision = self._held(slot), self._decisions().get(slot)
        if decision is not None:
            return "!" if decision.reason else "√"
        signs = {EvidenceStatus.ACCEPTED: "√", EvidenceStatus.RETURNED: "!"}
        return signs.get(held.status, "·") if held else "-"

    def _decided_words(self, slot: str, held: EvidenceState) -> str:
        """Say what was or is going to be decided."""
        decision = self._decisions().get(slot)
        if decision is not None and not decision.reason:
            return self.translate(N_("Will be accepted"))
        if decision is not None:
            reason = self.words.word("reasons", decision.reason)
            text = self.translate(N_("Goes back: {reason}"), reason=reason)
            return f"{text}. {decision.note}"
        return said(EVIDENCE_STATUSES, held.status.value, self.translate)

    def _may(self, act: str) -> bool:
        findings = next(each.findings for each in self.acts() if each.act == act)
        self.tell_findings(findings)
        return not findings


def _key(slot: str) -> str:
    return f"{slot}.decision"
