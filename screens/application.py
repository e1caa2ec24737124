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
from issuance.queries import CaseAnswer, CaseQuery
from screens.application_consent import ConsentScreen
from screens.application_entry import ApplicationEntry
from screens.application_fields import first_values
from screens.drafting_screen import DraftingScreen
from screens.step_draft import StepDraft
from tui.actions import BACK, CANCEL, DO, RESUME, RETAKE, VALUES, Action, bindings
from tui.moments import since
from tui.translation import N_

if TYPE_CHECKING:
    from issuance.commands import Receipt

NEXT = DO.named(N_("Continue"), N_("Checks the whole form and goes on."))
ALL_FIELDS = RETAKE.named(N_("All fields"), N_("Shows the whole application."))
DISCARD = CANCEL.named(N_("Discard"), N_("Empties the form; F8 brings back what was typed."))
OPEN_OTHER = RESUME.named(N_("Open that case"), N_("Goes on with the case the person has."))

_NO_CASE: Final = UUID(int=0)
_PRODUCT: Final = "product"
"""Name of the draft's value that is not a field."""


class ApplicationScreen(DraftingScreen[None]):
    """Takes the application of a product, or mends that of a case.

    Args:
        subject: the product of a new application, or the case whose application is mended.
        items: fields of the case shown alone; empty for those a correction names, or else all.
        fresh: whether what was typed before a stop is only offered, not shown at once.
    """

    STEP = "application"
    ACT = "amend_application"
    ACTIONS = (BACK, VALUES, NEXT, DISCARD)
    BINDINGS: ClassVar = bindings(BACK, RESUME, ALL_FIELDS, NEXT, DISCARD)
    CSS_PATH = "application.tcss"

    def __init__(
        self, subject: str | UUID, items: tuple[str, ...] = (), fresh: bool = False
    ) -> None:
        super().__init__(subject if isinstance(subject, UUID) else _NO_CASE)
        self._product = "" if isinstance(subject, UUID) else subject
        self._items = items
        self._fresh = fresh
        self._texts: dict[str, str] = {}
        self._set_aside: Mapping[str, str] = {}
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
        await self._begin(first_values(self.words, self._product))

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
        await self.query_one("#entry").mount(self._entry())
        self.fill()
        if absent := self._absent_fields():
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
        self.query_one("#product", Static).update(self._title())
        self.query_one("#correction", Static).update(self._correction())
        rules = [self._absent_fields(), self.help_text()]
        self.query_one("#rules", Static).update("\n\n".join(filter(None, rules)))
        self.show_actions()

    def help_text(self) -> str:
        """Explain the step in the authority's words."""
        return self.words.text("help/application")

    def _title(self) -> str:
        """Return who applies as far as it is typed, for what, and until then at what price."""
        product = self.words.product_label(self._product)
        name = self.words.name_in(self._texts)
        if not self.is_new:
            return product
        if name:
            return f"{name} · {product}"
        lines = {line.id: line for line in self.words.products(self.today)}
        line = lines.get(self._product)
        if line is None or line.price is None:
            return product
        price = line.price_text
        if line.price.sample:
            price = self.translate(N_("{price} (sample)"), price=price)
        return f"{product} · {price}"

    def _correction(self) -> str:
        correction = self.known.state.application_correction if self.known else None
        if correction is None:
            return ""
        returned = N_("Returned for correction by {user}: {note}")
        if not correction.note:
            returned = N_("Returned for correction by {user}.")
        return self.translate(returned, user=correction.by, note=correction.note)

    def _absent_fields(self) -> str:
        absent = self.words.absent_fields(self._product)
        return "\n".join(f"{label}: {why}" for label, why in absent)

    def actions_now(self) -> Sequence[Action]:
        """Return the keys that have a use now."""
        shown = [BACK, VALUES]
        if self._items:
            shown.append(ALL_FIELDS)
        if self._other_case:
            shown.append(OPEN_OTHER)
        elif self._set_aside:
            shown.append(RESUME)
        return (*shown, NEXT, DISCARD)

    # -- typing ----------------------------------------------------------------------------------

    @on(ApplicationEntry.Changed)
    def _changed(self, event: ApplicationEntry.Changed) -> None:
        self._texts = dict(event.texts)
        self.query_one("#product", Static).update(self._title(), layout=False)
        self._keep()

    @work(group="draft", exit_on_error=True, description="save the draft")
    async def _keep(self) -> None:
        await self.keep(**self._texts, **{_PRODUCT: self._product})

    def action_back(self) -> None:
        """Keep what is typed and return, from a new application to the tariff."""
        self._leave()

    @work(exclusive=True, group="command", exit_on_error=True, description="leave the form")
    async def _leave(self) -> None:
        with self.ventanilla.keys.held():
            for entry in self.query(ApplicationEntry):
                if entry.texts != self._texts:
                    self._texts = entry.texts
                    await self.keep(**self._texts, **{_PRODUCT: self._product})
            if self.is_new:
                self._go_to("tariff", self._product)
            else:
                self.dismiss()

    async def action_resume(self) -> None:
        """Open the case the person has, or bring back what was set aside."""
        if self._other_case:
            await self._open_other_case()
        elif self._set_aside:
            texts, self._set_aside = dict(self._set_aside), {}
            self._product = texts.pop(_PRODUCT, self._product)
            await self._show(texts)
            await self.keep(**self._texts, **{_PRODUCT: self._product})

    async def action_cancel(self) -> None:
        """Set aside what was typed and begin again."""
        for entry in self.query(ApplicationEntry):
            self._set_aside = {**entry.texts, _PRODUCT: self._product}
            await self.forget()
            values = first_values(self.words, self._product)
            await self._show(values if self.is_new else self.state.values)
            self.tell(self.translate(N_("What was typed is discarded. F8 brings it back.")))

    async def action_retake(self) -> None:
        """Show the whole application instead of the fields to be mended."""
        self._items = ()
        for entry in self.query(ApplicationEntry):
            await entry.show_all()
        self.show_actions()

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

        def consented(language: str | None) -> None:
            if language:
                self._open_case(values, language)

        person = self.words.name_in(values)
        self.ventanilla.push_screen(ConsentScreen(person), consented)

    @work(exclusive=True, group="command", exit_on_error=True, description="open a case")
    async def _open_case(self, values: dict[str, str], language: str) -> None:
        body = OpenCase(
            policy=self.words.policy_id,
            product=self._product,
            values=values,
            consent_version=self.words.consent_version,
            language=language,
        )
        stream = self.backend.new_stream("case")
        with self.ventanilla.keys.held():
            receipt = await self.backend.execute(body, stream, 0)
            if not receipt.applied:
                self.refused(receipt)
                return
            await self.forget()
            self._go_to("email", stream.id)

    @work(exclusive=True, group="command", exit_on_error=True, description="leave the step")
    async def _finish(self) -> None:
        await self.forget()
        self.dismiss()

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
