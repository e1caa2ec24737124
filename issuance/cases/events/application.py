from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from issuance.cases.events.base import CaseEvent
from issuance.events import Parts
from issuance.model import PERSONAL, Identifier, Instant, Text
from issuance.money.amounts import Price


class CaseOpened(CaseEvent):
    """A case began with an application and a consent; `renews` is a certificate's serial."""

    KIND: ClassVar[str] = "case_opened"
    ACT: ClassVar[str] = "open_case"
    PURGED: ClassVar[Mapping[str, Any]] = {"values": {}}
    number: str
    policy: str
    product: str
    certificate_type: str
    container: str
    validity_days: int
    validity_years: int = 0
    person: Identifier
    price: Price
    consent_version: str
    language: str
    values: Annotated[dict[str, Text], PERSONAL]
    renews: str = ""


class ApplicationAmended(CaseEvent):
    """The application was corrected; `changed` names the fields."""

    KIND: ClassVar[str] = "application_amended"
    ACT: ClassVar[str] = "amend_application"
    PURGED: ClassVar[Mapping[str, Any]] = {"values": {}}
    changed: tuple[str, ...]
    email_changed: bool
    values: Annotated[dict[str, Text], PERSONAL]


class CodeSent(CaseEvent):
    """A code was made and its mail queued; only the newest of a purpose is valid.

    One that replaces another says why; version 1 recorded no reason.
    """

    KIND: ClassVar[str] = "code_sent"
    SCHEMA: ClassVar[int] = 2
    PURGED: ClassVar[Mapping[str, Any]] = {"to": "", "note": ""}
    purpose: str
    code: Identifier
    verifier: str
    link_verifier: str = ""
    expires_at: Instant
    link_expires_at: Instant | None = None
    reason: str
    note: Annotated[Text, PERSONAL]
    to: Annotated[Text, PERSONAL]

    @classmethod
    def upgraded(cls, schema: int, public: Parts, personal: Parts | None) -> Parts:
        """Read what version 1 recorded: no reason."""
        parts = super().upgraded(schema, public, personal)
        return parts if schema > 1 else {"reason": "", "note": "", **parts}


class CodeAttempted(CaseEvent):
    """A code was presented; counted before it is checked."""

    KIND: ClassVar[str] = "code_attempted"
    purpose: str


class CodeRefused(CaseEvent):
    """The presented code was not accepted."""

    KIND: ClassVar[str] = "code_refused"
    purpose: str


class EmailConfirmed(CaseEvent):
    """The applicant reads the e-mail they gave."""

    KIND: ClassVar[str] = "email_confirmed"
    ACT: ClassVar[str] = "confirm_email"


class ApplicationApproved(CaseEvent):
    """A second person approved the application."""

    KIND: ClassVar[str] = "application_approved"
    ACT: ClassVar[str] = "approve"


class ApplicationReturned(CaseEvent):
    """The application went back for the named items."""

    KIND: ClassVar[str] = "application_returned"
    ACT: ClassVar[str] = "return_application"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": ""}
    items: tuple[str, ...]
    note: Annotated[Text, PERSONAL]


class CaseRejected(CaseEvent):
    """The case ended with a rejection."""

    KIND: ClassVar[str] = "case_rejected"
    ACT: ClassVar[str] = "reject"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": ""}
    reason: str
    note: Annotated[Text, PERSONAL]
