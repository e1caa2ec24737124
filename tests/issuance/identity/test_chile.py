"""Chile's RUN and the text of the code on its identity card."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuance.identity.chile_qr import read_chile_qr
from issuance.identity.mrz_digits import check_digit
from issuance.identity.run import read_run
from issuance.identity.verdict import Certainty

TODAY = date(2026, 11, 20)


def mrz(serial="123456789", birth="900415", expiry="340115"):
    return "".join(part + check_digit(part) for part in (serial.ljust(9, "<"), birth, expiry))


def address(run="12345678-5", serial="123456789", zone=None, more=""):
    return (
        "https://portal.sidiv.registrocivil.cl/docstatus?"
        f"RUN={run}&type=CEDULA&serial={serial}&mrz={zone or mrz()}{more}"
    )


@pytest.mark.parametrize("text", ["12.345.678-5", "12345678-5", "123456785", "012345678-5"])
def test_run_in_any_spelling(text):
    reading = read_run(text)
    assert (reading.certainty, reading.value) == (Certainty.VALID, "12345678-5")


@pytest.mark.parametrize("text", ["1-9", "999999-K", "7654321-6", "6-k"])
def test_short_runs_and_k(text):
    assert read_run(text).certainty is Certainty.VALID


@pytest.mark.parametrize(
    ("text", "certainty", "code"),
    [
        ("12345678-4", Certainty.IMPOSSIBLE, "RUN_CHECK_DIGIT"),
        ("1234x", Certainty.IMPOSSIBLE, "RUN_FORMAT"),
        ("1234567890-1", Certainty.IMPOSSIBLE, "RUN_FORMAT"),
        ("12345678-", Certainty.INCOMPLETE, "RUN_FORMAT"),
        ("0", Certainty.INCOMPLETE, "RUN_FORMAT"),
    ],
)
def test_wrong_run(text, certainty, code):
    reading = read_run(text)
    assert (reading.certainty, reading.findings[0].code) == (certainty, code)


def test_code_of_a_card():
    reading = read_chile_qr(address(more="&name=JOS%C9"), TODAY)
    assert reading.findings == ()
    fields = reading.fields
    assert fields
    assert (fields.run, fields.serial, fields.document_type) == (
        "12345678-5",
        "123456789",
        "CEDULA",
    )
    assert (fields.birth_date, fields.expiry_date) == (date(1990, 4, 15), date(2034, 1, 15))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (address(run="12345678-4"), ["CHILE_QR_PART"]),
        (address(serial="987654321"), ["CHILE_QR_CONTRADICTS"]),
        (address(serial=""), ["CHILE_QR_PART"]),
        (address(zone=mrz()[:-1] + str((int(mrz()[-1]) + 1) % 10)), ["CHILE_QR_PART"]),
        (address(zone=mrz()[:-1]), ["CHILE_QR_PART"]),
        (address(zone=mrz(birth="901315")), ["CHILE_QR_PART"]),
        (address(zone=mrz(expiry="261119")), ["MRZ_EXPIRED"]),
        (address().replace("portal.sidiv", "portal.sidiv.evil"), ["CHILE_QR_UNKNOWN"]),
        (address().replace("cl/docstatus", "cl/other"), ["CHILE_QR_UNKNOWN"]),
        (address().replace("https", "javascript"), ["CHILE_QR_UNKNOWN"]),
        ("12345678-5", ["CHILE_QR_UNKNOWN"]),
        ("http://[", ["CHILE_QR_UNKNOWN"]),
    ],
)
def test_wrong_codes(text, codes):
    assert [finding.code for finding in read_chile_qr(text, TODAY).findings] == codes


@given(st.text(max_size=100) | st.text(max_size=60).map(lambda text: address(more="&" + text)))
def test_any_text_is_read_or_refused(text):
    reading = read_chile_qr(text, TODAY)
    assert reading.fields or reading.findings
