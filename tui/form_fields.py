"""One field of a form: its description, and the row that draws it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from issuance.findings import Finding, Severity, blocks
from issuance.findings.identity import IdentityFinding
from issuance.identity.cleaning import printable
from issuance.identity.dates import date_as_typed
from issuance.identity.verdict import Certainty, Reading, impossible
from tui.application import VentanillaWidget
from tui.cells import fitted
from tui.sentences import labelled
from tui.translation import N_
from tui.widgets.line_input import LineInput
from tui.widgets.secret_field import SecretField
from tui.widgets.value_list import fold

Check = Callable[[str, str], Reading]
"""Reads a typed text: takes the field's name and the text."""

_LABEL_CELLS: Final = 29
_DATE: Final = "date"
"""`FieldKind.DATE`; its module reads telephone numbers too, and the log-in has no use for those."""
_WIDEST: Final = 40
_ROOM: Final = 400
"""How many characters more than it may have a text can get, so that it can be told."""
_COLOURS: Final = {
    Severity.BLOCKS: "$error",
    Severity.WARNS: "$warning",
    Severity.INFORMS: "$success",
}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What a form needs to know of a field; the words are in the operator's language already.

    Attributes:
        name: unique in the form.
        kind: a value of `issuance.identity.kinds.FieldKind`.
        label: the field's name on screen.
        help: what it is and where it stands on the document.
        example: a plausible value.
        required: whether the form is refused without it.
        choices: pairs of value and label of a coded field; F4 shows them.
        maximum_length: in characters.
        initial: the value at the start, such as one from a draft.
        secret: whether it is shown as bullets and taken exactly as typed.
        group: the name of the part of the form it belongs to; a part stays on one page.
    """

    name: str
    kind: str
    label: str
    help: str = ""
    example: str = ""
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    maximum_length: int = 200
    initial: str = ""
    group: str = ""
    secret: bool = False


class FieldInput(LineInput):
    """The box of a form's field; Enter belongs to the form."""

    async def action_submit(self) -> None:
        """Leave Enter to the form, which moves on."""
        raise SkipAction


class SecretFieldInput(SecretField):
    """The box of a form's secret field; Enter belongs to the form."""

    async def action_submit(self) -> None:
        """Leave Enter to the form, which moves on."""
        raise SkipAction


