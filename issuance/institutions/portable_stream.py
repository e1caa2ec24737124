"""A portable certificate: asked for, approved or rejected, in use, revoked or expired."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final

from issuance.certificates.revocation_reasons import RevocationReason
from issuance.events import Event
from issuance.model import PERSONAL, Frozen, Identifier, Instant, Text

FOLD_VERSION: Final = 1
STREAM_KIND: Final = "portable_certificate"


class IdentityProof(Frozen):
    """How the certifier proved who the official is: in person, by which document, on which day."""

    document: Text
    number: Text
    seen_on: date


class PortableEvent(Event):
    """Something that happened to a portable certificate or the request for it."""


class PortableRequested(PortableEvent):
    """An official asked for a certificate, or a campaign did for them.

    `replaces` is the certificate that it takes the place of, `campaign` the campaign.
    """

    KIND: ClassVar[str] = "portable_requested"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"phone": ""})
    institution: Identifier
    official: Identifier
    purpose: Text
    product: str
    phone: Annotated[Text, PERSONAL]
    replaces: Identifier | None = None
    campaign: Identifier | None = None
    at: Instant
    by: str


class CertifiersNudged(PortableEvent):
    """The certifiers were reminded that it waits."""

    KIND: ClassVar[str] = "portable_certifiers_nudged"
    at: Instant
    by: str


class PortableWithdrawn(PortableEvent):
    """The official took the request back."""

    KIND: ClassVar[str] = "portable_withdrawn"
    by: str


class PortableApproved(PortableEvent):
    """A certifier proved the official's identity; `own` when they are the same person."""

    KIND: ClassVar[str] = "portable_approved"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"proof": None})
    proof: Annotated[IdentityProof | None, PERSONAL]
    certifier: Identifier
    mandate: Identifier
    own: bool
    by: str


class PortableRejected(PortableEvent):
    """A certifier rejected it for a coded reason."""

    KIND: ClassVar[str] = "portable_rejected"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"note": ""})
    reason: str
    note: Annotated[Text, PERSONAL] = ""
    certifier: Identifier
    by: str


class PortableIssued(PortableEvent):
    """The institution's authority issued; the key waits in custody under `key`.

    `generation` is that of the root above, `serial` lower-case hexadecimal.
    """

    KIND: ClassVar[str] = "portable_issued"
    key: Text
    serial: str
    generation: str
    not_before: Instant
    not_after: Instant


class PortableActivated(PortableEvent):
    """It signs from now on: two codes in a row came, or its purpose takes none."""

    KIND: ClassVar[str] = "portable_activated"
    by: str


class PortableRevoked(PortableEvent):
    """It signs no more: `cause` is the policy's, `reason` RFC 5280's, `role` who wanted it.

    `effective` is the day since when it should not be relied on, where that is not this one.
    """

    KIND: ClassVar[str] = "portable_revoked"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"note": ""})
    cause: str
    reason: RevocationReason
    note: Annotated[Text, PERSONAL] = ""
    effective: date | None = None
    role: str
    by: str


class PortableExpired(PortableEvent):
    """Its term ended."""

    KIND: ClassVar[str] = "portable_expired"


class PortableStatus(StrEnum):
    """Where a portable certificate stands."""

    PENDING = "pending"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    APPROVED = "approved"
    ISSUED = "issued"
    """It waits for its holder to set up the one-time codes."""
    ACTIVE = "active"
    REVOKED = "revoked"
    EXPIRED = "expired"


REISSUABLE: Final = frozenset(
    {PortableStatus.ISSUED, PortableStatus.ACTIVE, PortableStatus.EXPIRED}
)
"""What a campaign may have issued again."""


class PortableState(Frozen):
    """A portable certificate, from the request on."""

    institution: Identifier
    official: Identifier
    purpose: str
    product: str
    phone: str
    status: PortableStatus
    requested_at: Instant
    replaces: Identifier | None = None
    campaign: Identifier | None = None
    nudged_at: Instant | None = None
    own: bool = False
    key: str = ""
    serial: str = ""
    generation: str = ""
    not_before: Instant | None = None
    not_after: Instant | None = None


def evolve_portable(state: PortableState | None, event: PortableEvent) -> PortableState:
    """Return the certificate after an event."""
    if isinstance(event, PortableRequested):
        return PortableState(
            institution=event.institution,
            official=event.official,
            purpose=event.purpose,
            product=event.product,
            phone=event.phone,
            status=PortableStatus.PENDING,
            requested_at=event.at,
            replaces=event.replaces,
            campaign=event.campaign,
        )
    if state is None:
        raise TypeError(f"no rule for {event.KIND}")
    return state.model_copy(update=_changes(event))


def _changes(event: PortableEvent) -> Mapping[str, Any]:
    match event:
        case CertifiersNudged():
            return {"nudged_at": event.at}
        case PortableWithdrawn():
            return {"status": PortableStatus.WITHDRAWN}
        case PortableApproved():
            return {"status": PortableStatus.APPROVED, "own": event.own}
        case PortableRejected():
            return {"status": PortableStatus.REJECTED}
        case PortableIssued():
            names = ("key", "serial", "generation", "not_before", "not_after")
            issued = {name: getattr(event, name) for name in names}
            return {"status": PortableStatus.ISSUED, **issued}
        case PortableActivated():
            return {"status": PortableStatus.ACTIVE}
        case PortableRevoked():
            return {"status": PortableStatus.REVOKED}
        case PortableExpired():
            return {"status": PortableStatus.EXPIRED}
        case _:
            raise TypeError(f"no rule for {event.KIND}")
