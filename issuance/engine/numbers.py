"""Case numbers: short, typed on a number pad, with a check digit, and unlike a cédula."""

import hashlib
from uuid import UUID

from issuance.engine.office import Office
from issuance.register.register import Reading

CASE_NUMBER = "case_number"
"""What a case claims with its number."""
_ATTEMPTS = 100
_AT_ONCE = 3


def check_digit(digits: str) -> str:
    """Return the Luhn check digit (ISO/IEC 7812-1, annex B) of a string of digits."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def number_from(office: Office, command: UUID) -> str:
    """Return the number that comes from a station's command.

    An applicant has it on paper before the server has the case, and there it comes out the same.
    """
    digest = hashlib.sha256(command.bytes).digest()
    return _number(office, f"{int.from_bytes(digest) % 10**6:06}")


def drawn_numbers(office: Office) -> tuple[str, ...]:
    """Return a few numbers (year, six random digits, check digit), one of which is hardly taken.

    Random, so that stations without a network do not collide with a common counter.
    """
    return tuple(_number(office, office.sources.randomness.digits(6)) for _ in range(_AT_ONCE))


def _number(office: Office, digits: str) -> str:
    year = office.today().strftime("%y")
    return f"{year}-{digits}-{check_digit(year + digits)}"


def case_number(reading: Reading, office: Office) -> str:
    """Return a number no case of the office has.

    Raises RuntimeError in the practically impossible case that no free one is found.
    """
    for _ in range(_ATTEMPTS):
        numbers = drawn_numbers(office)
        taken = reading.claims([(CASE_NUMBER, each) for each in numbers])
        for number in numbers:
            if (CASE_NUMBER, number) not in taken:
                return number
    raise RuntimeError("no free case number was found")
