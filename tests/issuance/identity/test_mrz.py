"""Machine-readable zones: what is read, what is refused, and what no check digit can see."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuance.findings import Severity
from issuance.identity.examples import invented_cedula
from issuance.identity.mrz import read_mrz
from issuance.identity.mrz_digits import ALPHABET, check_digit, twins
from issuance.identity.mrz_zone import MrzLayout, repair

TODAY = date(2026, 11, 20)
CARD = (
    "I<ECU0123456784<<<<<1710034065",
    "9004159M3401158ECU<NO<DONANTE2",
    "PEREZ<ROCA<<JUAN<CARLOS<<<<<<<",
)
PASSPORT = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
"""The specimen of Doc 9303-4, appendix B."""


def codes(reading, severity=None):
    return [each.code for each in reading.findings if severity in {None, each.severity}]


def sure(reading):
    assert reading.fields
    return reading.fields


def refused(text):
    return codes(read_mrz(text, TODAY), Severity.BLOCKS)


def card(
    code="I<",
    issuer="ECU",
    number="A12345678",
    first="<<<<<1710034065",
    birth="900415",
    sex="M",
    expiry="340115",
    nationality="ECU",
    second="<<<<<<<<<<<",
    names="PEREZ<<JUAN",
):
    """A card's zone with right check digits, whatever the fields are."""
    upper = number + check_digit(number) + first
    born, ends = birth + check_digit(birth), expiry + check_digit(expiry)
    over_all = check_digit(upper + born + ends + second)
    return (
        f"{code}{issuer}{upper}",
        f"{born}{sex}{ends}{nationality}{second}{over_all}",
        names.ljust(30, "<"),
    )


def test_ecuadorian_card():
    reading = read_mrz("\n".join(CARD), TODAY)
    fields = reading.fields
    assert fields
    assert codes(reading) == ["MRZ_COMPARE"]
    assert (fields.layout, fields.issuer, fields.nationality) == (MrzLayout.CARD, "ECU", "ECU")
    assert (fields.document_number, fields.national_number) == ("012345678", "1710034065")
    assert (fields.birth_date, fields.expiry_date) == (date(1990, 4, 15), date(2034, 1, 15))
    assert (fields.sex, fields.surnames, fields.given_names) == ("M", "PEREZ ROCA", "JUAN CARLOS")
    assert fields.optional_data == ("1710034065", "NO<DONANTE")


def test_chilean_card_has_the_run_in_the_second_line():
    lines = card(
        "IN", "CHL", "123456789", "S07<<<<<<<<<<<<", second="12345678<5<", nationality="CHL"
    )
    reading = read_mrz("".join(lines), TODAY)
    assert codes(reading) == ["MRZ_COMPARE"]
    assert sure(reading).national_number == "12345678-5"


def test_passport():
    reading = read_mrz("".join(PASSPORT), date(2012, 4, 15))
    fields = reading.fields
    assert fields
    assert codes(reading) == ["MRZ_COMPARE"]
    assert (fields.layout, fields.document_number) == (MrzLayout.PASSPORT, "L898902C3")
    assert fields.national_number == ""
    assert (fields.surnames, fields.given_names) == ("ERIKSSON", "ANNA MARIA")
    assert codes(read_mrz("".join(PASSPORT), date(2012, 4, 16))) == ["MRZ_EXPIRED", "MRZ_COMPARE"]


def test_passport_without_personal_number_may_leave_out_its_check_digit():
    personal = "<" * 14
    upper = PASSPORT[1][:28]
    for digit in "<0":
        whole = upper[:10] + upper[13:20] + upper[21:28] + personal + digit
        lines = (PASSPORT[0], upper + personal + digit + check_digit(whole))
        assert refused("".join(lines)) == []


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(CARD),
        "\r\n".join(CARD) + "\r\n\r\n",
        "".join(CARD),
        " ".join("".join(CARD)),
        "  " + "\n\n".join(CARD).lower(),
        CARD[0] + CARD[1] + "\n" + CARD[2],
    ],
)
def test_breaks_spaces_and_case_do_not_matter(text):
    assert read_mrz(text, TODAY) == read_mrz("\n".join(CARD), TODAY)


