"""For the applicant alone: the password of the key file that was brought along.

Nothing of the operator or the case is shown; what is typed leaves only as a `Secret`.
"""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from issuance.findings import Severity
from issuance.secret import Secret
from screens.counter_screen import CounterScreen
from screens.password_words import banner_words
from tui.actions import BACK, DO, HELP, Action, bindings
from tui.key_bar import KeyBar
from tui.translation import N_
from tui.widgets.message_line import MessageLine
from tui.widgets.secret_field import SecretField

_GO_ON: Final = DO.named(N_("Sign"), N_("Signs the contract with this password's key file."))
_LONGEST: Final = 128


class KeyFilePasswordScreen(CounterScreen[Secret]):
    """Takes the password of a key file, once; F3 leaves without it.

    Args:
        again: whether the file did not open with the one typed before.
    """

    CSS_PATH = "password.tcss"
    ACTIONS = (BACK, _GO_ON)
    BINDINGS: ClassVar = [*bindings(*ACTIONS), Binding("enter", "do", show=False)]

    def __init__(self, *, again: bool = False) -> None:
        super().__init__()
        self._again = again

    def compose(self) -> ComposeResult:
        """Build the page without station line and person."""
        demonstration = self.backend.session.demonstration
        banner = banner_words(self.translate, demonstration=demonstration)
        yield Static(banner, id="banner", markup=False)
        rule = N_(
            "Type the password of your key file. With it you sign your contract now; the office "
            "keeps neither the file nor the password."
        )
        with Vertical(id="applicant"):
            yield Static(self.translate(rule), id="rule", markup=False)
            label = self.translate(N_("Password of the key file"))
            yield Static(label, id="first-label", markup=False, classes="title")
            yield SecretField(id="first", max_length=_LONGEST)
        yield MessageLine(id="message")
        yield KeyBar(HELP, *self.shown_actions())

    def on_mount(self) -> None:
        """Wait for the password."""
        self.set_focus(self.query_one(SecretField))
        if self._again:
            words = N_(
                "The file does not open with that password. Please type it again; F3 leads back,"
                " to choose another file."
            )
            self.tell(self.translate(words), Severity.BLOCKS)

    def shown_actions(self) -> Sequence[Action]:
        """Return the page's own alone: who logs in is no matter of the applicant's."""
        return self.ACTIONS

    def help_text(self) -> str:
        """Explain the step in the authority's words."""
        return self.words.text("help/activation")

    def on_input_submitted(self) -> None:
        """Go on with Enter."""
        self.action_do()

    def action_do(self) -> None:
        """Hand the password on."""
        typed = self.query_one(SecretField).take()
        if typed:
            self.dismiss(Secret(typed))
        else:
            self.tell(self.translate(N_("Type the password first.")), Severity.WARNS)
