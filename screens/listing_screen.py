"""Lists of an office of institutions below one box; what is typed is searched in the list shown."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from textual.content import Content
from textual.widgets import Static

from screens.boxed_lists import BoxedLists
from screens.listing import Listing, ListingPages, ListWords
from screens.worklist_lines import counted
from tui.translation import N_
from tui.widgets.data_table import PageTable

ResultT = TypeVar("ResultT")


class ListingScreen(BoxedLists[ResultT]):
    """Shows what a `Listing` reads and draws.

    A subclass sets `listings` before anything is read, and says in `prompt` what may be typed.
    """

    prompt: ClassVar[str] = ""

    def __init__(self, listings: Sequence[Listing] = ()) -> None:
        self._pages = ListingPages()
        super().__init__(self._pages)
        self.listings = tuple(listings)
        self.counts: Mapping[str, int] = {}
        self.ceiling = 0

    def heading(self) -> str:
        """Say what may be typed."""
        return self.translate(self.prompt)

    def places(self) -> int:
        """Return how many lists there are."""
        return len(self.listings)

    @property
    def listing(self) -> Listing:
        """Return the list shown."""
        return self.listings[self.place]

    async def read_surroundings(self) -> None:
        """Read what stands around the table, such as counts."""

    async def read_page(self, text: str, rows: int) -> bool:
        """Read what stands around the table, then the page."""
        await self.read_surroundings()
        if not self.listings or not self.is_drawn:
            return False
        await self._pages.read(self.backend, self.listing, text, rows)
        return True

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
        self.draw_marked()

    def cells(self, line: Any, cells: list[str]) -> list[str]:
        """Return a line's cells as they are drawn; a subclass may add its marks."""
        del line
        return cells

    @property
    def given(self) -> ListWords:
        """Return what lines are written with."""
        return ListWords(self.words, self.translate, self.today)

    def about(self, marked: Any | None) -> str:
        """Say what the table has no room for, or why it is empty."""
        if marked is not None:
            return self.listing.about(marked, self.given)
        if not self._is_read:
            return self.translate(N_("Updating …"))
        if self._pages.sought:
            return self.translate(N_("Nothing found here."))
        return self.translate(N_("This list is empty."))

    def open_line(self, line: Any) -> None:
        """Open a line's own screen."""
        self.ventanilla.open_screen(*self.listing.opens(line))

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
                "reverse" if at - 1 == self.place else "",
            )
            for at, each in enumerate(self.listings, start=1)
        ]

    def _count(self, listing: Listing) -> str:
        count = self.counts.get(listing.name)
        return f" {counted(count, self.ceiling)}" if count else ""
