from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar

from issuance.cases.events.base import CaseEvent
from issuance.evidence.blob import BlobRef
from issuance.model import PERSONAL, Frozen, Text


class CheckRecord(Frozen):
    """One finding of a check, as it is recorded with the file it was made on."""

    code: str
    severity: str
    parameters: dict[str, str | int] = {}


class EvidenceCaptured(CaseEvent):
    """A file that passed its checks was put into a slot."""

    KIND: ClassVar[str] = "evidence_captured"
    ACT: ClassVar[str] = "capture_evidence"
    PURGED: ClassVar[Mapping[str, Any]] = {"blob": None}
    slot: str
    answers: tuple[str, ...]
    checks: tuple[CheckRecord, ...]
    document_date: date | None
    blob: Annotated[BlobRef | None, PERSONAL]


class ExemptionClaimed(CaseEvent):
    """A document is not needed, for a reason the policy knows."""

    KIND: ClassVar[str] = "exemption_claimed"
    ACT: ClassVar[str] = "capture_evidence"
    PURGED: ClassVar[Mapping[str, Any]] = {"blob": None, "exemption": ""}
    slot: str
    exemption: Annotated[Text, PERSONAL]
    checks: tuple[CheckRecord, ...]
    blob: Annotated[BlobRef | None, PERSONAL]


class EvidenceAccepted(CaseEvent):
    """A second person accepted the named slots."""

    KIND: ClassVar[str] = "evidence_accepted"
    ACT: ClassVar[str] = "accept_evidence"
    slots: tuple[str, ...]


class EvidenceReturned(CaseEvent):
    """The named slots must be brought again, each for a reason."""

    KIND: ClassVar[str] = "evidence_returned"
    ACT: ClassVar[str] = "return_evidence"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": ""}
    reasons: dict[str, str]
    note: Annotated[Text, PERSONAL]
