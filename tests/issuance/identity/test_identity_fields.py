from datetime import date

import pytest

from issuance.findings import Severity
from issuance.identity.choices import COUNTRIES
from issuance.identity.kinds import FieldKind, read
from issuance.identity.phone import PhoneLine, phone_line, read_phone
from issuance.identity.verdict import Certainty

TODAY = date(2026, 11, 20)
CHOICES = ("first", "second", "first-again")


def reading_of(kind, text, country="EC", maximum_length=200):
    return read(
        kind, text, today=TODAY, country=country, choices=CHOICES, maximum_length=maximum_length
    )


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (FieldKind.PASSPORT, " ab 123-456 ", "AB123456"),
        (FieldKind.PASSPORT, "12345", "12345"),
        (FieldKind.DACTYLAR_CODE, "v1234i5678", "V1234I5678"),
        (FieldKind.PERSON_NAME, "  María   José  Ñáñez-Ortiz ", "María José Ñáñez-Ortiz"),
        (FieldKind.PERSON_NAME, "Mari\u0301a", "María"),
        (FieldKind.PERSON_NAME, "D’Angelo", "D'Angelo"),
        (FieldKind.PERSON_NAME, "Sta. Cruz", "Sta. Cruz"),
        (FieldKind.PERSON_NAME, "Ag\u0303uero", "Ag\u0303uero"),
        (FieldKind.EMAIL, "Ana.Perez@Example.COM", "Ana.Perez@example.com"),
        (FieldKind.PHONE, "0991234567", "+593991234567"),
        (FieldKind.PHONE, "(02) 234-5678", "+59322345678"),
        (FieldKind.PHONE, "+593 99 123 4567", "+593991234567"),
        (FieldKind.PHONE, "00593991234567", "+593991234567"),
        (FieldKind.PHONE, "+56 2 2345 6789", "+56223456789"),
        (
            FieldKind.ADDRESS,
            "Av. 10 de Agosto  N21-32\u00a0y Roca",
            "Av. 10 de Agosto N21-32 y Roca",
        ),
        (FieldKind.CITY, "24 de Mayo", "24 de Mayo"),
        (FieldKind.ORGANISATION_NAME, "Café & Cía. S.A.", "Café & Cía. S.A."),
        (FieldKind.ORGANISATION_NAME, "Ω Łódź № 1ª «Ñ» Чехов 5 €", "Ω Łódź № 1ª «Ñ» Чехов 5 €"),
        (FieldKind.DATE, "31/12/2026", "2026-12-31"),
        (FieldKind.DATE, "1-2-1980", "1980-02-01"),
        (FieldKind.DATE, "29022024", "2024-02-29"),
        (FieldKind.DATE, "2024-02-29", "2024-02-29"),
        (FieldKind.CHOICE, "first", "first"),
        (FieldKind.YES_NO, "Sí", "yes"),
        (FieldKind.YES_NO, "si\u0301", "yes"),
        (FieldKind.YES_NO, "Y", "yes"),
        (FieldKind.YES_NO, "N", "no"),
        (FieldKind.COUNTRY, "ec", "EC"),
        (FieldKind.DEPOSIT_NUMBER, "00 123-ab", "00123AB"),
        (FieldKind.MONEY, "22,77", "2277"),
        (FieldKind.MONEY, "22.7", "2270"),
        (FieldKind.MONEY, "22", "2200"),
        (FieldKind.MONEY, "0,05", "5"),
        (FieldKind.MONEY, "1234,00", "123400"),
    ],
)
def test_what_is_right_gets_its_normal_form(kind, text, value):
    reading = reading_of(kind, text)
    assert (reading.certainty, reading.value) == (Certainty.VALID, value)
    assert reading.findings == ()


