"""The deposit: how much is due into which account, what the slip says, and its proof."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Digits, Input, Static

from issuance.cases.commands.payment import RecordPayment
from issuance.cases.state import PaymentStatus
from issuance.findings import Finding, Severity, blocks
from issuance.findings.cases import CaseFinding
from issuance.identity.cleaning import printable
from issuance.identity.kinds import FieldKind, read
from issuance.identity.verdict import Reading, incomplete
from screens.application_fields import field_specs, read_field
from screens.brought_file import (
    PROOF_ENDINGS,
    BroughtFile,
    check_file,
    choose_file,
    file_words,
    findings_words,
)
from screens.drafting_screen import DISCARD, DraftingScreen
from screens.payment_words import account_words, deposit_words, figures, price_words
from tui.actions import BACK, DO, RETAKE, bindings
from tui.case_words import roles_said
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_
from tui.widgets.amount_field import AmountField
from tui.widgets.message_line import MessageLine
from tui.widgets.spinner import Spinner

if TYPE_CHECKING:
    from issuance.commands import Receipt

_RECORD = DO.named(N_("Record"), N_("Records the deposit with its proof."))
_REPLACE = RETAKE.named(N_("Proof"), N_("Brings another file as the proof."))
_PROVINCE = "province"
_DATE = "deposit_date"


class PaymentScreen(DraftingScreen[None]):
    """Two pages: what the slip says, then its proof and the amount, typed once more to be sure."""

    STEP = "payment"
    ACT = "record_payment"
    CSS_PATH = "payment.tcss"
    ACTIONS = (BACK, _REPLACE, _RECORD, DISCARD)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS),
        Binding("enter", "do", show=False),
    ]

    def __init__(self, case: UUID) -> None:
        super().__init__(case)
        self._begun = False
        self._at_proof = False
        self._proof: BroughtFile | None = None
        self._found: list[Finding] = []

    # -- drawing ---------------------------------------------------------------------------------

    def compose_content(self) -> ComposeResult:
        """Build the amount with its account, and the two pages."""
        with Horizontal(id="due"):
            with Vertical(id="amount-box"):
                yield Digits(id="amount-due")
                yield Static(id="price", markup=False)
            yield Static(id="account", markup=False)
        with Container(id="slip"):
            yield Form(self._specs(), self._read, id="form")
        with Vertical(id="proof"):
            yield Static(id="deposit", markup=False)
            yield Spinner(id="spinner")
            yield Static(id="file", markup=False)
            with Horizontal(id="typed"):
                yield Static(self.translate(N_("Amount on the slip")), markup=False)
                yield AmountField(id="amount")
            yield Static(id="hint", markup=False)
        yield Static(id="stands", markup=False)
        yield Static(self.help_text(), markup=False, classes="rules")

    def help_text(self) -> str:
        """Explain the step in the authority's words."""
        return self.words.text("help/payment")

    def show_work(self) -> None:
        """Draw amount and account, and the page one is on."""
        due = self.words.amount(self.state.price.total)
        self.query_one("#amount-due", Digits).update(figures(due))
        self.query_one("#price", Static).update(price_words(self.state, due, self.translate))
        if not self._begun:
            self._begun = True
            self._restore()
        self._draw_account()
        self._draw_page()

    def _restore(self) -> None:
        form = self.query_one(Form)
        former = self.state.payment
        if former is not None and former.status is PaymentStatus.REFUSED:
            # What was wrong is mostly one figure: the rest need not be typed again.
            form.restore({**former.values, _PROVINCE: former.province})
            reason = self.words.word("reasons", former.reason)
            text = self.translate(N_("The payment was refused: {reason}"), reason=reason)
            self.tell(f"{text}. {former.note}", Severity.WARNS)
        form.restore(self.draft)
        self.query_one(AmountField).value = self.draft.get("amount", "")
        if text := self.draft.get("proof"):
            self._proof = BroughtFile.model_validate_json(text)
            self._found = list(self._proof.findings)
        self._at_proof = "proof" in self.draft

    def _draw_account(self) -> None:
        chosen = self.query_one(Form).texts()[_PROVINCE]
        points = {point.province: point for point in self.words.service_points()}
        words = account_words(points[chosen], self.translate) if chosen in points else Content("")
        self.query_one("#account", Static).update(words)

    def _draw_page(self) -> None:
        allowed = self.allowed(self.ACT)
        self.query_one("#slip").display = allowed and not self._at_proof
        self.query_one("#proof").display = allowed and self._at_proof
        stands = self.query_one("#stands", Static)
        stands.display = not allowed
        if not allowed:
            stands.update(self._standing())
            return
        if self._at_proof:
            self._draw_proof()
        form, amount = self.query_one(Form), self.query_one(AmountField)
        if self._at_proof and not amount.has_focus:
            self.set_focus(amount)
            amount.mark_for_replacement()
        elif not self._at_proof and not form.focused_field:
            form.focus_field(next(iter(form.texts())))

    def _draw_proof(self) -> None:
        rows = self.words.payment_rows(self._values())
        self.query_one("#deposit", Static).update(deposit_words(rows))
        proof = self._proof
        if proof is None:
            words = self.translate(N_("No proof yet: Enter chooses its file."))
        else:
            words = f"{proof.name} · {file_words(proof.blob, proof.pages, self.translate)}"
        told = (Content(printable(words)), findings_words(self, self._found))
        self.query_one("#file", Static).update(Content("\n").join(told))
        self.query_one("#typed").display = proof is not None
        self.query_one("#hint", Static).update(
            self.translate(N_("Type the amount as the slip shows it; Enter records the payment."))
            if proof
            else ""
        )

    def _standing(self) -> Content:
        """Tell what was recorded, what stands in the way, and whose turn it is."""
        payment = self.state.payment
        finding = next(each.findings for each in self.acts() if each.act == self.ACT)[0]
        parts = [Content(printable(self.finding_text(finding)))]
        if payment is not None:
            parts = [deposit_words(self.words.payment_rows(payment.values))]
            if payment.status is PaymentStatus.RECORDED:
                roles = next(e.roles for e in self.acts() if e.act == "confirm_payment")
                told = self.translate(
                    N_("Recorded by {operator}. Now the payment is confirmed by: {roles}."),
                    operator=self.name_of(payment.by),
                    roles=roles_said(roles, self.translate),
                )
                parts.append(Content(told))
            elif payment.status is PaymentStatus.CONFIRMED:
                parts.append(Content(self.translate(N_("The payment is confirmed."))))
            else:
                parts.append(Content(printable(self.finding_text(finding))))
        return Content("\n\n").join(parts)

    # -- keys ------------------------------------------------------------------------------------

    async def action_back(self) -> None:
        """Return from the proof to the slip, and from the slip to the screen before."""
        if self._at_proof and self.allowed(self.ACT):
            self._at_proof = False
            self._draw_page()
        else:
            await super().action_back()

    def action_do(self) -> None:
        """Go on: complete the slip, choose the proof, record."""
        if not self.allowed(self.ACT):
            self.tell_findings(next(e.findings for e in self.acts() if e.act == self.ACT))
        elif not self._at_proof:
            self.query_one(Form).complete()
        elif self._proof is None:
            self.choose()
        else:
            self._record()

    def action_retake(self) -> None:
        """Choose another proof."""
        if self.allowed(self.ACT):
            self.choose()

    async def action_cancel(self) -> None:
        """Discard what was typed and the proof, or bring them back."""
        if self.allowed(self.ACT):
            await self.discard()

    def draw_draft(self) -> None:
        """Draw the slip and its proof anew."""
        self.query_one(Form).empty()
        self._proof, self._found = None, []
        self._restore()
        self._draw_account()
        self._draw_page()

    # -- work ------------------------------------------------------------------------------------

    async def on_form_changed(self, event: Form.Changed) -> None:
        """Keep what was typed; another province has another account."""
        if event.name == _PROVINCE:
            self._draw_account()
        await self.keep_field(event.name, event.value)

    def on_form_completed(self) -> None:
        """Go on to the proof."""
        self._at_proof = True
        self._draw_page()
        if self._proof is None:
            self.choose()

    async def on_input_changed(self, event: Input.Changed) -> None:
        """Keep the amount."""
        if event.input.id == "amount" and event.input.has_focus:
            await self.keep(amount=event.value)

    def on_input_submitted(self) -> None:
        """Record."""
        self.action_do()

    @work(exclusive=True, group="file", description="choose and check a proof")
    async def choose(self) -> None:
        """Let the operator choose the proof and check it."""
        title = self.translate(N_("Proof of the deposit (PDF or JPG)"))
        path = await choose_file(self, title, PROOF_ENDINGS)
        if path is not None:
            await self._check(path)

    async def _check(self, path: Path) -> None:
        self._at_proof, self._proof, self._found = True, None, []
        with self.ventanilla.keys.held():
            with self.query_one(Spinner).turning(
                self.translate(N_("Checking {name} ..."), name=path.name)
            ):
                self._proof = await check_file(self, "proof", path, self._found.append)
            await self.keep(proof=self._proof.model_dump_json() if self._proof else "")
            if self._proof is None:
                self.tell(
                    self.translate(N_("This file cannot be taken. Enter: choose another one.")),
                    Severity.BLOCKS,
                )
            self._draw_page()

    def _record(self) -> None:
        amount = self.query_one(AmountField).minor_units
        if amount is None:
            self.tell(self.translate(N_("Type the amount as the slip shows it.")), Severity.BLOCKS)
        else:
            self.record(amount)

    @work(exclusive=True, group="command", description="record the payment")
    async def record(self, amount: int) -> None:
        """Give the command; once it is durable the draft is forgotten."""
        if self._proof is None:
            return
        values = self._values()
        with self.ventanilla.keys.held():
            receipt = await self.execute(
                RecordPayment(
                    province=values.pop(_PROVINCE),
                    amount=amount,
                    values=values,
                    proof=self._proof.blob,
                )
            )
            if receipt is not None and receipt.applied:
                await self.forget()
                self.dismiss()

    def refused(self, receipt: "Receipt") -> None:
        """Show what was found beside its field, and in the message line."""
        form = self.query_one(Form)
        if any(each.field in form.texts() for each in receipt.findings):
            self._at_proof = False
            self._draw_page()
            form.show_findings(receipt.findings)
            self.tell_findings(receipt.findings)
        else:
            # Beside the amount: the message line has no room for the whole sentence.
            self.query_one(MessageLine).clear()
            self.query_one("#hint", Static).update(findings_words(self, receipt.findings))
            self.query_one(AmountField).mark_for_replacement()

    # -- fields ----------------------------------------------------------------------------------

    def _specs(self) -> list[FieldSpec]:
        choices = tuple((point.province, point.label) for point in self.words.service_points())
        province = FieldSpec(
            name=_PROVINCE,
            kind=FieldKind.CHOICE.value,
            label=self.translate(N_("Province of the account")),
            help=self.words.text("help/payment"),
            choices=choices,
            initial=self.backend.province,
        )
        return [province, *field_specs(self.words.payment_form(), self.translate)]

    def _read(self, name: str, text: str) -> Reading:
        if name == _PROVINCE:
            choices = tuple(point.province for point in self.words.service_points())
            return read(FieldKind.CHOICE, text, today=self.today, choices=choices)
        field = next(each for each in self.words.payment_form() if each.name == name)
        reading = read_field(field, text, self.today, self.words.country)
        if name == _DATE and reading.acceptable and reading.value > self.today.isoformat():
            return incomplete(text, blocks(CaseFinding.DEPOSIT_DATE_IN_FUTURE, name))
        return reading

    def _values(self) -> dict[str, str]:
        """Return the normal form of what is right in the form, and the rest as typed."""
        values: dict[str, str] = {}
        for name, text in self.query_one(Form).texts().items():
            reading = self._read(name, text)
            values[name] = reading.value if reading.acceptable else text
        return values
