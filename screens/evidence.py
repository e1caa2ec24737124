"""The photo and documents of a case: what is there, what is missing, and the way to bring it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import DataTable, Static

from issuance.cases.commands.evidence import ClaimExemption
from issuance.cases.state import EvidenceState, EvidenceStatus
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding, Severity, any_blocks
from issuance.findings.cases import CaseFinding
from issuance.identity.cleaning import printable
from screens.brought_file import PROOF_ENDINGS, check_file, choose_file
from screens.evidence_bringing import CAMERA
from screens.evidence_capture import EvidenceCaptureScreen
from screens.evidence_slot import DISMISSED
from screens.evidence_sources import SEVERAL, TAKE_IN, SourcesScreen
from tui.actions import BACK, REFRESH, RETAKE, VALUES, Action, bindings
from tui.case_words import EVIDENCE_STATUSES, roles_said, said
from tui.translation import N_
from tui.widgets.data_table import PageTable
from tui.widgets.spinner import Spinner
from tui.widgets.value_list import ValueList

if TYPE_CHECKING:
    from backend_client.policy_lines import EvidenceLine

_EXEMPTION = VALUES.named(N_("Exemption"), N_("Says that the document marked is not needed."))
_REPLACE = RETAKE.named(N_("Replace"), N_("Brings another file in place of the one marked."))


class EvidenceScreen(SourcesScreen):
    """The list of what a case needs; Enter brings the photo or document that is marked."""

    STEP = "evidence"
    ACT = "capture_evidence"
    CSS_PATH = "evidence.tcss"
    ACTIONS = (BACK, _EXEMPTION, _REPLACE, SEVERAL, CAMERA)
    BINDINGS: ClassVar = bindings(*ACTIONS, REFRESH, TAKE_IN)

    def compose_content(self) -> ComposeResult:
        """Build list and explanation."""
        with Container(id="evidence"):
            yield PageTable(id="slots")
            with Vertical(id="about"):
                yield Static(id="slot-help", markup=False)
                yield Static(id="slot-note", markup=False)
                yield Static(self.help_text(), markup=False, classes="rules")
        yield Spinner()
        yield Static(id="arrived", markup=False)
        yield Static(id="next", markup=False)

    async def read_more(self) -> None:
        """Read the draft anew: the screen of a single document writes it too."""
        self._stored = None
        await self.read_camera()
        await super().read_more()

    def help_text(self) -> str:
        """Explain the step in the authority's words."""
        return self.words.text("help/evidence")

    def show_work(self) -> None:
        """Draw the list, the first thing missing marked."""
        table = self.query_one(PageTable)
        marked = self._marked().slot if table.row_count and self._lines() else ""
        lines = self._lines()
        table.show(
            (self.translate(N_("Photo or document")), self.translate(N_("State"))),
            [(line.slot, (line.label, self._state_words(line))) for line in lines],
        )
        order = [line.slot for line in lines]
        missing = next((line.slot for line in lines if self._is_missing(line.slot)), None)
        if marked not in order or not self._is_missing(marked):
            marked = missing or marked
        if marked in order:
            table.move_cursor(row=order.index(marked))
        if self.focused is None:
            table.focus()
        self._tell_next(missing)
        self._explain()
        self.show_actions()
        self.show_arrived()

    def on_data_table_row_highlighted(self) -> None:
        """Explain what is marked."""
        if self.known is not None:
            self._explain()
            self.show_actions()

    def actions_now(self) -> Sequence[Action]:
        """Offer an exemption where the marked document has one, the camera where there is one."""
        if not self.is_drawn or not self.allowed(self.ACT):
            return (BACK,)
        line = self._marked()
        exemption = (_EXEMPTION,) if line.exemptions and self._is_open(line.slot) else ()
        camera = (CAMERA,) if self.has_camera else ()
        return (BACK, *exemption, _REPLACE, SEVERAL, *camera)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Bring what is marked, or look at what was brought."""
        self._open(str(event.row_key.value))

    def action_refresh(self) -> None:
        """Read the case again."""
        self.load()

    def action_retake(self) -> None:
        """Bring another file for what is marked."""
        line = self._marked()
        held = self.state.evidence.get(line.slot)
        if held is not None and held.status is EvidenceStatus.ACCEPTED:
            self.tell(
                self.translate(N_("This was accepted, so it stays as it is.")), Severity.WARNS
            )
        else:
            self._open(line.slot, replace=True)

    def action_values(self) -> None:
        """Claim an exemption for the document marked."""
        line = self._marked()
        if not self.may_capture():
            return
        if not line.exemptions or not self._is_open(line.slot):
            self.tell(
                self.translate(N_("There is no exemption from this: please ask for the file.")),
                Severity.WARNS,
            )
            return
        self.claim(line.slot, line.label, line.exemptions)

    @work(exclusive=True, group="exemption", description="claim an exemption")
    async def claim(self, slot: str, label: str, exemptions: tuple[tuple[str, str], ...]) -> None:
        """Let the operator pick an exemption; where it must be proven, ask for the file."""
        exemption = await self.app.push_screen_wait(ValueList(label, exemptions))
        if exemption is None:
            return
        receipt = await self.execute(ClaimExemption(slot=slot, exemption=exemption))
        if receipt is None or receipt.applied:
            return
        codes = {finding.code for finding in receipt.findings}
        if CaseFinding.EXEMPTION_PROOF_REQUIRED.value not in codes:
            return
        proof = await self._proof_of(dict(exemptions)[exemption])
        if proof is not None:
            await self.execute(ClaimExemption(slot=slot, exemption=exemption, blob=proof))

    async def _proof_of(self, exemption: str) -> "BlobRef | None":
        title = self.translate(N_("Proof of the exemption: {exemption}"), exemption=exemption)
        path = await choose_file(self, title, PROOF_ENDINGS)
        if path is None:
            return None
        found: list[Finding] = []
        with self.ventanilla.keys.held():
            proof = await check_file(self, "proof", path, found.append)
        if any_blocks(found):
            self.tell_findings(found)
        return proof.blob if proof else None

    def _open(self, slot: str, *, replace: bool = False) -> None:
        held = self.state.evidence.get(slot)
        brought = held is not None and held.status not in DISMISSED
        if (replace or not brought) and not self.may_capture():
            return
        if self.known is not None:
            screen = EvidenceCaptureScreen(self.known, slot, replace=replace)
            self.app.push_screen(screen)

    def _lines(self) -> "tuple[EvidenceLine, ...]":
        return self.words.evidence(self.state)

    def _marked(self) -> "EvidenceLine":
        lines = self._lines()
        return lines[min(self.query_one(PageTable).cursor_row, len(lines) - 1)]

    def _is_missing(self, slot: str) -> bool:
        held = self.state.evidence.get(slot)
        return held is None or held.status in DISMISSED

    def _is_open(self, slot: str) -> bool:
        held = self.state.evidence.get(slot)
        return held is None or held.status is not EvidenceStatus.ACCEPTED

    def _state_words(self, line: "EvidenceLine") -> str:
        held = self.state.evidence.get(line.slot)
        if self._is_missing(line.slot) and f"{line.slot}.file" in self.draft:
            return self.translate(N_("begun: Enter goes on"))
        if held is None:
            return self.translate(N_("missing"))
        words = said(EVIDENCE_STATUSES, held.status.value, self.translate)
        if held.status is EvidenceStatus.RETURNED:
            return f"{words}: {self.words.word('reasons', held.reason)}"
        if held.status is EvidenceStatus.REQUESTED:
            codes = "; ".join(self.words.word("findings", code) for code in held.requested)
            return f"{words}: {codes}"
        if held.exemption:
            return f"{self.words.word('exemptions', held.exemption)} · {words}"
        return words

    def _tell_next(self, missing: str | None) -> None:
        stands = self.query_one("#next", Static)
        findings = next(each.findings for each in self.acts() if each.act == self.ACT)
        held = self.state.evidence.values()
        if findings:
            stands.update(printable(self.finding_text(findings[0])))
        elif missing:
            stands.update(self.translate(N_("Enter: choose the file of what is marked.")))
        elif all(each.status is EvidenceStatus.ACCEPTED for each in held):
            stands.update(self.translate(N_("Everything is accepted. F3: go on with the case.")))
        else:
            reviewers = next(each.roles for each in self.acts() if each.act == "accept_evidence")
            stands.update(
                self.translate(
                    N_("Everything is here. Now another person reviews it: {roles}."),
                    roles=roles_said(reviewers, self.translate),
                )
            )

    def _explain(self) -> None:
        line = self._marked()
        self.query_one("#slot-help", Static).update(printable(line.help))
        held = self.state.evidence.get(line.slot)
        self.query_one("#slot-note", Static).update(printable(self._by_words(held)))

    def _by_words(self, held: EvidenceState | None) -> str:
        if held is None:
            return ""
        if held.status is EvidenceStatus.CAPTURED:
            return self.translate(N_("Brought by {operator}."), operator=self.name_of(held.by))
        decided_by = self.name_of(held.decided_by)
        words = self.translate(N_("Decided by {operator}."), operator=decided_by)
        return f"{words} {held.note}" if held.note else words
