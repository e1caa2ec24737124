"""What the screens ask of the engine, and the answers they get; lists are keyset pages."""

from collections.abc import Mapping
from typing import Final, Literal

from pydantic import Field

from issuance.cases.guards import ActView
from issuance.cases.life_state import LifeState
from issuance.cases.state import CaseState
from issuance.cases.steps import StepView
from issuance.certificates.description import CertificateDescription
from issuance.certificates.verdicts import CertificateVerdicts
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.institution_queries import InstitutionalAnswer, InstitutionalQuery
from issuance.model import Count, Frozen, Identifier, Instant
from issuance.office_queries import BroughtCertificateAnswer as BroughtCertificateAnswer
from issuance.office_queries import BroughtCertificateQuery as BroughtCertificateQuery
from issuance.office_queries import CaptureReceiptAnswer as CaptureReceiptAnswer
from issuance.office_queries import CaptureReceiptQuery as CaptureReceiptQuery
from issuance.office_queries import IdentityProviderAnswer as IdentityProviderAnswer
from issuance.office_queries import IdentityProviderQuery as IdentityProviderQuery
from issuance.office_queries import OperatorEntry as OperatorEntry
from issuance.office_queries import OperatorsAnswer as OperatorsAnswer
from issuance.office_queries import OperatorsQuery as OperatorsQuery
from issuance.office_queries import PolicyAnswer as PolicyAnswer
from issuance.office_queries import PolicyQuery as PolicyQuery
from issuance.office_queries import StationEntry as StationEntry
from issuance.office_queries import StationsAnswer as StationsAnswer
from issuance.office_queries import StationsQuery as StationsQuery
from issuance.office_queries import UnregisteredAnswer as UnregisteredAnswer
from issuance.office_queries import UnregisteredKey as UnregisteredKey
from issuance.office_queries import UnregisteredQuery as UnregisteredQuery
from issuance.office_queries import UnregisteredRevocation as UnregisteredRevocation
from issuance.signing.queries import SigningAnswer, SigningQuery

WorklistName = Literal["mine", "approval", "applicant", "ready", "all"]


class PageKey(Frozen):
    """Where a page ends and the next begins."""

    updated_at: Instant
    case: Identifier


class WorklistQuery(Frozen):
    """Ask for a page of a work-list, or of what a search text finds."""

    kind: Literal["worklist"] = "worklist"
    name: WorklistName = "all"
    text: str = ""
    after: PageKey | None = None
    limit: int = Field(default=50, ge=1, le=200)


class WorklistEntry(Frozen):
    """A case as a line of the work-list.

    `step` of a closed one is the status it ended with; where only the contract is to be signed
    still it is `CONTRACT_WAITS`.
    """

    case: Identifier
    number: str
    person_name: str
    identification: str
    product: str
    queue: str
    step: str
    in_work_by: str
    updated_at: Instant


class WorklistAnswer(Frozen):
    """A page of a work-list and where the next one begins."""

    entries: tuple[WorklistEntry, ...]
    next: PageKey | None


class CountsQuery(Frozen):
    """Ask how many cases stand in each work-list, and how many certificates end soon."""

    kind: Literal["counts"] = "counts"


EXPIRING_DAYS: Final = (30, 60, 90)


class CountsAnswer(Frozen):
    """Counts by work-list; a count above the ceiling is given as ceiling + 1.

    `expiring` counts the certificates that end within each of `EXPIRING_DAYS`, by the days.
    `troubles` is what everybody must hear who works on: the end of the register was cut off, the
    revocation list cannot be written.
    """

    counts: Mapping[str, int]
    ceiling: int
    expiring: Mapping[str, int] = {}
    troubles: tuple[Finding, ...] = ()


class CaseQuery(Frozen):
    """Ask for a case by its id, or by its number."""

    kind: Literal["case"] = "case"
    case: Identifier | None = None
    number: str = ""


class CaseAnswer(Frozen):
    """A case with its revision, its steps, and what can be done now and by whom."""

    state: CaseState
    revision: int
    steps: tuple[StepView, ...]
    current_step: str
    acts: tuple[ActView, ...]


class HistoryQuery(Frozen):
    """Ask who did what in a case, from the register."""

    kind: Literal["history"] = "history"
    case: Identifier
    after_revision: Count = 0
    limit: int = Field(default=100, ge=1, le=200)


class HistoryEntry(Frozen):
    """One event of a case: what, by whom, when, and the facts a reader wants.

    `flags` say what a person should know about how a station recorded it.
    """

    revision: int
    position: int
    kind: str
    at: Instant
    operator: str
    operator_name: str
    details: Mapping[str, str]
    flags: tuple[Finding, ...] = ()


class HistoryAnswer(Frozen):
    """Events of a case in their order."""

    entries: tuple[HistoryEntry, ...]


class NoticesQuery(Frozen):
    """Ask for the mails of a case, or of the whole office, newest first."""

    kind: Literal["notices"] = "notices"
    case: Identifier | None = None
    limit: int = Field(default=50, ge=1, le=200)


class NoticeEntry(Frozen):
    """A mail in the outbox: its state, never its secret."""

    id: Identifier
    case: Identifier | None
    template: str
    to: str
    state: str
    attempts: int
    created_at: Instant
    last_error: str


