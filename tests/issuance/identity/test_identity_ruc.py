import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.ec import ci, ruc

from issuance.findings import Severity, any_blocks
from issuance.identity.ruc import RucKind, cedula_in_ruc, read_ruc, ruc_belongs_to, ruc_kind
from issuance.identity.verdict import Certainty

# Active companies whose numbers fail the old check digit.
REAL_AND_UNVERIFIABLE = [
    "1793213150001",
    "1793189906001",
    "0993366721001",
    "0993370026001",
    "0993381661001",
]
RIGHT = [
    "1793221293001",
    "1793189624001",
    "0962467429001",
    "1760001550001",
    "1790016919001",
    "1710034065001",
]


def confirmed_elsewhere(number):
    # python-stdnum takes a company for a public body where only that check digit fits, and with it
    # the shorter establishment; a company's never ends in 000.
    return ruc.is_valid(number) and not (number[2] == "9" and number.endswith("000"))


@pytest.mark.parametrize("number", REAL_AND_UNVERIFIABLE)
def test_real_companies_without_a_check_digit_are_warned_about_and_pass(number):
    reading = read_ruc(number)
    assert reading.certainty is Certainty.UNVERIFIABLE
    assert reading.value == number
    assert [finding.severity for finding in reading.findings] == [Severity.WARNS]
    assert ruc_kind(number) is RucKind.PRIVATE


@pytest.mark.parametrize("number", [*RIGHT, *REAL_AND_UNVERIFIABLE])
def test_a_right_number_is_never_refused_on_the_way(number):
    for length in range(1, 13):
        assert read_ruc(number[:length]).certainty is Certainty.INCOMPLETE
    assert not any_blocks(read_ruc(number).findings)


@given(st.text("0123456789", min_size=13, max_size=13))
def test_what_an_independent_implementation_accepts_is_valid(number):
    assert (read_ruc(number).certainty is Certainty.VALID) == confirmed_elsewhere(number)


@given(st.sampled_from(RIGHT), st.integers(0, 12), st.integers(0, 9))
def test_one_changed_digit_agrees_with_an_independent_implementation(number, place, digit):
    changed = f"{number[:place]}{digit}{number[place + 1 :]}"
    assert (read_ruc(changed).certainty is Certainty.VALID) == confirmed_elsewhere(changed)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("99", "PROVINCE_UNKNOWN"),
        ("177", "RUC_THIRD_DIGIT"),
        ("178", "RUC_THIRD_DIGIT"),
        ("1710034064", "CEDULA_CHECK_DIGIT"),
        ("1710034065000", "RUC_ESTABLISHMENT"),
        ("1790016919000", "RUC_ESTABLISHMENT"),
        ("1793213150000", "RUC_ESTABLISHMENT"),
        ("1760001550000", "RUC_ESTABLISHMENT"),
        ("17100340650011", "DIGITS_TOO_MANY"),
        ("171003406500l", "NUMBER_CHARACTER"),
        ("9999999999999", "PROVINCE_UNKNOWN"),
    ],
)
def test_what_cannot_be_right_is_told_at_once(text, code):
    reading = read_ruc(text)
    assert reading.certainty is Certainty.IMPOSSIBLE
    assert [finding.code for finding in reading.findings] == [code]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("1710034065001", RucKind.NATURAL),
        ("0962467429001", RucKind.NATURAL),
        ("1760001550001", RucKind.PUBLIC),
        ("1790016919001", RucKind.PRIVATE),
        ("1793221293001", RucKind.PRIVATE),
        ("1760001560001", RucKind.PUBLIC),
        ("1710034064001", None),
        ("17100340", None),
        ("", None),
    ],
)
def test_whose_number_it_is(number, kind):
    assert ruc_kind(number) is kind


def test_third_digit_six_is_a_person_when_only_the_cedula_rule_confirms_it():
    number = next(
        text
        for text in (f"176{rest:07}001" for rest in range(1, 10_000))
        if ci.is_valid(text[:10]) and ruc._checksum(text[:9], [3, 2, 7, 6, 5, 4, 3, 2, 1])
    )
    assert ruc_kind(number) is RucKind.NATURAL
    assert cedula_in_ruc(number) == number[:10]


@given(st.text("0123456789", min_size=13, max_size=13))
def test_a_cedula_is_never_taken_out_of_a_number_that_does_not_hold_one(number):
    inside = cedula_in_ruc(number)
    assert inside is None or (ci.is_valid(inside) and number.startswith(inside))


def test_the_cedula_inside():
    assert cedula_in_ruc("1710034065001") == "1710034065"
    # Both rules confirm this one by chance: it is a public body's, and no cédula is taken out.
    assert ci.is_valid("1760001550")
    assert cedula_in_ruc("1760001550001") is None
    assert cedula_in_ruc("1793213150001") is None


@pytest.mark.parametrize(
    ("number", "person", "answer"),
    [
        ("1710034065001", "1710034065", True),
        ("1710034065002", "171003406-5", True),
        ("0962467429001", "1710034065", False),
        ("1790016919001", "1710034065", None),
        ("1793213150001", "1710034065", None),
        ("1710034064001", "1710034065", None),
        ("1710034065001", "1710034064", None),
        ("1760001550001", "1760001550", True),
    ],
)
def test_whether_a_ruc_is_a_persons_own(number, person, answer):
    assert ruc_belongs_to(number, person) is answer


@given(st.text(), st.text())
def test_questions_about_any_text_have_an_answer(one, other):
    assume(not read_ruc(one).acceptable)
    assert ruc_kind(one) is None
    assert cedula_in_ruc(one) is None
    assert ruc_belongs_to(one, other) is None
