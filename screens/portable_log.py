"""The signature log: what was signed with an institution's certificates, searched and saved."""

import asyncio
from pathlib import Path
from typing import ClassVar, Final, cast
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from backend_client.list_file import ListFormat
from backend_client.signature_log_file import signature_log_file
from issuance.findings import Finding
from issuance.identity.cleaning import printable
from issuance.signing.queries import ApplicationsAnswer, ApplicationsQuery, SignatureLine
from screens.brought_file import save_bytes
from screens.certificates import FORMATS
from screens.counter_screen import CounterScreen
from screens.portable_log_filter import LogFilter, PortableLogFilterScreen
from screens.portable_log_pages import LogPages
from tui.actions import BACK, PRINT, REFRESH, SEARCH, bindings
from tui.cells import fitted
from tui.moments import for_file_name, full, short
from tui.portable_words import application_words, interface_words, shared_names
from tui.translation import N_
from tui.widgets.data_table import PageTable
from tui.widgets.value_list import ValueList

SAVE_LOG: Final = PRINT.named(N_("Save list"), N_("Saves the list shown as CSV or JSON."))
LOOK: Final = SEARCH.named(N_("Search"), N_("Looks for days, a person, an application, a result."))

_WIDE_FROM: Final = 110
_COLUMNS: Final = {
    "at": (N_("When"), 13),
    "application": (N_("Application"), 18),
    "run": (N_("RUN"), 10),
    "purpose": (N_("Purpose"), 18),
    "result": (N_("Result"), 17),
    "address": (N_("From"), 16),
    "document": (N_("Document"), 24),
}
_NARROW: Final = ("at", "application", "run", "purpose", "result")


