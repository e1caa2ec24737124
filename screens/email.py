"""The applicant's e-mail is confirmed with a code that was sent to it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from issuance.cases.commands.application import ConfirmEmail, SendEmailCode
from issuance.cases.guards import ActView
from issuance.cases.state import CodeState
from issuance.findings import Severity
from issuance.identity.kinds import FieldKind
from issuance.secret import Secret
from screens.act_reason import ask_reason
from screens.case_screen import CaseScreen
from tui.actions import BACK, CANCEL, DO, REFRESH, RETAKE, Action, bindings
from tui.case_words import roles_said
from tui.moments import since
from tui.translation import N_
from tui.widgets.code_field import CodeField

if TYPE_CHECKING:
    from issuance.commands import Receipt

SEND = replace(
    DO.named(N_("Send"), N_("Sends a code, or confirms the one that is typed.")),
    other_keys=("enter",),
)
NEXT_PERSON = DO.named(N_("Done"), N_("Returns to the work-list."))
NEW_CODE = RETAKE.named(N_("New code"), N_("Sends another code; the one before dies."))
MEND = CANCEL.named(N_("Correct"), N_("Corrects the address in the application."))
MAILBOX = Action("mailbox", "f9", N_("Mailbox"), N_("Shows the mails of the demonstration."))


class EmailScreen(CaseScreen[None]):
    """Sends a code to the applicant's e-mail and takes it at the counter."""

    STEP = "email"
    ACTIONS = (BACK,)
    BINDINGS: ClassVar = bindings(BACK, REFRESH, NEW_CODE, MAILBOX, SEND, MEND)
    CSS_PATH = "email.tcss"
    # Without a field that shows, Enter sends the code.
    AUTO_FOCUS = ""

    def compose_content(self) -> ComposeResult:
        """Build the address, the code's field, and beside them the rules of the step."""
        digits, _, _ = self.words.code_rule
        field = CodeField(digits)
        # It shows once a code was sent.
        field.display = False
        with Horizontal(id="email"):
            with Vertical(id="code-page"):
                yield Static(id="to", markup=False)
                yield Static(id="sent", markup=False)
                yield field
                yield Static(id="hint", markup=False)
            yield Static(self.help_text(), id="rules", markup=False)

    def help_text(self) -> str:
        """Explain the step in the authority's words."""
        return self.words.text("help/email")

    def show_case(self) -> None:
        """Draw where the confirmation stands and what can be done."""
        code = self._living_code()
        may_confirm = code is not None and self.allowed("confirm_email")
        field = self.query_one(CodeField)
        appears = may_confirm and not field.display
        field.display = may_confirm
        if appears:
            # At once: what is typed before the next drawing belongs to it.
            self._enter_field()
        if not may_confirm:
            self.set_focus(None)
        if code is not None and may_confirm:
            left = code.expires_at - self.backend.now()
            field.start(self._tries_left(code), int(left.total_seconds()))
        self.query_one("#to", Static).update(self._to())
        self.query_one("#sent", Static).update(self._sent())
        self.query_one("#hint", Static).update(self._hint())
        self.show_actions()

    def _to(self) -> str:
        return self.translate(N_("E-mail: {email}"), email=self.words.email(self.state))

    def _sent(self) -> str:
        """Say what happened so far."""
        if self.state.email_confirmed:
            return self.translate(N_("√ The e-mail is confirmed."))
        code = self.state.codes.get("email")
        if code is None or not code.sent:
            return self.translate(N_("No code was sent yet."))
        words = self.words
        at = since(code.sent[-1], words.zone, self.translate.language, self.today)
        if self._living_code() is None:
            return self.translate(N_("The code of {time} no longer works."), time=at)
        return self.translate(N_("Code sent at {time}; only the newest one works."), time=at)

    def _hint(self) -> str:
        """Say what can be done now, and by whom."""
        if self.state.email_confirmed:
            return self._what_comes_next()
        send = self._act("send_email_code")
        if send.findings:
            return "\n".join(self.finding_text(each) for each in send.findings)
        if self._living_code() is None:
            return self.translate(
                N_("Read the address aloud with the applicant, then send the code with F10.")
            )
        return self.translate(
            N_("The applicant reads the code in their own mail, in the spam folder too.")
        )

    def _what_comes_next(self) -> str:
        if self.known is None:
            return ""
        step = next(each for each in self.known.steps if each.id == self.known.current_step)
        label = self.words.word("steps", step.id)
        approve = self._act("approve")
        if approve.findings and step.id == "approval":
            roles = roles_said(approve.roles, self.translate)
            return self.translate(
                N_("Next: {step}, by another person ({roles})."), step=label, roles=roles
            )
        return self.translate(N_("Next: {step}."), step=label)

    def actions_now(self) -> Sequence[Action]:
        """Return the keys that have a use now."""
        if self.known is None:
            return self.ACTIONS
        shown = [BACK]
        if self._living_code() and self.allowed("send_email_code"):
            shown.append(NEW_CODE)
        if self.backend.session.demonstration:
            shown.append(MAILBOX)
        if self.state.email_confirmed:
            shown.append(NEXT_PERSON)
        elif not self._living_code() and self.allowed("send_email_code"):
            shown.append(SEND)
        if self.allowed("amend_application"):
            shown.append(MEND)
        return shown

    def _act(self, name: str) -> ActView:
        return next(each for each in self.acts() if each.act == name)

    def _living_code(self) -> CodeState | None:
        """Return the code that may still be entered."""
        code = self.state.codes.get("email")
        if code is None or code.spent or self.state.email_confirmed:
            return None
        in_time = self.backend.now() < code.expires_at
        return code if in_time and self._tries_left(code) else None

    def _tries_left(self, code: CodeState) -> int:
        _, _, tries = self.words.code_rule
        return tries - code.attempts

    def _enter_field(self) -> None:
        self.set_focus(self.query_one("#code"))

    # -- keys ------------------------------------------------------------------------------------

    async def action_do(self) -> None:
        """Send the first code, confirm the one that is typed, or leave when all is done."""
        if self.known is None:
            return
        if self.state.email_confirmed:
            self.dismiss()
        elif self._living_code() is None:
            self.action_retake()
        else:
            await self.query_one(CodeField).submit()

    def action_retake(self) -> None:
        """Send a code."""
        if self.known is not None and not self.state.email_confirmed:
            self._send()

    @work(exclusive=True, group="command", exit_on_error=True, description="send a code")
    async def _send(self) -> None:
        chosen = await ask_reason(self, "send_email_code")
        if chosen is None:
            return
        self.query_one(CodeField).clear()
        receipt = await self.execute(SendEmailCode(reason=chosen.code, note=chosen.reason))
        if receipt is not None and receipt.applied:
            email = self.words.email(self.state)
            self.tell(self.translate(N_("A code is on its way to {email}."), email=email))

    @on(CodeField.Completed)
    def _confirm(self, event: CodeField.Completed) -> None:
        event.stop()
        self.give(
            ConfirmEmail(code=Secret(event.code)),
            lambda _: self.tell(self.translate(N_("The e-mail is confirmed."))),
        )

    def refused(self, receipt: "Receipt") -> None:
        """Say why, and make room for the next attempt."""
        super().refused(receipt)
        self.query_one(CodeField).clear()

    def action_refresh(self) -> None:
        """Read the case again."""
        self.load()

    def action_mailbox(self) -> None:
        """Open the demonstration's mailbox; a real office has none."""
        if self.backend.session.demonstration:
            self.ventanilla.open_screen("mailbox")

    def action_cancel(self) -> None:
        """Correct the address, which is part of the application."""
        if self.known is None:
            return
        amend = self._act("amend_application")
        if amend.findings:
            self.tell(self.finding_text(amend.findings[0]), Severity.WARNS)
            return
        fields = self.words.application_form(self.state.product, self.state.condition_values())
        items = tuple(each.name for each in fields if each.kind == FieldKind.EMAIL)
        self.ventanilla.open_screen("application", self.case, items)
