"""What the clock asks for in a case: contract reminder and end, expiry notices, expiry.

Pure: `next_due` says when there is something to do, `decide_due` what. Done twice, the second time
there is nothing.
"""

from datetime import datetime, timedelta

from issuance.cases.decision import WHILE_OPEN, Decision, NoticeRequest
from issuance.cases.decisions.life import revoked_by_rule
from issuance.cases.events.life import (
    CertificateExpired,
    CertificateRevoked,
    ContractReminded,
    ExpiryNoticed,
)
from issuance.cases.state import CaseState, CaseStatus, CertificateState
from issuance.policies.model import Policy

_OVER = (CaseStatus.REVOKED, CaseStatus.EXPIRED)


def next_due(state: CaseState, policy: Policy) -> datetime | None:
    """Return when the clock next has something to do in this case; None for never."""
    certificate = _running(state)
    if certificate is None:
        return None
    moments = [certificate.not_after, *_contract_moments(certificate, policy)]
    moments += [moment for _, moment in _notices_left(certificate, policy)]
    return min(moments)


def decide_due(state: CaseState, policy: Policy, now: datetime) -> Decision:
    """Return what is due in this case by now; nothing where nothing is."""
    certificate = _running(state)
    if certificate is None:
        return Decision()
    if now >= certificate.not_after:
        return Decision(events=(CertificateExpired(serial=certificate.serial),))
    contract = _contract_due(certificate, policy, now)
    if any(isinstance(event, CertificateRevoked) for event in contract.events):
        return contract
    expiry = _expiry_due(certificate, policy, now)
    return Decision(
        events=contract.events + expiry.events, notices=contract.notices + expiry.notices
    )


def _running(state: CaseState) -> CertificateState | None:
    certificate = state.activation.certificate
    if certificate is None or not certificate.issued or state.status in _OVER:
        return None
    return certificate


def _contract_moments(certificate: CertificateState, policy: Policy) -> list[datetime]:
    issued = certificate.life.issued_at
    if issued is None or certificate.contract.signed_at is not None:
        return []
    rule = policy.life
    hours = [rule.contract_hours]
    if certificate.life.contract_reminded_at is None:
        hours.append(rule.contract_reminder_hours)
    return [issued + timedelta(hours=each) for each in hours]


def contract_ends(certificate: CertificateState, policy: Policy) -> datetime | None:
    """Return until when the contract must be signed; None once it is, or was never asked for."""
    moments = _contract_moments(certificate, policy)
    return max(moments) if moments else None


def _contract_due(certificate: CertificateState, policy: Policy, now: datetime) -> Decision:
    ends = contract_ends(certificate, policy)
    if ends is None or now < min(_contract_moments(certificate, policy)):
        return Decision()
    if now < ends:
        reminded = ContractReminded(serial=certificate.serial)
        return Decision(events=(reminded,), notices=(NoticeRequest("contract_reminder"),))
    revoked = revoked_by_rule(certificate, "contract_unsigned", "clock", policy, now)
    notice = NoticeRequest("certificate_revoked", {"reason": revoked.cause})
    releases = () if certificate.delivered_at else WHILE_OPEN
    return Decision(events=(revoked,), notices=(notice,), releases=releases)


def _notices_left(certificate: CertificateState, policy: Policy) -> list[tuple[int, datetime]]:
    """Return the expiry notices still to come; a short-lived certificate has fewer."""
    if certificate.delivered_at is None or certificate.life.renewed_by:
        return []
    told = certificate.life.noticed_days
    return [
        (days, certificate.not_after - timedelta(days=days))
        for days in policy.life.expiry_notice_days
        if (told is None or days < told)
        and certificate.not_after - timedelta(days=days) > certificate.not_before
    ]


def _expiry_due(certificate: CertificateState, policy: Policy, now: datetime) -> Decision:
    due = [days for days, moment in _notices_left(certificate, policy) if now >= moment]
    if not due:
        return Decision()
    # After a long pause one mail is enough: the latest.
    noticed = ExpiryNoticed(serial=certificate.serial, days=min(due))
    return Decision(events=(noticed,), notices=(NoticeRequest("certificate_expiring"),))
