"""What a PDF proves about itself."""

import io

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.evidence.document import check_document, check_proof
from issuance.evidence.document_structure import check_structure
from issuance.evidence.rules import DocumentRule
from issuance.findings import Severity
from tests.examples import examples
from tests.issuance.evidence.samples import (
    blocking,
    codes,
    jpeg,
    mutants,
    pdf,
    pdf_with_packed,
    picture,
    stream,
    stream_of,
)

RULE = DocumentRule()
UNSEEN = {"PAGES_NOT_CHECKED"}
"""What is found wherever no engine draws pages."""


def encrypted(user: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    writer.encrypt(user, "owner's", algorithm="AES-256")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def test_sound_document_has_no_findings_and_tells_its_pages():
    told = []
    report = check_document(pdf(pages=3), RULE, tell=told.append)
    assert codes(report.findings) == codes(report.findings, Severity.WARNS) == UNSEEN
    assert told == list(report.findings)
    assert report.pages == 3
    assert report.engines[0].startswith("pypdf ")


def test_packed_document_is_sound_too():
    assert check_structure(pdf_with_packed(b"<</Producer(x)>>"), RULE).findings == ()


@pytest.mark.parametrize(
    ("content", "found"), [(b"", "0 B"), (b"words", "?"), (b"PK\x03\x04....", "ZIP")]
)
def test_what_is_no_pdf_is_named(content, found):
    (finding,) = check_structure(content, RULE).findings
    assert (finding.code, finding.parameters["found"]) == ("NOT_PDF", found)


def test_data_before_the_header():
    (finding,) = check_structure(b"GIF87a" + pdf(), RULE).findings
    assert (finding.code, finding.parameters["bytes"]) == ("LEADING_DATA", 6)


def test_two_megabytes_are_the_limit():
    content = pdf("%" + "x" * RULE.maximum_bytes)
    (finding,) = check_structure(content, RULE).findings
    assert finding.code == "TOO_LARGE"
    assert dict(finding.parameters) == {"size_kb": 2049, "maximum_kb": 2048}


def test_size_limit_is_exact():
    content = pdf()
    assert check_structure(content, DocumentRule(maximum_bytes=len(content))).findings == ()
    smaller = DocumentRule(maximum_bytes=len(content) - 1)
    assert codes(check_structure(content, smaller).findings) == {"TOO_LARGE"}


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_cut_off_document(share):
    content = pdf()
    report = check_structure(content[: int(len(content) * share)], RULE)
    assert codes(report.findings) == {"DAMAGED"}


def test_cut_off_later_part():
    content = pdf() + b"9 0 obj\n<</Type/Page>>\nendobj\n"
    assert codes(check_structure(content, RULE).findings) == {"DAMAGED"}


def test_data_after_the_end_asks_for_a_look():
    findings = check_structure(pdf() + b"PK\x03\x04 and more", RULE).findings
    assert codes(findings, Severity.WARNS) == codes(findings) == {"TRAILING_DATA"}


def test_password():
    assert codes(check_structure(encrypted("secret"), RULE).findings) == {"ENCRYPTED"}


def test_restricted_use_asks_for_a_look():
    findings = check_structure(encrypted(""), RULE).findings
    assert codes(findings, Severity.WARNS) == codes(findings) == {"ENCRYPTED_OWNER"}


def test_encryption_nobody_can_check():
    content = pdf().replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt<</Filter/Other>>")
    assert codes(check_structure(content, RULE).findings) == {"ENCRYPTED"}


ACTIVE = [
    "<</S/JavaScript/JS(app.alert\\(1\\))>>",
    "<</S/Launch/F(calc.exe)>>",
    "<</S/SubmitForm/F(http://example.invalid)>>",
    "<</S/ImportData/F(x)>>",
    "<</S/GoToE/D[0]>>",
    "<</S/GoToR/F(x)/D[0]>>",
    "<</S/Rendition>>",
    "<</Type/Annot/Subtype/RichMedia>>",
    "<</AA<</O 9 0 R>>>>",
    "<</XFA(x)>>",
    "<</S/J#61vaScript>>",
    "<</Deep[[<</Kids[<</S/Launch>>]>>]]>>",
]


@pytest.mark.parametrize("body", ACTIVE)
def test_active_content_in_the_open_and_packed(body):
    assert codes(check_structure(pdf(body), RULE).findings) == {"ACTIVE_CONTENT"}
    packed = pdf_with_packed(body.encode())
    assert codes(check_structure(packed, RULE).findings) == {"ACTIVE_CONTENT"}


def test_kind_of_action_behind_a_reference():
    assert codes(check_structure(pdf("<</S 5 0 R>>", "/Launch"), RULE).findings) == {
        "ACTIVE_CONTENT"
    }


def test_script_in_an_object_the_cross_references_leave_out():
    content = pdf()
    hidden = content.replace(b"xref\n", b"99 0 obj\n<</S/JavaScript/JS(x)>>\nendobj\nxref\n", 1)
    offset = str(hidden.index(b"xref\n0 ")).encode()
    hidden = hidden.replace(
        b"startxref\n" + str(content.index(b"xref\n0 ")).encode(), b"startxref\n" + offset
    )
    assert codes(check_structure(hidden, RULE).findings) == {"ACTIVE_CONTENT"}


@pytest.mark.parametrize(
    ("opening", "active"),
    [
        ("[5 0 R/Fit]", False),
        ("<</S/GoTo/D[5 0 R/Fit]>>", False),
        ("4 0 R", True),
        ("<</S/URI/URI(http://example.invalid)>>", True),
        ("<</S/GoTo/D[5 0 R/Fit]/Next 4 0 R>>", True),
    ],
)
def test_only_a_bare_destination_may_open(opening, active):
    content = pdf("<</S/URI/URI(http://example.invalid)>>", catalog=f"/OpenAction {opening}")
    assert ("ACTIVE_CONTENT" in codes(check_structure(content, RULE).findings)) is active


@pytest.mark.parametrize(
    "body",
    [
        "<</Type/Filespec/EF<</F 9 0 R>>>>",
        "<</Names<</EmbeddedFiles<</Names[]>>>>>>",
        "<</Type/Annot/Subtype/FileAttachment>>",
        stream(b"MZ", "/Type/EmbeddedFile"),
    ],
)
def test_attached_files(body):
    assert codes(check_structure(pdf(body), RULE).findings) == {"EMBEDDED_FILE"}


def test_page_count():
    assert check_structure(pdf(pages=4), RULE).findings == ()
    assert codes(check_structure(pdf(pages=5), RULE).findings) == {"TOO_MANY_PAGES"}
    assert codes(check_structure(pdf(pages=0), RULE).findings) == {"NO_PAGES"}


def test_endless_page_tree_ends():
    content = pdf().replace(b"/Kids[4 0 R]/Count 1", b"/Kids[2 0 R 2 0 R]/Count 9")
    assert blocking(check_structure(content, RULE).findings)


@pytest.mark.parametrize(
    ("page", "large"),
    [
        ("/MediaBox[0 0 595 2834]", False),
        ("/MediaBox[0 0 595 2900]", True),
        ("/MediaBox[595 2900 0 0]", True),
        ("/MediaBox[0 0 595 842]/UserUnit 5", True),
    ],
)
def test_page_of_over_a_metre(page, large):
    content = pdf(page=page).replace(b"/MediaBox[0 0 595 842]/Contents", b"/Contents")
    findings = check_structure(content, RULE).findings
    assert codes(findings) == ({"PAGE_TOO_LARGE"} if large else set())


def test_huge_image_is_refused_unopened():
    image = stream(b"", "/Subtype/Image/Width 30000/Height 30000")
    assert codes(check_structure(pdf(image), RULE).findings) == {"HUGE_IMAGE"}
    image = stream(b"", "/Subtype/Image/Width 6000/Height 10000")
    assert check_structure(pdf(image), RULE).findings == ()


def test_contents_that_unpack_without_end():
    bomb = stream_of(b" " * 40_000_000, "")
    content = pdf(bomb).replace(b"/Contents 3 0 R", b"/Contents 4 0 R")
    assert codes(check_structure(content, RULE).findings) == {"BOMB"}


def test_objects_without_end():
    content = pdf("[" + "<<>>" * 60_000 + "]")
    assert codes(check_structure(content, RULE).findings) == {"BOMB"}


def test_deep_nesting_ends():
    assert codes(check_structure(pdf("[" * 20_000), RULE).findings) == {"DAMAGED"}


@pytest.mark.parametrize("contents", [b"", b"  ", b"q 1 0 0 1 0 0 cm Q", b"BT /F1 12 Tf ET"])
def test_blank_page_asks_for_a_look(contents):
    findings = check_structure(pdf(contents=contents), RULE).findings
    assert codes(findings, Severity.WARNS) == codes(findings) == {"BLANK"}


@pytest.mark.parametrize("contents", [b"/Im0 Do", b"BT (x)Tj ET", b"0 0 m 9 9 l S", b"BI\nEI"])
def test_page_with_a_mark_is_not_blank(contents):
    assert check_structure(pdf(contents=contents), RULE).findings == ()


def test_proof_may_be_either():
    assert codes(check_proof(pdf(), RULE).findings) == UNSEEN
    assert check_proof(jpeg(picture(200, 200)), RULE).findings == ()
    assert codes(check_proof(jpeg()[:-40], RULE).findings) == {"TRUNCATED"}
    assert codes(check_proof(pdf(ACTIVE[0]), RULE).findings) == {"ACTIVE_CONTENT"}
    (finding,) = check_proof(b"GIF89a", RULE).findings
    assert (finding.code, finding.parameters["found"]) == ("NOT_PDF_OR_JPEG", "GIF")


def test_mutated_documents_always_get_a_report():
    seen = set()
    for base in (pdf(ACTIVE[0], pages=2), pdf_with_packed(ACTIVE[1].encode()), encrypted("")):
        for mutant in mutants(base, 60, seed=len(base)):
            seen |= codes(check_structure(mutant, RULE).findings)
    assert {"DAMAGED", "ACTIVE_CONTENT"} <= seen


@settings(max_examples=examples(70), deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_in_the_envelope_get_a_report(middle):
    assert blocking(check_structure(b"%PDF-1.7\n" + middle + b"\n%%EOF", RULE).findings)
