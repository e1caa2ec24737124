"""Passport numbers of any country: five to twenty letters and digits."""

from issuance.findings import blocks
from issuance.findings.identity import IdentityFinding
from issuance.identity.entry import (
    entered,
    is_letter_or_digit,
    unseparated,
    upper_ascii,
    wrong_character,
)
from issuance.identity.verdict import Reading, impossible, incomplete, valid

MINIMUM = 5
MAXIMUM = 20


@entered
def read_passport(text: str) -> Reading:
    """Read a passport number: capitals, without spaces and hyphens."""
    number = upper_ascii(unseparated(text))
    refused = wrong_character(IdentityFinding.PASSPORT_CHARACTER, number, is_letter_or_digit)
    if refused:
        return refused
    typed = len(number)
    if typed > MAXIMUM:
        finding = blocks(IdentityFinding.PASSPORT_LONG, typed=typed, maximum=MAXIMUM)
        return impossible(number, finding)
    if typed < MINIMUM:
        finding = blocks(IdentityFinding.PASSPORT_SHORT, typed=typed, minimum=MINIMUM)
        return incomplete(number, finding)
    return valid(number)
