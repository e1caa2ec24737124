"""The line that tells the outcome and stays until the next one."""

from collections.abc import Sequence
from typing import Final

from textual.content import Content
from textual.widgets import Static

from issuance.findings import Finding, Severity
from issuance.identity.cleaning import printable
from tui.application import VentanillaWidget
from tui.sentences import SEVERITY_WORDS, sentence

MOST_LINES: Final = 3
"""What every finding's sentence fits in at 80 columns."""

_COLOURS = {
    Severity.BLOCKS: "bold $error",
    Severity.WARNS: "bold $warning",
    Severity.INFORMS: "bold $success",
}


class MessageLine(VentanillaWidget, Static):
    """One message on two lines, on three where it needs them.

    How grave it is stands in a word, then in a colour. Help shows the whole of what is cut.
    """

    DEFAULT_CSS = f"""
    MessageLine {{
        height: auto;
        min-height: 2;
        max-height: {MOST_LINES};
    }}
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- Textual's own name
        super().__init__(markup=False, id=id)
        self._line = Content()

    def show(self, words: str, severity: Severity = Severity.INFORMS) -> None:
        """Show words that are already in the operator's language."""
        label = self.translate(SEVERITY_WORDS[severity])
        self._show(Content.assemble((f"{label}: ", _COLOURS[severity]), printable(words)))

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show the gravest finding in words, and how many more there are."""
        if not findings:
            self.clear()
            return
        order = list(Severity)
        gravest = min(findings, key=lambda finding: order.index(finding.severity))
        words = sentence(gravest, self.translate)
        if more := len(findings) - 1:
            words += " " + self.translate.plural("(and {count} more)", "(and {count} more)", more)
        self.show(words, gravest.severity)

    def clear(self) -> None:
        """Show nothing."""
        self._show(Content())

    @property
    def cut_words(self) -> str:
        """The whole message where it has more lines than are shown; empty where it has not."""
        return self._line.plain if self._lines_of(self._line) > self.content_size.height else ""

    def _show(self, line: Content) -> None:
        # The rest of the screen moves only for a third line.
        before, after = (max(self._lines_of(each), 2) for each in (self._line, line))
        self._line = line
        self.update(line, layout=before != after)

    def _lines_of(self, line: Content) -> int:
        return len(line.wrap(self.content_size.width)) if self.content_size.width else 0
