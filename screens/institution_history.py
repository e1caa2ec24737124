"""What happened in an institution, from the register: the newest first."""

from typing import ClassVar, Final
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, Static

from issuance.identity.cleaning import printable
from issuance.identity.dates import date_as_typed
from issuance.institution_queries import (
    InstitutionHistoryAnswer,
    InstitutionHistoryLine,
    InstitutionHistoryQuery,
)
from screens.counter_screen import CounterScreen
from tui.actions import BACK, REFRESH, bindings
from tui.case_words import said
from tui.cells import fitted
from tui.institution_words import EVENTS
from tui.moments import full, short
from tui.translation import N_
from tui.widgets.data_table import PageTable

_WHO_CELLS: Final = 20
_FIXED_CELLS: Final = 38
_TOPICS: Final = {"purpose": "purposes", "reason": "reasons", "cause": "reasons"}
"""The policy's words for a detail that is a code."""
_COUNTS: Final = {"registered": N_("registered: {count}"), "changed": N_("changed: {count}")}


class InstitutionHistoryScreen(CounterScreen[None]):
    """Reads page by page; for the institution's own people and for auditors.

    Args:
        institution: whose history it is.
        name: the institution's.
    """

    CSS_PATH = "institution_history.tcss"
    ACTIONS = (BACK, REFRESH)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS),
        Binding("pageup", "turn(-1)", show=False, priority=True),
        Binding("pagedown", "turn(1)", show=False, priority=True),
    ]

    def __init__(self, institution: UUID, name: str) -> None:
        super().__init__()
        self._institution = institution
        self._institution_name = name
        self._begins_before: list[int | None] = [None]
        self._answer: InstitutionHistoryAnswer | None = None

    def help_text(self) -> str:
        """Explain what the lines are."""
        return self.translate(
            N_(
                "Each line is something that happened in the institution, the newest first; below "
                "the list stands the marked one whole. PageDown and PageUp turn the pages. "
                "Signatures are not here: the signature log has them."
            )
        )

    def compose_content(self) -> ComposeResult:
        """Build title, table and the place for the marked entry."""
        title = self.translate(N_("History of {institution}"), institution=self._institution_name)
        yield Static(title, classes="title", markup=False)
        yield PageTable(id="entries", cell_padding=0)
        yield Static(id="entry", markup=False)

    def on_resize(self) -> None:
        """Read as many entries as there is room for."""
        self._begins_before = [None]
        self.call_after_refresh(self.load)

    @work(exclusive=True, group="load", exit_on_error=True, description="read a history")
    async def load(self) -> None:
        """Read the page."""
        if not self.is_drawn:
            return
        query = InstitutionHistoryQuery(
            institution=self._institution,
            before=self._begins_before[-1],
            limit=self.query_one(PageTable).room,
        )
        answer = await self.backend.ask(query)
        if isinstance(answer, InstitutionHistoryAnswer):
            self._take(answer)
        elif isinstance(answer, tuple):
            self.tell_findings(answer)
        self.fill()

    def _take(self, answer: InstitutionHistoryAnswer) -> None:
        """Show a page; one behind the last entry is none."""
        if answer.entries or self._answer is None:
            self._answer = answer
        else:
            self._begins_before.pop()
            self._answer = self._answer.model_copy(update={"next": None})

    @property
    def _entries(self) -> tuple[InstitutionHistoryLine, ...]:
        return self._answer.entries if self._answer else ()

    def fill(self) -> None:
        """Draw the page."""
        if not self.is_drawn:
            return
        cells = max(self.size.width - _FIXED_CELLS, 10)
        titles = (N_("When"), N_("Who"), N_("What"))
        table = self.query_one(PageTable)
        table.show(
            [self.translate(title) for title in titles],
            [(str(entry.position), self._row(entry, cells)) for entry in self._entries],
        )
        self._show_entry(table.cursor_row)

    def _row(self, entry: InstitutionHistoryLine, cells: int) -> tuple[str, str, str]:
        moment = short(entry.at, self.words.zone, self.translate.language)
        who = fitted(printable(entry.by_name or entry.by), _WHO_CELLS)
        return f"{moment:<14} ", f"{who}  ", fitted(printable(self._what(entry)), cells)

    def _what(self, entry: InstitutionHistoryLine) -> str:
        event = said(EVENTS, entry.kind, self.translate)
        details = "; ".join(self._detail(name, text) for name, text in entry.details.items())
        return f"{event}: {details}" if details else event

    def _detail(self, name: str, text: str) -> str:
        if name in _COUNTS:
            return self.translate(_COUNTS[name], count=text)
        if name == "effective":
            return self.translate(N_("not to be relied on since {day}"), day=date_as_typed(text))
        return self.words.word(_TOPICS[name], text) if name in _TOPICS else text

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Show the marked entry whole."""
        event.stop()
        self._show_entry(event.cursor_row)

    def _show_entry(self, place: int) -> None:
        if place >= len(self._entries):
            return
        entry = self._entries[place]
        moment = full(entry.at, self.words.zone, self.translate.language)
        position = self.translate(N_("Entry {position} of the register"), position=entry.position)
        told = f"{printable(entry.by_name or entry.by)} · {moment} · {position}"
        words = f"{told}\n{printable(self._what(entry))}"
        self.query_one("#entry", Static).update(words, layout=False)

    def action_turn(self, pages: int) -> None:
        """Show older or newer entries."""
        following = self._answer.next if self._answer else None
        if pages > 0 and following is not None:
            self._begins_before.append(following)
        elif pages < 0 and len(self._begins_before) > 1:
            self._begins_before.pop()
        else:
            return
        self.load()

    def action_refresh(self) -> None:
        """Read again."""
        self.load()
