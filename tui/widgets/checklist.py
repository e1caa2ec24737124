"""Questions a person answers one by one, each with one key: yes or no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from issuance.identity.cleaning import printable
from tui.application import VentanillaWidget
from tui.translation import N_


class Checklist(VentanillaWidget, Widget, can_focus=True):
    """Shows every question with its answer; `s` or `y` says yes, `n` says no, in any language.

    Up and Down go back to a question whose answer was wrong. Enter posts `Finished`.
    """

    BINDINGS: ClassVar = [
        Binding("s,S,y,Y", "answer(True)", show=False),
        Binding("n,N", "answer(False)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("enter", "finish", show=False),
    ]

    DEFAULT_CSS = """
    Checklist {
        height: auto;
    }
    Checklist Horizontal {
        height: auto;
    }
    Checklist .answer {
        width: 7;
    }
    Checklist .question {
        width: 1fr;
        height: auto;
    }
    Checklist:focus .-here .question {
        text-style: bold;
    }
    """

    @dataclass
    class Answered(Message):
        """A question was answered.

        Attributes:
            checklist: the list.
            code: of the question.
            yes: the answer.
        """

        checklist: "Checklist"
        code: str
        yes: bool

    @dataclass
    class Finished(Message):
        """Enter was pressed.

        Attributes:
            checklist: the list.
        """

        checklist: "Checklist"

    def __init__(
        self,
        questions: Sequence[tuple[str, str]],
        answers: Mapping[str, bool],
        *,
        id: str | None = None,  # noqa: A002 -- Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._questions = questions
        self.answers = dict(answers)
        self._at = self._first_unanswered()

    def compose(self) -> ComposeResult:
        """Build a row for each question."""
        for code, question in self._questions:
            with Horizontal(id=f"ask-{code}"):
                yield Static(markup=False, classes="answer")
                yield Static(printable(question), markup=False, classes="question")

    def on_mount(self) -> None:
        """Show the answers."""
        self._draw()

    @property
    def accepted(self) -> tuple[str, ...]:
        """The questions answered with yes, in their order."""
        return tuple(code for code, _ in self._questions if self.answers.get(code))

    @property
    def complete(self) -> bool:
        """Whether every question was answered with yes."""
        return len(self.accepted) == len(self._questions)

    @property
    def refused(self) -> bool:
        """Whether a question was answered with no."""
        return False in self.answers.values()

    def go_to_unanswered(self) -> None:
        """Stand on the first question without an answer."""
        self._at = self._first_unanswered()
        self._draw()

    def action_answer(self, yes: bool) -> None:
        """Answer the question one stands on, and go to the next without an answer."""
        if not self._questions:
            return
        code = self._questions[self._at][0]
        self.answers[code] = yes
        self._at = self._first_unanswered()
        self._draw()
        self.post_message(self.Answered(self, code, yes))

    def action_move(self, rows: int) -> None:
        """Go to another question."""
        self._at = min(max(self._at + rows, 0), max(0, len(self._questions) - 1))
        self._draw()

    def action_finish(self) -> None:
        """Tell that Enter was pressed."""
        self.post_message(self.Finished(self))

    def _first_unanswered(self) -> int:
        open_questions = (
            at for at, (code, _) in enumerate(self._questions) if code not in self.answers
        )
        return next(open_questions, max(0, len(self._questions) - 1))

    def _draw(self) -> None:
        words = {True: self.translate(N_("yes")), False: self.translate(N_("no"))}
        colours = {True: "$success", False: "$error"}
        for at, (code, _) in enumerate(self._questions):
            row = self.query_one(f"#ask-{code}", Horizontal)
            here = at == self._at
            row.set_class(here, "-here")
            sign = "►" if here else " "
            yes = self.answers.get(code)
            answer = ("·", "") if yes is None else (words[yes], colours[yes])
            row.query_one(".answer", Static).update(
                Content.assemble(f"{sign} ", answer), layout=False
            )
