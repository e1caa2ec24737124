from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

import tui  # before Textual, whose environment it sets  # isort: split
from tui.cells import fitted, whole_words

assert tui


@given(st.text(st.characters(categories=("L", "N", "Zs"))), st.integers(0, 40))
def test_fitted_text_has_exactly_its_width(text: str, cells: int):
    assert cell_len(fitted(text, cells)) == cells


def test_what_does_not_fit_says_so():
    assert fitted("Pichincha", 9) == "Pichincha"
    assert fitted("Pichincha", 8) == "Pichinc…"
    assert fitted("Loja", 6) == "Loja  "


@given(st.text("ab cñ ").map(str.strip), st.integers(1, 20))
def test_words_are_whole_or_there_is_only_one(text: str, cells: int):
    shown = whole_words(text, cells)
    assert cell_len(shown) <= cells
    if shown != text:
        begun = shown.removesuffix("…")
        assert text.startswith(begun)
        assert text[len(begun)] == " " or " " not in begun


def test_a_word_is_not_cut_where_another_went_before():
    assert whole_words("Oficina de demostración ICERT", 26) == "Oficina de demostración…"
    assert whole_words("Oficina", 4) == "Ofi…"
