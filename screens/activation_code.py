"""The activation's third page: the code from the confirmed e-mail, with which one accepts."""

from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from issuance.cases.commands.activation import EnterActivationCode, SendActivationCode
from issuance.cases.state import CodeState
from issuance.secret import Secret
from screens.act_reason import ask_reason
from screens.activation_page import SAVE_CONTRACT, ActivationPage
from screens.email import MAILBOX
from tui.actions import BACK, DO, RETAKE, Action, bindings
from tui.translation import N_
from tui.widgets.code_field import CodeField

_SEND: Final = DO.named(N_("Send code"), N_("Sends the code, or goes on with the one typed."))
_GO_ON: Final = DO.named(N_("Go on"), N_("Goes on with the code typed."))
_ANOTHER: Final = RETAKE.named(N_("New code"), N_("Sends another code; the older one dies."))


class ActivationCodeScreen(ActivationPage[bool]):
    """Sends the code and takes what the applicant reads out."""

    ACT = "send_activation_code"
    HEADING = N_("Activation, 3 of 5: the code")
    BINDINGS: ClassVar = [
        *bindings(BACK, _ANOTHER, SAVE_CONTRACT, _SEND),
        Binding("enter", "do", show=False),
    ]

    def compose_work(self) -> ComposeResult:
        """Build explanation and field."""
        yield Static(id="sent-to", markup=False)
        yield Static(self.translate(N_("Code")), id="code-label", markup=False, classes="title")
        yield CodeField(self.words.code_rule[0], id="activation-code")
        yield Static(id="advice", markup=False, classes="muted")

    def actions_now(self) -> tuple[Action, ...]:
        """Return what can be done with or without a living code."""
        save = MAILBOX if self.backend.session.demonstration else SAVE_CONTRACT
        lives = self.known is not None and self._living_code() is not None
        return (BACK, _ANOTHER, save, _GO_ON) if lives else (BACK, save, _SEND)

    def show_page(self) -> None:
        """Draw where the code goes, and the field while a code is good."""
        until = self.state.activation.authorised_until
        late = until is not None and self.backend.now() >= until
        code = self._living_code()
        email = self.words.email(self.state)
        if code is not None:
            words = N_(
                "A code went to {email}. The applicant reads it out; it accepts the contract."
            )
        elif late:
            words = N_("The time to finish ran out: another code goes to {email} with F10.")
        elif "activation" in self.state.codes:
            words = N_(
                "The code sent last is no longer good: its time or its tries are over. F10 sends "
                "another one to {email}."
            )
        else:
            words = N_("F10 sends a code to {email}, the applicant's confirmed e-mail.")
        self.query_one("#sent-to", Static).update(self.translate(words, email=email))
        self.query_one("#code-label").display = code is not None
        field = self.query_one(CodeField)
        field.display = code is not None
        self.show_actions()
        self.query_one("#advice", Static).update(self._advice() if code is not None else "")
        if code is not None:
            _, _, tries = self.words.code_rule
            left = code.expires_at - self.backend.now()
            field.start(tries - code.attempts, int(left.total_seconds()))
            field.query_one("#code").focus()

    def on_code_field_completed(self, event: CodeField.Completed) -> None:
        """Try the code."""
        event.field.clear()
        self._enter(Secret(event.code))

    async def action_do(self) -> None:
        """Send the first code, or try the one typed."""
        if self.known is None:
            return
        if self._living_code() is None:
            self._send()
        else:
            await self.query_one(CodeField).submit()

    def action_retake(self) -> None:
        """Send another code."""
        if self.known is not None:
            self._send()

    def action_print(self) -> None:
        """Save the contract; in a demonstration show the mails, where the applicant's are."""
        if self.backend.session.demonstration:
            self.ventanilla.open_screen("mailbox")
        else:
            super().action_print()

    @work(exclusive=True, group="command", description="send a code")
    async def _send(self) -> None:
        chosen = await ask_reason(self, "send_activation_code")
        if chosen is None:
            return
        with self.ventanilla.keys.held():
            body = SendActivationCode(reason=chosen.code, note=chosen.reason)
            receipt = await self.execute(body)
        if receipt is not None and receipt.applied:
            self.tell(self.translate(N_("The code is on its way.")))

    @work(exclusive=True, group="command", description="try a code")
    async def _enter(self, code: Secret) -> None:
        with self.ventanilla.keys.held():
            receipt = await self.execute(EnterActivationCode(code=code))
        if receipt is not None and receipt.applied:
            self.dismiss(result=True)

    def _living_code(self) -> CodeState | None:
        code = self.state.codes.get("activation")
        if code is None or code.spent or self.backend.now() >= code.expires_at:
            return None
        return code if code.attempts < self.words.code_rule[2] else None

    def _advice(self) -> str:
        return self.translate(
            N_(
                "It may take a minute, or lie among the unwanted mail. Only the newest code counts:"
                " F6 sends another one."
            )
        )
