"""What is found among lines a reading program gives, and what must never be believed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuance.evidence.card_text import find_faulty_zone, find_numbers, find_zone, has_traces
from issuance.findings.identity import IdentityFinding
from issuance.identity.mrz_digits import ALPHABET, check_digit

TODAY = date(2026, 11, 20)
NUMBER = "1710034065"
NEW = (
    "I<ECU0123456784<<<<<1710034065",
    "9004159M3401158ECU<NO<DONANTE2",
    "PEREZ<ROCA<<JUAN<CARLOS<<<<<<<",
)
PLAIN = (
    "IDECUA1234567843059999114<<<<<",
    "8804178M3305201ECU<<<<<<<<<<<4",
    "MUESTRA<FICTICIO<<JUAN<<<<<<<<",
)


def is_read(lines, last_digit=""):
    zone = find_zone(lines, TODAY, last_digit)
    return zone is not None and not zone.blocking


@pytest.mark.parametrize("lines", [NEW, PLAIN, ("ESPECIMEN", *PLAIN, "X"), (" ", *NEW)])
def test_zone_among_other_lines(lines):
    assert is_read(lines)


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (0, "LDECUA1234567843059999114<<<<<"),
        (0, "IDECUA1 234567843059999114 <<<<<"),
        (0, "IDECUA1234567843O59999II4<<<<<"),
        (0, "IDECUA1234567843059999114<<<"),
        (1, "8804178M3305201ECUS<<<<5<S<<K4"),
        (1, "8804178M3305201ECU<<<<<<<4"),
        (1, "8804178M3305201ECU<<<<<K<<<<<<4"),
        (1, "88O4I78M33O52OIECU<<<<<<<<<<<4"),
        (2, "MUESTRA<FICTICIO<<JUAN<K<<<<<<<"),
    ],
)
def test_lost_and_misread_fillers_are_mended(line, read):
    lines = list(PLAIN)
    lines[line] = read
    zone = find_zone(lines, TODAY)
    assert zone
    assert zone.fields
    assert not zone.blocking
    assert zone.fields.national_number == "3059999114"
    assert (zone.fields.document_number, zone.fields.nationality) == ("A12345678", "ECU")


@pytest.mark.parametrize(
    "read",
    ["8804178M3305201ECU<<<<<<<<<<<", "8804178M3305201ECU<<<<", "8804178M3305201ECU<<<<<<<<<<<9S"],
)
def test_last_digit_is_taken_from_where_it_was_read_by_itself(read):
    lines = (PLAIN[0], read, PLAIN[2])
    assert not is_read(lines)
    assert is_read(lines, "4")
    assert not is_read(lines, "5")


def test_nationality_that_looks_like_fillers_stays():
    upper, lower = "0123456784<<<<<<<<<<<<<<<", "9004159M3401158MEX<<<<<<<<<<<"
    over_all = check_digit(upper + lower[:7] + lower[8:15] + lower[18:])
    lines = (f"I<MEX{upper}", lower + over_all, NEW[2])
    zone = find_zone(lines, TODAY)
    assert zone
    assert zone.fields
    assert not zone.blocking
    assert zone.fields.nationality == "MEX"


@given(
    st.sampled_from([NEW, PLAIN]),
    st.integers(0, 1),
    st.integers(0, 29),
    st.sampled_from(ALPHABET + "<"),
)
def test_a_misread_character_never_yields_another_number_or_date(lines, line, place, other):
    right = find_zone(lines, TODAY)
    changed = list(lines)
    changed[line] = changed[line][:place] + other + changed[line][place + 1 :]
    zone = find_zone(changed, TODAY)
    if zone and not zone.blocking:
        assert right
        assert right.fields
        assert zone.fields
        assert zone.fields.national_number in {right.fields.national_number, ""}
        assert zone.fields.birth_date in {right.fields.birth_date, None}
        assert zone.fields.expiry_date in {right.fields.expiry_date, None}
        if zone.fields.expiry_date is None:
            assert IdentityFinding.MRZ_DATE in [each.code for each in zone.findings]


def test_issuer_that_is_no_country_was_misread():
    assert not is_read((NEW[0].replace("ECU", "EGU"), *NEW[1:]))


def test_fault_in_a_field_is_told():
    forged = (PLAIN[0], PLAIN[1].replace("880417", "890417"), PLAIN[2])
    assert find_faulty_zone(forged, TODAY, "4")
    shorter = (PLAIN[0], forged[1].replace("<<", "<", 2)[:-1], PLAIN[2])
    assert find_faulty_zone(shorter, TODAY, "4")
    assert find_faulty_zone(PLAIN, TODAY, "4") is None
    letter = (PLAIN[0].replace("A1", "AI"), PLAIN[1], PLAIN[2])
    assert find_faulty_zone(letter, TODAY, "4") is None


def test_fault_over_all_is_told_only_of_lines_read_whole():
    forged = (PLAIN[0], PLAIN[1][:-1] + "5", PLAIN[2])
    assert find_faulty_zone(forged, TODAY, "5")
    assert find_faulty_zone(forged, TODAY, "8") is None
    doubled = (PLAIN[0], PLAIN[1].replace("ECU", "LECU"), PLAIN[2])
    assert find_faulty_zone(doubled, TODAY, "4") is None


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("NUI 171003406-5", (NUMBER,)),
        ("17 1003 4065", (NUMBER,)),
        ("NUI1710034065", (NUMBER,)),
        ("1710034060", ()),
        ("01710034065", ()),
        (NEW[0], ()),
        (f"{NUMBER} x {NUMBER}", (NUMBER,)),
        ("", ()),
    ],
)
def test_numbers_printed_for_people(line, numbers):
    assert find_numbers([line]) == numbers


def test_traces():
    assert has_traces(PLAIN)
    assert has_traces(["8804178M33<<<<<<<"])
    assert not has_traces(["CEDULA", "1 < 2", NUMBER])


@given(st.lists(st.text(ALPHABET + "< ", max_size=50) | st.text(max_size=20), max_size=8))
def test_any_lines_are_taken(lines):
    zone = find_zone(lines, TODAY, "4")
    assert zone is None or zone.fields or zone.blocking
    find_faulty_zone(lines, TODAY, "4")
    assert all(len(number) == 10 for number in find_numbers(lines))
