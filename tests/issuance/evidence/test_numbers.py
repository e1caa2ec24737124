"""The number on the card, read by a reader that says what the test tells it."""

import pytest
from PIL import Image

from issuance.evidence.numbers import read_coded_number, read_number
from issuance.evidence.rules import Expected

RIGHT, OTHER, WRONG = "3059999106", "3059999114", "3059999107"
CARD = Image.new("RGB", (270, 170), "#dfe7ee")
CHILEAN = "https://portal.sidiv.registrocivil.cl/docstatus?RUN=12345678-5&type=CEDULA&serial=1"


class Recital:
    """A reader that returns one set of lines after the other."""

    name = "recital 1"

    def __init__(self, *readings: tuple[str, ...]) -> None:
        self._readings = list(readings)

    def read(self, picture: Image.Image, reading: str) -> tuple[str, ...]:
        assert (picture.mode, reading) == ("L", "number")
        return self._readings.pop(0) if self._readings else ()


class Codes:
    """A reader of codes that finds one text."""

    name = "codes 1"

    def __init__(self, text: str) -> None:
        self._text = text

    def read(self, picture: Image.Image) -> tuple[str, ...]:
        return (self._text,)


def outcome(*readings: tuple[str, ...], expected: str = RIGHT) -> tuple[str, object]:
    (finding,) = read_number(CARD, expected, Recital(*readings))
    return finding.code, finding.parameters.get("read")


@pytest.mark.parametrize(
    "line", [RIGHT, "305999910-6", "NUI 305999910-6", "30 5999 9106", "No. 3059999106 ECU"]
)
def test_expected_number_matches_however_it_is_printed(line: str) -> None:
    assert outcome(("REPUBLICA", line)) == ("NUMBER_MATCHES", None)


def test_other_right_number_read_twice_differs() -> None:
    assert outcome((OTHER,), ("305999911-4",)) == ("NUMBER_MISMATCH", OTHER)


def test_wrong_check_digit_read_twice_is_invalid() -> None:
    assert outcome((WRONG,), (WRONG,)) == ("NUMBER_INVALID", WRONG)


def test_a_right_number_counts_before_a_wrong_one() -> None:
    assert outcome((WRONG, OTHER), (WRONG, OTHER)) == ("NUMBER_MISMATCH", OTHER)


@pytest.mark.parametrize(
    "readings",
    [
        (),
        ((OTHER,), ()),
        ((OTHER,), (WRONG,), ("3059999122",)),
        (("1988-04-17 30",), ("1988-04-17 30",)),
        (("30599991060",), ("30599991060",)),
        (("9959999106",), ("9959999106",)),
    ],
)
def test_what_is_not_read_alike_twice_was_not_read(readings: tuple[tuple[str, ...], ...]) -> None:
    assert outcome(*readings) == ("NUMBER_NOT_READ", None)


def test_a_third_reading_decides() -> None:
    assert outcome((OTHER,), (), (OTHER,)) == ("NUMBER_MISMATCH", OTHER)


def test_numbers_of_other_documents_match_as_words() -> None:
    assert outcome(("RUN 12.345.678-5",), expected="12345678-5") == ("NUMBER_MATCHES", None)


@pytest.mark.parametrize(
    ("text", "expected", "code"),
    [
        (f"NUI {RIGHT}", RIGHT, "NUMBER_MATCHES"),
        (CHILEAN, "12.345.678-5", "NUMBER_MATCHES"),
        (CHILEAN, RIGHT, "NUMBER_MISMATCH"),
        # Ten digits in a code may be a telephone's.
        (f"tel {OTHER}", RIGHT, None),
        ("", RIGHT, None),
    ],
)
def test_the_number_in_a_code(text: str, expected: str, code: str | None) -> None:
    finding = read_coded_number(CARD, Expected(number=expected), Codes(text))
    assert (finding.code if finding else None) == code
    assert finding is None or finding.parameters["engine"] == "codes 1"


def test_no_text_is_taken_for_another_number() -> None:
    strange = ("", "\x00", "３０５９９９９１０６", "٣٠٥٩٩٩٩١٠٦", "-" * 5000, "1" * 5000, "3 " * 500)
    assert outcome(strange, strange) == ("NUMBER_NOT_READ", None)
