"""Adds a person to the office, or changes a person's roles."""

from collections.abc import Collection
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from backend_client.choosing import office_roles, user_name_findings
from issuance.access.commands import AddOperator, ChangeRoles
from issuance.findings import Severity
from issuance.identity.cleaning import printable
from issuance.identity.texts import read_text
from issuance.identity.verdict import Certainty, Reading
from issuance.queries import OperatorEntry
from issuance.secret import Secret
from screens.counter_screen import CounterScreen
from tui.actions import BACK, DO, bindings
from tui.application import VentanillaWidget
from tui.case_words import ROLES
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_
from tui.widgets.dialog import UnhurriedDialog

SAVE = DO.named(N_("Save"), N_("Keeps what is entered."))


class RoleList(VentanillaWidget, OptionList):
    """Space marks a role, Enter goes on; a mark is a sign, never a colour alone.

    Args:
        roles: the roles that may be given.
        marked: the roles marked at the start; they are listed, too, so that they can be taken away.
    """

    BINDINGS: ClassVar = [
        Binding("enter", "screen.do", show=False),
        Binding("space", "mark", show=False),
    ]

    def __init__(self, roles: Collection[str], marked: Collection[str]) -> None:
        super().__init__(markup=False)
        self._roles = tuple(role for role in ROLES if role in roles or role in marked)
        self._marked = set(marked)

    @property
    def marked(self) -> tuple[str, ...]:
        """The roles marked, in the order of the list."""
        return tuple(role for role in self._roles if role in self._marked)

    def on_mount(self) -> None:
        """List the roles."""
        self.add_options(Option(self._line(role), id=role) for role in self._roles)
        self.highlighted = 0

    def action_mark(self) -> None:
        """Mark the role, or take the mark away."""
        if self.highlighted is not None:
            role = self._roles[self.highlighted]
            self._marked ^= {role}
            self.replace_option_prompt(role, self._line(role))

    def _line(self, role: str) -> str:
        return f"[{'x' if role in self._marked else ' '}] {self.translate(ROLES[role])}"


class OperatorEntryScreen(CounterScreen[None]):
    """User, name and roles of somebody new; only the roles of somebody known.

    Args:
        person: whose roles are changed; without it somebody is added.
    """

    CSS_PATH = "operator_entry.tcss"
    ACTIONS = (BACK, SAVE)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, person: OperatorEntry | None = None) -> None:
        super().__init__()
        self._person = person
        self._marked = person.roles if person else ()

    def compose_content(self) -> ComposeResult:
        """Build the fields and the roles."""
        with Vertical(id="entry"):
            if self._person is None:
                yield Static(self.translate(N_("Add a person")), classes="title", markup=False)
                yield Form(self._specs(), _read)
            else:
                title = self.translate(N_("Roles of {name}"), name=printable(self._person.name))
                yield Static(title, classes="title", markup=False)
            yield Static(
                self.translate(N_("Roles: Space marks, Enter saves.")),
                classes="muted",
                markup=False,
            )
            yield RoleList(office_roles(self.backend.policy.policy), self._marked)

    def on_mount(self) -> None:
        """Begin with the first field."""
        if self._person is None:
            self.query_one(Form).focus_field("user")
        else:
            self.query_one(RoleList).focus()

    async def recompose(self) -> None:
        """Build anew in another language; what was marked stays."""
        self._marked = self.query_one(RoleList).marked
        await super().recompose()

    def on_form_completed(self, event: Form.Completed) -> None:
        """Go on to the roles, or save when they are marked."""
        roles = self.query_one(RoleList)
        if roles.marked:
            self.add(event.values["user"], event.values["name"], roles.marked)
        else:
            roles.focus()

    def action_do(self) -> None:
        """Save."""
        roles = self.query_one(RoleList).marked
        if not roles:
            self.tell(self.translate(N_("Mark at least one role.")), Severity.BLOCKS)
            self.query_one(RoleList).focus()
        elif self._person is None:
            self.query_one(Form).complete()
        else:
            self.change(self._person, roles)

    @work(exclusive=True, group="command", exit_on_error=True, description="add a person")
    async def add(self, user: str, name: str, roles: tuple[str, ...]) -> None:
        """Add the person and show the first password, once."""
        # Left before it is shown, the password would be nobody's.
        with self.ventanilla.keys.held():
            password = await self.backend.first_password((user, self.ventanilla.station.office))
            body = AddOperator(user=user, name=name, roles=roles, first_password=password)
            receipt = await self.backend.execute(body, self.backend.new_stream("operator"), 0)
            if not receipt.applied:
                self.query_one(Form).show_findings(receipt.findings)
                self.tell_findings(receipt.findings)
                return
            shown = FirstPasswordShown(name, user, password)
            self.ventanilla.push_screen(shown, lambda _: self.dismiss())

    @work(exclusive=True, group="command", exit_on_error=True, description="change roles")
    async def change(self, person: OperatorEntry, roles: tuple[str, ...]) -> None:
        """Give the person other roles."""
        body = ChangeRoles(user=person.user, roles=roles)
        stream = self.backend.new_stream("operator")
        with self.ventanilla.keys.held():
            receipt = await self.backend.execute(body, stream, person.revision)
        if receipt.applied:
            self.dismiss()
        else:
            self.tell_findings(receipt.findings)

    def _specs(self) -> tuple[FieldSpec, ...]:
        return (
            FieldSpec(
                "user",
                "free_text",
                self.translate(N_("User")),
                example="mvera",
                maximum_length=31,
            ),
            FieldSpec("name", "free_text", self.translate(N_("Full name")), maximum_length=100),
        )


class FirstPasswordShown(UnhurriedDialog[None]):
    """The first password of somebody, shown this once."""

    BINDINGS: ClassVar = [Binding("enter", "back", show=False)]

    def __init__(self, name: str, user: str, password: Secret) -> None:
        super().__init__()
        self._name_of_person = name
        self._user = user
        self._password = password

    def compose_box(self) -> ComposeResult:
        """Build the box."""
        with Vertical(classes="box"):
            yield Static(
                self.translate(
                    N_("First password of {name} (user {user})"),
                    name=printable(self._name_of_person),
                    user=self._user,
                ),
                classes="title",
                markup=False,
            )
            yield Static(
                self._password.reveal(), id="first-password", classes="consequence", markup=False
            )
            yield Static(
                self.translate(
                    N_(
                        "It is shown this once: hand it over in person. At the first log-in, with"
                        " the code left empty, the person chooses another and sets up the app."
                        " Enter closes."
                    )
                ),
                markup=False,
            )


def _read(name: str, text: str) -> Reading:
    if name == "user" and text:
        findings = user_name_findings(text)
        return Reading(Certainty.INCOMPLETE if findings else Certainty.VALID, text, findings)
    return read_text(text)
