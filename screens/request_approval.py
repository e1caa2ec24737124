"""Approves requests: for each person the document the certifier saw, its number and the day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from issuance.findings import Finding
from issuance.identity.cleaning import printable
from issuance.identity.document_number import document_number_finding
from issuance.identity.kinds import FieldKind
from issuance.institution_queries import PortableLine
from issuance.institutions.portable_commands import ApprovePortable
from issuance.streams import StreamRef
from screens.entry_form import EntryForm
from screens.kept_proofs import KeptProofs
from screens.paged_text import LabelledRow, PagedText
from tui.actions import BACK, CANCEL, DO, RESUME, Action, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_

NEXT = DO.named(N_("Next"), N_("Keeps the proof and goes on to the next person."))
PREVIOUS = Action("previous", "f5", N_("Previous"), N_("Goes back to the person before."))
LEAVE_OUT = RESUME.named(N_("Leave out"), N_("Leaves this person's request where it is."))
STOP = CANCEL.named(N_("Stop"), N_("Stops after the request that is being approved."))
_NUMBER: Final = "number"


class RequestApprovalScreen(EntryForm[None]):
    """Goes through the persons one by one, then approves them one after the other.

    Document and day stay from one person to the next; the number is typed for each. Whoever stops
    loses nothing: what was approved is, what was not waits in the queue, and the numbers typed are
    kept at the station until then.

    Args:
        lines: the requests.
    """

    CSS_PATH = "request_approval.tcss"
    ACTIONS: ClassVar[Sequence[Action]] = (BACK, PREVIOUS, LEAVE_OUT, NEXT)
    BINDINGS: ClassVar = bindings(BACK, PREVIOUS, LEAVE_OUT, NEXT, STOP)

    def __init__(self, lines: Sequence[PortableLine]) -> None:
        super().__init__()
        self._lines = tuple(lines)
        self._place = 0
        self._proofs: dict[UUID, ApprovePortable] = {}
        self._store: KeptProofs | None = None
        self._results: list[LabelledRow] = []
        self._is_running = self._is_stopped = False

    def compose_content(self) -> ComposeResult:
        """Build the person, the form, and the place of the results."""
        yield from super().compose_content()
        with Vertical(id="outcome"):
            yield Static(id="progress", markup=False)
            yield PagedText(id="results")

    def heading(self) -> str:
        """Say whose request it is, and how many there are."""
        line = self._line
        return self.translate(
            N_("{place} of {count}: {name} · {run}"),
            place=self._place + 1,
            count=len(self._lines),
            name=printable(line.official_name),
            run=line.run,
        )

    def meaning(self) -> str:
        """Say what is asked for, and by whom."""
        line = self._line
        told = self.translate(
            N_("{purpose} · {position} · telephone {phone} · {institution}"),
            purpose=self.words.word("purposes", line.purpose),
            position=printable(line.position),
            phone=line.phone,
            institution=printable(line.institution_name),
        )
        if line.own:
            told += "\n" + self.translate(N_("This is your own request; that will be recorded."))
        return told

    def help_text(self) -> str:
        """Explain what to check, in the policy's words."""
        return self.words.text("help/certificates")

    @property
    def _line(self) -> PortableLine:
        return self._lines[self._place]

    @property
    def _is_over(self) -> bool:
        """Whether nothing is typed any more: requests are being approved, or were."""
        return self._is_running or bool(self._results)

    def specs(self) -> Sequence[FieldSpec]:
        """Return document, number and day."""
        translate = self.translate
        documents = self.terms.identity_documents()
        return (
            FieldSpec("document", FieldKind.CHOICE, translate(N_("Document seen")),
                      choices=documents, initial=documents[0][0]),
            FieldSpec("seen_on", FieldKind.DATE, translate(N_("Seen on")),
                      initial=self.today.isoformat()),
            FieldSpec(_NUMBER, FieldKind.FREE_TEXT, translate(N_("Number of the document")),
                      maximum_length=40),
        )  # fmt: skip

    def fill(self) -> None:
        """Draw the person, or what came of it."""
        if not self.is_drawn:
            return
        self.query_one("#entry").display = not self._is_over
        self.query_one("#outcome").display = self._is_over
        if self._is_over:
            self._draw_outcome()
        else:
            self.query_one("#entry .title", Static).update(self.heading())
            self.query_one("#meaning", Static).update(self.meaning())

    # -- one person after the other --------------------------------------------------------------

    @property
    def _kept(self) -> KeptProofs:
        """Return where the proofs are kept; it is made when the first person is shown."""
        if self._store is None:
            self._store = KeptProofs(self.backend.station, self.backend.session.operator)
        return self._store

    async def bring_back(self, form: Form) -> None:
        """Begin with the first person without a proof; those typed before are kept."""
        kept = await self._kept.load(self.today)
        wanted = {line.certificate for line in self._lines}
        self._proofs = {each: proof for each, proof in kept.items() if each in wanted}
        if self._proofs:
            words = self.translate.plural(
                "{count} number typed before is kept: F5 shows it.",
                "{count} numbers typed before are kept: F5 shows them.",
                len(self._proofs),
            )
            self.tell(words)
        open_places = (n for n, line in enumerate(self._lines) if not self._proof_of(line))
        self._place = next(open_places, len(self._lines) - 1)
        self._show_person()

    def _proof_of(self, line: PortableLine) -> ApprovePortable | None:
        return self._proofs.get(line.certificate)

    def _show_person(self) -> None:
        """Draw the person, with what was typed of them before."""
        form, proof = self.query_one(Form), self._proof_of(self._line)
        form.restore({_NUMBER: proof.number if proof else ""})
        if proof is not None:
            form.restore({"document": proof.document, "seen_on": proof.seen_on.isoformat()})
        form.focus_field(_NUMBER)
        self.fill()

    async def submit(self, values: Mapping[str, str]) -> None:
        """Keep the proof; after the last person, approve."""
        if wrong := document_number_finding(values["document"], values[_NUMBER]):
            self.query_one(Form).show_findings((wrong,))
            self.tell_findings((wrong,))
            return
        proof = ApprovePortable(
            document=values["document"],
            number=values[_NUMBER],
            seen_on=date.fromisoformat(values["seen_on"]),
        )
        self._proofs[self._line.certificate] = proof
        if finding := await self._kept.keep(self._line.certificate, proof):
            self.tell_findings((finding,))
        await self._go_on()

    def action_previous(self) -> None:
        """Go back to the person before."""
        if self._place and not self._is_over:
            self._place -= 1
            self._show_person()

    def action_resume(self) -> None:
        """Leave this person out."""
        if not self._is_over:
            self.leave_out()

    @work(exclusive=True, group="command", exit_on_error=True, description="leave a request out")
    async def leave_out(self) -> None:
        """Go on to the next person without a proof."""
        if self._proofs.pop(self._line.certificate, None):
            await self._kept.drop((self._line.certificate,))
        await self._go_on()

    async def _go_on(self) -> None:
        if self._place + 1 < len(self._lines):
            self._place += 1
            self._show_person()
        elif not self._proofs:
            self.dismiss()
        elif await self._is_wanted():
            await self._approve()

    async def _is_wanted(self) -> bool:
        count = len(self._proofs)
        question = self.translate.plural(
            "Approve {count} request?", "Approve {count} requests?", count
        )
        return await self.confirm(
            question,
            self.translate(
                N_(
                    "You state that you saw each person and the document. The certificates are "
                    "issued at once and the officials are told by mail."
                )
            ),
            self.translate(N_("Yes, I saw them: approve")),
        )

    # -- approving -------------------------------------------------------------------------------

    async def _approve(self) -> None:
        self._is_running = True
        self.fill()
        self.show_actions()
        decided: list[UUID] = []
        for line in self._lines:
            proof = self._proof_of(line)
            if proof is None:
                continue
            if self._is_stopped:
                break
            stream = StreamRef(kind="portable_certificate", id=line.certificate)
            receipt = await self.backend.execute(proof, stream, line.revision)
            if receipt.applied:
                decided.append(line.certificate)
            self._note(line, receipt.findings, is_applied=receipt.applied)
        self._is_running = False
        self.fill()
        if self.is_drawn:
            self.show_actions()
        await self._kept.drop(decided)

    def _note(self, line: PortableLine, findings: Sequence[Finding], *, is_applied: bool) -> None:
        words = self.translate(N_("approved")) if is_applied else ""
        if findings:
            words = self.finding_text(findings[0])
        self._results.append(LabelledRow(line.official_name, words))
        self.fill()

    def _draw_outcome(self) -> None:
        words = self.translate(
            N_("{done} of {count} done"), done=len(self._results), count=len(self._proofs)
        )
        if self._is_running:
            words += " · " + self.translate(N_("F12 stops"))
        elif self._is_stopped:
            words += " · " + self.translate(N_("stopped; the others wait in the queue"))
        self.query_one("#progress", Static).update(words, layout=False)
        self.query_one(PagedText).show(list(self._results))

    def actions_now(self) -> Sequence[Action]:
        """Offer what fits where one is."""
        if self._is_running:
            return (STOP,)
        return (BACK,) if self._results else self.ACTIONS

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Take the key that stops only while something runs, and the way back only when not."""
        if action == STOP.name:
            return self._is_running
        if action == BACK.name and self._is_running:
            return False
        return super().check_action(action, parameters)

    def action_cancel(self) -> None:
        """Stop after the request that is being approved."""
        self._is_stopped = True
