"""Revoking what the authority issued and the register does not know.

Such a certificate was issued after the backup an office was restored from, or before its authority
was taken over. It has no case: asking for its revocation and deciding it are events of the
authority's own stream.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from issuance.certificates.authority_event import AuthorityEvent
from issuance.model import PERSONAL, Frozen, Instant, Text

UnregisteredStatus = Literal["waiting", "revoked", "declined"]


class UnregisteredEvent(AuthorityEvent):
    """Something about the revocation of a certificate without a case; the serial is hexadecimal."""

    serial: str
    by: str
    at: Instant


class UnregisteredRevocationAsked(UnregisteredEvent):
    """Somebody asked to revoke this certificate (DER in base64); another person decides."""

    KIND: ClassVar[str] = "unregistered_revocation_asked"
    PURGED: ClassVar[Mapping[str, Any]] = {
        "certificate": "", "holder": "", "identification": "", "asker": "", "note": "",
    }  # fmt: skip
    certificate: Annotated[str, PERSONAL]
    holder: Annotated[Text, PERSONAL]
    identification: Annotated[Text, PERSONAL]
    not_after: Instant
    cause: str
    effective: date | None
    asked_by: str
    identified_by: str
    asker: Annotated[Text, PERSONAL]
    note: Annotated[Text, PERSONAL]


class UnregisteredRevoked(UnregisteredEvent):
    """Another person confirmed it: the certificate is revoked from `at`, for good."""

    KIND: ClassVar[str] = "unregistered_revoked"
    reason: str
    invalid_since: Instant | None


class UnregisteredRevocationDeclined(UnregisteredEvent):
    """Another person declined it: the certificate stands as it is."""

    KIND: ClassVar[str] = "unregistered_revocation_declined"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": ""}
    note: Annotated[Text, PERSONAL]


class UnregisteredRevocation(Frozen):
    """A revocation that was asked for, and what became of it.

    `reason` (of RFC 5280), `revoked_at` and `invalid_since` are set once it took effect; `decided`
    is who confirmed or declined it, and `decline_note` why it was declined.
    """

    serial: str
    holder: Text
    identification: Text
    not_after: Instant
    status: UnregisteredStatus
    cause: str
    effective: date | None
    asked_by: str
    identified_by: str
    asker: Text
    note: Text
    by: str
    at: Instant
    reason: str = ""
    revoked_at: Instant | None = None
    invalid_since: Instant | None = None
    decided_by: str = ""
    decided_at: Instant | None = None
    decline_note: Text = ""

    @property
    def waits(self) -> bool:
        """Tell whether it is still to be decided."""
        return self.status == "waiting"


def evolve_unregistered(
    known: Sequence[UnregisteredRevocation], event: UnregisteredEvent
) -> tuple[UnregisteredRevocation, ...]:
    """Return the revocations after an event."""
    if isinstance(event, UnregisteredRevocationAsked):
        asked = event.model_dump(exclude={"certificate"})
        return (*known, UnregisteredRevocation(status="waiting", **asked))
    changed: dict[str, Any] = {"decided_by": event.by, "decided_at": event.at}
    if isinstance(event, UnregisteredRevoked):
        changed |= {
            "status": "revoked",
            "reason": event.reason,
            "revoked_at": event.at,
            "invalid_since": event.invalid_since,
        }
    elif isinstance(event, UnregisteredRevocationDeclined):
        changed |= {"status": "declined", "decline_note": event.note}
    else:
        raise TypeError(f"no rule for {event.KIND}")
    return tuple(
        each.model_copy(update=changed) if _is_meant(each, event) else each for each in known
    )


def _is_meant(revocation: UnregisteredRevocation, event: UnregisteredEvent) -> bool:
    return revocation.serial == event.serial and revocation.status == "waiting"
