"""One photo or document: its file, what the checks found, the authority's questions, its date."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from issuance.cases.commands.evidence import CaptureEvidence, RequestEvidence
from issuance.findings import Severity
from issuance.identity.cleaning import printable
from issuance.queries import CaseAnswer
from screens.brought_file import (
    file_words,
    findings_words,
)
from screens.document_date import NAME as DATE_FIELD
from screens.drafting_screen import DISCARD
from screens.evidence_bringing import CAMERA, BringingScreen
from screens.evidence_looking import DATA
from screens.evidence_result import CheckResult
from screens.evidence_warnings import ask_override_reason, warnings_shown
from screens.photo_view import ENLARGE, data_words
from tui.actions import BACK, DO, RETAKE, Action, bindings
from tui.form import Form
from tui.translation import N_
from tui.widgets.checklist import Checklist
from tui.widgets.confirm import Confirm
from tui.widgets.decisions import Decisions
from tui.widgets.message_line import MessageLine
from tui.widgets.spinner import Spinner
from tui.widgets.viewer import Viewer

if TYPE_CHECKING:
    from issuance.commands import Receipt

_SAVE = DO.named(N_("Record"), N_("Records the file with your answers."))
_REPLACE = RETAKE.named(N_("Replace"), N_("Brings another file."))
_DISCARD = DISCARD.named(
    N_("Discard"), N_("Puts file and answers aside; F12 again brings them back.")
)
_ASK = Action(
    "ask_applicant",
    "p",
    N_("Ask"),
    N_("Asks the applicant by e-mail for another file, saying what to do better."),
    ("P",),
)


class EvidenceCaptureScreen(BringingScreen):
    """Brings one file: Enter goes from choosing it to warnings, questions, date, and recording it.

    The checks run beside: whatever is typed meanwhile acts at once.

    Args:
        known: the case as last read.
        slot: the photo or document.
        replace: whether to ask for another file at once.
        path: a file that was chosen already.
    """

    CSS_PATH = "evidence_capture.tcss"
    ACTIONS = (BACK, DATA, _REPLACE, _SAVE, ENLARGE)
    BINDINGS: ClassVar = [
        *bindings(BACK, _REPLACE, _SAVE, _ASK, CAMERA, _DISCARD),
        Binding("enter", "do", show=False),
    ]

    def __init__(
        self, known: CaseAnswer, slot: str, *, replace: bool = False, path: Path | None = None
    ) -> None:
        super().__init__(known, slot)
        self._replace = replace
        self._path = path
        self._begun = False
        self._answering = False

    # -- drawing ---------------------------------------------------------------------------------

    def compose_content(self) -> ComposeResult:
        """Build title, verdict and ladder, and beside each other the file and the questions."""
        line = self.line
        yield Static(markup=False, classes="title", id="file")
        yield Spinner(id="spinner")
        yield CheckResult()
        with Horizontal(id="look"):
            yield Viewer(id="viewer")
            with Vertical(id="beside"):
                with Vertical(id="answers"):
                    yield Decisions(id="warnings")
                    yield Checklist(line.questions, self.answers(), id="checklist")
                    if line.dated:
                        yield Form((self.date_spec(),), self.read_date, id="date")
                    yield Static(id="notes", markup=False)
                yield Static(id="data", markup=False)
        yield Static(id="todo", markup=False)

    def show_work(self) -> None:
        """Begin with what the draft or the case holds; afterwards draw what is known."""
        if self._begun:
            self._draw()
            return
        self._begun = True
        self.draw_draft()
        if self._path is not None:
            self.check(self._path)
        elif self._replace or (self.in_hand.file is None and self.recorded is None):
            self.choose()

    def draw_draft(self) -> None:
        """Take up what the draft or the case holds, and draw it."""
        self.take_up()
        self._answering = False
        checklist = self.query_one(Checklist)
        checklist.answers = self.answers()
        checklist.go_to_unanswered()
        if self.line.dated:
            self.query_one(Form).restore({DATE_FIELD: self.first_date()})
        self._draw()

    def actions_now(self) -> Sequence[Action]:
        """Offer to ask the applicant only where something is wrong, to discard what was begun."""
        asking = (_ASK,) if self.in_hand.to_ask_for else ()
        discarding = (_DISCARD,) if self.may_discard else ()
        return (*self.ACTIONS, *asking, *discarding)

    def help_text(self) -> str:
        """Explain this photo or document."""
        return self.line.help

    def on_resize(self) -> None:
        """Show as many sections as there is room for."""
        if self._begun and self.is_drawn:
            self._show_section()

    def _draw(self) -> None:
        file, line = self.in_hand.file, self.line
        words = file_words(file.blob, file.pages, self.translate) if file else ""
        title = f"{line.label} · {file.name} · {words}" if file else line.label
        self.query_one("#file", Static).update(printable(title))
        self.query_one("#look").display = file is not None or self.in_hand.checking
        rows = self.words.rows_to_compare(self.state, self.slot)
        self.query_one("#data", Static).update(data_words(rows))
        self._draw_found()
        self._show_section()
        self.show_file()

    def _draw_found(self) -> None:
        """Draw verdict, ladder, warnings and remarks as far as they are known."""
        found = self.in_hand
        result = self.query_one(CheckResult)
        known = found.checking or found.file or found.findings
        result.display = bool(known) and not self.shows_recorded
        result.show(self, found, self.line.checks)
        self.query_one(Decisions).show(warnings_shown(self, found))
        remarks = [each for each in found.findings if each.severity is Severity.INFORMS]
        self.query_one("#notes", Static).update(findings_words(self, remarks))

    def _show_section(self) -> None:
        """Show what is to be answered now; on a wide screen warnings and questions together."""
        checklist, decisions = self.query_one(Checklist), self.query_one(Decisions)
        # An exemption has a proof at most: there is nothing to answer about it.
        exempt = self.shows_recorded and self.recorded and self.recorded.exemption
        asked = not exempt and (self.in_hand.file is not None or self.in_hand.checking)
        # Who has begun to answer while the check ran is not led away from it.
        begun = self._answering and not checklist.complete and not checklist.refused
        warned = bool(self.in_hand.warned)
        first = warned and not begun and bool(self.in_hand.undecided or self.in_hand.confirmed)
        wide = self.app.screen.has_class("-wide")
        decisions.display = warned and (wide or first)
        checklist.display = bool(asked) and (wide or not first)
        for form in self.query(Form):
            form.display = checklist.display
        if not asked:
            self.set_focus(None)
        elif self.focused is None or isinstance(self.focused, Decisions | Checklist):
            self._go_to(decisions if first else checklist)
        self._draw_hint()
        self.show_actions()

    def _go_to(self, section: "Decisions | Checklist") -> None:
        dated = self.line.dated and not self.shows_recorded
        if isinstance(section, Checklist) and section.complete and dated:
            self.query_one(Form).focus_field(DATE_FIELD)
        elif self.focused is not section:
            self.set_focus(section)

    def _draw_hint(self) -> None:
        self.query_one("#todo", Static).update(printable(self._hint_words()))

    def _hint_words(self) -> str:
        checklist, found = self.query_one(Checklist), self.in_hand
        if self.shows_recorded and self.recorded:
            return self.translate(
                N_("Recorded by {operator}. F3: back · F6: bring another file."),
                operator=self.name_of(self.recorded.by),
            )
        if found.to_ask_for:
            return self.translate(N_("F6: bring another file · P: ask for it by e-mail."))
        if found.file is None and not found.checking:
            return self.line.help
        if found.undecided and isinstance(self.focused, Decisions):
            return self.translate(
                N_("Look yourself. S: it is in order · N: it is so, another file.")
            )
        if checklist.refused:
            return self.translate(
                N_("With a no it cannot go on: F6 brings another file. Up: correct it.")
            )
        if not checklist.complete:
            return self.translate(N_("Answer with Y (yes) or N (no)."))
        if found.checking:
            return self.translate(N_("Answered. The check still runs."))
        if self.line.dated:
            return self.translate(N_("Type the date, then Enter records it."))
        return self.translate(N_("Enter: record it."))

    # -- keys ------------------------------------------------------------------------------------

    def action_ask_applicant(self) -> None:
        """Ask the applicant for another file."""
        if self.in_hand.to_ask_for and self.may("request_evidence"):
            self.request()

    async def action_cancel(self) -> None:
        """Discard the file and what was said about it, or bring them back."""
        if self.in_hand.checking:
            self.tell(self.translate(N_("The check still runs: F12 when it is done.")))
        elif self._begun:
            await self.discard()

    def action_do(self) -> None:
        """Record the file, or go to what is still to be decided or answered."""
        checklist, found = self.query_one(Checklist), self.in_hand
        if found.file is None and not found.checking:
            self.choose()
        elif self.shows_recorded:
            self.dismiss()
        elif found.confirmed or not checklist.complete or found.checking or found.undecided:
            if not checklist.complete or found.undecided:
                self._show_section()
            self.tell(self._hint_words(), Severity.BLOCKS)
        elif self.line.dated:
            self.query_one(Form).complete()
        else:
            self.record(None)

    # -- the check -------------------------------------------------------------------------------

    def check_begins(self) -> None:
        """Forget what was answered about the file before."""
        self._answering = False
        checklist = self.query_one(Checklist)
        checklist.answers = {}
        checklist.go_to_unanswered()
        self.query_one("#message", MessageLine).clear()
        self._draw()

    def finding_came(self) -> None:
        """Show it at once."""
        self._draw_found()

    async def check_ended(self) -> None:
        """Answer yes where the checks saw it, for the operator to agree to with one key."""
        if not self.is_drawn:
            return
        if (file := self.in_hand.file) is not None:
            checklist = self.query_one(Checklist)
            seen = {name for name, box in file.boxes if box is not None}
            yes = self.words.pre_answered(self.slot, self.in_hand.findings, seen)
            checklist.answers = dict.fromkeys(yes, True) | checklist.answers
            checklist.go_to_unanswered()
            await self.keep_in_slot(**self._answers_kept())
        self._draw()

    # -- decisions and answers -------------------------------------------------------------------

    async def on_decisions_decided(self, event: Decisions.Decided) -> None:
        """Let a warning pass for a reason, or say that it is so."""
        event.stop()
        if event.passes:
            self.override(event.code)
            return
        self.in_hand.confirm(event.code)
        self._draw_found()
        self._show_section()
        await self.keep_in_slot(**self.in_hand.decisions_kept())

    @work(exclusive=True, group="reason", description="ask for a reason")
    async def override(self, code: str) -> None:
        """Ask for the reason why a warning does not stand in the way."""
        warned = next(each for each in warnings_shown(self, self.in_hand) if each.code == code)
        chosen = await ask_override_reason(self, warned)
        if chosen is not None:
            self.in_hand.override(code, chosen.code, chosen.reason)
            self._draw_found()
            self._show_section()
            await self.keep_in_slot(**self.in_hand.decisions_kept())

    def on_decisions_finished(self, event: Decisions.Finished) -> None:
        """Go on."""
        event.stop()
        self.action_do()

    async def on_checklist_answered(self, event: Checklist.Answered) -> None:
        """Keep the answer; a no is told with its cure."""
        event.stop()
        self._answering = True
        if not event.checklist.refused:
            # What it said of a no is not so any more.
            self.query_one("#message", MessageLine).clear()
        if event.checklist.complete:
            self._show_section()
        else:
            self._draw_hint()
        await self.keep_in_slot(**self._answers_kept())

    def on_checklist_finished(self, event: Checklist.Finished) -> None:
        """Record, or go on to the date."""
        event.stop()
        self.action_do()

    async def on_form_changed(self, event: Form.Changed) -> None:
        """Keep the date."""
        await self.keep_field(event.name, event.value)

    def on_form_completed(self, event: Form.Completed) -> None:
        """Record with the date."""
        self.record(date.fromisoformat(event.values[DATE_FIELD]))

    def _answers_kept(self) -> dict[str, str]:
        answers = self.query_one(Checklist).answers
        return {
            "yes": ",".join(code for code, given in answers.items() if given),
            "no": ",".join(code for code, given in answers.items() if not given),
        }

    # -- commands --------------------------------------------------------------------------------

    @work(exclusive=True, group="command", description="record photo or document")
    async def record(self, day: date | None) -> None:
        """Give the command; once it is durable the draft is forgotten."""
        if self.in_hand.file is None:
            return
        body = CaptureEvidence(
            slot=self.slot,
            blob=self.in_hand.file.blob,
            answers=self.query_one(Checklist).accepted,
            document_date=day,
            overrides=tuple(self.in_hand.overrides.values()),
        )
        await self.conclude(body)

    @work(exclusive=True, group="command", description="ask for another file")
    async def request(self) -> None:
        """Ask the applicant for another file, once the operator agrees: the mail leaves at once."""
        codes = self.in_hand.to_ask_for
        what = "; ".join(self.words.word("findings", code) for code in codes)
        yes = await self.app.push_screen_wait(
            Confirm(
                self.translate(
                    N_("Ask {name} for another file? {label}"),
                    name=self.words.person_name(self.state),
                    label=self.line.label,
                ),
                self.translate(N_("An e-mail leaves now and says: {what}"), what=what),
                self.translate(N_("Yes, send it")),
            )
        )
        if yes:
            await self.conclude(RequestEvidence(slot=self.slot, codes=codes))

    def refused(self, receipt: "Receipt") -> None:
        """Show what was found beside the date, or in the message line."""
        for form in self.query(Form):
            form.show_findings(receipt.findings)
        self.tell_findings(receipt.findings)
