"""What every field does with typed text before its own rule sees it."""

import unicodedata
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from issuance.findings import blocks
from issuance.findings.identity import IdentityFinding
from issuance.identity.cleaning import first_unprintable, printable
from issuance.identity.verdict import Reading, impossible, incomplete

# No field of a form is longer; a pasted file is refused before anything walks over it.
LONGEST_ENTRY = 4000

P = ParamSpec("P")


def entered(rule: Callable[Concatenate[str, P], Reading]) -> Callable[Concatenate[str, P], Reading]:
    """Give a rule clean text only: printable, normal form C, trimmed, single spaces, not empty.

    Unprintable characters are refused with their place, never dropped.
    """

    @wraps(rule)
    def read(text: str, *args: P.args, **kwargs: P.kwargs) -> Reading:
        if len(text) > LONGEST_ENTRY:
            return impossible("", blocks(IdentityFinding.TOO_LONG, maximum=LONGEST_ENTRY))
        position = first_unprintable(text)
        if position is not None:
            finding = blocks(
                IdentityFinding.UNPRINTABLE_CHARACTER,
                position=position + 1,
                code_point=f"U+{ord(text[position]):04X}",
            )
            return impossible(printable(text), finding)
        value = " ".join(unicodedata.normalize("NFC", text).split())
        return rule(value, *args, **kwargs) if value else incomplete("")

    return read


def unseparated(text: str) -> str:
    """Return an identification number without the spaces and hyphens people write in it."""
    return text.replace(" ", "").replace("-", "")


def upper_ascii(text: str) -> str:
    """Return the text in capitals, touching a-z only.

    `str.upper` would turn the dotless i and the long s into plain letters.
    """
    return "".join(character.upper() if character.isascii() else character for character in text)


def wrong_character(
    code: IdentityFinding, text: str, allowed: Callable[[str], bool]
) -> Reading | None:
    """Return an impossible reading that names the first character not allowed, if there is one."""
    for position, character in enumerate(text, start=1):
        if not allowed(character):
            return impossible(text, blocks(code, character=character, position=position))
    return None


def is_digit(character: str) -> bool:
    """Tell whether it is one of 0-9; `str.isdigit` takes the digits of every script."""
    return character in "0123456789"


def is_letter_or_digit(character: str) -> bool:
    """Tell whether it is one of A-Z, a-z, 0-9."""
    return character.isascii() and character.isalnum()
