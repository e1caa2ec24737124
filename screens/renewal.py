"""Renewing a certificate: a new case with new keys, filled in with what is known already."""

from collections.abc import Sequence
from typing import ClassVar, Final
from uuid import UUID

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from backend_client.life_view import LifeView
from issuance.findings import Severity
from issuance.queries import CertificateLife, CertificateLifeQuery
from screens.application_words import FilledIn
from screens.case_screen import CaseScreen
from screens.paged_text import Heading, LabelledRow, PagedText, Part
from tui.actions import BACK, DO, Action, bindings
from tui.case_words import roles_said
from tui.moments import full
from tui.translation import N_
from tui.widgets.rules_text import RulesText

_BEGIN: Final = DO.named(N_("Renew"), N_("Opens the application, filled in with these data."))


class RenewalScreen(CaseScreen[None]):
    """Says what a renewal means and what is confirmed anew, and leads to the application."""

    STEP = "activation"
    CSS_PATH = "life_form.tcss"
    ACTIONS = (BACK, _BEGIN)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS),
        Binding("enter", "do", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
    ]

    def __init__(self, case: UUID) -> None:
        super().__init__(case)
        self._life: CertificateLife | None = None

    def compose_content(self) -> ComposeResult:
        """Build what it means, the old data, and for wide screens the rules."""
        with Horizontal(id="life"):
            with Vertical(id="entry"):
                yield Static(
                    self.translate(N_("Renew the certificate")), markup=False, classes="title"
                )
                yield Static(id="meaning", markup=False)
                yield PagedText(id="asked")
            yield RulesText(self.help_text())

    def help_text(self) -> str:
        """Explain what can become of a certificate, in the authority's words."""
        return self.words.text("help/certificates")

    async def read_more(self) -> None:
        """Read whether it can be renewed, and what the new form begins with."""
        certificate = self.state.activation.certificate
        query = CertificateLifeQuery(serial=certificate.serial if certificate else "")
        answer = await self.backend.ask(query)
        if isinstance(answer, CertificateLife):
            self._life = answer
        elif isinstance(answer, tuple):
            self.tell_findings(answer)

    def actions_now(self) -> Sequence[Action]:
        """Offer the application to who may open a case."""
        return self.ACTIONS if self._can_begin() else (BACK,)

    def show_case(self) -> None:
        """Draw what a renewal means, and what stands in its way."""
        life = self._life
        if life is None:
            return
        terms = LifeView(self.backend.policy, self.translate.language)
        self.query_one("#meaning", Static).update(self._meaning(life, terms))
        self.query_one(PagedText).show(self._parts(life, terms))
        if life.renewal_findings:
            self.tell_findings(life.renewal_findings)
        elif not life.renewal_product:
            words = N_("A certificate that holds can be renewed once, in its last {days} days.")
            self.tell(self.translate(words, days=terms.renewal_days), Severity.WARNS)
        elif not self._can_begin():
            roles = roles_said(self.words.roles_for("open_case"), self.translate)
            words = self.translate(N_("A new case is opened by: {roles}."), roles=roles)
            self.tell(words, Severity.WARNS)
        self.show_actions()

    def _meaning(self, life: CertificateLife, terms: LifeView) -> str:
        ends = full(life.line.not_after, self.words.zone, self.translate.language)
        old = N_("The present one holds until {ends}.")
        if terms.renewal_revokes:
            old = N_("The present one is revoked when the new one is handed over.")
        new = N_("A renewal is a new case with new keys and a new password.")
        return f"{self.translate(new)} {self.translate(old, ends=ends)}"

    def _parts(self, life: CertificateLife, terms: LifeView) -> list[Part]:
        product = life.renewal_product or life.line.product
        price = terms.renewal_price(product, self.today)
        anew = (
            N_("Each of the data: the form comes filled in, and what has changed is corrected."),
            N_("The e-mail, with a new code."),
            N_("Photo and documents, taken or brought now."),
            N_("Review, payment and activation, as for a new certificate."),
        )
        rows = (
            LabelledRow(label, value) for _, label, value in self.words.application_rows(self.state)
        )
        return [
            LabelledRow(self.translate(N_("Product")), self.words.product_label(product)),
            LabelledRow(self.translate(N_("Price with tax")), price or "–"),
            "",
            Heading(self.translate(N_("To be confirmed anew"))),
            *(f"· {self.translate(each)}" for each in anew),
            "",
            Heading(self.translate(N_("Taken over from case {number}"), number=life.line.number)),
            *rows,
        ]

    def _can_begin(self) -> bool:
        roles = self.words.roles_for("open_case")
        renewable = self._life is not None and bool(self._life.renewal_product)
        return renewable and bool(set(roles) & set(self.backend.session.roles))

    def action_turn(self, pages: int) -> None:
        """Turn the pages."""
        self.query_one(PagedText).turn(pages)

    def action_do(self) -> None:
        """Open the application in place of this screen."""
        life = self._life
        if life is None or not self._can_begin():
            return
        renewal = FilledIn(dict(life.values), life.line.serial)
        screen = self.ventanilla.make_screen("application", life.renewal_product, (), True, renewal)
        self.ventanilla.switch_screen(screen)
