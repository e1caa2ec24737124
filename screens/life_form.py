"""A form about a certificate's life: causes and who asks, what it means, and a draft of it."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Final
from uuid import UUID

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from backend_client.life_view import LifeView
from issuance.cases.state import CertificateState
from issuance.identity.kinds import FieldKind
from issuance.identity.verdict import Reading
from screens.drafting_screen import DISCARD, DraftingScreen
from screens.field_reading import read_field
from tui.actions import BACK, DO, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.moments import full
from tui.translation import N_

if TYPE_CHECKING:
    from issuance.commands import Body, Receipt

CONTINUE: Final = DO.named(N_("Continue"), N_("Checks the form and goes on."))
NOTE_CHARACTERS: Final = 500


class LifeForm(DraftingScreen[None]):
    """Asks for what an act on a certificate needs.

    A subclass names its `HEADING`, says in `meaning` what the act means, lists its fields in
    `specs` and does the act in `submit`.
    """

    STEP = "activation"
    HEADING: ClassVar[str] = ""
    FIRST: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """What stands in the fields before anything is typed."""
    CSS_PATH = "life_form.tcss"
    ACTIONS = (BACK, CONTINUE, DISCARD)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, case: UUID) -> None:
        super().__init__(case)
        # Also those no longer shown: they are left, and read, while they go.
        self._fields: dict[str, FieldSpec] = {}

    def compose_content(self) -> ComposeResult:
        """Build what the act means, the form, and for wide screens the rules."""
        with Horizontal(id="life"):
            with Vertical(id="entry"):
                yield Static(self.translate(self.HEADING), markup=False, classes="title")
                yield Static(id="meaning", markup=False)
                if self.known is not None and self.allowed(self.ACT):
                    yield Form(self._specs, self._read)
            yield Static(self.help_text(), id="rules", markup=False)

    @property
    def terms(self) -> LifeView:
        """Return what the policy says of a certificate's life."""
        return LifeView(self.backend.policy, self.translate.language)

    @property
    def certificate(self) -> CertificateState:
        """Return the certificate; raises RuntimeError for a case without one."""
        certificate = self.state.activation.certificate
        if certificate is None:
            raise RuntimeError("this case has no certificate")
        return certificate

    def help_text(self) -> str:
        """Explain what can become of a certificate, in the authority's words."""
        return self.words.text("help/certificates")

    @abstractmethod
    def meaning(self) -> str:
        """Say what the act means, before anything is asked."""

    @abstractmethod
    def specs(self, texts: Mapping[str, str]) -> list[FieldSpec]:
        """Return the fields that these answers ask for."""

    @abstractmethod
    def submit(self, values: Mapping[str, str]) -> object:
        """Do the act with the form's values."""

    async def do(self, body: "Body") -> None:
        """Give the command; once it is durable the draft goes and the screen is left."""
        with self.ventanilla.keys.held():
            receipt = await self.execute(body)
            if receipt is not None and receipt.applied:
                await self.forget()
                self.dismiss()

    async def read_more(self) -> None:
        """Read the draft and build the form, once, for who may do the act."""
        await super().read_more()
        if self.allowed(self.ACT) and not self.query(Form):
            form = Form(self._specs, self._read)
            await self.query_one("#entry").mount(form)
            form.restore({**self.FIRST, **self.draft})
            form.focus_first_empty()

    @property
    def _specs(self) -> list[FieldSpec]:
        specs = self.specs({**self.FIRST, **self.draft})
        self._fields.update({each.name: each for each in specs})
        return specs

    def show_work(self) -> None:
        """Say what the act means, and what stands in its way."""
        if self.state.activation.certificate is not None:
            self.query_one("#meaning", Static).update(self.meaning())
        self.tell_findings(next(each.findings for each in self.acts() if each.act == self.ACT))

    def ends(self) -> str:
        """Return when the certificate ends."""
        return full(self.certificate.not_after, self.words.zone, self.translate.language)

    def choice(self, name: str, label: str, choices: Sequence[tuple[str, str]]) -> FieldSpec:
        """Return a field of a coded list."""
        return FieldSpec(name, FieldKind.CHOICE, self.translate(label), choices=tuple(choices))

    def note(self, cause: str) -> FieldSpec:
        """Return the field for a note, which some causes need."""
        return FieldSpec(
            "note",
            FieldKind.FREE_TEXT,
            self.translate(N_("Note")),
            required=self.words.note_required(cause),
            maximum_length=NOTE_CHARACTERS,
        )

    def _read(self, name: str, text: str) -> Reading:
        return read_field(self._fields[name], text, self.today, self.words.country)

    @on(Form.Changed)
    async def _left(self, event: Form.Changed) -> None:
        before = [each.name for each in self._specs]
        former = {each.name: each for each in self._specs}
        await self.keep_field(event.name, event.value)
        specs = self._specs
        changed = [each for each in specs if former.get(each.name) != each]
        if not changed and len(specs) == len(former):
            return
        form, names = event.form, [each.name for each in specs]
        at, texts = form.focused_field, form.texts()
        await form.show_fields(specs)
        form.restore({each.name: _fitting(each, texts) for each in changed})
        following = before[before.index(event.name) + 1 :][:1]
        if at not in names or [at] == following or at in {each.name for each in changed}:
            form.focus_field(names[min(names.index(event.name) + 1, len(names) - 1)])

    @on(Form.Completed)
    def _completed(self, event: Form.Completed) -> None:
        # The last answer may have asked for more than the form had when it was completed.
        if all(event.values.get(each.name) for each in self._specs if each.required):
            self.submit(event.values)
        else:
            event.form.complete()

    def refused(self, receipt: "Receipt") -> None:
        """Show the findings beside their fields."""
        self.tell_findings(receipt.findings)
        for form in self.query(Form):
            form.show_findings(receipt.findings)

    async def action_cancel(self) -> None:
        """Set aside what was typed; a second time, bring it back."""
        for form in self.query(Form):
            await self.discard()
            specs, texts = self._specs, {**self.FIRST, **self.draft}
            await form.show_fields(specs)
            form.restore({each.name: texts.get(each.name, "") for each in specs})

    def action_do(self) -> None:
        """Check the form and go on."""
        for form in self.query(Form):
            form.complete()


def _fitting(spec: FieldSpec, texts: Mapping[str, str]) -> str:
    """Return what stood in a field, unless it is none of the values it has now."""
    text = texts.get(spec.name, "")
    return text if not spec.choices or text in dict(spec.choices) else ""
