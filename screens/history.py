"""Who did what in a case, and when: the case's entries in the register, in words."""

from typing import ClassVar, Final
from uuid import UUID

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, Static

from issuance.identity.cleaning import printable
from issuance.queries import HistoryAnswer, HistoryEntry, HistoryQuery
from screens.case_screen import CaseScreen
from screens.history_words import HistoryWords
from tui.actions import BACK, REFRESH, bindings
from tui.cells import fitted
from tui.moments import full, short
from tui.translation import N_
from tui.widgets.data_table import PageTable

_MOST_ROWS: Final = 199
"""One row more is asked for, which tells whether another page follows."""
_OPERATOR_CELLS: Final = 18
_FIXED_CELLS: Final = 40


class HistoryScreen(CaseScreen[None]):
    """Reads page by page, from the beginning."""

    CSS_PATH = "history.tcss"
    ACTIONS = (BACK, REFRESH)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS),
        Binding("pageup", "turn(-1)", show=False, priority=True),
        Binding("pagedown", "turn(1)", show=False, priority=True),
    ]

    def __init__(self, case: UUID) -> None:
        super().__init__(case)
        self._begins_after = [0]
        self._entries: tuple[HistoryEntry, ...] = ()
        self._has_next = False
        self._room = 1

    def compose_content(self) -> ComposeResult:
        """Build the table and the place for the marked entry's details."""
        yield Static(id="title", markup=False)
        yield PageTable(id="entries", cell_padding=0)
        yield Static(id="entry", markup=False)

    def on_resize(self) -> None:
        """Read as many entries as there is room for."""
        self._begins_after = [0]
        self.call_after_refresh(self.load)

    async def read_more(self) -> None:
        """Read the page."""
        if not self.is_drawn:
            return
        # A table that is just being built anew has no height yet.
        if height := self.query_one(PageTable).size.height:
            self._room = min(max(height - 1, 1), _MOST_ROWS)
        rows = self._room
        query = HistoryQuery(case=self.case, after_revision=self._begins_after[-1], limit=rows + 1)
        answer = await self.backend.ask(query)
        if isinstance(answer, HistoryAnswer):
            self._entries = answer.entries[:rows]
            self._has_next = len(answer.entries) > rows

    def show_case(self) -> None:
        """Draw the page."""
        table = self.query_one(PageTable)
        what_cells = max(self.size.width - _FIXED_CELLS, 10)
        titles = (N_("No."), N_("When"), N_("Who"), N_("What"))
        table.show(
            [self.translate(title) for title in titles],
            [
                (
                    str(entry.revision),
                    (
                        f"{entry.revision:<4}",
                        f"{short(entry.at, self.words.zone, self.translate.language):<13} ",
                        fitted(self._told.who(entry), _OPERATOR_CELLS) + "  ",
                        fitted(printable(self._told.what(entry)), what_cells),
                    ),
                )
                for entry in self._entries
            ],
        )
        words = self.translate(N_("History of the case, from the register"))
        if len(self._begins_after) > 1 or self._has_next:
            page = self.translate(N_("page {page}"), page=len(self._begins_after))
            words = f"{words} · {page}{'+' if self._has_next else ''}"
        self.query_one("#title", Static).update(words, layout=False)
        self._show_entry(table.cursor_row)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Show the marked entry whole."""
        self._show_entry(event.cursor_row)

    def _show_entry(self, row: int) -> None:
        if row >= len(self._entries):
            return
        entry = self._entries[row]
        place = self.translate(N_("Entry {position} of the register"), position=entry.position)
        moment = full(entry.at, self.words.zone, self.translate.language)
        facts = " · ".join(filter(None, (self._told.who(entry), moment, place)))
        words = "\n".join([facts, self._told.what(entry), *map(self.finding_text, entry.flags)])
        self.query_one("#entry", Static).update(words, layout=False)

    @property
    def _told(self) -> HistoryWords:
        return HistoryWords(self.words, self.translate)

    def action_turn(self, pages: int) -> None:
        """Show the next or the previous page."""
        if pages > 0 and self._has_next:
            self._begins_after.append(self._entries[-1].revision)
        elif pages < 0 and len(self._begins_after) > 1:
            self._begins_after.pop()
        else:
            return
        self.load()

    def action_refresh(self) -> None:
        """Read again."""
        self.load()

    def help_text(self) -> str:
        """Explain where the entries come from."""
        return self.translate(
            N_(
                "Every entry comes from the register, where nothing can be changed or removed "
                "unnoticed. PageDown and PageUp turn its pages; the arrows show an entry whole."
            )
        )
