"""Warnings a person decides one by one, each with one key: does it stand in the way or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from issuance.identity.cleaning import printable
from tui.application import VentanillaWidget


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning and what was decided about it.

    Attributes:
        code: tells it from the others.
        words: what it says.
        passed: whether it does not stand in the way; None while nothing is decided.
        decision: what was decided, in words.
    """

    code: str
    words: str
    passed: bool | None = None
    decision: str = ""


class Decisions(VentanillaWidget, Static, can_focus=True):
    """Lists warnings; `s` or `y` lets the marked one pass, `n` says that it is so."""

    BINDINGS: ClassVar = [
        Binding("s,S,y,Y", "decide(True)", show=False),
        Binding("n,N", "decide(False)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("enter", "finish", show=False),
    ]

    DEFAULT_CSS = """
    Decisions {
        height: auto;
    }
    """

    @dataclass
    class Decided(Message):
        """A key was pressed on a warning.

        Attributes:
            code: of the warning.
            passes: whether it does not stand in the way.
        """

        code: str
        passes: bool

    @dataclass
    class Finished(Message):
        """Enter was pressed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- Textual's own name
        super().__init__(markup=False, id=id)
        self._warnings: Sequence[Warned] = ()
        self._at = 0

    def show(self, warnings: Sequence[Warned]) -> None:
        """Show these warnings; the mark goes on to one that is not decided."""
        at = min(self._at, max(0, len(warnings) - 1))
        if warnings != self._warnings and warnings and warnings[at].passed is not None:
            undecided = (n for n, each in enumerate(warnings) if each.passed is None)
            at = next(undecided, at)
        self._warnings, self._at = warnings, at
        self._draw()

    def on_focus(self) -> None:
        """Show the mark."""
        self._draw()

    def on_blur(self) -> None:
        """Show no mark: the keys act elsewhere."""
        self._draw()

    def action_decide(self, passes: bool) -> None:
        """Tell the decision about the warning one stands on."""
        if self._warnings:
            self.post_message(self.Decided(self._warnings[self._at].code, passes))

    def action_move(self, rows: int) -> None:
        """Go to another warning."""
        self._at = min(max(self._at + rows, 0), max(0, len(self._warnings) - 1))
        self._draw()

    def action_finish(self) -> None:
        """Tell that Enter was pressed."""
        self.post_message(self.Finished())

    def _draw(self) -> None:
        signs = {True: ("√ ", "$success"), False: ("× ", "$error"), None: ("! ", "$warning")}
        lines: list[Content] = []
        for at, each in enumerate(self._warnings):
            here = self.screen.focused is self and at == self._at
            words = Content.styled(printable(each.words), "bold" if here else "")
            line = Content.assemble("►" if here else " ", signs[each.passed], words)
            if each.decision:
                line = line + Content.styled(f" → {printable(each.decision)}", "$text-muted")
            lines.append(line)
        self.update(Content("\n").join(lines))
