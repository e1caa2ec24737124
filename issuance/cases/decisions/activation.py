from issuance.cases.commands.activation import (
    ConfirmData,
    ConfirmPerson,
    GiveUpKey,
    RecordDelivery,
    RequestCertificate,
)
from issuance.cases.decision import (
    WHILE_OPEN,
    CaseFacts,
    Claim,
    Decision,
    NoticeRequest,
    refuse,
)
from issuance.cases.decisions.evidence import checklist_findings
from issuance.cases.events.activation import (
    CertificateDelivered,
    CertificateIssued,
    DataConfirmed,
    IssueAbandoned,
    IssueIntended,
    KeyGivenUp,
    PersonConfirmed,
)
from issuance.cases.reasons import reason_finding
from issuance.cases.state import CaseState
from issuance.findings import any_blocks
from issuance.findings.cases import CaseFinding
from issuance.policies.model import Policy


def confirm_person(
    body: ConfirmPerson, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Record that the operator recognised the person, question by question."""
    findings = checklist_findings(policy.activation.person_checklist, body.answers)
    if findings:
        return Decision(findings=tuple(findings))
    return Decision(events=(PersonConfirmed(answers=body.answers),))


def confirm_data(body: ConfirmData, state: CaseState, policy: Policy, facts: CaseFacts) -> Decision:
    """Record that the applicant agreed to the fields and to the contract the engine has kept."""
    current = policy.activation.contract_version
    if body.contract_version != current:
        return refuse(CaseFinding.CONTRACT_OUTDATED, version=current)
    return Decision(events=(DataConfirmed(contract_version=current, contract=facts.contract),))


def public_key_claim(public_key_sha256: str) -> Claim:
    """Return the claim that has a public key certified once: a given-up one must not come back."""
    return Claim("public_key", public_key_sha256, once=True)


def intend_certificate(
    body: RequestCertificate, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Accept the issue intent: from here on exactly these bytes may be signed."""
    until = state.activation.authorised_until
    if until is None or facts.now >= until:
        return refuse(CaseFinding.ACTIVATION_NOT_AUTHORISED)
    if any_blocks(facts.checks) or facts.intent is None:
        return Decision(findings=facts.checks)
    intent = facts.intent
    intended = IssueIntended(
        serial=intent.serial,
        authority_key=intent.authority_key,
        request_sha256=intent.request_sha256,
        to_be_signed_sha256=intent.to_be_signed_sha256,
        not_before=intent.not_before,
        not_after=intent.not_after,
    )
    claims = (public_key_claim(intent.public_key_sha256),)
    return Decision(events=(intended,), findings=facts.checks, claims=claims)


def record_issue(serial: str, certificate_sha256: str, state: CaseState) -> Decision:
    """Record the signed certificate of the open intent; again for the same one changes nothing."""
    certificate = state.activation.certificate
    if certificate is None or certificate.serial != serial:
        return refuse(CaseFinding.NO_SUCH_CERTIFICATE)
    if certificate.issued:
        return Decision()
    issued = CertificateIssued(serial=serial, certificate_sha256=certificate_sha256)
    return Decision(events=(issued,))


def abandon_intent(serial: str, cause: str, state: CaseState) -> Decision:
    """Give up an intent that was never signed."""
    certificate = state.activation.certificate
    if certificate is None or certificate.serial != serial or certificate.issued:
        return refuse(CaseFinding.NO_SUCH_CERTIFICATE)
    return Decision(events=(IssueAbandoned(serial=serial, cause=cause),))


def record_delivery(
    body: RecordDelivery, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Record that the PKCS#12 was saved and read back; the case is active from here on."""
    certificate = state.activation.certificate
    if certificate is None or certificate.serial != body.serial or not certificate.issued:
        return refuse(CaseFinding.NO_SUCH_CERTIFICATE)
    delivered = CertificateDelivered(
        serial=body.serial, file_sha256=body.file_sha256, checks=body.checks
    )
    return Decision(
        events=(delivered,),
        notices=(NoticeRequest("certificate_issued"),),
        releases=WHILE_OPEN,
    )


def give_up_key(body: GiveUpKey, state: CaseState, policy: Policy, facts: CaseFacts) -> Decision:
    """Revoke a certificate whose key nobody can open, so that another is issued free of charge."""
    certificate = state.activation.certificate
    if certificate is None or not certificate.issued:
        return refuse(CaseFinding.NO_SUCH_CERTIFICATE)
    reasons = tuple(policy.reasons.revoke)
    if finding := reason_finding(policy, reasons, body.reason, body.note):
        return Decision(findings=(finding,))
    given_up = KeyGivenUp(
        serial=certificate.serial,
        reason=body.reason,
        revocation_reason=policy.reasons.revoke[body.reason],
        note=body.note,
    )
    notice = NoticeRequest("key_given_up", {"reason": body.reason, "note": body.note})
    return Decision(events=(given_up,), notices=(notice,))
