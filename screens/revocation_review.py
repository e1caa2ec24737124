"""The second person looks at a revocation somebody asked for, and confirms or declines it."""

from typing import TYPE_CHECKING, ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from backend_client.life_view import LifeView
from issuance.cases.commands.life import ConfirmRevocation, DeclineRevocation
from issuance.cases.life_state import RevocationWish
from issuance.findings import Finding
from screens.drafting_screen import DraftingScreen
from screens.paged_text import LabelledRow, PagedText
from screens.revocation import final_question, wish_words
from tui.actions import BACK, DO, RETAKE, bindings
from tui.case_words import ASKERS, said
from tui.moments import full
from tui.translation import N_
from tui.widgets.choice import Choice, Chosen
from tui.widgets.rules_text import RulesText

if TYPE_CHECKING:
    from issuance.commands import Body

_CONFIRM: Final = DO.named(N_("Revoke"), N_("Revokes the certificate as was asked for, for good."))
_DECLINE: Final = RETAKE.named(N_("Decline"), N_("Lets the certificate stand, and says why."))


class RevocationReviewScreen(DraftingScreen[None]):
    """Shows who asks, how they were identified and why; a declination begun is kept as a draft."""

    STEP = "activation"
    ACT = "decline_revocation"
    DRAFT = "activation.revocation_review"
    CSS_PATH = "life_form.tcss"
    ACTIONS = (BACK, _DECLINE, _CONFIRM)
    _is_doing = False
    BINDINGS: ClassVar = [*bindings(*ACTIONS), Binding("enter", "do", show=False)]

    def compose_content(self) -> ComposeResult:
        """Build what was asked for, and for wide screens the rules."""
        with Horizontal(id="life"):
            with Vertical(id="entry"):
                yield Static(
                    self.translate(N_("Revocation asked for")), markup=False, classes="title"
                )
                yield Static(id="meaning", markup=False)
                yield PagedText(id="asked")
            yield RulesText(self.help_text())

    def help_text(self) -> str:
        """Explain what can become of a certificate, in the authority's words."""
        return self.words.text("help/certificates")

    @property
    def terms(self) -> LifeView:
        """Return what the policy says of a certificate's life."""
        return LifeView(self.backend.policy, self.translate.language)

    @property
    def wish(self) -> RevocationWish | None:
        """Return what was asked for; None once it is decided."""
        certificate = self.state.activation.certificate
        return certificate.life.wish if certificate else None

    def show_work(self) -> None:
        """Draw what was asked for, and what stands in the way of deciding, till it is decided."""
        wish = self.wish
        if self._is_doing and wish is None:
            return
        meaning = N_(
            "Compare it with the letter or the request. F10 revokes the certificate at once and "
            "for good: nobody can undo that. F6 lets it stand as it is."
        )
        self.query_one("#meaning", Static).update(self.translate(meaning) if wish else "")
        self.query_one(PagedText).show(self._rows(wish) if wish else [""])
        certificate = self.state.activation.certificate
        odd = (
            self.terms.effective_date_findings(wish.effective, certificate.not_before)
            if wish and certificate
            else ()
        )
        self.tell_findings((*self._obstacles("confirm_revocation"), *odd))

    def _rows(self, wish: RevocationWish) -> list[LabelledRow]:
        zone, language = self.words.zone, self.translate.language
        asked = f"{self.name_of(wish.by)} · {full(wish.at, zone, language)}"
        certificate = self.state.activation.certificate
        rows = (
            (N_("Holder"), self.words.person_name(self.state)),
            (N_("Serial number"), certificate.serial if certificate else ""),
            (N_("Asked for by"), said(ASKERS, wish.asked_by, self.translate)),
            (N_("Name, or letter and number"), wish.asker),
            (N_("How identified"), self.terms.way(wish.identified_by)),
            (N_("Cause"), self.terms.cause(wish.cause)),
            (
                N_("Not to be relied on since"),
                self.terms.day(wish.effective) if wish.effective else "",
            ),
            (N_("Note"), wish.note),
            (N_("Noted by"), asked),
        )
        return [LabelledRow(self.translate(label), value) for label, value in rows if value]

    def _obstacles(self, act: str) -> tuple[Finding, ...]:
        return next((each.findings for each in self.acts() if each.act == act), ())

    def action_do(self) -> None:
        """Ask before revoking."""
        if self.known is not None and self._may("confirm_revocation"):
            self.confirm()

    def action_retake(self) -> None:
        """Ask why it is declined."""
        if self.known is not None and self._may("decline_revocation"):
            self.decline()

    def _may(self, act: str) -> bool:
        self.tell_findings(self._obstacles(act))
        return self.allowed(act)

    @work(exclusive=True, group="command", description="confirm the revocation")
    async def confirm(self) -> None:
        """Revoke; nobody can undo it, so it is asked first."""
        wish, certificate = self.wish, self.state.activation.certificate
        if wish is None or certificate is None:
            return
        name = self.words.person_name(self.state)
        words = wish_words(wish, certificate.not_before, self.terms, self.translate)
        if await self.app.push_screen_wait(final_question(name, words, self.translate)):
            await self._do(ConfirmRevocation(serial=certificate.serial))

    @work(exclusive=True, group="command", description="decline the revocation")
    async def decline(self) -> None:
        """Let the certificate stand, and say why."""
        certificate = self.state.activation.certificate
        if certificate is None:
            return
        stands = self.translate(N_("The certificate stands as it is"))
        chosen: Chosen | None = await self.app.push_screen_wait(
            Choice(
                self.translate(N_("Why is the revocation declined?")),
                (("stands", stands),),
                begun=Chosen("stands", self.draft.get("note", "")),
                keep=self._keep_note,
            )
        )
        if chosen is not None:
            await self._do(DeclineRevocation(serial=certificate.serial, note=chosen.reason))

    @work(group="draft", exit_on_error=True, description="save a declination begun")
    async def _keep_note(self, chosen: Chosen) -> None:
        await self.keep(note=chosen.reason)

    async def _do(self, body: "Body") -> None:
        with self.ventanilla.keys.held():
            self._is_doing = True
            receipt = await self.execute(body)
            self._is_doing = receipt is not None and receipt.applied
            if receipt is None or not receipt.applied:
                return
            await self.forget()
        await self.show_what_is_open(receipt)
        self.dismiss()
