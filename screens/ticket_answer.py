"""Answers a ticket, or reopens one that was closed a short time ago."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from issuance.identity.kinds import FieldKind
from issuance.institution_queries import TicketAnswer
from issuance.institutions.ticket_stream import AnswerTicket, ReopenTicket
from issuance.streams import StreamRef
from screens.entry_form import EntryForm
from screens.ticket_entry import ATTACHMENTS, TEXT_CHARACTERS
from tui.form_fields import FieldSpec
from tui.translation import N_


class TicketAnswerScreen(EntryForm[None]):
    """Asks for the text, and for files with an answer.

    Args:
        ticket: its identifier.
        known: the ticket as read.
        reopens: whether it is reopened by this.
    """

    def __init__(self, ticket: UUID, known: TicketAnswer, reopens: bool) -> None:
        super().__init__()
        self._ticket = ticket
        self._known = known
        self._reopens = reopens
        self.FILES = MappingProxyType({}) if reopens else ATTACHMENTS

    def heading(self) -> str:
        """Say which ticket it is."""
        words = (
            N_("Reopen {number}: {subject}") if self._reopens else N_("Answer {number}: {subject}")
        )
        state = self._known.state
        return self.translate(words, number=self._known.line.number, subject=state.subject)

    def help_text(self) -> str:
        """Explain it in the policy's words."""
        return self.words.text("help/tickets")

    def meaning(self) -> str:
        """Say who is waited for then."""
        return self.translate(N_("Then the other side is waited for, and told by mail."))

    def draft_name(self) -> str:
        """Keep what is typed until it is accepted."""
        return f"ticket_answer:{self._ticket}"

    def specs(self) -> Sequence[FieldSpec]:
        """Return the text."""
        label = self.translate(N_("Text"))
        return (FieldSpec("text", FieldKind.FREE_TEXT, label, maximum_length=TEXT_CHARACTERS),)

    async def submit(self, values: Mapping[str, str]) -> None:
        """Answer or reopen."""
        attachments = tuple(blob for blob, _ in self.files.values())
        text = values["text"]
        body = (
            ReopenTicket(text=text)
            if self._reopens
            else AnswerTicket(text=text, attachments=attachments)
        )
        stream = StreamRef(kind="ticket", id=self._ticket)
        receipt = await self.give(body, stream, self._known.line.revision)
        if receipt.applied:
            self.dismiss()
        else:
            self.refused(receipt)
