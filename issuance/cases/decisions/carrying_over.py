"""After a restore: how a certificate stands by the list published last, where the case lags."""

from issuance.cases.decisions.activation import abandon_intent
from issuance.cases.events.base import CaseEvent
from issuance.cases.events.life import StandingCarriedOver
from issuance.cases.state import CaseState
from issuance.certificates.revocation_reasons import Revocation, RevocationReason


def carried_over(state: CaseState, listed: Revocation, number: int) -> tuple[CaseEvent, ...]:
    """Return what list `number` adds to a case; nothing where the case knows as much."""
    certificate = state.activation.certificate
    if certificate is None or int(certificate.serial) != listed.serial:
        return ()
    if not certificate.issued:
        # It was signed after the backup, and is not to be signed again.
        return abandon_intent(certificate.serial, "published_list", state).events
    standing = certificate.life.standing
    if standing and (listed.is_suspension or standing.reason != RevocationReason.CERTIFICATE_HOLD):
        return ()
    event = StandingCarriedOver(
        serial=certificate.serial,
        revocation_reason=listed.reason.value,
        revoked_at=listed.revoked_at,
        invalid_since=listed.invalid_since,
        list_number=number,
    )
    return (event,)
