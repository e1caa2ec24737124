"""What a new password of an operator must be."""

import unicodedata
from collections.abc import Collection
from typing import Final, cast

from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.secret import Secret

SHORTEST: Final = 12
LONGEST: Final = 256
SUFFICIENT_SCORE: Final = 3
"""On zxcvbn's scale of 0 to 4: "safely unguessable" by somebody who stole the file."""

_SCORED_CHARACTERS: Final = 72
"""zxcvbn takes no more, and its time grows with the square of the length."""
_SHORTEST_HINT: Final = 3


def check_new_password(password: Secret, hints: Collection[str]) -> tuple[Finding, ...]:
    """Check a password somebody wants to use; `hints` are the user's and the office's names."""
    text = password.reveal()
    if len(text) < SHORTEST:
        return (blocks(AccessCode.PASSWORD_TOO_SHORT, "password", minimum=SHORTEST),)
    if len(text) > LONGEST:
        return (blocks(AccessCode.PASSWORD_TOO_LONG, "password", maximum=LONGEST),)
    if _contains_one_of(text, hints):
        return (blocks(AccessCode.PASSWORD_CONTAINS_NAME, "password"),)
    score = password_score(password, hints)
    if score < SUFFICIENT_SCORE:
        return (
            blocks(AccessCode.PASSWORD_TOO_WEAK, "password", score=score, minimum=SUFFICIENT_SCORE),
        )
    return ()


def password_score(password: Secret, hints: Collection[str]) -> int:
    """Return zxcvbn's estimate from 0 (guessed at once) to 4, for showing and for checking."""
    # 60 ms to import: its dictionaries are needed only where somebody chooses a password.
    from zxcvbn import zxcvbn

    text = password.reveal()[:_SCORED_CHARACTERS]
    if not text:
        return 0
    words = [word for hint in hints for word in hint.split()]
    return cast("int", zxcvbn(text, user_inputs=words)["score"])


def _contains_one_of(text: str, hints: Collection[str]) -> bool:
    plain = _plain(text)
    return any(hint in plain for hint in map(_plain, hints) if len(hint) >= _SHORTEST_HINT)


def _plain(text: str) -> str:
    """Return the letters and digits alone, without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in decomposed if character.isalnum())
