"""The people of the office, and the policy in force: for administrators."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from issuance.access.commands import RemoveOperator, ResetAccess
from issuance.commands import Body, Receipt
from issuance.findings import Severity
from issuance.queries import (
    OperatorEntry,
    OperatorsAnswer,
    OperatorsQuery,
    PolicyAnswer,
    PolicyQuery,
)
from screens.counter_screen import CounterScreen
from screens.operator_entry import FirstPasswordShown
from tui.actions import BACK, DO, REFRESH, Action, bindings
from tui.case_words import roles_said
from tui.translation import N_
from tui.widgets.choice import Choice, Chosen
from tui.widgets.confirm import Confirm
from tui.widgets.data_table import PageTable
from tui.widgets.value_list import ValueList

if TYPE_CHECKING:
    from collections.abc import Callable

ADD = DO.named(N_("Add"), N_("Adds a person to the office."))
POLICY = Action("policy", "f6", N_("Rules"), N_("Shows the rules in force and the installed ones."))
_COLUMNS = (N_("User"), N_("Name"), N_("Roles"), N_("State"))
_ROLES, _RENEW, _REMOVE = "roles", "renew", "remove"
_REASONS = {
    "left": N_("Left the office"),
    "moved": N_("Has other duties now"),
    "other": N_("Another reason"),
}


class OperatorsScreen(CounterScreen[None]):
    """Lists everybody who logs in; Enter on a person shows what can be done."""

    CSS_PATH = "operators.tcss"
    ACTIONS = (BACK, REFRESH, POLICY, ADD)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self) -> None:
        super().__init__()
        self._people: tuple[OperatorEntry, ...] = ()
        self._policy: PolicyAnswer | None = None

    def compose_content(self) -> ComposeResult:
        """Build the table and the line on the policy."""
        with Vertical(id="operators"):
            yield Static(self.translate(N_("People of this office")), classes="title", markup=False)
            yield PageTable()
            yield Static(id="policy", markup=False)

    def on_mount(self) -> None:
        """Read everything."""
        self.load()

    @work(exclusive=True, group="load", exit_on_error=True, description="read the operators")
    async def load(self) -> None:
        """Read the people and the policy's standing."""
        people = await self.backend.ask(OperatorsQuery())
        policy = await self.backend.ask(PolicyQuery())
        if isinstance(people, OperatorsAnswer):
            self._people = people.entries
        if isinstance(policy, PolicyAnswer):
            self._policy = policy
        for answer in (people, policy):
            if isinstance(answer, tuple):
                self.tell_findings(answer)
        self.fill()

    def fill(self) -> None:
        """Draw what was read."""
        if not self.is_drawn:
            return
        rows = [
            (each.user, (each.user, each.name, roles_said(each.roles, self.translate),
                         self.translate(_state(each))))
            for each in self._people
        ]  # fmt: skip
        table = self.query_one(PageTable)
        row = table.cursor_row
        table.show([self.translate(column) for column in _COLUMNS], rows)
        table.move_cursor(row=row)
        self.query_one("#policy", Static).update(self._policy_words())

    # -- keys ------------------------------------------------------------------------------------

    def action_refresh(self) -> None:
        """Read everything again."""
        self.load()

    def action_do(self) -> None:
        """Add a person."""
        self.ventanilla.open_screen("operator_entry", callback=lambda _: self.load())

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Show what can be done about a person."""
        person = next(each for each in self._people if each.user == event.row_key.value)
        if not person.active:
            self.tell(
                self.translate(N_("{name} was removed; the user name is never given again."),
                               name=person.name),
                Severity.INFORMS,
            )  # fmt: skip
            return
        acts = (
            (_ROLES, self.translate(N_("Change the roles"))),
            (_RENEW, self.translate(N_("Renew the access (new first password, new app)"))),
            (_REMOVE, self.translate(N_("Remove from the office"))),
        )
        self.ventanilla.push_screen(
            ValueList(person.name, acts), lambda act: self._act(act, person)
        )

    def action_policy(self) -> None:
        """Show the rules, where they are proposed and put in force."""
        self.ventanilla.open_screen("policy", callback=lambda _: self.load())

    # -- acts ------------------------------------------------------------------------------------

    def _act(self, act: str | None, person: OperatorEntry) -> None:
        if act == _ROLES:
            self.ventanilla.open_screen("operator_entry", person, callback=lambda _: self.load())
        elif act == _RENEW:
            self._confirm(
                self.translate(N_("Renew the access of {name}?"), name=person.name),
                self.translate(N_("Password and app used until now stop working at once.")),
                self.translate(N_("Yes, renew it")),
                lambda: self.renew(person),
            )
        elif act == _REMOVE:
            reasons = [(code, self.translate(word)) for code, word in _REASONS.items()]
            self.ventanilla.push_screen(
                Choice(
                    self.translate(N_("Why is {name} removed?"), name=person.name),
                    reasons,
                    reason_needed=lambda code: code == "other",
                ),
                lambda chosen: self._remove(chosen, person),
            )

    def _remove(self, chosen: Chosen | None, person: OperatorEntry) -> None:
        if chosen is None:
            return
        word = self.translate(_REASONS[chosen.code])
        reason = ": ".join(each for each in (word, chosen.reason) if each)
        self._confirm(
            self.translate(N_("Remove {name} from the office?"), name=person.name),
            self.translate(
                N_("{user} cannot log in any more, and the user name is never given again."),
                user=person.user,
            ),
            self.translate(N_("Yes, remove")),
            lambda: self.give(RemoveOperator(user=person.user, reason=reason), person.revision),
        )

    def _confirm(
        self, question: str, consequence: str, yes: str, then: "Callable[[], object]"
    ) -> None:
        def answered(agreed: bool | None) -> None:
            if agreed:
                then()

        self.ventanilla.push_screen(Confirm(question, consequence, yes), answered)

    @work(exclusive=True, group="command", exit_on_error=True, description="give a command")
    async def give(self, body: Body, revision: int) -> None:
        """Give a command on what was read at a revision, and read everything again."""
        await self._execute(body, revision)

    @work(exclusive=True, group="command", exit_on_error=True, description="renew an access")
    async def renew(self, person: OperatorEntry) -> None:
        """Give somebody a new first password, shown once."""
        names = (person.user, self.ventanilla.station.office)
        # Left before it is shown, the password would be nobody's.
        with self.ventanilla.keys.held():
            password = await self.backend.first_password(names)
            body = ResetAccess(user=person.user, first_password=password)
            receipt = await self._execute(body, person.revision)
            if receipt.applied:
                self.ventanilla.push_screen(FirstPasswordShown(person.name, person.user, password))

    async def _execute(self, body: Body, revision: int) -> Receipt:
        stream = self.backend.new_stream("operator")
        with self.ventanilla.keys.held():
            receipt = await self.backend.execute(body, stream, revision)
        if receipt.applied:
            self.tell(self.translate(N_("Done.")))
        else:
            self.tell_findings(receipt.findings)
        self.load()
        return receipt

    # -- words -----------------------------------------------------------------------------------

    def _policy_words(self) -> str:
        policy = self._policy
        if policy is None:
            return ""
        words = N_("Rules in force: {policy} {in_force}.")
        if not policy.current:
            words = N_(
                "Rules in force: {policy} {in_force}. Installed: {installed}. Until two"
                " administrators have put them in force no case goes on: F6."
            )
        return self.translate(
            words, policy=policy.id, in_force=policy.in_force, installed=policy.installed
        )


def _state(person: OperatorEntry) -> str:
    if not person.active:
        return N_("removed")
    return N_("first password") if person.must_change_password else N_("active")
