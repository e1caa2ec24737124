"""PDFs signed with a certificate in custody: files, place, one code for all, and the outcome."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from backend_client.at_the_station.portable_signing import unsigned_pdfs
from backend_client.portable import FileOutcome, PreparedFiles
from issuance.findings import Finding, blocks
from issuance.findings.portable import PortableCode
from issuance.identity.choices import read_choice
from issuance.identity.cleaning import printable
from issuance.identity.texts import read_text
from issuance.identity.verdict import Reading
from issuance.institution_queries import PortableLine, PortablesAnswer, PortablesQuery
from issuance.institutions.portable_stream import PortableStatus
from issuance.secret import Secret
from issuance.signing.ticket_token import ATTENDED
from screens.brought_file import DOCUMENT_ENDINGS, choose_files, choose_folder
from screens.portable_places import PLACES
from screens.seated_screen import SeatedScreen
from tui.actions import BACK, DO, RESUME, RETAKE, Action, bindings
from tui.cells import fitted
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_
from tui.widgets.data_table import MOST_ROWS, PageTable
from tui.widgets.message_line import MessageLine
from tui.widgets.progress_line import ProgressLine

FILES: Final = RETAKE.named(N_("Files"), N_("Chooses the PDFs; F4 marks each."))
FOLDER: Final = RESUME.named(N_("Folder"), N_("Takes every PDF of a folder."))
GO_ON: Final = DO.named(N_("Go on"), N_("Prepares the files, then asks for the code and signs."))
_DIGITS: Final = 6
_NAMES_SHOWN: Final = 3


class PortableSigningScreen(SeatedScreen[None]):
    """Chooses files and place; then the code; then shows what became of every file.

    Args:
        certificate: what signs; None asks which of the own ones, where there are several.
    """

    CSS_PATH = "portable_signing.tcss"
    ACTIONS: ClassVar[Sequence[Action]] = (BACK, FILES, FOLDER, GO_ON)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS),
        Binding("pageup", "mark(-1)", show=False, priority=True),
        Binding("pagedown", "mark(1)", show=False, priority=True),
    ]

    def __init__(self, certificate: UUID | None = None) -> None:
        super().__init__()
        self._certificate = certificate
        self._line: PortableLine | None = None
        self._paths: tuple[Path, ...] = ()
        self._place = "none"
        self._prepared: PreparedFiles | None = None
        self._outcomes: dict[Path, FileOutcome] = {}

    def compose_content(self) -> ComposeResult:
        """Build what is chosen, the form of the moment, and the files with their outcome."""
        with Vertical(id="signing"):
            yield Static(id="title", classes="title", markup=False)
            yield Static(id="chosen", markup=False)
            with Vertical(id="fields"):
                yield self._form()
            yield ProgressLine()
            table = PageTable(cell_padding=0)
            yield table
            yield Static(id="about", markup=False)

    def help_text(self) -> str:
        """Explain what leaves the computer, and what becomes of the files."""
        return self.words.text("help/signing")

    def on_mount(self) -> None:
        """Read which certificate it is."""
        self.query_one(PageTable).can_focus = False
        self.query_one(Form).focus_field("place")
        self.load()

    @work(exclusive=True, group="load", exit_on_error=True, description="read the certificate")
    async def load(self) -> None:
        """Find the certificate that signs."""
        with self.ventanilla.keys.held():
            answer = await self.backend.ask(
                PortablesQuery(own=True, statuses=(PortableStatus.ACTIVE.value,), limit=MOST_ROWS)
            )
        self.told(answer)
        own = answer.entries if isinstance(answer, PortablesAnswer) else ()
        fitting = [each for each in own if self._certificate in (None, each.certificate)]
        if not fitting:
            self.tell(self.translate(N_("You have no certificate in use that signs.")))
            return
        self._line = fitting[0]
        if len(fitting) > 1:
            choices = [
                (str(each.certificate), f"{self._purpose(each)} · {each.institution_name}")
                for each in fitting
            ]
            chosen = await self.choose(self.translate(N_("Which certificate signs?")), choices)
            if chosen is None:
                self.dismiss()
                return
            self._line = next(each for each in fitting if str(each.certificate) == chosen)
        self.fill()

    # -- drawing ---------------------------------------------------------------------------------

    def fill(self) -> None:
        """Draw what is chosen and what became of it."""
        if not self.is_drawn:
            return
        title = self.translate(N_("Sign PDFs"))
        if self._line is not None:
            title += f" · {self._purpose(self._line)} · {self._line.institution_name}"
        self.query_one("#title", Static).update(printable(title), layout=False)
        self.query_one("#chosen", Static).update(self._chosen_words(), layout=False)
        width = max(self.size.width - 4, 20)
        name_cells = width // 2
        table = self.query_one(PageTable)
        table.show(
            [
                fitted(self.translate(N_("File")), name_cells),
                fitted(self.translate(N_("Outcome")), width - name_cells),
            ],
            [
                (
                    str(at),
                    (
                        fitted(printable(path.name), name_cells - 1) + " ",
                        fitted(self._outcome_words(path), width - name_cells),
                    ),
                )
                for at, path in enumerate(self._paths[:MOST_ROWS])
            ],
        )
        self._draw_marked()

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.fill()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say the whole outcome of the marked file."""
        event.stop()
        if self.is_drawn:
            self._draw_marked()

    def _draw_marked(self) -> None:
        at = self.query_one(PageTable).cursor_row
        words = self._outcome_words(self._paths[at]) if at < len(self._paths) else ""
        self.query_one("#about", Static).update(words, layout=False)

    def _chosen_words(self) -> str:
        if not self._paths:
            return self.translate(N_("No file is chosen: F6 chooses files, F8 a whole folder."))
        names = ", ".join(path.name for path in self._paths[:_NAMES_SHOWN])
        more = len(self._paths) - _NAMES_SHOWN
        count = self.translate.plural("{count} file", "{count} files", len(self._paths))
        return printable(f"{count}: {names}" + (f" (+{more})" if more > 0 else ""))

    def _outcome_words(self, path: Path) -> str:
        outcome = self._outcomes.get(path)
        if outcome is None:
            return self.translate(N_("waits for the code")) if self._prepared else ""
        if outcome.target is not None:
            words = self.translate(N_("signed: {name}"), name=outcome.target.name)
            return printable(words)
        return printable(" ".join(map(self.finding_text, outcome.findings)))

    def _purpose(self, line: PortableLine) -> str:
        return self.words.word("purposes", line.purpose)

    # -- forms -----------------------------------------------------------------------------------

    @property
    def _is_done(self) -> bool:
        return any(each.target is not None for each in self._outcomes.values())

    @property
    def _asks_code(self) -> bool:
        waits = self._prepared is not None and bool(self._prepared.files)
        return waits and self._line is not None and self._line.purpose == ATTENDED

    def _form(self) -> Form:
        if self._asks_code:
            label = self.translate(N_("Code of the telephone"))
            return Form(
                [FieldSpec("code", "free_text", label, maximum_length=_DIGITS)], _read, id="code"
            )
        choices = tuple((name, self.translate(label)) for name, (label, _) in PLACES.items())
        label = self.translate(N_("Where the signature shows"))
        spec = FieldSpec("place", "choice", label, choices=choices, initial=self._place)
        return Form([spec], _read, id="place")

    async def _show_form(self) -> None:
        with self.ventanilla.batch_update():
            fields = self.query_one("#fields", Vertical)
            await fields.remove_children()
            form = self._form()
            await fields.mount(form)
            form.focus_field("code" if self._asks_code else "place")
        self.fill()

    def on_form_completed(self, event: Form.Completed) -> None:
        """Prepare the files, or sign them."""
        event.stop()
        if "code" in event.values:
            self.sign(Secret(event.values["code"]))
        else:
            self._place = event.values["place"]
            self.prepare()

    # -- keys ------------------------------------------------------------------------------------

    def action_do(self) -> None:
        """Go on."""
        self.query_one(Form).complete()

    def action_retake(self) -> None:
        """Choose files."""
        self.choose_paths()

    def action_resume(self) -> None:
        """Take a folder."""
        self.choose_all()

    def action_mark(self, rows: int) -> None:
        """Mark another file of the list."""
        table = self.query_one(PageTable)
        table.move_cursor(row=min(max(table.cursor_row + rows, 0), max(table.row_count - 1, 0)))

    def action_back(self) -> None:
        """Return to the files, or leave."""
        if self._asks_code:
            self._begin_anew(self._paths)
        else:
            self.dismiss()

    @work(exclusive=True, group="files", exit_on_error=True, description="choose files")
    async def choose_paths(self) -> None:
        """Let somebody choose PDFs."""
        title = self.translate(N_("PDFs to sign: F4 marks each"))
        if paths := await choose_files(self, title, DOCUMENT_ENDINGS):
            self._begin_anew(tuple(dict.fromkeys(paths)))

    @work(exclusive=True, group="files", exit_on_error=True, description="choose a folder")
    async def choose_all(self) -> None:
        """Let somebody choose a folder, and take its PDFs but those signed here before."""
        title = self.translate(N_("Folder with the PDFs to sign (F10 takes it)"))
        folder = await choose_folder(self, title)
        if folder is None:
            return
        paths = await asyncio.to_thread(unsigned_pdfs, folder, self._ending)
        if not paths:
            self.tell(self.translate(N_("There is no PDF in that folder that is not signed yet.")))
        self._begin_anew(paths)

    @property
    def _ending(self) -> str:
        return self.translate(N_("-signed"))

    def _begin_anew(self, paths: tuple[Path, ...]) -> None:
        """Forget what was prepared, and show these files."""
        self._paths, self._prepared, self._outcomes = paths, None, {}
        self.query_one(ProgressLine).clear()
        self.call_later(self._show_form)

    # -- signing ---------------------------------------------------------------------------------

    @work(exclusive=True, group="command", exit_on_error=True, description="prepare files")
    async def prepare(self) -> None:
        """Make the files ready, then ask for the code that signs them."""
        if self._line is None or not self._paths or self._is_done:
            again = N_("These files are signed. F6 chooses others, F8 a whole folder.")
            self.tell(self.translate(again) if self._is_done else self._chosen_words())
            return
        self.query_one("#message", MessageLine).clear()
        # A code that is typed ahead is meant for the field that comes.
        with self.ventanilla.keys.held():
            await self._prepare(self._line)
            if self._asks_code:
                await self._show_form()
        if self._prepared is None:
            self.fill()
        elif not self._asks_code and await self._is_confirmed(len(self._prepared.files)):
            self.sign(None)

    async def _prepare(self, line: PortableLine) -> None:
        progress, done = self.query_one(ProgressLine), 0
        place = PLACES[self._place][1]
        async for step in self.backend.portable.prepare(line.certificate, self._paths, place):
            if isinstance(step, Finding):
                self.tell_findings((step,))
            elif isinstance(step, Path):
                progress.show(done, len(self._paths), step.name)
                done += 1
            else:
                self._prepared = step if step.files else None
                self._outcomes = {each.source: each for each in step.refused}
                if not step.files:
                    self.tell_findings((blocks(PortableCode.NO_FILE_TO_SIGN),))
        progress.clear()

    async def _is_confirmed(self, count: int) -> bool:
        files = self.translate.plural("{count} file", "{count} files", count)
        return await self.confirm(
            self.translate(N_("Sign {files}?"), files=files),
            self.translate(N_("This certificate signs without a code.")),
            self.translate(N_("Yes, sign")),
        )

    @work(exclusive=True, group="signing", exit_on_error=True, description="sign files")
    async def sign(self, code: Secret | None) -> None:
        """Sign everything with one code; a wrong one may be typed again."""
        if self._prepared is None:
            return
        with self.ventanilla.keys.held():
            await self._sign(self._prepared, code)

    async def _sign(self, prepared: PreparedFiles, code: Secret | None) -> None:
        progress, done = self.query_one(ProgressLine), 0
        async for outcome in self.backend.portable.sign(prepared, code, self._ending):
            if isinstance(outcome, tuple):
                self._refused(outcome)
                return
            done += 1
            self._outcomes[outcome.source] = outcome
            progress.show(done, len(prepared.files), outcome.source.name)
        self._prepared = None
        await self._show_form()
        self._tell_outcome()

    def _refused(self, findings: tuple[Finding, ...]) -> None:
        """Say why nothing was signed; another code may be typed."""
        self.tell_findings(findings)
        for form in self.query(Form):
            form.restore({"code": ""})

    def _tell_outcome(self) -> None:
        signed = sum(each.target is not None for each in self._outcomes.values())
        words = self.translate.plural("{count} file signed.", "{count} files signed.", signed)
        failed = len(self._paths) - signed
        if failed:
            not_signed = self.translate.plural(
                "{count} was not: the list says why.",
                "{count} were not: the list says why.",
                failed,
            )
            words = f"{words} {not_signed}"
        self.tell(words)


def _read(name: str, text: str) -> Reading:
    return read_choice(text, tuple(PLACES)) if name == "place" else read_text(text)
