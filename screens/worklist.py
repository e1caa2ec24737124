"""The start screen: one box for a scan or a name, the lists of cases below it."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, Input, Static

from issuance.access.roles import Role
from issuance.findings import Severity
from issuance.queries import CountsAnswer, CountsQuery, WorklistEntry
from screens import worklist_lines
from screens.counter_screen import CounterScreen
from screens.interrupted_work import InterruptedWork, interrupted_work
from screens.log_in import log_out
from screens.search_box import SearchBox, begins_card
from screens.worklist_pages import LISTS, WorklistPages, first_list
from screens.worklist_table import TableWords, about, row, titles
from tui.actions import BACK, DO, REFRESH, RESUME, RETAKE, SEARCH, VALUES, Action, bindings
from tui.translation import N_
from tui.widgets.data_table import PageTable
from tui.widgets.value_list import ValueList

if TYPE_CHECKING:
    from screens.mrz_entry import CardEntry

OFFICE = VALUES.named(N_("Office"), N_("Opens the office's other screens."))
MAILBOX = Action("mailbox", "f9", N_("Mails"), N_("Shows the mails of the demonstration."))
CERTIFICATES = RETAKE.named(N_("Certificates"), N_("Finds, revokes and renews certificates."))
NEW_CASE = DO.named(N_("New"), N_("Opens the tariff for a new case."))
LOG_OUT = Action("log_out", "f12", N_("Log out"), N_("Closes your session."))

_TYPING_SECONDS: Final = 0.2
"""How long typing must pause before a search is worth its answer."""
_SAME_SCAN_SECONDS: Final = 2.0


class WorklistScreen(CounterScreen[None]):
    """Lists cases page by page; what is typed is searched in all of them.

    The box always has the focus, so that a scan never lands elsewhere: arrows mark a case, Enter
    opens the one found or marked, a digit and Enter show a list.

    Args:
        told: a message to begin with, about what was done before.
    """

    CSS_PATH = "worklist.tcss"
    ACTIONS = (OFFICE, CERTIFICATES, RESUME, MAILBOX, NEW_CASE, LOG_OUT)
    BINDINGS: ClassVar = [
        *bindings(
            SEARCH,
            BACK.named(N_("Clear"), N_("Empties the box and shows the list.")),
            REFRESH,
            *ACTIONS,
        ),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("left", "next_list(-1)", show=False),
        Binding("right", "next_list(1)", show=False),
    ]

    def __init__(self, told: str = "") -> None:
        super().__init__()
        self._told = told
        self._pages = WorklistPages()
        self._shown: tuple[WorklistEntry, ...] = ()
        self._counts: CountsAnswer | None = None
        self._interrupted: tuple[InterruptedWork, ...] | None = None
        self._is_page_read = False
        self._choosing = False
        self._typed = False
        self._last_scan = ("", 0.0)

    def compose_content(self) -> ComposeResult:
        """Build box, lists, table and the line about the marked case."""
        yield Static(
            self.translate(N_("Scan or type a cédula, a case number or a name:")), markup=False
        )
        yield SearchBox(id="search", max_length=400)
        yield Static(id="lists", markup=False)
        table = PageTable(id="cases", cell_padding=0)
        table.can_focus = False
        yield table
        yield Static(id="about", markup=False)
        yield Static(id="resume", markup=False)

    def on_mount(self) -> None:
        """Begin with the list that fits the person's role."""
        self._pages.name = first_list(self.backend.session.roles)
        if self._told:
            self.tell(self._told)

    def on_resize(self) -> None:
        """Read as many cases as there is room for."""
        self._pages.start_over()
        self.call_after_refresh(self.read)

    def on_screen_resume(self) -> None:
        """Read again after another screen was above this one."""
        self.query_one(SearchBox).focus()
        if self.query_one(PageTable).size.height:  # before there is room, the first size reads
            self._interrupted = None
            self._draw_lines()
            self.read()

    def actions_now(self) -> Sequence[Action]:
        """Offer the mailbox only where there is one, a new case to who may open it."""
        hidden = set() if self._opens_cases else {NEW_CASE}
        return [e for e in self.ACTIONS if e not in hidden and self.check_action(e.name, ())]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Take the mailbox's key only where there is one."""
        if action == MAILBOX.name:
            return self.backend.session.demonstration
        return super().check_action(action, parameters)

    def help_text(self) -> str:
        """Explain the box and the lists."""
        return self.translate(
            N_(
                "Scan the card, or type a cédula, a case number, a name or an e-mail, and press "
                "Enter: the case found opens. Of several, choose with the arrows. With / in front "
                "exactly that number is looked for.\n"
                "Left and right, or a digit and Enter, show another list; PageDown and PageUp turn "
                "its pages."
            )
        )

    # -- reading ---------------------------------------------------------------------------------

    def read(self) -> None:
        """Read everything shown again."""
        self.read_page()
        self.read_surroundings()

    @work(exclusive=True, group="page", exit_on_error=True, description="read a page of cases")
    async def read_page(self, after_seconds: float = 0) -> None:
        """Read the page, once the typing pauses."""
        await asyncio.sleep(after_seconds)
        await self._read_page()

    async def _read_page(self) -> None:
        if not self.is_drawn:
            return
        self._is_page_read = False
        text = self.query_one(SearchBox).value.strip()
        await self._pages.read(self.backend, text, self.query_one(PageTable).room)
        await self.read_names()
        self._is_page_read = True
        self.fill()

    @work(exclusive=True, group="rest", exit_on_error=True, description="read counts and drafts")
    async def read_surroundings(self) -> None:
        """Read counts and interrupted work."""
        counts = await self.backend.ask(CountsQuery())
        if isinstance(counts, CountsAnswer):
            self._counts = counts
            self.tell_findings(counts.troubles)
        self._interrupted = await interrupted_work(self.backend, self.words)
        self._draw_lines()

    # -- drawing ---------------------------------------------------------------------------------

    def fill(self) -> None:
        """Draw the table and the lines around it; the marked case stays marked."""
        if not self.is_drawn:
            return
        table, marked, width = self.query_one(PageTable), self._marked(), self.size.width
        self._shown = self._pages.entries
        given = self._given()
        table.show(
            titles(width, self.translate),
            [(str(entry.case), row(entry, width, given)) for entry in self._shown],
        )
        cases = [entry.case for entry in self._shown]
        table.move_cursor(row=cases.index(marked.case) if marked and marked.case in cases else 0)
        self._draw_lines()

    def _draw_lines(self) -> None:
        if not self.is_drawn:
            return
        lists = worklist_lines.lists_line(self._pages, self._counts, self.translate)
        self.query_one("#lists", Static).update(lists, layout=False)
        resume = worklist_lines.resume_line(self._interrupted, self.words, self.translate)
        ending = worklist_lines.expiring_line(self._counts, self.translate)
        told = " · ".join(filter(None, (resume, ending)))
        self.query_one("#resume", Static).update(told, layout=False)
        self._draw_marked()

    def _draw_marked(self) -> None:
        marked = self._marked()
        if marked is not None:
            words = about(marked, self._given())
        elif not self._is_page_read:
            words = self.translate(N_("Updating …"))
        elif self._pages.sought:
            words = worklist_lines.nobody_line(self._opens_cases, self.translate)
        else:
            words = self.translate(N_("No case in this list. Left and right show the others."))
        self.query_one("#about", Static).update(words, layout=False)

    def _given(self) -> TableWords:
        return TableWords(self.words, self.translate, self.today, self.names)

    def _marked(self) -> WorklistEntry | None:
        place = self.query_one(PageTable).cursor_row
        return self._shown[place] if place < len(self._shown) else None

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say more about the marked case."""
        event.stop()
        if self.is_drawn:
            self._draw_marked()

    # -- the box ---------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search what is typed, or show the list again."""
        event.stop()
        self._choosing, self._typed = False, True
        self._pages.start_over()
        self.read_page(_TYPING_SECONDS)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the case that was scanned or typed, or to the marked one."""
        event.stop()
        text = event.value.strip()
        if self._is_repeated_scan(text):
            self.query_one(SearchBox).mark_for_replacement()
        elif text in [str(place) for place, _ in enumerate(LISTS, start=1)]:
            self._show_list(int(text) - 1)
        elif begins_card(text):
            self._read_card(f"{text}\n")
        elif text and not self._choosing:
            self.look_up(text)
        elif marked := self._marked():
            self._open(marked)

    def on_search_box_card_pasted(self, event: SearchBox.CardPasted) -> None:
        """Look up the card whose lines were pasted."""
        event.stop()
        self._read_card(event.text)

    def _read_card(self, begun: str) -> None:
        """Take a card's lines, of which the first have come, and look its number up."""
        self._empty_box()
        self.ventanilla.open_screen("mrz_entry", "", {}, begun, callback=self._look_up_card)

    def _look_up_card(self, read: "CardEntry | None") -> None:
        if read is not None:
            self._look_up_scanned(read.card.number or read.card.document_number)

    def _is_repeated_scan(self, text: str) -> bool:
        """Tell whether the same was sent again at once; Enter alone is no scan."""
        typed, self._typed = self._typed, False
        if not typed:
            return False
        now = asyncio.get_running_loop().time()
        (before, at), self._last_scan = self._last_scan, (text, now)
        return text == before and now - at < _SAME_SCAN_SECONDS

    @work(exclusive=True, group="look up", exit_on_error=True, description="look up a scan")
    async def look_up(self, text: str) -> None:
        """Open the one case found; of several, let one be chosen."""
        with self.ventanilla.keys.held():
            self._pages.start_over()
            await self._read_page()
            if len(self._shown) == 1 and not self._pages.has_next:
                self._open(self._shown[0])
                return
            self.query_one(SearchBox).mark_for_replacement()
            self._choosing = bool(self._shown)
            if self._choosing:
                self.tell(self.translate(N_("Choose with the arrows; Enter opens the case.")))
            else:
                words = worklist_lines.nothing_line(text, self._opens_cases, self.translate)
                self.tell(words, Severity.WARNS)

    def _open(self, entry: WorklistEntry) -> None:
        self._empty_box()
        self.ventanilla.open_screen("case", entry.case, callback=self._look_up_scanned)

    def _look_up_scanned(self, scanned: str | None) -> None:
        """Look up what was scanned while a case was on screen."""
        if scanned:
            with self.prevent(Input.Changed):
                self.query_one(SearchBox).value = scanned
            self.look_up(scanned)

    def _empty_box(self) -> None:
        with self.prevent(Input.Changed):
            self.query_one(SearchBox).value = ""
        self._choosing = self._typed = False
        self._pages.start_over()

    # -- keys ------------------------------------------------------------------------------------

    def action_move(self, rows: int) -> None:
        """Mark another case."""
        table = self.query_one(PageTable)
        self._choosing = True
        table.move_cursor(row=min(max(table.cursor_row + rows, 0), max(table.row_count - 1, 0)))

    def action_turn(self, pages: int) -> None:
        """Show the next or the previous page."""
        if self._pages.turn(pages):
            self.read_page()

    def action_next_list(self, lists: int) -> None:
        """Show a neighbouring list."""
        names = [name for name, _ in LISTS]
        self._show_list((names.index(self._pages.name) + lists) % len(LISTS))

    def _show_list(self, place: int) -> None:
        self._pages.name = LISTS[place][0]
        self.action_back()

    def action_back(self) -> None:
        """Empty the box and show the list."""
        self._empty_box()
        self.read()

    def action_search(self) -> None:
        """Let the next key begin a new text."""
        self.query_one(SearchBox).mark_for_replacement()

    def action_refresh(self) -> None:
        """Read again."""
        self.read()

    def action_resume(self) -> None:
        """Go on with interrupted work."""
        self.go_on()

    @work(exclusive=True, group="go on", exit_on_error=True, description="go on with work")
    async def go_on(self) -> None:
        """Go on with work as it is now, whatever was offered; of several, one is chosen."""
        with self.ventanilla.keys.held():
            works = self._interrupted = await interrupted_work(self.backend, self.words)
            self._draw_lines()
            self._choose_work(works)

    def _choose_work(self, works: Sequence[InterruptedWork]) -> None:
        lines = [each.words(self.words, self.translate) for each in works]
        choices = [(str(at), line) for at, line in enumerate(lines)]

        def go_on(at: str | None) -> None:
            if at is not None:
                self.ventanilla.open_screen(works[int(at)].screen, *works[int(at)].arguments)

        if len(works) > 1:
            self.app.push_screen(ValueList(self.translate(N_("Go on with")), choices), go_on)
        elif works:
            go_on("0")
        else:
            self.tell(self.translate(N_("You have no interrupted work.")))

    @property
    def _opens_cases(self) -> bool:
        return bool({*self.words.roles_for("open_case")} & {*self.backend.session.roles})

    def action_do(self) -> None:
        """Open the tariff for a new case, or say who may."""
        if self._opens_cases:
            self.ventanilla.open_screen("tariff")
        else:
            self.tell(worklist_lines.openers_line(self.words, self.translate), Severity.WARNS)

    def action_values(self) -> None:
        """Offer the office's other screens."""
        choices = [("policy", self.translate(N_("Rules of the office")))]
        choices.append(("unregistered", self.translate(N_("Certificates not in the register"))))
        choices.append(("settings", self.translate(N_("Language and colours"))))
        if self.backend.beside_server is not None:
            choices.insert(0, ("sync", self.translate(N_("Exchange with the server"))))
        if self.backend.link is not None:
            choices.append(("receipt_check", self.translate(N_("Check a receipt"))))
        if Role.ADMINISTRATOR in self.backend.session.roles:
            choices.insert(0, ("operators", self.translate(N_("People who work here"))))
        offices = ValueList(self.translate(N_("Office")), choices)
        open_screen = self.ventanilla.open_screen
        self.ventanilla.push_screen(offices, lambda name: open_screen(name) if name else None)

    def action_retake(self) -> None:
        """Show the issued certificates."""
        self.ventanilla.open_screen("certificates")

    def action_mailbox(self) -> None:
        """Show the demonstration's mails."""
        self.ventanilla.open_screen("mailbox")

    def action_log_out(self) -> None:
        """Close the session; the log-in comes again."""
        log_out(self.ventanilla)
