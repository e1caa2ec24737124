"""What the checks of a file come to: the verdict in a word, how far they are, what refuses it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from issuance.findings import Severity
from screens.brought_file import findings_words
from screens.evidence_ladder import ladder_words, rung_states, verdict_words
from screens.evidence_work import SlotWork

if TYPE_CHECKING:
    from screens.counter_screen import CounterScreen

_VERDICTS: Final = ("-accept", "-review", "-reject")


class CheckResult(Vertical):
    """Verdict, ladder, and what blocks; it grows as findings come."""

    DEFAULT_CSS = """
    CheckResult {
        height: auto;
    }
    CheckResult #verdict {
        height: 1;
        padding: 0 1;
        text-style: bold;
        color: $background;
    }
    CheckResult #verdict.-accept {
        background: $success;
    }
    CheckResult #verdict.-review {
        background: $warning;
    }
    CheckResult #verdict.-reject {
        background: $error;
    }
    CheckResult #ladder {
        height: auto;
        padding: 0 1;
    }
    CheckResult #findings {
        height: auto;
        padding: 0 1;
        margin-top: 1;
    }
    """

    def compose(self) -> ComposeResult:
        """Build the parts."""
        yield Static(id="verdict", markup=False)
        yield Static(id="ladder", markup=False)
        yield Static(id="findings", markup=False)

    def show(self, screen: "CounterScreen[Any]", work: SlotWork, checks: Sequence[str]) -> None:
        """Show what is known of a file by now."""
        states = rung_states(checks, work.findings, finished=not work.checking)
        self.query_one("#ladder", Static).update(ladder_words(states, screen.translate))
        verdict = self.query_one("#verdict", Static)
        verdict.display = not work.checking
        words, colour = verdict_words(work.findings, len(work.undecided), screen.translate)
        verdict.update(words)
        for each in _VERDICTS:
            verdict.set_class(each == colour, each)
        refusing = [each for each in work.findings if each.severity is Severity.BLOCKS]
        findings = self.query_one("#findings", Static)
        findings.display = bool(refusing)
        findings.update(findings_words(screen, refusing))
