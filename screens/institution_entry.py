"""Asks to enable an institution: its names, the ministry's agreement, its act, its operator."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from issuance.findings import blocks
from issuance.findings.institutions import InstitutionCode
from issuance.identity.kinds import FieldKind
from issuance.institution_queries import TicketLine, TicketsAnswer, TicketsQuery
from issuance.institutions.institution_decisions import AskInstitution
from issuance.institutions.institution_stream import Agreement
from issuance.institutions.ticket_stream import OpenTicket, TicketType
from screens.entry_form import EntryForm
from screens.person_fields import of_operator, person_of, person_specs
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_

_AGREEMENT, _ACT = "agreement", "administrative_act"
_FILES: Final[Mapping[str, str]] = {
    _AGREEMENT: N_("Agreement of the ministry (PDF)"),
    _ACT: N_("Administrative act of the institution (PDF)"),
}
_MISSING: Final = {
    _AGREEMENT: InstitutionCode.AGREEMENT_MISSING,
    _ACT: InstitutionCode.ACT_MISSING,
}
_NEW: Final = "new"


class InstitutionEntryScreen(EntryForm[None]):
    """What the help desk files of an institution; another person approves it.

    Args:
        ticket: in which it was asked for; without it one is chosen, or opened.
    """

    FILES = _FILES

    def __init__(self, ticket: UUID | None = None) -> None:
        super().__init__()
        self._ticket = ticket
        self._tickets: tuple[TicketLine, ...] = ()

    def heading(self) -> str:
        """Say what is entered."""
        return self.translate(N_("Ask to enable an institution"))

    def help_text(self) -> str:
        """Explain it in the policy's words."""
        return self.words.text("help/institutions")

    def meaning(self) -> str:
        """Say what comes of it."""
        words = N_(
            "After the ticket come the data of who will be its operator. F6 attaches the two "
            "papers; another person of the centre approves."
        )
        return self.translate(words)

    async def read_more(self) -> None:
        """Read the tickets that ask for an institution."""
        query = TicketsQuery(
            type=TicketType.ENABLE_INSTITUTION, statuses=("centre", "institution"), limit=200
        )
        answer = await self.backend.ask(query)
        if isinstance(answer, TicketsAnswer):
            self._tickets = answer.entries

    def draft_name(self) -> str:
        """Keep what is typed until it is accepted."""
        return f"institution:{self._ticket or ''}"

    def specs(self) -> Sequence[FieldSpec]:
        """Return the institution's fields, then the operator's."""
        translate = self.translate
        institution = translate(N_("Institution"))
        tickets = [(str(e.ticket), f"{e.number} {e.subject}") for e in self._tickets]
        tickets.append((_NEW, translate(N_("A new ticket, opened with this"))))
        # Of several nobody but the person knows which one asked for this institution.
        likely = tickets[0][0] if len(self._tickets) <= 1 else ""
        return (
            FieldSpec("name", FieldKind.FREE_TEXT, translate(N_("Name by law")),
                      group=institution),
            FieldSpec("short_name", FieldKind.FREE_TEXT, translate(N_("Short form")),
                      help=translate(N_("Only where the name has more than 64 characters.")),
                      required=False, group=institution),
            FieldSpec("rut", FieldKind.RUN, translate(N_("RUT")), example="61.979.830-9",
                      maximum_length=14, group=institution),
            FieldSpec("ministry", FieldKind.FREE_TEXT, translate(N_("Ministry")),
                      group=institution),
            FieldSpec("agreement_number", FieldKind.FREE_TEXT,
                      translate(N_("Number of the agreement")), group=institution),
            FieldSpec("signed_on", FieldKind.DATE, translate(N_("Date of the agreement")),
                      group=institution),
            FieldSpec("ticket", FieldKind.CHOICE, translate(N_("Ticket")),
                      choices=tuple(tickets), group=institution,
                      initial=str(self._ticket) if self._ticket else likely),
            *person_specs(self.terms, translate),
        )  # fmt: skip

    async def submit(self, values: Mapping[str, str]) -> None:
        """File it; the ticket is opened first where there is none."""
        agreement = self.blob(_AGREEMENT)
        if missing := [code for name, code in _MISSING.items() if name not in self.files]:
            self.tell_findings([blocks(code) for code in missing])
            return
        with self.ventanilla.keys.held():
            ticket = await self._ticket_of(values)
            if ticket is None:
                return
            body = AskInstitution(
                name=values["name"],
                short_name=values["short_name"],
                rut=values["rut"],
                ministry=values["ministry"],
                ticket=ticket,
                agreement=None
                if agreement is None
                else Agreement(
                    number=values["agreement_number"],
                    signed_on=date.fromisoformat(values["signed_on"]),
                    file=agreement,
                ),
                administrative_act=self.blob(_ACT),
                operator=person_of(values),
            )
            stream = self.backend.new_stream("institution")
            receipt = await self.backend.execute(body, stream, 0)
        if receipt.applied:
            await self.forget()
            self.ventanilla.switch_screen(self.ventanilla.make_screen("institution", stream.id))
            return
        findings = of_operator(receipt.findings)
        self.query_one(Form).show_findings(findings)
        self.tell_findings(findings)

    async def _ticket_of(self, values: Mapping[str, str]) -> UUID | None:
        """Return the ticket named, or one opened now; what was opened once is used again."""
        if values["ticket"] != _NEW:
            return UUID(values["ticket"])
        if self._ticket is None:
            stream = self.backend.new_stream("ticket")
            receipt = await self.backend.execute(self._opening(values), stream, 0)
            if not receipt.applied:
                self.refused(receipt)
                return None
            self._ticket = stream.id
        return self._ticket

    def _opening(self, values: Mapping[str, str]) -> OpenTicket:
        words = N_("Agreement no. {number}; papers attached to the institution.")
        text = self.translate(words, number=values["agreement_number"])
        return OpenTicket(
            type=TicketType.ENABLE_INSTITUTION,
            subject=values["name"],
            text=text,
            contact=values["email"],
        )
