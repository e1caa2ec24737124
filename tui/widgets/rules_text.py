"""A step's rules beside the work on wide screens: as many whole paragraphs as there is room for."""

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from tui.application import VentanillaWidget
from tui.translation import N_


class RulesText(VentanillaWidget, Widget):
    """Shows the paragraphs that fit, and where the others stand; nothing ends in a sentence.

    Args:
        words: the text, its paragraphs parted by an empty line.
    """

    DEFAULT_CSS = """
    RulesText {
        height: 100%;
    }
    """

    def __init__(self, words: str) -> None:
        super().__init__(id="rules")
        self._words = words.strip()

    def render(self) -> RenderResult:
        """Return what fits."""
        if self._fits(self._words):
            return Content(self._words)
        end = self.translate(N_("F1 shows the rest."))
        shown = end
        for paragraph in self._words.split("\n\n"):
            longer = f"{shown.removesuffix(end)}{paragraph}\n\n{end}"
            if not self._fits(longer):
                break
            shown = longer
        return Content(shown)

    def _fits(self, words: str) -> bool:
        width, height = self.size
        return sum(len(Content(line).wrap(width)) for line in words.split("\n")) <= height
