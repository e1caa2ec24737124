"""The line that tells the outcome and stays until the next one."""

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from issuance.findings import Finding, Severity
from issuance.identity.cleaning import printable
from tui.application import VentanillaWidget
from tui.sentences import SEVERITY_WORDS, sentence

_COLOURS = {
    Severity.BLOCKS: "bold $error",
    Severity.WARNS: "bold $warning",
    Severity.INFORMS: "bold $success",
}


class MessageLine(VentanillaWidget, Static):
    """Two lines for one message; how grave it is stands in a word, then in a colour."""

    DEFAULT_CSS = """
    MessageLine {
        height: 2;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- Textual's own name
        super().__init__(markup=False, id=id)

    def show(self, words: str, severity: Severity = Severity.INFORMS) -> None:
        """Show words that are already in the operator's language."""
        label = self.translate(SEVERITY_WORDS[severity])
        line = Content.assemble((f"{label}: ", _COLOURS[severity]), printable(words))
        self.update(line, layout=False)

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
        self.update("", layout=False)
