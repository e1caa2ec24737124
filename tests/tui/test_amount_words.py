import pytest

import tui  # before Textual, whose environment it sets  # isort: split
from tui.amount_words import amount_in_words
from tui.translation import Translator

assert tui


@pytest.mark.parametrize(
    ("minor_units", "spanish", "english"),
    [
        (2277, "veintidós dólares con setenta y siete centavos",
         "twenty-two dollars and seventy-seven cents"),
        (101, "un dólar con un centavo", "one dollar and one cent"),
        (2100, "veintiún dólares", "twenty-one dollars"),
        (3101, "treinta y un dólares con un centavo", "thirty-one dollars and one cent"),
        (10000, "cien dólares", "one hundred dollars"),
        (10100, "ciento un dólares", "one hundred one dollars"),
        (100000, "mil dólares", "one thousand dollars"),
        (2150016, "veintiún mil quinientos dólares con dieciséis centavos",
         "twenty-one thousand five hundred dollars and sixteen cents"),
        (5, "cero dólares con cinco centavos", "zero dollars and five cents"),
    ],
)  # fmt: skip
def test_an_amount_is_written_out(minor_units: int, spanish: str, english: str):
    assert amount_in_words(minor_units, "USD", Translator("es")) == spanish
    assert amount_in_words(minor_units, "USD", Translator("en")) == english


def test_what_has_no_words_here_is_left_to_the_figures():
    assert amount_in_words(2277, "CLP", Translator("es")) == ""
    assert amount_in_words(10**9, "USD", Translator("es")) == ""
    assert amount_in_words(-1, "USD", Translator("es")) == ""
