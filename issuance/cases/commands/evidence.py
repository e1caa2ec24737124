from datetime import date
from typing import Literal

from issuance.evidence.blob import BlobRef
from issuance.model import Frozen, Text


class Override(Frozen):
    """Why a warning does not stand in the way: the finding's code and one of the policy's reasons.

    It covers every finding of that code.
    """

    code: str
    reason: str
    note: Text = ""


class CaptureEvidence(Frozen):
    """Put a kept file into a photo or document slot, with the answers to its checklist.

    Every code its check warns of needs an override.
    """

    kind: Literal["capture_evidence"] = "capture_evidence"
    slot: str
    blob: BlobRef
    answers: tuple[str, ...] = ()
    document_date: date | None = None
    overrides: tuple[Override, ...] = ()


class RequestEvidence(Frozen):
    """Ask the applicant for another file, saying by finding codes what was wrong with this one."""

    kind: Literal["request_evidence"] = "request_evidence"
    slot: str
    codes: tuple[str, ...]
    note: Text = ""


class ClaimExemption(Frozen):
    """Say that a document is not needed, for one of the policy's dated exemptions."""

    kind: Literal["claim_exemption"] = "claim_exemption"
    slot: str
    exemption: str
    blob: BlobRef | None = None


class AcceptEvidence(Frozen):
    """Accept captured photos, documents and exemptions."""

    kind: Literal["accept_evidence"] = "accept_evidence"
    slots: tuple[str, ...]


class ReturnEvidence(Frozen):
    """Send named photos or documents back, each for a coded reason."""

    kind: Literal["return_evidence"] = "return_evidence"
    reasons: dict[str, str]
    note: Text = ""
