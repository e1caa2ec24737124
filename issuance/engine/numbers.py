"""Case numbers: short, typed on a number pad, with a check digit, and unlike a cédula."""

from issuance.engine.office import Office
from issuance.register.register import Reading

_ATTEMPTS = 100


def check_digit(digits: str) -> str:
    """Return the Luhn check digit (ISO/IEC 7812-1, annex B) of a string of digits."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def case_number(reading: Reading, office: Office) -> str:
    """Return a number no case of the office has: year, six random digits, check digit.

    Random, so that stations without a network do not collide with a common counter; raises
    RuntimeError in the practically impossible case that no free one is found.
    """
    year = office.today().strftime("%y")
    for _ in range(_ATTEMPTS):
        drawn = office.sources.randomness.digits(6)
        number = f"{year}-{drawn}-{check_digit(year + drawn)}"
        if reading.claim("case_number", number) is None:
            return number
    raise RuntimeError("no free case number was found")
