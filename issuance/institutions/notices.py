"""Who is told of what: the mail that an event gives rise to."""

from enum import StrEnum
from typing import NamedTuple

from issuance.events import Event
from issuance.institutions.institution_stream import (
    InstitutionApproved,
    InstitutionRefused,
    OperatorReplaced,
)
from issuance.institutions.official_stream import CertifierGranted, OfficialRegistered
from issuance.institutions.portable_stream import (
    CertifiersNudged,
    PortableIssued,
    PortableRejected,
    PortableRequested,
    PortableRevoked,
)
from issuance.institutions.ticket_stream import Side, TicketEvent


class Template(StrEnum):
    """The policy's texts for mails, each under `mail/`."""

    INSTITUTION_APPROVED = "institution_approved"
    INSTITUTION_REFUSED = "institution_refused"
    OFFICIAL_REGISTERED = "official_registered"
    CERTIFIER_GRANTED = "certifier_granted"
    TICKET_CHANGED = "ticket_changed"
    TICKET_TOLD = "ticket_told"
    """To who has no account: with what was written."""
    PENDING = "portable_pending"
    REISSUE = "portable_reissue"
    APPROVED = "portable_approved"
    REJECTED = "portable_rejected"
    REVOKED = "portable_revoked"
    EXPIRING = "portable_expiring"
    """Of no event: a clock's."""


class Told(StrEnum):
    """Who gets a message."""

    HOLDER = "holder"
    CERTIFIERS = "certifiers"
    """Those of the institution whose mandate is in force."""
    OPERATOR = "operator"
    HELP_DESK = "help_desk"
    REQUESTER = "requester"
    """Who asked in the name of no institution, where an address is known."""


class Notice(NamedTuple):
    """A mail and who gets it."""

    template: Template
    told: Told


def notices_for(event: Event) -> tuple[Notice, ...]:
    """Return the mails that an event gives rise to, none for most."""
    match event:
        case TicketEvent():
            # Whoever wrote knows; the other side is told, and who has no account everything.
            other = Told.OPERATOR if event.side is Side.CENTRE else Told.HELP_DESK
            return (
                Notice(Template.TICKET_CHANGED, other),
                Notice(Template.TICKET_TOLD, Told.REQUESTER),
            )
        case InstitutionApproved() | OperatorReplaced():
            return (Notice(Template.INSTITUTION_APPROVED, Told.OPERATOR),)
        case InstitutionRefused():
            return (Notice(Template.INSTITUTION_REFUSED, Told.OPERATOR),)
        case OfficialRegistered():
            return (Notice(Template.OFFICIAL_REGISTERED, Told.HOLDER),)
        case CertifierGranted():
            return (Notice(Template.CERTIFIER_GRANTED, Told.HOLDER),)
        case PortableRequested(campaign=campaign) if campaign is not None:
            return (Notice(Template.REISSUE, Told.HOLDER),)
        case CertifiersNudged():
            return (Notice(Template.PENDING, Told.CERTIFIERS),)
        case PortableIssued():
            return (Notice(Template.APPROVED, Told.HOLDER),)
        case PortableRejected():
            return (Notice(Template.REJECTED, Told.HOLDER),)
        case PortableRevoked():
            return (Notice(Template.REVOKED, Told.HOLDER),)
        case _:
            return ()
