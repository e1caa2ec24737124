"""The activation's fourth page where the key goes into a token: for the applicant alone, the PIN.

Nothing of the operator or the case is shown. What is typed leaves this screen only as a `Secret`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from backend_client.token_desk import TokenDescription
from issuance.findings import Finding, Severity
from issuance.findings.tokens import TokenFinding
from issuance.identity.cleaning import printable
from issuance.secret import Secret
from screens.counter_screen import CounterScreen
from screens.password_words import banner_words
from tui.actions import BACK, CANCEL, DO, HELP, REFRESH, RETAKE, VALUES, Action, bindings
from tui.key_bar import KeyBar
from tui.sentences import sentence
from tui.translation import N_
from tui.widgets.message_line import MessageLine
from tui.widgets.secret_field import SecretField
from tui.widgets.value_list import ValueList

_TOKEN: Final = VALUES.named(N_("Token"), N_("Chooses among several tokens."))
_LOOK: Final = REFRESH.named(N_("Look again"), N_("Looks again for tokens that were put in."))
_KEEP: Final = RETAKE.named(N_("Keep PIN"), N_("The token has the applicant's own PIN already."))
_CHANGE: Final = RETAKE.named(N_("Other PIN"), N_("The applicant chooses another PIN."))
_LOST: Final = CANCEL.named(N_("Token lost"), N_("Goes on without that token."))
_GO_ON: Final = DO.named(N_("Go on"), N_("Goes on with this token and PIN."))
_LONGEST: Final = 64


class PinWay(StrEnum):
    """How the PIN comes about."""

    CHANGED = "changed"
    FIRST = "first"
    KNOWN = "known"


_RULES: Final = {
    PinWay.CHANGED: N_(
        "Type the PIN that came with your token, then a PIN of your own: six characters or more,"
        " digits or unaccented letters. You will type it whenever you sign; nobody can read it."
        " If you chose your own already: F6."
    ),
    PinWay.FIRST: N_(
        "Your token has no PIN that works. Choose one: six characters or more, digits or unaccented"
        " letters. You will type it whenever you sign; nobody can read it."
    ),
    PinWay.KNOWN: N_("Type your token's PIN with care: it locks after a few wrong ones."),
}


@dataclass(frozen=True, slots=True)
class ChosenToken:
    """The applicant's token, and its PIN."""

    token: TokenDescription
    pin: Secret


@dataclass(frozen=True, slots=True)
class TokenGone:
    """The token with the key of the certificate is lost, broken or locked for ever."""


