"""What every screen of the counter has: station line, message line, key bar, and the backend."""

from collections.abc import Awaitable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.screen import Screen

from issuance.findings import Finding, Severity
from issuance.identity.cleaning import printable
from tui.actions import HELP, VALUES, Action, bindings
from tui.application import VentanillaWidget
from tui.case_words import finding_in_words
from tui.form import Form
from tui.header import StationLine
from tui.key_bar import KeyBar
from tui.sentences import sentence
from tui.translation import N_
from tui.widgets.message_line import MessageLine

if TYPE_CHECKING:  # Pydantic and the models cost 140 ms; the log-in screen is painted before
    from backend_client.backend import Backend
    from backend_client.policy_view import PolicyView

ResultT = TypeVar("ResultT")

SWITCH = Action(
    "switch_person",
    "f7",
    N_("Person #"),
    N_("F7 and a number: logs out, and another of the demonstration's people goes on."),
)


class CounterScreen(VentanillaWidget, Screen[ResultT], Generic[ResultT]):
    """A screen between station line and key bar.

    A subclass lists its `ACTIONS` (and puts `bindings(*ACTIONS)` into its `BINDINGS`), yields its
    contents in `compose_content` and fills them in `fill`, which is called again after a switch of
    language; so `fill` draws from attributes and asks nobody.
    """

    BINDINGS: ClassVar = bindings(SWITCH)
    ACTIONS: ClassVar[Sequence[Action]] = ()
    names: Mapping[str, str] = MappingProxyType({})
    _offers_values = False
    _is_rebuilding = False

    def compose(self) -> ComposeResult:
        """Build the frame around the contents."""
        yield StationLine()
        yield from self.compose_frame_top()
        yield from self.compose_content()
        yield MessageLine(id="message")
        yield KeyBar(HELP, *self.shown_actions())

    def shown_actions(self) -> Sequence[Action]:
        """Return what the key bar shows beside the help."""
        shown = [*self.actions_now()]
        if self._offers_values:
            shown.append(VALUES)
        if self._may_switch():
            shown.append(SWITCH)
        return shown

    def actions_now(self) -> Sequence[Action]:
        """Return the screen's own actions that have a use now."""
        return self.ACTIONS

    def show_actions(self) -> None:
        """Draw the key bar again: other actions have a use now."""
        self.query_one(KeyBar).show(HELP, *self.shown_actions())

    def on_descendant_focus(self) -> None:
        """Offer the list of values only where the field one came to has one."""
        self._offer_values()

    def on_descendant_blur(self) -> None:
        """Offer no list where one is in no field."""
        if self.focused is None:
            self._offer_values()

    def _offer_values(self) -> None:
        offers = any(form.offers_values for form in self.query(Form))
        if offers != self._offers_values and self.is_drawn:
            self._offers_values = offers
            self.show_actions()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer another person only in the demonstration, to who is logged in."""
        if action == SWITCH.name:
            return self._may_switch()
        return super().check_action(action, parameters)

    def action_switch_person(self) -> None:
        """Let another of the demonstration's people go on."""
        app = self.ventanilla
        app.push_screen(app.make_screen("switch_person"), mode=app.current_mode)

    def _may_switch(self) -> bool:
        station = self.ventanilla.station
        return station.demonstration and bool(station.operator)

    def compose_frame_top(self) -> ComposeResult:
        """Build what stands below the station line; a case's screens show the person here."""
        yield from ()

    def compose_content(self) -> ComposeResult:
        """Build the screen's own contents."""
        yield from ()

    def fill(self) -> None:
        """Draw what is known into the contents."""

    async def recompose(self) -> None:
        """Build anew in another language and draw what is known again."""
        self._is_rebuilding = True
        try:
            await super().recompose()
        finally:
            self._is_rebuilding = False
        self.fill()

    @property
    def is_drawn(self) -> bool:
        """Whether the contents are there: an answer may come while the screen is taken down."""
        # Its parts go one after the other, the key bar among the last.
        there = self.is_mounted and not self._pruning and not self._is_rebuilding
        return there and bool(self.query(KeyBar))

    @property
    def backend(self) -> "Backend":
        """Return what the screen asks; raises RuntimeError where the app has none."""
        backend = self.ventanilla.backend
        if backend is None:
            raise RuntimeError("this program was composed without a backend")
        return backend

    async def read_names(self) -> None:
        """Ask once who works here, so that people are shown by their names."""
        from issuance.queries import OperatorsAnswer, OperatorsQuery

        if self.names:
            return
        people = await self.backend.ask(OperatorsQuery())
        if isinstance(people, OperatorsAnswer):
            self.names = {each.user: each.name for each in people.entries}

    def name_of(self, user: str) -> str:
        """Return the name of somebody who works here, as far as names were read."""
        return printable(self.names.get(user, user))

    @property
    def today(self) -> date:
        """Return the day at the office."""
        return self.backend.now().astimezone(ZoneInfo(self.words.zone)).date()

    @property
    def words(self) -> "PolicyView":
        """Return the policy's lists and words in the operator's language."""
        from backend_client.policy_view import PolicyView

        return PolicyView(self.backend.policy, self.translate.language, self.backend.lacks)

    def tell(self, text: str, severity: Severity = Severity.INFORMS) -> None:
        """Show a message that stays; a screen that is taken down has nobody to tell."""
        for line in self.query("#message").results(MessageLine):
            line.show(text, severity)

    def tell_findings(self, findings: Sequence[Finding]) -> None:
        """Show the gravest finding in words."""
        order = (Severity.BLOCKS, Severity.WARNS, Severity.INFORMS)
        for finding in sorted(findings, key=lambda each: order.index(each.severity))[:1]:
            self.tell(self.finding_text(finding), finding.severity)

    def finding_text(self, finding: Finding) -> str:
        """Return a finding in words, the policy's things by their names."""
        in_words = finding_in_words(self.words.in_words(finding), self.translate)
        return sentence(in_words, self.translate)

    def action_back(self) -> Awaitable[None] | None:
        """Return to the screen before."""
        self.dismiss()
