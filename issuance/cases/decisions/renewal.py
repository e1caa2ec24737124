from datetime import datetime, timedelta

from issuance.cases.commands.application import OpenCase
from issuance.cases.decision import CaseFacts, RenewedCertificate
from issuance.cases.decisions.life import revoked_by_rule
from issuance.cases.events.base import CaseEvent
from issuance.cases.events.life import CertificateRenewed
from issuance.cases.life_guards import AFTER_LIFE
from issuance.cases.state import CaseState, CaseStatus
from issuance.findings import Finding, blocks
from issuance.findings.revocation import RevocationFinding
from issuance.model import format_instant
from issuance.policies.model import Policy, Product


def renewal_findings(
    body: OpenCase, product: Product, policy: Policy, facts: CaseFacts
) -> tuple[Finding, ...]:
    """Return why the new case cannot follow the certificate it names; nothing where it may."""
    old = facts.renewed
    if old is None or old.serial != body.renews:
        return (blocks(RevocationFinding.RENEWAL_UNKNOWN),)
    same = (old.person, old.certificate_type, old.container)
    if same != (facts.person, product.certificate_type, product.container):
        return (blocks(RevocationFinding.RENEWAL_OF_ANOTHER),)
    return renewal_obstacles(old, policy, facts.now)


def renewed_certificate(state: CaseState) -> RenewedCertificate | None:
    """Return the certificate of a case as one that a new case may follow."""
    certificate = state.activation.certificate
    if certificate is None or not certificate.delivered_at:
        return None
    return RenewedCertificate(
        serial=certificate.serial,
        case=state.id,
        person=state.person,
        certificate_type=state.certificate_type,
        container=state.container,
        status=state.status.value,
        not_after=certificate.not_after,
        followed=bool(certificate.life.renewed_by),
    )


def followed(
    old: CaseState, new: CaseState, policy: Policy, now: datetime
) -> tuple[CaseEvent, ...]:
    """Return what happens to a certificate when the one that renews it was handed over."""
    before, after = old.activation.certificate, new.activation.certificate
    if before is None or after is None:
        raise ValueError("a renewal leads from one certificate to another")
    renewed = CertificateRenewed(serial=before.serial, by_case=new.id, by_serial=after.serial)
    if not policy.life.renewal_revokes or old.status in AFTER_LIFE:
        return (renewed,)
    return (renewed, revoked_by_rule(before, "renewed", "office", policy, now))


def renewal_obstacles(
    old: RenewedCertificate, policy: Policy, now: datetime
) -> tuple[Finding, ...]:
    """Return why this certificate cannot be renewed now."""
    if old.followed:
        return (blocks(RevocationFinding.RENEWED_ALREADY),)
    if old.status != CaseStatus.ACTIVE or now >= old.not_after:
        status = CaseStatus.EXPIRED.value if now >= old.not_after else old.status
        return (blocks(RevocationFinding.RENEWAL_NOT_GOOD, status=status),)
    days = policy.life.renewal_days
    if now < old.not_after - timedelta(days=days):
        ends = format_instant(old.not_after)
        return (blocks(RevocationFinding.RENEWAL_TOO_EARLY, days=days, ends=ends),)
    return ()
