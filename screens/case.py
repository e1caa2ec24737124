"""A case as a whole: where it stands, who can do what now, and what is known of it."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key, ScreenResume
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from issuance.cases.clocks import contract_ends
from issuance.cases.state import CaseStatus
from issuance.cases.steps import StepState, StepView
from issuance.identity.cleaning import printable
from issuance.queries import CaseAnswer, NoticeEntry, NoticesAnswer, NoticesQuery
from screens.case_acts import CaseActs
from screens.case_screen import CaseScreen
from screens.case_sections import (
    Section,
    application_section,
    mail_section,
    progress_sections,
)
from screens.case_steps import (
    is_their_turn,
    needs_another_person,
    next_step,
    obstacle,
    roles_that_can_act,
    screen_for,
)
from screens.scanned_text import ScannedText
from tui.actions import BACK, DO, REFRESH, SEARCH, VALUES, Action, bindings
from tui.case_words import CASE_STATUSES, STEP_STATES, roles_said, said
from tui.cells import fitted
from tui.moments import full
from tui.translation import N_

__all__ = ["CaseOverviewScreen", "screen_for"]

ACTIONS_LIST = VALUES.named(N_("Actions"), N_("Hold, cancel, reject, send again, history."))
NEXT_PERSON = SEARCH.named(N_("Next"), N_("Returns to the box for the next person."))
OPEN_STEP = DO.named(N_("Go on"), N_("Opens the marked step."))

_LABEL_CELLS = 20
_STATE_CELLS = 26


class CaseOverviewScreen(CaseScreen[str]):
    """Opens a case's steps; a scan over it returns with what was scanned."""

    CSS_PATH = "case.tcss"
    ACTIONS = (NEXT_PERSON, BACK, ACTIONS_LIST, OPEN_STEP)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS, REFRESH),
        Binding("pageup", "turn(-1)", show=False, priority=True),
        Binding("pagedown", "turn(1)", show=False, priority=True),
    ]

    def __init__(self, case: UUID) -> None:
        super().__init__(case)
        self.notices: tuple[NoticeEntry, ...] = ()
        self._page = 0
        self._here = ""
        self._scanned = ScannedText()
        self._is_acting = False

    def compose_content(self) -> ComposeResult:
        """Build status, steps, and what is known."""
        yield Static(id="status", markup=False)
        with Horizontal(id="overview"):
            with Vertical(id="left"):
                yield OptionList(id="steps", markup=False)
                yield Static(id="known", markup=False)
            yield Static(id="beside", markup=False)

    def help_text(self) -> str:
        """Explain the step the case stands at."""
        marked = self._marked()
        parts = [
            self.translate(
                N_("Each step says how it stands and whose turn it is. Enter opens the marked one.")
            )
        ]
        if marked is not None:
            parts += ["", self.words.word("steps", marked.id), ""]
            parts.append(self.words.text(f"help/{marked.id}"))
        return "\n".join(parts)

    # -- reading and drawing ---------------------------------------------------------------------

    async def read_more(self) -> None:
        """Read the case's mails."""
        answer = await self.backend.ask(NoticesQuery(case=self.case))
        if isinstance(answer, NoticesAnswer):
            self.notices = answer.entries

    def show_case(self) -> None:
        """Draw steps and what is known; a step that has come up since is marked."""
        known = self.known
        if known is None:
            return
        steps = self.query_one("#steps", OptionList)
        marked, here = steps.highlighted, self.step_here(known)
        steps.set_options(Option("", id=step.id) for step in known.steps)
        if here and self._here != here:
            marked = [step.id for step in known.steps].index(here)
        self._here = here
        steps.highlighted = marked
        self._draw_steps()
        self.show_actions()
        if self.focused is None:
            steps.focus()
        self.query_one("#status", Static).update(self._status_line(), layout=False)
        self._draw_known()
        # A wide terminal's columns may be laid out only now.
        self.call_after_refresh(self._draw_known)

    def step_here(self, known: CaseAnswer) -> str:
        """Return the step that is this person's turn; none in a case that has ended."""
        is_over = known.state.status not in (CaseStatus.OPEN, CaseStatus.HELD)
        return "" if is_over else next_step(known).id

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show by its sign which step is marked."""
        event.stop()
        self._draw_steps()
        self.show_actions()

    def actions_now(self) -> Sequence[Action]:
        """Offer to go on only where the marked step is one's own now."""
        step = self._marked() if self.is_drawn else None
        is_open = step is not None and self.known is not None and not obstacle(step, self.known)
        return [each for each in self.ACTIONS if is_open or each is not OPEN_STEP]

    def _draw_steps(self) -> None:
        if self.known is None or not self.is_drawn:
            return
        steps = self.query_one("#steps", OptionList)
        for place, step in enumerate(self.known.steps[: steps.option_count]):
            cursor = "►" if place == steps.highlighted else " "
            line = Content.assemble(cursor, self._step_line(step))
            steps.replace_option_prompt_at_index(place, line)

    def on_resize(self) -> None:
        """Fit what is known to the size."""
        self._page = 0
        self.call_after_refresh(self._draw_known)

    def _status_line(self) -> str:
        state = self.state
        status = said(CASE_STATUSES, state.status.value, self.translate)
        if reason := state.held_for or state.ended_for:
            status = f"{status}: {self.words.word('reasons', reason)}"
        status_words = self.translate(N_("Case {status}"), status=status)
        opened = self.translate(
            N_("opened {moment} by {operator}"),
            moment=full(state.opened_at, self.words.zone, self.translate.language),
            operator=self.name_of(state.opened_by),
        )
        return f"{status_words} · {opened}\n{self._whose_turn()}"

    def _whose_turn(self) -> str:
        """Say what can be done now, and by whom."""
        known = self.known
        if known is None:
            return ""
        if known.state.status is CaseStatus.HELD:
            who = self._who_may("resume_case")
            return self.translate(N_("Now: F4, resume the case ({roles})."), roles=who)
        certificate = known.state.activation.certificate
        if certificate is not None and certificate.life.wish is not None:
            if self.allowed("confirm_revocation"):
                return self.translate(N_("Now: F4, confirm or decline the revocation asked for."))
            who = self._who_may("confirm_revocation")
            return self.translate(N_("A revocation waits for another person ({roles})."), roles=who)
        ends = contract_ends(certificate, self.backend.policy.policy) if certificate else None
        if ends is not None and known.state.status is CaseStatus.ACTIVE:
            moment = full(ends, self.words.zone, self.translate.language)
            if self.allowed("record_signed_contract"):
                words = N_("Now: F4, have the contract signed until {moment}.")
                return self.translate(words, moment=moment)
            who = self._who_may("record_signed_contract")
            words = N_("The contract is to be signed until {moment} ({roles}).")
            return self.translate(words, moment=moment, roles=who)
        if certificate is not None and known.state.status is not CaseStatus.OPEN:
            return self.translate(N_("F4: the certificate, and what can be done with it."))
        if known.state.status is not CaseStatus.OPEN:
            return self.translate(N_("Nothing more is to be done here."))
        step = next_step(known)
        who = roles_said(roles_that_can_act(step, known), self.translate)
        label = self.words.word("steps", step.id)
        if needs_another_person(step, known):
            words = N_("Now: {step}, by another person ({roles}) than you.")
        elif is_their_turn(step, known):
            words = N_("Now: {step}. Press Enter.")
        elif certificate is not None and not certificate.issued:
            words = N_("The authority's signature is missing: it comes once the authority answers.")
        else:
            words = N_("Now: {step}, by somebody else ({roles}).")
        return self.translate(words, step=label, roles=who)

    def _who_may(self, act: str) -> str:
        acts = self.known.acts if self.known else ()
        roles = next((each.roles for each in acts if each.act == act), ())
        return roles_said(roles, self.translate)

    def _step_line(self, step: StepView) -> Content:
        known = self.known
        label = fitted(printable(self.words.word("steps", step.id)), _LABEL_CELLS) + " "
        if known is None or step.state is StepState.BLOCKED:
            needs = ", ".join(self.words.word("steps", each) for each in step.missing)
            return Content.assemble(
                "· ", label, (self.translate(N_("after: {steps}"), steps=needs), "$text-muted")
            )
        state = said(STEP_STATES, step.state.value, self.translate)
        mark = {"done": "√", "returned": "!"}.get(step.state.value, "○")
        roles = roles_that_can_act(step, known)
        who = roles_said(roles, self.translate)
        if needs_another_person(step, known):
            who = self.translate(N_("another {roles}"), roles=who)
        return Content(f"{mark} {label}{fitted(state, _STATE_CELLS)} {who}")

    def _draw_known(self) -> None:
        if self.known is None or not self.is_drawn:
            return
        application = application_section(self.state, self.words, self.translate)
        others = progress_sections(self.state, self.words, self.translate)
        mails = mail_section(self.notices, self.words, self.translate, self.today)
        if mails.lines:
            others.append(mails)
        known, beside = self.query_one("#known", Static), self.query_one("#beside", Static)
        if self.has_class("-wide"):
            pages = max(self._draw_page(known, [application]), self._draw_page(beside, others))
        else:
            pages = self._draw_page(known, [application, *others])
        self._page = min(self._page, pages - 1)

    def _draw_page(self, place: Static, sections: Sequence[Section]) -> int:
        """Draw one page of some sections, or the last they have; return how many there are."""
        lines = [line for each in sections for line in each.drawn(place.content_size.width)]
        height = max(place.content_size.height, 2)
        if len(lines) <= height + 1:  # the empty line at the end needs no room
            place.update(Content("\n").join(lines), layout=False)
            return 1
        rows = height - 1
        pages = -(-len(lines) // rows)
        page = min(self._page, pages - 1)
        shown = lines[page * rows : (page + 1) * rows]
        words = self.translate(N_("Page {page} of {pages}: PageDown"), page=page + 1, pages=pages)
        shown += [Content("")] * (rows - len(shown)) + [Content.styled(words, "$text-muted")]
        place.update(Content("\n").join(shown), layout=False)
        return pages

    # -- keys ------------------------------------------------------------------------------------

    def on_key(self, event: Key) -> None:
        """Take a scan for the next person; a scan of this one changes nothing."""
        self._scanned.typed(event)
        if event.key != "enter" or self.known is None:
            return
        text = self._scanned.take()
        if not text:
            return
        event.stop()
        event.prevent_default()
        if text not in (self.words.identification(self.state), self.state.number):
            self.dismiss(text)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open a step."""
        event.stop()
        self._open_step()

    def action_do(self) -> None:
        """Open the marked step."""
        self._open_step()

    def _open_step(self) -> None:
        step, known = self._marked(), self.known
        if step is None or known is None:
            return
        blocking = obstacle(step, known)
        if blocking is None:
            self.ventanilla.open_screen(screen_for(step, known), self.case)
        else:
            self.tell_findings(blocking.findings)

    def _marked(self) -> StepView | None:
        place = self.query_one("#steps", OptionList).highlighted
        return self.known.steps[place] if self.known and place is not None else None

    def action_values(self) -> None:
        """Offer what can be done with the case as a whole."""
        if self.known is not None:
            self.choose_act()

    @work(exclusive=True, group="act", exit_on_error=True, description="lead through an act")
    async def choose_act(self) -> None:
        """Lead through an act on the case."""
        self._is_acting = True
        try:
            await CaseActs(self, self.notices).choose()
        finally:
            self._is_acting = False

    @on(ScreenResume)
    def _keep_as_seen(self, event: ScreenResume) -> None:
        """Keep the case as it was seen while its act is led through: a change is then told."""
        if self._is_acting:
            event.prevent_default()

    def action_search(self) -> None:
        """Return to the box."""
        self.dismiss()

    def action_turn(self, pages: int) -> None:
        """Turn the pages of what is known."""
        self._page = max(self._page + pages, 0)
        self._draw_known()

    def action_refresh(self) -> None:
        """Read the case again."""
        self.load()
