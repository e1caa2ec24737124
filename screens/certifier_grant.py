"""Makes an official a certifier, for good or as a substitute for some days; the centre's act."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from issuance.identity.kinds import FieldKind
from issuance.institution_queries import (
    OfficialAnswer,
    OfficialLine,
    OfficialsAnswer,
    OfficialsQuery,
    TicketLine,
    TicketsAnswer,
    TicketsQuery,
)
from issuance.institutions.official_decisions import GrantCertifier
from issuance.institutions.official_stream import MandateGround
from issuance.institutions.ticket_stream import TicketType
from issuance.streams import StreamRef
from screens.entry_form import EntryForm
from tui.form_fields import FieldSpec
from tui.institution_words import GROUNDS
from tui.translation import N_

_RESOLUTION: Final = "resolution"
_FILES: Final[Mapping[str, str]] = {
    _RESOLUTION: N_("Resolution that designates the certifier (PDF)")
}


class CertifierGrantScreen(EntryForm[None]):
    """Asks for the ticket, the ground, and for a substitute for whom and on which days.

    Args:
        official: who is to certify.
        known: the official as read.
    """

    FILES = _FILES

    def __init__(self, official: UUID, known: OfficialAnswer) -> None:
        super().__init__()
        self._official = official
        self._known = known
        self._tickets: tuple[TicketLine, ...] = ()
        self._certifiers: tuple[OfficialLine, ...] = ()

    def heading(self) -> str:
        """Say who is to certify."""
        person = self._known.state.person
        name = person.full_name if person else "–"
        return self.translate(N_("Make {name} a certifier"), name=name)

    def help_text(self) -> str:
        """Explain it in the policy's words."""
        return self.words.text("help/institutions")

    def meaning(self) -> str:
        """Say what the ground needs."""
        words = N_(
            "By law: name the law. By designation: attach the resolution. A substitute has a first "
            "and a last day."
        )
        return self.translate(words)

    async def read_more(self) -> None:
        """Read the tickets that ask for it, and who may be stood in for."""
        institution = self._known.state.institution
        tickets = await self.backend.ask(
            TicketsQuery(
                institution=institution,
                type=TicketType.CERTIFIER_ROLE,
                statuses=("centre", "institution"),
                limit=200,
            )
        )
        if isinstance(tickets, TicketsAnswer):
            self._tickets = tuple(
                each for each in tickets.entries if each.official == self._official
            )
        certifiers = await self.backend.ask(
            OfficialsQuery(institution=institution, certifiers_only=True, limit=200)
        )
        if isinstance(certifiers, OfficialsAnswer):
            self._certifiers = tuple(
                each for each in certifiers.entries if each.official != self._official
            )
        if not self._tickets:
            self.tell(self.translate(N_("No open ticket asks for this: it needs one.")))

    def draft_name(self) -> str:
        """Keep what is typed until it is accepted."""
        return f"certifier:{self._official}"

    def specs(self) -> Sequence[FieldSpec]:
        """Return ticket, ground, and the substitute's fields."""
        translate = self.translate
        tickets = tuple((str(e.ticket), f"{e.number} {e.subject}") for e in self._tickets)
        grounds = tuple((ground, translate(label)) for ground, label in GROUNDS.items())
        certifiers = tuple((str(e.official), e.name) for e in self._certifiers)
        return (
            FieldSpec("ticket", FieldKind.CHOICE, translate(N_("Ticket")), choices=tickets,
                      initial=tickets[0][0] if tickets else ""),
            FieldSpec("ground", FieldKind.CHOICE, translate(N_("Ground")), choices=grounds,
                      initial=grounds[0][0]),
            FieldSpec("law", FieldKind.FREE_TEXT, translate(N_("Law")), required=False,
                      example="Ley 18.695, art. 20"),
            FieldSpec("substitutes", FieldKind.CHOICE, translate(N_("Stands in for")),
                      required=False, choices=certifiers),
            FieldSpec("from_day", FieldKind.DATE, translate(N_("First day")), required=False),
            FieldSpec("until_day", FieldKind.DATE, translate(N_("Last day")), required=False),
        )  # fmt: skip

    async def submit(self, values: Mapping[str, str]) -> None:
        """Grant it; the ticket is closed with that."""
        body = GrantCertifier(
            ticket=UUID(values["ticket"]),
            ground=MandateGround(values["ground"]),
            law=values["law"],
            resolution=self.blob(_RESOLUTION),
            substitutes=UUID(values["substitutes"]) if values["substitutes"] else None,
            from_day=_day(values["from_day"]),
            until_day=_day(values["until_day"]),
        )
        stream = StreamRef(kind="official", id=self._official)
        receipt = await self.give(body, stream, self._known.line.revision)
        if receipt.applied:
            self.dismiss()
        else:
            self.refused(receipt)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
