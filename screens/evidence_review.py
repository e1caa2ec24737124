"""A second person looks at every photo and document, and accepts it or sends it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import DataTable, Static

from issuance.cases.commands.evidence import AcceptEvidence, ReturnEvidence
from issuance.cases.state import EvidenceState, EvidenceStatus
from issuance.findings import Severity
from issuance.identity.cleaning import printable
from screens.drafting_screen import DISCARD
from screens.evidence_facts import facts_words
from screens.evidence_looking import COPY, DATA, LookedAt, LookingScreen
from screens.evidence_outside import OPEN
from screens.evidence_views import count_pages, is_photo, to_be_seen, views_of
from screens.photo_view import ENLARGE, data_words
from tui.actions import BACK, DO, Action, bindings
from tui.case_words import EVIDENCE_STATUSES, said
from tui.translation import N_
from tui.widgets.choice import Choice, Chosen
from tui.widgets.data_table import PageTable
from tui.widgets.viewer import Viewer

if TYPE_CHECKING:
    from backend_client.policy_lines import EvidenceLine

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
    N_("Accepts everything you have looked at and not decided yet."),
    ("T", "a", "A"),
)
_DISCARD = DISCARD.named(
    N_("Discard"), N_("Forgets decisions that were not sent; F12 again brings them back.")
)
_SEND = DO.named(N_("Send"), N_("Carries out the decisions shown."))
_ACCEPTED = "accept"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of a photo or document: accepted, or returned for a reason."""

    reason: str = ""
    note: str = ""


