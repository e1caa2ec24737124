"""Why an act on a case is done: asked wherever the policy wants to know it."""

from typing import TYPE_CHECKING, Any, Final

from tui.case_words import ACTS
from tui.widgets.choice import Choice, Chosen

if TYPE_CHECKING:
    from screens.case_screen import CaseScreen

_EVERYDAY: Final = frozenset({
    "resume_case", "send_email_code", "send_activation_code", "resend_notice",
})  # fmt: skip
"""Acts whose usual reason costs one key."""


async def ask_reason(screen: "CaseScreen[Any]", act: str) -> Chosen | None:
    """Return the reason of an act, an empty one where none is needed; None when it was left."""
    # Who may not do it is told so at once, instead of being asked why.
    reasons = screen.words.reasons_for(act, screen.state) if screen.allowed(act) else ()
    if not reasons:
        return Chosen("", "")
    return await screen.ventanilla.push_screen_wait(
        Choice(
            screen.translate(ACTS[act]),
            reasons,
            reason_needed=screen.words.note_required,
            at_once=act in _EVERYDAY,
        )
    )
