"""Asks for the revocation of a certificate this register does not know: who asks, and why."""

from collections.abc import Mapping
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from backend_client.station import DraftKey
from issuance.cases.commands.unregistered import AskUnregisteredRevocation
from issuance.identity.cleaning import printable
from issuance.identity.verdict import Reading
from issuance.queries import BroughtCertificateAnswer
from screens.changing_form import ChangingForm
from screens.life_form import CONTINUE
from screens.revocation import wish_words
from screens.revocation_fields import (
    CAUSE_BY_ASKER,
    FIRST_ASKER,
    judged,
    request_values,
    revocation_fields,
)
from screens.step_draft import StepDraft
from tui.actions import BACK, bindings
from tui.case_words import roles_said
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.moments import full
from tui.translation import N_
from tui.widgets.confirm import Confirm
from tui.widgets.rules_text import RulesText


class UnregisteredRequestScreen(ChangingForm[bool]):
    """Takes who asks and why; what is typed is kept until the request is noted.

    The result tells whether it was.

    Args:
        file: the certificate's file, in base64.
        found: what the office found in it.
    """

    CSS_PATH = "life_form.tcss"
    ACTIONS = (BACK, CONTINUE)
    BINDINGS: ClassVar = bindings(*ACTIONS)
    FIRST: ClassVar[Mapping[str, str]] = FIRST_ASKER
    JUDGED_BY: ClassVar[Mapping[str, str]] = CAUSE_BY_ASKER

    def __init__(self, file: str, found: BroughtCertificateAnswer) -> None:
        super().__init__()
        self._file = file
        self._found = found
        self._answers: dict[str, str] = {}
        self._is_read = False

    def compose_content(self) -> ComposeResult:
        """Build whose certificate it is, the form, and for wide screens the rules."""
        title = N_("Revoke a certificate that is not in the register")
        with Horizontal(id="life"):
            with Vertical(id="entry"):
                yield Static(self.translate(title), markup=False, classes="title")
                yield Static(self._found_words(), id="found", markup=False)
                if self._is_read:
                    yield self.new_form()
            yield RulesText(self.help_text())

    def help_text(self) -> str:
        """Explain what can become of a certificate, in the authority's words."""
        return self.words.text("help/certificates")

    def _found_words(self) -> str:
        found = self._found
        words = N_("{name} · {identification} · serial number {serial} · until {ends}")
        ends = full(found.not_after, self.words.zone, self.translate.language)
        return printable(
            self.translate(
                words,
                name=found.holder,
                identification=found.identification or "–",
                serial=found.serial,
                ends=ends,
            )
        )

    # -- the draft -------------------------------------------------------------------------------

    @property
    def answers(self) -> Mapping[str, str]:
        """Return what was answered so far."""
        return self._answers

    @property
    def _drafts(self) -> StepDraft:
        operator = self.backend.session.operator
        key = DraftKey.of_operator(operator, f"unregistered.{self._found.serial}")
        return StepDraft(self.backend.station, key, operator)

    def on_mount(self) -> None:
        """Read what was typed before."""
        self.load()

    @work(exclusive=True, group="load", exit_on_error=True, description="read a request begun")
    async def load(self) -> None:
        """Read the draft and build the form, beginning with the first field that is empty."""
        with self.ventanilla.keys.held():
            saved = await self._drafts.load()
            self._answers = dict(saved.values) if saved else {}
            if not self.is_drawn:
                return
            self._is_read = True
            form = self.new_form()
            await self.query_one("#entry").mount(form)
            form.restore(self.texts)
            form.focus_first_empty()

    async def keep_field(self, name: str, value: str) -> None:
        """Keep an answer at the station."""
        self._answers[name] = value
        await self._drafts.save(self._answers)

    async def action_back(self) -> None:
        """Keep what is typed in the field one is in, and return."""
        for form in self.query(Form):
            for change in form.leave():
                await self.keep_field(change.name, change.value)
        self.dismiss(result=False)

    # -- the form --------------------------------------------------------------------------------

    def specs(self, texts: Mapping[str, str]) -> list[FieldSpec]:
        """Return who asks, how identified, cause, day and note."""
        return revocation_fields(self, texts)

    def judge(self, name: str, reading: Reading) -> Reading:
        """Refuse what the holder cannot ask for, and a day still to come."""
        return judged(self, name, reading, self._found.not_before)

    @work(exclusive=True, group="command", exit_on_error=True, description="ask for a revocation")
    async def submit(self, values: Mapping[str, str]) -> None:
        """Ask for the revocation after its consequence was read."""
        body = AskUnregisteredRevocation(file=self._file, **request_values(values))
        wish = wish_words(body, self._found.not_before, self.terms, self.translate)
        if not await self.app.push_screen_wait(self._question(wish)):
            return
        with self.ventanilla.keys.held():
            stream = self.backend.new_stream("authority")
            receipt = await self.backend.execute(body, stream, 0)
            if receipt.applied:
                await self._drafts.drop()
                self.dismiss(result=True)
                return
        self.tell_findings(receipt.findings)
        self.query_one(Form).show_findings(receipt.findings)

    def _question(self, wish: str) -> Confirm:
        words = N_(
            "{wish} It is noted now and takes effect when another person ({roles}) confirms it. "
            "After that nobody can undo it."
        )
        roles = roles_said(self.words.roles_for("confirm_revocation"), self.translate)
        question = N_("Ask to revoke the certificate of {name}?")
        return Confirm(
            self.translate(question, name=self._found.holder),
            self.translate(words, wish=wish, roles=roles),
            self.translate(N_("Yes, ask for it")),
        )
