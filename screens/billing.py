"""Who the invoice is for: the applicant, or somebody else whose data are typed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Vertical
from textual.widgets import Static

from issuance.cases.commands.payment import RecordBilling
from issuance.identity.verdict import Reading
from screens.application_fields import field_specs, read_field
from screens.drafting_screen import DISCARD, DraftingScreen
from screens.payment_words import deposit_words
from tui.actions import BACK, DO, RETAKE, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_

if TYPE_CHECKING:
    from backend_client.policy_lines import FormField
    from issuance.commands import Receipt

_RECORD = DO.named(N_("Record"), N_("Records who the invoice is for."))
_CHANGE = RETAKE.named(N_("Change"), N_("Asks again who the invoice is for."))

_SAME = "same_as_applicant"


class BillingScreen(DraftingScreen[None]):
    """One question, answered with one key; a no opens the form for somebody else."""

    STEP = "billing"
    ACT = "record_billing"
    CSS_PATH = "billing.tcss"
    ACTIONS = (BACK, _CHANGE, _RECORD, DISCARD)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS),
        Binding("s,S,y,Y", "answer(True)", show=False),
        Binding("n,N", "answer(False)", show=False),
        Binding("enter", "do", show=False),
    ]

    def __init__(self, case: UUID) -> None:
        super().__init__(case)
        self._begun = False
        self._fields: dict[str, FormField] = {}
        self._asking = True
        self._somebody_else = False

    def compose_content(self) -> ComposeResult:
        """Build the question with the applicant's data, and the form."""
        with Vertical(id="question"):
            yield Static(id="asked", markup=False, classes="title")
            yield Static(id="rows", markup=False)
            yield Static(id="answers", markup=False)
        with Container(id="else"):
            yield Form(self._specs(self.draft), self._read, id="form")
        yield Static(self.help_text(), markup=False, classes="rules")

    def help_text(self) -> str:
        """Explain the step in the authority's words."""
        return self.words.text("help/billing")

    def show_work(self) -> None:
        """Draw the question or the form."""
        if not self._begun:
            self._begun = True
            self._somebody_else = self.draft.get(_SAME) == "no"
            self._asking = self.state.billing is None or bool(self.draft)
            if self._somebody_else:
                self.restore_form()
        self._draw_page()

    def _draw_page(self) -> None:
        self.query_one("#question").display = not self._somebody_else
        self.query_one("#else").display = self._somebody_else
        billing = self.state.billing
        if self._somebody_else:
            form = self.query_one(Form)
            if not form.focused_field:
                form.focus_field(next(iter(form.texts())))
            return
        self.set_focus(None)
        if billing is not None and not self._asking:
            self._show(
                self.translate(N_("The invoice is for:")),
                billing.values,
                self.translate(N_("F6: change it · F3: back.")),
            )
        else:
            self._show(
                self.translate(N_("Is the invoice for the applicant?")),
                self.words.billing_from_applicant(self.state),
                self.translate(N_("S: yes, with these data · N: no, for somebody else.")),
            )
        for act in self.acts():
            if act.act == self.ACT:
                self.tell_findings(act.findings)

    def _show(self, asked: str, values: Mapping[str, str], answers: str) -> None:
        self.query_one("#asked", Static).update(asked)
        self.query_one("#rows", Static).update(deposit_words(self.words.billing_rows(values)))
        self.query_one("#answers", Static).update(answers)

    # -- keys ------------------------------------------------------------------------------------

    async def action_back(self) -> None:
        """Return from the form to the question, and from there to the screen before."""
        if self._somebody_else:
            self._somebody_else = False
            self._draw_page()
        else:
            await super().action_back()

    async def action_answer(self, yes: bool) -> None:
        """Take the applicant's data, or open the form."""
        if self._somebody_else or not self._asking or not self._may():
            return
        if yes:
            self.record(RecordBilling(same_as_applicant=True))
            return
        self._somebody_else = True
        await self.keep(**{**self._usual_answers(), **self.draft, _SAME: "no"})
        self.restore_form()
        self._draw_page()

    def action_retake(self) -> None:
        """Ask again."""
        if self._may():
            self._asking, self._somebody_else = True, False
            self._draw_page()

    def action_do(self) -> None:
        """Complete the form, or say which key answers the question."""
        if self._somebody_else:
            self.query_one(Form).complete()
        elif self._asking:
            self.tell(self.translate(N_("Answer with Y (yes) or N (no).")))
        else:
            self.dismiss()

    async def action_cancel(self) -> None:
        """Discard somebody else's data, or bring them back."""
        if self._may():
            await self.discard()

    def draw_draft(self) -> None:
        """Ask again, or show the form with what was typed."""
        self.query_one(Form).empty()
        self._begun = False
        self.show_work()

    # -- work ------------------------------------------------------------------------------------

    @work(exclusive=True, group="form", description="show the fields asked for")
    async def restore_form(self) -> None:
        """Show the fields the draft's values ask for, with what was typed."""
        with self.ventanilla.keys.held():
            form = self.query_one(Form)
            await form.show_fields(self._specs(self.draft))
            form.restore(self.draft)
            self._draw_page()

    async def on_form_changed(self, event: Form.Changed) -> None:
        """Keep what was typed; the kind of identification decides which number is asked."""
        with self.ventanilla.keys.held():
            await self.keep_field(event.name, event.value)
            if event.name in self.words.deciding_fields():
                await self._show_fields_after(event.name)

    async def _show_fields_after(self, deciding: str) -> None:
        """Show the fields asked for now, and go on with the one after the field that decided."""
        specs = self._specs(self.draft)
        await self.query_one(Form).show_fields(specs)
        names = [spec.name for spec in specs]
        self.query_one(Form).focus_field(names[names.index(deciding) + 1])

    def on_form_completed(self, event: Form.Completed) -> None:
        """Record somebody else's data."""
        values = {name: text for name, text in event.values.items() if text}
        self.record(RecordBilling(same_as_applicant=False, values=values))

    @work(exclusive=True, group="command", description="record the billing data")
    async def record(self, body: RecordBilling) -> None:
        """Give the command; once it is durable the draft is forgotten."""
        with self.ventanilla.keys.held():
            receipt = await self.execute(body)
            if receipt is not None and receipt.applied:
                await self.forget()
                self.dismiss()

    def refused(self, receipt: "Receipt") -> None:
        """Show what was found beside its field, and in the message line."""
        self.query_one(Form).show_findings(receipt.findings)
        self.tell_findings(receipt.findings)

    def _may(self) -> bool:
        act = next(each for each in self.acts() if each.act == self.ACT)
        self.tell_findings(act.findings)
        return not act.findings

    def _usual_answers(self) -> dict[str, str]:
        """Return the first choice of each list that decides which other fields are asked."""
        deciding = self.words.deciding_fields()
        fields = self.words.billing_form({})
        return {each.name: each.choices[0][0] for each in fields if each.name in deciding}

    def _specs(self, values: Mapping[str, str]) -> list[FieldSpec]:
        fields = self.words.billing_form(values)
        # A field that is just being taken away is still read once, when it is left.
        self._fields.update((field.name, field) for field in fields)
        return field_specs(fields, self.translate)

    def _read(self, name: str, text: str) -> Reading:
        return read_field(self._fields[name], text, self.today, self.words.country)
