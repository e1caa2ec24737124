"""A field for money whose digits fill from the right: 2, 2, 7, 7 gives 22,77 in Spanish."""

from typing import Final

from textual.widgets.input import Selection

from tui.widgets.line_input import LineInput

_MOST_DIGITS: Final = 9
_POINTS: Final = {"es": ",", "en": "."}
"""What parts dollars from cents, by language."""


def filled_from_the_right(digits: str, point: str) -> str:
    """Return digits as units and two decimals: `5` gives `0.05`; nothing stays nothing."""
    significant = digits.lstrip("0")[:_MOST_DIGITS]
    if not significant:
        return ""
    padded = significant.rjust(3, "0")
    return f"{padded[:-2]}{point}{padded[-2:]}"


class AmountField(LineInput):
    """Takes digits; whatever else is typed, such as a comma, changes nothing."""

    DEFAULT_CSS = """
    AmountField, AmountField:focus {
        width: 14;
        text-align: right;
    }
    """

    def validate_value(self, value: str) -> str:
        """Put the decimal point before the last two digits."""
        digits = _digits(value)
        return filled_from_the_right(digits, _POINTS[self.translate.language]) if digits else ""

    def validate_selection(self, selection: Selection) -> Selection:
        """Keep the cursor at the end: the point moves while one types; or mark the whole amount."""
        whole = Selection(0, len(self.value))
        return whole if self.value and selection == whole else Selection.cursor(whole.end)

    @property
    def minor_units(self) -> int | None:
        """The amount in cents; None while nothing is typed."""
        digits = _digits(self.value)
        return int(digits) if digits else None


def _digits(text: str) -> str:
    return "".join(each for each in text if each.isascii() and each.isdigit())
