"""Revocation, suspension, reinstatement, renewal: what may become of an issued certificate."""

from datetime import date, datetime

from issuance.cases.commands.life import (
    ConfirmRevocation,
    DeclineRevocation,
    ReinstateCertificate,
    RevocationRequest,
    RevokeCertificate,
    SuspendCertificate,
)
from issuance.cases.decision import CaseFacts, Decision, NoticeRequest, refuse
from issuance.cases.events.life import (
    CertificateReinstated,
    CertificateRevoked,
    CertificateSuspended,
    RevocationDeclined,
    RevocationRequested,
)
from issuance.cases.life_state import RevocationWish, Standing
from issuance.cases.reasons import reason_finding
from issuance.cases.state import CaseState, CertificateState
from issuance.certificates.revocation_reasons import (
    Revocation,
    RevocationReason,
    check_reinstatement,
    check_revocation,
    check_suspension,
)
from issuance.findings import Finding, blocks, informs
from issuance.findings.cases import CaseFinding
from issuance.findings.revocation import RevocationFinding
from issuance.model import format_instant
from issuance.policies.effective_day import effective_day_findings, invalid_since
from issuance.policies.life import OwnCause
from issuance.policies.model import Policy


def revocation_of(serial: str, standing: Standing | None) -> Revocation | None:
    """Return a standing as revocation lists and status answers know it."""
    if standing is None:
        return None
    reason = RevocationReason(standing.reason)
    return Revocation(int(serial), standing.at, reason, standing.invalid_since)


def revoke(body: RevokeCertificate, state: CaseState, policy: Policy, facts: CaseFacts) -> Decision:
    """Revoke, or note the wish where a second person must confirm it.

    What takes effect at once waits for no earlier wish, and ends it. What a station recorded
    without the server is a wish whoever asks: nobody saw there how the certificate stands.
    """
    found = _living(body.serial, state, facts)
    if isinstance(found, Finding):
        return Decision(findings=(found,))
    recorded_alone = facts.captured_at is not None
    second_person = recorded_alone or body.asked_by in policy.life.second_person_for
    if second_person and found.life.wish:
        return refuse(RevocationFinding.REVOCATION_WAITS)
    if findings := request_findings(body, policy, facts.today):
        return Decision(findings=findings)
    wish = RevocationWish(
        cause=body.cause,
        effective=body.effective,
        asked_by=body.asked_by,
        identified_by=body.identified_by,
        asker=body.asker,
        note=body.note,
        by="",
        at=facts.now,
    )
    revoked = _revoked(found, wish, policy, facts)
    if not isinstance(revoked, CertificateRevoked):
        return Decision(findings=tuple(revoked))
    if not second_person:
        return _revocation(revoked, facts.checks)
    requested = RevocationRequested(
        serial=body.serial,
        cause=body.cause,
        effective=body.effective,
        asked_by=body.asked_by,
        identified_by=body.identified_by,
        asker=body.asker,
        note=body.note,
        received_at=facts.captured_at,
    )
    return Decision(
        events=(requested,), findings=(informs(RevocationFinding.SECOND_PERSON_CONFIRMS),)
    )


