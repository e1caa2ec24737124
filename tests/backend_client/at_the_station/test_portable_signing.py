"""PDFs are prepared and finished at the station; only their digests meet the key."""

import hashlib
import io
import os
from pathlib import Path

import pytest
from asn1crypto.x509 import Certificate
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from backend_client.at_the_station.portable_signing import (
    LARGEST_FILE,
    PreparedFile,
    Signatory,
    finish_file,
    prepare_file,
    unsigned_pdfs,
    write_beside,
)
from issuance.certificates.keys import certificate_der
from issuance.findings import Finding
from issuance.findings.certificates import CertificateFinding
from issuance.findings.evidence import EvidenceCode
from issuance.findings.signing import SigningCode
from issuance.signing.documents import PreparedHere
from issuance.signing.preparation import Place
from tests.issuance.certificates.certificate_samples import NOW
from tests.issuance.signing.signing_samples import Case, case, pdf

PLACE = Place(left=36, bottom=36, right=236, top=92)


def prepared(source: Path, by: Case, place: Place | None = None) -> PreparedFile | Finding:
    holder = by.holder
    signatory = Signatory(holder.key.certificate, holder.chain, "Teresa Ñúñez")
    return prepare_file(source, signatory, place, "Firma", NOW, PreparedHere())


def waiting(folder: Path, by: Case, place: Place | None = None) -> PreparedFile:
    source = folder / "oficio.pdf"
    source.write_bytes(pdf())
    made = prepared(source, by, place)
    assert isinstance(made, PreparedFile), made
    return made


def code_of(outcome: object) -> str:
    assert isinstance(outcome, Finding), outcome
    return outcome.code


@pytest.mark.parametrize("algorithm", ["rsa-2048", "p-256"])
@pytest.mark.parametrize("place", [None, PLACE])
def test_a_digest_signed_elsewhere_makes_a_right_signature(
    tmp_path: Path, algorithm: str, place: Place | None
):
    by = case(algorithm)
    file = waiting(tmp_path, by, place)
    signed = finish_file(file, by.holder.key.sign_digest(file.digest))
    assert isinstance(signed, bytes)
    assert signed.startswith(pdf())
    assert file.original == hashlib.sha256(pdf()).hexdigest()
    trust = ValidationContext(
        trust_roots=[Certificate.load(certificate_der(by.office.root))],
        moment=NOW,
        allow_fetching=False,
    )
    (signature,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    assert validate_pdf_signature(signature, trust).bottom_line
    assert ("Teresa" in signed.decode("latin-1")) == (place is not None)


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> PreparedFile:
    return waiting(tmp_path_factory.mktemp("file"), case("p-256"))


@given(changed=st.binary(max_size=600))
def test_no_other_octets_pass_for_the_signature(one_file: PreparedFile, changed: bytes):
    assert code_of(finish_file(one_file, changed)) == SigningCode.CUSTODY_KEY_DIFFERS


def test_the_signature_of_another_file_fits_no_other(tmp_path: Path):
    by = case("p-256")
    one, other = waiting(tmp_path, by), waiting(tmp_path, by, PLACE)
    signature = by.holder.key.sign_digest(one.digest)
    assert code_of(finish_file(other, signature)) == SigningCode.CUSTODY_KEY_DIFFERS


def test_what_cannot_be_signed_is_told(tmp_path: Path):
    by = case("p-256")
    (tmp_path / "nota.pdf").write_text("no es un PDF")
    assert code_of(prepared(tmp_path / "nota.pdf", by)) == SigningCode.PDF_UNREADABLE
    (tmp_path / "roto.pdf").write_bytes(b"%PDF-1.7 roto")
    assert code_of(prepared(tmp_path / "roto.pdf", by)) == SigningCode.PDF_UNREADABLE
    assert code_of(prepared(tmp_path / "falta.pdf", by)) == EvidenceCode.FILE_UNREADABLE
    assert code_of(prepared(tmp_path, by)) == EvidenceCode.FILE_NOT_REGULAR
    with (tmp_path / "grande.pdf").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    assert code_of(prepared(tmp_path / "grande.pdf", by)) == EvidenceCode.TOO_LARGE


def test_a_signed_file_takes_nobodys_name(tmp_path: Path):
    source = tmp_path / "oficio.pdf"
    source.write_bytes(b"original")
    names = [write_beside(source, "-firmado", str(at).encode()) for at in range(3)]
    assert [each.name for each in names if isinstance(each, Path)] == [
        "oficio-firmado.pdf",
        "oficio-firmado-2.pdf",
        "oficio-firmado-3.pdf",
    ]
    assert (tmp_path / "oficio-firmado.pdf").read_bytes() == b"0"
    assert source.read_bytes() == b"original"


def test_a_folder_that_is_gone_is_told(tmp_path: Path):
    gone = tmp_path / "gone" / "oficio.pdf"
    assert code_of(write_beside(gone, "-firmado", b"x")) == CertificateFinding.FOLDER_MISSING


def test_a_folder_gives_its_pdfs_but_not_those_signed_here(tmp_path: Path):
    names = ("b.pdf", "A.PDF", "d.pdf", "d-firmado.pdf", "d-firmado-2.pdf", ".oculto.pdf", "c.txt")
    for name in names:
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1000, 1000))
    (tmp_path / "carpeta.pdf").mkdir()
    (tmp_path / "b-firmado.pdf").mkdir()
    assert [each.name for each in unsigned_pdfs(tmp_path, "-firmado")] == ["A.PDF", "b.pdf"]
    # What was written anew after it was signed is another document.
    os.utime(tmp_path / "d.pdf", (2000, 2000))
    assert [each.name for each in unsigned_pdfs(tmp_path, "-firmado")][2:] == ["d.pdf"]
    assert unsigned_pdfs(tmp_path / "gone", "-firmado") == ()
