import io
import subprocess
import sys
from datetime import date
from itertools import combinations

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader

from issuance.evidence import pages
from issuance.evidence.document import check_document, check_proof
from issuance.evidence.engines_here import engines_here
from issuance.evidence.fingerprint import find_alike, fingerprint
from issuance.evidence.photo import check_photo
from issuance.evidence.report import Verdict, verdict
from issuance.evidence.rules import DocumentRule, Expected, QualityRule
from issuance.findings import any_blocks
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
from issuance.samples.people import PEOPLE as EVERYBODY
from issuance.samples.people import sample_payment, sample_person
from issuance.samples.photo import sample_photo

POLICY = load_policy("ec-icert").policy
TODAY = date(2026, 11, 22)
PEOPLE = [sample_person(kind, number) for kind, number in SAMPLES]

PHOTO_RULE = next(rule.photo for rule in POLICY.evidence if rule.photo)
DOCUMENT_RULES = {rule.id: rule.document for rule in POLICY.evidence if rule.document}

WITHOUT_CARD = "foto-sin-cedula.jpg"
REFUSALS = {
    "foto-borrosa.jpg": EvidenceCode.BLUR,
    "foto-oscura.jpg": EvidenceCode.DARK,
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


def needed_engines(*names: str):
    engines = engines_here()
    missing = [name for name in names if getattr(engines, name) is None]
    if missing:
        pytest.skip(f"not installed (see ventanilla doctor): {', '.join(missing)}")
    return engines


def words_of(content):
    return " ".join(
        "\n".join(p.extract_text() for p in PdfReader(io.BytesIO(content)).pages).split()
    )


def test_photos_pass_every_check_of_the_file_and_stay_small():
    rule = PHOTO_RULE.model_copy(update={"faces": None})
    for person in PEOPLE:
        content = sample_photo(person, person.number)
        report = check_photo(content, rule)
        assert {finding.code for finding in report.findings} == {EvidenceCode.DAMAGE_NOT_CHECKED}
        assert min(report.width, report.height) >= 640
        assert len(content) < 200_000


@pytest.mark.soak
def test_photos_pass_the_whole_ladder():
    engines = needed_engines("faces", "text", "strict")
    for person in PEOPLE:
        expected = Expected(number=person.values["cedula"], today=TODAY)
        report = check_photo(sample_photo(person, person.number), PHOTO_RULE, expected, engines)
        assert verdict(report.findings) == Verdict.ACCEPT, (person.number, report.findings)
        assert EvidenceCode.NUMBER_MATCHES in {finding.code for finding in report.findings}


@pytest.mark.soak
def test_no_two_people_look_like_doubles():
    prints = [
        fingerprint(Image.open(io.BytesIO(sample_photo(sample_person("natural", number), number))))
        for number in range(EVERYBODY)
    ]
    bits = QualityRule().duplicate_bits
    for number, own in enumerate(prints):
        assert find_alike(own, list(enumerate(prints)), bits) == (number,)


def test_another_shot_of_a_person_holds_the_card_otherwise():
    shots = [Image.open(io.BytesIO(sample_photo(PEOPLE[0], number))) for number in range(3)]
    for one, other in combinations(shots, 2):
        assert max(ImageChops.difference(one, other).convert("L").tobytes()) > 40


def test_there_is_a_document_for_whatever_the_policy_asks():
    assert set(DOCUMENT_KINDS) == set(DOCUMENT_RULES) == set(DOCUMENT_FILES)


@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
def test_documents_pass_every_check_and_say_what_they_are(kind):
    content = sample_document(kind, bearer_of(kind), TODAY)
    report = check_document(content, DOCUMENT_RULES[kind])
    not_looked_at = {EvidenceCode.PAGES_NOT_CHECKED, EvidenceCode.MRZ_NOT_CHECKED}
    assert {finding.code for finding in report.findings} <= not_looked_at
    assert report.pages == (2 if kind.endswith("identity_card") else 1)
    assert len(content) < 300_000
    assert "ESPÉCIMEN" in words_of(content).upper()


@pytest.mark.soak
def test_cards_pass_the_whole_ladder(monkeypatch):
    # The cards are tried here, not the machine: others may be at work on it.
    monkeypatch.setattr(pages, "_READING_SECONDS", 60.0)
    engines = needed_engines("pages", "text")
    for person in PEOPLE:
        expected = Expected(
            number=person.values["cedula"],
            birth_date=person.birth_date,
            sex=person.sex,
            nationality="ECU",
            today=TODAY,
        )
        content = sample_document("identity_card", person, TODAY)
        report = check_document(content, DOCUMENT_RULES["identity_card"], expected, engines)
        assert verdict(report.findings) == Verdict.ACCEPT, (person.number, report.findings)
        codes = {finding.code for finding in report.findings}
        assert {EvidenceCode.MRZ_READ, EvidenceCode.CARD_AGREES} <= codes


@pytest.mark.parametrize("kind", [kind for kind in DOCUMENT_KINDS if "card" not in kind])
def test_papers_pass_the_whole_ladder(kind):
    engines = needed_engines("pages")
    content = sample_document(kind, bearer_of(kind), TODAY)
    report = check_document(content, DOCUMENT_RULES[kind], Expected(today=TODAY), engines)
    assert verdict(report.findings) == Verdict.ACCEPT, report.findings


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("utility_bill", ("name", "address", "city")),
        ("ruc_document", ("name", "ruc")),
        ("organization_ruc_document", ("organization", "organization_ruc")),
        ("entity_ruc_document", ("organization", "entity_ruc")),
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
    assert not any_blocks(check_proof(content, POLICY.payment_proof).findings)
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
    del wrong[WITHOUT_CARD]
    found = {}
    for name, content in wrong.items():
        if name.endswith(".jpg"):
            report = check_photo(content, PHOTO_RULE)
        else:
            report = check_document(content, DocumentRule())
        found[name] = [finding.code for finding in report.findings]
    assert found == {name: [code.value] for name, code in REFUSALS.items()}


def test_the_photo_without_a_card_is_sound_and_a_person_is_asked(folder):
    content = (folder / WRONG_FILES / WITHOUT_CARD).read_bytes()
    report = check_photo(content, PHOTO_RULE, engines=needed_engines("faces"))
    assert verdict(report.findings) == Verdict.REVIEW
    assert EvidenceCode.NO_CARD in {finding.code for finding in report.findings}


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
