from datetime import date, timedelta

from issuance.cases.commands.evidence import (
    AcceptEvidence,
    CaptureEvidence,
    ClaimExemption,
    Override,
    RequestEvidence,
    ReturnEvidence,
)
from issuance.cases.decision import CaseFacts, Decision, NoticeRequest, refuse
from issuance.cases.events.evidence import (
    CheckRecord,
    EvidenceAccepted,
    EvidenceCaptured,
    EvidenceRequested,
    EvidenceReturned,
    ExemptionClaimed,
    OverrideRecord,
)
from issuance.cases.reasons import reason_finding
from issuance.cases.state import CaseState, EvidenceStatus
from issuance.cases.steps import required_evidence
from issuance.findings import Finding, Severity, any_blocks, blocks
from issuance.findings.cases import CaseFinding
from issuance.findings.evidence import REMARKS, EvidenceCode
from issuance.policies.model import EvidenceRule, Exemption, Policy

_ASKABLE = frozenset(EvidenceCode) - REMARKS
"""What another file can mend; remarks are no reason to ask for one."""


def records_of(checks: tuple[Finding, ...]) -> tuple[CheckRecord, ...]:
    """Return findings as they are recorded in an event."""
    return tuple(
        CheckRecord(
            code=check.code, severity=check.severity.value, parameters=dict(check.parameters)
        )
        for check in checks
    )


def _rule_for(slot: str, state: CaseState, policy: Policy) -> EvidenceRule | None:
    return next((rule for rule in required_evidence(state, policy) if rule.id == slot), None)


