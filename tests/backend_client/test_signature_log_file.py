"""The signature log as a file: a line for each document, with nothing a spreadsheet would run."""

import csv
import io
import json
from datetime import UTC, datetime
from uuid import UUID

from backend_client.signature_log_file import COLUMNS, signature_log_file
from issuance.signing.queries import SignatureLine
from issuance.signing.signature_log import LoggedItem

LINE = SignatureLine(
    number=7,
    certificate=UUID(int=1),
    at=datetime(2026, 11, 22, 15, 30, tzinfo=UTC),
    interface="tickets",
    entity="Ministerio de Energía",
    application="gestor",
    application_name="Gestor documental",
    purpose="Propósito General",
    run="12345678",
    items=(
        LoggedItem(
            kind="application/pdf",
            name="=1+1",
            size=9,
            original="a" * 64,
            signed="b" * 64,
            unstamped=True,
        ),
        LoggedItem(kind="application/xml", size=3, original="c" * 64, refusal="XML_UNREADABLE"),
    ),
    signed=1,
    failed=1,
    address="10.0.0.9",
)


def test_a_csv_has_a_line_for_each_document_and_no_formula():
    text = signature_log_file([LINE], "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    assert [each["document"] for each in rows] == ["'=1+1", ""]
    assert [each["refusal"] for each in rows] == ["", "XML_UNREADABLE"]
    assert [each["unstamped"] for each in rows] == ["yes", ""]
    assert {each["number"] for each in rows} == {"7"}
    applications = {(each["application"], each["application_name"]) for each in rows}
    assert applications == {("gestor", "Gestor documental")}


def test_json_says_the_same():
    rows = json.loads(signature_log_file([LINE], "json"))
    assert [each["document"] for each in rows] == ["=1+1", ""]
    assert rows[0]["at"].startswith("2026-11-22T15:30:00")
    assert rows[0]["signed_sha256"] == "b" * 64


def test_an_empty_log_has_its_columns():
    assert signature_log_file([], "csv").decode("utf-8-sig").strip() == ",".join(COLUMNS)
    assert json.loads(signature_log_file([], "json")) == []
