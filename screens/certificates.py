"""The issued certificates: searched by serial, name, cédula or case, by how they stand and end."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Final, cast

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable, Input, Static

from backend_client.certificate_list import certificate_list
from backend_client.list_file import ListFormat
from issuance.findings import Finding
from issuance.queries import CertificateLine, CountsAnswer, CountsQuery
from screens.brought_file import save_bytes
from screens.certificate_pages import LISTINGS, CertificateListing, CertificatePages
from screens.certificates_table import about, row, titles
from screens.counter_screen import CounterScreen
from screens.search_box import SearchBox
from screens.worklist_lines import counted
from tui.actions import BACK, PRINT, REFRESH, SEARCH, bindings
from tui.translation import N_
from tui.widgets.data_table import PageTable
from tui.widgets.value_list import ValueList

SAVE_LIST: Final = PRINT.named(N_("Save list"), N_("Saves the list shown as CSV or JSON."))

_TYPING_SECONDS: Final = 0.2
_COUNTS_FROM: Final = 100
FORMATS: Final = (
    ("csv", N_("CSV, for a spreadsheet")),
    ("json", N_("JSON, for another program")),
)


class CertificatesScreen(CounterScreen[None]):
    """Lists certificates page by page; what is typed is searched in the list shown.

    The box always has the focus: arrows mark a certificate, Enter opens it, left and right or a
    digit and Enter show another list.
    """

    CSS_PATH = "certificates.tcss"
    ACTIONS = (BACK, REFRESH, SAVE_LIST)
    BINDINGS: ClassVar = [
        *bindings(SEARCH, *ACTIONS),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("left", "next_list(-1)", show=False),
        Binding("right", "next_list(1)", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._pages = CertificatePages()
        self._is_read = False
        self._counts: CountsAnswer | None = None

    def compose_content(self) -> ComposeResult:
        """Build box, lists, table and the line about the marked certificate."""
        yield Static(
            self.translate(N_("Certificates: type a serial, a name, a cédula or a case number:")),
            markup=False,
        )
        yield SearchBox(id="search", max_length=200)
        yield Static(id="lists", markup=False)
        table = PageTable(id="certificates", cell_padding=0)
        table.can_focus = False
        yield table
        yield Static(id="about", markup=False)

    def help_text(self) -> str:
        """Explain what can become of a certificate, in the authority's words."""
        keys = self.translate(
            N_(
                "Type a serial (decimal or hexadecimal), a name, a cédula or a case number: the "
                "list narrows. Left and right, or a digit and Enter, show another list; 6, 7 and "
                "8 are those that end within 30, 60 or 90 days. PageDown and PageUp turn its "
                "pages; Enter opens the marked certificate."
            )
        )
        return f"{keys}\n\n{self.words.text('help/certificates')}"

    def on_mount(self) -> None:
        """Begin in the box."""
        self.query_one(SearchBox).focus()

    def on_resize(self) -> None:
        """Read as many certificates as there is room for."""
        self._pages.start_over()
        self.call_after_refresh(self.read)

    def on_screen_resume(self) -> None:
        """Read again after another screen was above this one."""
        if self.query_one(PageTable).size.height:
            self.read()

    # -- reading and drawing ---------------------------------------------------------------------

    @work(exclusive=True, group="page", exit_on_error=True, description="read certificates")
    async def read(self, after_seconds: float = 0) -> None:
        """Read the page, once the typing pauses."""
        await asyncio.sleep(after_seconds)
        if self.is_drawn:
            await self._read()

    async def _read(self) -> None:
        text = self.query_one(SearchBox).value.strip()
        await self._pages.read(self.backend, text, self.query_one(PageTable).room)
        counts = await self.backend.ask(CountsQuery())
        self._counts = counts if isinstance(counts, CountsAnswer) else None
        self._is_read = True
        self.fill()

    def fill(self) -> None:
        """Draw table and lists; the marked certificate stays marked."""
        if not self.is_drawn:
            return
        width, now = self.size.width, self.backend.now()
        is_expiring = LISTINGS[self._pages.place].expiring_within_days is not None

        def days_left(line: CertificateLine) -> int | None:
            return (line.not_after - now) // timedelta(days=1) if is_expiring else None

        self.query_one(PageTable).show(
            titles(width, self.translate),
            [
                (line.serial, row(line, width, self.words, self.translate, days_left(line)))
                for line in self._pages.entries
            ],
        )
        self.query_one("#lists", Static).update(self._lists_line(), layout=False)
        self._draw_marked()

    def _lists_line(self) -> Content:
        parts = [
            (f" {at} {self.translate(each.label)}{self._count(each)}", "reverse" if shown else "")
            for at, each in enumerate(LISTINGS, start=1)
            for shown in (at - 1 == self._pages.place,)
        ]
        if self._pages.number > 1 or self._pages.has_next:
            more = "+" if self._pages.has_next else ""
            parts.append((f" {self._pages.number}{more}", "bold"))
        return Content.assemble(*parts)

    def _count(self, listing: CertificateListing) -> str:
        """Return how many end within a list's days, where the terminal has room for it."""
        days = listing.expiring_within_days
        if days is None or self._counts is None or self.size.width < _COUNTS_FROM:
            return ""
        return f": {counted(self._counts.expiring.get(str(days), 0), self._counts.ceiling)}"

    def _draw_marked(self) -> None:
        marked = self._marked()
        if marked is not None:
            words = about(marked, self.words, self.translate)
        elif not self._is_read:
            words = self.translate(N_("Updating …"))
        elif self._pages.sought:
            words = self.translate(N_("Nothing found here. Left and right show the other lists."))
        else:
            words = self.translate(N_("No certificate in this list."))
        self.query_one("#about", Static).update(words, layout=False)

    def _marked(self) -> CertificateLine | None:
        place = self.query_one(PageTable).cursor_row
        return self._pages.entries[place] if place < len(self._pages.entries) else None

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say more about the marked certificate."""
        event.stop()
        if self.is_drawn:
            self._draw_marked()

    # -- the box ---------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search what is typed."""
        event.stop()
        self._pages.start_over()
        if not self._is_a_place(event.value):
            self.read(_TYPING_SECONDS)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Show another list, or open the marked certificate."""
        event.stop()
        text = event.value.strip()
        if self._is_a_place(text):
            self._empty_box()
            self._show_list(int(text) - 1)
        else:
            self.look_up()

    @work(exclusive=True, group="page", exit_on_error=True, description="open a certificate")
    async def look_up(self) -> None:
        """Open the marked certificate of what is typed now."""
        with self.ventanilla.keys.held():
            if self.query_one(SearchBox).value.strip() != self._pages.sought:
                await self._read()
            marked = self._marked()
            if marked is not None:
                self.ventanilla.open_screen("certificate", marked.case, marked.serial)

    @staticmethod
    def _is_a_place(text: str) -> bool:
        return text.strip() in {str(at) for at, _ in enumerate(LISTINGS, start=1)}

    def _empty_box(self) -> None:
        with self.prevent(Input.Changed):
            self.query_one(SearchBox).value = ""
        self._pages.start_over()

    # -- keys ------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """Empty the box; an empty one is left."""
        if self.query_one(SearchBox).value:
            self._empty_box()
            self.read()
        else:
            self.dismiss()

    def action_search(self) -> None:
        """Let the next key begin a new text."""
        self.query_one(SearchBox).mark_for_replacement()

    def action_refresh(self) -> None:
        """Read again."""
        self.read()

    def action_move(self, rows: int) -> None:
        """Mark another certificate."""
        table = self.query_one(PageTable)
        table.move_cursor(row=min(max(table.cursor_row + rows, 0), max(table.row_count - 1, 0)))

    def action_turn(self, pages: int) -> None:
        """Show the next or the previous page."""
        if self._pages.turn(pages):
            self.read()

    def action_next_list(self, lists: int) -> None:
        """Show a neighbouring list."""
        self._show_list((self._pages.place + lists) % len(LISTINGS))

    def _show_list(self, place: int) -> None:
        self._pages.place = place
        self._pages.start_over()
        self.read()

    def action_print(self) -> None:
        """Save the list shown."""
        self.save_list()

    @work(exclusive=True, group="copy", description="save a list of certificates")
    async def save_list(self) -> None:
        """Write every line of the list shown, all pages, where somebody chooses."""
        title = self.translate(
            N_("The list holds names and cédulas: save only what is needed. In what form?")
        )
        choices = [(form, self.translate(label)) for form, label in FORMATS]
        chosen = await self.app.push_screen_wait(ValueList(title, choices))
        if chosen is None:
            return
        form = cast("ListFormat", chosen)
        with self.ventanilla.keys.held():
            lines = [line async for line in self._pages.every_line(self.backend)]
            content = await asyncio.to_thread(certificate_list, lines, form)
        moment = self.backend.now()
        name = self.translate(N_("certificates-{moment}"), moment=f"{moment:%Y%m%d-%H%M%S}")

        async def record(target: Path) -> tuple[Finding, ...]:
            body = self._pages.export(form, len(lines), str(target))
            stream = self.backend.new_stream("operator")
            return (await self.backend.execute(body, stream, 0)).findings

        await save_bytes(self, content, name, f".{chosen}", record)
