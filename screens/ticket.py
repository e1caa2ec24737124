"""A ticket of the help desk: what was asked and answered, whom it waits for, and its files."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from issuance.institution_queries import TicketAnswer, TicketMessage, TicketQuery
from issuance.institutions.ticket_stream import CloseTicket, TicketOutcome, TicketType
from issuance.streams import StreamRef
from screens.brought_file import file_words, save_copy
from screens.paged_text import Heading, LabelledRow, Part
from screens.stream_page import StreamPage
from tui.institution_words import OUTCOMES, SIDES
from tui.moments import full
from tui.translation import N_

_ANSWER, _CLOSE, _REOPEN = "answer_ticket", "close_ticket", "reopen_ticket"
_ENABLE, _OFFICIAL, _INSTITUTION, _FILE = "ask_institution", "official", "institution", "file"
_LABELS: Final = {
    _ANSWER: N_("Answer"),
    _ENABLE: N_("Ask to enable the institution"),
    _OFFICIAL: N_("Open the official it is about"),
    _INSTITUTION: N_("Open the institution"),
    _CLOSE: N_("Close"),
    _REOPEN: N_("Reopen"),
    _FILE: N_("Save a copy of a file"),
}


class TicketScreen(StreamPage):
    """Shows a ticket to both sides.

    Args:
        ticket: its identifier.
    """

    def __init__(self, ticket: UUID) -> None:
        super().__init__(StreamRef(kind="ticket", id=ticket))
        self._known: TicketAnswer | None = None

    async def read_page(self) -> bool:
        """Read the ticket with its messages."""
        answer = await self.backend.ask(TicketQuery(ticket=self.ref.id))
        if not isinstance(answer, TicketAnswer):
            self.told(answer)
            return False
        self._known, self.revision = answer, answer.line.revision
        return True

    @property
    def known(self) -> TicketAnswer:
        """Return what was read; raises RuntimeError before that."""
        if self._known is None:
            raise RuntimeError("nothing was read yet")
        return self._known

    def help_text(self) -> str:
        """Explain tickets, in the policy's words."""
        return self.words.text("help/tickets")

    def headline(self) -> str:
        """Say number, subject and whom it waits for."""
        state = self.known.state
        standing = state.waits_for or state.outcome
        words = self.words.word("ticket_states", standing.value if standing else "")
        return f"{self.known.line.number} {state.subject} · {words}"

    def parts(self) -> Sequence[Part]:
        """Say what it is about, then every message, the first one first."""
        state, translate = self.known.state, self.translate
        kind = self.words.word("ticket_types", state.type.value)
        parts: list[Part] = [LabelledRow(translate(N_("Kind")), kind)]
        if self.known.line.institution_name:
            parts.append(
                LabelledRow(translate(N_("Institution")), self.known.line.institution_name)
            )
        if self.known.line.official_name:
            parts.append(LabelledRow(translate(N_("Official")), self.known.line.official_name))
        if state.contact:
            parts.append(LabelledRow(translate(N_("E-mail to answer to")), state.contact))
        for message in self.known.messages:
            parts += self._message(message)
        return parts

    def _message(self, message: TicketMessage) -> list[Part]:
        moment = full(message.at, self.words.zone, self.translate.language)
        side = self.translate(SIDES[message.side])
        outcome = (
            self.translate(
                N_("Closed: {outcome}"), outcome=self.translate(OUTCOMES[message.outcome])
            )
            if message.outcome
            else ""
        )
        told = (f"{message.by} ({side})", moment, outcome)
        parts: list[Part] = [Heading(" · ".join(each for each in told if each))]
        parts += [message.text] if message.text else []
        for at, blob in enumerate(message.attachments, start=1):
            label = self.translate(N_("File {number}"), number=at)
            parts.append(LabelledRow(label, file_words(blob, 0, self.translate)))
        return parts

    def choices(self) -> list[tuple[str, str]]:
        """Return what one may do now."""
        state = self.known.state
        is_open = state.waits_for is not None
        acts = (_ANSWER, _CLOSE) if is_open else (_REOPEN,)
        offered = [act for act in acts if self.may(act, state.institution)]
        if state.type is TicketType.ENABLE_INSTITUTION and is_open and self.may(_ENABLE, None):
            offered.insert(1, _ENABLE)
        offered += [_OFFICIAL] if state.official else []
        offered += [_INSTITUTION] if state.institution else []
        offered += [_FILE] if any(each.attachments for each in self.known.messages) else []
        return [(act, self.translate(_LABELS[act])) for act in offered]

    async def lead_through(self, act: str) -> None:
        """Do it."""
        state, app = self.known.state, self.ventanilla
        if act in (_ANSWER, _REOPEN):
            app.open_screen("ticket_answer", self.ref.id, self.known, act == _REOPEN)
        elif act == _ENABLE:
            app.open_screen("institution_entry", self.ref.id)
        elif act == _OFFICIAL:
            app.open_screen("official", state.official)
        elif act == _INSTITUTION:
            app.open_screen("institution", state.institution)
        elif act == _CLOSE:
            await self._close()
        elif act == _FILE:
            await self._save_file()

    async def _close(self) -> None:
        outcomes = [(code, self.translate(label)) for code, label in OUTCOMES.items()]
        title = self.translate(N_("How does the ticket end?"))
        chosen = await self.ask_reason(title, outcomes)
        if chosen is not None:
            outcome = TicketOutcome(chosen.code)
            await self.give_here(CloseTicket(outcome=outcome, text=chosen.reason))

    async def _save_file(self) -> None:
        files = [blob for each in self.known.messages for blob in each.attachments]
        choices = [
            (str(at), f"{at + 1} · {file_words(blob, 0, self.translate)}")
            for at, blob in enumerate(files)
        ]
        chosen = choices[0][0]
        if len(choices) > 1:
            chosen = await self.choose(self.translate(N_("Which file?")), choices)
        if chosen is not None:
            name = f"{self.known.line.number}-{int(chosen) + 1}"
            await save_copy(self, files[int(chosen)], name)
