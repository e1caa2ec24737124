"""The one envelope every command travels in, and the receipt that answers it."""

import hashlib
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from issuance.access.commands import OfficeBody, RecordExport
from issuance.access.oidc_settings import SetIdentityProvider
from issuance.cases.commands.unregistered import UnregisteredBody
from issuance.cases.decide import CaseBody
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.institutions.bodies import InstitutionalBody
from issuance.model import Count, Frozen, Identifier, Instant, canonical_bytes
from issuance.policies.stream import EnactPolicy as EnactPolicy
from issuance.policies.stream import PolicyBody
from issuance.policies.stream import ProposePolicy as ProposePolicy
from issuance.signing.commands import SigningBody
from issuance.stations.server_time import ServerTime
from issuance.stations.stream import StationBody
from issuance.streams import StreamRef

Body = Annotated[
    CaseBody
    | OfficeBody
    | PolicyBody
    | StationBody
    | RecordExport
    | SetIdentityProvider
    | UnregisteredBody
    | InstitutionalBody
    | SigningBody,
    Field(discriminator="kind"),
]


def _is_absent(value: object) -> bool:
    return value is None


class Command(Frozen):
    """What somebody asks of a stream.

    Station, epoch, sequence, previous hash, clock and lease stay empty in an embedded office. Actor
    and office are taken from the session; the envelope's are only compared with it. `at` is what
    the clock on the wall said; without `clock` the form is that of before there was one.
    """

    v: Literal[1] = 1
    id: Identifier
    office: Identifier
    station: Identifier | None = None
    epoch: Identifier | None = None
    seq: Count | None = None
    prev: str | None = None
    schema_version: Count = 1
    stream: StreamRef
    base_revision: Count
    operator: str
    session: Identifier
    at: Instant
    clock: Annotated[ServerTime | None, Field(exclude_if=_is_absent)] = None
    body: Body
    blobs: tuple[BlobRef, ...] = ()
    lease: str | None = None

    def digest(self) -> bytes:
        """Return SHA-256 of the canonical form, in which no secret stands."""
        return hashlib.sha256(canonical_bytes(self)).digest()


class Outcome(StrEnum):
    """What became of a command."""

    APPLIED = "applied"
    REJECTED = "rejected"
    CONFLICT = "conflict"


class Receipt(Frozen):
    """The stored answer to a command; the same command again gets the same receipt."""

    command: Identifier
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    stream: StreamRef
    revision: int
    position: int
    at: Instant
    result: dict[str, str] = {}

    @property
    def applied(self) -> bool:
        """Tell whether the command took effect."""
        return self.outcome is Outcome.APPLIED
