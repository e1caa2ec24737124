"""What goes into the register and what comes out of it, free of any database."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Generic, NamedTuple, TypeVar
from uuid import UUID

from issuance.streams import StreamRef

PURGED: Final = "purged"
"""The kind of the register's own event; its public part is `{"entries": [seq, ...]}`."""

GENESIS: Final = bytes(32)
"""The hash before the first entry."""


@dataclass(frozen=True, slots=True)
class PreparedEvent:
    """An event to append; both parts are JSON-able, `personal` can be erased later."""

    kind: str
    schema: int
    public: dict[str, Any]
    personal: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """When, by whom, by which command and under which policy (identifier and hash)."""

    at: datetime
    operator: str
    command_id: UUID | None
    policy: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the chain; `personal` is None once it was purged."""

    seq: int
    stream: StreamRef
    revision: int
    kind: str
    schema: int
    public: dict[str, Any]
    personal: dict[str, Any] | None
    at: datetime
    operator: str
    command_id: UUID | None
    policy: str | None
    hash: bytes


@dataclass(frozen=True, slots=True)
class StoredStream:
    """A stream's current revision and state; `fold_version` tells which `evolve` made it."""

    ref: StreamRef
    revision: int
    state: bytes | None
    fold_version: int


class Head(NamedTuple):
    """The end of an office's chain."""

    seq: int
    hash: bytes


class Growth(NamedTuple):
    """By what a transaction prolonged the chain: its end before and now, and the last moment."""

    began: Head
    head: Head
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """The canonical bytes of a receipt and the hash of the command it answers."""

    command_hash: bytes
    body: bytes


class Queue(StrEnum):
    """Where a case waits."""

    APPROVAL = "approval"
    APPLICANT = "applicant"
    READY = "ready"
    WORKING = "working"
    HELD = "held"
    CLOSED = "closed"


class CaseMarks(NamedTuple):
    """What a case is found by, and who has it in hand unless it is closed."""

    number: str
    person_name: str
    identification: str
    email: str
    captured_by: str
    in_work_by: str | None


class KnownCase(NamedTuple):
    """What stands in the lists of a case, as far as the caller knows."""

    marks: CaseMarks
    closed: bool


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """A case as lists show it; `product` and `step` are label keys of its policy."""

    number: str
    person_name: str
    identification: str
    email: str
    captured_by: str
    in_work_by: str | None
    case_id: UUID
    product: str
    queue: str
    updated_at: datetime
    step: str
    policy: str


@dataclass(frozen=True, slots=True)
class WorklistFilter:
    """Which cases to list: of a queue, of a person, of both, or all.

    A person's cases are the ones they captured or have in work and that are not closed.
    """

    queue: str | None = None
    operator: str | None = None


@dataclass(frozen=True, slots=True)
class PageKey:
    """The last row of a page; the next page continues behind it."""

    at: datetime
    id: UUID


RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """Some rows, newest first; `next` is None on the last page."""

    rows: tuple[RowT, ...]
    next: PageKey | None


class CertificateState(StrEnum):
    """How far the issuing of a certificate came."""

    INTENDED = "intended"
    ISSUED = "issued"
    ABANDONED = "abandoned"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate from its intent on; `serial` is decimal, `csr_sha256` hexadecimal.

    `certificate` is DER once issued. `at` is the moment of the intent.
    """

    serial: str
    case_id: UUID
    to_be_signed: bytes
    csr_sha256: str
    authority_key_id: str
    at: datetime
    state: str = CertificateState.INTENDED
    certificate: bytes | None = None
    revoked_at: datetime | None = None
    revocation_reason: str | None = None


@dataclass(frozen=True, slots=True)
class StandingRow:
    """Since when and why a certificate does not stand good (reasons of RFC 5280, 5.3.1)."""

    serial: str
    revoked_at: datetime
    reason: str
    invalid_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class RevokedRow:
    """When and why a certificate of a key in custody was revoked; `key` is the key's stream."""

    serial: str
    key: UUID
    revoked_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What a status answer says of a certificate; without `revoked_at` it stands good."""

    serial: str
    state: str
    revoked_at: datetime | None
    reason: str | None
    invalid_since: datetime | None


@dataclass(frozen=True, slots=True)
class CertificateLineRow:
    """A certificate as lists show it; name, identification and number are its case's."""

    serial: str
    case_id: UUID
    number: str
    person_name: str
    identification: str
    product: str
    state: str
    not_before: datetime
    not_after: datetime
    revoked_at: datetime | None
    revocation_reason: str | None


@dataclass(frozen=True, slots=True)
class CertificateFilter:
    """Which certificates to list; `state` as stored, `ended` whether their time has run out.

    With `unrevoked` the revoked ones are left out.
    """

    text: str = ""
    state: str | None = None
    ended: bool | None = None
    ends_before: datetime | None = None
    unrevoked: bool = False


@dataclass(frozen=True, slots=True)
class SerialKey:
    """The last line of a page of certificates: its place in the order, then its serial."""

    at: datetime
    serial: str


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A message to be sent; `parameters` is a canonical JSON object of strings."""

    id: UUID
    case_id: UUID | None
    template: str
    language: str
    to: str
    parameters: bytes
    sealed_secret: bytes | None
    state: str
    attempts: int
    next_attempt_at: datetime
    last_error: str | None
    created_at: datetime
