"""Reads the number printed on the card in a photo and compares it with the application's."""

import re
from datetime import date
from typing import Final

from PIL import Image

from issuance.evidence.card_codes import bare_number, numbers_in_codes
from issuance.evidence.engines import BarcodeReader, TextReader
from issuance.evidence.reading_preparation import prepare_text
from issuance.evidence.rules import Expected
from issuance.findings import Finding, informs, warns
from issuance.findings.evidence import EvidenceCode
from issuance.identity.cedula import province_finding, read_cedula

_WIDTHS: Final = (1000, 1300, 850)
"""Of a card when it is read, in pixels; a number counts when it was read alike at two of them."""

_SOME_DAY: Final = date(2040, 1, 1)
"""Decides centuries where nobody said what day it is."""

_NUMBER: Final = re.compile(r"(?<![0-9.-])[0-9](?: ?[0-9]){8} ?-? ?[0-9](?![0-9-])")
"""Ten digits as Ecuador prints them: a hyphen may stand before the last (`171003406-5`)."""


def read_number(
    card: Image.Image, expected: str, text: TextReader, tilt: float = 0.0
) -> tuple[Finding, ...]:
    """Read the number on a card cut from the full picture and compare it with the expected one.

    `tilt` is by how many degrees the card is turned clockwise. What is not read alike twice was
    not read, but for the expected number itself: nothing else is misread into it.
    """
    level = card.convert("L").rotate(tilt, Image.Resampling.BICUBIC, expand=True, fillcolor=128)
    wanted = bare_number(expected)
    seen: set[str] = set()
    for width in _WIDTHS:
        lines = text.read(prepare_text(level, width), "number")
        if wanted and any(wanted in _words(line) for line in lines):
            return (informs(EvidenceCode.NUMBER_MATCHES, engine=text.name),)
        numbers = {number for line in lines for number in _numbers(line)}
        if twice := sorted(seen & numbers, key=_is_valid, reverse=True):
            return (_differing(twice[0], text.name),)
        seen |= numbers
    return (informs(EvidenceCode.NUMBER_NOT_READ, engine=text.name),)


def read_coded_number(
    card: Image.Image, expected: Expected, codes: BarcodeReader
) -> Finding | None:
    """Compare the number in the codes on a card with the expected one; None where none tells."""
    numbers = numbers_in_codes(codes.read(card), expected.today or _SOME_DAY)
    wanted = bare_number(expected.number)
    if any(bare_number(number) == wanted for number in numbers):
        return informs(EvidenceCode.NUMBER_MATCHES, engine=codes.name)
    number, times = next(iter(numbers.most_common(1)), ("", 0))
    if times > 1:
        return warns(EvidenceCode.NUMBER_MISMATCH, read=number, engine=codes.name)
    return None


def _differing(number: str, engine: str) -> Finding:
    code = EvidenceCode.NUMBER_MISMATCH if _is_valid(number) else EvidenceCode.NUMBER_INVALID
    return warns(code, read=number, engine=engine)


def _is_valid(number: str) -> bool:
    return read_cedula(number).acceptable


def _words(line: str) -> set[str]:
    """Return the words of a line and its ten-digit numbers, without separators."""
    return _numbers(line) | {bare_number(word) for word in line.split()}


def _numbers(line: str) -> set[str]:
    """Return the ten-digit numbers that may be an identity number, right or wrong."""
    found = (bare_number(match[0]) for match in _NUMBER.finditer(line))
    return {number for number in found if province_finding(number) is None}
