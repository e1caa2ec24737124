import io
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ArrayObject

from issuance.policies.contract_pdf import ContractText, contract_text, make_contract
from issuance.policies.rendering import TemplateMismatchError
from tests.examples import examples

TEMPLATE = """Contrato de certificación de $name

Quito, versión $version.

# Objeto
La autoridad emite el certificado
de $name por $$ 22,77.

Segundo párrafo.

# Consentimiento
Acepto.
"""
PARAMETERS = {"name": "María Ñusta", "version": "2026-1"}
LONG_COMPANY_NAME = (
    "Compañía Ecuatoriana de Importación, Exportación y Comercialización de Productos "
    "Agrícolas «El Ñandú» & Asociados del Litoral, Cía. Ltda. en liquidación"
)
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DOCUMENT = UUID("01900000-0000-7000-8000-00000000abcd")


def contract(**changes: str) -> ContractText:
    return contract_text(TEMPLATE, "es", PARAMETERS | changes)


def pdf(*fields: tuple[str, str], text: ContractText | None = None, footer: str = "") -> bytes:
    return make_contract(text or contract(), fields, footer, created_at=AT, document_id=DOCUMENT)


def pages(document: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(document)).pages]


def words(document: bytes) -> str:
    return " ".join("\n".join(pages(document)).split())


def test_a_template_becomes_title_sections_and_paragraphs():
    text = contract()

    assert text.title == "Contrato de certificación de María Ñusta"
    assert [each.heading for each in text.sections] == ["", "Objeto", "Consentimiento"]
    assert text.sections[0].paragraphs == ("Quito, versión 2026-1.",)
    assert text.sections[1].paragraphs == (
        "La autoridad emite el certificado de María Ñusta por $ 22,77.",
        "Segundo párrafo.",
    )


@given(name=st.text(max_size=60))
def test_no_value_makes_a_heading_or_a_paragraph(name):
    text = contract_text("Título\n\n$name\n\n# Uno\n$name", "es", {"name": f"x{name}\n\n# y"})

    assert [each.heading for each in text.sections] == ["", "Uno"]
    assert [len(each.paragraphs) for each in text.sections] == [1, 1]


@pytest.mark.parametrize("template", ["", "\n\n", "# Sin título\ntexto", "Título de $other\n"])
def test_a_template_that_cannot_be_a_contract_is_a_fault(template):
    with pytest.raises(TemplateMismatchError):
        contract_text(template, "es", {})


@pytest.mark.parametrize(
    "value",
    [
        "ÑUÑO ÁÉÍÓÚ ü Güemes",
        "María José O'Neill-D’Angelo",
        "Łukasz Đỗ Ștefan Γιώργος Чехов",
        LONG_COMPANY_NAME,
        "pago {nb} **negrita** __sub__ [b]x[/b] <i>y</i> (a) \\ % $name",
    ],
)
def test_values_come_back_exactly(value):
    assert f"Nombres {value} Quito" in words(pdf(("Nombres", value)))


def test_a_word_longer_than_the_line_is_broken_and_kept_whole():
    assert "Ñ" * 400 in "".join(words(pdf(("Razón social", "Ñ" * 400))).split())


def test_what_cannot_be_seen_is_spelled_out():
    shown = words(pdf(("Nombres", "a\u202eb\x1b[2J\u00ad\n中\ue000\ue000\ue000")))

    for point in ("202E", "001B", "00AD", "000A", "4E2D", "E000"):
        assert f"‹U+{point}›" in shown


@pytest.mark.parametrize("name", ["\u0634\u0631\u0643\u0629", "\u05d0\u05d1"])
def test_a_script_from_right_to_left_is_spelled_out_and_not_drawn_the_wrong_way(name):
    shown = words(pdf(("Razón social", f"CASA {name} S.A.")))
    assert "".join(f"‹U+{ord(each):04X}›" for each in name) in "".join(shown.split())
    assert not set(name) & set(shown)


def test_title_language_date_and_identifier_are_in_the_properties():
    reader = PdfReader(io.BytesIO(pdf()))

    assert reader.metadata is not None
    assert reader.metadata.title == "Contrato de certificación de María Ñusta"
    assert reader.metadata.creation_date == AT
    assert reader.root_object["/Lang"] == "es"
    identifiers = reader.trailer["/ID"]
    assert isinstance(identifiers, ArrayObject)
    assert [each.original_bytes for each in identifiers] == [DOCUMENT.bytes] * 2
    width, height = reader.pages[0].mediabox.width, reader.pages[0].mediabox.height
    assert (round(width), round(height)) == (595, 842)


def test_long_contracts_flow_over_numbered_pages():
    long = contract_text("Título\n\n" + "Cláusula larga del contrato. " * 1500, "es", {})
    shown = pages(pdf(text=long, footer="ICERT · versión 3"))

    assert len(shown) >= 10
    for number, page in enumerate(shown, 1):
        assert f"{number} / {len(shown)}" in page
        assert "ICERT · versión 3" in page
        assert str(DOCUMENT) in page
    assert sum(page.count("Cláusula") for page in shown) == 1500


def test_a_long_footer_leaves_the_number_of_the_page_its_place():
    (shown,) = pages(pdf(footer=LONG_COMPANY_NAME))

    *_, first, second, number, _identifier = shown.splitlines()
    assert f"{first} {second}".split() == LONG_COMPANY_NAME.split()
    assert number.strip() == "1 / 1"


def test_a_value_longer_than_a_page_and_a_long_label_stay_whole():
    shown = words(pdf(("Etiqueta " * 20, "valor " * 2000), ("Fin", "última")))

    assert shown.count("valor") == 2000
    assert shown.count("Etiqueta") == 20
    assert "Fin última" in shown


def test_a_heading_is_never_the_last_line_of_a_page():
    for rows in range(18, 34):
        for page in pages(pdf(*[("Campo", "x")] * rows)):
            *_, last, number, _identifier = page.splitlines()
            assert re.fullmatch(r"\d / \d", number.strip())
            assert last not in {"Objeto", "Consentimiento"}


def test_the_same_inputs_give_the_same_octets_in_another_process():
    program = (
        "import sys; from tests.issuance.policies.test_contract_pdf import pdf;"
        "sys.stdout.buffer.write(pdf(('Nombres', 'Ñusta')))"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[3],
    ).stdout

    assert elsewhere == pdf(("Nombres", "Ñusta"))
    assert elsewhere != pdf(("Nombres", "Nusta"))


@settings(max_examples=examples(5), deadline=None)
@given(label=st.text(max_size=80), value=st.text(max_size=400))
def test_hostile_text_makes_a_document_that_opens(label, value):
    assert len(pages(pdf((label, value), footer=value))) >= 1
