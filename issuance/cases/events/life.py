from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar

from issuance.cases.events.base import CaseEvent
from issuance.model import PERSONAL, Count, Identifier, Instant, Text


class RevocationRequested(CaseEvent):
    """Somebody asked for a revocation that a second person must confirm.

    `received_at` is when a station recorded it without the server.
    """

    KIND: ClassVar[str] = "revocation_requested"
    ACT: ClassVar[str] = "revoke_certificate"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": "", "asker": ""}
    serial: str
    cause: str
    effective: date | None
    asked_by: str
    identified_by: str
    asker: Annotated[Text, PERSONAL]
    note: Annotated[Text, PERSONAL]
    received_at: Instant | None = None


class RevocationDeclined(CaseEvent):
    """The second person let the certificate stand."""

    KIND: ClassVar[str] = "revocation_declined"
    ACT: ClassVar[str] = "decline_revocation"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": ""}
    serial: str
    note: Annotated[Text, PERSONAL]


class CertificateRevoked(CaseEvent):
    """The certificate was revoked for good.

    `revocation_reason` is of RFC 5280; `asked_by` is `clock` where a time ran out and `office`
    where a renewal replaced it.
    """

    KIND: ClassVar[str] = "certificate_revoked"
    ACT: ClassVar[str] = "confirm_revocation"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": "", "asker": ""}
    serial: str
    cause: str
    revocation_reason: str
    revoked_at: Instant
    invalid_since: Instant | None
    asked_by: str
    identified_by: str
    asker: Annotated[Text, PERSONAL]
    note: Annotated[Text, PERSONAL]


class CertificateSuspended(CaseEvent):
    """The certificate does not hold until it is reinstated."""

    KIND: ClassVar[str] = "certificate_suspended"
    ACT: ClassVar[str] = "suspend_certificate"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": ""}
    serial: str
    cause: str
    revocation_reason: str
    revoked_at: Instant
    note: Annotated[Text, PERSONAL]


class CertificateReinstated(CaseEvent):
    """The suspension was lifted: no reason stands against the certificate any more."""

    KIND: ClassVar[str] = "certificate_reinstated"
    ACT: ClassVar[str] = "reinstate_certificate"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": ""}
    serial: str
    cause: str
    revocation_reason: str = ""
    note: Annotated[Text, PERSONAL]


class StandingCarriedOver(CaseEvent):
    """A published list told, after a restore, what the backup did not know of the certificate.

    Only the list knows it: what the cause was in the policy's words, and who asked, is lost.
    """

    KIND: ClassVar[str] = "standing_carried_over"
    serial: str
    revocation_reason: str
    revoked_at: Instant
    invalid_since: Instant | None
    list_number: Count


class CertificateRenewed(CaseEvent):
    """Another case gave the holder the certificate that follows this one."""

    KIND: ClassVar[str] = "certificate_renewed"
    serial: str
    by_case: Identifier
    by_serial: str


class CertificateExpired(CaseEvent):
    """The certificate's time has run out."""

    KIND: ClassVar[str] = "certificate_expired"
    serial: str


class ExpiryNoticed(CaseEvent):
    """The holder was told that the certificate ends within so many days."""

    KIND: ClassVar[str] = "expiry_noticed"
    serial: str
    days: int


class ContractReminded(CaseEvent):
    """The holder was reminded that the contract is not signed."""

    KIND: ClassVar[str] = "contract_reminded"
    serial: str
