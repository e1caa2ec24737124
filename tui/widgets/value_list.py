"""The list of values behind F4: type part of a name, Enter takes what is marked."""

import unicodedata
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from issuance.identity.cleaning import printable
from tui.translation import N_
from tui.widgets.dialog import Dialog
from tui.widgets.line_input import LineInput


def fold(text: str) -> str:
    """Return text for comparing: no case, no accents, no outer spaces."""
    decomposed = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))


class ValueList(Dialog[str]):
    """Returns the value picked.

    Args:
        title: what is picked.
        choices: pairs of value and label.
        typed: what is already in the field; filters the list from the start, unless it is a choice
            already: whoever opens the list then wants another one.
        present: the value the field has; marked while nothing is typed.
    """

    BINDINGS: ClassVar = [
        Binding("up", "mark(-1)", show=False),
        Binding("down", "mark(1)", show=False),
    ]

    DEFAULT_CSS = """
    ValueList OptionList {
        height: auto;
        max-height: 14;
    }
    ValueList #nothing {
        height: auto;
    }
    """

    def __init__(
        self,
        title: str,
        choices: Sequence[tuple[str, str]],
        typed: str = "",
        *,
        present: str = "",
    ) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        chosen = self._choice_of(typed)
        self._typed = typed if chosen is None else ""
        self._present = present if chosen is None else chosen

    def compose_box(self) -> ComposeResult:
        """Build the box."""
        with Vertical(classes="box"):
            yield Static(printable(self._title), markup=False, classes="title")
            yield LineInput(
                self._typed, id="typed", placeholder=self.translate(N_("type part of it"))
            )
            options = OptionList(markup=False)
            options.can_focus = False
            yield options
            yield Static(id="nothing", markup=False)

    def on_mount(self) -> None:
        """Show what fits."""
        self._filter(self._typed)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits what is typed."""
        self._filter(event.value)

    def on_input_submitted(self) -> None:
        """Return the marked value."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self.dismiss(options.get_option_at_index(options.highlighted).id)

    def action_mark(self, rows: int) -> None:
        """Mark the next or the previous value."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            options.highlighted = (options.highlighted + rows) % options.option_count

    def _choice_of(self, text: str) -> str | None:
        """Return the value that a text is, or is the label of."""
        sought = fold(text)
        return next(
            (value for value, label in self._choices if sought in (fold(value), fold(label))), None
        )

    def _filter(self, typed: str) -> None:
        sought = fold(typed)
        fitting = [
            (value, label) for value, label in self._choices
            if sought in fold(label) or fold(value) == sought
        ]  # fmt: skip
        # Names that begin with what is typed come first.
        fitting.sort(key=lambda choice: not fold(choice[1]).startswith(sought))
        options = self.query_one(OptionList)
        options.set_options([Option(printable(label), id=value) for value, label in fitting])
        values = [value for value, _ in fitting]
        marked = values.index(self._present) if not sought and self._present in values else 0
        options.highlighted = marked if fitting else None
        options.display = bool(fitting)
        nothing = self.query_one("#nothing", Static)
        nothing.display = not fitting
        nothing.update(
            self.translate(N_("Nothing in the list fits “{typed}”. Type less of it."), typed=typed)
        )
        # Before the first layout there is nothing to scroll.
        self.call_after_refresh(options.scroll_to_highlight)
