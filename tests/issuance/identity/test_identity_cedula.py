import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.ec import ci

from issuance.findings.identity import IdentityFinding
from issuance.identity.cedula import read_cedula
from issuance.identity.verdict import Certainty

VALID = "1710034065"

nine_digits = st.builds(
    lambda province, third, rest: f"{province:02}{third}{rest:06}",
    st.sampled_from([*range(1, 25), 30, 50]),
    st.integers(0, 6),
    st.integers(0, 999_999),
)
cedulas = nine_digits.map(
    lambda nine: next(nine + digit for digit in "0123456789" if ci.is_valid(nine + digit))
)


@given(st.text("0123456789", min_size=10, max_size=10))
def test_agrees_with_an_independent_implementation(number):
    assert (read_cedula(number).certainty is Certainty.VALID) == ci.is_valid(number)


@given(cedulas, st.integers(0, 9), st.integers(1, 9))
def test_every_change_of_one_digit_is_refused(number, place, difference):
    digit = (int(number[place]) + difference) % 10
    changed = f"{number[:place]}{digit}{number[place + 1 :]}"
    assert read_cedula(changed).certainty is Certainty.IMPOSSIBLE


@given(cedulas)
def test_a_right_number_is_never_refused_on_the_way(number):
    for length in range(1, 10):
        reading = read_cedula(number[:length])
        assert reading.certainty is Certainty.INCOMPLETE
        assert reading.findings[0].parameters == {"typed": length, "expected": 10}
    assert read_cedula(number).certainty is Certainty.VALID


@pytest.mark.parametrize("text", ["171003406-5", " 1710034065 ", "17 1003 4065"])
def test_spaces_and_hyphens_are_taken_off(text):
    assert read_cedula(text).value == VALID


@pytest.mark.parametrize(
    ("text", "code", "parameters"),
    [
        ("4", "PROVINCE_UNKNOWN", {"digits": "4"}),
        ("99", "PROVINCE_UNKNOWN", {"digits": "99"}),
        ("00", "PROVINCE_UNKNOWN", {"digits": "00"}),
        ("25", "PROVINCE_UNKNOWN", {"digits": "25"}),
        ("177", "CEDULA_THIRD_DIGIT", {"digit": "7"}),
        ("17100E", "NUMBER_CHARACTER", {"character": "E", "position": 6}),
        ("١٧١٠٠٣٤٠٦٥", "NUMBER_CHARACTER", {"character": "١", "position": 1}),
        ("17100340651", "DIGITS_TOO_MANY", {"typed": 11, "expected": 10}),
        ("1710034064", "CEDULA_CHECK_DIGIT", {}),
    ],
)
def test_what_cannot_be_right_is_told_at_once_and_named(text, code, parameters):
    reading = read_cedula(text)
    assert reading.certainty is Certainty.IMPOSSIBLE
    assert [finding.code for finding in reading.findings] == [code]
    assert reading.findings[0].parameters == parameters


def test_two_swapped_neighbours_are_named_where_nothing_else_explains_the_error():
    (finding,) = read_cedula("1710043065").findings
    assert finding.code == IdentityFinding.CEDULA_DIGITS_SWAPPED
    assert finding.parameters == {"first": 6, "second": 7}


@given(nine_digits)
def test_a_refusal_never_tells_the_right_check_digit(nine):
    tenths = [read_cedula(nine + digit) for digit in "0123456789"]
    codes = {finding.code for reading in tenths for finding in reading.findings}
    assert codes <= {IdentityFinding.CEDULA_CHECK_DIGIT, IdentityFinding.CEDULA_DIGITS_SWAPPED}
    for reading in tenths:
        for finding in reading.findings:
            assert set(finding.parameters) <= {"first", "second"}
