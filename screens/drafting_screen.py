"""A case's screen that keeps what is typed at the station until its command is accepted."""

from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.events import ScreenSuspend

from backend_client.station import DraftHeldBy, DraftKey, SavedDraft
from issuance.findings import Finding, Severity
from screens.case_screen import CaseScreen
from screens.counter_screen import ResultT
from screens.step_draft import StepDraft
from tui.actions import CANCEL
from tui.form import Form
from tui.moments import full
from tui.translation import N_
from tui.widgets.confirm import Confirm

DISCARD = CANCEL.named(N_("Discard"), N_("Empties the form; F12 again brings back what was typed."))


class DraftingScreen(CaseScreen[ResultT]):
    """A screen with a draft; it draws its work in `show_work` once case and draft are read.

    A subclass names its `STEP` (of the policy) and the `ACT` its work is for: whoever may not do
    the act is not asked to take over a colleague's draft. Two people's work in one step needs two
    drafts: `DRAFT` names one that is not the step's own.
    """

    ACT: ClassVar[str] = ""
    DRAFT: ClassVar[str] = ""

    def __init__(self, case: UUID) -> None:
        super().__init__(case)
        self.draft: dict[str, str] = {}
        self._stored: StepDraft | None = None
        self._held_by: DraftHeldBy | None = None
        self._asked = False
        self._discarded: dict[str, str] = {}

    @property
    def drafts(self) -> StepDraft:
        """Return where the draft is kept."""
        if self._stored is None:
            key = DraftKey.of_case(self.case, self.DRAFT or self.STEP)
            self._stored = StepDraft(self.backend.station, key, self.backend.session.operator)
        return self._stored

    async def read_more(self) -> None:
        """Read the draft, once."""
        if self._stored is not None:
            return
        saved = await self.drafts.load()
        self.draft = dict(saved.values) if saved else {}
        if saved is None:
            return
        if saved.holder != self.backend.session.operator:
            self._held_by = DraftHeldBy(saved.holder, saved.since)
            if self.allowed(self.ACT) and not self._asked:
                self._asked = True
                self.ask_to_take_over()

    def show_case(self) -> None:
        """Draw the work."""
        self.show_work()

    def show_work(self) -> None:
        """Draw case and draft into the contents."""

    async def action_back(self) -> None:
        """Keep what is typed in the field one is in, and return to the screen before."""
        await self.keep_typed()
        self.dismiss()

    @on(ScreenSuspend)
    async def _covered(self) -> None:
        """Keep it under another screen too: from that one may go on to somebody else's work."""
        if self in self.app.screen_stack:
            await self.keep_typed()

    async def keep_typed(self) -> None:
        """Keep what is typed in fields that were not left yet."""
        for form in self.query(Form):
            for change in form.leave():
                await self.keep_field(change.name, change.value)

    async def keep_field(self, name: str, value: str) -> None:
        """Keep a field of a form."""
        await self.keep(**{name: value})

    async def keep(self, **changes: str) -> None:
        """Save what was typed or accepted; an empty text forgets a value."""
        self.draft.update(changes)
        self.draft = {name: value for name, value in self.draft.items() if value}
        outcome = await (self.drafts.save(self.draft) if self.draft else self.drafts.drop())
        if isinstance(outcome, Finding):
            self.tell_findings((outcome,))
        elif isinstance(outcome, DraftHeldBy):
            self._held_by = outcome
            self.tell(self._held_words(outcome), Severity.WARNS)

    async def forget(self) -> None:
        """Drop the draft: its command was accepted."""
        self.draft = {}
        await self.drafts.drop()

    @work(exclusive=True, group="take over", description="take over a draft")
    async def ask_to_take_over(self) -> None:
        """Ask whether to go on with a colleague's work; without it the screen is left."""
        if self._held_by is None:
            return
        yes = await self.app.push_screen_wait(
            Confirm(
                self._held_words(self._held_by),
                self.translate(N_("What was typed is kept; your colleague can no longer save it.")),
                self.translate(N_("Yes, take over")),
            )
        )
        if not yes:
            self.dismiss()
            return
        taken = await self.drafts.take_over()
        if isinstance(taken, SavedDraft):
            self.draft = dict(taken.values)
        self._held_by = None
        self.fill()
        if isinstance(taken, Finding):
            self.tell_findings((taken,))

    async def discard(self) -> None:
        """Set aside what was begun; again, bring it back as long as nothing was begun since."""
        await self.keep_typed()
        if begun := self.begun():
            self._discarded = begun
            await self.keep(**dict.fromkeys(begun, ""))
            words = N_("Discarded; F12 brings it back.")
        elif self._discarded:
            await self.keep(**self._discarded)
            self._discarded = {}
            words = N_("It is back as it was.")
        else:
            words = N_("Nothing was begun, so there is nothing to discard.")
        self.draw_draft()
        self.tell(self.translate(words))

    def begun(self) -> dict[str, str]:
        """Return what of the draft is this screen's to discard."""
        return dict(self.draft)

    @property
    def may_discard(self) -> bool:
        """Whether there is something to discard, or to bring back."""
        return bool(self.begun() or self._discarded)

    def draw_draft(self) -> None:
        """Draw what the draft holds now instead of what was typed."""

    def _held_words(self, held: DraftHeldBy) -> str:
        return self.translate(
            N_("{operator} is working here since {time}."),
            operator=self.name_of(held.operator),
            time=full(held.since, self.words.zone, self.translate.language),
        )
