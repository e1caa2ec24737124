"""The cashier compares a recorded deposit with the account, and confirms or refuses it."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Digits, Static

from issuance.cases.commands.payment import ConfirmPayment, RefusePayment
from issuance.cases.state import PaymentState, PaymentStatus
from issuance.findings import Severity
from issuance.identity.cleaning import printable
from screens.brought_file import file_words, save_copy
from screens.drafting_screen import DraftingScreen
from screens.payment_words import account_words, deposit_words, figures, price_words
from screens.photo_view import ENLARGE, PhotoView, show_photo
from tui.actions import BACK, DO, PRINT, RETAKE, bindings
from tui.amount_words import amount_in_words
from tui.case_words import PAYMENT_STATUSES, said
from tui.translation import N_
from tui.widgets.choice import Choice, Chosen
from tui.widgets.confirm import Confirm
from tui.widgets.picture import Picture

_CONFIRM = DO.named(N_("Confirm"), N_("Confirms that the exact amount is in the account."))
_REFUSE = RETAKE.named(N_("Refuse"), N_("Refuses the deposit for a reason; the applicant is told."))
_COPY = PRINT.named(N_("Copy"), N_("Saves a copy of the proof, to look at it elsewhere."))


class PaymentReviewScreen(DraftingScreen[None]):
    """What is due, what was recorded, and its proof; a refusal begun is kept as a draft."""

    STEP = "payment"
    ACT = "refuse_payment"
    DRAFT = "payment.review"
    CSS_PATH = "payment_review.tcss"
    # The bar has room for these; the facts tell how to look at the proof.
    ACTIONS = (BACK, _REFUSE, _COPY, _CONFIRM)
    BINDINGS: ClassVar = [*bindings(*ACTIONS, ENLARGE), Binding("enter", "do", show=False)]

    def compose_content(self) -> ComposeResult:
        """Build the amount, and below it the deposit beside its proof."""
        with Horizontal(id="due"):
            with Vertical(id="amount-box"):
                yield Digits(id="amount-due")
                yield Static(id="price", markup=False)
            yield Static(id="account", markup=False)
        with Horizontal(id="recorded"):
            with Vertical(id="facts"):
                yield Static(id="deposit", markup=False)
                yield Static(id="state", markup=False)
            yield Picture(id="picture")
        yield Static(self.help_text(), markup=False, classes="rules")

    def help_text(self) -> str:
        """Explain the step in the authority's words."""
        return self.words.text("help/payment")

    def show_work(self) -> None:
        """Draw the deposit as recorded."""
        payment = self.state.payment
        due = self.words.amount(self.state.price.total)
        self.query_one("#amount-due", Digits).update(figures(due))
        self.query_one("#price", Static).update(price_words(self.state, due, self.translate))
        if payment is None:
            self.query_one("#deposit", Static).update(
                self.translate(N_("No deposit is recorded yet, so there is nothing to confirm."))
            )
            return
        points = {point.province: point for point in self.words.service_points()}
        if point := points.get(payment.province):
            account = account_words(point, self.translate)
            self.query_one("#account", Static).update(account)
        self._draw_deposit(payment)
        picture = self.query_one(Picture)
        picture.display = self._has_picture(payment)
        self.call_after_refresh(self.paint)

    def action_do(self) -> None:
        """Ask before confirming."""
        if self._may("confirm_payment"):
            self.confirm()

    def action_retake(self) -> None:
        """Ask for the reason of a refusal."""
        if self._may("refuse_payment"):
            self.refuse()

    def action_enlarge(self) -> None:
        """Show the proof on the whole screen, where it is a picture."""
        payment = self.state.payment
        if payment is None or payment.proof is None:
            return
        if self._has_picture(payment):
            title = self.words.person_name(self.state)
            self.app.push_screen(PhotoView(self.backend, payment.proof, title))
        else:
            self.tell(self.translate(N_("The proof is a PDF: F9 saves a copy to look at.")))

    def action_print(self) -> None:
        """Save a copy of the proof."""
        self.copy()

    @work(exclusive=True, group="command", description="confirm the payment")
    async def confirm(self) -> None:
        """Confirm the exact amount; a gate, so it is asked first."""
        due = self.state.price.total
        amount = self.words.amount(due)
        in_words = amount_in_words(due.amount, due.currency, self.translate)
        yes = await self.app.push_screen_wait(
            Confirm(
                self.translate(
                    N_("Confirm the payment of {person}?"),
                    person=self.words.person_name(self.state),
                ),
                self.translate(
                    N_("In the account: {amount}. This cannot be taken back."),
                    amount=f"{amount}, {in_words}" if in_words else amount,
                ),
                self.translate(N_("Yes, {amount} arrived"), amount=amount),
            )
        )
        if not yes:
            return
        with self.ventanilla.keys.held():
            receipt = await self.execute(ConfirmPayment(amount=due.amount))
            if receipt is not None and receipt.applied:
                await self.forget()
                self.dismiss()

    @work(exclusive=True, group="command", description="refuse the payment")
    async def refuse(self) -> None:
        """Refuse for a coded reason."""
        chosen: Chosen | None = await self.app.push_screen_wait(
            Choice(
                self.translate(N_("Why is the payment refused?")),
                self.words.reasons("payment"),
                reason_needed=self.words.note_required,
                begun=Chosen(self.draft.get("reason", ""), self.draft.get("note", "")),
                keep=self._keep_refusal,
            )
        )
        if chosen is None:
            return
        with self.ventanilla.keys.held():
            receipt = await self.execute(RefusePayment(reason=chosen.code, note=chosen.reason))
            if receipt is not None and receipt.applied:
                await self.forget()
                self.dismiss()

    @work(group="draft", exit_on_error=True, description="save a refusal begun")
    async def _keep_refusal(self, chosen: Chosen) -> None:
        await self.keep(reason=chosen.code, note=chosen.reason)

    @work(exclusive=True, group="copy", description="save a copy")
    async def copy(self) -> None:
        """Save a copy of the proof."""
        payment = self.state.payment
        if payment is not None and payment.proof is not None:
            await save_copy(self, payment.proof, f"{self.state.number}-proof")

    @work(exclusive=True, group="paint", description="show the proof")
    async def paint(self) -> None:
        """Show a photographed proof, last."""
        payment = self.state.payment
        if payment is not None and payment.proof is not None and self._has_picture(payment):
            await show_photo(self.backend, payment.proof, self.query_one(Picture))

    def _may(self, act: str) -> bool:
        findings = next(each.findings for each in self.acts() if each.act == act)
        self.tell_findings(findings)
        return not findings

    def _draw_deposit(self, payment: PaymentState) -> None:
        proof = payment.proof
        rows = list(self.words.payment_rows(payment.values))
        recorded = self.words.amount(payment.amount)
        rows.append(("amount", self.translate(N_("Amount recorded")), recorded))
        rows.append(("by", self.translate(N_("Recorded by")), self.name_of(payment.by)))
        if proof is not None:
            kind = proof.media_type.rpartition("/")[2].upper()
            if self._has_picture(payment):
                look = self.translate(N_("Z: enlarge"))
            else:
                look = self.translate(N_("F9: save a copy to look at."))
            words = f"{kind} · {file_words(proof, 0, self.translate)} · {look}"
            rows.append(("proof", self.translate(N_("Proof")), words))
        self.query_one("#deposit", Static).update(deposit_words(rows))
        state = self.query_one("#state", Static)
        if payment.status is not PaymentStatus.RECORDED:
            words = said(PAYMENT_STATUSES, payment.status.value, self.translate)
            reason = self.words.word("reasons", payment.reason) if payment.reason else ""
            told = " · ".join(each for each in (words, reason, payment.note) if each)
            state.update(Content.styled(printable(told), "bold"))
        elif self.allowed("confirm_payment"):
            state.update(
                self.translate(
                    N_("Compare it with the account's movements. F10: confirm · F6: refuse.")
                )
            )
            if self.draft:
                self.tell(self.translate(N_("F6 goes on with the refusal that was begun.")))
        else:
            act = next(each for each in self.acts() if each.act == "confirm_payment")
            state.update("")
            self.tell(self.finding_text(act.findings[0]), Severity.WARNS)

    def _has_picture(self, payment: PaymentState) -> bool:
        return payment.proof is not None and payment.proof.media_type == "image/jpeg"
