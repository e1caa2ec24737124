"""A message to an applicant or to staff, as the outbox keeps it and as screens show it."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol, Self
from uuid import UUID

from issuance.model import Frozen, Identifier, Instant, Text


class NoticeState(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    """Not tried yet."""
    SENT = "sent"
    """The mail server took it."""
    FAILED = "failed"
    """The last attempt failed; another one is due."""
    DEAD = "dead"
    """Given up."""


class NoticeRow(Protocol):
    """One row of the register's outbox table."""

    @property
    def id(self) -> UUID:
        """The notice's UUIDv7."""
        ...

    @property
    def case_id(self) -> UUID | None:
        """The case it belongs to, if any."""
        ...

    @property
    def template(self) -> str:
        """The name of its text in the policy's folder."""
        ...

    @property
    def language(self) -> str:
        """The recipient's language."""
        ...

    @property
    def to(self) -> str:
        """The recipient's e-mail address."""
        ...

    @property
    def parameters(self) -> bytes:
        """Canonical JSON: an object of strings."""
        ...

    @property
    def sealed_secret(self) -> bytes | None:
        """What `notices.sealed` sealed, until it is no longer needed."""
        ...

    @property
    def state(self) -> str:
        """A `NoticeState`."""
        ...

    @property
    def attempts(self) -> int:
        """How often it was tried."""
        ...

    @property
    def next_attempt_at(self) -> datetime:
        """When it is due."""
        ...

    @property
    def last_error(self) -> str | None:
        """What `notices.delivery.finding_of` reads."""
        ...

    @property
    def created_at(self) -> datetime:
        """When it was queued."""
        ...


class Notice(Frozen):
    """A message without its secret.

    `last_error` is what `notices.delivery.finding_of` reads.
    """

    id: Identifier
    case_id: Identifier | None
    template: str
    language: str
    to: Text
    parameters: Mapping[str, Text]
    has_secret: bool
    state: NoticeState
    attempts: int
    next_attempt_at: Instant
    created_at: Instant
    last_error: str | None

    @classmethod
    def from_row(cls, row: NoticeRow) -> Self:
        """Read a row of the outbox; the sealed secret stays behind."""
        return cls(
            id=row.id,
            case_id=row.case_id,
            template=row.template,
            language=row.language,
            to=row.to,
            parameters=json.loads(row.parameters),
            has_secret=row.sealed_secret is not None,
            state=NoticeState(row.state),
            attempts=row.attempts,
            next_attempt_at=row.next_attempt_at,
            created_at=row.created_at,
            last_error=row.last_error,
        )