@pytest.mark.parametrize(
    ("kind", "text", "code", "parameters"),
    [
        (FieldKind.PASSPORT, "AB12_4", "PASSPORT_CHARACTER", {"character": "_", "position": 5}),
        (FieldKind.PASSPORT, "ABıſ12", "PASSPORT_CHARACTER", {"character": "ı", "position": 3}),
        (FieldKind.PASSPORT, "A" * 21, "PASSPORT_LONG", {"typed": 21, "maximum": 20}),
        (
            FieldKind.DACTYLAR_CODE,
            "1",
            "DACTYLAR_LETTER_EXPECTED",
            {"character": "1", "position": 1},
        ),
        (
            FieldKind.DACTYLAR_CODE,
            "VO",
            "DACTYLAR_DIGIT_EXPECTED",
            {"character": "O", "position": 2},
        ),
        (
            FieldKind.DACTYLAR_CODE,
            "V12341",
            "DACTYLAR_LETTER_EXPECTED",
            {"character": "1", "position": 6},
        ),
        (
            FieldKind.DACTYLAR_CODE,
            "V1234I56789",
            "DACTYLAR_TOO_LONG",
            {"typed": 11, "expected": 10},
        ),
        (FieldKind.PERSON_NAME, "Ana 2", "NAME_CHARACTER", {"character": "2", "position": 5}),
        (FieldKind.PERSON_NAME, "Аna", "NAME_CHARACTER", {"character": "А", "position": 1}),
        (FieldKind.PERSON_NAME, "[/]", "NAME_CHARACTER", {"character": "[", "position": 1}),
        (FieldKind.EMAIL, "josé@", "EMAIL_CHARACTER", {"character": "é", "position": 4}),
        (FieldKind.EMAIL, "ana perez", "EMAIL_CHARACTER", {"character": " ", "position": 4}),
        (FieldKind.EMAIL, "a@b@", "EMAIL_SEVERAL_AT", {}),
        (FieldKind.EMAIL, "@example.com", "EMAIL_NOT_AN_ADDRESS", {}),
        (FieldKind.EMAIL, "a..b", "EMAIL_NOT_AN_ADDRESS", {}),
        (FieldKind.EMAIL, f"{'a' * 65}@example.com", "EMAIL_NOT_AN_ADDRESS", {}),
        (FieldKind.PHONE, "099x", "PHONE_CHARACTER", {"character": "x", "position": 4}),
        (FieldKind.PHONE, "09+9", "PHONE_CHARACTER", {"character": "+", "position": 3}),
        (FieldKind.PHONE, "++593991234567", "PHONE_CHARACTER", {"character": "+", "position": 2}),
        (FieldKind.PHONE, "+999", "PHONE_CALLING_CODE", {"digits": "999"}),
        (FieldKind.PHONE, "+00593991234567", "PHONE_CALLING_CODE", {"digits": "005"}),
        (FieldKind.PHONE, "593991234567", "PHONE_PLUS_MISSING", {"digits": "593"}),
        (FieldKind.PHONE, "0591234567", "PHONE_NOT_A_NUMBER", {"country": "EC"}),
        (FieldKind.PHONE, "09912345678", "PHONE_NOT_A_NUMBER", {"country": "EC"}),
        (FieldKind.PHONE, "+5939912345678901234", "PHONE_NOT_A_NUMBER", {"country": "EC"}),
        (FieldKind.PHONE, "1800123456", "PHONE_NOT_A_NUMBER", {"country": "EC"}),
        (FieldKind.DATE, "31.12.2026", "DATE_FORMAT", {}),
        (FieldKind.DATE, "31/12-2026", "DATE_FORMAT", {}),
        (FieldKind.DATE, "٣١/١٢/٢٠٢٦", "DATE_FORMAT", {}),
        (FieldKind.DATE, "12/31/2026", "DATE_MONTH", {"month": 31}),
        (
            FieldKind.DATE,
            "29/02/2026",
            "DATE_DAY",
            {"day": 29, "month": 2, "year": 2026, "last": 28},
        ),
        (FieldKind.DATE, "0/1/2026", "DATE_DAY", {"day": 0, "month": 1, "year": 2026, "last": 31}),
        (FieldKind.DATE, "31/12/0026", "DATE_YEAR", {"year": 26, "first": 1896, "last": 2076}),
        (FieldKind.DATE, "31/12/2077", "DATE_YEAR", {"year": 2077, "first": 1896, "last": 2076}),
        (FieldKind.CHOICE, "third", "NOT_A_CHOICE", {}),
        (FieldKind.YES_NO, "maybe", "NOT_YES_OR_NO", {}),
        (FieldKind.COUNTRY, "XX", "COUNTRY_UNKNOWN", {"typed": "XX"}),
        (FieldKind.COUNTRY, "ECU", "COUNTRY_UNKNOWN", {"typed": "ECU"}),
        (FieldKind.DEPOSIT_NUMBER, "12/3", "DEPOSIT_CHARACTER", {"character": "/", "position": 3}),
        (FieldKind.MONEY, "1.234", "MONEY_AMBIGUOUS", {}),
        (FieldKind.MONEY, "1,234", "MONEY_AMBIGUOUS", {}),
        (FieldKind.MONEY, "1.234,56", "MONEY_FORMAT", {}),
        (FieldKind.MONEY, "-5", "MONEY_FORMAT", {}),
        (FieldKind.MONEY, "1234567890", "MONEY_FORMAT", {}),
        (FieldKind.MONEY, "٢٢", "MONEY_FORMAT", {}),
        (
            FieldKind.CITY,
            "\x1b[2J",
            "UNPRINTABLE_CHARACTER",
            {"position": 1, "code_point": "U+001B"},
        ),
        (
            FieldKind.PERSON_NAME,
            "Ana\u202e",
            "UNPRINTABLE_CHARACTER",
            {"position": 4, "code_point": "U+202E"},
        ),
        (FieldKind.ADDRESS, "a" * 201, "TOO_LONG", {"maximum": 200}),
        (FieldKind.ADDRESS, "a" * 4001, "TOO_LONG", {"maximum": 4000}),
    ],
)
def test_what_cannot_be_right_is_refused_and_named(kind, text, code, parameters):
    reading = reading_of(kind, text)
    assert reading.certainty is Certainty.IMPOSSIBLE
    assert [finding.code for finding in reading.findings] == [code]
    assert reading.findings[0].severity is Severity.BLOCKS
    assert reading.findings[0].parameters == parameters


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (FieldKind.PASSPORT, "AB1", "PASSPORT_SHORT"),
        (FieldKind.DACTYLAR_CODE, "V12", "DACTYLAR_MISSING"),
        (FieldKind.PERSON_NAME, "'", "NAME_WITHOUT_LETTERS"),
        (FieldKind.EMAIL, "ana", "EMAIL_INCOMPLETE"),
        (FieldKind.EMAIL, "ana@example", "EMAIL_INCOMPLETE"),
        (FieldKind.EMAIL, "ana@example.", "EMAIL_INCOMPLETE"),
        (FieldKind.PHONE, "+", "PHONE_INCOMPLETE"),
        (FieldKind.PHONE, "+59", "PHONE_INCOMPLETE"),
        (FieldKind.PHONE, "0", "PHONE_INCOMPLETE"),
        (FieldKind.PHONE, "099123456", "PHONE_INCOMPLETE"),
        (FieldKind.DATE, "31/12/26", "DATE_INCOMPLETE"),
        (FieldKind.DATE, "2026-", "DATE_INCOMPLETE"),
        (FieldKind.CHOICE, "fir", "CHOICE_INCOMPLETE"),
        (FieldKind.YES_NO, "ye", "NOT_YES_OR_NO"),
        (FieldKind.COUNTRY, "e", "COUNTRY_INCOMPLETE"),
        (FieldKind.DEPOSIT_NUMBER, "AB", "DEPOSIT_WITHOUT_DIGITS"),
        (FieldKind.MONEY, "22,", "MONEY_INCOMPLETE"),
        (FieldKind.FREE_TEXT, "...", "TEXT_WITHOUT_LETTERS"),
    ],
)
def test_what_is_not_finished_says_what_is_missing_and_blocks(kind, text, code):
    reading = reading_of(kind, text)
    assert reading.certainty is Certainty.INCOMPLETE
    assert [finding.code for finding in reading.findings] == [code]
    assert reading.findings[0].severity is Severity.BLOCKS