class NoticesAnswer(Frozen):
    """Mails, newest first."""

    entries: tuple[NoticeEntry, ...]


class MailboxQuery(Frozen):
    """Ask for the demonstration's mailbox; a real office has none."""

    kind: Literal["mailbox"] = "mailbox"


class MailboxMessage(Frozen):
    """A mail as its reader sees it."""

    id: str
    to: str
    subject: str
    body: str
    at: Instant


class MailboxAnswer(Frozen):
    """The mails of the demonstration, newest first."""

    messages: tuple[MailboxMessage, ...]


class ContractQuery(Frozen):
    """Ask for the contract as the applicant will read it, and the certificate's exact fields.

    The fields are labelled in `language`, where it is empty in the applicant's own.
    """

    kind: Literal["contract"] = "contract"
    case: Identifier
    language: str = ""


class ContractAnswer(Frozen):
    """The contract's text, its version, and the fields the certificate will carry."""

    version: str
    text: str
    fields: tuple[tuple[str, str], ...]
    ends: Instant
    document: BlobRef | None


class CertificateQuery(Frozen):
    """Ask for the certificate of a case."""

    kind: Literal["certificate"] = "certificate"
    case: Identifier


class CertificateAnswer(Frozen):
    """A certificate (DER, base64), its chain from the issuing authority to the root, its fields.

    `verdicts` say apart whether it reads as meant and whether its chain is trusted now.
    """

    serial: str
    certificate: str
    chain: tuple[str, ...]
    description: CertificateDescription
    verdicts: CertificateVerdicts


CertificateStanding = Literal["valid", "suspended", "revoked", "expired"]


class CertificateKey(Frozen):
    """Where a page of certificates ends and the next begins."""

    at: Instant
    serial: str


class CertificatesQuery(Frozen):
    """Ask for a page of the issued certificates, the newest first.

    `text` is a serial (decimal or hexadecimal) or words of name, cédula or case number. With
    `expiring_within_days` only valid and suspended ones that end by then, the first to end first.
    """

    kind: Literal["certificates"] = "certificates"
    text: str = ""
    state: CertificateStanding | None = None
    expiring_within_days: int | None = Field(default=None, ge=0, le=3660)
    after: CertificateKey | None = None
    limit: int = Field(default=50, ge=1, le=200)


class CertificateLine(Frozen):
    """A certificate as a line of the list; `reason` (RFC 5280) where it does not stand good."""

    serial: str
    case: Identifier
    number: str
    name: str
    identification: str
    product: str
    state: CertificateStanding
    not_before: Instant
    not_after: Instant
    revoked_at: Instant | None
    reason: str


class CertificatesAnswer(Frozen):
    """A page of certificates and where the next one begins."""

    entries: tuple[CertificateLine, ...]
    next: CertificateKey | None


class CertificateLifeQuery(Frozen):
    """Ask for everything about one certificate, by its decimal serial."""

    kind: Literal["certificate_life"] = "certificate_life"
    serial: str


class CertificateFile(Frozen):
    """A kept file that goes with a certificate: `contract`, `signed`, `countersigned`."""

    name: str
    blob: BlobRef


class CertificateLife(Frozen):
    """A certificate with its standing, its life, what can be done now, and its case's history.

    `certificate` and `chain` are DER in base64, from the issuing authority to the root.
    `contract_ends` is until when the contract must be signed; `acts` are those of the case, empty
    for a certificate that another of the same case has followed. `renewal_product` is the product
    of a case that would renew it (its form begins with `values`), empty where none can be opened;
    `renewal_findings` say why.
    """

    line: CertificateLine
    revision: int
    certificate: str
    chain: tuple[str, ...]
    description: CertificateDescription
    verdicts: CertificateVerdicts
    life: LifeState
    contract_ends: Instant | None
    renews: str
    renewal_product: str
    renewal_findings: tuple[Finding, ...] = ()
    values: Mapping[str, str]
    acts: tuple[ActView, ...]
    history: tuple[HistoryEntry, ...]
    files: tuple[CertificateFile, ...]


Query = (
    WorklistQuery
    | CountsQuery
    | CaseQuery
    | HistoryQuery
    | NoticesQuery
    | MailboxQuery
    | ContractQuery
    | CertificateQuery
    | CertificatesQuery
    | CertificateLifeQuery
    | UnregisteredQuery
    | BroughtCertificateQuery
    | OperatorsQuery
    | PolicyQuery
    | StationsQuery
    | CaptureReceiptQuery
    | IdentityProviderQuery
    | InstitutionalQuery
    | SigningQuery
)
Answer = (
    WorklistAnswer
    | CountsAnswer
    | CaseAnswer
    | HistoryAnswer
    | NoticesAnswer
    | MailboxAnswer
    | ContractAnswer
    | CertificateAnswer
    | CertificatesAnswer
    | CertificateLife
    | UnregisteredAnswer
    | BroughtCertificateAnswer
    | OperatorsAnswer
    | PolicyAnswer
    | StationsAnswer
    | IdentityProviderAnswer
    | CaptureReceiptAnswer
    | InstitutionalAnswer
    | SigningAnswer
)
