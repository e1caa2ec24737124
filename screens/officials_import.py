"""Registers officials from a CSV list: what would happen with each row first, then the rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import DataTable, Static

from issuance.evidence.blob import BlobRef
from issuance.findings import Finding, Severity, any_blocks
from issuance.identity.cleaning import printable
from issuance.institution_queries import (
    ImportLine,
    ImportsAnswer,
    ImportsQuery,
    OfficialsListAnswer,
    OfficialsListQuery,
    OfficialsListRow,
)
from issuance.institutions.import_stream import BeginImport, ContinueImport
from issuance.streams import StreamRef
from screens.brought_file import choose_file
from screens.seated_screen import SeatedScreen
from tui.actions import BACK, CANCEL, DO, RESUME, RETAKE, Action, bindings
from tui.cells import fitted
from tui.institution_words import ROW_ACTS
from tui.translation import N_
from tui.widgets.data_table import PageTable
from tui.widgets.message_line import MessageLine

CHOOSE = RETAKE.named(N_("Choose list"), N_("Chooses the list (CSV)."))
GO_ON = RESUME.named(N_("Resume"), N_("Goes on with a list that was not finished."))
IMPORT = DO.named(N_("Import"), N_("Registers and changes what the list says."))
STOP = CANCEL.named(N_("Stop"), N_("Stops; the list can be resumed later."))
_ENDINGS: Final = (".csv", ".txt")
_ALL: Final = "all"
_SHOWN: Final = (_ALL, "refused", "register", "change", "unchanged")
_REFUSED: Final = _SHOWN.index("refused")
_FIXED_CELLS: Final = 48


class OfficialsImportScreen(SeatedScreen[None]):
    """Shows totals and rows of a list; nothing happens before F10, and nothing by halves.

    Args:
        institution: whose officials they are.
    """

    CSS_PATH = "officials_import.tcss"
    ACTIONS = (BACK, CHOOSE, GO_ON, IMPORT)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS, STOP),
        Binding("left", "show(-1)", show=False, priority=True),
        Binding("right", "show(1)", show=False, priority=True),
        Binding("pageup", "turn(-1)", show=False, priority=True),
        Binding("pagedown", "turn(1)", show=False, priority=True),
    ]

    def __init__(self, institution: UUID) -> None:
        super().__init__()
        self._institution = institution
        self._file: tuple[BlobRef, str] | None = None
        self._preview: OfficialsListAnswer | None = None
        self._unfinished: tuple[ImportLine, ...] = ()
        self._shown = 0
        self._begins_after = [0]
        self._progress = ""
        self._is_running = self._is_stopped = False

    def compose_content(self) -> ComposeResult:
        """Build totals, table and the place for a row's findings."""
        with Vertical(id="list"):
            yield Static(id="file", classes="title", markup=False)
            yield Static(id="totals", markup=False)
            yield PageTable(id="rows", cell_padding=0)
            yield Static(id="row", markup=False)

    def help_text(self) -> str:
        """Explain how a list looks, in the policy's words."""
        return self.words.text("help/officials_list")

    def on_mount(self) -> None:
        """Look for a list that was not finished."""
        self.query_one(PageTable).focus()
        self.look()

    @work(exclusive=True, group="load", exit_on_error=True, description="look for imports")
    async def look(self) -> None:
        """Read which lists are not finished."""
        await self._look()
        self.fill()

    async def _look(self) -> None:
        query = ImportsQuery(institution=self._institution, statuses=("running",))
        answer = await self.backend.ask(query)
        self._unfinished = answer.entries if isinstance(answer, ImportsAnswer) else ()

    # -- drawing ---------------------------------------------------------------------------------

    def fill(self) -> None:
        """Draw what is known of the list."""
        if not self.is_drawn:
            return
        self.show_actions()
        self.query_one("#file", Static).update(self._file_words(), layout=False)
        self.query_one("#totals", Static).update(self._totals())
        rows = self._preview.rows if self._preview else ()
        titles = (N_("Row"), N_("What"), N_("RUN"), N_("Name"))
        name_cells = max(self.size.width - _FIXED_CELLS, 20)
        self.query_one(PageTable).show(
            [self.translate(title) for title in titles] if rows else [],
            [(str(row.number), self._cells(row, name_cells)) for row in rows],
        )
        self._show_row(self.query_one(PageTable).cursor_row)

    def _cells(self, row: OfficialsListRow, name_cells: int) -> list[str]:
        return [
            f"{row.number:<6}",
            fitted(self.translate(ROW_ACTS[row.act]), 12) + " ",
            fitted(printable(row.run), 12) + " ",
            fitted(printable(row.name), name_cells),
        ]

    def _file_words(self) -> str:
        if self._progress:
            return self._progress
        if self._file is not None:
            return self.translate(N_("List {name}"), name=printable(self._file[1]))
        if self._unfinished:
            state = self._unfinished[0].state
            words = N_("F8 goes on with a list of {rows} rows, after row {last}. F6: another list.")
            return self.translate(words, rows=state.rows, last=state.last)
        return self.translate(
            N_("F6 chooses the list: CSV, with the columns named in its first row.")
        )

    def _totals(self) -> Content:
        preview = self._preview
        if preview is None:
            return Content("")
        counts = {_ALL: sum(preview.counts.values()), **preview.counts}
        labels = {
            _ALL: self.translate(N_("all")),
            **{a: self.translate(w) for a, w in ROW_ACTS.items()},
        }
        parts = [
            (f" {labels[act]}: {counts.get(act, 0)} ", "reverse" if at == self._shown else "")
            for at, act in enumerate(_SHOWN)
        ]
        lines = [Content.assemble(*parts)]
        lines += [Content(printable(self.finding_text(each))) for each in preview.findings[:3]]
        return Content("\n").join(lines)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say what was found in the marked row."""
        event.stop()
        self._show_row(event.cursor_row)

    def _show_row(self, place: int) -> None:
        rows = self._preview.rows if self._preview else ()
        words = ""
        if place < len(rows):
            row = rows[place]
            found = [self._found(each) for each in row.findings]
            words = "\n".join(found) or printable(f"{row.name} · {row.email}")
        self.query_one("#row", Static).update(words, layout=False)

    def _found(self, finding: Finding) -> str:
        label = self.words.word("fields", finding.field) if finding.field else ""
        return ": ".join(printable(each) for each in (label, self.finding_text(finding)) if each)

    # -- keys ------------------------------------------------------------------------------------

    def actions_now(self) -> Sequence[Action]:
        """Offer what fits where one is."""
        if self._is_running:
            return (STOP,)
        return [each for each in self.ACTIONS if self.check_action(each.name, ())]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Take keys only where they have a use."""
        if action == STOP.name:
            return self._is_running
        if self._is_running and action in {each.name for each in self.ACTIONS}:
            return False
        if action == GO_ON.name:
            return bool(self._unfinished) and self._file is None
        if action == IMPORT.name:
            preview = self._preview
            return preview is not None and not any_blocks(preview.findings) and self._has_work()
        return super().check_action(action, parameters)

    def _has_work(self) -> bool:
        counts = self._preview.counts if self._preview else {}
        return bool(counts.get("register") or counts.get("change"))

    def action_cancel(self) -> None:
        """Stop after the rows that are being imported."""
        self._is_stopped = True

    def action_retake(self) -> None:
        """Choose the list."""
        self.choose_list()

    @work(exclusive=True, group="file", exit_on_error=True, description="read a list")
    async def choose_list(self) -> None:
        """Choose a file, keep it, and show what would happen with it."""
        path = await choose_file(self, self.translate(N_("List of officials (CSV)")), _ENDINGS)
        if path is not None:
            await self._take(path)

    async def _take(self, path: Path) -> None:
        with self.ventanilla.keys.held():
            # What stands there, and what was said of it, is of another list.
            self._file, self._preview, self._progress = None, None, ""
            self.query_one(MessageLine).clear()
            blob = await self.backend.keep_list(path)
            if isinstance(blob, Finding):
                self.tell_findings((blob,))
                self.fill()
                return
            self._file = (blob, path.name)
            await self._show_rows(0)

    async def _show_rows(self, kind: int) -> None:
        self._shown, self._begins_after = kind, [0]
        await self._read_rows()

    @work(exclusive=True, group="rows", exit_on_error=True, description="read rows of a list")
    async def read_rows(self) -> None:
        """Read the page of rows shown."""
        await self._read_rows()

    async def _read_rows(self) -> None:
        if self._file is None:
            return
        act = _SHOWN[self._shown]
        answer = await self.backend.ask(
            OfficialsListQuery(
                institution=self._institution,
                file=self._file[0],
                acts=() if act == _ALL else (act,),
                after=self._begins_after[-1],
                limit=self.query_one(PageTable).room,
            )
        )
        if isinstance(answer, OfficialsListAnswer):
            self._preview = answer
            self._tell_preview(answer)
        else:
            self._preview = None
            self.told(answer)
        self.fill()

    def _tell_preview(self, preview: OfficialsListAnswer) -> None:
        if any_blocks(preview.findings):
            self.tell_findings(preview.findings)
        elif not sum(preview.counts.values()):
            words = N_("Below the names of its columns this list has no rows.")
            self.tell(self.translate(words), Severity.WARNS)
        elif refused := preview.counts.get("refused", 0):
            if self._shown == _REFUSED:
                words = self.translate.plural(
                    "{count} row is left out: correct it in the list, then choose the list again.",
                    "{count} rows are left out: correct them in the list, then choose it again.",
                    refused,
                )
            else:
                words = self.translate.plural(
                    "{count} row is refused: right shows it, with what to correct.",
                    "{count} rows are refused: right shows them, with what to correct.",
                    refused,
                )
            self.tell(words, Severity.WARNS)

    def action_show(self, lists: int) -> None:
        """Show only the rows of the next or the previous kind."""
        if self._preview is not None:
            self._shown = (self._shown + lists) % len(_SHOWN)
            self._begins_after = [0]
            self.read_rows()

    def action_turn(self, pages: int) -> None:
        """Show the next or the previous page of rows."""
        following = self._preview.next if self._preview else None
        if pages > 0 and following is not None:
            self._begins_after.append(following)
        elif pages < 0 and len(self._begins_after) > 1:
            self._begins_after.pop()
        else:
            return
        self.read_rows()

    # -- importing -------------------------------------------------------------------------------

    def action_do(self) -> None:
        """Import the list shown."""
        self.begin()

    @work(exclusive=True, group="command", exit_on_error=True, description="import a list")
    async def begin(self) -> None:
        """Ask, then import."""
        preview, file = self._preview, self._file
        if preview is None or file is None:
            return
        counts = preview.counts
        refused = counts.get("refused", 0)
        if not await self.confirm(
            self.translate(N_("Import this list?")),
            self.translate(
                N_("{register} to register, {change} to change, {refused} rows left out."),
                register=counts.get("register", 0), change=counts.get("change", 0),
                refused=refused,
            ),
            self.translate(N_("Yes, import it")),
        ):  # fmt: skip
            return
        stream = self.backend.new_stream("officials_import")
        body = BeginImport(
            institution=self._institution, file=file[0], leave_out_refused=bool(refused)
        )
        with self.ventanilla.keys.held():
            receipt = await self.backend.execute(body, stream, 0)
        if receipt.applied:
            await self._go_on(stream, receipt.revision)
        else:
            self.tell_findings(receipt.findings)

    def action_resume(self) -> None:
        """Go on with the list that was not finished."""
        self.go_on()

    @work(exclusive=True, group="command", exit_on_error=True, description="resume an import")
    async def go_on(self) -> None:
        """Import the rows that are left."""
        line = self._unfinished[0]
        await self._go_on(StreamRef(kind="officials_import", id=line.id), line.revision)

    async def _go_on(self, stream: StreamRef, revision: int) -> None:
        self._is_running, self._is_stopped = True, False
        self.query_one(MessageLine).clear()
        self.fill()
        while True:
            receipt = await self.backend.execute(ContinueImport(), stream, revision)
            revision = receipt.revision
            is_over = not receipt.applied or receipt.result["status"] == "done"
            if receipt.applied:
                self._note(receipt.result)
            else:
                self.tell_findings(receipt.findings)
            if is_over or self._is_stopped:
                break
        self._is_running = False
        await self._look()
        if self._is_stopped or not receipt.applied or not self._left_out():
            self._file = self._preview = None
            self.fill()
        else:
            await self._show_rows(_REFUSED)

    def _left_out(self) -> int:
        """Return how many rows of the list shown were left out; a resumed list is not shown."""
        return self._preview.counts.get("refused", 0) if self._preview else 0

    def _note(self, result: Mapping[str, str]) -> None:
        """Say how far it is."""
        failed = int(result["failed"])
        words = self.translate(
            N_("{done} of {rows} rows · registered: {registered}, changed: {changed}"),
            done=result["done"], rows=result["rows"],
            registered=result["registered"], changed=result["changed"],
        )  # fmt: skip
        if failed:
            words += " · " + self.translate(N_("{count} not possible any more"), count=failed)
        self._progress = words
        if self.is_drawn:
            self.query_one("#file", Static).update(words, layout=False)
