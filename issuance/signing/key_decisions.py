"""What may happen to a key in custody and its one-time codes: pure rules over its state.

A code takes two commits: `decide_try` counts it, and only then it is compared; `decide_code` or
`decide_confirm` says what that showed. So no crash, and no crowd, gives a guess away for nothing.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final
from uuid import UUID

from issuance.findings import Finding, FindingCode, blocks
from issuance.findings.signing import SigningCode
from issuance.model import Instant, format_instant
from issuance.signing.custody import KeptKey, Wrapped
from issuance.signing.key_stream import (
    AuthorisationSpent,
    CertificateIntended,
    CodeAccepted,
    CodeCause,
    CodeRefused,
    CodeTried,
    KeyCertified,
    KeyEnded,
    KeyKept,
    OtpCleared,
    OtpConfirmed,
    OtpOffered,
    SigningKeyEvent,
    SigningKeyState,
)
from issuance.signing.ticket_token import ATTENDED, PURPOSES

MOST_TRIES: Final = 5
LOCKED_FOR: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class KeyDecision:
    """What happens and what is said; a refusal carries events, too."""

    events: tuple[SigningKeyEvent, ...] = ()
    findings: tuple[Finding, ...] = ()


def otp_label(key_id: str) -> str:
    """Return what the seal of a one-time-code secret is bound to."""
    return f"holder one-time codes:{key_id}"


def decide_keep(
    state: SigningKeyState | None, kept: KeptKey, entity: str, purpose: str, run: str
) -> KeyDecision:
    """Record a key that was made in custody."""
    if state is not None or purpose not in PURPOSES:
        return _refused(SigningCode.KEY_NOT_POSSIBLE)
    return KeyDecision((KeyKept(entity=entity, purpose=purpose, run=run, kept=kept),))


def decide_intend(
    state: SigningKeyState,
    serial: str,
    authority_key: str,
    to_be_signed: bytes,
    not_before: Instant,
    not_after: Instant,
) -> KeyDecision:
    """Record exactly what may be signed for the key; a key gets one certificate."""
    if state.ended or state.serial:
        return _refused(SigningCode.KEY_NOT_POSSIBLE)
    intended = CertificateIntended(
        serial=serial,
        authority_key=authority_key,
        to_be_signed_sha256=hashlib.sha256(to_be_signed).hexdigest(),
        not_before=not_before,
        not_after=not_after,
    )
    return KeyDecision((intended,))


def decide_certify(state: SigningKeyState, certificate: bytes) -> KeyDecision:
    """Record the certificate (DER) that was intended."""
    if state.ended or state.certificate or not state.serial:
        return _refused(SigningCode.KEY_NOT_POSSIBLE)
    certified = KeyCertified(
        serial=state.serial,
        certificate=base64.b64encode(certificate).decode("ascii"),
        certificate_sha256=hashlib.sha256(certificate).hexdigest(),
    )
    return KeyDecision((certified,))


def decide_end(
    state: SigningKeyState,
    reason: str,
    by: str,
    revocation_reason: str = "",
    invalid_since: datetime | None = None,
) -> KeyDecision:
    """End a key, its certificate being revoked or over, or its holder gone."""
    if state.ended:
        return _refused(SigningCode.CERTIFICATE_INACTIVE)
    ended = KeyEnded(
        serial=state.serial,
        reason=reason,
        revocation_reason=revocation_reason,
        invalid_since=invalid_since,
        by=by,
    )
    return KeyDecision((ended,))


def decide_offer(state: SigningKeyState, secret: Wrapped, by: str, now: datetime) -> KeyDecision:
    """Offer a secret of one-time codes, sealed under `otp_label`, which its holder alone saw.

    Where codes are set up they must have been cleared before, which takes identification.
    """
    if finding := check_in_force(state, now):
        return KeyDecision(findings=(finding,))
    if state.purpose != ATTENDED:
        return _refused(SigningCode.OTP_NOT_WANTED)
    if state.otp is not None:
        return _refused(SigningCode.OTP_ALREADY_SET_UP)
    if state.locked_until is not None and now < state.locked_until:
        return KeyDecision(findings=(_locked(state.locked_until, now),))
    return KeyDecision((OtpOffered(secret=secret, by=by),))


def decide_clear(state: SigningKeyState, identified: str, by: str, now: datetime) -> KeyDecision:
    """Take the one-time codes of a holder who lost them away; they set up others themselves."""
    if finding := check_in_force(state, now):
        return KeyDecision(findings=(finding,))
    if state.otp is None:
        return _refused(SigningCode.OTP_NOT_SET_UP)
    if not identified.strip():
        return _refused(SigningCode.IDENTIFICATION_MISSING, "identified")
    return KeyDecision((OtpCleared(identified=identified.strip(), by=by),))


def decide_try(state: SigningKeyState, now: datetime) -> KeyDecision:
    """Count a code before it is compared, or refuse to look at it."""
    if finding := check_in_force(state, now):
        return KeyDecision(findings=(finding,))
    if state.otp is None and state.offered is None:
        return _refused(SigningCode.OTP_NOT_SET_UP)
    if state.locked_until is not None and now < state.locked_until:
        return KeyDecision(findings=(_locked(state.locked_until, now),))
    tries = 1 if state.locked_until is not None else state.tries + 1
    locked_until = now + LOCKED_FOR if tries >= MOST_TRIES else None
    return KeyDecision((CodeTried(tries=tries, locked_until=locked_until),))


def decide_code(state: SigningKeyState, step: int | None) -> KeyDecision:
    """Accept or refuse a code that was counted.

    Args:
        state: the key, the code counted.
        step: the time step in the window around now whose code it is; None for no such step.
    """
    if state.otp is None:
        return _refused(SigningCode.OTP_NOT_SET_UP)
    if step is None:
        return _code_refused(state, "wrong", SigningCode.OTP_WRONG)
    if state.last_step is not None and step <= state.last_step:
        return _code_refused(state, "used", SigningCode.OTP_USED)
    return KeyDecision((CodeAccepted(step=step),))


def decide_confirm(state: SigningKeyState, first: int | None, second: int | None) -> KeyDecision:
    """Take the offered secret into use when two codes in a row came; they were counted as one.

    `first` and `second` are the codes' time steps, or None, as for `decide_code`; for two codes
    in a row the window reaches one step further back.
    """
    if state.offered is None:
        return _refused(SigningCode.OTP_NOT_SET_UP)
    if first is None or second is None:
        return _code_refused(state, "wrong", SigningCode.OTP_WRONG)
    if second != first + 1:
        return _code_refused(state, "not_in_a_row", SigningCode.OTP_NOT_IN_A_ROW)
    return KeyDecision((OtpConfirmed(step=second),))


def decide_spend(
    state: SigningKeyState, authorisation: UUID, expires_at: datetime, now: datetime
) -> KeyDecision:
    """Use an authorisation, which may be done once."""
    if finding := check_in_force(state, now):
        return KeyDecision(findings=(finding,))
    if any(each.id == authorisation for each in state.spent):
        return _refused(SigningCode.AUTHORISATION_SPENT)
    spent = AuthorisationSpent(authorisation=authorisation, expires_at=expires_at, spent_at=now)
    return KeyDecision((spent,))


def check_in_force(state: SigningKeyState, now: datetime) -> Finding | None:
    """Return why the key does not sign now, codes and permissions aside."""
    begins, ends = state.not_before, state.not_after
    if not state.certificate or begins is None or ends is None or not begins <= now < ends:
        return blocks(SigningCode.CERTIFICATE_INACTIVE)
    if state.ended:
        return blocks(SigningCode.CERTIFICATE_INACTIVE)
    return None


def _locked(until: datetime, now: datetime) -> Finding:
    seconds = ceil((until - now).total_seconds())
    return blocks(SigningCode.OTP_LOCKED, seconds=seconds, until=_told(until))


def _told(until: datetime) -> str:
    # A screen shows minutes: the next whole one, so that nobody is told to try too early.
    later = until + timedelta(minutes=1, microseconds=-1)
    return format_instant(later.replace(second=0, microsecond=0))


def _code_refused(state: SigningKeyState, cause: CodeCause, code: FindingCode) -> KeyDecision:
    if state.locked_until is not None:
        refusal = blocks(SigningCode.OTP_LOCKS, "code", until=_told(state.locked_until))
    else:
        refusal = blocks(code, "code", left=max(MOST_TRIES - state.tries, 0))
    return KeyDecision((CodeRefused(cause=cause),), (refusal,))


def _refused(
    code: FindingCode, field_name: str | None = None, **parameters: str | int
) -> KeyDecision:
    return KeyDecision(findings=(blocks(code, field_name, **parameters),))