@pytest.mark.parametrize(
    ("text", "code", "parameters"),
    [
        ("", "MRZ_LENGTH", {"typed": 0, "expected": 90}),
        ("".join(CARD)[:-1], "MRZ_LENGTH", {"typed": 89, "expected": 90}),
        ("".join(CARD) + "<", "MRZ_LENGTH", {"typed": 91, "expected": 90}),
        (PASSPORT[0], "MRZ_LENGTH", {"typed": 44, "expected": 88}),
        (
            "\n".join((CARD[0], CARD[1][:-2], CARD[2])),
            "MRZ_LINE_LENGTH",
            {"line": 2, "typed": 28, "expected": 30},
        ),
        (
            "\n".join((CARD[0], CARD[1].replace("NO", "N;"), CARD[2])),
            "MRZ_CHARACTER",
            {"line": 2, "position": 21, "character": ";"},
        ),
        (
            "\n".join((CARD[0], CARD[1], CARD[2].replace("JUAN", "JU4N"))),
            "MRZ_CHARACTER",
            {"line": 3, "position": 15, "character": "4"},
        ),
        ("\n".join(card("X<")), "MRZ_DOCUMENT_CODE", {"read": "X<"}),
        ("\n".join(card(issuer="E0U")), "MRZ_COUNTRY", {"item": "issuer", "read": "E0U"}),
        ("\n".join(card(birth="901315")), "MRZ_DATE", {"item": "birth_date", "read": "901315"}),
        ("\n".join(card(first="<<<<<1710034060")), "MRZ_NATIONAL_NUMBER", {"read": "1710034060"}),
        ("\n".join(card(sex="X")), "MRZ_CHARACTER", {"line": 2, "position": 8, "character": "X"}),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text, code, parameters):
    finding = next(
        each for each in read_mrz(text, TODAY).findings if each.severity is Severity.BLOCKS
    )
    assert (finding.code, dict(finding.parameters)) == (code, parameters)


@pytest.mark.parametrize(
    ("line", "place", "item"),
    [
        (0, 14, "document_number"),
        (0, 7, "document_number"),
        (1, 6, "birth_date"),
        (1, 5, "birth_date"),
        (1, 14, "expiry_date"),
        (1, 29, "composite"),
        (1, 20, "composite"),
    ],
)
def test_wrong_check_digit_names_what_it_protects(line, place, item):
    lines = list(CARD)
    right = lines[line][place]
    wrong = "1" if right != "1" else "2"
    lines[line] = lines[line][:place] + wrong + lines[line][place + 1 :]
    (finding,) = [
        each for each in read_mrz("".join(lines), TODAY).findings if each.code == "MRZ_DIGIT_WRONG"
    ]
    assert finding.parameters["item"] == item


def test_long_document_number_goes_on_in_the_optional_data():
    number = "D23145890734"
    first = f"{number[9:]}{check_digit(number)}<<<<<<<<<<<"
    upper = f"{number[:9]}<{first}"
    rest = "7408122F1204159UTO<<<<<<<<<<<"
    over_all = check_digit(upper + rest[:7] + rest[8:15] + rest[18:])
    lines = f"I<UTO{upper}", rest + over_all, "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
    reading = read_mrz("".join(lines), TODAY)
    assert codes(reading, Severity.BLOCKS) == []
    assert sure(reading).document_number == number


def test_old_ecuadorian_card_passes_with_a_mark():
    lines = ("IDECU1710034065<<<<<<<<<<<<<<<", "9004150M3401150ECU<<<<<<<<<<<0", CARD[2])
    reading = read_mrz("\n".join(lines), TODAY)
    assert codes(reading, Severity.WARNS) == ["MRZ_OLD_FORMAT"]
    assert not reading.blocking
    assert sure(reading).is_old_format
    assert sure(reading).national_number == "1710034065"
    assert sure(reading).document_number == ""


def test_unknown_birth_day_is_a_warning_and_no_date():
    reading = read_mrz("".join(card(birth="9004<<")), TODAY)
    assert codes(reading, Severity.WARNS) == ["MRZ_DATE"]
    assert sure(reading).birth_date is None
    assert sure(reading).expiry_date == date(2034, 1, 15)


@pytest.mark.parametrize(
    ("birth", "born"),
    [("261120", date(2026, 11, 20)), ("261121", date(1926, 11, 21)), ("000229", date(2000, 2, 29))],
)
def test_nobody_is_born_tomorrow(birth, born):
    assert sure(read_mrz("".join(card(birth=birth)), TODAY)).birth_date == born


def test_expiry_is_a_warning():
    reading = read_mrz("".join(card(expiry="261119")), TODAY)
    assert codes(reading, Severity.WARNS) == ["MRZ_EXPIRED"]
    assert codes(read_mrz("".join(card(expiry="261120")), TODAY), Severity.WARNS) == []


def test_repair_touches_only_where_digits_must_be():
    lines = (
        "I<ECUO1234S678A<<<<<I71OO34O6S",
        "9OO4IS9M34OII58ECU<NO<DONANTEZ",
        "PEREZ<ROCA<<JUAN<CARLOS<<<<<<<",
    )
    assert repair(lines) == (
        "I<ECUO1234S678A<<<<<1710034065",
        "9004159M3401158ECU<NO<DONANTE2",
        CARD[2],
    )
    assert repair(("SHORT",)) == ("SHORT",)
    upper, lower = PASSPORT
    assert repair((upper, lower.replace("1204159", "I2O4I59"))) == PASSPORT


def test_blind_groups_are_those_of_the_weights():
    groups = ["<0AKU", "1BLV", "2CMW", "3DNX", "4EOY", "5FPZ", "6GQ", "7HR", "8IS", "9JT"]
    assert sorted("".join(groups)) == sorted(ALPHABET + "<")
    for group in groups:
        for character in group:
            assert twins(character) == set(group) - {character}


names = st.from_regex(r"[A-Z]{1,12}(<[A-Z]{1,8})?<<[A-Z]{1,6}", fullmatch=True)
dates = st.dates(date(1930, 1, 1), TODAY)
persons = st.fixed_dictionaries(
    {
        "number": st.text(ALPHABET, min_size=9, max_size=9),
        "first": st.integers(0, 99).map(lambda it: invented_cedula(it).ljust(15, "<")),
        "birth": dates.map(lambda day: f"{day:%y%m%d}"),
        "sex": st.sampled_from("MF<"),
        "expiry": st.dates(TODAY, date(2060, 1, 1)).map(lambda day: f"{day:%y%m%d}"),
        "names": names,
    }
)


@given(persons)
def test_made_up_persons_are_read_as_they_are(person):
    reading = read_mrz("".join(card(**person)), TODAY)
    fields = reading.fields
    assert fields
    assert codes(reading) == ["MRZ_COMPARE"]
    assert fields.document_number == person["number"]
    assert fields.national_number == person["first"].rstrip("<")
    assert f"{fields.birth_date:%y%m%d}" == person["birth"]
    assert f"{fields.expiry_date:%y%m%d}" == person["expiry"]
    assert fields.sex == person["sex"].strip("<")
    surnames, given_names = person["names"].split("<<")
    assert fields.surnames == surnames.replace("<", " ")
    assert fields.given_names == given_names


PROTECTED = [(0, place) for place in range(5, 30)] + [
    (1, place) for place in (*range(7), *range(8, 15), *range(18, 30))
]


@given(persons, st.sampled_from(PROTECTED), st.sampled_from(ALPHABET + "<"))
def test_any_other_character_in_a_protected_place_is_noticed(person, place, other):
    lines = list(card(**person))
    line, column = place
    right = lines[line][column]
    if other == right or other in twins(right):
        return
    lines[line] = lines[line][:column] + other + lines[line][column + 1 :]
    reading = read_mrz("".join(lines), TODAY)
    assert reading.blocking


@given(st.text(max_size=200) | st.text(ALPHABET + "<\n", min_size=80, max_size=95))
def test_any_text_is_read_or_refused(text):
    reading = read_mrz(text, TODAY)
    assert reading.fields or reading.blocking


@given(st.lists(st.text(ALPHABET + "<", min_size=30, max_size=30), min_size=3, max_size=3))
def test_repair_changes_no_length_and_is_final(lines):
    once = repair(tuple(lines))
    assert repair(once) == once
    assert [len(line) for line in once] == [30, 30, 30]


def test_check_digit_of_the_standard():
    assert check_digit("520727") == "3"
    assert check_digit("AB2134<<<") == "5"
    weights = [int(check_digit("<" * place + "1")) for place in range(6)]
    assert weights == [7, 3, 1, 7, 3, 1]
    assert all(left != right for left, right in pairwise(weights))
