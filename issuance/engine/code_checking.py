"""One-time codes of keys in custody: counted durably, then compared, then accepted once.

Of two requests that come with one code at the same time, whichever process they reach, the second
to be accepted finds the code used.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeVar
from uuid import UUID

from issuance.access.totp import accepted_step
from issuance.engine.office import Office
from issuance.engine.signing_streams import continue_signing, key_ref, read_key
from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.register.model import Origin
from issuance.register.register import Writing
from issuance.secret import Secret
from issuance.signing.custody import Wrapped
from issuance.signing.key_decisions import (
    KeyDecision,
    decide_code,
    decide_confirm,
    decide_try,
    otp_label,
)
from issuance.signing.key_stream import SigningKeyState

T = TypeVar("T")

Write = Callable[[Callable[[Writing], Finding | None]], Finding | None]
"""Does something in a transaction; durable when it returns."""
Decide = Callable[[SigningKeyState], KeyDecision]
Confirmed = Callable[[Writing], None]


def check_code(
    office: Office,
    write: Write,
    certificate: UUID,
    code: Secret,
    origin: Origin,
) -> Finding | None:
    """Accept a code of a certificate, or say why not."""
    take = partial(take_decision, certificate, None, origin)
    if finding := write(take(lambda state: decide_try(state, office.now()))):
        return finding
    secret = _secret(office, certificate, lambda state: state.otp)
    if isinstance(secret, Finding):
        return secret
    step = accepted_step(secret, code, office.now(), None)
    return write(take(lambda state: decide_code(state, step)))


def check_two_codes(
    office: Office,
    write: Write,
    certificate: UUID,
    institution: UUID | None,
    codes: tuple[Secret, Secret],
    origin: Origin,
    confirmed: Confirmed,
) -> Finding | None:
    """Take the offered secret into use with two codes in a row, or say why not.

    What is `confirmed` happens in the same transaction; the entries are noted as the institution's.
    """
    take = partial(take_decision, certificate, institution, origin)
    if finding := write(take(lambda state: decide_try(state, office.now()))):
        return finding
    secret = _secret(office, certificate, lambda state: state.offered)
    if isinstance(secret, Finding):
        return secret
    # The first of two codes in a row may be a step older.
    first = accepted_step(secret, codes[0], office.now(), None, 2)
    second = accepted_step(secret, codes[1], office.now(), None)
    return write(take(lambda state: decide_confirm(state, first, second), confirmed))


def take_decision(
    certificate: UUID,
    institution: UUID | None,
    origin: Origin,
    decide: Decide,
    accepted: Confirmed | None = None,
) -> Callable[[Writing], Finding | None]:
    """Return what records a decision about a key, a refusal's events among it."""

    def work(writing: Writing) -> Finding | None:
        state, revision = read_key(writing, certificate)
        if state is None:
            return blocks(SigningCode.CERTIFICATE_UNKNOWN)
        decision = decide(state)
        continue_signing(
            writing, key_ref(certificate), state, revision, decision.events, origin, institution
        )
        if decision.findings:
            return decision.findings[0]
        if accepted is not None:
            accepted(writing)
        return None

    return work


def _secret(
    office: Office, certificate: UUID, which: Callable[[SigningKeyState], Wrapped | None]
) -> Secret | Finding:
    with office.register.reading() as reading:
        state, _ = read_key(reading, certificate)
    wrapped = which(state) if state else None
    if wrapped is None:
        return blocks(SigningCode.OTP_NOT_SET_UP)
    octets = office.custody.unwrap(wrapped, otp_label(certificate.hex))
    return octets if isinstance(octets, Finding) else Secret(octets.decode("ascii"))
