"""The log of what was signed with a certificate: one event a request, so that commits group."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field

from issuance.events import Event
from issuance.model import PERSONAL, Count, Frozen, Instant, Text
from issuance.signing.preparation import Place

FOLD_VERSION = 1
STREAM_KIND: Final = "signature_log"


class LoggedItem(Frozen):
    """A file or hash that was signed, or was not: then `refusal` is the finding's code.

    Both checksums are SHA-256 in hexadecimal, of what came and of what left; for a hash the first
    is the hash itself. `said` is the checksum the client sent, whatever it was. `unstamped` is a
    PDF that should have had a time stamp and was signed without, since no authority gave one.
    """

    kind: str
    name: Text = ""
    size: Count
    original: str
    said: Text = ""
    signed: str = ""
    place: Place | None = None
    refusal: str = ""
    unstamped: bool = False


class SignatureLogEvent(Event):
    """Something that was signed, or asked to be."""


class RequestSigned(SignatureLogEvent):
    """A request was answered: by which application, for what purpose, from where."""

    KIND: ClassVar[str] = "request_signed"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {"run": "", "items": (), "address": "", "agent": ""}
    )
    number: Count
    interface: Text
    entity: Text
    application: Text
    purpose: Text
    run: Annotated[Text, PERSONAL]
    items: Annotated[tuple[LoggedItem, ...], PERSONAL, Field(max_length=1000)]
    signed: Count
    failed: Count
    answered_at: Instant
    address: Annotated[Text, PERSONAL] = ""
    agent: Annotated[Text, PERSONAL] = ""


class SignatureLogState(Frozen):
    """How much was signed with a certificate, and when last."""

    requests: Count = 0
    signed: Count = 0
    failed: Count = 0
    last_at: Instant | None = None


def evolve_signature_log(
    state: SignatureLogState | None, event: SignatureLogEvent
) -> SignatureLogState:
    """Return the log's totals after an event."""
    known = state or SignatureLogState()
    if not isinstance(event, RequestSigned):
        raise TypeError(f"no rule for {event.KIND}")
    return SignatureLogState(
        requests=known.requests + 1,
        signed=known.signed + event.signed,
        failed=known.failed + event.failed,
        last_at=event.answered_at,
    )


def counted(items: Sequence[LoggedItem]) -> tuple[int, int]:
    """Return how many items were signed and how many were not."""
    failed = sum(bool(each.refusal) for each in items)
    return len(items) - failed, failed
