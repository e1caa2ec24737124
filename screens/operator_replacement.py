"""Makes another person an institution's operator, as a ticket asked."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from issuance.identity.kinds import FieldKind
from issuance.institution_queries import InstitutionAnswer, TicketLine, TicketsAnswer, TicketsQuery
from issuance.institutions.institution_decisions import ReplaceOperator
from issuance.institutions.ticket_stream import TicketType
from issuance.streams import StreamRef
from screens.entry_form import EntryForm
from screens.person_fields import of_operator, person_of, person_specs
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_


class OperatorReplacementScreen(EntryForm[None]):
    """Asks for the ticket and the person.

    Args:
        institution: whose operator it is.
        known: the institution as it was read.
    """

    def __init__(self, institution: UUID, known: InstitutionAnswer) -> None:
        super().__init__()
        self._institution = institution
        self._known = known
        self._tickets: tuple[TicketLine, ...] = ()

    def heading(self) -> str:
        """Say whose operator it is."""
        words = N_("Another operator of {institution}")
        return self.translate(words, institution=self._known.state.name)

    def help_text(self) -> str:
        """Explain it in the policy's words."""
        return self.words.text("help/institutions")

    def meaning(self) -> str:
        """Say what becomes of the one before."""
        return self.translate(N_("The operator until now loses access at once."))

    async def read_more(self) -> None:
        """Read the tickets that ask for it."""
        query = TicketsQuery(
            institution=self._institution,
            type=TicketType.OPERATOR_CHANGE,
            statuses=("centre", "institution"),
            limit=200,
        )
        answer = await self.backend.ask(query)
        if isinstance(answer, TicketsAnswer):
            self._tickets = answer.entries
        if not self._tickets:
            words = N_("No open ticket asks for another operator: open one first.")
            self.tell(self.translate(words))

    def draft_name(self) -> str:
        """Keep what is typed until it is accepted."""
        return f"operator:{self._institution}"

    def specs(self) -> Sequence[FieldSpec]:
        """Return the ticket and the person's fields."""
        choices = tuple((str(e.ticket), f"{e.number} {e.subject}") for e in self._tickets)
        ticket = FieldSpec(
            "ticket",
            FieldKind.CHOICE,
            self.translate(N_("Ticket")),
            choices=choices,
            initial=choices[0][0] if choices else "",
        )
        return (ticket, *person_specs(self.terms, self.translate))

    async def submit(self, values: Mapping[str, str]) -> None:
        """Replace the operator."""
        body = ReplaceOperator(ticket=UUID(values["ticket"]), operator=person_of(values))
        stream = StreamRef(kind="institution", id=self._institution)
        receipt = await self.give(body, stream, self._known.line.revision)
        if receipt.applied:
            self.dismiss()
        else:
            self.query_one(Form).show_findings(of_operator(receipt.findings))
            self.tell_findings(of_operator(receipt.findings))
