"""What every screen among institutions has: one's own seats at this moment, dialogs, commands."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from backend_client.institution_view import InstitutionView
from issuance.commands import Body, Receipt
from issuance.findings import Finding
from issuance.institution_queries import SeatsAnswer, SeatsQuery
from issuance.institutions.actors import (
    Actor,
    Scope,
    Seat,
    SeatRole,
    check_reach,
    scope_of,
)
from issuance.streams import StreamRef
from screens.counter_screen import CounterScreen
from tui.translation import N_
from tui.widgets.choice import Choice, Chosen
from tui.widgets.confirm import Confirm
from tui.widgets.value_list import ValueList

if TYPE_CHECKING:
    from issuance.institution_queries import SeatLine

ResultT = TypeVar("ResultT")


class SeatedScreen(CounterScreen[ResultT]):
    """Knows what its reader may do among institutions, by the rule the engine itself goes by."""

    seats: "tuple[SeatLine, ...]" = ()

    @property
    def terms(self) -> InstitutionView:
        """Return what the policy says of institutions, in the operator's language."""
        return InstitutionView(self.backend.policy, self.translate.language, self.backend.lacks)

    async def read_seats(self) -> None:
        """Ask what one may be at this moment."""
        answer = await self.backend.ask(SeatsQuery())
        if isinstance(answer, SeatsAnswer):
            self.seats = answer.seats
        else:
            self.told(answer)

    def told(self, answer: object) -> None:
        """Tell why a query was not answered, if it was not."""
        if isinstance(answer, tuple) and all(isinstance(each, Finding) for each in answer):
            self.tell_findings(answer)

    @property
    def _actor(self) -> Actor:
        seats = (
            Seat(role=SeatRole(each.role), institution=each.institution, official=each.official)
            for each in self.seats
        )
        return Actor(user=self.backend.session.operator, seats=tuple(seats))

    @property
    def scope(self) -> Scope:
        """Return what one may see."""
        return scope_of(self._actor)

    def may(self, act: str, institution: UUID | None, official: UUID | None = None) -> bool:
        """Tell whether one's seats let one do this there, as far as seats go."""
        policy = self.backend.policy.policy
        return check_reach(policy, act, self._actor, institution, official) is None

    @property
    def own_institutions(self) -> tuple[tuple[UUID, str], ...]:
        """Return the institutions one has a seat in, by name."""
        found = {each.institution: each.institution_name for each in self.seats if each.institution}
        return tuple(found.items())

    # -- asking ----------------------------------------------------------------------------------

    async def choose(self, title: str, choices: Sequence[tuple[str, str]]) -> str | None:
        """Let one of some values be picked; call it from a worker."""
        return await self.ventanilla.push_screen_wait(ValueList(title, choices))

    async def ask_reason(self, title: str, reasons: Sequence[tuple[str, str]]) -> Chosen | None:
        """Ask for a coded reason with the note some of them need; call it from a worker."""
        needed = self.words.note_required
        return await self.ventanilla.push_screen_wait(Choice(title, reasons, reason_needed=needed))

    async def confirm(self, question: str, consequence: str, yes: str) -> bool:
        """Ask before what cannot be undone; call it from a worker."""
        return bool(await self.ventanilla.push_screen_wait(Confirm(question, consequence, yes)))

    # -- doing -----------------------------------------------------------------------------------

    async def give(self, body: Body, stream: StreamRef, revision: int) -> Receipt:
        """Give a command and tell what came of it."""
        with self.ventanilla.keys.held():
            receipt = await self.backend.execute(body, stream, revision)
        if receipt.applied:
            self.tell(self.translate(N_("Done.")))
        self.tell_findings(receipt.findings)
        return receipt
