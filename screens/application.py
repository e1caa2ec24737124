"""Step one: the application form, new or to be mended, and the consent that opens the case."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from backend_client.station import DraftKey
from issuance.cases.commands.application import AmendApplication, OpenCase
from issuance.findings.cases import CaseFinding
from issuance.findings.certificates import CertificateFinding
from issuance.identity.cleaning import printable
from issuance.queries import CaseAnswer, CaseQuery
from screens.application_consent import Accepted, ConsentScreen, Declined
from screens.application_entry import ApplicationEntry
from screens.application_fields import first_values
from screens.application_keys import ALL_FIELDS, NEXT, OPEN_OTHER, READ_CARD, UNDO
from screens.application_words import (
    FilledIn,
    absence_words,
    applicant_words,
    correction_words,
    discard_words,
)
from screens.drafting_screen import DISCARD, DraftingScreen
from screens.step_draft import StepDraft
from tui.actions import BACK, RESUME, Action, bindings
from tui.moments import since
from tui.translation import N_

if TYPE_CHECKING:
    from issuance.commands import Receipt
    from screens.mrz_entry import CardEntry

_NO_CASE: Final = UUID(int=0)
_PRODUCT: Final = "product"
_RENEWS: Final = "renews"
"""Names of the draft's values that are no fields."""


