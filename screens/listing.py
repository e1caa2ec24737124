"""What a list of the office is made of: how it is read, its columns, and what a line opens."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from issuance.findings import Finding
from issuance.identity.cleaning import printable
from issuance.institution_queries import (
    CampaignsAnswer,
    ImportsAnswer,
    InstitutionalQuery,
    InstitutionsAnswer,
    ListKey,
    OfficialsAnswer,
    PortablesAnswer,
    TicketsAnswer,
)
from screens.pages import SHORTEST_SEARCH, Pages
from tui.cells import fitted
from tui.translation import Translator

if TYPE_CHECKING:
    from backend_client.backend import Backend
    from backend_client.policy_view import PolicyView

PagedAnswer = (
    InstitutionsAnswer
    | OfficialsAnswer
    | PortablesAnswer
    | TicketsAnswer
    | CampaignsAnswer
    | ImportsAnswer
)
WIDE_FROM: Final = 110
"""Columns of the terminal from which a table has room for more."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title (a message to translate) and its cells; none hides it."""

    title: str
    narrow: int
    wide: int


@dataclass(frozen=True, slots=True)
class ListWords:
    """What a line is written with: the policy's words, the language, and the day."""

    words: "PolicyView"
    translate: Translator
    today: date


class Listing(ABC):
    """A list that is read a page at a time; a subclass draws one kind of line.

    Attributes:
        name: what its count is called.
        label: one or two words (a message to translate).
    """

    name: str = ""
    label: str = ""
    columns: Mapping[str, Column]

    @abstractmethod
    def query(self, text: str, after: ListKey | None, limit: int) -> InstitutionalQuery:
        """Return what asks for a page."""

    async def read(
        self, backend: "Backend", text: str, after: ListKey | None, limit: int
    ) -> PagedAnswer | tuple[Finding, ...]:
        """Return a page, or why there is none."""
        answer = await backend.ask(self.query(text, after, limit))
        if isinstance(answer, PagedAnswer | tuple):
            return answer
        raise TypeError("a list is answered with a page of it")

    @abstractmethod
    def key(self, line: Any) -> str:
        """Return what a line is known by."""

    @abstractmethod
    def texts(self, line: Any, given: ListWords) -> Mapping[str, str]:
        """Return a line's text for every column."""

    @abstractmethod
    def about(self, line: Any, given: ListWords) -> str:
        """Return what the table has no room for."""

    @abstractmethod
    def opens(self, line: Any) -> tuple[Any, ...]:
        """Return the name of the screen a line opens, and its arguments."""

    def titles(self, width: int, translate: Translator) -> list[str]:
        """Return the column titles for a terminal's width."""
        shown = self._shown(width)
        return [_cell(translate(self.columns[name].title), cells) for name, cells in shown]

    def row(self, line: Any, width: int, given: ListWords) -> list[str]:
        """Return a line's cells for a terminal's width."""
        texts = self.texts(line, given)
        return [_cell(texts[name], cells) for name, cells in self._shown(width)]

    def _shown(self, width: int) -> list[tuple[str, int]]:
        is_wide = width >= WIDE_FROM
        columns = self.columns.items()
        cells = [(name, each.wide if is_wide else each.narrow) for name, each in columns]
        return [(name, count) for name, count in cells if count]


class ListingPages(Pages[Any, ListKey]):
    """One page at a time of whatever list is shown, with the way back."""

    def __init__(self) -> None:
        super().__init__()
        self.findings: tuple[Finding, ...] = ()

    async def read(self, backend: "Backend", listing: Listing, text: str, rows: int) -> None:
        """Read the page of a list, or of what a text finds in it."""
        self.sought = text if len(text) >= SHORTEST_SEARCH else ""
        answer = await listing.read(backend, self.sought, self._keys[-1], rows)
        if isinstance(answer, tuple):
            self.findings, self.entries, self._next = answer, (), None
            return
        if not answer.entries and len(self._keys) > 1:  # the page has emptied meanwhile
            self.start_over()
            await self.read(backend, listing, text, rows)
            return
        self.findings, self.entries, self._next = (), answer.entries, answer.next


def _cell(text: str, cells: int) -> str:
    return fitted(printable(text), cells) + " "
