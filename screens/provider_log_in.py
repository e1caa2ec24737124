"""A log-in by an identity provider: the address for a browser, and the code its page ends with."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from issuance.findings import Finding
from issuance.findings.oidc import ProviderCode
from issuance.identity.cleaning import printable
from screens.counter_screen import CounterScreen
from screens.log_in import enter_work
from tui.actions import BACK, DO, REFRESH, Action, bindings
from tui.translation import N_
from tui.widgets.code_field import CodeField
from tui.widgets.message_line import MessageLine
from tui.widgets.qr import QrCode

if TYPE_CHECKING:  # 140 ms
    from backend_client.oidc import PendingLogIn, ProviderLogIn

ENTER: Final = DO.named(N_("Log in"), N_("Logs in with the six digits of the page."))
AGAIN: Final = REFRESH.named(N_("Begin again"), N_("Begins another log-in with a new address."))

_BETWEEN_LOOKS: Final = 1.5
"""Seconds."""
_TRIES: Final = 3
_STAGES: Final = {
    "begun": N_("Waiting for the page to be opened …"),
    "opened": N_("The page was opened; waiting for the provider …"),
    "checking": N_("Back from the provider; one moment …"),
    "proved": N_("√ Your identity is proved: type the six digits of the page."),
}


class ProviderLogInScreen(CounterScreen[None]):
    """Shows address, QR and sign, waits for the browser, and takes the code of its last page.

    Args:
        provider: what people call the provider.
    """

    CSS_PATH = "provider_log_in.tcss"
    ACTIONS = (BACK, AGAIN, ENTER)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, provider: str) -> None:
        super().__init__()
        self._provider = provider
        self._pending: PendingLogIn | None = None
        self._stage = ""

    @property
    def log_in(self) -> "ProviderLogIn":
        """Return the log-in by a provider; raises RuntimeError where the office has none."""
        if self.backend.provider_log_in is None:
            raise RuntimeError("only a server's office has a log-in by a provider")
        return self.backend.provider_log_in

    def compose_content(self) -> ComposeResult:
        """Build the QR at the left and what is to be done beside it."""
        pending = self._pending
        with Vertical(id="page"):
            if pending is not None:
                yield QrCode(pending.address, "")
            with Vertical(id="beside"):
                title = self.translate(N_("Log in with {provider}"), provider=self._provider)
                yield Static(title, classes="title", markup=False)
                if pending is not None:
                    yield from self._steps(pending)

    def _steps(self, pending: "PendingLogIn") -> ComposeResult:
        steps = (
            (N_("1. Open this address, or scan the picture with the telephone:"), pending.address),
            (N_("2. The page must show this sign; if not, close it:"), pending.sign),
        )
        for words, shown in steps:
            yield Static(self.translate(words), classes="text", markup=False)
            yield Static(printable(shown), classes="shown", markup=False)
        last = N_("3. After {provider} the page shows six digits. Type them here:")
        yield Static(self.translate(last, provider=self._provider), classes="text", markup=False)
        yield CodeField(pending.digits)
        yield Static(id="stage", markup=False)

    def on_mount(self) -> None:
        """Begin a log-in, and follow it."""
        self.begin()
        self.set_interval(_BETWEEN_LOOKS, self.look)

    def fill(self) -> None:
        """Draw how far it has come."""
        for line in self.query("#stage").results(Static):
            line.update(self.translate(_STAGES[self._stage]) if self._stage else "")

    def help_text(self) -> str:
        """Explain what keeps the log-in with the person at this terminal."""
        return self.translate(
            N_(
                "Go through the provider's page only for a log-in you began yourself, at this "
                "terminal, and only if the page shows the same sign. The six digits are for this "
                "terminal alone: tell them to nobody. The log-in lasts five minutes."
            )
        )

    def actions_now(self) -> Sequence[Action]:
        """Offer to log in only while a log-in is under way."""
        return self.ACTIONS if self._pending else (BACK, AGAIN)

    @work(exclusive=True, group="begin", exit_on_error=True, description="begin a log-in")
    async def begin(self) -> None:
        """Begin a log-in; the one begun before is left."""
        with self.ventanilla.keys.held():
            self._pending = None
            begun = await self.log_in.begin()
            if isinstance(begun, tuple):
                await self._end(begun)
                return
            self._pending, self._stage = begun, "begun"
            if not self.is_drawn:
                return
            await self.recompose()
            self.show_actions()
            self.query_one(CodeField).start(_TRIES, begun.seconds)
            self.set_focus(self.query_one("#code"))

    @work(exclusive=True, group="look", exit_on_error=True, description="follow a log-in")
    async def look(self) -> None:
        """Look how far the log-in has come."""
        pending = self._pending
        if pending is None:
            return
        stage = await self.log_in.look()
        if self._pending is not pending or not self.is_drawn:
            return
        if isinstance(stage, tuple):
            await self._end(stage)
        elif stage != self._stage:
            self._stage = stage
            self.fill()

    @on(CodeField.Completed)
    def _completed(self, event: CodeField.Completed) -> None:
        event.stop()
        self.enter(event.code)

    @work(exclusive=True, group="log in", exit_on_error=True, description="log in by a provider")
    async def enter(self, code: str) -> None:
        """Log in with the code, or say what stands in the way."""
        from issuance.secret import Secret

        app, pending = self.ventanilla, self._pending
        if pending is None:
            return
        with app.keys.held():
            self.tell(self.translate(N_("One moment: the office is being opened.")))
            entered = await self.log_in.enter(Secret(code))
            if isinstance(entered, tuple):
                await self._refuse(entered)
                return
            self._pending = None
            await enter_work(app, entered, Secret(""))

    async def _refuse(self, findings: tuple[Finding, ...]) -> None:
        """Let a wrong code be typed again; anything else ends the log-in."""
        wrong = next(
            (each for each in findings if each.code == ProviderCode.PROVIDER_RETURN_CODE_WRONG),
            None,
        )
        if wrong is None:
            await self._end(findings)
            return
        self.query_one("#message", MessageLine).show_findings(findings)
        field = self.query_one(CodeField)
        field.clear()
        field.tries_left(int(wrong.parameters["tries"]))

    async def _end(self, findings: tuple[Finding, ...]) -> None:
        """Show why there is no log-in, and offer another."""
        self._pending, self._stage = None, ""
        if self.is_drawn:
            await self.recompose()
            self.show_actions()
            self.query_one("#message", MessageLine).show_findings(findings)

    # -- keys ------------------------------------------------------------------------------------

    async def action_do(self) -> None:
        """Log in with what is typed."""
        if self._pending:
            await self.query_one(CodeField).submit()

    def action_refresh(self) -> None:
        """Begin again."""
        self.begin()

    async def action_back(self) -> None:
        """Leave the log-in and return to the password."""
        self._pending = None
        with self.ventanilla.keys.held():
            await self.log_in.leave()
        self.dismiss()
