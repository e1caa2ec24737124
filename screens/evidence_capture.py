"""One photo or document: its file, the authority's questions about it, and its date."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from issuance.cases.commands.evidence import CaptureEvidence
from issuance.cases.state import EvidenceState, EvidenceStatus
from issuance.findings import Finding, Severity
from issuance.identity.cleaning import printable
from issuance.identity.kinds import FieldKind, read
from issuance.identity.verdict import Reading
from issuance.queries import CaseAnswer
from screens.brought_file import (
    DOCUMENT_ENDINGS,
    PHOTO_ENDINGS,
    BroughtFile,
    check_file,
    choose_file,
    file_words,
    findings_words,
    save_copy,
)
from screens.document_date import NAME as DATE_FIELD
from screens.document_date import document_date
from screens.drafting_screen import DraftingScreen
from screens.photo_view import ENLARGE, PhotoView, show_photo
from tui.actions import BACK, DO, PRINT, RETAKE, Action, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_
from tui.widgets.checklist import Checklist
from tui.widgets.message_line import MessageLine
from tui.widgets.picture import Picture
from tui.widgets.spinner import Spinner

if TYPE_CHECKING:
    from backend_client.policy_view import EvidenceLine
    from issuance.commands import Receipt

_SAVE = DO.named(N_("Record"), N_("Records the file with your answers."))
_COPY = PRINT.named(N_("Copy"), N_("Saves a copy of the file, to look at it in another program."))
_REPLACE = RETAKE.named(N_("Replace"), N_("Brings another file."))


class EvidenceCaptureScreen(DraftingScreen[None]):
    """Brings one file: Enter goes from choosing it to the questions, the date, and recording it.

    Args:
        known: the case as last read.
        slot: the photo or document.
        replace: whether to ask for another file at once.
    """

    STEP = "evidence"
    ACT = "capture_evidence"
    CSS_PATH = "evidence_capture.tcss"
    ACTIONS = (BACK, _REPLACE, ENLARGE, _COPY, _SAVE)
    BINDINGS: ClassVar = [*bindings(*ACTIONS), Binding("enter", "go_on", show=False)]

    def __init__(self, known: CaseAnswer, slot: str, *, replace: bool = False) -> None:
        super().__init__(known.state.id)
        self.known = known
        self._slot = slot
        self._replace = replace
        self._begun = False
        self._file: BroughtFile | None = None
        self._found: list[Finding] = []

    # -- drawing ---------------------------------------------------------------------------------

    def compose_content(self) -> ComposeResult:
        """Build title, findings, and beside each other the file and the questions."""
        line = self._line
        yield Static(printable(line.label), markup=False, classes="title", id="slot")
        yield Static(id="file", markup=False)
        yield Spinner(id="spinner")
        yield Static(id="findings", markup=False)
        with Horizontal(id="look"):
            if line.is_photo:
                yield Picture(id="picture")
            with Vertical(id="answers"):
                yield Checklist(line.questions, self._answers(), id="checklist")
                if line.dated:
                    yield Form((self._date_spec(),), self._read_date, id="date")
            if not line.is_photo:
                yield Static(id="data", markup=False)
        yield Static(id="todo", markup=False)

    def show_work(self) -> None:
        """Begin with what the draft or the case holds; afterwards draw what is known."""
        if not self._begun:
            self._begun = True
            self._restore()
        self._draw_file()

    def actions_now(self) -> Sequence[Action]:
        """Leave out what only a photo allows."""
        return [each for each in self.ACTIONS if each is not ENLARGE or self._line.is_photo]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enlarge nothing but photos."""
        if action == ENLARGE.name:
            return self._line.is_photo
        return super().check_action(action, parameters)

    def help_text(self) -> str:
        """Explain this photo or document."""
        return self._line.help

    def _restore(self) -> None:
        held = self.state.evidence.get(self._slot)
        if text := self._kept("file"):
            self._file = BroughtFile.model_validate_json(text)
            self._found = list(self._file.findings)
        elif self._recorded and held is not None and held.blob is not None:
            self._file = BroughtFile(blob=held.blob, name=self._line.label)
        checklist = self.query_one(Checklist)
        checklist.answers = self._answers()
        checklist.go_to_unanswered()
        if self._line.dated:
            self.query_one(Form).restore({DATE_FIELD: self._first_date()})
        if self._replace or (self._file is None and not self._recorded):
            self.choose()

    def _draw_file(self) -> None:
        file, line = self._file, self._line
        # An exemption has a proof at most: there is nothing to answer about it.
        questions = file is not None and not (self._recorded and self._recorded.exemption)
        self.query_one("#look").display = file is not None
        self.query_one(Checklist).display = questions
        for form in self.query(Form):
            form.display = questions
        words = file_words(file.blob, file.pages, self.translate) if file else ""
        self.query_one("#file", Static).update(
            printable(f"{file.name} · {words}") if file else printable(line.help)
        )
        self._draw_findings()
        self._draw_hint()
        if not line.is_photo:
            rows = self.words.application_rows(self.state)
            self.query_one("#data", Static).update(
                Content("\n").join(
                    Content.assemble((f"{label}: ", "$text-muted"), printable(value))
                    for _, label, value in rows
                )
            )
        if questions and self.focused is None:
            self._focus_next()
        self.call_after_refresh(self.paint)

    def _draw_findings(self) -> None:
        findings = self.query_one("#findings", Static)
        findings.display = bool(self._found)
        findings.update(findings_words(self, self._found))

    def _draw_hint(self) -> None:
        self.query_one("#todo", Static).update(printable(self._hint_words()))

    def _hint_words(self) -> str:
        checklist = self.query_one(Checklist)
        if self._recorded and self._unchanged:
            return self.translate(
                N_("Recorded by {operator}. F3: back · F6: bring another file."),
                operator=self._recorded.by,
            )
        if checklist.refused:
            return self.translate(
                N_("With a no it cannot go on: F6 brings another file. Up: correct it.")
            )
        if not checklist.complete:
            return self.translate(N_("Answer with S (yes) or N (no)."))
        if self._line.dated:
            return self.translate(N_("Type the date, then Enter records it."))
        return self.translate(N_("Enter: record it."))

    @work(exclusive=True, group="paint", description="show a photo")
    async def paint(self) -> None:
        """Show the photo, after everything that needs no waiting."""
        for picture in self.query(Picture):
            if self._file is not None:
                await show_photo(self.backend, self._file.blob, picture)

    # -- keys ------------------------------------------------------------------------------------

    def action_go_on(self) -> None:
        """Choose a file while there is none."""
        if self._file is None:
            self.choose()
        else:
            self.action_do()

    def action_retake(self) -> None:
        """Choose another file."""
        if self._recorded and self._recorded.status is EvidenceStatus.ACCEPTED:
            self.tell(
                self.translate(N_("This was accepted, so it stays as it is.")), Severity.WARNS
            )
        else:
            self.choose()

    def action_enlarge(self) -> None:
        """Show the photo on the whole screen."""
        if self._file is not None and self._file.is_picture:
            title = f"{self.words.person_name(self.state)} · {self._line.label}"
            self.app.push_screen(PhotoView(self.backend, self._file.blob, title))

    def action_print(self) -> None:
        """Save a copy."""
        self.copy()

    def action_do(self) -> None:
        """Record the file, or go to what is still to be answered."""
        if self._file is None:
            self.choose()
        elif self._recorded and self._unchanged:
            self.dismiss()
        elif not self.query_one(Checklist).complete:
            self.set_focus(self.query_one(Checklist))
            self.tell(self._hint_words(), Severity.BLOCKS)
        elif self._line.dated:
            self.query_one(Form).complete()
        else:
            self.record(None)

    # -- work ------------------------------------------------------------------------------------

    @work(exclusive=True, group="file", description="choose and check a file")
    async def choose(self) -> None:
        """Let the operator choose a file and check it."""
        act = next(each for each in self.acts() if each.act == self.ACT)
        if act.findings:
            self.tell_findings(act.findings)
            return
        endings = PHOTO_ENDINGS if self._line.is_photo else DOCUMENT_ENDINGS
        path = await choose_file(self, self._line.label, endings)
        if path is not None:
            await self._check(path)
        elif self._file is None and not self._found:
            self.dismiss()
        elif self._file is None:
            self.tell(self.translate(N_("Enter: choose a file · F3: back to the list.")))

    async def _check(self, path: Path) -> None:
        self._file, self._found = None, []
        self._draw_file()
        with self.ventanilla.keys.held():
            with self.query_one(Spinner).turning(
                self.translate(N_("Checking {name} ..."), name=path.name)
            ):
                self._file = await check_file(self, self._slot, path, self._show_finding)
            text = self._file.model_dump_json() if self._file else ""
            await self.keep(
                **{f"{self._slot}.file": text, f"{self._slot}.yes": "", f"{self._slot}.no": ""}
            )
            if self._file is None:
                self.tell(
                    self.translate(N_("This file cannot be taken. Enter: choose another one.")),
                    Severity.BLOCKS,
                )
                self._draw_file()
                return
            self.tell(self.translate(N_("The file is in order. Please look at it and answer.")))
            checklist = self.query_one(Checklist)
            checklist.answers = {}
            checklist.go_to_unanswered()
            self.set_focus(None)
            self._draw_file()

    def _show_finding(self, finding: Finding) -> None:
        self._found.append(finding)
        self._draw_findings()

    async def on_checklist_answered(self, event: Checklist.Answered) -> None:
        """Keep the answer; a no is told with its cure."""
        event.stop()
        answers = event.checklist.answers
        yes = ",".join(code for code, given in answers.items() if given)
        no = ",".join(code for code, given in answers.items() if not given)
        self._draw_hint()
        if not event.checklist.refused:
            # What it said of a no is not so any more.
            self.query_one("#message", MessageLine).clear()
        if event.checklist.complete and self._line.dated:
            self._focus_next()
        await self._keep(yes=yes, no=no)

    def on_checklist_finished(self, event: Checklist.Finished) -> None:
        """Record, or go on to the date."""
        event.stop()
        if event.checklist.complete and self._line.dated and not self._unchanged:
            self._focus_next()
        else:
            self.action_do()

    async def on_form_changed(self, event: Form.Changed) -> None:
        """Keep the date."""
        await self._keep(date=event.value)

    def on_form_completed(self, event: Form.Completed) -> None:
        """Record with the date."""
        if self.query_one(Checklist).complete:
            self.record(date.fromisoformat(event.values[DATE_FIELD]))
        else:
            self.action_do()

    @work(exclusive=True, group="command", description="record photo or document")
    async def record(self, day: date | None) -> None:
        """Give the command; once it is durable the draft is forgotten."""
        if self._file is None:
            return
        with self.ventanilla.keys.held():
            receipt = await self.execute(
                CaptureEvidence(
                    slot=self._slot,
                    blob=self._file.blob,
                    answers=self.query_one(Checklist).accepted,
                    document_date=day,
                )
            )
            if receipt is None or not receipt.applied:
                return
            await self._keep(file="", yes="", no="", date="")
            self.dismiss()

    def refused(self, receipt: "Receipt") -> None:
        """Show what was found beside the date, or in the message line."""
        for form in self.query(Form):
            form.show_findings(receipt.findings)
        self.tell_findings(receipt.findings)

    @work(exclusive=True, group="copy", description="save a copy")
    async def copy(self) -> None:
        """Save a copy of the file."""
        if self._file is not None:
            await save_copy(self, self._file.blob, f"{self.state.number}-{self._slot}")

    # -- what is known ---------------------------------------------------------------------------

    @property
    def _line(self) -> "EvidenceLine":
        return next(each for each in self.words.evidence(self.state) if each.slot == self._slot)

    @property
    def _recorded(self) -> EvidenceState | None:
        """What was recorded in the slot and was not returned since."""
        held = self.state.evidence.get(self._slot)
        return held if held and held.status is not EvidenceStatus.RETURNED else None

    @property
    def _unchanged(self) -> bool:
        return not self._kept("file")

    def _kept(self, name: str) -> str:
        return self.draft.get(f"{self._slot}.{name}", "")

    async def _keep(self, **changes: str) -> None:
        if self._file is not None and not (self._recorded and self._unchanged):
            await self.keep(**{f"{self._slot}.{name}": text for name, text in changes.items()})

    def _answers(self) -> dict[str, bool]:
        if self._recorded and self._unchanged:
            return dict.fromkeys(self._recorded.answers, True)
        answers = {code: True for code in self._kept("yes").split(",") if code}
        return answers | {code: False for code in self._kept("no").split(",") if code}

    def _first_date(self) -> str:
        if self._recorded and self._unchanged and self._recorded.document_date:
            return self._recorded.document_date.isoformat()
        return self._kept("date")

    def _focus_next(self) -> None:
        checklist = self.query_one(Checklist)
        if checklist.complete and self._line.dated and not (self._recorded and self._unchanged):
            self.query_one(Form).focus_field(DATE_FIELD)
        else:
            self.set_focus(checklist)

    def _date_spec(self) -> FieldSpec:
        line = self._line
        return document_date(line.dated, line.help, self._first_date(), self.today, self.translate)

    def _read_date(self, _name: str, text: str) -> Reading:
        return read(FieldKind.DATE, text, today=self.today, country=self.words.country)
