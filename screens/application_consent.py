"""The consent to the use of personal data: shown page by page, accepted by the applicant's word."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from backend_client.policy_view import PolicyView
from issuance.findings import Severity
from issuance.identity.cleaning import printable
from screens.counter_screen import CounterScreen
from screens.paged_text import PagedText
from tui.actions import BACK, CANCEL, DO, VALUES, bindings
from tui.translation import DEFAULT_LANGUAGE, LANGUAGES, N_
from tui.widgets.message_line import MessageLine
from tui.widgets.value_list import ValueList

ACCEPT = DO.named(N_("Accepts"), N_("Records that the applicant accepts this text."))
DECLINE = CANCEL.named(
    N_("Declines"), N_("The applicant does not accept, or wants to think it over.")
)
TEXT_LANGUAGE = VALUES.named(
    N_("Text in …"), N_("Changes the language of the text and of the applicant's mails.")
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The applicant accepted the text in this language."""

    language: str


class Declined(StrEnum):
    """Why there is no consent, told to nobody: without consent nothing is recorded."""

    THINKS_IT_OVER = "thinks_it_over"
    REFUSES = "refuses"


DECLINED_WORDS: Final = {
    Declined.THINKS_IT_OVER: N_("Wants to think it over: what was typed waits here for F8"),
    Declined.REFUSES: N_("Does not accept: nothing of what was typed is kept"),
}


class ConsentScreen(CounterScreen[Accepted | Declined]):
    """Returns what the applicant decided, or None when one goes back to the form.

    Args:
        person: the applicant's name.
    """

    ACTIONS = (BACK, TEXT_LANGUAGE, ACCEPT, DECLINE)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS),
        Binding("pagedown,enter,space,down", "turn(1)", show=False),
        Binding("pageup,up", "turn(-1)", show=False),
    ]
    CSS_PATH = "application_consent.tcss"

    def __init__(self, person: str) -> None:
        super().__init__()
        self._person = person
        self._language = DEFAULT_LANGUAGE
        self._read = False

    def compose_content(self) -> ComposeResult:
        """Build the heading, a page of the text, and what to do."""
        yield Static(id="person", classes="title", markup=False)
        yield PagedText(id="consent")
        yield Static(id="ask", markup=False)

    def on_mount(self) -> None:
        """Begin in the operator's language."""
        self._language = self.translate.language
        self.fill()

    def fill(self) -> None:
        """Draw heading and text."""
        heading = self.translate(
            N_("{person} · consent, version {version}"),
            person=printable(self._person),
            version=self.words.consent_version,
        )
        self.query_one("#person", Static).update(heading)
        view = PolicyView(self.backend.policy, self._language)
        self.query_one(PagedText).show(view.text("consent").strip().splitlines())
        self._ask()

    def help_text(self) -> str:
        """Explain the step in the authority's words."""
        return self.words.text("help/application")

    @on(PagedText.Turned)
    def _turned(self, event: PagedText.Turned) -> None:
        event.stop()
        self._read = self._read or event.text.at_end
        self.query_one("#message", MessageLine).clear()
        self._ask()

    def _ask(self) -> None:
        """Say what to do now."""
        reading = N_("Let the applicant read, or read aloud. PageDown: next page.")
        deciding = N_("Does the applicant accept? F10: yes, the case opens · F12: no, or not yet")
        words = self.translate(deciding if self._read else reading)
        self.query_one("#ask", Static).update(words)

    def action_turn(self, pages: int) -> None:
        """Show another page."""
        self.query_one(PagedText).turn(pages)

    def action_values(self) -> None:
        """Show the text in the next language."""
        after = LANGUAGES.index(self._language) + 1
        self._language = LANGUAGES[after % len(LANGUAGES)]
        self._read = False
        self.fill()

    def action_do(self) -> None:
        """Record the consent, once the whole text was shown."""
        if self._read:
            self.dismiss(Accepted(self._language))
        else:
            self.tell(
                self.translate(N_("Please go through every page first: PageDown.")),
                Severity.WARNS,
            )

    def action_cancel(self) -> None:
        """Ask whether the applicant refuses, or only needs time."""
        choices = [(each.value, self.translate(words)) for each, words in DECLINED_WORDS.items()]

        def chosen(reason: str | None) -> None:
            if reason is not None:
                self.dismiss(Declined(reason))

        title = self.translate(N_("The applicant does not accept now"))
        self.ventanilla.push_screen(ValueList(title, choices), chosen)

    def action_back(self) -> None:
        """Return to the form."""
        self.dismiss(None)