@pytest.mark.parametrize("kind", FieldKind)
@pytest.mark.parametrize("text", ["", "   ", "\u00a0\u3000"])
def test_an_empty_field_is_incomplete_without_a_finding(kind, text):
    reading = reading_of(kind, text)
    assert (reading.certainty, reading.value, reading.findings) == (Certainty.INCOMPLETE, "", ())


@pytest.mark.parametrize(
    ("address", "suggestion"),
    [
        ("ana@gmial.com", "gmail.com"),
        ("ana@hotmial.com", "hotmail.com"),
        ("ana@gmail.con", "gmail.com"),
        ("ana@gmial.con", "gmail.com"),
        ("ana@empresa.con", "empresa.com"),
    ],
)
def test_a_mistyped_domain_is_warned_about_and_passes(address, suggestion):
    reading = reading_of(FieldKind.EMAIL, address)
    assert (reading.certainty, reading.value) == (Certainty.VALID, address)
    (finding,) = reading.findings
    assert finding.severity is Severity.WARNS
    assert finding.parameters["suggestion"] == suggestion


@pytest.mark.parametrize(
    ("number", "line"),
    [
        ("+593991234567", PhoneLine.MOBILE),
        ("+59322345678", PhoneLine.LANDLINE),
        ("+12015550123", PhoneLine.MOBILE_OR_LANDLINE),
        ("+5931800123456", None),
        ("nonsense", None),
    ],
)
def test_kind_of_line(number, line):
    assert phone_line(number) is line


