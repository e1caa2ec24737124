"""RUNs of an application: typed with check digits in any writing, kept as digits alone."""

from hypothesis import given
from hypothesis import strategies as st

from issuance.findings.identity import IdentityFinding
from issuance.identity.run import digits_of, read_run, with_check_digit
from issuance.identity.verdict import Certainty
from screens.portable_application_entry import read_runs

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
    assert [each.code for each in reading.findings] == [IdentityFinding.RUN_CHECK_DIGIT]


def test_nothing_is_no_run():
    assert read_runs(" ").certainty is Certainty.INCOMPLETE
