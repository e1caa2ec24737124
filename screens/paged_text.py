"""Text that is read page by page with keys, and knows when its end was reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from textual.app import RenderResult
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from issuance.identity.cleaning import printable
from tui.application import VentanillaWidget
from tui.translation import N_

_COLUMNS_FROM: Final = 60
_LABEL_CELLS: Final = 28


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A field: its label, and its value as it stands."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows."""

    words: str


Part = Heading | LabelledRow | str


class PagedText(VentanillaWidget, Widget):
    """Shows one page at a time; nothing scrolls, so that each page is drawn once."""

    @dataclass
    class Turned(Message):
        """Another page is shown.

        Attributes:
            text: the widget.
        """

        text: "PagedText"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- Textual's own name
        super().__init__(id=id)
        self._parts: Sequence[Part] = ()
        self._pages: list[Content] = []
        self._page = 0

    @property
    def at_end(self) -> bool:
        """Whether the last page is shown."""
        return bool(self._pages) and self._page == len(self._pages) - 1

    def show(self, parts: Sequence[Part]) -> None:
        """Show titles, rows and paragraphs; the page one is on stays when they are the same."""
        if parts != self._parts:
            self._page = 0
        self._parts = parts
        self._lay_out()

    def turn(self, pages: int) -> bool:
        """Go some pages on or back, and tell whether there were any; stay at the ends."""
        page = min(max(self._page + pages, 0), max(0, len(self._pages) - 1))
        if page == self._page:
            return False
        self._page = page
        self.refresh()
        self.post_message(self.Turned(self))
        return True

    def on_resize(self) -> None:
        """Lay the pages out for the new size."""
        self._lay_out()

    def render(self) -> RenderResult:
        """Return the page, with its number below where there are several."""
        if not self._pages:
            return ""
        page = self._pages[self._page]
        if len(self._pages) == 1:
            return page
        words = N_("Page {page} of {pages}")
        if not self.at_end:
            words = N_("Page {page} of {pages} · PageDown: next")
        number = self.translate(words, page=self._page + 1, pages=len(self._pages))
        blank = "\n" * (self.size.height - 1 - page.plain.count("\n"))
        return Content.assemble(page, blank, (number, "$text-muted"))

    def _lay_out(self) -> None:
        width, height = self.size
        if not width or height < 2 or not self._parts:
            return
        lines = [line for part in self._parts for line in _lines(part, width)]
        # The number of the page takes a line.
        per_page = height if len(lines) <= height else height - 1
        self._pages = [
            Content("\n").join(lines[start : start + per_page])
            for start in range(0, len(lines), per_page)
        ]
        self._page = min(self._page, len(self._pages) - 1)
        self.refresh()
        self.post_message(self.Turned(self))


def _lines(part: Part, width: int) -> list[Content]:
    if isinstance(part, str):
        return Content(printable(part)).wrap(width)
    if isinstance(part, Heading):
        return Content.styled(printable(part.words), "bold underline").wrap(width)
    label, value = printable(part.label), printable(part.value)
    if width < _COLUMNS_FROM:
        return Content.assemble((f"{label}: ", "$text-muted"), (value, "bold")).wrap(width)
    labels = Content.styled(label, "$text-muted").wrap(_LABEL_CELLS - 1)
    values = Content.styled(value, "bold").wrap(width - _LABEL_CELLS)
    return [
        Content.assemble(left.pad_right(max(_LABEL_CELLS - left.cell_length, 0)), right)
        for left, right in zip_longest(labels, values, fillvalue=Content(""))
    ]
