"""Work begun and not finished: the drafts an operator holds, as something to go on with."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from issuance.identity.cleaning import printable
from issuance.queries import CaseAnswer, CaseQuery
from screens.case_steps import obstacle, screen_for
from tui.case_words import ACTS
from tui.translation import N_, Translator

if TYPE_CHECKING:
    from backend_client.backend import Backend
    from backend_client.policy_view import PolicyView
    from backend_client.station import SavedDraft


_OF_A_LIFE: Final = {
    "activation.revocation": ("revocation", "revoke_certificate"),
    "activation.revocation_review": ("revocation_review", "decline_revocation"),
    "activation.suspension": ("suspension", "suspend_certificate"),
    "activation.reinstatement": ("reinstatement", "reinstate_certificate"),
}
"""The screen and the act of drafts that begin after a case's last step."""


@dataclass(frozen=True, slots=True)
class InterruptedWork:
    """A draft, and where it goes on.

    Attributes:
        screen: the name of the screen.
        arguments: what that screen is made with.
        name: whose case it is; empty where that is not typed yet.
        step: a step id of the policy, or an act after the last one.
        place: the step's place in the case, from 1; 0 where there is no case yet.
        steps: how many steps the case has.
    """

    screen: str
    arguments: tuple[Any, ...]
    name: str
    step: str
    place: int = 0
    steps: int = 0

    def words(self, words: "PolicyView", translate: Translator) -> str:
        """Say it: `J. Peña, step 3 of 7: Payment`."""
        step = translate(ACTS[self.step]) if self.step in ACTS else self.step
        step = words.word("steps", step)
        if not self.name:
            return translate(N_("an application without a name yet"))
        if not self.place:
            return f"{printable(self.name)}: {step}"
        return translate(
            N_("{name}, step {place} of {steps}: {step}"),
            name=printable(self.name), place=self.place, steps=self.steps, step=step,
        )  # fmt: skip


async def interrupted_work(backend: "Backend", words: "PolicyView") -> tuple[InterruptedWork, ...]:
    """Return what the person who is logged in began, the latest first."""
    drafts = await asyncio.to_thread(backend.station.drafts_of, backend.session.operator)
    found = [await _of_draft(draft, backend, words) for draft in drafts]
    return tuple(work for work in found if work is not None)


async def _of_draft(
    draft: "SavedDraft", backend: "Backend", words: "PolicyView"
) -> InterruptedWork | None:
    if draft.key.case_id is None:
        product = draft.values.get("product", "")
        name = words.name_in(draft.values)
        return InterruptedWork("application", (product,), name, draft.key.step) if product else None
    known = await backend.ask(CaseQuery(case=draft.key.case_id))
    if not isinstance(known, CaseAnswer):
        return None
    if draft.key.step in _OF_A_LIFE:
        screen, act = _OF_A_LIFE[draft.key.step]
        return InterruptedWork(screen, (known.state.id,), words.person_name(known.state), act)
    # A review of a step has a draft of its own, such as `payment.review`.
    drafted = draft.key.step.partition(".")[0]
    for place, step in enumerate(known.steps, start=1):
        if step.id == drafted:
            # A colleague may have done the step meanwhile; the case's own screen tells that.
            screen = "case" if obstacle(step, known) else screen_for(step, known)
            name = words.person_name(known.state)
            return InterruptedWork(
                screen, (known.state.id,), name, step.id, place, len(known.steps)
            )
    return None
