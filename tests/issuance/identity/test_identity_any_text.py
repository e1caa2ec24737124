"""Laws that hold for every kind of field and any text."""

import re
from datetime import date

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cl import rut

from issuance.findings import Severity
from issuance.identity.choices import COUNTRIES
from issuance.identity.cleaning import first_unprintable, printable
from issuance.identity.examples import invented_cedula, invented_ruc
from issuance.identity.kinds import FieldKind, read
from issuance.identity.verdict import Certainty, Reading

TODAY = date(2026, 11, 20)
CHOICES = ("natural", "natural-plus", "company")

label = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True).filter(
    lambda text: text[2:4] != "--"
)
plausible_dates = st.dates(date(1900, 1, 1), date(2070, 12, 31))
written_dates = st.builds(
    lambda day, form: form.format(d=day.day, m=day.month, y=day.year),
    plausible_dates,
    st.sampled_from(
        ["{d}/{m}/{y}", "{d:02}/{m:02}/{y}", "{d}-{m}-{y}", "{d:02}{m:02}{y}", "{y}-{m:02}-{d:02}"]
    ),
)
one_line = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)

RIGHT = {
    FieldKind.CEDULA: st.integers(0, 99).map(invented_cedula),
    FieldKind.RUC: st.integers(0, 99).map(invented_ruc),
    FieldKind.RUN: st.builds(
        lambda form, body: form.format(body, rut.calc_check_digit(str(body))),
        st.sampled_from(["{}-{}", "{:,}-{}", "{}{}", "0{}{}", "RUT: {}-{}", "cl{}-{}"]),
        st.integers(1, 99_999_999),
    ),
    FieldKind.PASSPORT: st.from_regex(r"[A-Za-z0-9]{5,20}", fullmatch=True),
    FieldKind.DACTYLAR_CODE: st.from_regex(r"[A-Za-z][0-9]{4}[A-Za-z][0-9]{4}", fullmatch=True),
    FieldKind.PERSON_NAME: st.from_regex(
        r"[A-Za-zÑñÁÉÍÓÚáéíóúüÜ]([A-Za-zñáéíóú' .-]{0,30}[a-zñ])?", fullmatch=True
    ),
    FieldKind.EMAIL: st.builds(
        "{}.{}@{}.{}".format, label, label, label, st.sampled_from(["ec", "com", "testing"])
    ),
    FieldKind.PHONE: st.from_regex(r"(0|\+593)(9[89][0-9]{7}|[2-7]2[0-9]{6})", fullmatch=True),
    FieldKind.DATE: written_dates,
    FieldKind.CHOICE: st.sampled_from(CHOICES),
    FieldKind.YES_NO: st.sampled_from(["s", "si", "sí", "SI", "y", "yes", "n", "NO"]),
    FieldKind.COUNTRY: st.sampled_from(sorted(COUNTRIES)),
    FieldKind.DEPOSIT_NUMBER: st.from_regex(r"[A-Z]{0,3}[0-9-]{0,9}[0-9]", fullmatch=True),
    FieldKind.MONEY: st.from_regex(r"[0-9]{1,9}([.,][0-9]{1,2})?", fullmatch=True),
}  # fmt: skip
FREE = st.from_regex(r"[A-Za-z0-9ñáé#(][A-Za-z0-9ñáé#().,/ -]{0,40}[A-Za-z0-9]", fullmatch=True)

kinds = st.sampled_from(list(FieldKind))


def reading_of(kind, text):
    return read(kind, text, today=TODAY, choices=CHOICES)


@given(kinds, st.text())
def test_any_text_is_read_without_an_error(kind, text):
    reading = reading_of(kind, text)
    blocked = any(finding.severity is Severity.BLOCKS for finding in reading.findings)
    nothing_typed = reading == Reading(Certainty.INCOMPLETE, "")
    assert not (nothing_typed and text.strip())
    assert blocked != (reading.acceptable or nothing_typed)
    assert first_unprintable(reading.value) is None
    for finding in reading.findings:
        for parameter in finding.parameters.values():
            assert first_unprintable(str(parameter)) is None


@given(kinds, st.text("0123456789+-/.,@ ABab'Ñ\x1b", max_size=16))
def test_texts_close_to_right_ones_are_read_without_an_error(kind, text):
    reading = reading_of(kind, text)
    assert reading.acceptable or reading.findings or not text.strip()


@given(st.data(), st.sampled_from([kind for kind in FieldKind if kind is not FieldKind.MONEY]))
def test_a_kept_value_reads_as_itself(data, kind):
    reading = reading_of(kind, data.draw(RIGHT.get(kind, FREE) | one_line))
    if reading.acceptable:
        assert reading_of(kind, reading.value) == reading