class EvidenceReviewScreen(LookingScreen[None]):
    """Decisions are collected first and sent together, so that the applicant gets one mail.

    Nothing is accepted unseen: every page must have been on the screen, or the file in another
    program.
    """

    STEP = "evidence"
    ACT = "accept_evidence"
    DRAFT = "evidence.review"
    CSS_PATH = "evidence_review.tcss"
    # The bar has room for these; the screen itself tells the other keys.
    ACTIONS = (BACK, DATA, _ACCEPT, _RETURN, ENLARGE, _SEND)
    BINDINGS: ClassVar = bindings(BACK, _ACCEPT, _RETURN, _SEND, _ACCEPT_ALL, COPY, OPEN, _DISCARD)

    def __init__(self, case: UUID) -> None:
        super().__init__(case)
        self._pages: dict[str, int] = {}
        self._seen: dict[str, set[int]] = {}

    def compose_content(self) -> ComposeResult:
        """Build the list beside what is marked in it."""
        with Horizontal(id="review"):
            with Vertical(id="list"):
                yield PageTable(id="slots", show_header=False)
                yield Static(id="facts", markup=False)
            yield Viewer()
            yield Static(id="data", markup=False)
        yield Static(id="hint", markup=False)

    def actions_now(self) -> Sequence[Action]:
        """Offer to discard only what was begun."""
        return (*self.ACTIONS, _DISCARD) if self.may_discard else self.ACTIONS

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
        self.show_actions()

    def draw_draft(self) -> None:
        """Draw the decisions there are now."""
        self.fill()

    async def action_cancel(self) -> None:
        """Forget what was decided and not sent, or bring it back."""
        await self.discard()

    def on_data_table_row_highlighted(self) -> None:
        """Show what is marked."""
        if self.known is not None and self.query_one(PageTable).row_count:
            self._draw_marked()

    async def on_data_table_row_selected(self, _event: DataTable.RowSelected) -> None:
        """Look at what was not seen yet, accept, or send once everything is decided."""
        unseen = self._unseen(self._marked().slot)
        if not self._undecided():
            self.action_do()
        elif unseen and self.query_one(Viewer).at not in unseen:
            self.query_one(Viewer).go_to(unseen[0])
        else:
            await self.action_accept()

    # -- decisions -------------------------------------------------------------------------------

    async def action_accept(self) -> None:
        """Accept what is marked, and go to the next."""
        slot = self._marked().slot
        if not self._may(self.ACT) or not self._waits(slot):
            return
        if self._unseen(slot):
            self.tell(self._unseen_words([slot]), Severity.BLOCKS)
        else:
            await self._decide({slot: _ACCEPTED})

    async def action_accept_all(self) -> None:
        """Accept whatever was seen and is not decided yet; tell what was not seen."""
        if not self._may(self.ACT):
            return
        undecided = self._undecided()
        await self._decide({slot: _ACCEPTED for slot in undecided if not self._unseen(slot)})
        if unseen := [slot for slot in undecided if self._unseen(slot)]:
            self.tell(self._unseen_words(unseen), Severity.BLOCKS)

    def action_return(self) -> None:
        """Ask why what is marked goes back."""
        line = self._marked()
        if self._may("return_evidence") and self._waits(line.slot):
            self.ask_reason(line)

    @work(exclusive=True, group="reason", description="ask for a reason")
    async def ask_reason(self, line: "EvidenceLine") -> None:
        """Mark it for return, for a coded reason."""
        code, _, note = self.draft.get(_reason_key(line.slot), "").partition(" ")
        chosen: Chosen | None = await self.app.push_screen_wait(
            Choice(
                self.translate(N_("Why does “{what}” go back?"), what=line.label),
                self.words.reasons("evidence"),
                reason_needed=self.words.note_required,
                begun=Chosen(code, note) if code else None,
                keep=lambda begun: self.keep_reason(line.slot, begun),
            )
        )
        if chosen is not None:
            await self._decide({line.slot: f"{chosen.code} {chosen.reason}"})

    @work(group="draft", exit_on_error=True, description="keep a reason that is being typed")
    async def keep_reason(self, slot: str, begun: Chosen) -> None:
        """Keep what is picked and typed in the dialog."""
        await self.keep(**{_reason_key(slot): f"{begun.code} {begun.reason}"})

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
        begun = dict.fromkeys(map(_reason_key, decisions), "")
        await self.keep(**begun, **{_key(slot): text for slot, text in decisions.items()})
        order = [line.slot for line in self._lines()]
        undecided = self._undecided()
        self.fill()
        table = self.query_one(PageTable)
        following = [slot for slot in undecided if order.index(slot) > table.cursor_row]
        if decisions and undecided:
            table.move_cursor(row=order.index((following or list(undecided))[0]))

    # -- looking ---------------------------------------------------------------------------------

    def looked_at(self) -> LookedAt | None:
        """Return the file that is marked."""
        return self._file(self._marked())

    def saw(self, view: int) -> None:
        """Note what was painted."""
        if (file := self.looked_at()) is not None:
            self._seen.setdefault(file.blob.sha256, set()).add(view)
            self._draw_facts()

    def saw_outside(self) -> None:
        """Count a file that another program shows as seen."""
        if (file := self.looked_at()) is not None:
            self._seen.setdefault(file.blob.sha256, set()).update(range(len(file.views)))
            self._draw_facts()

    @work(exclusive=True, group="paint", description="show a file")
    async def show_marked(self) -> None:
        """Show what is marked, after everything that needs no waiting."""
        held = self._held(self._marked().slot)
        blob = held.blob if held else None
        if held and blob and not is_photo(blob) and blob.sha256 not in self._pages:
            self._pages[blob.sha256] = await count_pages(self.backend, blob, held.pages)
            if not self.is_drawn:
                return
            self._draw_facts()
        self.show_file()

    def _draw_marked(self) -> None:
        line = self._marked()
        rows = self.words.rows_to_compare(self.state, line.slot)
        self.query_one("#data", Static).update(data_words(rows))
        self._draw_facts()
        held, viewer = self._held(line.slot), self.query_one(Viewer)
        if held is None or viewer.of != held.blob:
            # A file must not stand beside the name of another one while that is being drawn.
            viewer.look_away()
        self.call_after_refresh(self.show_marked)

    def _draw_facts(self) -> None:
        line = self._marked()
        held = self._held(line.slot)
        unseen = self._unseen_words([line.slot]) if self._unseen(line.slot) else ""
        decided = self._decided_words(line.slot, held) if held else ""
        wide = self.has_class("-wide")
        words = facts_words(self, line, held, [decided, unseen], in_full=wide)
        self.query_one("#facts", Static).update(words)
        self._draw_hint()

    def _draw_hint(self) -> None:
        findings = next(each.findings for each in self.acts() if each.act == self.ACT)
        if findings:
            words = self.finding_text(findings[0])
        elif not self._undecided():
            words = self.translate(N_("Everything is decided: Enter or F10 sends it."))
        elif self._unseen(self._marked().slot) and not self._can_be_drawn():
            words = self.translate(
                N_("It cannot be shown here. F9: save a copy and look at it · N: return.")
            )
        elif self._unseen(self._marked().slot):
            words = self.translate(N_("Enter or PgDn: look at the next page · N: return."))
        else:
            words = self.translate(N_("S or Enter: accept · N: return · T: accept all the rest."))
        self.query_one("#hint", Static).update(printable(words))

    # -- what is known ---------------------------------------------------------------------------

    def _lines(self) -> "tuple[EvidenceLine, ...]":
        return self.words.evidence(self.state)

    def _marked(self) -> "EvidenceLine":
        lines = self._lines()
        return lines[min(self.query_one(PageTable).cursor_row, len(lines) - 1)]

    def _held(self, slot: str) -> EvidenceState | None:
        return self.state.evidence.get(slot)

    def _file(self, line: "EvidenceLine") -> LookedAt | None:
        held = self._held(line.slot)
        if held is None or held.blob is None:
            return None
        pages = held.pages or self._pages.get(held.blob.sha256, 0)
        views = views_of(held.blob, held.boxes, pages, self.translate)
        return LookedAt(held.blob, views, line.label, line.slot)

    def _can_be_drawn(self) -> bool:
        """Tell whether what is marked can be shown, as far as that is known by now."""
        file = self.looked_at()
        return file is None or is_photo(file.blob) or self._pages.get(file.blob.sha256) != 0

    def _unseen(self, slot: str) -> list[int]:
        """Return the views of a file nobody may skip and that were not seen yet."""
        line = next(each for each in self._lines() if each.slot == slot)
        file = self._file(line)
        if file is None:
            return []
        return sorted(to_be_seen(file.views) - self._seen.get(file.blob.sha256, set()))

    def _unseen_words(self, slots: Sequence[str]) -> str:
        """Say what was not looked at: `Not looked at yet: identity card (page 2)`."""
        parts: list[str] = []
        for line in self._lines():
            file = self._file(line)
            if file and line.slot in slots:
                views = ", ".join(file.views[at].label for at in self._unseen(line.slot))
                parts.append(f"{line.label} ({views})")
        return self.translate(N_("Not looked at yet: {what}"), what="; ".join(parts))

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


def _reason_key(slot: str) -> str:
    return f"{slot}.reason"
