"""The código dactilar on the back of the cédula: letter, four digits, letter, four digits."""

from issuance.findings import blocks
from issuance.findings.identity import IdentityFinding
from issuance.identity.entry import entered, is_digit, unseparated, upper_ascii
from issuance.identity.verdict import Reading, impossible, incomplete, valid

LENGTH = 10
_LETTER_PLACES = (0, 5)


@entered
def read_dactylar_code(text: str) -> Reading:
    """Read a código dactilar: capitals, without spaces and hyphens."""
    code = upper_ascii(unseparated(text))
    for place, character in enumerate(code[:LENGTH]):
        if place in _LETTER_PLACES:
            right, expected = "A" <= character <= "Z", IdentityFinding.DACTYLAR_LETTER_EXPECTED
        else:
            right, expected = is_digit(character), IdentityFinding.DACTYLAR_DIGIT_EXPECTED
        if not right:
            return impossible(code, blocks(expected, character=character, position=place + 1))
    typed = len(code)
    if typed > LENGTH:
        finding = blocks(IdentityFinding.DACTYLAR_TOO_LONG, typed=typed, expected=LENGTH)
        return impossible(code, finding)
    if typed < LENGTH:
        finding = blocks(IdentityFinding.DACTYLAR_MISSING, typed=typed, expected=LENGTH)
        return incomplete(code, finding)
    return valid(code)
