"""What `decide` is given besides state and command, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from issuance.cases.events.base import CaseEvent
from issuance.cases.events.evidence import NO_BOXES, Boxes
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding, FindingCode, Severity, blocks


@dataclass(frozen=True, slots=True)
class FreshCode:
    """A code made for this command: its HMACs, and who holds the clear text until it is mailed."""

    id: UUID
    verifier: str
    link_verifier: str


@dataclass(frozen=True, slots=True)
class PreparedIntent:
    """A linted to-be-signed certificate, ready to be accepted as an intent.

    `public_key_sha256` is of the SubjectPublicKeyInfo: a key is certified once.
    """

    serial: str
    public_key_sha256: str
    authority_key: str
    request_sha256: str
    to_be_signed_sha256: str
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class RenewedCertificate:
    """The certificate a new case is to follow, as it stands now; `status` is its case's."""

    serial: str
    case: UUID
    person: UUID
    certificate_type: str
    container: str
    status: str
    not_after: datetime
    followed: bool


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the engine read or prepared for a decision, in the same transaction where it matters.

    `held` maps a claim to the number of the case that holds it. `checks` are the findings about the
    command's file, with the `engines` that looked, the photo's `boxes` and `fingerprint`, the
    document's `pages`; `presented` is the HMAC of the presented code. `captured_at` is when a
    station recorded the command without the server; `authority_ends` is when the authority's own
    certificate does.
    """

    now: datetime
    today: date
    case: UUID
    number: str = ""
    person: UUID | None = None
    held: Mapping["Claim", str] = field(default_factory=dict["Claim", str])
    checks: tuple[Finding, ...] = ()
    engines: tuple[str, ...] = ()
    boxes: Boxes = NO_BOXES
    fingerprint: str = ""
    pages: int = 0
    fresh_code: FreshCode | None = None
    presented: tuple[str, ...] = ()
    contract: BlobRef | None = None
    seal_serial: str = ""
    intent: PreparedIntent | None = None
    notice_template: str = ""
    renewed: RenewedCertificate | None = None
    captured_at: datetime | None = None
    authority_ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Something only one case may hold: an open case of a person, a deposit, a number.

    What is taken `once` not even the same case takes again.
    """

    kind: str
    value: str
    once: bool = False


#: The claims a case holds only while it is open.
WHILE_OPEN: Final = ("open_case", "renewal")


@dataclass(frozen=True, slots=True)
class NoticeRequest:
    """A mail to queue with the events; `with_code` seals the fresh code into it."""

    template: str
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    with_code: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What a command leads to; a refusal can carry events too (a wrong code)."""

    events: tuple[CaseEvent, ...] = ()
    findings: tuple[Finding, ...] = ()
    notices: tuple[NoticeRequest, ...] = ()
    claims: tuple[Claim, ...] = ()
    releases: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Tell whether a finding forbids the command."""
        return any(finding.severity is Severity.BLOCKS for finding in self.findings)


def refuse(code: FindingCode, field_name: str | None = None, **parameters: str | int) -> Decision:
    """Return a refusal for one reason."""
    return Decision(findings=(blocks(code, field_name, **parameters),))
