"""Time-based one-time codes (RFC 6238): six digits, 30 seconds, SHA-1 as every app expects."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from issuance.secret import Secret
from issuance.sources import Randomness

if TYPE_CHECKING:
    from pyotp.totp import TOTP


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A TOTP secret in base32, and the `otpauth:` address a QR shows to an authenticator app."""

    secret: Secret
    address: Secret


STEP: Final = timedelta(seconds=30)
_SECRET_OCTETS: Final = 20
"""RFC 4226 section 4 recommends 160 bits."""
_ISSUER: Final = "Ventanilla"
_LONGEST_LABEL: Final = 22
"""A QR of 37 modules a side, the largest for 24 lines of half-blocks, holds 106 octets."""
_CODE: Final = re.compile(r"[0-9]{6}")
_LOOK_AROUND_STEPS: Final = 20
"""How far a clock is looked for: ten minutes each way."""


def new_totp_secret(randomness: Randomness) -> Secret:
    """Return a new secret in base32, without padding."""
    return Secret(base64.b32encode(randomness.octets(_SECRET_OCTETS)).decode("ascii"))


def provisioning_uri(secret: Secret, user: str, issuer: str) -> Secret:
    """Return the `otpauth:` address an authenticator app reads from a QR; it holds the secret."""
    return Secret(_generator(secret).provisioning_uri(name=user, issuer_name=issuer))


def enrolment_of(secret: Secret, user: str) -> Enrolment:
    """Return what enrols an authenticator; the address fits a QR that fits a small terminal."""
    return Enrolment(secret, provisioning_uri(secret, user[:_LONGEST_LABEL], _ISSUER))


def current_code(secret: Secret, now: datetime) -> Secret:
    """Return the code of this moment, which only a demonstration may show."""
    return Secret(_generator(secret).at(now))


def accepted_step(
    secret: Secret, code: Secret, now: datetime, last_step: int | None, window: int = 1
) -> int | None:
    """Return the time step a code belongs to, or None when it is not accepted.

    A step not after `last_step` is never accepted: no code works twice. `window` is how many
    steps of 30 seconds the clocks may differ each way (RFC 6238 section 5.2).
    """
    present = _generator(secret).timecode(now)
    matching = _matching_steps(secret, code, range(present - window, present + window + 1))
    return next((step for step in matching if last_step is None or step > last_step), None)


def likely_clock_trouble(
    secret: Secret, code: Secret, now: datetime, window: int = 1
) -> timedelta | None:
    """Say by how much the clock seems to be off when a code fits another time near by.

    Positive: the code belongs to a later time, the clock is slow. It is for explaining a refusal,
    never for accepting a code. Looks ten minutes each way, beyond the accepted window.
    """
    present = _generator(secret).timecode(now)
    around = range(present - _LOOK_AROUND_STEPS, present + _LOOK_AROUND_STEPS + 1)
    matching = _matching_steps(secret, code, around)
    nearest = min((step - present for step in matching), key=abs, default=0)
    return nearest * STEP if abs(nearest) > window else None


def _generator(secret: Secret) -> "TOTP":
    from pyotp.totp import TOTP

    return TOTP(secret.reveal())


def _matching_steps(secret: Secret, code: Secret, steps: range) -> list[int]:
    # Python and pyotp take other scripts' digits for digits too.
    if not _CODE.fullmatch(code.reveal()):
        return []
    generator = _generator(secret)
    return [step for step in steps if code.matches(Secret(generator.generate_otp(step)))]
