"""Tells people of institutions by mail what happened, in the office's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date

from issuance.engine.office import Office
from issuance.engine.streams import read_state
from issuance.events import Event
from issuance.institutions import campaign_stream, institution_stream, official_stream
from issuance.institutions.actors import Scope
from issuance.institutions.campaign_stream import CampaignState
from issuance.institutions.institution_stream import InstitutionRefused, InstitutionState
from issuance.institutions.notices import Notice, Told, notices_for
from issuance.institutions.official_stream import OfficialState
from issuance.institutions.people import Person
from issuance.institutions.portable_stream import (
    STREAM_KIND as PORTABLE,
)
from issuance.institutions.portable_stream import (
    PortableRejected,
    PortableRevoked,
    PortableState,
    PortableStatus,
)
from issuance.institutions.ticket_stream import TicketState
from issuance.model import Frozen, canonical_bytes
from issuance.notices.model import NoticeState
from issuance.policies.loader import PolicyWords
from issuance.policies.rendering import placeholders
from issuance.register.institution_items import ItemFilter
from issuance.register.model import NoticeRow
from issuance.register.paging import LARGEST_PAGE
from issuance.register.register import Reading, Writing
from issuance.streams import StreamRef

WHOLE_OFFICE = Scope(everything=True, institutions=frozenset(), officials=frozenset())
"""What the office itself sees, which tells nobody."""


class _Reader(NamedTuple):
    name: str
    address: str


def ticket_number(ticket: UUID) -> str:
    """Return what people call a ticket."""
    return ticket.hex[-8:].upper()


def queue_told(
    writing: Writing, office: Office, ref: StreamRef, state: Frozen, event: Event, at: datetime
) -> None:
    """Queue the mails that an event gives rise to, with the events of its decision."""
    for notice in notices_for(event):
        queue_notice(writing, office, notice, ref, state, event, at)


def queue_notice(
    writing: Writing,
    office: Office,
    notice: Notice,
    ref: StreamRef,
    state: Frozen,
    event: Event | None,
    at: datetime,
) -> None:
    """Queue one mail to each of those who are to be told."""
    institution, official = _about(writing, ref, state)
    language = office.sign.language
    words = office.policy.words(language)
    wanted = placeholders(words.text(f"mail/{notice.template}"))
    told = _Telling(writing, office, ref, state, event, words, institution)
    for reader in told.readers(notice.told, official):
        known = told.parameters(reader)
        writing.queue_notice(
            NoticeRow(
                id=office.sources.identifiers.new(),
                case_id=None,
                template=notice.template.value,
                language=language,
                to=reader.address,
                parameters=canonical_bytes({name: known[name] for name in wanted}),
                sealed_secret=None,
                state=NoticeState.QUEUED,
                attempts=0,
                next_attempt_at=at,
                last_error=None,
                created_at=at,
            )
        )


class _Telling(NamedTuple):
    """One event that is told, and what its mails may speak of."""

    reading: Reading
    office: Office
    ref: StreamRef
    state: Frozen
    event: Event | None
    words: PolicyWords
    institution: InstitutionState | None

    def readers(self, told: Told, official: OfficialState | None) -> list[_Reader]:
        match told:
            case Told.HOLDER:
                return _people(official.person if official else None)
            case Told.OPERATOR:
                return _people(self.institution.operator if self.institution else None)
            case Told.CERTIFIERS if isinstance(self.state, PortableState):
                return self._certifiers(self.state.institution)
            case Told.REQUESTER if isinstance(self.state, TicketState):
                # Only the address is known of them.
                return [_Reader("", address) for address in (self.state.contact,) if address]
            case Told.HELP_DESK:
                return [_Reader(self.office.sign.name, self.office.help_desk)]
            case _:
                return []

    def parameters(self, reader: _Reader) -> Mapping[str, str]:
        portable = self.state if isinstance(self.state, PortableState) else None
        ticket = self.state if isinstance(self.state, TicketState) else None
        return {
            "name": reader.name,
            "institution": self.institution.name if self.institution else self.office.sign.name,
            "purpose": portable.purpose if portable else "",
            "reason": self._reason(),
            "note": str(getattr(self.event, "note", "")),
            "count": str(self._waiting(portable)) if portable else "",
            "number": ticket_number(self.ref.id),
            "subject": ticket.subject if ticket else "",
            "text": str(getattr(self.event, "text", "")),
            "status": self._standing(ticket) if ticket else "",
            "valid_until": self._valid_until(portable),
        }

    def _certifiers(self, institution: UUID) -> list[_Reader]:
        kind, today = official_stream.STREAM_KIND, self.office.today()
        wanted = ItemFilter(kind, institution, type="certifier")
        rows = self.reading.items(WHOLE_OFFICE, wanted, limit=LARGEST_PAGE).rows
        found = (
            read_state(self.reading, StreamRef(kind=kind, id=row.id), OfficialState)[0]
            for row in rows
        )
        return [
            reader
            for each in found
            if each is not None and each.mandate_on(today) is not None
            for reader in _people(each.person)
        ]

    def _reason(self) -> str:
        match self.event:
            case (
                PortableRejected(reason=reason)
                | PortableRevoked(cause=reason)
                | InstitutionRefused(reason=reason)
            ):
                return self.words.word("reasons", reason, "mail")
            case _ if isinstance(self.state, PortableState) and self.state.campaign:
                stream = StreamRef(kind=campaign_stream.STREAM_KIND, id=self.state.campaign)
                campaign, _ = read_state(self.reading, stream, CampaignState)
                return (campaign.ground or campaign.name) if campaign else ""
            case _:
                return ""

    def _waiting(self, portable: PortableState) -> int:
        pending = (PortableStatus.PENDING.value,)
        wanted = ItemFilter(PORTABLE, portable.institution, statuses=pending)
        return self.reading.item_count(WHOLE_OFFICE, wanted)

    def _standing(self, ticket: TicketState) -> str:
        standing = ticket.waits_for or ticket.outcome
        return self.words.word("ticket_states", standing.value if standing else "")

    def _valid_until(self, portable: PortableState | None) -> str:
        if portable is None or portable.not_after is None:
            return ""
        zone = ZoneInfo(self.office.policy.policy.zone)
        day = portable.not_after.astimezone(zone).date()
        return format_date(day, "long", locale=self.office.sign.language)


def _about(
    reading: Reading, ref: StreamRef, state: Frozen
) -> tuple[InstitutionState | None, OfficialState | None]:
    """Return the institution and the official that an event is about."""
    if isinstance(state, InstitutionState):
        return state, None
    institution, official = getattr(state, "institution", None), getattr(state, "official", None)
    known = state if isinstance(state, OfficialState) else None
    if official is not None:
        stream = StreamRef(kind=official_stream.STREAM_KIND, id=official)
        known = read_state(reading, stream, OfficialState)[0]
    if institution is None:
        return None, known
    stream = StreamRef(kind=institution_stream.STREAM_KIND, id=institution)
    return read_state(reading, stream, InstitutionState)[0], known


def _people(person: Person | None) -> list[_Reader]:
    return [_Reader(person.full_name, person.email)] if person else []
