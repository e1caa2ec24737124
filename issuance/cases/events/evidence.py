from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Final, Self

from issuance.cases.events.base import CaseEvent
from issuance.events import Parts
from issuance.evidence.blob import BlobRef
from issuance.evidence.report import Box, PhotoReport
from issuance.model import PERSONAL, Frozen, Text

_MEASURED = frozenset({"value", "threshold", "engine"})


class CheckRecord(Frozen):
    """One finding of a check, as it is recorded with the file it was made on."""

    code: str
    severity: str
    parameters: dict[str, str | int] = {}


class OverrideRecord(Frozen):
    """A warning that did not stand in the way, and the policy's reason for it."""

    code: str
    reason: str


class Boxes(Frozen):
    """Where person, card portrait and card are in a photo, in pixels of the upright picture."""

    person: Box | None = None
    portrait: Box | None = None
    card: Box | None = None

    @classmethod
    def seen_in(cls, report: PhotoReport) -> Self:
        """Return what a report says of it."""
        return cls(person=report.person, portrait=report.portrait, card=report.card)


NO_BOXES: Final = Boxes()


class EvidenceCaptured(CaseEvent):
    """A file that passed its checks was put into a slot, with everything that decided it.

    `checks` keep what was measured for ever; what else a finding tells (a number read on the card)
    is personal: `particulars` holds it, one mapping a check. `engines` are the programs that
    looked. `pages` are those of a PDF; 0 for a photo, and where they were not counted. The notes of
    the overrides stand beside them by code. `fingerprint` is made from the person's face as much as
    from the background: personal too.
    """

    KIND: ClassVar[str] = "evidence_captured"
    SCHEMA: ClassVar[int] = 3
    ACT: ClassVar[str] = "capture_evidence"
    PURGED: ClassVar[Mapping[str, Any]] = {
        "blob": None,
        "particulars": (),
        "override_notes": {},
        "fingerprint": "",
        "boxes": {},
    }
    slot: str
    answers: tuple[str, ...]
    checks: tuple[CheckRecord, ...]
    engines: tuple[str, ...]
    overrides: tuple[OverrideRecord, ...]
    pages: int
    document_date: date | None
    blob: Annotated[BlobRef | None, PERSONAL]
    particulars: Annotated[tuple[dict[str, str | int], ...], PERSONAL]
    override_notes: Annotated[dict[str, Text], PERSONAL]
    fingerprint: Annotated[str, PERSONAL]
    boxes: Annotated[Boxes, PERSONAL]

    @classmethod
    def of_checks(cls, checks: tuple[CheckRecord, ...], **others: Any) -> Self:
        """Return the event, each check parted into what stays and what can be erased."""
        kept = tuple(
            check.model_copy(update={"parameters": _part(check, measured=True)}) for check in checks
        )
        particulars = tuple(_part(check, measured=False) for check in checks)
        return cls(checks=kept, particulars=particulars, **others)

    def whole_checks(self) -> tuple[CheckRecord, ...]:
        """Return the checks with their particulars, as far as these were not erased."""
        if not self.particulars:
            return self.checks
        return tuple(
            check.model_copy(update={"parameters": {**check.parameters, **more}})
            for check, more in zip(self.checks, self.particulars, strict=True)
        )

    @classmethod
    def upgraded(cls, schema: int, public: Parts, personal: Parts | None) -> Parts:
        """Read what older versions recorded.

        Version 2 did not count pages; version 1 knew neither engines, overrides, boxes nor a
        fingerprint.
        """
        parts = {"pages": 0, **super().upgraded(schema, public, personal)}
        if schema > 1:
            return parts
        return {**cls.PURGED, "engines": (), "overrides": (), **parts}


def _part(check: CheckRecord, *, measured: bool) -> dict[str, str | int]:
    return {
        name: value for name, value in check.parameters.items() if (name in _MEASURED) == measured
    }


class EvidenceRequested(CaseEvent):
    """The applicant was asked for another file; `codes` are the findings that say why."""

    KIND: ClassVar[str] = "evidence_requested"
    ACT: ClassVar[str] = "request_evidence"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": ""}
    slot: str
    codes: tuple[str, ...]
    note: Annotated[Text, PERSONAL]


class ExemptionClaimed(CaseEvent):
    """A document is not needed, for a reason the policy knows; `pages` are those of its proof."""

    KIND: ClassVar[str] = "exemption_claimed"
    SCHEMA: ClassVar[int] = 2
    ACT: ClassVar[str] = "capture_evidence"
    PURGED: ClassVar[Mapping[str, Any]] = {"blob": None, "exemption": ""}
    slot: str
    exemption: Annotated[Text, PERSONAL]
    checks: tuple[CheckRecord, ...]
    pages: int
    blob: Annotated[BlobRef | None, PERSONAL]

    @classmethod
    def upgraded(cls, schema: int, public: Parts, personal: Parts | None) -> Parts:
        """Read what version 1 recorded, which did not count pages."""
        return {"pages": 0, **super().upgraded(schema, public, personal)}


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
