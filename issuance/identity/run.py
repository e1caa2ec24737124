"""The Chilean RUN: up to eight digits and a check character, 0 to 9 or K.

Check character modulo 11; a company's RUT shares the numbers.
"""

import re
from typing import Final

from issuance.findings import any_blocks, blocks
from issuance.findings.identity import IdentityFinding
from issuance.identity.entry import entered, upper_ascii
from issuance.identity.verdict import Certainty, Reading, impossible, incomplete, valid

_LONGEST: Final = 8
_RUN: Final = re.compile(r"(?:CL|RU[NT]:?)?0*([1-9][0-9]{0,7})(-?)([0-9K])")
_BETWEEN: Final = re.compile(r"[;,\s]+")
_BEGUN: Final = re.compile(r"(?:CL?|R|RU|RU[NT]:?)?0*[0-9]{0,9}-?")
# Points, or the commas of a spreadsheet, between thousands; every dash a word processor makes.
_AS_WRITTEN: Final = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212", "------", " .,")


@entered
def read_run(text: str) -> Reading:
    """Read a RUN; its normal form is `12345678-5`, without dots and leading zeros."""
    number = upper_ascii(text).translate(_AS_WRITTEN)
    match = _RUN.fullmatch(number)
    if match is None:
        finding = blocks(IdentityFinding.RUN_FORMAT)
        is_begun = _BEGUN.fullmatch(number)
        return incomplete(number, finding) if is_begun else impossible(number, finding)
    # Not before the first number is typed.
    from stdnum.cl import rut

    digits, hyphen, check = match.groups()
    normal = f"{digits}-{check}"
    if rut.calc_check_digit(digits) == check:
        return valid(normal)
    finding = blocks(IdentityFinding.RUN_CHECK_DIGIT)
    # Without a hyphen the last digit may still be one of the number's own.
    may_go_on = not hyphen and check != "K" and len(digits) < _LONGEST
    return incomplete(number, finding) if may_go_on else impossible(normal, finding)


def read_runs(text: str) -> Reading:
    """Read RUNs with spaces, commas or semicolons between; the normal form has one space."""
    readings = [read_run(each) for each in _BETWEEN.split(text.strip()) if each]
    normal = " ".join(dict.fromkeys(each.value for each in readings))
    for reading in readings:
        if any_blocks(reading.findings):
            # Whether it is finished shows only when the next one is begun.
            is_last = reading is readings[-1]
            certainty = reading.certainty if is_last else Certainty.IMPOSSIBLE
            if len(readings) == 1:
                return Reading(certainty, normal, reading.findings)
            wrong = blocks(IdentityFinding.RUN_AMONG_SEVERAL, run=reading.value)
            return Reading(certainty, normal, (wrong,))
    return valid(normal) if readings else incomplete("")


def digits_of(run: str) -> str:
    """Return the digits of a RUN in its normal form, as signing tokens and logs write it."""
    return run.partition("-")[0]


def with_check_digit(digits: str) -> str:
    """Return the normal form of a RUN of which the digits alone are known."""
    from stdnum.cl import rut

    return f"{digits}-{rut.calc_check_digit(digits)}"
