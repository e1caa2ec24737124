"""Draws any list of fields: checks as one types, moves by Enter, never scrolls.

A form that does not fit is split into pages. Two columns where the terminal is wide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import ClassVar, Final

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from issuance.findings import Finding, any_blocks
from issuance.identity.cleaning import printable
from issuance.identity.verdict import Reading
from tui.actions import HELP, VALUES, bindings
from tui.application import VentanillaWidget
from tui.form_fields import Check, FieldRow, FieldSpec
from tui.sentences import labelled, sentence
from tui.translation import N_
from tui.widgets.value_list import ValueList

_ROW_LINES: Final = 2
_HINT_LINES: Final = 3
_TWO_COLUMNS_FROM: Final = 110


class Form(VentanillaWidget, Widget):
    """A form over a list of fields.

    Args:
        specs: the fields in order.
        check: reads a field's text; it is called on the screen's own thread at every key.
        id: by which a language switch finds the form again.
    """

    BINDINGS: ClassVar = [
        Binding("enter", "next", show=False),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("tab", "move_on", show=False),
        Binding("shift+tab", "move(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
        *bindings(HELP, VALUES),
    ]

    DEFAULT_CSS = """
    Form {
        height: 1fr;
    }
    Form #rows {
        height: 1fr;
        layout: vertical;
    }
    Form.-two-columns #rows {
        layout: grid;
        grid-size: 2;
        grid-rows: 2;
    }
    Form #hint {
        height: 3;
        padding: 0 1;
        color: $text-muted;
    }
    """

    @dataclass
    class Changed(Message):
        """A field was left with another text than before: time to save the draft.

        Attributes:
            form: the form.
            name: the field's name.
            value: its normal form where it is right, else the text as typed.
        """

        form: "Form"
        name: str
        value: str = field(repr=False)

    @dataclass
    class Completed(Message):
        """Every field is right and Enter was pressed on the last.

        Attributes:
            form: the form.
            values: the normal form of every field by name; empty where optional and empty.
            findings: warnings the values came with, none of which blocks.
        """

        form: "Form"
        values: Mapping[str, str] = field(repr=False)
        findings: tuple[Finding, ...] = field(repr=False, default=())

    def __init__(
        self,
        specs: Sequence[FieldSpec],
        check: Check,
        *,
        id: str = "form",  # noqa: A002 -- Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._check = check
        self._rows = [FieldRow(spec, check) for spec in specs]
        self._pages = [self._rows]
        self._page = 0
        self._hint = Static(id="hint", markup=False)

    def compose(self) -> ComposeResult:
        """Build the rows of all pages; only one page is displayed."""
        yield Container(*self._rows, id="rows")
        yield self._hint

    # -- what a screen asks ----------------------------------------------------------------------

    def texts(self) -> dict[str, str]:
        """Return what stands in every field, right or wrong: the draft."""
        return {row.spec.name: row.text for row in self._rows}

    def restore(self, texts: Mapping[str, str]) -> None:
        """Put a draft's texts into the fields it names."""
        for row in self._rows:
            if row.spec.name in texts:
                row.text = texts[row.spec.name]

    def empty(self) -> None:
        """Put what every field begins with in the place of what was typed."""
        for row in self._rows:
            row.text = row.spec.initial

    def leave(self) -> list[Changed]:
        """Read every field as if it were left, and return the changes nothing told yet."""
        return [change for row in self._rows if (change := self._change(row, row.leave()))]

    async def show_fields(self, specs: Sequence[FieldSpec]) -> None:
        """Show these fields instead; those that stay keep their text, findings and focus."""
        known = {row.spec: row for row in self._rows}
        rows = [known.get(spec) or FieldRow(spec, self._check) for spec in specs]
        box = self.query_one("#rows", Container)
        gone, self._rows = [row for row in self._rows if row not in rows], rows
        with self.ventanilla.batch_update():
            await box.remove_children(gone)
            for at, row in enumerate(rows):
                if row.is_attached:
                    continue
                await box.mount(row, before=at if at < len(box.children) else None)
            self._lay_out()

    def focus_field(self, name: str) -> None:
        """Go to a field of the form.

        Raises:
            StopIteration: when the form has no such field.
        """
        self._focus(next(row for row in self._rows if row.spec.name == name))

    def focus_first_empty(self) -> None:
        """Go to the first field with nothing in it, or to the first of all."""
        self._focus(next((row for row in self._rows if not row.text), self._rows[0]))

    @property
    def focused_field(self) -> str:
        """The name of the field one is in; empty when the focus is elsewhere."""
        at = self._current()
        return "" if at is None else self._rows[at].spec.name

    @property
    def offers_values(self) -> bool:
        """Whether the field one is in has a list of values."""
        at = self._current()
        return at is not None and bool(self._rows[at].spec.choices)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings beside the fields they name and focus the first."""
        for row in self._rows:
            own = [each for each in findings if each.field == row.spec.name]
            if own:
                row.show_findings(own)
        for row in self._rows:
            if any_blocks(row.findings):
                self._focus(row)
                return

    def note(self, name: str, words: str) -> None:
        """Show a remark beside a field."""
        for row in self._rows:
            if row.spec.name == name:
                row.note(words)

    def complete(self) -> None:
        """Post `Completed` when every field is right, else focus the first that is not."""
        readings = [(row, self._leave(row)) for row in self._rows]
        wrong = [row for row, reading in readings if not _passes(row, reading)]
        for row in wrong:
            if not row.text:
                row.refuse_empty()
        if wrong:
            self._focus(wrong[0])
            return
        values = {row.spec.name: reading.value if row.text else "" for row, reading in readings}
        warnings = tuple(each for _, reading in readings for each in reading.findings)
        self.post_message(self.Completed(self, values, warnings))

    # -- keys ------------------------------------------------------------------------------------

    def action_next(self) -> None:
        """Go to the next field, or complete the form on the last."""
        at = self._current()
        if at is None:
            raise SkipAction
        if at == len(self._rows) - 1:
            self.complete()
        else:
            self._focus(self._rows[at + 1])

    def action_move(self, fields: int) -> None:
        """Go some fields on or back; stay at the ends, unless something stands before the form."""
        at = self._current()
        if at is None:
            raise SkipAction
        if at == 0 and fields < 0 and self.screen.focus_chain[0] is not self._rows[0].box:
            self.screen.focus_previous()
            return
        self._focus(self._rows[min(max(at + fields, 0), len(self._rows) - 1)])

    def action_move_on(self) -> None:
        """Go to the next field, or from the last one to what stands below the form."""
        last = self._rows[-1].box
        if last.has_focus and self.screen.focus_chain[-1] is not last:
            self.screen.focus_next()
        else:
            self.action_move(1)

    def action_turn(self, pages: int) -> None:
        """Go to the first field of another page."""
        page = self._page + pages
        if 0 <= page < len(self._pages):
            self._focus(self._pages[page][0])

    def action_values(self) -> None:
        """Show the list of values of the focused field, if it has one."""
        at = self._current()
        if at is None or not self._rows[at].spec.choices:
            raise SkipAction
        row = self._rows[at]

        def take(value: str | None) -> None:
            if value is not None:
                row.box.value = dict(row.spec.choices)[value]
                self.action_next()

        typed = row.box.value if row.findings else ""
        values = ValueList(row.spec.label, row.spec.choices, typed, present=row.text)
        self.ventanilla.push_screen(values, take)

    def action_help(self) -> None:
        """Explain the focused field."""
        at = self._current()
        if at is None or not self._rows[at].spec.help:
            raise SkipAction
        spec = self._rows[at].spec
        parts = [spec.label, "", spec.help]
        if spec.example:
            parts += ["", self.translate(N_("Example: {example}"), example=spec.example)]
        self.ventanilla.show_help("\n".join(parts))

    # -- events ----------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Lay the pages out for the new size."""
        self._lay_out()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Check as one types."""
        event.stop()
        row = self._row_of(event.input)
        if row is not None and event.input.has_focus:
            row.typed()
            self._show_hint(row)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Show the hint of the field one came to."""
        row = self._row_of(event.widget)
        if row is not None:
            if row.spec.choices:
                # What is typed replaces the value: half of one name and half of another is none.
                row.box.select_all()
            self._show_hint(row)

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """Check the field one left."""
        row = self._row_of(event.widget)
        if row is not None:
            self._leave(row)

    # -- inside ----------------------------------------------------------------------------------

    def _leave(self, row: FieldRow) -> Reading:
        reading = row.leave()
        if change := self._change(row, reading):
            self.post_message(change)
        return reading

    def _change(self, row: FieldRow, reading: Reading) -> Changed | None:
        text = reading.value if row.text and reading.acceptable else row.text
        if text == row.saved_text or row.spec.secret:
            return None
        row.saved_text = text
        return self.Changed(self, row.spec.name, text)

    def _row_of(self, widget: Widget) -> FieldRow | None:
        return next((row for row in self._rows if row.box is widget), None)

    def _current(self) -> int | None:
        return next((at for at, row in enumerate(self._rows) if row.box.has_focus), None)

    def _focus(self, row: FieldRow) -> None:
        self._show_page(self._page_of(row))
        self.screen.set_focus(row.box)
        self._show_hint(row)

    def _lay_out(self) -> None:
        columns = 2 if self.size.width >= _TWO_COLUMNS_FROM else 1
        self.set_class(columns == 2, "-two-columns")
        lines = max(_ROW_LINES, self.size.height - _HINT_LINES)
        self._pages = _pages(self._rows, columns * (lines // _ROW_LINES))
        if self._rows:
            row = self._rows[self._current() or 0]
            self._show_page(self._page_of(row))
            self._show_hint(row)

    def _page_of(self, row: FieldRow) -> int:
        return next(number for number, page in enumerate(self._pages) if row in page)

    def _show_page(self, page: int) -> None:
        self._page = page
        for row in self._rows:
            row.display = row in self._pages[page]

    def _show_hint(self, row: FieldRow) -> None:
        """Show how to fill the field in, and the whole of a finding that is cut beside its field.

        The field's own finding comes first, then one of the page's others.
        """
        lines = ["  ".join(self._hints(row))]
        found = [each for each in self._pages[self._page] if each.findings and each.is_cut]
        if row.findings:
            lines = [labelled(row.findings[0], self.translate)]
        elif found:
            words = sentence(found[0].findings[0], self.translate)
            lines.append(f"{printable(found[0].spec.label)}: {words}")
            width = max(self._hint.content_size.width, 1)
            if len(Content("\n".join(lines)).wrap(width)) > _HINT_LINES:
                del lines[0]
        words = "\n".join(lines)
        if words != str(self._hint.content):
            self._hint.update(words, layout=False)

    def _hints(self, row: FieldRow) -> list[str]:
        hints: list[str] = []
        if row.hint:
            hints.append(row.hint)
        if row.spec.choices:
            hints.append(self.translate(N_("F4 shows the list.")))
        if len(self._pages) > 1:
            hints.append(
                self.translate(
                    N_("Page {page} of {pages}."), page=self._page + 1, pages=len(self._pages)
                )
            )
        return hints


def _pages(rows: Sequence[FieldRow], most: int) -> list[list[FieldRow]]:
    """Split rows into pages of at most `most`; a group that fits on one page is not torn."""
    pages: list[list[FieldRow]] = [[]]
    for _, group in groupby(rows, key=lambda row: row.spec.group):
        together = list(group)
        if pages[-1] and len(pages[-1]) + len(together) > most:
            pages.append([])
        for row in together:
            if len(pages[-1]) == most:
                pages.append([])
            pages[-1].append(row)
    return pages


def _passes(row: FieldRow, reading: Reading) -> bool:
    if not row.text:
        return not row.spec.required
    return reading.acceptable and not any_blocks(reading.findings)
