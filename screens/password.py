"""The activation's fourth page, for the applicant alone: the password of the key file.

Nothing of the operator or the case is shown. What is typed leaves this screen only as a `Secret`
in its result; it is kept nowhere.
"""

from dataclasses import dataclass
from typing import ClassVar, Final
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Static

from issuance.findings import Finding, Severity
from issuance.findings.certificates import CertificateFinding
from issuance.secret import Secret
from screens.counter_screen import CounterScreen
from screens.password_words import (
    Way,
    banner_words,
    kind_words,
    label_words,
    rule_words,
    strength_words,
)
from tui.actions import BACK, CANCEL, DO, HELP, RETAKE, VALUES, Action, bindings
from tui.key_bar import KeyBar
from tui.sentences import sentence
from tui.translation import N_
from tui.widgets.message_line import MessageLine
from tui.widgets.secret_field import SecretField
from tui.widgets.value_list import ValueList

_KIND: Final = VALUES.named(N_("Key kind"), N_("Chooses kind of key and of file; seldom needed."))
_GENERATE: Final = RETAKE.named(N_("Propose"), N_("Proposes a password nobody can guess."))
_OWN: Final = CANCEL.named(N_("Own"), N_("Chooses a password of one's own again."))
_FORGOTTEN: Final = CANCEL.named(N_("Forgotten"), N_("Goes on without the password."))
_GO_ON: Final = DO.named(N_("Go on"), N_("Goes on with this password."))

_CURED_BY_TYPING_ON: Final = frozenset({
    CertificateFinding.KEY_FILE_PASSWORD_SHORT, CertificateFinding.KEY_FILE_PASSWORD_WEAK,
    CertificateFinding.PASSWORD_EDGE_SPACE,
})  # fmt: skip
_LONGEST: Final = 400
"""More than a password may have: one that is too long is told, and not cut twice alike."""


@dataclass(frozen=True, slots=True)
class ChosenPassword:
    """What the applicant chose; `compatible` is a file that old programs open too."""

    password: Secret
    algorithm: str
    compatible: bool


@dataclass(frozen=True, slots=True)
class PasswordForgotten:
    """The applicant does not know the password chosen before."""


