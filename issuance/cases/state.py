"""What a case is now; every field follows from its events alone."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from issuance.cases.commands.evidence import Override
from issuance.cases.events.evidence import NO_BOXES, Boxes, CheckRecord
from issuance.cases.life_state import LifeState
from issuance.evidence.blob import BlobRef
from issuance.model import Frozen, Identifier, Instant, Text
from issuance.money.amounts import Money, Price

FOLD_VERSION = 5


class CaseStatus(StrEnum):
    """Where a case stands as a whole."""

    OPEN = "open"
    HELD = "held"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"


class CodeState(Frozen):
    """The newest code of a purpose, how often it was tried, and when codes were sent."""

    id: Identifier
    verifier: str
    link_verifier: str
    expires_at: Instant
    link_expires_at: Instant | None
    attempts: int = 0
    spent: bool = False
    sent: tuple[Instant, ...] = ()


class Correction(Frozen):
    """What a step was returned for."""

    items: tuple[str, ...]
    note: Text
    by: str
    at: Instant


class EvidenceStatus(StrEnum):
    """What became of a captured file or claimed exemption."""

    CAPTURED = "captured"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REQUESTED = "requested"


class EvidenceState(Frozen):
    """The photo, document or exemption in a slot.

    `pages` are those of a PDF; 0 for a photo, and where an older version did not count them.
    `requested` are the findings for which the applicant was asked for another file; there may be
    no file yet.
    """

    status: EvidenceStatus
    blob: BlobRef | None = None
    exemption: str = ""
    answers: tuple[str, ...] = ()
    checks: tuple[CheckRecord, ...] = ()
    engines: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    boxes: Boxes = NO_BOXES
    pages: int = 0
    document_date: date | None = None
    requested: tuple[str, ...] = ()
    by: str
    at: Instant
    reason: str = ""
    note: Text = ""
    decided_by: str = ""


class PaymentStatus(StrEnum):
    """What became of a recorded deposit."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class PaymentState(Frozen):
    """The newest recorded deposit."""

    status: PaymentStatus
    amount: Money
    province: str
    account: str
    values: Mapping[str, Text]
    proof: BlobRef | None
    by: str
    at: Instant
    reason: str = ""
    note: Text = ""


class BillingState(Frozen):
    """Who the invoice is for."""

    same_as_applicant: bool
    values: Mapping[str, Text]


class ContractState(Frozen):
    """The contract that goes with a certificate: prepared, then signed, then countersigned.

    `how` says where the applicant's signature came about: `session`, `file`, `token` or `upload`.
    """

    prepared: BlobRef | None = None
    signed: BlobRef | None = None
    signed_at: Instant | None = None
    how: str = ""
    countersigned: BlobRef | None = None
    countersigned_at: Instant | None = None

    @property
    def newest(self) -> BlobRef | None:
        """Return the document as far as it has come."""
        return self.countersigned or self.signed or self.prepared


class CertificateState(Frozen):
    """A certificate of this case, from its intent on."""

    serial: str
    to_be_signed_sha256: str
    not_before: Instant
    not_after: Instant
    requested_by: str
    issued: bool = False
    delivered_at: Instant | None = None
    contract: ContractState = ContractState()
    life: LifeState = LifeState()


class ActivationState(Frozen):
    """How far the applicant's activation has come; given-up keys start it again."""

    person_confirmed_by: str = ""
    person_confirmed_at: Instant | None = None
    contract: BlobRef | None = None
    contract_version: str = ""
    data_confirmed_at: Instant | None = None
    authorised_until: Instant | None = None
    certificate: CertificateState | None = None
    given_up: tuple[CertificateState, ...] = ()

    @property
    def newest_contract(self) -> BlobRef | None:
        """Return the contract as far as it has come: as agreed to, to be signed, or signed."""
        return (self.certificate.contract.newest if self.certificate else None) or self.contract


class CaseState(Frozen):
    """One person's request for one certificate."""

    id: Identifier
    number: str
    policy: str
    product: str
    certificate_type: str
    container: str
    validity_days: int
    validity_years: int = 0
    person: Identifier
    language: str
    consent_version: str
    price: Price
    values: Mapping[str, Text]
    opened_by: str
    opened_at: Instant
    updated_at: Instant
    updated_by: str
    renews: str = ""
    status: CaseStatus = CaseStatus.OPEN
    ended_for: str = ""
    held_for: str = ""
    email_confirmed: bool = False
    approved_by: str = ""
    application_correction: Correction | None = None
    codes: Mapping[str, CodeState] = {}
    evidence: Mapping[str, EvidenceState] = {}
    payment: PaymentState | None = None
    billing: BillingState | None = None
    activation: ActivationState = ActivationState()
    acted: Mapping[str, tuple[str, ...]] = {}

    def condition_values(self) -> dict[str, str]:
        """Return what the policy's conditions look at: form values, type and container."""
        return {
            **self.values,
            "type": self.certificate_type,
            "container": self.container,
        }
