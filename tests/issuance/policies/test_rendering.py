import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuance.policies.rendering import (
    REPLACEMENT,
    TemplateMismatchError,
    one_line,
    placeholders,
    render,
    require_placeholders,
)


def test_names_are_filled_in():
    text = render("Hola $name: ${amount}USD, $$5", {"name": "Ñusta", "amount": "22,77"})

    assert text == "Hola Ñusta: 22,77USD, $5"


def test_placeholders_are_named_once():
    assert placeholders("$a ${b} $a $$c") == {"a", "b"}


@pytest.mark.parametrize(
    ("template", "parameters"),
    [("$a", {}), ("text", {"a": "1"}), ("$a $b", {"a": "1"}), ("$a", {"a": "1", "b": "2"})],
)
def test_template_and_parameters_must_match_both_ways(template, parameters):
    with pytest.raises(TemplateMismatchError):
        render(template, parameters)
    with pytest.raises(TemplateMismatchError):
        require_placeholders(template, parameters)


@pytest.mark.parametrize("template", ["$", "cuesta $5", "${a", "${a b}", "$ a"])
def test_a_malformed_placeholder_is_a_fault_of_the_template(template):
    with pytest.raises(TemplateMismatchError):
        placeholders(template)


def test_a_value_is_never_read_as_a_template():
    assert render("$a $b", {"a": "$b ${b} $$", "b": "x"}) == "$b ${b} $$ x"


@given(st.text())
def test_a_value_becomes_one_printable_line(value):
    line = one_line(value)

    assert len(line.splitlines()) <= 1
    assert not any(unicodedata.category(character).startswith("C") for character in line)
    assert line == line.strip()
    assert one_line(line) == line


@given(st.text(alphabet="abcÑñÁü'’.- ", max_size=60))
def test_names_pass_unchanged(value):
    assert one_line(value) == " ".join(value.split())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\r\nBcc: b", "a Bcc: b"),
        ("a\u2028b\x0bc\x85d", "a b c d"),
        ("a\u202eb", f"a{REPLACEMENT}b"),
        ("\x1b[2J", f"{REPLACEMENT}[2J"),
        ("N\u0303", "Ñ"),
        ("\ue000", REPLACEMENT),
    ],
)
def test_what_is_hidden_or_breaks_the_line(value, expected):
    assert one_line(value) == expected
