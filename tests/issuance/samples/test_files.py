import io
import subprocess
import sys
from datetime import date
from itertools import combinations

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader

from issuance.evidence.document import check_document, check_proof
from issuance.evidence.photo import check_photo
from issuance.evidence.rules import DocumentRule, PhotoRule
from issuance.findings.evidence import EvidenceCode
from issuance.policies.loader import load_policy
from issuance.samples.documents import (
    DOCUMENT_KINDS,
    sample_document,
    sample_document_date,
    sample_proof,
)
from issuance.samples.files import (
    DOCUMENT_FILES,
    PHOTO,
    PROOF,
    SAMPLES,
    WRONG_FILES,
    document_kinds,
    folder_name,
    write_sample_files,
)
from issuance.samples.people import sample_payment, sample_person
from issuance.samples.photo import sample_photo

POLICY = load_policy("ec-icert").policy
TODAY = date(2026, 11, 22)
PEOPLE = [sample_person(kind, number) for kind, number in SAMPLES]

PHOTO_RULE = next(rule.photo for rule in POLICY.evidence if rule.photo)
DOCUMENT_RULES = {rule.id: rule.document for rule in POLICY.evidence if rule.document}

REFUSALS = {
    "foto-png-renombrada.jpg": EvidenceCode.NOT_JPEG,
    "foto-demasiado-pequena.jpg": EvidenceCode.TOO_SMALL,
    "foto-cortada-a-la-mitad.jpg": EvidenceCode.TRUNCATED,
    "documento-con-javascript.pdf": EvidenceCode.ACTIVE_CONTENT,
    "documento-incompleto.pdf": EvidenceCode.DAMAGED,
    "texto-renombrado.pdf": EvidenceCode.NOT_PDF,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples") / "new"
    write_sample_files(folder, TODAY)
    return folder


def bearer_of(kind):
    """A person whose case asks for the document."""
    return next(
        person
        for kind_and_number in SAMPLES
        if kind in document_kinds(person := sample_person(*kind_and_number))
    )


def words_of(content):
    return " ".join(
        "\n".join(p.extract_text() for p in PdfReader(io.BytesIO(content)).pages).split()
    )


def test_photos_pass_every_check_and_stay_small():
    for person in PEOPLE:
        content = sample_photo(person)
        report = check_photo(content, PHOTO_RULE)
        assert report.findings == ()
        assert report.width >= 900
        assert report.height >= 1200
        assert len(content) < 400_000


def test_photos_show_different_people_and_different_shots():
    shots = [Image.open(io.BytesIO(sample_photo(person))) for person in PEOPLE]
    shots.append(Image.open(io.BytesIO(sample_photo(PEOPLE[0], 1))))
    for one, other in combinations(shots, 2):
        assert max(ImageChops.difference(one, other).convert("L").tobytes()) > 40


def test_there_is_a_document_for_whatever_the_policy_asks():
    assert set(DOCUMENT_KINDS) == set(DOCUMENT_RULES) == set(DOCUMENT_FILES)


@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
def test_documents_pass_every_check_and_say_what_they_are(kind):
    content = sample_document(kind, bearer_of(kind), TODAY)
    report = check_document(content, DOCUMENT_RULES[kind])
    assert report.findings == ()
    assert report.pages == 1
    assert len(content) < 300_000
    assert "ESPÉCIMEN" in words_of(content)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("utility_bill", ("name", "address", "city")),
        ("ruc_document", ("name", "ruc")),
        ("organization_ruc_document", ("organization", "organization_ruc")),
        ("appointment", ("name", "position", "organization")),
        ("authorisation", ("name", "position", "department", "representative_name")),
        ("representative_appointment", ("representative_name", "organization")),
        ("voting_certificate", ("name", "cedula")),
    ],
)
def test_documents_show_what_the_application_says(kind, shown):
    person = bearer_of(kind)
    words = words_of(sample_document(kind, person, TODAY))
    known = {**person.values, "name": person.name}
    for name in shown:
        assert known[name] in words


def test_dated_documents_bear_the_date_the_counter_asks_for():
    for rule in POLICY.evidence:
        day = sample_document_date(rule.id, TODAY)
        assert (day is not None) == (rule.dated is not None)
        if day:
            document = sample_document(rule.id, bearer_of(rule.id), TODAY)
            assert f"{day:%d/%m/%Y}" in words_of(document)
            assert day > TODAY if rule.dated == "ends" else (TODAY - day).days <= 90


@pytest.mark.parametrize("kind", ["photo", "ruc_document", "authorisation", "payment_proof"])
def test_what_a_person_cannot_have_is_an_error(kind):
    without_ruc = sample_person("natural", 1)
    with pytest.raises(KeyError):
        sample_document(kind, without_ruc, TODAY)


def test_the_proof_passes_and_shows_the_deposit():
    person = PEOPLE[0]
    payment = sample_payment(person.number, TODAY)
    content = sample_proof(person, payment, amount="USD 22,77")
    assert check_proof(content, POLICY.payment_proof).findings == ()
    words = words_of(content)
    for shown in ("ESPÉCIMEN", payment["deposit_number"], "21/11/2026", person.name, "USD 22,77"):
        assert shown in words
    assert "Valor" not in words_of(sample_proof(person, payment))


def test_each_folder_holds_what_the_case_asks_for(folder):
    for person in PEOPLE:
        values = {**person.values, "type": person.certificate_type, "container": "pkcs12"}
        asked = [rule.id for rule in POLICY.evidence_for(values) if rule.document]
        files = {file.name for file in (folder / folder_name(person)).iterdir()}
        assert files == {PHOTO, PROOF, *(DOCUMENT_FILES[kind] for kind in asked)}


def test_wrong_files_are_refused_for_what_their_name_says(folder):
    wrong = {file.name: file.read_bytes() for file in (folder / WRONG_FILES).iterdir()}
    found = {}
    for name, content in wrong.items():
        if name.endswith(".jpg"):
            report = check_photo(content, PHOTO_RULE or PhotoRule())
        else:
            report = check_document(content, DocumentRule())
        found[name] = [finding.code for finding in report.findings]
    assert found == {name: [code.value] for name, code in REFUSALS.items()}


def test_the_same_day_gives_the_same_files_over_the_old_ones(folder):
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    write_sample_files(folder, TODAY)
    after = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert after == before


def test_the_pdf_library_is_loaded_only_when_a_document_is_made():
    script = "import sys, issuance.samples.files; print('fpdf' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
