"""Amounts written out, as the question before a payment says them: a misread figure stands out."""

from typing import Final

from tui.translation import Translator

_LIMIT: Final = 1_000_000
"""From here on Spanish says `un millón de`; no fee is that high."""

_ENGLISH_UNITS: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_ENGLISH_TENS: Final = (
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_SPANISH_UNITS: Final = (
    "cero", "un", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez",
    "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho",
    "diecinueve", "veinte", "veintiún", "veintidós", "veintitrés", "veinticuatro",
    "veinticinco", "veintiséis", "veintisiete", "veintiocho", "veintinueve",
)  # fmt: skip
"""`un` and `veintiún`: a noun follows."""
_SPANISH_TENS: Final = (
    "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa",
)  # fmt: skip
_SPANISH_HUNDREDS: Final = (
    "ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos",
    "setecientos", "ochocientos", "novecientos",
)  # fmt: skip


def amount_in_words(minor_units: int, currency: str, translate: Translator) -> str:
    """Return an amount of a currency in words; empty where the currency has none here."""
    whole, part = divmod(minor_units, 100)
    if currency != "USD" or not 0 <= whole < _LIMIT:
        return ""
    cardinal = _spanish if translate.language == "es" else _english
    dollars = translate.plural("{words} dollar", "{words} dollars", whole, words=cardinal(whole))
    if not part:
        return dollars
    cents = translate.plural("{words} cent", "{words} cents", part, words=cardinal(part))
    return translate("{dollars} and {cents}", dollars=dollars, cents=cents)


def _english(number: int) -> str:
    if number < 20:
        return _ENGLISH_UNITS[number]
    if number < 100:
        tens, units = divmod(number, 10)
        return "-".join([_ENGLISH_TENS[tens - 2], *([_ENGLISH_UNITS[units]] if units else [])])
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    many, rest = divmod(number, size)
    return " ".join([_english(many), name, *([_english(rest)] if rest else [])])


def _spanish(number: int) -> str:
    if number < 30:
        return _SPANISH_UNITS[number]
    if number < 100:
        tens, units = divmod(number, 10)
        return " y ".join([_SPANISH_TENS[tens - 3], *([_SPANISH_UNITS[units]] if units else [])])
    if number == 100:
        return "cien"
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return " ".join([_SPANISH_HUNDREDS[hundreds - 1], *([_spanish(rest)] if rest else [])])
    many, rest = divmod(number, 1000)
    thousands = [] if many == 1 else [_spanish(many)]
    return " ".join([*thousands, "mil", *([_spanish(rest)] if rest else [])])
