"""The person at the counter and how far the case is, on every screen of a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from issuance.identity.cleaning import printable
from tui.application import VentanillaWidget
from tui.translation import N_, Translator


class StepMark(StrEnum):
    """How a step stands; the value is its sign, which an old console's font has too."""

    DONE = "√"
    HERE = "►"
    WAITING = "·"
    PROBLEM = "!"


@dataclass(frozen=True, slots=True)
class Step:
    """A step's name in the operator's language, and how it stands."""

    label: str
    mark: StepMark


class PersonBar(VentanillaWidget, Static):
    """Two lines: who it is, and the steps; nobody charges or issues to the one before."""

    DEFAULT_CSS = """
    PersonBar {
        height: 2;
        color: $foreground;
        background: $panel;
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._who = ""
        self._steps: Sequence[Step] = ()

    def show(self, name: str, last_four: str, case_number: str, steps: Sequence[Step] = ()) -> None:
        """Show a person by name and the last four digits, the case and its steps."""
        self._who = self.translate(
            N_("{name} · ···{last_four} · case {case_number}"),
            name=printable(name), last_four=printable(last_four), case_number=case_number,
        )  # fmt: skip
        self._steps = steps
        self._draw()

    def on_resize(self) -> None:
        """Fit the steps to the width."""
        self._draw()

    def _draw(self) -> None:
        if not self.size.width:
            return
        strip = steps_strip(self._steps, self.translate, self.size.width - 2)
        self.update(Content.assemble(" ", (self._who, "bold"), "\n ", strip), layout=False)


def steps_strip(steps: Sequence[Step], translate: Translator, width: int) -> str:
    """Return the steps with their names, or where they do not fit their signs and where one is."""
    full = "  ".join(f"{step.mark.value}{printable(step.label)}" for step in steps)
    if cell_len(full) <= width:
        return full
    signs = "".join(step.mark.value for step in steps)
    current = [number for number, step in enumerate(steps) if step.mark is StepMark.HERE]
    if not current:
        done = sum(step.mark is StepMark.DONE for step in steps)
        return translate(
            N_("{signs} {done} of {count} steps done"), signs=signs, done=done, count=len(steps)
        )
    return translate(
        N_("{signs} step {number} of {count}: {label}"),
        signs=signs, number=current[0] + 1, count=len(steps),
        label=printable(steps[current[0]].label),
    )  # fmt: skip
