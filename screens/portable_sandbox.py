"""The sandbox: the published test identities, told in full, and the switch that lets them sign."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from issuance.findings import Severity
from issuance.signing.commands import SwitchSandbox
from issuance.signing.queries import SandboxAnswer, SandboxQuery
from issuance.streams import StreamRef
from screens.seated_screen import SeatedScreen
from tui.actions import BACK, DO, REFRESH, Action, bindings
from tui.translation import N_

SWITCH_ON: Final = DO.named(N_("Switch on"), N_("Lets the test identities sign."))
SWITCH_OFF: Final = DO.named(N_("Switch off"), N_("Lets the test identities sign no more."))

_ON: Final = N_("The sandbox is ON: whoever knows these published identities can sign here.")
_OFF: Final = N_("The sandbox is off: every request of the test identities is refused.")
_MEANING: Final = N_(
    "The identities below are published, so that systems can be tried before they have an "
    "institution. They sign under a root of their own that nobody trusts, and never for anybody of "
    "an institution. Switch the sandbox off when the tests are over."
)


class PortableSandboxScreen(SeatedScreen[None]):
    """Shows whether the test identities sign, and what a test system sends."""

    CSS_PATH = "portable_form.tcss"
    ACTIONS = (BACK, REFRESH, SWITCH_ON)
    BINDINGS: ClassVar = bindings(BACK, REFRESH, DO)

    _sandbox: SandboxAnswer | None = None

    def compose_content(self) -> ComposeResult:
        """Build the page."""
        with Vertical(id="entry"):
            title = self.translate(N_("Sandbox: test identities"))
            yield Static(title, classes="title", markup=False)
            yield Static(id="state", classes="shown", markup=False)
            yield Static(self.translate(_MEANING), classes="meaning", markup=False)
            yield Static(id="identities", markup=False)

    def help_text(self) -> str:
        """Explain what the sandbox is for."""
        return self.translate(_MEANING)

    def on_screen_resume(self) -> None:
        """Read the state."""
        self.load()

    def action_refresh(self) -> None:
        """Read again."""
        self.load()

    @work(exclusive=True, group="load", exit_on_error=True, description="read the sandbox")
    async def load(self) -> None:
        """Read whether the test identities sign."""
        await self.read_seats()
        answer = await self.backend.ask(SandboxQuery())
        if not self.is_drawn:
            return
        if isinstance(answer, SandboxAnswer):
            self._sandbox = answer
            self._draw(answer)
        self.told(answer)

    def _draw(self, sandbox: SandboxAnswer) -> None:
        state = self.query_one("#state", Static)
        state.set_class(sandbox.on, "-on")
        state.update(self.translate(_ON if sandbox.on else _OFF))
        runs = [
            (self.words.word("purposes", purpose), run) for purpose, run in sandbox.runs.items()
        ]
        rows = [
            (self.translate(N_("Entity")), sandbox.entity),
            ("api_token_key", sandbox.key),
            (self.translate(N_("Secret")), sandbox.secret),
            *((f"RUN, {purpose}", run) for purpose, run in runs),
            (self.translate(N_("Codes (TOTP)")), sandbox.codes),
        ]
        width = max(len(label) for label, _ in rows)
        text = "\n".join(f"{label:<{width}}  {value}" for label, value in rows)
        self.query_one("#identities", Static).update(text)
        self.show_actions()

    def actions_now(self) -> Sequence[Action]:
        """Offer the switch to who may use it, by what it does now."""
        if self._sandbox is None or not self.may("switch_sandbox", None):
            return (BACK, REFRESH)
        return (BACK, REFRESH, SWITCH_OFF if self._sandbox.on else SWITCH_ON)

    def action_do(self) -> None:
        """Switch, once it was agreed to."""
        if self._sandbox is not None and self.may("switch_sandbox", None):
            self.switch(self._sandbox)

    @work(exclusive=True, group="command", exit_on_error=True, description="switch the sandbox")
    async def switch(self, sandbox: SandboxAnswer) -> None:
        """Switch the sandbox, or leave it as it is."""
        if not sandbox.on:
            agreed = await self.confirm(
                self.translate(N_("Switch the sandbox on?")),
                self.translate(
                    N_("Everybody who reads the manual can have documents signed by it here.")
                ),
                self.translate(N_("Yes, switch it on")),
            )
            if not agreed:
                return
        stream = StreamRef(kind="sandbox", id=sandbox.id)
        receipt = await self.give(SwitchSandbox(on=not sandbox.on), stream, sandbox.revision)
        if receipt.applied and not sandbox.on:
            self.tell(self.translate(N_("The test identities sign from now on.")), Severity.WARNS)
        self.load()
