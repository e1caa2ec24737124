"""The password of an applicant's key file: what it may be, how strong it is, and a ready one."""

from collections.abc import Iterable
from typing import Final

from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.findings.certificates import CertificateFinding
from issuance.secret import Secret
from issuance.sources import Randomness

MINIMUM_LENGTH: Final = 12
_LONGEST: Final = 128
_UNAMBIGUOUS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 7, 3
_ESTIMATED_CHARACTERS: Final = 32
"""The estimate's time grows steeply with length; a longer password is only stronger."""


def check_password(
    password: Secret,
    minimum_length: int = MINIMUM_LENGTH,
    minimum_strength: int = 0,
    hints: Iterable[str] = (),
) -> list[Finding]:
    """Check a chosen password; `hints` are words a guesser would try, such as the holder's name.

    Printable ASCII only: several readers of PKCS#12, Java's among them, fail on the rest.
    """
    text = password.reveal()
    findings: list[Finding] = []
    if len(text) < minimum_length:
        findings.append(
            blocks(
                CertificateFinding.KEY_FILE_PASSWORD_SHORT, length=len(text), minimum=minimum_length
            )
        )
    if len(text) > _LONGEST:
        findings.append(blocks(AccessCode.PASSWORD_TOO_LONG, maximum=_LONGEST))
    refused = (place for place, each in enumerate(text, 1) if not " " <= each <= "~")
    if position := next(refused, None):
        findings.append(blocks(CertificateFinding.PASSWORD_CHARACTER_REFUSED, position=position))
    if text != text.strip(" "):
        findings.append(blocks(CertificateFinding.PASSWORD_EDGE_SPACE))
    if not findings and (score := strength(password, hints)) < minimum_strength:
        findings.append(
            blocks(
                CertificateFinding.KEY_FILE_PASSWORD_WEAK, strength=score, minimum=minimum_strength
            )
        )
    return findings


def strength(password: Secret, hints: Iterable[str] = ()) -> int:
    """Estimate how hard a password is to guess, from 0 (at once) to 4 (very hard)."""
    # Its word lists cost 60 ms to load, and few screens need them.
    from zxcvbn import zxcvbn

    text = password.reveal()[:_ESTIMATED_CHARACTERS]
    return int(zxcvbn(text, list(hints))["score"]) if text else 0


def generate_password(randomness: Randomness) -> Secret:
    """Return a password of 104 random bits, in groups of three that can be read aloud.

    The alphabet leaves out i, l, o, 0 and 1.
    """
    number = int.from_bytes(randomness.octets(32))
    characters: list[str] = []
    for _ in range(_GROUPS * _GROUP_LENGTH):
        number, place = divmod(number, len(_UNAMBIGUOUS))
        characters.append(_UNAMBIGUOUS[place])
    text = "".join(characters)
    starts = range(0, len(text), _GROUP_LENGTH)
    return Secret("-".join(text[start : start + _GROUP_LENGTH] for start in starts))
