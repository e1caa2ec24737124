"""One box that always has the focus, and lists below it, of which one is shown page by page."""

import asyncio
from abc import abstractmethod
from typing import Any, ClassVar, Final, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, Input, Static

from screens.counter_screen import CounterScreen
from screens.pages import Pages
from screens.search_box import SearchBox
from tui.actions import BACK, REFRESH, SEARCH, bindings
from tui.widgets.data_table import PageTable

ResultT = TypeVar("ResultT")

_TYPING_SECONDS: Final = 0.2
"""How long typing must pause before a search is worth its answer."""


class BoxedLists(CounterScreen[ResultT]):
    """Arrows mark a line and Enter opens it; left and right, or a digit, show another list.

    A subclass says in `heading` what may be typed, reads a page in `read_page`, draws it in `fill`
    and says in `about` what the table has no room for.

    Args:
        pages: where one is in the list shown.
    """

    BOX: ClassVar[type[SearchBox]] = SearchBox
    CSS_PATH = "boxed_lists.tcss"
    BINDINGS: ClassVar = [
        *bindings(SEARCH, BACK, REFRESH),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("left", "next_list(-1)", show=False),
        Binding("right", "next_list(1)", show=False),
    ]

    def __init__(self, pages: Pages[Any, Any]) -> None:
        super().__init__()
        self.place = 0
        self._pages = pages
        self._is_read = self._is_current = False

    def compose_content(self) -> ComposeResult:
        """Build box, lists, table and the line about the marked one."""
        yield Static(self.heading(), id="heading", markup=False)
        yield self.BOX(id="search", max_length=200)
        yield Static(id="lists", markup=False)
        table = PageTable(id="lines", cell_padding=0)
        table.can_focus = False
        yield table
        yield Static(id="about", markup=False)

    @abstractmethod
    def heading(self) -> str:
        """Say what may be typed."""

    @abstractmethod
    def places(self) -> int:
        """Return how many lists there are."""

    @abstractmethod
    async def read_page(self, text: str, rows: int) -> bool:
        """Read the page shown; tell whether there is something to draw."""

    @abstractmethod
    def fill(self) -> None:
        """Draw table and lists; the marked line stays marked."""

    @abstractmethod
    def about(self, marked: Any | None) -> str:
        """Say more about the marked line, or why there is none."""

    @abstractmethod
    def open_line(self, line: Any) -> None:
        """Open a line's own screen."""

    # -- reading ---------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Read as many lines as there is room for."""
        self._pages.start_over()
        self.call_after_refresh(self.read)

    def on_screen_resume(self) -> None:
        """Read again after another screen was above this one."""
        self.query_one(SearchBox).focus()
        if self.query_one(PageTable).size.height:  # before there is room, the first size reads
            self.read()

    @work(exclusive=True, group="page", exit_on_error=True, description="read a list")
    async def read(self, after_seconds: float = 0) -> None:
        """Read the page, once the typing pauses."""
        await asyncio.sleep(after_seconds)
        if self.is_drawn:
            await self.read_now()

    async def read_now(self) -> None:
        """Read the page of what is typed, then draw it."""
        text, room = self.query_one(SearchBox).value.strip(), self.query_one(PageTable).room
        if await self.read_page(text, room):
            self._is_read = self._is_current = True
            self.fill()

    # -- the marked line -------------------------------------------------------------------------

    @property
    def marked(self) -> Any | None:
        """Return the marked line, if there is one."""
        place = self.query_one(PageTable).cursor_row
        return self._pages.entries[place] if place < len(self._pages.entries) else None

    def draw_marked(self) -> None:
        """Say more about the marked line."""
        self.query_one("#about", Static).update(self.about(self.marked), layout=False)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say more about the marked line."""
        event.stop()
        if self.is_drawn and self.places():
            self.draw_marked()

    # -- the box ---------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search what is typed."""
        event.stop()
        self._start_over()
        if not self._is_a_place(event.value):
            self.read(_TYPING_SECONDS)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Show another list, or open the marked line."""
        event.stop()
        text = event.value.strip()
        if self._is_a_place(text):
            self.empty_box()
            self._show_list(int(text) - 1)
        else:
            self.look_up()

    # Not of the group of reading: a read that begins meanwhile must not end this.
    @work(exclusive=True, group="look up", exit_on_error=True, description="open a line")
    async def look_up(self) -> None:
        """Open the marked line of what is typed now."""
        with self.ventanilla.keys.held():
            if not self._is_current:
                await self.read_now()
            if (marked := self.marked) is not None:
                self.open_line(marked)

    def _is_a_place(self, text: str) -> bool:
        places = [str(at) for at in range(1, self.places() + 1)]
        return len(places) > 1 and text.strip() in places

    def empty_box(self) -> None:
        """Empty the box without reading at once."""
        with self.prevent(Input.Changed):
            self.query_one(SearchBox).value = ""
        self._start_over()

    def _start_over(self) -> None:
        """Go to the first page of what is shown next, which is still to be read."""
        self._pages.start_over()
        self._is_current = False

    # -- keys ------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """Empty the box; an empty one is left."""
        if self.query_one(SearchBox).value:
            self.empty_box()
            self.read()
        else:
            self.leave()

    def leave(self) -> None:
        """Return to the screen before."""
        self.dismiss()

    def action_search(self) -> None:
        """Let the next key begin a new text."""
        self.query_one(SearchBox).mark_for_replacement()

    def action_refresh(self) -> None:
        """Read again."""
        self.read()

    def action_move(self, rows: int) -> None:
        """Mark another line."""
        table = self.query_one(PageTable)
        table.move_cursor(row=min(max(table.cursor_row + rows, 0), max(table.row_count - 1, 0)))

    def action_turn(self, pages: int) -> None:
        """Show the next or the previous page."""
        if self._pages.turn(pages):
            self.read()

    def action_next_list(self, lists: int) -> None:
        """Show a neighbouring list."""
        if self.places():
            self._show_list((self.place + lists) % self.places())

    def show_first_list(self) -> None:
        """Begin with the first of other lists."""
        self.place = 0
        self._start_over()

    def _show_list(self, place: int) -> None:
        self.place = place
        self._start_over()
        self.show_actions()
        self.read()
