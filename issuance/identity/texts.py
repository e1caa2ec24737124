"""Text without a form of its own: addresses, cities, organisations, positions, remarks."""

from typing import Final

from issuance.findings import blocks
from issuance.findings.identity import IdentityFinding
from issuance.identity.entry import entered, wrong_character
from issuance.identity.verdict import Reading, incomplete, valid

_SHOWN: Final = ((0x0020, 0x052F), (0x1E00, 0x2BFF))
"""Latin, Greek and Cyrillic letters, and the signs written with them, in Unicode."""


@entered
def read_text(text: str) -> Reading:
    """Read one line of text that says something: at least one letter or digit."""
    return _saying_something(text)


@entered
def read_certified_text(text: str) -> Reading:
    """Read text that will stand in a certificate and its contract, in letters both show rightly."""
    refused = wrong_character(IdentityFinding.TEXT_SCRIPT, text, _is_shown)
    return refused or _saying_something(text)


def _saying_something(text: str) -> Reading:
    if not any(character.isalnum() for character in text):
        return incomplete(text, blocks(IdentityFinding.TEXT_WITHOUT_LETTERS))
    return valid(text)


def _is_shown(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _SHOWN)