def confirm_revocation(
    body: ConfirmRevocation, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Revoke as was asked for; the revocation is dated now, when it takes effect."""
    found = _living(body.serial, state, facts)
    if isinstance(found, Finding):
        return Decision(findings=(found,))
    if found.life.wish is None:
        return refuse(RevocationFinding.NO_REVOCATION_WAITS)
    revoked = _revoked(found, found.life.wish, policy, facts)
    if not isinstance(revoked, CertificateRevoked):
        return Decision(findings=tuple(revoked))
    return _revocation(revoked, facts.checks)


def decline_revocation(
    body: DeclineRevocation, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Let the certificate stand as it is, and say why."""
    certificate = state.activation.certificate
    if certificate is None or certificate.serial != body.serial or not certificate.life.wish:
        return refuse(RevocationFinding.NO_REVOCATION_WAITS)
    if not body.note.strip():
        return refuse(CaseFinding.NOTE_REQUIRED, "note")
    return Decision(events=(RevocationDeclined(serial=body.serial, note=body.note),))


def suspend(
    body: SuspendCertificate, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Suspend the certificate: it does not hold until somebody lifts that."""
    found = _living(body.serial, state, facts)
    if isinstance(found, Finding):
        return Decision(findings=(found,))
    if findings := check_suspension(revocation_of(body.serial, found.life.standing)):
        return Decision(findings=tuple(findings))
    if refused := reason_finding(policy, policy.reasons.suspend, body.cause, body.note):
        return Decision(findings=(refused,))
    suspended = CertificateSuspended(
        serial=body.serial,
        cause=body.cause,
        revocation_reason=RevocationReason.CERTIFICATE_HOLD.value,
        revoked_at=facts.now,
        note=body.note,
    )
    return Decision((suspended,), facts.checks, _notice("certificate_suspended", body))


def reinstate(
    body: ReinstateCertificate, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Lift the suspension: the next revocation list no longer names the certificate."""
    found = _living(body.serial, state, facts)
    if isinstance(found, Finding):
        return Decision(findings=(found,))
    if findings := check_reinstatement(revocation_of(body.serial, found.life.standing)):
        return Decision(findings=tuple(findings))
    if refused := reason_finding(policy, policy.reasons.reinstate, body.cause, body.note):
        return Decision(findings=(refused,))
    reinstated = CertificateReinstated(serial=body.serial, cause=body.cause, note=body.note)
    return Decision((reinstated,), facts.checks, _notice("certificate_reinstated", body))


def revoked_by_rule(
    certificate: CertificateState, cause: OwnCause, asked_by: str, policy: Policy, now: datetime
) -> CertificateRevoked:
    """Return the revocation that a rule of the policy asks for, not a person."""
    return CertificateRevoked(
        serial=certificate.serial,
        cause=cause,
        revocation_reason=policy.life.own_causes[cause].value,
        revoked_at=now,
        invalid_since=None,
        asked_by=asked_by,
        identified_by="",
        asker="",
        note="",
    )


def _living(serial: str, state: CaseState, facts: CaseFacts) -> CertificateState | Finding:
    certificate = state.activation.certificate
    if certificate is None or certificate.serial != serial or not certificate.issued:
        return blocks(CaseFinding.NO_SUCH_CERTIFICATE)
    if facts.now >= certificate.not_after:
        ended = format_instant(certificate.not_after)
        return blocks(RevocationFinding.CERTIFICATE_EXPIRED, ended=ended)
    return certificate


def request_findings(body: RevocationRequest, policy: Policy, today: date) -> tuple[Finding, ...]:
    """Return what is wrong with why a certificate is to be revoked, or with who asks."""
    if refused := reason_finding(policy, tuple(policy.reasons.revoke), body.cause, body.note):
        return (refused,)
    findings: list[Finding] = []
    if body.asked_by == "holder" and body.cause in policy.life.never_by_holder:
        findings.append(blocks(RevocationFinding.HOLDER_CANNOT_ASK, "asked_by"))
    if body.identified_by not in policy.life.asks.get(body.asked_by, ()):
        findings.append(blocks(RevocationFinding.IDENTIFICATION_NEEDED, "identified_by"))
    if body.asked_by != "holder" and not body.asker.strip():
        findings.append(blocks(RevocationFinding.ASKER_NEEDED, "asker"))
    findings += effective_day_findings(body.cause, body.effective, policy, today)
    return tuple(findings)


def _revoked(
    certificate: CertificateState, wish: RevocationWish, policy: Policy, facts: CaseFacts
) -> CertificateRevoked | list[Finding]:
    reason = policy.reasons.revoke.get(wish.cause)
    if reason is None:
        return [blocks(CaseFinding.UNKNOWN_REASON, "cause")]
    since = invalid_since(wish.effective, policy)
    wanted = Revocation(int(certificate.serial), facts.now, reason, since)
    standing = revocation_of(certificate.serial, certificate.life.standing)
    if findings := check_revocation(standing, wanted):
        return findings
    return CertificateRevoked(
        serial=certificate.serial,
        cause=wish.cause,
        revocation_reason=reason.value,
        revoked_at=facts.now,
        invalid_since=since,
        asked_by=wish.asked_by,
        identified_by=wish.identified_by,
        asker=wish.asker,
        note=wish.note,
    )


def _revocation(revoked: CertificateRevoked, checks: tuple[Finding, ...]) -> Decision:
    notice = NoticeRequest("certificate_revoked", {"reason": revoked.cause, "note": revoked.note})
    return Decision((revoked,), checks, (notice,))


def _notice(
    template: str, body: SuspendCertificate | ReinstateCertificate
) -> tuple[NoticeRequest, ...]:
    return (NoticeRequest(template, {"reason": body.cause, "note": body.note}),)
