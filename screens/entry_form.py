"""A form among institutions: fields, files that go with them, and the command they become."""

from abc import abstractmethod
from collections.abc import Awaitable, Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import ScreenSuspend
from textual.widgets import Static

from issuance.commands import Body, Receipt
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.identity.cleaning import printable
from issuance.identity.verdict import Reading
from issuance.streams import StreamRef
from screens.brought_file import PROOF_ENDINGS, choose_file, file_words
from screens.entry_draft import EntryDraft
from screens.field_reading import read_field
from screens.seated_screen import SeatedScreen
from tui.actions import BACK, CANCEL, DO, RETAKE, Action, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_
from tui.widgets.message_line import MessageLine

ResultT = TypeVar("ResultT")

SAVE = DO.named(N_("Save"), N_("Keeps what is entered."))
ATTACH = RETAKE.named(N_("Attach"), N_("Attaches a file (PDF or JPEG)."))
# A short word: with a longer one the bar would take a second line, and the form another page.
EMPTY = CANCEL.named(N_("Empty"), N_("Empties the form; F12 again brings back what was typed."))


class EntryForm(SeatedScreen[ResultT]):
    """Asks for what a command needs.

    A subclass says in `heading` what is entered, in `meaning` what comes of it, lists its fields in
    `specs` and its files in `FILES`, and gives the command in `submit`. One that says in
    `draft_name` what it is about keeps what is typed until its command is accepted.
    """

    CSS_PATH = "entry_form.tcss"
    ACTIONS: ClassVar[Sequence[Action]] = (BACK, SAVE)
    BINDINGS: ClassVar = bindings(BACK, SAVE, ATTACH, EMPTY)
    FILES: Mapping[str, str] = MappingProxyType({})
    """The files that may be attached, by name, with their labels (messages to translate)."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, tuple[BlobRef, str]] = {}
        self._fields: dict[str, FieldSpec] = {}
        self._is_ready = False
        self._draft: EntryDraft | None = None
        self._discarded: tuple[dict[str, str], dict[str, tuple[BlobRef, str]]] = {}, {}

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

    def draft_name(self) -> str:
        """Name the form and what it is about; empty for one that keeps no draft."""
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Take files only where some belong to the form, and discard only what may be kept."""
        if action == ATTACH.name:
            return bool(self.FILES)
        if action == EMPTY.name:
            return bool(self.draft_name())
        return super().check_action(action, parameters)

    def actions_now(self) -> Sequence[Action]:
        """Offer what the form has a use for."""
        shown = [*self.ACTIONS]
        shown += [ATTACH] if self.FILES else []
        return [*shown, EMPTY] if self.draft_name() else shown

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
            await self.bring_back(form)
            form.focus_first_empty()
            self.fill()

    # -- the draft -------------------------------------------------------------------------------

    async def bring_back(self, form: Form) -> None:
        """Show what was typed and attached here before, as far as it still fits."""
        if not self.draft_name():
            return
        station, user = self.backend.station, self.backend.session.operator
        self._draft = EntryDraft(station, user, self.draft_name())
        texts, files = await self._draft.load()
        form.restore({name: text for name, text in texts.items() if self._still_fits(name, text)})
        self.files |= {name: file for name, file in files.items() if name in self.FILES}
        if texts or files:
            form.leave()  # what is wrong in it is said now, as it was then
            self.tell(self.translate(N_("What you began here is back; F12 empties the form.")))

    def _still_fits(self, name: str, text: str) -> bool:
        spec = self._fields.get(name)
        return spec is not None and (not spec.choices or text in dict(spec.choices))

    def _typed(self) -> dict[str, str]:
        """Return what stands in the fields otherwise than at the beginning."""
        return {
            name: text
            for form in self.query(Form)
            for name, text in form.texts().items()
            if text != self._fields[name].initial
        }

    async def keep_typed(self) -> None:
        """Keep what is typed and attached."""
        if self._draft is None:
            return
        if finding := await self._draft.keep(self._typed(), self.files):
            self.tell_findings((finding,))

    async def forget(self) -> None:
        """Drop the draft, and keep nothing more: the command was accepted."""
        draft, self._draft = self._draft, None
        if draft is not None:
            await draft.drop()

    async def give(self, body: Body, stream: StreamRef, revision: int) -> Receipt:
        """Give the command; accepted, it takes the draft's place."""
        receipt = await super().give(body, stream, revision)
        if receipt.applied:
            await self.forget()
        return receipt

    @on(Form.Changed)
    def _changed(self) -> None:
        self._keep()

    @work(group="draft", exit_on_error=True, description="keep a draft")
    async def _keep(self) -> None:
        await self.keep_typed()

    @on(ScreenSuspend)
    async def _covered(self) -> None:
        """Keep it under another screen too: from that one may go on to somebody else's work."""
        if self in self.app.screen_stack:
            await self.keep_typed()

    async def action_back(self) -> None:
        """Keep what is typed, and return to the screen before."""
        await self.keep_typed()
        self.dismiss()

    def action_cancel(self) -> Awaitable[None] | None:
        """Empty the form; again, bring back what was typed and attached."""
        return self._discard()

    async def _discard(self) -> None:
        form, typed = self.query_one(Form), self._typed()
        if typed or self.files:
            self._discarded, self.files = (typed, self.files), {}
            form.empty()
            words = N_("Discarded; F12 brings it back.")
        elif any(self._discarded):
            texts, self.files = self._discarded
            self._discarded = {}, {}
            form.restore(texts)
            form.leave()
            words = N_("It is back as it was.")
        else:
            words = N_("Nothing was begun, so there is nothing to discard.")
        form.focus_first_empty()
        self.fill()
        await self.keep_typed()
        self.tell(self.translate(words))

    # -- the form --------------------------------------------------------------------------------

    def _form(self) -> Form:
        specs = list(self.specs())
        self._fields = {each.name: each for each in specs}
        return Form(specs, self.read)

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

    def read(self, name: str, text: str) -> Reading:
        """Read what stands in a field."""
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
        """Give the command; what was said of the one before is no longer true."""
        self._clear_message()
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
        """Choose what it is, one that is missing first, then the file; it is kept at once."""
        names = sorted(self.FILES, key=lambda name: name in self.files)
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
            self._clear_message()
            self.fill()
            await self.keep_typed()

    def _clear_message(self) -> None:
        for line in self.query(MessageLine):
            line.clear()

    def blob(self, name: str) -> BlobRef | None:
        """Return an attached file."""
        return self.files[name][0] if name in self.files else None