class PasswordScreen(CounterScreen[ChosenPassword | PasswordForgotten]):
    """Takes a password typed twice, or proposes one, hides it, and has it typed once.

    Args:
        case: whose key file it is for.
        algorithms: the kinds of key the product allows, the usual one first.
        remembered: a key waits under a password chosen before; it is asked, not chosen.
        finding: why the password is asked again.
    """

    CSS_PATH = "password.tcss"
    ACTIONS = (BACK, _KIND, _GENERATE, _OWN, _GO_ON)
    BINDINGS: ClassVar = [*bindings(*ACTIONS), Binding("enter", "do", show=False)]

    def __init__(
        self,
        case: UUID,
        algorithms: tuple[str, ...],
        *,
        remembered: bool = False,
        finding: Finding | None = None,
    ) -> None:
        super().__init__()
        self._case = case
        # A key that waits is of the kind chosen then; only its file is still to be made.
        offered = ("",) if remembered else algorithms
        self._kinds = [(each, old) for each in offered for old in (False, True)]
        self._kind = self._kinds[0]
        self._differed = False
        self._way = Way.REMEMBERED if remembered else Way.OWN
        self._finding = finding
        self._proposed: Secret | None = None

    def compose(self) -> ComposeResult:
        """Build the page without station line and person."""
        demonstration = self.backend.session.demonstration
        banner = banner_words(self.translate, demonstration=demonstration)
        yield Static(banner, id="banner", markup=False)
        with Vertical(id="applicant"):
            yield Static(id="rule", markup=False)
            yield Static(id="proposed", markup=False)
            yield Static(id="first-label", markup=False, classes="title")
            yield SecretField(id="first", max_length=_LONGEST)
            yield Static(id="strength", markup=False)
            yield Static(
                self.translate(N_("The same password once more")),
                id="again-label", markup=False, classes="title",
            )  # fmt: skip
            yield SecretField(id="again", max_length=_LONGEST)
            yield Static(id="kind", markup=False, classes="muted")
        yield MessageLine(id="message")
        yield KeyBar(HELP, *self.shown_actions())

    def on_mount(self) -> None:
        """Draw, and say why the password is asked again."""
        self.fill()
        if self._finding is not None:
            self.tell(sentence(self._finding, self.translate), self._finding.severity)

    def actions_now(self) -> tuple[Action, ...]:
        """Return what can be done on this way to a password."""
        return {
            Way.OWN: (BACK, _KIND, _GENERATE, _GO_ON),
            Way.REMEMBERED: (BACK, _KIND, _FORGOTTEN, _GO_ON),
        }.get(self._way, (BACK, _KIND, _GENERATE, _OWN, _GO_ON))

    def shown_actions(self) -> tuple[Action, ...]:
        """Return them alone: who logs in is no matter of the applicant's."""
        return self.actions_now()

    def help_text(self) -> str:
        """Explain the step in the authority's words."""
        return self.words.text("help/activation")

    def fill(self) -> None:
        """Draw what the way of choosing needs."""
        way = self._way
        minimum, _ = self.words.password_rule
        self.query_one("#rule", Static).update(rule_words(way, minimum, self.translate))
        shown = self._proposed.reveal() if self._proposed and way is Way.PROPOSED else ""
        self.query_one("#proposed", Static).update(shown)
        self.query_one("#proposed").display = bool(shown)
        for name in ("first-label", "first"):
            self.query_one(f"#{name}").display = way is not Way.PROPOSED
        for name in ("again-label", "again", "strength"):
            self.query_one(f"#{name}").display = way is Way.OWN
        self.query_one("#first-label", Static).update(label_words(way, self.translate))
        self.query_one("#kind", Static).update(self._words_of(self._kind))
        self.show_actions()
        self.set_focus(None if way is Way.PROPOSED else self.query_one("#first"))

    # -- keys ------------------------------------------------------------------------------------

    def action_values(self) -> None:
        """Choose kind of key and file."""
        choices = [(str(at), self._words_of(kind)) for at, kind in enumerate(self._kinds)]

        def chosen(at: str | None) -> None:
            if at is not None:
                self._kind = self._kinds[int(at)]
                self.query_one("#kind", Static).update(self._words_of(self._kind))

        title = self.translate(N_("Kind of key and file"))
        self.ventanilla.push_screen(ValueList(title, choices), chosen)

    def action_retake(self) -> None:
        """Propose a password."""
        if self._way is not Way.REMEMBERED:
            self._propose()

    def action_cancel(self) -> None:
        """Choose one's own again, or say that the password of before is forgotten."""
        if self._way is Way.REMEMBERED:
            self.dismiss(PasswordForgotten())
        else:
            self._go(Way.OWN)

    def action_do(self) -> None:
        """Take the next step towards the password."""
        if self._way is Way.PROPOSED:
            self._go(Way.COPIED)
        elif self._way is Way.COPIED:
            self._compare_copy()
        elif self._way is Way.REMEMBERED:
            self._take_remembered()
        else:
            self._check_own()

    def on_input_submitted(self) -> None:
        """Go on with Enter."""
        self.action_do()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Judge as one types; what was said of the password before is over."""
        if event.value and event.input.has_focus:
            self.query_one(MessageLine).clear()
        if self._way is Way.OWN and event.input.id == "first":
            self._show_strength(Secret(event.value))

    # -- ways ------------------------------------------------------------------------------------

    def _go(self, way: Way) -> None:
        """Begin another way with empty fields."""
        self._way = way
        if way is Way.OWN:
            self._proposed = None
        for field in self.query(SecretField):
            field.take()
        self.query_one(MessageLine).clear()
        self.fill()

    @work(exclusive=True, group="propose", description="propose a password")
    async def _propose(self) -> None:
        with self.ventanilla.keys.held():
            self._proposed = await self.backend.generate_password()
            self._go(Way.PROPOSED)

    @work(exclusive=True, group="judge", description="judge a password")
    async def _show_strength(self, password: Secret) -> None:
        judgement = await self.backend.judge_password(self._case, password)
        if not self.is_attached:
            return
        grave = [each for each in judgement.findings if each.code not in _CURED_BY_TYPING_ON]
        _, needed = self.words.password_rule
        words = ""
        if password.reveal():
            words = strength_words(judgement.strength, needed, self.translate)
        if grave:
            words = sentence(grave[0], self.translate)
        # A page that is left meanwhile has no line for it any more.
        for line in self.query("#strength").results(Static):
            line.update(words)

    @work(exclusive=True, group="take", description="take a password")
    async def _check_own(self) -> None:
        """Check the first field, then that both are the same."""
        first, again = self.query_one("#first", SecretField), self.query_one("#again", SecretField)
        password = Secret(first.value)
        with self.ventanilla.keys.held():
            judgement = await self.backend.judge_password(self._case, password)
            if judgement.findings:
                self.tell_findings(judgement.findings)
                self.set_focus(first)
            elif first.has_focus or not again.value:
                self.query_one(MessageLine).clear()
                self.set_focus(again)
            elif password.matches(Secret(again.value)):
                self._finish(password)
            else:
                self._tell_differing(first, again)

    def _tell_differing(self, first: SecretField, again: SecretField) -> None:
        """Ask for the copy once more; after a second time for both, as the first may be wrong."""
        again.take()
        self._differed = not self._differed
        if self._differed:
            words = N_("The two are not the same. Type it once more, slowly.")
            self.set_focus(again)
        else:
            first.take()
            words = N_("They differ again, so both are empty now. Start with the first one.")
            self.set_focus(first)
        self.tell(self.translate(words), Severity.BLOCKS)

    def _compare_copy(self) -> None:
        typed = Secret(self.query_one("#first", SecretField).take())
        if self._proposed is not None and typed.matches(self._proposed):
            self._finish(typed)
        else:
            self.tell(
                self.translate(
                    N_("That is not what was proposed. Try again; F6 proposes another one.")
                ),
                Severity.BLOCKS,
            )

    @work(exclusive=True, group="take", description="try a password")
    async def _take_remembered(self) -> None:
        """Go on with a password that opens the key that waits for it."""
        typed = self.query_one("#first", SecretField).take()
        if not typed:
            self.tell(
                self.translate(N_("Type the password chosen before; F12 if it is forgotten.")),
                Severity.WARNS,
            )
            return
        with self.ventanilla.keys.held():
            finding = await self.backend.sealed_key_finding(self._case, Secret(typed))
            if finding is None or finding.code != CertificateFinding.SEALED_KEY_WRONG_PASSWORD:
                self._finish(Secret(typed))
            else:
                self.tell(sentence(finding, self.translate), finding.severity)

    def _finish(self, password: Secret) -> None:
        for field in self.query(SecretField):
            field.take()
        self._proposed = None
        algorithm, compatible = self._kind
        self.dismiss(ChosenPassword(password, algorithm, compatible))

    def _words_of(self, kind: tuple[str, bool]) -> str:
        algorithm, compatible = kind
        return kind_words(algorithm, self.translate, compatible=compatible)
