"""A page about one thing of an institution: what is known of it, and what can be done with it."""

from abc import abstractmethod
from collections.abc import Awaitable, Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from issuance.commands import Body, Receipt
from issuance.streams import StreamRef
from screens.paged_text import PagedText, Part
from screens.seated_screen import SeatedScreen
from tui.actions import BACK, REFRESH, VALUES, Action, bindings
from tui.translation import N_

ACTIONS_LIST = VALUES.named(N_("Actions"), N_("Shows what you may do here, and does it."))


class StreamPage(SeatedScreen[None]):
    """Reads a stream, shows it page by page, and leads through the acts its reader has.

    A subclass says in `read_page` how it is read, in `headline` and `parts` what is shown, in
    `choices` what can be done, and does it in `lead_through`.

    Args:
        ref: what the page is about.
    """

    CSS_PATH = "stream_page.tcss"
    ACTIONS: ClassVar[Sequence[Action]] = (BACK, ACTIONS_LIST, REFRESH)
    BINDINGS: ClassVar = [
        *bindings(BACK, ACTIONS_LIST, REFRESH),
        Binding("enter", "values", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
    ]

    GOES_ON_ALONE: ClassVar[bool] = False
    """Whether what it is about changes by itself: then it is read anew before acts are offered."""

    def __init__(self, ref: StreamRef) -> None:
        super().__init__()
        self.ref = ref
        self.revision = 0
        self._is_read = False

    def compose_content(self) -> ComposeResult:
        """Build the title and the text below it."""
        yield Static(id="title", classes="title", markup=False)
        yield from self.compose_head()
        yield PagedText(id="known")

    def compose_head(self) -> ComposeResult:
        """Build what stands between the title and the text."""
        yield from ()

    @abstractmethod
    async def read_page(self) -> bool:
        """Read what is shown; tell whether it may be seen."""

    @abstractmethod
    def headline(self) -> str:
        """Name what the page is about."""

    @abstractmethod
    def parts(self) -> Sequence[Part]:
        """Say what is known."""

    @abstractmethod
    def choices(self) -> list[tuple[str, str]]:
        """Return what one may do here now, with its label."""

    @abstractmethod
    async def lead_through(self, act: str) -> None:
        """Do one of the choices; called from a worker."""

    def on_screen_resume(self) -> None:
        """Read again after another screen was above this one."""
        self.load()

    @work(exclusive=True, group="load", exit_on_error=True, description="read a page")
    async def load(self) -> None:
        """Read everything shown."""
        await self.read_seats()
        self._is_read = await self.read_page()
        self.fill()

    def fill(self) -> None:
        """Draw what was read."""
        if self.is_drawn and self._is_read:
            self.query_one("#title", Static).update(self.headline(), layout=False)
            self.query_one(PagedText).show(self.parts())

    def action_turn(self, pages: int) -> None:
        """Show the next or the previous page."""
        self.query_one(PagedText).turn(pages)

    def action_refresh(self) -> None:
        """Read again."""
        self.load()

    def action_values(self) -> Awaitable[None] | None:
        """Show what can be done."""
        self.act()

    @work(exclusive=True, group="act", exit_on_error=True, description="do something here")
    async def act(self) -> None:
        """Let one of the acts be chosen, and do it."""
        if self.GOES_ON_ALONE:
            with self.ventanilla.keys.held():
                self._is_read = await self.read_page()
                self.fill()
        choices = self.choices() if self._is_read else []
        if not choices:
            self.tell(self.translate(N_("There is nothing for you to do here now.")))
            return
        chosen = await self.choose(self.translate(N_("What is to be done?")), choices)
        if chosen is not None:
            await self.lead_through(chosen)

    async def give_here(self, body: Body) -> Receipt:
        """Give a command about what the page shows, and read it again."""
        with self.ventanilla.keys.held():
            receipt = await self.give(body, self.ref, self.revision)
            self.load()
        return receipt
