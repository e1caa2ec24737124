"""Checks a kept file for a slot: by its rule, the application, and other applicants' photos."""

from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from issuance.cases.events.base import CaseEvent
from issuance.cases.events.evidence import (
    EvidenceCaptured,
    EvidenceRequested,
    EvidenceReturned,
    ExemptionClaimed,
)
from issuance.cases.state import CaseState
from issuance.engine.office import Office
from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_store import BlobDamaged
from issuance.evidence.checker import CheckKind, Report
from issuance.evidence.recent_reports import CheckedFile
from issuance.evidence.report import DocumentReport, PhotoReport, Tell, tell_nobody
from issuance.evidence.rules import DocumentRule, Expected, PhotoRule
from issuance.findings import Finding, any_blocks, blocks, warns
from issuance.findings.cases import CaseFinding
from issuance.findings.evidence import EvidenceCode

PROOF: Final = "proof"


def check_slot(
    office: Office,
    slot: str,
    blob: BlobRef,
    state: CaseState | None = None,
    tell: Tell = tell_nobody,
    content: bytes | None = None,
) -> Report:
    """Check a file against its slot's rule; the slot `proof` is a payment's or exemption's.

    The file is a kept one, or one of which only the `content` is at hand. With a case it is
    compared with the application, and a photo with those of others. `tell` is called with each
    finding the moment it is made.
    """
    policy = office.policy.policy
    looking = _Looking(office, blob, content, tell)
    if slot == PROOF:
        return looking.check(PROOF, policy.payment_proof, Expected())
    rule = policy.evidence_rule(slot)
    if rule is None:
        return _refused(blocks(CaseFinding.EVIDENCE_NOT_ASKED, slot=slot), tell)
    expected = expected_of(office, rule.person, state) if state else Expected()
    if rule.photo is None:
        if rule.document is None:
            raise ValueError("an evidence rule has a file rule")
        return looking.check("document", rule.document, expected)
    report = looking.check("photo", rule.photo, expected)
    if state is None or not isinstance(report, PhotoReport) or any_blocks(report.findings):
        return report
    alike = _found_alike(office, state, report, rule.photo)
    for finding in alike:
        tell(finding)
    return report.model_copy(update={"findings": (*report.findings, *alike)})


def expected_of(office: Office, person: str, state: CaseState) -> Expected:
    """Return what the application says of a person of the case, as far as it asks."""
    fields = office.policy.policy.people.get(person)
    if fields is None:
        return Expected(today=office.today())
    told = {
        item: " ".join(value for name in names if (value := state.values.get(name)))
        for item, names in fields
    }
    return Expected.model_validate({
        **{item: text for item, text in told.items() if text},
        "today": office.today(),
    })  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Looking:
    """A file to be looked at, wherever its content is."""

    office: Office
    blob: BlobRef
    content: bytes | None
    tell: Tell

    def check(self, kind: CheckKind, rule: PhotoRule | DocumentRule, expected: Expected) -> Report:
        """Check the file, unless just that was done a few minutes ago."""
        office = self.office
        checked = CheckedFile(self.blob.sha256, kind, rule, expected)
        if known := office.recent_reports.find(checked, office.now()):
            for finding in known.findings:
                self.tell(finding)
            return known
        try:
            content = office.blobs.read(self.blob) if self.content is None else self.content
        except BlobDamaged as damaged:
            return _refused(damaged.finding, self.tell)
        report = office.checker.check(kind, content, rule, expected, tell=self.tell)
        office.recent_reports.keep(checked, report, office.now())
        return report


def _refused(finding: Finding, tell: Tell) -> DocumentReport:
    tell(finding)
    return DocumentReport(findings=(finding,))


def _found_alike(
    office: Office, state: CaseState, report: PhotoReport, rule: PhotoRule
) -> tuple[Finding, ...]:
    """Return a warning that names the case whose photo resembles this one most."""
    if rule.quality is None or not report.fingerprint:
        return ()
    from issuance.evidence.fingerprint import (  # Pillow: not before there is a photo
        bits_apart,
        find_alike,
    )

    with office.register.reading() as reading:
        others = tuple(reading.fingerprints_of_others(state.person))
        found = find_alike(report.fingerprint, others, rule.quality.duplicate_bits)
        number = reading.case_of_fingerprint(found[0]) if found else None
    if number is None:
        return ()
    value = bits_apart(report.fingerprint, dict(others)[found[0]])
    threshold = rule.quality.duplicate_bits
    return (warns(EvidenceCode.DUPLICATE, other=number, value=value, threshold=threshold),)


class FingerprintIndex(Protocol):
    """Where the fingerprints of the photos in hand are kept, by case and slot."""

    def keep_fingerprint(
        self, case: UUID, slot: str, person: UUID, seq: int, fingerprint: str
    ) -> None:
        """Replace the fingerprint of a slot by the one that entry `seq` brought."""
        ...

    def drop_fingerprint(self, case: UUID, slot: str) -> None:
        """Forget the fingerprint of a slot; there may be none."""
        ...


def index_fingerprint(
    index: FingerprintIndex, case: UUID, person: UUID, event: CaseEvent, seq: int
) -> None:
    """Keep the fingerprints in step with an event of a case: one for each photo in hand."""
    match event:
        case EvidenceCaptured(slot=slot, fingerprint=fingerprint) if fingerprint:
            index.keep_fingerprint(case, slot, person, seq, fingerprint)
        case EvidenceCaptured(slot=slot) | EvidenceRequested(slot=slot):
            index.drop_fingerprint(case, slot)
        case ExemptionClaimed(slot=slot):
            index.drop_fingerprint(case, slot)
        case EvidenceReturned(reasons=reasons):
            for slot in reasons:
                index.drop_fingerprint(case, slot)
        case _:
            pass