@given(st.data(), kinds)
def test_no_beginning_of_a_right_text_is_refused(data, kind):
    text = data.draw(RIGHT.get(kind, FREE))
    assert reading_of(kind, text).certainty is Certainty.VALID
    for length in range(len(text)):
        assert reading_of(kind, text[:length]).certainty is not Certainty.IMPOSSIBLE, text[:length]


@pytest.mark.parametrize("address", ["a@xn--bcher-kva.example.com", f"{'a' * 64}@{'b' * 63}.ec"])
def test_no_beginning_of_an_unusual_address_is_refused(address):
    assert reading_of(FieldKind.EMAIL, address).certainty is Certainty.VALID
    for length in range(len(address)):
        reading = reading_of(FieldKind.EMAIL, address[:length])
        assert reading.certainty is not Certainty.IMPOSSIBLE, address[:length]


@pytest.mark.parametrize("region", ["EC", "CL", "CO", "PE", "US", "ES", "DE", "CN"])
def test_no_beginning_of_a_foreign_number_is_refused(region):
    for line in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
        example = phonenumbers.example_number_for_type(region, line)
        assert example is not None
        for form in (
            phonenumbers.PhoneNumberFormat.E164,
            phonenumbers.PhoneNumberFormat.INTERNATIONAL,
        ):
            text = phonenumbers.format_number(example, form)
            assert reading_of(FieldKind.PHONE, text).certainty is Certainty.VALID
            for length in range(len(text)):
                reading = reading_of(FieldKind.PHONE, text[:length])
                assert reading.certainty is not Certainty.IMPOSSIBLE, text[:length]


@given(st.integers(0, 10**11), st.sampled_from([".", ","]))
def test_money_is_exact(minor_units, sign):
    units, cents = divmod(minor_units, 100)
    reading = reading_of(FieldKind.MONEY, f"{units}{sign}{cents:02}")
    if units < 10**9:
        assert reading.value == str(minor_units)
    else:
        assert reading.certainty is Certainty.IMPOSSIBLE


@given(plausible_dates)
def test_the_day_before_and_after_a_months_end_agree_with_the_calendar(day):
    for number in range(28, 33):
        reading = reading_of(FieldKind.DATE, f"{number}/{day.month}/{day.year}")
        try:
            expected = day.replace(day=number).isoformat()
        except ValueError:
            assert reading.certainty is Certainty.IMPOSSIBLE
        else:
            assert reading.value == expected


def test_invented_people_are_valid_distinct_and_in_the_specimen_range():
    cedulas = [invented_cedula(number) for number in range(100)]
    assert len(set(cedulas)) == 100
    for number, cedula in enumerate(cedulas):
        assert re.fullmatch(r"3059999[0-9]{3}", cedula)
        assert reading_of(FieldKind.CEDULA, cedula).certainty is Certainty.VALID
        assert invented_ruc(number) == cedula + "001"
    for number in (-1, 100):
        with pytest.raises(ValueError, match="from 0 to 99"):
            invented_cedula(number)


@given(st.text())
def test_what_is_shown_holds_nothing_that_may_not_be_entered(text):
    shown = printable(text)
    assert first_unprintable(shown) is None
    assert printable(shown) == shown


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x1b", "\x07", "\n", "\t", "\x7f", "\x9b", "\u00ad", "\u200b", "\u200e", "\u202e",
     "\u2066", "\u2028", "\ufeff", "\u034f", "\u3164", "\ufe0f", "\ue000", "\ud800", "\U000e0041"],
)  # fmt: skip
def test_hostile_characters_are_found_and_replaced(character):
    assert first_unprintable(f"Peña{character}") == 4
    assert printable(f"Peña{character}x") == "Peña\ufffdx"


def test_harmless_text_is_left_alone():
    for text in ("Peña", "Ὦ ᾧ", "Nguyễn", "価格", "a\u00a0b", "Cafe\u0301"):
        assert first_unprintable(text) is None
        assert printable(text) == text.replace("e\u0301", "é")


@pytest.mark.timeout(5)
def test_piles_of_marks_are_cut_and_take_no_time():
    pile = "a" + "\u0316\u0301" * 100_000
    assert first_unprintable(pile) == 4
    assert "\u0316\u0301\u0316\u0301" not in printable(pile)
    assert reading_of(FieldKind.FREE_TEXT, pile).certainty is Certainty.IMPOSSIBLE
