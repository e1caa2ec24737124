"""The machine-readable zone of an identity card, format TD1 (ICAO Doc 9303, parts 3 and 5)."""

from datetime import date
from typing import Final

from issuance.samples.people import without_accents

_WIDTH: Final = 30
_WEIGHTS: Final = (7, 3, 1)
_VALUES: Final = {
    character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
} | {"<": 0}


def td1_lines(
    *,
    card_number: str,
    cedula: str,
    birth_date: date,
    sex: str,
    expires: date,
    surnames: str,
    given_names: str,
) -> tuple[str, str, str]:
    """Return the three lines as Ecuador's card has them since 2021.

    The first line's optional data is the cédula, the second's whether the holder gives organs.

    Args:
        card_number: Nine letters or digits; not the cédula.
        cedula: Ten digits.
        birth_date: When the holder was born.
        sex: M or F.
        expires: The last day of the card.
        surnames: Both surnames; accents are dropped, the rest is cut at the line's end.
        given_names: All given names.
    """
    document = card_number + check_digit(card_number) + "<" * 5 + cedula
    birth = _dated(birth_date)
    expiry = _dated(expires)
    donor = "<NO<DONANTE"
    composite = check_digit(document + birth + expiry + donor)
    names = f"{_transliterate(surnames)}<<{_transliterate(given_names)}"
    return (
        f"I<ECU{document}",
        f"{birth}{sex}{expiry}ECU{donor}{composite}",
        names[:_WIDTH].ljust(_WIDTH, "<"),
    )


def check_digit(text: str) -> str:
    """Return the check digit of a field: weights 7, 3, 1, modulo 10 (Doc 9303-3, 4.9)."""
    return str(sum(_VALUES[each] * _WEIGHTS[at % 3] for at, each in enumerate(text)) % 10)


def _dated(day: date) -> str:
    digits = day.strftime("%y%m%d")
    return digits + check_digit(digits)


def _transliterate(name: str) -> str:
    return "<".join(without_accents(name).upper().replace("-", " ").split())
