"""A form about a certificate's life: causes and who asks, what it means, and a draft of it."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from issuance.cases.state import CertificateState
from screens.changing_form import ChangingForm
from screens.drafting_screen import DISCARD, DraftingScreen
from tui.actions import BACK, DO, bindings
from tui.form import Form
from tui.moments import full
from tui.translation import N_
from tui.widgets.rules_text import RulesText

if TYPE_CHECKING:
    from issuance.commands import Body, Receipt

CONTINUE: Final = DO.named(N_("Continue"), N_("Checks the form and goes on."))


class LifeForm(DraftingScreen[None], ChangingForm[None]):
    """Asks for what an act on a certificate needs.

    A subclass names its `HEADING`, says in `meaning` what the act means, lists its fields in
    `specs` and does the act in `submit`.
    """

    STEP = "activation"
    HEADING: ClassVar[str] = ""
    CSS_PATH = "life_form.tcss"
    ACTIONS = (BACK, CONTINUE, DISCARD)
    BINDINGS: ClassVar = bindings(*ACTIONS)
    _is_doing = False

    def compose_content(self) -> ComposeResult:
        """Build what the act means, the form, and for wide screens the rules."""
        with Horizontal(id="life"):
            with Vertical(id="entry"):
                yield Static(self.translate(self.HEADING), markup=False, classes="title")
                yield Static(id="meaning", markup=False)
                if self.known is not None and self.allowed(self.ACT):
                    yield self.new_form()
            yield RulesText(self.help_text())

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

    @property
    def answers(self) -> Mapping[str, str]:
        """Return the draft."""
        return self.draft

    async def do(self, body: "Body") -> None:
        """Give the command; once it is durable the draft goes and the screen is left."""
        with self.ventanilla.keys.held():
            self._is_doing = True
            receipt = await self.execute(body)
            self._is_doing = receipt is not None and receipt.applied
            if receipt is None or not receipt.applied:
                return
            await self.forget()
        await self.show_what_is_open(receipt)
        self.dismiss()

    async def read_more(self) -> None:
        """Read the draft and build the form, once, for who may do the act."""
        await super().read_more()
        if self.allowed(self.ACT) and not self.query(Form):
            form = self.new_form()
            await self.query_one("#entry").mount(form)
            form.restore(self.texts)
            form.focus_first_empty()

    def show_work(self) -> None:
        """Say what the act means, and what stands in its way, till it is done."""
        if self.state.activation.certificate is not None:
            self.query_one("#meaning", Static).update(self.meaning())
        if not self._is_doing:
            self.tell_findings(next(each.findings for each in self.acts() if each.act == self.ACT))

    def ends(self) -> str:
        """Return when the certificate ends."""
        return full(self.certificate.not_after, self.words.zone, self.translate.language)

    def refused(self, receipt: "Receipt") -> None:
        """Show the findings beside their fields."""
        self.tell_findings(receipt.findings)
        for form in self.query(Form):
            form.show_findings(receipt.findings)

    async def action_cancel(self) -> None:
        """Set aside what was typed; a second time, bring it back."""
        for form in self.query(Form):
            await self.discard()
            specs, texts = self.specs_now, self.texts
            await form.show_fields(specs)
            form.restore({each.name: texts.get(each.name, "") for each in specs})
