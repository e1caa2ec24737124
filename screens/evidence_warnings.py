"""What a check warns of, in words, and the reason for which it does not stand in the way."""

from typing import TYPE_CHECKING, Any

from screens.evidence_work import SlotWork
from tui.translation import N_
from tui.widgets.choice import Choice, Chosen
from tui.widgets.decisions import Warned
from tui.widgets.value_list import ValueList

if TYPE_CHECKING:
    from screens.counter_screen import CounterScreen


def warnings_shown(screen: "CounterScreen[Any]", work: SlotWork) -> list[Warned]:
    """Return the warnings about a file with what was decided about each."""
    shown: list[Warned] = []
    for code, findings in work.warned.items():
        words = " ".join(dict.fromkeys(screen.finding_text(each) for each in findings))
        if code in work.confirmed:
            said = screen.translate(N_("it is so: another file is needed"))
            shown.append(Warned(code, words, passed=False, decision=said))
        elif (override := work.overrides.get(code)) is not None:
            reason = screen.words.word("reasons", override.reason)
            said = f"{reason}. {override.note}" if override.note else reason
            shown.append(Warned(code, words, passed=True, decision=said))
        else:
            shown.append(Warned(code, words))
    return shown


async def ask_override_reason(screen: "CounterScreen[Any]", warned: Warned) -> Chosen | None:
    """Ask why a warning does not stand in the way; call it from a worker."""
    reasons = screen.words.reasons("override")
    title = screen.translate(N_("Why is it in order? {warning}"), warning=warned.words)
    reason = await screen.app.push_screen_wait(ValueList(title, reasons))
    if reason is None or not screen.words.note_required(reason):
        return Chosen(reason, "") if reason else None
    return await screen.app.push_screen_wait(Choice(title, [(reason, dict(reasons)[reason])]))
