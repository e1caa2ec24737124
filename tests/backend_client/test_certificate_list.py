"""A list of certificates as CSV and JSON reads back as what went in."""

import csv
import io
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_client.certificate_list import COLUMNS, certificate_list
from issuance.queries import CertificateLine

MOMENT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=40)


def line(name: str, serial: int = 255) -> CertificateLine:
    return CertificateLine(
        serial=str(serial),
        case=UUID(int=1),
        number="26-000001-1",
        name=name,
        identification="3059999007",
        product="natural-pkcs12-2y",
        state="revoked",
        not_before=MOMENT,
        not_after=MOMENT.replace(year=2028),
        revoked_at=MOMENT,
        reason="keyCompromise",
    )


@given(st.lists(NAMES, max_size=5))
def test_json_gives_back_what_went_in(names: list[str]):
    rows = json.loads(certificate_list(map(line, names), "json"))
    assert [row["name"] for row in rows] == names
    assert all(tuple(row) == COLUMNS for row in rows)


@given(NAMES)
def test_csv_gives_back_what_went_in_and_never_a_formula(name: str):
    text = certificate_list([line(name)], "csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["name"].removeprefix("'") == name.removeprefix("'")
    assert not row["name"].startswith(("=", "+", "-", "@", "\t"))


@pytest.mark.parametrize("name", ["=1+1", "+593", "-2", "@SUM(A1)", "\tx"])
def test_a_formula_is_made_inert(name: str):
    text = certificate_list([line(name)], "csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["name"] == f"'{name}"
    assert (row["serial"], row["state"], row["reason"]) == ("ff", "revoked", "keyCompromise")
    assert row["not_after"].startswith("2028-11-22T15:00:00")
