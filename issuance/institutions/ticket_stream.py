"""A ticket of the help desk: opened, answered by either side, closed, opened again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final, Literal
from uuid import UUID

from issuance.events import Event
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding, blocks
from issuance.findings.institutions import InstitutionCode
from issuance.identity.email import read_email
from issuance.identity.verdict import Reading
from issuance.institutions.actors import CENTRAL, Actor, check_reach
from issuance.institutions.decision import Decision, happened, refusal, refused
from issuance.model import PERSONAL, Count, Frozen, Identifier, Instant, Text
from issuance.policies.model import Policy

FOLD_VERSION: Final = 1
STREAM_KIND: Final = "ticket"


class TicketType(StrEnum):
    """What a ticket asks for."""

    ENABLE_INSTITUTION = "enable_institution"
    CERTIFIER_ROLE = "certifier_role"
    OPERATOR_CHANGE = "operator_change"
    TECHNICAL = "technical"
    QUESTION = "question"


class Side(StrEnum):
    """Who writes, or is waited for."""

    CENTRE = "centre"
    INSTITUTION = "institution"


class TicketOutcome(StrEnum):
    """How a ticket ended."""

    GRANTED = "granted"
    REFUSED = "refused"
    ANSWERED = "answered"


class OpenTicket(Frozen):
    """Ask the help desk; `institution` is None before there is one, `official` whom it is about.

    `contact` is the e-mail address of who asks in the name of no institution: they have no account.
    """

    kind: Literal["open_ticket"] = "open_ticket"
    type: TicketType
    institution: Identifier | None = None
    official: Identifier | None = None
    subject: Text
    text: Text
    attachments: tuple[BlobRef, ...] = ()
    contact: Text = ""


class AnswerTicket(Frozen):
    """Write in a ticket; the other side is waited for then."""

    kind: Literal["answer_ticket"] = "answer_ticket"
    text: Text
    attachments: tuple[BlobRef, ...] = ()


class CloseTicket(Frozen):
    """Close a ticket with its outcome."""

    kind: Literal["close_ticket"] = "close_ticket"
    outcome: TicketOutcome
    text: Text = ""


class ReopenTicket(Frozen):
    """Go on with a ticket that was closed a short time ago."""

    kind: Literal["reopen_ticket"] = "reopen_ticket"
    text: Text


TicketBody = OpenTicket | AnswerTicket | CloseTicket | ReopenTicket


class TicketEvent(Event):
    """Something that happened to a ticket; its words and files are personal."""

    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"text": "", "attachments": ()})
    text: Annotated[Text, PERSONAL] = ""
    attachments: Annotated[tuple[BlobRef, ...], PERSONAL] = ()
    side: Side
    by: str


class TicketOpened(TicketEvent):
    """Somebody asked the help desk."""

    KIND: ClassVar[str] = "ticket_opened"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {"text": "", "attachments": (), "subject": "", "contact": ""}
    )
    type: TicketType
    institution: Identifier | None
    official: Identifier | None
    subject: Annotated[Text, PERSONAL]
    contact: Annotated[Text, PERSONAL] = ""


class TicketAnswered(TicketEvent):
    """One side wrote; the other is waited for."""

    KIND: ClassVar[str] = "ticket_answered"


class TicketClosed(TicketEvent):
    """The centre closed it; nobody is waited for."""

    KIND: ClassVar[str] = "ticket_closed"
    outcome: TicketOutcome
    at: Instant


class TicketReopened(TicketEvent):
    """It goes on; the other side is waited for."""

    KIND: ClassVar[str] = "ticket_reopened"


class TicketState(Frozen):
    """A ticket; `waits_for` is None when it is closed.

    `contact` is the e-mail address of who asked in the name of no institution.
    """

    type: TicketType
    institution: Identifier | None
    official: Identifier | None
    subject: str
    opened_by: str
    waits_for: Side | None
    answers: Count = 0
    outcome: TicketOutcome | None = None
    closed_at: Instant | None = None
    contact: str = ""


def evolve_ticket(state: TicketState | None, event: TicketEvent) -> TicketState:
    """Return the ticket after an event."""
    if isinstance(event, TicketOpened):
        return TicketState(
            type=event.type,
            institution=event.institution,
            official=event.official,
            subject=event.subject,
            opened_by=event.by,
            waits_for=Side.CENTRE,
            contact=event.contact,
        )
    if state is None:
        raise TypeError(f"no rule for {event.KIND}")
    if isinstance(event, TicketClosed):
        closed = {"waits_for": None, "outcome": event.outcome, "closed_at": event.at}
        return state.model_copy(update=closed)
    other = Side.INSTITUTION if event.side is Side.CENTRE else Side.CENTRE
    going_on = {"waits_for": other, "answers": state.answers + 1}
    return state.model_copy(update={**going_on, "outcome": None, "closed_at": None})


def decide_ticket(
    state: TicketState | None, body: TicketBody, policy: Policy, actor: Actor, now: datetime
) -> Decision:
    """Decide a command about a ticket."""
    institution = body.institution if isinstance(body, OpenTicket) else None
    if state is not None:
        institution = state.institution
    if finding := check_reach(policy, body.kind, actor, institution):
        return refused(finding)
    side = side_of(actor)
    if isinstance(body, OpenTicket):
        return _open(state, body, actor, side)
    if state is None or (state.institution is None and side is Side.INSTITUTION):
        return refusal(InstitutionCode.OUT_OF_REACH)
    text = body.text.strip()
    if isinstance(body, ReopenTicket):
        return _reopen(state, text, policy, actor, now)
    if state.waits_for is None:
        return refusal(InstitutionCode.TICKET_CLOSED)
    if isinstance(body, CloseTicket):
        return happened(
            TicketClosed(outcome=body.outcome, at=now, text=text, side=side, by=actor.user)
        )
    if not text:
        return refusal(InstitutionCode.TICKET_TEXT_MISSING, "text")
    answered = TicketAnswered(text=text, attachments=body.attachments, side=side, by=actor.user)
    return happened(answered)


def check_ticket(
    ticket: TicketState | None,
    wanted: TicketType,
    institution: UUID | None,
    official: UUID | None = None,
) -> tuple[Finding, ...]:
    """Return why a ticket does not ask for this; one that is closed asks for nothing."""
    asks = None if ticket is None else (ticket.type, ticket.institution, ticket.official)
    if ticket is None or asks != (wanted, institution, official):
        return (blocks(InstitutionCode.TICKET_WRONG, "ticket"),)
    return (blocks(InstitutionCode.TICKET_CLOSED, "ticket"),) if ticket.waits_for is None else ()


def side_of(actor: Actor) -> Side:
    """Return the side somebody writes for."""
    central = any(seat.role in CENTRAL for seat in actor.seats)
    return Side.CENTRE if central else Side.INSTITUTION


def _open(state: TicketState | None, body: OpenTicket, actor: Actor, side: Side) -> Decision:
    subject, text = body.subject.strip(), body.text.strip()
    if state is not None:
        return refusal(InstitutionCode.TICKET_OPEN)
    if not subject or not text:
        return refusal(InstitutionCode.TICKET_TEXT_MISSING, "text" if subject else "subject")
    if (body.official is None) == (body.type is TicketType.CERTIFIER_ROLE):
        return refusal(InstitutionCode.TICKET_OFFICIAL_MISSING, "official")
    contact = read_email(body.contact)
    if findings := _contact_findings(body, contact):
        return refused(*findings)
    opened = TicketOpened(
        type=body.type,
        institution=body.institution,
        official=body.official,
        subject=subject,
        text=text,
        attachments=body.attachments,
        contact=contact.value if body.institution is None else "",
        side=side,
        by=actor.user,
    )
    return happened(opened)


def _contact_findings(body: OpenTicket, contact: Reading) -> tuple[Finding, ...]:
    """Return why who asks could not be told anything; an institution's operator always is."""
    if body.institution is not None or contact.acceptable:
        return ()
    if body.contact.strip():
        return tuple(Finding(each.code, each.severity, "contact") for each in contact.findings)
    if body.type is TicketType.ENABLE_INSTITUTION:
        return (blocks(InstitutionCode.TICKET_CONTACT_MISSING, "contact"),)
    return ()


def _reopen(state: TicketState, text: str, policy: Policy, actor: Actor, now: datetime) -> Decision:
    if state.waits_for is not None or state.closed_at is None:
        return refusal(InstitutionCode.TICKET_OPEN)
    days = policy.portable.ticket_reopen_days if policy.portable else 0
    if now - state.closed_at > timedelta(days=days):
        return refusal(InstitutionCode.TICKET_REOPEN_LATE, days=days)
    if not text:
        return refusal(InstitutionCode.TICKET_TEXT_MISSING, "text")
    return happened(TicketReopened(text=text, side=side_of(actor), by=actor.user))