class PortableLogScreen(CounterScreen[None]):
    """Lists requests page by page, newest first; Enter shows every document of one.

    Args:
        institution: whose log; None for all that the person may see.
    """

    CSS_PATH = "portable_lists.tcss"
    ACTIONS = (LOOK, BACK, REFRESH, SAVE_LOG)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS),
        Binding("pageup", "turn(-1)", show=False, priority=True),
        Binding("pagedown", "turn(1)", show=False, priority=True),
    ]

    def __init__(self, institution: UUID | None = None) -> None:
        super().__init__()
        self._institution = institution
        self._pages = LogPages(institution, LogFilter({}, "UTC"))
        self._is_read = False
        self._shared: frozenset[str] = frozenset()

    def compose_content(self) -> ComposeResult:
        """Build title, table and the line about the marked request."""
        with Vertical(id="portable"):
            yield Static(id="title", classes="title", markup=False)
            yield PageTable(cell_padding=0)
            yield Static(id="about", markup=False)

    def help_text(self) -> str:
        """Explain list and search."""
        return self.words.text("help/signature_log")

    def on_resize(self) -> None:
        """Read as many lines as there is room for."""
        self._pages.start_over()
        self.call_after_refresh(self.read)

    @work(exclusive=True, group="page", exit_on_error=True, description="read the signature log")
    async def read(self) -> None:
        """Read the page."""
        if not self.is_drawn:
            return
        findings = await self._pages.read(self.backend, self.query_one(PageTable).room)
        if self.is_drawn:
            self.tell_findings(findings)
            self._is_read = True
            self.fill()

    def fill(self) -> None:
        """Draw what was read."""
        if not self._is_read or not self.is_drawn:
            return
        self._shared = shared_names(
            (each.application_name, each.application) for each in self._pages.entries
        )
        self.query_one("#title", Static).update(self._title())
        names = tuple(_COLUMNS) if self.size.width >= _WIDE_FROM else _NARROW
        self.query_one(PageTable).show(
            [fitted(self.translate(_COLUMNS[name][0]), _COLUMNS[name][1]) for name in names],
            [
                (f"{each.certificate}:{each.number}", self._row(each, names))
                for each in self._pages.entries
            ],
        )
        self._draw_marked()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say more about the marked request."""
        event.stop()
        if self.is_drawn:
            self._draw_marked()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Show every document of a request."""
        event.stop()
        marked = self._marked()
        if marked is not None:
            self.ventanilla.show_help(self._whole(marked))

    # -- keys ------------------------------------------------------------------------------------

    def action_refresh(self) -> None:
        """Read again."""
        self.read()

    def action_turn(self, pages: int) -> None:
        """Show the next or the previous page."""
        if self._pages.turn(pages):
            self.read()

    def action_search(self) -> None:
        """Ask what is looked for."""
        self.search()

    @work(exclusive=True, group="search", description="search the signature log")
    async def search(self) -> None:
        """Ask for the conditions, then show what fits them."""
        with self.ventanilla.keys.held():
            applications: tuple[tuple[str, str], ...] = ()
            if self._institution is not None:
                answer = await self.backend.ask(
                    ApplicationsQuery(institution=self._institution, limit=200)
                )
                if isinstance(answer, ApplicationsAnswer):
                    shared = shared_names((each.name, each.key) for each in answer.entries)
                    applications = tuple(
                        (each.key, application_words(each.name, each.key, shared))
                        for each in answer.entries
                    )
            screen = PortableLogFilterScreen(self._pages.wanted, applications)
        wanted = await self.app.push_screen_wait(screen)
        if wanted is not None:
            self._pages.wanted = wanted
            self._pages.start_over()
            self.read()

    def action_print(self) -> None:
        """Save the list shown."""
        self.save_list()

    @work(exclusive=True, group="copy", description="save the signature log")
    async def save_list(self) -> None:
        """Write every line of the list shown, all pages, where somebody chooses."""
        title = self.translate(
            N_("It holds RUNs and names of documents: save only what is needed. In what form?")
        )
        choices = [(form, self.translate(label)) for form, label in FORMATS]
        chosen = await self.app.push_screen_wait(ValueList(title, choices))
        if chosen is None:
            return
        with self.ventanilla.keys.held():
            lines = [line async for line in self._pages.every_line(self.backend)]
            form = cast("ListFormat", chosen)
            content = await asyncio.to_thread(signature_log_file, lines, form)
        moment = for_file_name(self.backend.now(), self.words.zone)
        name = self.translate(N_("signatures-{moment}"), moment=moment)

        async def record(target: Path) -> tuple[Finding, ...]:
            body = self._pages.export(form, len(lines), str(target))
            return (
                await self.backend.execute(body, self.backend.new_stream("operator"), 0)
            ).findings

        await save_bytes(self, content, name, f".{chosen}", record)

    # -- words -----------------------------------------------------------------------------------

    def _title(self) -> str:
        title = self.translate(N_("Signature log"))
        if any(self._pages.wanted.values.values()):
            title = self.translate(N_("{title}: what F2 asked for"), title=title)
        if self._pages.number > 1 or self._pages.has_next:
            title += f" · {self._pages.number}{'+' if self._pages.has_next else ''}"
        return title

    def _row(self, line: SignatureLine, names: tuple[str, ...]) -> list[str]:
        texts = {
            "at": short(line.at, self.words.zone, self.translate.language),
            "application": self._application(line),
            "run": line.run,
            "purpose": self.words.word("purposes", line.purpose),
            "result": self._result(line),
            "address": line.address,
            "document": next((each.name for each in line.items if each.name), ""),
        }
        return [fitted(printable(texts[name]), _COLUMNS[name][1] - 1) + " " for name in names]

    def _application(self, line: SignatureLine) -> str:
        known = application_words(line.application_name, line.application, self._shared)
        return known or interface_words(line.interface, self.translate)

    def _client(self, line: SignatureLine) -> str:
        """Say who sent a request, in full, and from where."""
        sent = [line.application_name, line.application]
        if not line.application:
            sent = [interface_words(line.interface, self.translate)]
        return " · ".join(each for each in (*sent, line.address or "–") if each)

    def _result(self, line: SignatureLine) -> str:
        signed = self.translate.plural("{count} signed", "{count} signed", line.signed)
        if not line.failed:
            return signed
        return f"{signed}, {self.translate(N_('{count} not'), count=line.failed)}"

    def _draw_marked(self) -> None:
        marked = self._marked()
        words = self.translate(N_("Nothing was signed that fits."))
        if marked is not None:
            words = self.translate(
                N_("Number {number} · {entity} · {interface}. Enter shows its documents."),
                number=marked.number,
                entity=marked.entity,
                interface=interface_words(marked.interface, self.translate),
            )
            if missing := sum(each.unstamped for each in marked.items):
                words += " " + self.translate(N_("Without a time stamp: {count}."), count=missing)
        self.query_one("#about", Static).update(printable(words), layout=False)

    def _marked(self) -> SignatureLine | None:
        at = self.query_one(PageTable).cursor_row
        return self._pages.entries[at] if at < len(self._pages.entries) else None

    def _whole(self, line: SignatureLine) -> str:
        moment = full(line.at, self.words.zone, self.translate.language)
        parts = [
            self.translate(N_("Request {number}, {moment}"), number=line.number, moment=moment),
            f"{line.entity} · {self.words.word('purposes', line.purpose)} · {line.run}",
            self._client(line),
        ]
        for item in line.items:
            name = item.name or item.kind
            signed = N_("signed, without a time stamp") if item.unstamped else N_("signed")
            outcome = item.refusal or self.translate(signed)
            parts += ["", f"{name}: {outcome}", f"SHA-256 {item.original}"]
            if item.signed:
                parts.append(self.translate(N_("of what was signed: {hash}"), hash=item.signed))
        return "\n".join(parts)
