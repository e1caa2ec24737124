"""What somebody chooses when they begin: a password, an authenticator. Nothing is kept here."""

import base64
from collections.abc import Collection
from datetime import datetime

from issuance.access.office import USER_NAME
from issuance.access.operator_decisions import check_code
from issuance.access.passwords import check_new_password
from issuance.access.roles import Role
from issuance.access.totp import Enrolment, enrolment_of, new_totp_secret
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.policies.model import Policy
from issuance.secret import Secret
from issuance.sources import Randomness

_IN_EVERY_OFFICE = frozenset({Role.OPERATOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.SERVICE})
# Said over a telephone these are written as they sound.
_SYLLABLES = tuple(consonant + vowel for consonant in "bcdfgjklmnprstvz" for vowel in "aeiou")


def password_findings(password: str, names: Collection[str]) -> tuple[Finding, ...]:
    """Say what is wrong with a password somebody wants to use."""
    return check_new_password(Secret(password), names)


def user_name_findings(user: str) -> tuple[Finding, ...]:
    """Say what is wrong with a user name."""
    if USER_NAME.fullmatch(user):
        return ()
    return (blocks(AccessCode.USER_NAME_INVALID, user=user),)


def office_roles(policy: Policy) -> tuple[str, ...]:
    """Return the roles that people of an office itself have a use for under its policy."""
    named = {role for roles in policy.roles.values() for role in roles}
    return tuple(each.value for each in Role if each in _IN_EVERY_OFFICE or each.value in named)


def new_enrolment(user: str, randomness: Randomness) -> Enrolment:
    """Return a new TOTP secret and what an authenticator reads."""
    return enrolment_of(new_totp_secret(randomness), user)


def code_findings(enrolment: Enrolment, code: str, now: datetime) -> tuple[Finding, ...]:
    """Say what is wrong with the code of an authenticator that was just enrolled."""
    accepted = check_code(enrolment.secret, Secret(code), now, None)
    return (accepted,) if isinstance(accepted, Finding) else ()


def station_code(randomness: Randomness) -> Secret:
    """Return a code of 160 random bits in groups of four that can be typed (Base32, RFC 4648)."""
    text = base64.b32encode(randomness.octets(20)).decode("ascii")
    return Secret(" ".join(text[start : start + 4] for start in range(0, len(text), 4)))


def first_password(randomness: Randomness, names: Collection[str]) -> Secret:
    """Return a password to be told once and changed at once: five parts one can say, 75 bits.

    `names` are those a password must not hold; a short one turns up by chance, and is drawn again.
    """
    while check_new_password(password := _spoken_password(randomness), names):
        pass
    return password


def _spoken_password(randomness: Randomness) -> Secret:
    numbers = int.from_bytes(randomness.octets(16))
    parts: list[str] = []
    for _ in range(5):
        part = ""
        for _ in range(3 if len(parts) < 2 else 2):
            numbers, at = divmod(numbers, len(_SYLLABLES))
            part += _SYLLABLES[at]
        parts.append(part)
    return Secret("-".join(parts))
