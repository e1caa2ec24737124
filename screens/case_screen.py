"""A screen about one case: the person always on screen, commands given at the known revision."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from textual import work
from textual.app import ComposeResult

from issuance.findings import Severity
from screens.counter_screen import CounterScreen, ResultT
from tui.person_bar import PersonBar, Step, StepMark
from tui.translation import N_
from tui.widgets.message_line import MessageLine
from tui.widgets.notice import Notice

if TYPE_CHECKING:
    from issuance.cases.guards import ActView
    from issuance.cases.state import CaseState
    from issuance.commands import Body, Receipt
    from issuance.queries import CaseAnswer

_MARKS = {
    "done": StepMark.DONE,
    "returned": StepMark.PROBLEM,
}


_ENDED = frozenset({"active", "cancelled", "rejected", "suspended", "revoked", "expired"})


class CaseScreen(CounterScreen[ResultT]):
    """A screen of one case; it reads the case when it opens and after each of its commands.

    A subclass names its `STEP` (a step id of the policy) where it belongs to one.
    """

    STEP = ""

    def __init__(self, case: UUID) -> None:
        super().__init__()
        self.case = case
        self.known: CaseAnswer | None = None
        self._under_dialog = False

    def compose_frame_top(self) -> ComposeResult:
        """Show the person and the steps."""
        yield PersonBar()

    def on_mount(self) -> None:
        """Read the case."""
        self.load()

    def on_screen_suspend(self) -> None:
        """Note what covers this screen; by now that may be covered itself."""
        stack = self.app.screen_stack
        above = stack[stack.index(self) + 1 :] if self in stack else []
        self._under_dialog = bool(above) and above[0].is_modal

    def on_screen_resume(self) -> None:
        """Read the case again when another screen was above this one.

        Not after a dialog: what it confirmed must be what this screen showed.
        """
        if self.known is not None and not self._under_dialog:
            self.load()

    @property
    def state(self) -> "CaseState":
        """Return the case as last read; raises RuntimeError before that."""
        if self.known is None:
            raise RuntimeError("the case was not read yet")
        return self.known.state

    @work(exclusive=True, group="load", exit_on_error=True, description="read the case")
    async def load(self) -> None:
        """Read the case and draw it; keys typed ahead wait for it."""
        with self.ventanilla.keys.held():
            await self.read_case()

    async def read_case(self) -> None:
        """Ask for the case, and for what else `read_more` wants, then draw."""
        from issuance.queries import CaseAnswer, CaseQuery

        # Together: a server may be far away.
        answer, _ = await asyncio.gather(
            self.backend.ask(CaseQuery(case=self.case)), self.read_names()
        )
        if not isinstance(answer, CaseAnswer):
            if isinstance(answer, tuple):
                self.tell_findings(answer)
            return
        if self.known is not None and self.known.revision != answer.revision and self.is_drawn:
            self.query_one("#message", MessageLine).clear()  # it told of the case before
        self.known = answer
        await self.read_more()
        if self.is_drawn:
            self._draw_case()

    async def read_more(self) -> None:
        """Ask for what the screen shows besides the case."""

    def fill(self) -> None:
        """Draw the case after a switch of language."""
        if self.known is not None:
            self._draw_case()

    def show_case(self) -> None:
        """Draw the case into the contents; `self.known` is there."""

    @work(exclusive=True, group="command", exit_on_error=True, description="give a command")
    async def give(self, body: "Body", after: "Callable[[Receipt], object] | None" = None) -> None:
        """Give a command on the case; `after` is called once it is durable."""
        receipt = await self.execute(body)
        if receipt is not None and receipt.applied and after is not None:
            after(receipt)

    async def execute(self, body: "Body") -> "Receipt | None":
        """Give a command and read the case again; a refusal is shown in words."""
        from issuance.streams import StreamRef

        if self.known is None:
            return None
        stream = StreamRef(kind="case", id=self.case)
        # A second key for the same command would find another case than the one on screen.
        with self.ventanilla.keys.held():
            receipt = await self.backend.execute(body, stream, self.known.revision)
            await self.read_case()
        if receipt.outcome == "conflict":
            self.tell(
                self.translate(
                    N_("Somebody else has changed this case. It was read again: please check.")
                ),
                Severity.WARNS,
            )
        elif not receipt.applied:
            self.refused(receipt)
        return receipt

    async def show_what_is_open(self, receipt: "Receipt") -> None:
        """Show what an act that is recorded left undone, until it was read; only in a worker."""
        warnings = [each for each in receipt.findings if each.severity is Severity.WARNS]
        if warnings:
            title = self.translate(N_("It is recorded. One thing is still open"))
            text = "\n\n".join(map(self.finding_text, warnings))
            await self.app.push_screen_wait(Notice(title, text))

    def refused(self, receipt: "Receipt") -> None:
        """Show why a command was refused; a form shows its findings beside its fields."""
        self.tell_findings(receipt.findings)

    def _draw_case(self) -> None:
        known = self.known
        # Of a screen that ends the parts go one by one.
        if known is None or not self.query(PersonBar):
            return
        # A case that has ended has no present step.
        here = "" if known.state.status.value in _ENDED else self.step_here(known)
        steps = tuple(
            Step(
                self.words.word("steps", step.id),
                _MARKS.get(step.state.value, StepMark.WAITING)
                if step.id != here
                else StepMark.HERE,
            )
            for step in known.steps
        )
        identification = self.words.identification(known.state)
        self.query_one(PersonBar).show(
            self.words.person_name(known.state), identification[-4:], known.state.number, steps
        )
        self.show_case()

    def step_here(self, known: "CaseAnswer") -> str:
        """Name the step the strip marks as the present one; empty where none is."""
        return self.STEP or known.current_step

    def allowed(self, act: str) -> bool:
        """Tell whether nothing stands in the way of an act."""
        return any(each.act == act and not each.findings for each in self.acts())

    def acts(self) -> "tuple[ActView, ...]":
        """Return every act on the case with what stands in its way."""
        return self.known.acts if self.known else ()
