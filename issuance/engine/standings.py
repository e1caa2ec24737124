"""Keeps the certificates' rows in step with the events that change their standing."""

from collections.abc import Sequence
from datetime import datetime

from issuance.cases.decision import RenewedCertificate
from issuance.cases.decisions.renewal import renewed_certificate
from issuance.cases.events.activation import KeyGivenUp
from issuance.cases.events.base import CaseEvent
from issuance.cases.events.life import (
    CertificateReinstated,
    CertificateRenewed,
    CertificateRevoked,
    CertificateSuspended,
    StandingCarriedOver,
)
from issuance.certificates.revocation_reasons import RevocationReason
from issuance.engine.streams import read_case
from issuance.register.model import StandingRow
from issuance.register.register import Reading, Writing

STANDING_EVENTS = (
    KeyGivenUp, CertificateRevoked, CertificateSuspended, CertificateReinstated,
    StandingCarriedOver,
)  # fmt: skip
"""After these the revocation list and the certificate's status answer are out of date."""


def record_standings(writing: Writing, events: Sequence[CaseEvent], at: datetime) -> None:
    """Write what events say about certificates' standing and successors.

    Given-up keys count from `at`.
    """
    for event in events:
        match event:
            case KeyGivenUp(serial=serial, revocation_reason=reason):
                writing.record_revoked(StandingRow(serial, at, reason))
                writing.record_due(serial, None)
            case CertificateRevoked(serial=serial, revocation_reason=reason):
                since = event.invalid_since
                writing.record_revoked(StandingRow(serial, event.revoked_at, reason, since))
            case CertificateSuspended(serial=serial, revocation_reason=reason):
                writing.record_suspended(StandingRow(serial, event.revoked_at, reason))
            case StandingCarriedOver(serial=serial, revocation_reason=reason):
                since = event.invalid_since
                standing = StandingRow(serial, event.revoked_at, reason, since)
                if reason == RevocationReason.CERTIFICATE_HOLD:
                    writing.record_suspended(standing)
                else:
                    writing.record_revoked(standing)
                    writing.record_due(serial, None)
            case CertificateRenewed(serial=serial, by_serial=by_serial):
                writing.record_renewed(serial, by_serial)
            case CertificateReinstated(serial=serial):
                writing.record_reinstated(serial)
            case _:
                pass


def renewed_in(reading: Reading, serial: str) -> RenewedCertificate | None:
    """Return the certificate of that serial as one to renew, as it stands in this transaction."""
    row = reading.certificate(serial) if serial else None
    state = read_case(reading, row.case_id)[0] if row else None
    found = renewed_certificate(state) if state else None
    return found if found and found.serial == serial else None