def capture_evidence(
    body: CaptureEvidence, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Put a checked file into a slot.

    Its checklist must be answered, its date given and every warning overridden for a reason.
    """
    rule = _rule_for(body.slot, state, policy)
    if rule is None or _accepted(state, body.slot):
        return refuse(CaseFinding.EVIDENCE_NOT_ASKED, slot=body.slot)
    findings = [
        *facts.checks,
        *_override_findings(body.overrides, facts.checks, policy),
        *checklist_findings(rule.checklist, body.answers),
        *_date_findings(rule, body.document_date, facts.today),
    ]
    if any_blocks(findings):
        return Decision(findings=tuple(findings))
    overrides = _needed(body.overrides, facts.checks)
    captured = EvidenceCaptured.of_checks(
        records_of(facts.checks),
        slot=body.slot,
        answers=body.answers,
        engines=facts.engines,
        overrides=tuple(OverrideRecord(code=each.code, reason=each.reason) for each in overrides),
        document_date=body.document_date,
        blob=body.blob,
        override_notes={each.code: each.note for each in overrides if each.note},
        fingerprint=facts.fingerprint,
        boxes=facts.boxes,
        pages=facts.pages,
    )
    return Decision(events=(captured,), findings=tuple(findings))


def request_evidence(
    body: RequestEvidence, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Ask the applicant for another file; asking the same again sends no second mail."""
    if _rule_for(body.slot, state, policy) is None or _accepted(state, body.slot):
        return refuse(CaseFinding.EVIDENCE_NOT_ASKED, slot=body.slot)
    codes = tuple(dict.fromkeys(body.codes))
    if not codes:
        return refuse(CaseFinding.ITEMS_REQUIRED)
    if unknown := [code for code in codes if code not in _ASKABLE]:
        return refuse(CaseFinding.UNKNOWN_ITEM, item=", ".join(unknown))
    held = state.evidence.get(body.slot)
    if held and (held.status, held.requested, held.note) == (
        EvidenceStatus.REQUESTED, codes, body.note,
    ):  # fmt: skip
        return Decision()
    requested = EvidenceRequested(slot=body.slot, codes=codes, note=body.note)
    parameters = {"slot": body.slot, "codes": ",".join(codes), "note": body.note}
    notice = NoticeRequest("evidence_requested", parameters)
    return Decision(events=(requested,), notices=(notice,))


def claim_exemption(
    body: ClaimExemption, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Claim one of the document's exemptions that is in force today."""
    rule = _rule_for(body.slot, state, policy)
    if rule is None or _accepted(state, body.slot):
        return refuse(CaseFinding.EVIDENCE_NOT_ASKED, slot=body.slot)
    exemption = next((each for each in rule.exemptions if each.id == body.exemption), None)
    if exemption is None or not _in_force(exemption, facts.today):
        return refuse(CaseFinding.EXEMPTION_NOT_IN_FORCE, "exemption")
    if exemption.minimum_age and _age(state, facts.today) < exemption.minimum_age:
        return refuse(CaseFinding.EXEMPTION_AGE, "exemption", age=exemption.minimum_age)
    if exemption.proof_required and body.blob is None:
        return refuse(CaseFinding.EXEMPTION_PROOF_REQUIRED, "exemption")
    if any_blocks(facts.checks):
        return Decision(findings=facts.checks)
    claimed = ExemptionClaimed(
        slot=body.slot,
        exemption=body.exemption,
        checks=records_of(facts.checks),
        pages=facts.pages,
        blob=body.blob,
    )
    return Decision(events=(claimed,), findings=facts.checks)


def accept_evidence(
    body: AcceptEvidence, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Accept captured slots."""
    if finding := _not_captured(body.slots, state):
        return Decision(findings=(finding,))
    accepted = EvidenceAccepted(slots=body.slots)
    held = {slot for slot, each in state.evidence.items() if _is_accepted(each.status)}
    needed = {rule.id for rule in required_evidence(state, policy)}
    complete = needed <= held | set(body.slots)
    notices = (NoticeRequest("evidence_accepted"),) if complete else ()
    return Decision(events=(accepted,), notices=notices)


def return_evidence(
    body: ReturnEvidence, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Send slots back, each for a reason, and tell the applicant what to do."""
    if finding := _not_captured(tuple(body.reasons), state):
        return Decision(findings=(finding,))
    for reason in body.reasons.values():
        if finding := reason_finding(policy, policy.reasons.evidence, reason, body.note):
            return Decision(findings=(finding,))
    parameters = {
        "slots": ",".join(f"{slot}={reason}" for slot, reason in body.reasons.items()),
        "note": body.note,
    }
    returned = EvidenceReturned(reasons=body.reasons, note=body.note)
    return Decision(events=(returned,), notices=(NoticeRequest("evidence_returned", parameters),))


def latest_office_end(state: CaseState, policy: Policy) -> date | None:
    """Return the day the holder's office ends, which caps the certificate's validity."""
    ends = [
        slot.document_date
        for rule in required_evidence(state, policy)
        if rule.dated == "ends"
        and (slot := state.evidence.get(rule.id)) is not None
        and slot.document_date is not None
    ]
    return min(ends, default=None)


def checklist_findings(questions: tuple[str, ...], answers: tuple[str, ...]) -> list[Finding]:
    """Return a finding for every question that was not answered with yes."""
    return [
        blocks(CaseFinding.CHECKLIST_INCOMPLETE, question, question=question)
        for question in questions
        if question not in answers
    ]


def _override_findings(
    overrides: tuple[Override, ...], checks: tuple[Finding, ...], policy: Policy
) -> list[Finding]:
    """Return what is wrong with the overrides; what blocks cannot be overridden at all."""
    findings = [
        finding
        for each in overrides
        if (finding := reason_finding(policy, policy.reasons.override, each.reason, each.note))
    ]
    missing = _warned_of(checks) - {each.code for each in overrides}
    if missing:
        codes = ", ".join(sorted(missing))
        findings.append(blocks(CaseFinding.OVERRIDE_NEEDED, codes=codes))
    return findings


def _needed(overrides: tuple[Override, ...], checks: tuple[Finding, ...]) -> tuple[Override, ...]:
    """Return the overrides of what the check really warns of, one a code."""
    by_code = {each.code: each for each in overrides}
    return tuple(by_code[code] for code in sorted(_warned_of(checks)))


def _warned_of(checks: tuple[Finding, ...]) -> set[str]:
    return {check.code for check in checks if check.severity is Severity.WARNS}


def _date_findings(rule: EvidenceRule, given: date | None, today: date) -> list[Finding]:
    if rule.dated is None:
        return []
    if given is None:
        return [blocks(CaseFinding.DOCUMENT_DATE_REQUIRED, "document_date", slot=rule.id)]
    if rule.dated == "ends":
        ended = given <= today
        return (
            [blocks(CaseFinding.HOLDER_OFFICE_ENDED, "document_date", date=given.isoformat())]
            if ended
            else []
        )
    if given > today:
        return [blocks(CaseFinding.DOCUMENT_DATE_IN_FUTURE, "document_date")]
    oldest = rule.maximum_age_days
    if oldest is not None and today - given > timedelta(days=oldest):
        return [blocks(CaseFinding.DOCUMENT_TOO_OLD, "document_date", days=oldest)]
    return []


def _in_force(exemption: Exemption, today: date) -> bool:
    return exemption.valid_from <= today and (
        exemption.valid_until is None or today <= exemption.valid_until
    )


def _age(state: CaseState, today: date) -> int:
    born = date.fromisoformat(state.values["birth_date"])
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _accepted(state: CaseState, slot: str) -> bool:
    return slot in state.evidence and _is_accepted(state.evidence[slot].status)


def _is_accepted(status: EvidenceStatus) -> bool:
    return status is EvidenceStatus.ACCEPTED


def _not_captured(slots: tuple[str, ...], state: CaseState) -> Finding | None:
    if not slots:
        return blocks(CaseFinding.ITEMS_REQUIRED)
    for slot in slots:
        held = state.evidence.get(slot)
        if held is None or held.status is not EvidenceStatus.CAPTURED:
            return blocks(CaseFinding.NOTHING_TO_REVIEW, slot=slot)
    return None
