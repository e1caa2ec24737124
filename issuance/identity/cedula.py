"""The Ecuadorian cédula: ten digits, the first two a province, the last a check digit.

Check digit modulo 10: weights 2, 1, 2, 1, ..., nine taken off products over nine (Registro Civil).
"""

from issuance.findings import Finding, blocks
from issuance.findings.identity import IdentityFinding
from issuance.identity.entry import entered, is_digit, unseparated, wrong_character
from issuance.identity.verdict import Reading, impossible, incomplete, valid

LENGTH = 10

# 01-24 are provinces, 30 consulates; 50 is found on cards.
PROVINCES = frozenset(f"{number:02}" for number in (*range(1, 25), 30, 50))


@entered
def read_cedula(text: str) -> Reading:
    """Read a cédula; spaces and hyphens between the digits are taken off."""
    number = unseparated(text)
    if refused := read_digits(number, LENGTH):
        return refused
    if finding := province_finding(number) or _third_digit_finding(number):
        return impossible(number, finding)
    if len(number) < LENGTH:
        return missing_digits(number, LENGTH)
    if finding := check_digit_finding(number):
        return impossible(number, finding)
    return valid(number)


def read_digits(number: str, length: int) -> Reading | None:
    """Return why this cannot be the beginning of a number of so many digits, if it cannot."""
    if refused := wrong_character(IdentityFinding.NUMBER_CHARACTER, number, is_digit):
        return refused
    if len(number) > length:
        finding = blocks(IdentityFinding.DIGITS_TOO_MANY, typed=len(number), expected=length)
        return impossible(number, finding)
    return None


def missing_digits(number: str, length: int) -> Reading:
    """Return the reading of a number that is right so far and too short."""
    finding = blocks(IdentityFinding.DIGITS_MISSING, typed=len(number), expected=length)
    return incomplete(number, finding)


def province_finding(number: str) -> Finding | None:
    """Refuse first digits that no province begins with, after one digit where that is certain."""
    first = number[:2]
    if any(province.startswith(first) for province in PROVINCES):
        return None
    return blocks(IdentityFinding.PROVINCE_UNKNOWN, digits=first)


def check_digit_finding(number: str) -> Finding | None:
    """Refuse ten digits whose check digit is wrong.

    Which digit is wrong cannot be proven. Only if exactly one pair of neighbours explains the error
    by having changed places are the two named. The right check digit is never told: it would make
    any mistyped number pass.
    """
    if passes_modulo_10(number):
        return None
    explanations = [
        place for place in range(LENGTH - 1) if _passes_with_neighbours_swapped(number, place)
    ]
    if len(explanations) == 1:
        place = explanations[0] + 1
        return blocks(IdentityFinding.CEDULA_DIGITS_SWAPPED, first=place, second=place + 1)
    return blocks(IdentityFinding.CEDULA_CHECK_DIGIT)


def passes_modulo_10(number: str) -> bool:
    """Tell whether the tenth of ten digits is the check digit of the other nine."""
    products = (int(digit) * (2, 1)[place % 2] for place, digit in enumerate(number))
    return sum(product - 9 if product > 9 else product for product in products) % 10 == 0


def _third_digit_finding(number: str) -> Finding | None:
    digit = number[2:3]
    return blocks(IdentityFinding.CEDULA_THIRD_DIGIT, digit=digit) if digit > "6" else None


def _passes_with_neighbours_swapped(number: str, place: int) -> bool:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    return (
        province_finding(swapped) is None
        and _third_digit_finding(swapped) is None
        and passes_modulo_10(swapped)
    )