def test_a_number_without_calling_code_is_one_of_the_country_given():
    assert reading_of(FieldKind.PHONE, "961234567", country="CL").value == "+56961234567"
    assert reading_of(FieldKind.PHONE, "961234567", country="EC").value == "+593961234567"


def test_a_choice_without_choices_is_refused():
    assert read(FieldKind.CHOICE, "first", today=TODAY).certainty is Certainty.IMPOSSIBLE


def test_the_fields_own_maximum_length_holds():
    assert reading_of(FieldKind.CITY, "Quito", maximum_length=5).certainty is Certainty.VALID
    assert reading_of(FieldKind.CITY, "Quitos", maximum_length=5).certainty is Certainty.IMPOSSIBLE


def test_countries_are_those_with_a_known_name():
    from babel import Locale

    territories = map(str, Locale("en").territories)
    named = {code for code in territories if len(code) == 2 and code.isalpha()}
    # CLDR also names regions that ISO 3166-1 only reserves or leaves to users.
    assert named - COUNTRIES == {
        "AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ",
    }  # fmt: skip
    assert named >= COUNTRIES
    assert len(COUNTRIES) == 249


@pytest.mark.parametrize("kind", ["organisation_name", "address", "city", "position", "profession"])
@pytest.mark.parametrize("letter", ["\u0634", "\u05d0", "\u4e2d", "\u0915", "\U0001f600"])
def test_a_script_that_contract_and_certificate_cannot_show_is_told(kind: str, letter: str):
    reading = read(FieldKind(kind), f"Casa {letter} S.A.", today=TODAY)
    (finding,) = reading.findings
    assert (finding.code, finding.parameters["position"]) == ("TEXT_SCRIPT", 6)
    assert not reading.acceptable


def test_a_telephone_number_is_explained_by_the_country_of_the_office() -> None:
    reading = read_phone("+56 9 1234", "CL")
    assert [each.parameters for each in reading.findings] == [{"country": "CL"}]
    assert read_phone("961234567", "CL").value == "+56961234567"
