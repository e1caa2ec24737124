"""The identity numbers in the QR and PDF417 codes of a card."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Final

from issuance.evidence.card_text import find_numbers
from issuance.identity.chile_qr import read_chile_qr
from issuance.identity.entry import is_letter_or_digit, upper_ascii

_CERTAIN: Final = 2
"""Readings from which on a number is believed whoever it belongs to."""


def bare_number(number: str) -> str:
    """Return an identity number in capitals, without what stands between its parts."""
    return upper_ascii("".join(filter(is_letter_or_digit, number)))


def numbers_in_codes(texts: Iterable[str], today: date) -> Counter[str]:
    """Return the numbers in the texts of codes, each by how often it counts as read.

    The RUN in the registry's address counts twice: it is that card's number for certain. Ten digits
    elsewhere may be a telephone's, with a right check digit by chance: they count once, and so only
    where they are the expected number or the zone's.
    """
    numbers: Counter[str] = Counter()
    for text in texts:
        chile = read_chile_qr(text, today).fields
        if chile:
            numbers.update({chile.run: _CERTAIN} if chile.run else {})
        else:
            numbers.update(find_numbers(text.splitlines()))
    return numbers