class TokenPinScreen(CounterScreen[ChosenToken | TokenGone]):
    """Finds the token and takes its PIN; the applicant sets an own one before the first key.

    Args:
        has_key: a token holds the key of a certificate of this case: its PIN is asked, not set.
        finding: why the PIN is asked again.
    """

    CSS_PATH = "token_pin.tcss"
    ACTIONS = (BACK, _TOKEN, _LOOK, _KEEP, _LOST, _GO_ON)
    BINDINGS: ClassVar = [*bindings(*ACTIONS), Binding("enter", "do", show=False)]

    def __init__(self, *, has_key: bool = False, finding: Finding | None = None) -> None:
        super().__init__()
        self._has_key = has_key
        self._finding = finding
        self._keeps_pin = has_key or finding is not None
        self._tokens: tuple[TokenDescription, ...] = ()
        self._token: TokenDescription | None = None

    def compose(self) -> ComposeResult:
        """Build the page without station line and person."""
        demonstration = self.backend.session.demonstration
        banner = banner_words(self.translate, demonstration=demonstration)
        yield Static(banner, id="banner", markup=False)
        with Vertical(id="applicant"):
            yield Static(id="rule", markup=False)
            yield Static(id="token", markup=False)
            for name, label in self._labels():
                yield Static(label, id=f"{name}-label", markup=False, classes="title")
                yield SecretField(id=name, max_length=_LONGEST)
        yield MessageLine(id="message")
        yield KeyBar(HELP, *self.shown_actions())

    def _labels(self) -> tuple[tuple[str, str], ...]:
        return (
            ("current", self.translate(N_("PIN of the token"))),
            ("first", self.translate(N_("Your own PIN"))),
            ("again", self.translate(N_("Your own PIN once more"))),
        )

    def on_mount(self) -> None:
        """Look for tokens, and say why the PIN is asked again."""
        self._fill()
        self._look()

    @property
    def _way(self) -> PinWay:
        if self._token is not None and (self._token.locked or not self._token.ready):
            return PinWay.FIRST
        return PinWay.KNOWN if self._keeps_pin else PinWay.CHANGED

    def actions_now(self) -> tuple[Action, ...]:
        """Return what can be done on this way to a PIN."""
        several = (_TOKEN,) if len(self._tokens) > 1 else ()
        other = {PinWay.CHANGED: (_KEEP,), PinWay.KNOWN: (_CHANGE,)}.get(self._way, ())
        last = (_LOST,) if self._has_key else other
        return (BACK, *several, _LOOK, *last, _GO_ON)

    def shown_actions(self) -> tuple[Action, ...]:
        """Return them alone: who logs in is no matter of the applicant's."""
        return self.actions_now()

    def help_text(self) -> str:
        """Explain the step in the authority's words."""
        return self.words.text("help/activation")

    def _fill(self) -> None:
        """Draw what the way of choosing needs."""
        way = self._way
        self.query_one("#rule", Static).update(self.translate(_RULES[way]))
        self.query_one("#token", Static).update(self._token_words())
        shown = {
            PinWay.CHANGED: ("current", "first", "again"),
            PinWay.FIRST: ("first", "again"),
            PinWay.KNOWN: ("current",),
        }[way]
        for name in ("current", "first", "again"):
            self.query_one(f"#{name}-label").display = name in shown
            self.query_one(f"#{name}").display = name in shown
        self.show_actions()
        self.set_focus(self.query_one(f"#{shown[0]}"))

    def _token_words(self) -> str:
        if self._token is None:
            return self.translate(N_("No token is in the reader. Put it in, then press F5."))
        label, serial = printable(self._token.label), printable(self._token.serial)
        return self.translate(N_("Token: {label} (no. {serial})"), label=label, serial=serial)

    # -- keys ------------------------------------------------------------------------------------

    def action_refresh(self) -> None:
        """Look again for tokens."""
        self._look()

    def action_values(self) -> None:
        """Choose among several tokens."""
        # Fresh from their maker, tokens carry the same label.
        choices = [
            (str(at), printable(f"{each.label} · {each.serial}"))
            for at, each in enumerate(self._tokens)
        ]

        def chosen(at: str | None) -> None:
            if at is not None:
                self._token = self._tokens[int(at)]
                self._fill()

        if len(choices) > 1:
            title = self.translate(N_("Which token is yours?"))
            self.ventanilla.push_screen(ValueList(title, choices), chosen)

    def action_retake(self) -> None:
        """Change between an own PIN that is there already, and another one."""
        if not self._has_key:
            self._keeps_pin = not self._keeps_pin
            self._empty()
            self.query_one(MessageLine).clear()
            self._fill()

    def action_cancel(self) -> None:
        """Say that the token with the key is lost."""
        if self._has_key:
            self._empty()
            self.dismiss(TokenGone())

    def action_do(self) -> None:
        """Go to the next field, or take the PIN."""
        empty = next((each for each in self._fields() if not each.value), None)
        if self._token is None:
            self._look()
        elif empty is None:
            self._take(self._token)
        else:
            self.set_focus(empty)

    def on_input_submitted(self) -> None:
        """Go on with Enter."""
        self.action_do()

    # -- work ------------------------------------------------------------------------------------

    @work(exclusive=True, group="look", exit_on_error=True, description="look for tokens")
    async def _look(self) -> None:
        """Look which tokens are there; the one chosen before stays chosen if it is."""
        with self.ventanilla.keys.held():
            found = await self.backend.tokens()
            if not self.is_drawn:
                return
            self._tokens = () if isinstance(found, Finding) else found
            known, way = self._token.serial if self._token else "", self._way
            same = (each for each in self._tokens if each.serial == known)
            self._token = next(same, self._tokens[0] if self._tokens else None)
            if self._way is not way:
                # What was typed belongs to fields that mean something else now.
                self._empty()
            self._fill()
        told = found if isinstance(found, Finding) else self._finding
        self._finding = None
        if told is not None:
            self.tell(sentence(told, self.translate), told.severity)

    @work(exclusive=True, group="take", exit_on_error=True, description="set a PIN")
    async def _take(self, token: TokenDescription) -> None:
        """Set the PIN where it is to be set, then leave with it."""
        way = self._way
        current, first, again = (
            Secret(self.query_one(f"#{name}", SecretField).value)
            for name in ("current", "first", "again")
        )
        if way is PinWay.KNOWN:
            self._empty()
            self.dismiss(ChosenToken(token, current))
            return
        if not first.matches(again):
            self._ask_again("first", "again")
            words = N_("The two are not the same. Type your own PIN again, slowly.")
            self.tell(self.translate(words), Severity.BLOCKS)
            return
        with self.ventanilla.keys.held():
            old = current if way is PinWay.CHANGED else None
            findings = await self.backend.set_token_pin(token, old, first)
            if not self.is_drawn:
                return
        if not findings:
            self._empty()
            self.dismiss(ChosenToken(token, first))
            return
        about_current = findings[0].code in _ABOUT_THE_CURRENT
        self._ask_again(*(("current",) if about_current else ("first", "again")))
        self.tell_findings(findings)

    def _ask_again(self, *names: str) -> None:
        for name in names:
            self.query_one(f"#{name}", SecretField).take()
        self.set_focus(self.query_one(f"#{names[0]}"))

    def _fields(self) -> list[SecretField]:
        return [each for each in self.query(SecretField) if each.display]

    def _empty(self) -> None:
        for field in self.query(SecretField):
            field.take()


_ABOUT_THE_CURRENT: Final = frozenset({
    TokenFinding.TOKEN_PIN_WRONG.value, TokenFinding.TOKEN_PIN_LAST_TRY.value,
    TokenFinding.TOKEN_PIN_LOCKED.value, TokenFinding.TOKEN_PIN_EMPTY.value,
})  # fmt: skip
