"""The mailbox inside the demonstration: what a real office would have sent."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from issuance.identity.cleaning import printable
from issuance.queries import MailboxAnswer, MailboxMessage, MailboxQuery
from screens.counter_screen import CounterScreen
from tui.actions import BACK, REFRESH, bindings
from tui.moments import since
from tui.translation import N_


class MailboxScreen(CounterScreen[None]):
    """The list on the left, the mail on the right; one after the other where it is narrow."""

    CSS_PATH = "mailbox.tcss"
    ACTIONS = (BACK, REFRESH)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS),
        Binding("pageup", "scroll_mail(-1)", show=False, priority=True),
        Binding("pagedown", "scroll_mail(1)", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._mails: tuple[MailboxMessage, ...] = ()
        self._was_read = False
        self._marked = ""

    def compose_content(self) -> ComposeResult:
        """Build list and text."""
        yield Static(id="title", markup=False)
        with Horizontal(id="mailbox"):
            yield OptionList(id="mails", markup=False)
            with VerticalScroll(id="mail", can_focus=False):
                yield Static(id="text", markup=False)

    def on_mount(self) -> None:
        """Read the mails."""
        self.query_one(OptionList).focus()
        self.read()

    @work(exclusive=True, group="read", exit_on_error=True, description="read the mailbox")
    async def read(self) -> None:
        """Read the mails."""
        answer = await self.backend.ask(MailboxQuery())
        if isinstance(answer, MailboxAnswer):
            self._mails = answer.messages
            self._was_read = True
        self.fill()

    def fill(self) -> None:
        """Draw the list, and the marked mail."""
        if not self.is_drawn:
            return
        mails = self.query_one(OptionList)
        marked = self._marked
        language, zone = self.translate.language, self.words.zone
        mails.set_options(
            Option(
                f"{since(mail.at, zone, language, self.today):>6}  {printable(mail.subject)}",
                id=mail.id,
            )
            for mail in self._mails
        )
        title = self.query_one("#title", Static)
        if self._mails:
            ids = [mail.id for mail in self._mails]
            mails.highlighted = ids.index(marked) if marked in ids else 0
            title.update(self.translate(N_("Mails of the demonstration, newest first")))
        elif self._was_read and not self.backend.session.demonstration:
            title.update(
                self.translate(N_("This is a real office: its mails go to the applicants."))
            )
        elif self._was_read:
            title.update(self.translate(N_("No mail yet. F5 looks again.")))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the marked mail beside the list."""
        mail = self._mails[event.option_index]
        self._marked = mail.id
        self.query_one("#text", Static).update(
            Content.assemble(
                (printable(mail.subject), "bold"),
                "\n",
                self.translate(N_("To: {address}"), address=printable(mail.to)),
                "\n\n",
                *_lines(mail.body),
            )
        )
        self.query_one("#mail").scroll_home(animate=False)

    def on_option_list_option_selected(self) -> None:
        """Show the mail instead of the list, where both have no room."""
        self.add_class("-reading")

    def action_scroll_mail(self, pages: int) -> None:
        """Turn the pages of a long mail."""
        mail = self.query_one("#mail")
        mail.scroll_relative(y=pages * max(mail.size.height - 1, 1), animate=False)

    def action_back(self) -> None:
        """Return to the list, then to the screen before."""
        if self.has_class("-reading"):
            self.remove_class("-reading")
            self.call_after_refresh(self.query_one(OptionList).focus)
        else:
            self.dismiss()

    def action_refresh(self) -> None:
        """Read again, and mark the newest mail."""
        self.remove_class("-reading")
        self._marked = ""
        self.read()


def _lines(body: str) -> list[str | tuple[str, str]]:
    """Return a mail's lines, a code alone on its line in bold."""
    lines: list[str | tuple[str, str]] = []
    for line in body.splitlines():
        shown = printable(line)
        lines += [(shown, "bold reverse") if shown.isdigit() else shown, "\n"]
    return lines
