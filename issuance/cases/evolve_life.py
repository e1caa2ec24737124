"""How the events of a certificate's life change its case; `evolve` applies these rules."""

from collections.abc import Callable
from typing import Any, Final

from issuance.cases.events import life
from issuance.cases.events.activation import KeyGivenUp
from issuance.cases.events.base import CaseEvent
from issuance.cases.life_state import LifeState, RevocationWish, Standing
from issuance.cases.state import ActivationState, CaseState, CaseStatus
from issuance.certificates.revocation_reasons import RevocationReason
from issuance.model import Instant

LifeRule = Callable[[Any, CaseState, str, Instant], dict[str, Any]]
"""Takes event, case, who did it and when; returns the changed fields of the case."""


def with_life(state: CaseState, **update: Any) -> dict[str, Any]:
    """Return the change of a case that changes its certificate's life."""
    certificate = state.activation.certificate
    if certificate is None:
        raise ValueError("no certificate was intended")
    changed = certificate.model_copy(update={"life": certificate.life.model_copy(update=update)})
    return {"activation": state.activation.model_copy(update={"certificate": changed})}


def _requested(
    event: life.RevocationRequested, state: CaseState, by: str, at: Instant
) -> dict[str, Any]:
    wish = RevocationWish(
        cause=event.cause,
        effective=event.effective,
        asked_by=event.asked_by,
        identified_by=event.identified_by,
        asker=event.asker,
        note=event.note,
        by=by,
        at=event.received_at or at,
    )
    return with_life(state, wish=wish)


def _declined(
    event: life.RevocationDeclined, state: CaseState, by: str, at: Instant
) -> dict[str, Any]:
    return with_life(state, wish=None)


def _revoked(
    event: life.CertificateRevoked, state: CaseState, by: str, at: Instant
) -> dict[str, Any]:
    standing = Standing(
        cause=event.cause,
        reason=event.revocation_reason,
        at=event.revoked_at,
        by=by,
        invalid_since=event.invalid_since,
        asked_by=event.asked_by,
        asker=event.asker,
        note=event.note,
    )
    changed = with_life(state, standing=standing, wish=None)
    return {"status": CaseStatus.REVOKED, "ended_for": event.cause, **changed}


def _suspended(
    event: life.CertificateSuspended, state: CaseState, by: str, at: Instant
) -> dict[str, Any]:
    standing = Standing(
        cause=event.cause,
        reason=event.revocation_reason,
        at=event.revoked_at,
        by=by,
        note=event.note,
    )
    changed = with_life(state, standing=standing)
    return {"status": CaseStatus.SUSPENDED, "ended_for": event.cause, **changed}


def _reinstated(
    event: life.CertificateReinstated, state: CaseState, by: str, at: Instant
) -> dict[str, Any]:
    return {"status": CaseStatus.ACTIVE, "ended_for": "", **with_life(state, standing=None)}


def _renewed(
    event: life.CertificateRenewed, state: CaseState, by: str, at: Instant
) -> dict[str, Any]:
    return with_life(state, renewed_by=event.by_serial)


def _expired(
    event: life.CertificateExpired, state: CaseState, by: str, at: Instant
) -> dict[str, Any]:
    return {"status": CaseStatus.EXPIRED, **with_life(state, expired_at=at, wish=None)}


def _noticed(event: life.ExpiryNoticed, state: CaseState, by: str, at: Instant) -> dict[str, Any]:
    return with_life(state, noticed_days=event.days)


def _reminded(
    event: life.ContractReminded, state: CaseState, by: str, at: Instant
) -> dict[str, Any]:
    return with_life(state, contract_reminded_at=at)


def _given_up(event: KeyGivenUp, state: CaseState, by: str, at: Instant) -> dict[str, Any]:
    standing = Standing(
        cause=event.reason, reason=event.revocation_reason, at=at, by=by, note=event.note
    )
    return {"status": CaseStatus.OPEN, **_restarted(state, standing)}


def _restarted(state: CaseState, standing: Standing) -> dict[str, Any]:
    activation = with_life(state, standing=standing)["activation"]
    restarted = ActivationState(given_up=(*state.activation.given_up, activation.certificate))
    return {"activation": restarted}


def _carried_over(
    event: life.StandingCarriedOver, state: CaseState, by: str, at: Instant
) -> dict[str, Any]:
    standing = Standing(
        cause="",
        reason=event.revocation_reason,
        at=event.revoked_at,
        by=by,
        invalid_since=event.invalid_since,
    )
    if event.revocation_reason == RevocationReason.CERTIFICATE_HOLD:
        return {"status": CaseStatus.SUSPENDED, **with_life(state, standing=standing, wish=None)}
    certificate = state.activation.certificate
    if certificate is not None and certificate.delivered_at is None:
        # The applicant has nothing in hand as far as is known, and can get another one.
        return _restarted(state, standing)
    return {"status": CaseStatus.REVOKED, **with_life(state, standing=standing, wish=None)}


def issued_life(at: Instant) -> LifeState:
    """Return the life of a certificate that was just issued."""
    return LifeState(issued_at=at)


RULES: Final[dict[type[CaseEvent], LifeRule]] = {
    KeyGivenUp: _given_up,
    life.RevocationRequested: _requested,
    life.RevocationDeclined: _declined,
    life.CertificateRevoked: _revoked,
    life.CertificateSuspended: _suspended,
    life.CertificateReinstated: _reinstated,
    life.StandingCarriedOver: _carried_over,
    life.CertificateRenewed: _renewed,
    life.CertificateExpired: _expired,
    life.ExpiryNoticed: _noticed,
    life.ContractReminded: _reminded,
}
