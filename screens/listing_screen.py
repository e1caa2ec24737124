"""Lists below one box that always has the focus: what is typed is searched in the list shown."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable, Input, Static

from screens.counter_screen import CounterScreen
from screens.listing import Listing, ListingPages, ListWords
from screens.search_box import SearchBox
from screens.worklist_lines import counted
from tui.actions import BACK, REFRESH, SEARCH, bindings
from tui.translation import N_
from tui.widgets.data_table import PageTable

ResultT = TypeVar("ResultT")

_TYPING_SECONDS: Final = 0.2
"""How long typing must pause before a search is worth its answer."""


class ListingScreen(CounterScreen[ResultT]):
    """Arrows mark a line and Enter opens it; left and right, or a digit, show another list.

    A subclass sets `listings` before anything is read, and says in `prompt` what may be typed.
    """

    prompt: ClassVar[str] = ""
    BOX: ClassVar[type[SearchBox]] = SearchBox
    CSS_PATH = "listing_screen.tcss"
    BINDINGS: ClassVar = [
        *bindings(SEARCH, BACK, REFRESH),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("left", "next_list(-1)", show=False),
        Binding("right", "next_list(1)", show=False),
    ]

    def __init__(self, listings: Sequence[Listing] = ()) -> None:
        super().__init__()
        self.listings = tuple(listings)
        self.counts: Mapping[str, int] = {}
        self.ceiling = 0
        self._place = 0
        self._pages = ListingPages()
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

    def heading(self) -> str:
        """Say what may be typed."""
        return self.translate(self.prompt)

    @property
    def listing(self) -> Listing:
        """Return the list shown."""
        return self.listings[self._place]

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

    async def read_surroundings(self) -> None:
        """Read what stands around the table, such as counts."""

    @work(exclusive=True, group="page", exit_on_error=True, description="read a list")
    async def read(self, after_seconds: float = 0) -> None:
        """Read the page, once the typing pauses."""
        await asyncio.sleep(after_seconds)
        if self.is_drawn:
            await self._read()

    async def _read(self) -> None:
        await self.read_surroundings()
        if not self.listings or not self.is_drawn:
            return
        text, room = self.query_one(SearchBox).value.strip(), self.query_one(PageTable).room
        await self._pages.read(self.backend, self.listing, text, room)
        self._is_read = self._is_current = True
        self.fill()

    # -- drawing ---------------------------------------------------------------------------------

    def fill(self) -> None:
        """Draw table and lists; the marked line stays marked."""
        if not self.is_drawn or not self.listings:
            return
        listing, width, given = self.listing, self.size.width, self.given
        self.query_one(PageTable).show(
            listing.titles(width, self.translate),
            [
                (listing.key(line), self.cells(line, listing.row(line, width, given)))
                for line in self._pages.entries
            ],
        )
        self.query_one("#lists", Static).update(self._lists_line(), layout=False)
        self.tell_findings(self._pages.findings)
        self._draw_marked()

    def cells(self, line: Any, cells: list[str]) -> list[str]:
        """Return a line's cells as they are drawn; a subclass may add its marks."""
        del line
        return cells

    @property
    def given(self) -> ListWords:
        """Return what lines are written with."""
        return ListWords(self.words, self.translate, self.today)

    def _lists_line(self) -> Content:
        """Return the lists with their counts, or without where there is no room for those."""
        page: list[tuple[str, str]] = []
        if self._pages.number > 1 or self._pages.has_next:
            words = self.translate(N_("page {page}"), page=self._pages.number)
            page = [(f" {words}{'+' if self._pages.has_next else ''}", "bold")]
        if len(self.listings) < 2:
            return Content.assemble(*page)
        with_counts = Content.assemble(*self._labels(self._count), *page)
        if with_counts.cell_length <= self.size.width:
            return with_counts
        return Content.assemble(*self._labels(lambda _listing: ""), *page)

    def _labels(self, count: Callable[[Listing], str]) -> list[tuple[str, str]]:
        return [
            (
                f" {at} {self.translate(each.label)}{count(each)} ",
                "reverse" if at - 1 == self._place else "",
            )
            for at, each in enumerate(self.listings, start=1)
        ]

    def _count(self, listing: Listing) -> str:
        count = self.counts.get(listing.name)
        return f" {counted(count, self.ceiling)}" if count else ""

    def _draw_marked(self) -> None:
        marked = self.marked
        if marked is not None:
            words = self.listing.about(marked, self.given)
        elif not self._is_read:
            words = self.translate(N_("Updating …"))
        elif self._pages.sought:
            words = self.translate(N_("Nothing found here."))
        else:
            words = self.translate(N_("This list is empty."))
        self.query_one("#about", Static).update(words, layout=False)

    @property
    def marked(self) -> Any | None:
        """Return the marked line, if there is one."""
        place = self.query_one(PageTable).cursor_row
        return self._pages.entries[place] if place < len(self._pages.entries) else None

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say more about the marked line."""
        event.stop()
        if self.is_drawn and self.listings:
            self._draw_marked()

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
                await self._read()
            if (marked := self.marked) is not None:
                self.open_line(marked)

    def open_line(self, line: Any) -> None:
        """Open a line's own screen."""
        self.ventanilla.open_screen(*self.listing.opens(line))

    def _is_a_place(self, text: str) -> bool:
        places = {str(at) for at, _ in enumerate(self.listings, start=1)}
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
        if self.listings:
            self._show_list((self._place + lists) % len(self.listings))

    def show_first_list(self) -> None:
        """Begin with the first of other lists."""
        self._place = 0
        self._start_over()

    def _show_list(self, place: int) -> None:
        self._place = place
        self._start_over()
        self.show_actions()
        self.read()
