"""The number a bank prints on a deposit or transfer slip."""

from issuance.findings import blocks
from issuance.findings.identity import IdentityFinding
from issuance.identity.entry import (
    entered,
    is_digit,
    is_letter_or_digit,
    unseparated,
    upper_ascii,
    wrong_character,
)
from issuance.identity.verdict import Reading, incomplete, valid


@entered
def read_deposit_number(text: str) -> Reading:
    """Read a deposit number: letters and digits with at least one digit, leading zeros kept.

    Capitals, without spaces and hyphens, so that one slip written in two ways is known as one.
    """
    number = upper_ascii(unseparated(text))
    refused = wrong_character(IdentityFinding.DEPOSIT_CHARACTER, number, is_letter_or_digit)
    if refused:
        return refused
    if not any(is_digit(character) for character in number):
        return incomplete(number, blocks(IdentityFinding.DEPOSIT_WITHOUT_DIGITS))
    return valid(number)
