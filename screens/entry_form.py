"""A form among institutions: fields, files that go with them, and the command they become."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from issuance.commands import Receipt
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.identity.cleaning import printable
from issuance.identity.verdict import Reading
from screens.brought_file import PROOF_ENDINGS, choose_file, file_words
from screens.field_reading import read_field
from screens.seated_screen import SeatedScreen
from tui.actions import BACK, DO, RETAKE, Action, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_

ResultT = TypeVar("ResultT")

SAVE = DO.named(N_("Save"), N_("Keeps what is entered."))
ATTACH = RETAKE.named(N_("Attach"), N_("Attaches a file (PDF or JPEG)."))


class EntryForm(SeatedScreen[ResultT]):
    """Asks for what a command needs.

    A subclass says in `heading` what is entered, in `meaning` what comes of it, lists its fields in
    `specs` and its files in `FILES`, and gives the command in `submit`.
    """

    CSS_PATH = "entry_form.tcss"
    ACTIONS: ClassVar[Sequence[Action]] = (BACK, SAVE)
    BINDINGS: ClassVar = bindings(BACK, SAVE, ATTACH)
    FILES: Mapping[str, str] = MappingProxyType({})
    """The files that may be attached, by name, with their labels (messages to translate)."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, tuple[BlobRef, str]] = {}
        self._fields: dict[str, FieldSpec] = {}
        self._is_ready = False

    def compose_content(self) -> ComposeResult:
        """Build heading, form and files."""
        with Vertical(id="entry"):
            yield Static(self.heading(), classes="title", markup=False)
            yield Static(self.meaning(), id="meaning", classes="muted", markup=False)
            with Vertical(id="fields"):
                if self._is_ready:
                    yield self._form()
            yield Static(id="files", markup=False)

    @abstractmethod
    def heading(self) -> str:
        """Say what is entered."""

    def meaning(self) -> str:
        """Say what comes of it."""
        return ""

    async def read_more(self) -> None:
        """Read what the fields offer."""

    @abstractmethod
    def specs(self) -> Sequence[FieldSpec]:
        """Return the fields."""

    @abstractmethod
    async def submit(self, values: Mapping[str, str]) -> None:
        """Give the command with the form's values; called from a worker."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Take files only where some belong to the form."""
        if action == ATTACH.name:
            return bool(self.FILES)
        return super().check_action(action, parameters)

    def actions_now(self) -> Sequence[Action]:
        """Offer to attach only where files belong to the form."""
        return (*self.ACTIONS, ATTACH) if self.FILES else self.ACTIONS

    def on_mount(self) -> None:
        """Read what the fields offer."""
        self.prepare()

    @work(exclusive=True, group="load", exit_on_error=True, description="read what a form offers")
    async def prepare(self) -> None:
        """Read, then build the form; keys typed meanwhile go to its first field."""
        with self.ventanilla.keys.held():
            await self.read_seats()
            await self.read_more()
            if not self.is_drawn:
                return
            self._is_ready = True
            form = self._form()
            await self.query_one("#fields").mount(form)
            form.focus_first_empty()
            self.fill()

    def _form(self) -> Form:
        specs = list(self.specs())
        self._fields = {each.name: each for each in specs}
        return Form(specs, self._read)

    def fill(self) -> None:
        """Say which files are attached."""
        lines = [
            f"{self.translate(label)}: {self._attached(name)}" for name, label in self.FILES.items()
        ]
        self.query_one("#files", Static).update("\n".join(lines))

    def _attached(self, name: str) -> str:
        if name not in self.files:
            return self.translate(N_("none yet (F6)"))
        blob, file_name = self.files[name]
        return f"{printable(file_name)} · {file_words(blob, 0, self.translate)}"

    def _read(self, name: str, text: str) -> Reading:
        return read_field(self._fields[name], text, self.today, self.words.country)

    def refused(self, receipt: Receipt) -> None:
        """Show the findings beside their fields."""
        self.query_one(Form).show_findings(receipt.findings)
        self.tell_findings(receipt.findings)

    @on(Form.Completed)
    def _completed(self, event: Form.Completed) -> None:
        self.save(event.values)

    @work(exclusive=True, group="command", exit_on_error=True, description="save a form")
    async def save(self, values: Mapping[str, str]) -> None:
        """Give the command."""
        await self.submit(values)

    def action_do(self) -> None:
        """Check the form and save."""
        for form in self.query(Form):
            form.complete()

    def action_retake(self) -> None:
        """Attach a file."""
        self.attach()

    @work(exclusive=True, group="file", exit_on_error=True, description="attach a file")
    async def attach(self) -> None:
        """Choose what it is, then the file; it is kept in the office at once."""
        names = list(self.FILES)
        name: str | None = names[0]
        if len(names) > 1:
            choices = [(each, self.translate(self.FILES[each])) for each in names]
            name = await self.choose(self.translate(N_("Which file?")), choices)
        if name is None:
            return
        path = await choose_file(self, self.translate(self.FILES[name]), PROOF_ENDINGS)
        if path is None:
            return
        with self.ventanilla.keys.held():
            blob = await self.backend.keep_attachment(path)
        if isinstance(blob, Finding):
            self.tell_findings((blob,))
        else:
            self.files[name] = (blob, path.name)
            self.fill()

    def blob(self, name: str) -> BlobRef | None:
        """Return an attached file."""
        return self.files[name][0] if name in self.files else None
