"""Somebody else than who captured it approves the application, returns it or rejects it."""

from collections.abc import Iterator, Sequence
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from issuance.cases.commands.application import Approve, Reject, ReturnApplication
from issuance.findings import Severity
from issuance.findings.cases import CaseFinding
from issuance.identity.cleaning import printable
from screens.application_fields import read_field
from screens.approval_return import ReturnDialog, Returned
from screens.drafting_screen import DraftingScreen
from screens.paged_text import LabelledRow, PagedText
from tui.actions import BACK, CANCEL, DO, REFRESH, RETAKE, Action, bindings
from tui.case_words import roles_said
from tui.moments import full
from tui.sentences import labelled
from tui.translation import N_
from tui.widgets.choice import Choice, Chosen
from tui.widgets.confirm import Confirm

APPROVE = DO.named(N_("Approve"), N_("Approves the application; the applicant is told by mail."))
RETURN = RETAKE.named(N_("Return"), N_("Returns the application, naming what must be corrected."))
REJECT = CANCEL.named(N_("Reject"), N_("Ends the case for a reason the applicant is told."))
DONE = DO.named(N_("Done"), N_("Returns to the work-list."))


class ApprovalScreen(DraftingScreen[None]):
    """Shows the whole application, split into pages where it does not fit."""

    STEP = "approval"
    ACT = "approve"
    ACTIONS = (BACK,)
    BINDINGS: ClassVar = [
        *bindings(BACK, REFRESH, RETURN, APPROVE, REJECT),
        Binding("pagedown,space,down", "turn(1)", show=False),
        Binding("pageup,up", "turn(-1)", show=False),
    ]
    CSS_PATH = "approval.tcss"

    def __init__(self, case: UUID) -> None:
        super().__init__(case)
        self._read = False

    def compose_content(self) -> ComposeResult:
        """Build the data, what can be done, and beside them the rules of the step."""
        with Horizontal(id="approval"):
            with Vertical(id="data-side"):
                yield PagedText(id="data")
                yield Static(id="standing", markup=False)
            yield Static(self.help_text(), id="rules", markup=False)

    def help_text(self) -> str:
        """Explain the step in the authority's words."""
        return self.words.text("help/approval")

    # -- drawing ---------------------------------------------------------------------------------

    def show_work(self) -> None:
        """Draw the application, what stands in the way, and the keys."""
        self.query_one(PagedText).show(self._rows())
        self.query_one("#standing", Static).update(self._standing())
        self.show_actions()
        if self.draft and self.allowed("return_application"):
            self.tell(self.translate(N_("F6 goes on with the return that was begun.")))

    def _rows(self) -> list[LabelledRow]:
        words, state, translate = self.words, self.state, self.translate
        rows = list(self._data_rows())
        captured = translate(
            N_("{user} · {time} · consent {version}"),
            user=self.name_of(state.opened_by),
            time=full(state.opened_at, words.zone, translate.language),
            version=state.consent_version,
        )
        rows.append(LabelledRow(translate(N_("Applies for")), words.product_label(state.product)))
        if state.renews:
            rows.append(LabelledRow(translate(N_("Renews")), state.renews))
        rows.append(LabelledRow(translate(N_("Captured by")), captured))
        return rows

    def _data_rows(self) -> Iterator[LabelledRow]:
        """Return what was typed, each with the warning that stands beside it in the form."""
        words, state, today = self.words, self.state, self.today
        fields = words.application_form(state.product, state.values)
        rules = {field.name: field for field in fields}
        for name, label, value in words.application_rows(state):
            yield LabelledRow(label, value)
            reading = read_field(rules[name], state.values[name], today, words.country)
            for finding in reading.findings:
                yield LabelledRow("", labelled(finding, self.translate))

    def _standing(self) -> str:
        """Say what can be done now, and by whom."""
        if self.state.approved_by:
            step = self.words.word("steps", self.known.current_step if self.known else "")
            approved = N_("√ Approved by {user}. Next: {step}.")
            return self.translate(approved, user=self.name_of(self.state.approved_by), step=step)
        approve = next(each for each in self.acts() if each.act == self.ACT)
        lines = [self.finding_text(finding) for finding in approve.findings]
        codes = {finding.code for finding in approve.findings}
        if codes and CaseFinding.NOT_YOUR_ROLE not in codes:
            roles = roles_said(approve.roles, self.translate)
            lines.append(self.translate(N_("Approval belongs to: {roles}."), roles=roles))
        return "\n".join(lines)

    def actions_now(self) -> Sequence[Action]:
        """Return the keys that have a use now."""
        if self.known is not None and self.state.approved_by:
            return (BACK, DONE)
        offered = (("return_application", RETURN), (self.ACT, APPROVE), ("reject", REJECT))
        return (BACK, *(action for act, action in offered if self.allowed(act)))

    # -- keys ------------------------------------------------------------------------------------

    def action_turn(self, pages: int) -> None:
        """Show another page."""
        self.query_one(PagedText).turn(pages)

    @on(PagedText.Turned)
    def _turned(self, event: PagedText.Turned) -> None:
        event.stop()
        self._read = self._read or event.text.at_end

    def action_refresh(self) -> None:
        """Read the case again."""
        self.load()

    def action_do(self) -> None:
        """Approve, once every page was shown; leave when that is done."""
        if self.known is None:
            return
        if self.state.approved_by:
            self.dismiss()
        elif self._stopped(self.ACT):
            return
        elif not self._read:
            self.action_turn(1)
            self.tell(
                self.translate(N_("Please check this page too, then approve with F10.")),
                Severity.WARNS,
            )
        else:
            self._approve()

    @work(exclusive=True, group="command", exit_on_error=True, description="approve")
    async def _approve(self) -> None:
        """Approve; a return that was begun is over."""
        receipt = await self.execute(Approve())
        if receipt is not None and receipt.applied:
            await self.forget()
            self.tell(self.translate(N_("Approved. The applicant is told by mail; F10 leaves.")))

    @work(exclusive=True, group="ask", exit_on_error=True, description="return the application")
    async def action_retake(self) -> None:
        """Ask what must be mended, and return the application for exactly that."""
        if self.known is None or self._stopped("return_application"):
            return
        form = self.words.mendable_form(self.state.product, self.state.condition_values())
        items = tuple(filter(None, self.draft.get("items", "").split(",")))
        dialog = ReturnDialog(
            [(each.name, each.label) for each in form],
            Returned(items, self.draft.get("note", "")),
            self._keep_return,
        )
        returned = await self.app.push_screen_wait(dialog)
        if returned is None:
            return
        receipt = await self.execute(ReturnApplication(items=returned.items, note=returned.note))
        if receipt is not None and receipt.applied:
            await self.forget()
            self.dismiss()

    @work(group="draft", exit_on_error=True, description="save what is marked")
    async def _keep_return(self, returned: Returned) -> None:
        await self.keep(items=",".join(returned.items), note=returned.note)

    @work(exclusive=True, group="ask", exit_on_error=True, description="reject the case")
    async def action_cancel(self) -> None:
        """Ask for the reason, then whether it is meant, and end the case."""
        if self.known is None or self._stopped("reject"):
            return
        words = self.words
        chosen = await self.app.push_screen_wait(
            Choice(
                self.translate(N_("Why is the case rejected?")),
                words.reasons("reject"),
                reason_needed=words.note_required,
            )
        )
        if chosen is None or not await self._is_meant(chosen):
            return
        receipt = await self.execute(Reject(reason=chosen.code, note=chosen.reason))
        if receipt is not None and receipt.applied:
            await self.forget()
            self.dismiss()

    async def _is_meant(self, chosen: Chosen) -> bool:
        words = self.words
        return bool(
            await self.app.push_screen_wait(
                Confirm(
                    self.translate(
                        N_("Reject case {number} of {person}?"),
                        number=self.state.number,
                        person=printable(words.person_name(self.state)),
                    ),
                    self.translate(
                        N_("{reason}. The case ends for good and the applicant is told by mail."),
                        reason=words.word("reasons", chosen.code),
                    ),
                    self.translate(N_("Yes, reject it")),
                )
            )
        )

    def _stopped(self, act: str) -> bool:
        """Say what stands in the way of an act, if anything does."""
        findings = next(each.findings for each in self.acts() if each.act == act)
        if findings:
            self.tell_findings(findings)
        return bool(findings)
