"""RUNs of an application: typed with check digits in any writing, kept as digits alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuance.findings.identity import IdentityFinding
from issuance.identity.run import digits_of, read_run, read_runs, with_check_digit
from issuance.identity.verdict import Certainty

DIGITS = st.integers(1, 99_999_999).map(str)


@given(DIGITS)
def test_digits_and_check_digit_make_the_run(digits: str):
    run = with_check_digit(digits)
    assert read_run(run).value == run
    assert read_run(run).acceptable
    assert digits_of(run) == digits


@given(st.lists(DIGITS, min_size=1, max_size=8), st.sampled_from([" ", ", ", ";", "\n", " ;  "]))
def test_runs_in_a_row_are_read_one_by_one_and_once(numbers: list[str], between: str):
    runs = [with_check_digit(each) for each in numbers]
    reading = read_runs(between.join(runs))
    assert reading.certainty is Certainty.VALID
    assert reading.value.split() == list(dict.fromkeys(runs))


@given(DIGITS, DIGITS)
def test_a_wrong_one_is_told_whatever_follows(wrong: str, right: str):
    run = with_check_digit(wrong)
    other = "0" if run[-1] != "0" else "1"
    reading = read_runs(f"{run[:-1]}{other} {with_check_digit(right)}")
    assert reading.certainty is Certainty.IMPOSSIBLE
    (told,) = reading.findings
    assert (told.code, told.parameters) == (
        IdentityFinding.RUN_AMONG_SEVERAL,
        {"run": f"{run[:-1]}{other}"},
    )


@pytest.mark.parametrize(
    ("typed", "wrong"), [("11111111-1 1234", "1234"), ("12.345.678-9; 11111111-1", "12345678-9")]
)
def test_of_several_the_wrong_one_is_named_and_one_alone_needs_no_name(typed: str, wrong: str):
    (told,) = read_runs(typed).findings
    assert told.parameters == {"run": wrong}
    (alone,) = read_runs("12345678-9").findings
    assert alone.code == IdentityFinding.RUN_CHECK_DIGIT


def test_nothing_is_no_run():
    assert read_runs(" ").certainty is Certainty.INCOMPLETE