class FieldRow(VentanillaWidget, Widget):
    """A label, a box, and below them what was found in a line that is always there.

    The line's place is kept free, so that a finding moves nothing and costs few bytes.
    """

    DEFAULT_CSS = """
    FieldRow {
        height: 2;
        padding-left: 1;
    }
    FieldRow Horizontal {
        height: 1;
    }
    FieldRow Horizontal Static {
        width: 30;
    }
    FieldRow .verdict {
        height: 1;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    def __init__(self, spec: FieldSpec, check: Check) -> None:
        super().__init__(id=f"field-{spec.name}")
        self.spec = spec
        self.saved_text = spec.initial
        self._check = check
        self._findings: tuple[Finding, ...] = ()
        self._refused_empty = False
        mark = "* " if spec.required else "  "
        self._label = Static(fitted(mark + printable(spec.label), _LABEL_CELLS), markup=False)
        box: type[LineInput] = SecretFieldInput if spec.secret else FieldInput
        longest = max(spec.maximum_length, self._longest_label())
        self.box = box(
            value=self._shown(spec.initial),
            id=f"box-{spec.name}",
            # What is too long is told: the end of a name may not be lost without a word.
            max_length=longest + _ROOM,
        )
        self.box.styles.width = "1fr"
        self.box.styles.max_width = min(longest, _WIDEST - 1) + 1
        self._verdict = Static(markup=False, classes="verdict")

    def compose(self) -> ComposeResult:
        """Build the row."""
        with Horizontal():
            yield self._label
            yield self.box
        yield self._verdict

    @property
    def text(self) -> str:
        """What stands in the box; for what a value is shown as, or the only one it fits, that."""
        if self.spec.secret:
            return self.box.value
        typed = self.box.value.strip()
        if typed == self._shown(self.saved_text):
            return self.saved_text
        sought = fold(typed)
        for value, label in self.spec.choices:
            if sought and sought in (fold(label), fold(value)):
                return value
        fitting = [value for value, label in self.spec.choices if sought in fold(label)]
        return fitting[0] if sought and len(fitting) == 1 else typed

    @text.setter
    def text(self, text: str) -> None:
        self.box.value = self._shown(text)
        self.saved_text = text
        self.clear_findings()

    @property
    def is_longer_than_box(self) -> bool:
        """Whether the box shows a part of the text alone."""
        seen = self.box.content_size.width
        return not self.spec.secret and 0 < seen <= cell_len(self.box.value)

    @property
    def hint(self) -> str:
        """The whole of a text that is longer than its box, else an example."""
        if self.is_longer_than_box:
            return printable(self.box.value)
        example = printable(self.spec.example)
        return self.translate(N_("Example: {example}"), example=example) if example else ""

    @property
    def is_cut(self) -> bool:
        """Whether what is found is too long for its line."""
        return cell_len(str(self._verdict.content)) > self._verdict.size.width

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is shown beside the field."""
        return self._findings

    def typed(self) -> None:
        """Check as one types: tell only what no further typing can cure."""
        self._accept_filled()
        if self.spec.choices:
            sought = fold(self.box.value)
            if any(sought in fold(label) for _, label in self.spec.choices):
                self.clear_findings()
                return
        reading = self._read()
        is_hopeless = self.text and reading.certainty is Certainty.IMPOSSIBLE
        self.show_findings(reading.findings if is_hopeless else ())

    def leave(self) -> Reading:
        """Check what was typed, show what was found and the normal form of a good value."""
        self._accept_filled()
        reading = self._read()
        self.show_findings(reading.findings if self.text else ())
        if self.text and reading.acceptable and (self.spec.choices or self.spec.kind == _DATE):
            self.box.value = self._shown(reading.value)
            self.box.cursor_position = len(self.box.value)  # what is refused is typed over
        return reading

    def refuse_empty(self) -> None:
        """Say that the field is needed."""
        self._say(self.translate(N_("This field is needed.")), Severity.BLOCKS)
        self._refused_empty = True

    def note(self, words: str) -> None:
        """Show a remark beside the field until there is a finding."""
        self._say(words, Severity.INFORMS)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show the gravest of some findings beside the field."""
        if tuple(findings) == self._findings:
            return
        order = list(Severity)
        self._findings = tuple(sorted(findings, key=lambda each: order.index(each.severity)))
        if not self._findings:
            self._verdict.update("", layout=False)
            return
        gravest = self._findings[0]
        self._say(labelled(gravest, self.translate), gravest.severity)

    def clear_findings(self) -> None:
        """Show nothing beside the field."""
        self._findings = ()
        self._refused_empty = False
        self._verdict.update("", layout=False)

    def _read(self) -> Reading:
        reading, longest = self._check(self.spec.name, self.text), self.spec.maximum_length
        if reading.acceptable and len(reading.value) > longest:
            return impossible(reading.value, blocks(IdentityFinding.TOO_LONG, maximum=longest))
        return reading

    def _accept_filled(self) -> None:
        if self._refused_empty and self.text:
            self.clear_findings()

    def _say(self, words: str, severity: Severity) -> None:
        self._refused_empty = False
        self._verdict.update(Content.styled(words, _COLOURS[severity]), layout=False)

    def _shown(self, text: str) -> str:
        if self.spec.kind == _DATE:
            return date_as_typed(text)
        return dict(self.spec.choices).get(text, text)

    def _longest_label(self) -> int:
        return max((len(label) for _, label in self.spec.choices), default=0)
