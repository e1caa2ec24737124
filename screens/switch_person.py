"""The demonstration's people: a digit logs this one out and another in."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from backend_client.backend import KnownPerson
from tui.case_words import roles_said
from tui.translation import N_
from tui.widgets.dialog import Dialog


class SwitchPersonScreen(Dialog[None]):
    """Four eyes are real: the other person logs in with credentials of their own."""

    BINDINGS: ClassVar = [
        Binding(str(digit), f"pick({digit - 1})", show=False) for digit in range(1, 10)
    ]

    def __init__(self) -> None:
        super().__init__()
        self._people: tuple[KnownPerson, ...] = ()

    def compose_box(self) -> ComposeResult:
        """Build the list."""
        with Vertical(classes="box"):
            yield Static(
                self.translate(N_("Who goes on? Press the number.")), classes="title", markup=False
            )
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        """Read who there is."""
        self.load()

    @work(exclusive=True, group="load", exit_on_error=True, description="read the people")
    async def load(self) -> None:
        """Show the people of this demonstration; a real office has none."""
        backend = self.ventanilla.backend
        if backend is None:
            return
        with self.ventanilla.keys.held():
            self._people = await backend.known_people()
        # The dialog may have been left meanwhile.
        for listed in self.query(OptionList):
            listed.set_options(
                Option(f"{at}  {self._line(person, backend.session.operator)}")
                for at, person in enumerate(self._people, 1)
            )
            listed.highlighted = 0

    def _line(self, person: KnownPerson, operator: str) -> str:
        line = f"{person.name} · {roles_said(person.roles, self.translate)}"
        is_self = person.user == operator
        return self.translate(N_("{person} (you)"), person=line) if is_self else line

    def action_pick(self, number: int) -> None:
        """Log out, and log the other person in."""
        if number < len(self._people):
            self.ventanilla.start_over("log_in", None, self._people[number].user)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Pick the person marked."""
        self.action_pick(event.option_index)