class ApplicationScreen(DraftingScreen[None]):
    """Takes the application of a product, or mends that of a case.

    Args:
        subject: the product of a new application, or the case whose application is mended.
        items: fields of the case shown alone; empty for those a correction names, or else all.
        fresh: whether what was typed before a stop is only offered, not shown at once.
        filled_in: what a new application begins with, where it renews or corrects another one.
    """

    STEP = "application"
    ACT = "amend_application"
    ACTIONS = (BACK, NEXT, DISCARD)
    BINDINGS: ClassVar = bindings(BACK, RESUME, ALL_FIELDS, READ_CARD, NEXT, DISCARD)
    CSS_PATH = "application.tcss"

    def __init__(
        self,
        subject: str | UUID,
        items: tuple[str, ...] = (),
        fresh: bool = False,
        filled_in: FilledIn | None = None,
    ) -> None:
        super().__init__(subject if isinstance(subject, UUID) else _NO_CASE)
        self._product = self._wanted = "" if isinstance(subject, UUID) else subject
        self._items = items
        self._fresh = fresh
        self._filled_in = filled_in
        self._renews = self._renewed = filled_in.renews if filled_in else ""
        self._texts: dict[str, str] = {}
        self._set_aside: Mapping[str, str] = {}
        self._emptied: Mapping[str, str] | None = None
        self._other_case = ""

    @property
    def is_new(self) -> bool:
        """Whether there is no case yet."""
        return self.case == _NO_CASE

    @property
    def drafts(self) -> StepDraft:
        """Return where the draft is kept: with the operator as long as there is no case."""
        if self.is_new and self._stored is None:
            user = self.backend.session.operator
            key = DraftKey.of_operator(user, self.STEP)
            self._stored = StepDraft(self.backend.station, key, user)
        return super().drafts

    # -- drawing ---------------------------------------------------------------------------------

    def compose_frame_top(self) -> ComposeResult:
        """Show the person of a case; a new application has none yet."""
        if not self.is_new:
            yield from super().compose_frame_top()

    def compose_content(self) -> ComposeResult:
        """Build the form, and beside it the rules of the step."""
        with Horizontal(id="application"):
            with Vertical(id="entry"):
                yield Static(id="product", classes="title", markup=False)
                yield Static(id="correction", markup=False)
                if self._texts:
                    yield self._entry()
            yield Static(id="rules", markup=False)

    async def read_case(self) -> None:
        """Begin a new application once, or read the case."""
        if not self.is_new:
            await super().read_case()
        elif not self._texts:
            await self._begin_new()

    async def _begin_new(self) -> None:
        saved = await self.drafts.load()
        self.draft = dict(saved.values) if saved else {}
        if self._fresh and saved:
            self._set_aside, self.draft = self.draft, {}
            words = self.words
            self.tell(
                self.translate(
                    N_("F8 goes on with {name}, typed at {time}. Another person replaces it."),
                    name=words.name_in(saved.values) or words.word("steps", self.STEP),
                    time=since(saved.saved_at, words.zone, self.translate.language, self.today),
                )
            )
        elif self._filled_in is not None:
            words = N_("Filled in with the former data: please confirm each with the person.")
            self.tell(self.translate(words))
        await self._begin(self._first_values())

    async def read_more(self) -> None:
        """Begin to mend the application once case and draft are known for the first time."""
        if self._product:
            return
        self._product = self.state.product
        amend = next(each for each in self.acts() if each.act == self.ACT)
        if amend.findings:
            self.tell_findings(amend.findings)
            return
        await super().read_more()
        correction = self.state.application_correction
        self._items = self._items or (correction.items if correction else ())
        await self._begin(self.state.values)

    async def _begin(self, values: Mapping[str, str]) -> None:
        self._texts = dict(self.draft or values)
        self._product = self._texts.pop(_PRODUCT, self._product)
        self._renews = self._texts.pop(_RENEWS, self._renews)
        await self.query_one("#entry").mount(self._entry())
        self.fill()
        if absent := absence_words(self.words, self._product):
            self.tell(absent)

    def _entry(self) -> ApplicationEntry:
        kept = {} if self.is_new else self.state.values
        return ApplicationEntry(
            self.words, self.today, self._product, kept, self._texts, self._items
        )

    def fill(self) -> None:
        """Draw everything but the form, which draws itself."""
        super().fill()
        if self.is_new:
            self.show_work()

    def show_work(self) -> None:
        """Draw product, correction, rules and keys."""
        if not self.is_drawn:
            return
        self.query_one("#product", Static).update(self._title())
        correction = self.known.state.application_correction if self.known else None
        by = self.name_of(correction.by) if correction else ""
        told = correction_words(correction, by, self.translate)
        self.query_one("#correction", Static).update(told)
        rules = [absence_words(self.words, self._product), self.help_text()]
        self.query_one("#rules", Static).update("\n\n".join(filter(None, rules)))
        self.show_actions()

    def help_text(self) -> str:
        """Explain the step in the authority's words."""
        return self.words.text("help/application")

    def _title(self) -> str:
        if not self.is_new:
            return self.words.product_label(self._product)
        words = applicant_words(self.words, self._product, self._texts, self.today, self.translate)
        return self.translate(N_("Renewal: {words}"), words=words) if self._renews else words

    def actions_now(self) -> Sequence[Action]:
        """Return the keys that have a use now."""
        shown = [BACK]
        if self._items:
            shown.append(ALL_FIELDS)
        if self._other_case:
            shown.append(OPEN_OTHER)
        elif self._set_aside and not self._is_emptied():
            shown.append(RESUME)
        return (*shown, READ_CARD, NEXT, UNDO if self._is_emptied() else DISCARD)

    # -- typing ----------------------------------------------------------------------------------

    @on(ApplicationEntry.Changed)
    def _changed(self, event: ApplicationEntry.Changed) -> None:
        self._texts = dict(event.texts)
        self.query_one("#product", Static).update(self._title(), layout=False)
        if self._emptied not in (None, self._texts):
            self._emptied = None
            self.tell(self.translate(N_("What was discarded comes back with F8.")))
        self.show_actions()
        self._keep()

    @work(group="draft", exit_on_error=True, description="save the draft")
    async def _keep(self) -> None:
        await self.keep(**self._texts, **self._beside_the_fields())

    def _beside_the_fields(self) -> dict[str, str]:
        return {_PRODUCT: self._product, _RENEWS: self._renews}

    async def action_back(self) -> None:
        """Keep what is typed and return, from a new application to the tariff."""
        self._leave()

    @work(exclusive=True, group="command", exit_on_error=True, description="leave the form")
    async def _leave(self) -> None:
        with self.ventanilla.keys.held():
            await self.keep_typed()
            if self.is_new and not (self._renews or self._filled_in):
                self._go_to("tariff", self._product)
            else:
                self.dismiss()

    async def keep_typed(self) -> None:
        """Keep the whole form, as it keeps it when a field is left."""
        for entry in self.query(ApplicationEntry):
            if entry.texts != self._texts:
                self._texts = entry.texts
                await self.keep(**self._texts, **self._beside_the_fields())

    async def action_resume(self) -> None:
        """Open the case the person has, or bring back what was set aside."""
        if self._other_case:
            await self._open_other_case()
        elif self._set_aside:
            await self._bring_back()

    async def _bring_back(self) -> None:
        """Show again what was set aside."""
        texts, self._set_aside, self._emptied = dict(self._set_aside), {}, None
        self._product = texts.pop(_PRODUCT, self._product)
        self._renews = texts.pop(_RENEWS, "")
        await self._show(texts)
        await self.keep(**self._texts, **self._beside_the_fields())
        self.tell(self.translate(N_("What was typed is back.")))

    async def action_cancel(self) -> None:
        """Set aside what was typed and begin again; a second time, bring it back."""
        if self._is_emptied():
            await self._bring_back()
            return
        for entry in self.query(ApplicationEntry):
            typed, beside = entry.texts, self._beside_the_fields()
            # What was brought back may be another person's: its product and renewal go with it.
            self._product, self._renews = self._wanted or self._product, self._renewed
            first = self._first_values()
            if typed == first and beside == self._beside_the_fields():
                self.tell(self.translate(N_("Nothing was typed, so there is nothing to discard.")))
                return
            self._set_aside = {**typed, **beside}
            await self.forget()
            await self._show(first)
            self._emptied = entry.texts
            self.show_actions()
            changed = len(typed.items() - first.items())
            self.tell(discard_words(self.words.name_in(typed), changed, self.translate))

    def _first_values(self) -> Mapping[str, str]:
        """Return what stands in the fields before anything is typed."""
        if self.is_new:
            first = first_values(self.words, self._product, self.backend.province)
            return {**first, **self._filled_in.values} if self._filled_in else first
        return self.state.values

    def _is_emptied(self) -> bool:
        """Tell whether nothing was typed since the form was emptied."""
        texts = [entry.texts for entry in self.query(ApplicationEntry)]
        return self._emptied is not None and texts == [self._emptied]

    async def action_retake(self) -> None:
        """Show the whole application instead of the fields to be mended."""
        self._items = ()
        for entry in self.query(ApplicationEntry):
            await entry.show_all()
        self.show_actions()

    def action_read_card(self) -> None:
        """Compare a card with what is typed."""
        for entry in self.query(ApplicationEntry):
            self.ventanilla.open_screen(
                "mrz_entry", self._product, entry.texts, callback=self._fill_in
            )

    async def _fill_in(self, read: "CardEntry | None") -> None:
        """Put what the card says into fields that are empty."""
        if read is not None:
            await self._show({**read.fills, **self.query_one(ApplicationEntry).texts})
            await self.keep(**self._texts, **self._beside_the_fields())

    def action_do(self) -> None:
        """Check the whole form and go on."""
        for entry in self.query(ApplicationEntry):
            entry.complete()

    async def _show(self, texts: Mapping[str, str]) -> None:
        self._texts = dict(texts)
        await self.query_one(ApplicationEntry).fill_in(self._product, texts)
        self.show_work()

    # -- the case --------------------------------------------------------------------------------

    @on(ApplicationEntry.Completed)
    def _completed(self, event: ApplicationEntry.Completed) -> None:
        self._texts = dict(event.texts)
        values = dict(event.values)
        if not self.is_new:
            self.give(AmendApplication(values=values), lambda _: self._finish())
            return
        person = self.words.name_in(values)

        def decided(decision: Accepted | Declined | None) -> None:
            if isinstance(decision, Accepted):
                self._open_case(values, decision.language)
            elif decision is not None:
                self._leave_without_consent(decision, person)

        self.ventanilla.push_screen(ConsentScreen(person), decided)

    @work(exclusive=True, group="command", exit_on_error=True, description="open a case")
    async def _open_case(self, values: dict[str, str], language: str) -> None:
        body = OpenCase(
            policy=self.words.policy_id,
            product=self._product,
            values=values,
            consent_version=self.words.consent_version,
            language=language,
            renews=self._renews,
        )
        known = self._filled_in.stream if self._filled_in else None
        stream = known or self.backend.new_stream("case")
        with self.ventanilla.keys.held():
            receipt = await self.backend.execute(body, stream, 0)
            if not receipt.applied:
                self.refused(receipt)
                return
            await self.forget()
        cut = CertificateFinding.AUTHORITY_CUTS_TERM
        if told := tuple(each for each in receipt.findings if each.code == cut):
            await self.show_what_is_open(receipt.model_copy(update={"findings": told}))
        # After a lost answer it may be the case that the first try opened.
        self._go_to("email", receipt.stream.id)

    @work(exclusive=True, group="command", exit_on_error=True, description="leave the step")
    async def _finish(self) -> None:
        await self.forget()
        self.dismiss()

    @work(exclusive=True, group="command", exit_on_error=True, description="leave the form")
    async def _leave_without_consent(self, decision: Declined, person: str) -> None:
        """Return to the work-list; after a refusal nothing of the applicant stays here."""
        told = N_("What was typed for {name} waits here; F8 goes on with it.")
        with self.ventanilla.keys.held():
            if decision is Declined.REFUSES:
                told = N_("{name} did not accept: no case was opened and nothing was kept.")
                await self.forget()
            # Not awaited: the removal would cancel the worker that awaits it.
            self.ventanilla.start_over("worklist", self.translate(told, name=printable(person)))

    def refused(self, receipt: "Receipt") -> None:
        """Show the findings beside their fields, and offer the case the person has already."""
        self.tell_findings(receipt.findings)
        for finding in receipt.findings:
            if finding.code == CaseFinding.OPEN_CASE_EXISTS:
                self._other_case = str(finding.parameters["number"])
                self.show_actions()
        found = [self.words.in_words(finding) for finding in receipt.findings]
        self.query_one(ApplicationEntry).show_findings(found)

    async def _open_other_case(self) -> None:
        answer = await self.backend.ask(CaseQuery(number=self._other_case))
        if isinstance(answer, CaseAnswer):
            await self.forget()
            self._go_to("case", answer.state.id)

    def _go_to(self, name: str, argument: str | UUID) -> None:
        """Show another screen in place of this one."""
        # Not awaited: the removal would cancel the worker that awaits it.
        self.ventanilla.switch_screen(self.ventanilla.make_screen(name, argument))
