"""A contract signed after the hand-over: by the key file, or by another program."""

import base64
import io
import os
from collections.abc import Callable
from pathlib import Path

import asn1crypto.keys
import asn1crypto.x509
import pytest
from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec

from issuance.cases.commands.contract import RecordSignedContract
from issuance.certificates.keys import PrivateKey, certificate_der, private_key_bytes
from issuance.certificates.pkcs12 import write_pkcs12
from issuance.evidence.blob import BlobRef
from issuance.findings.cases import CaseFinding
from issuance.findings.contract import ContractCode
from issuance.findings.evidence import EvidenceCode
from issuance.secret import Secret
from tests.engine.contract.conftest import (
    PASSWORD,
    certificate_of,
    contract_of,
    prepared,
    read,
    some_key,
)
from tests.engine.desk import codes
from tests.engine.giving import give
from tests.unsigned import certificate_answer, load_certificate
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal


def signed_elsewhere(document: bytes, key: PrivateKey, certificate: x509.Certificate) -> bytes:
    """Sign as another program does: in a visible field of its own, with a stamp."""
    signer = signers.SimpleSigner(
        asn1crypto.x509.Certificate.load(certificate_der(certificate)),
        asn1crypto.keys.PrivateKeyInfo.load(private_key_bytes(key)),
        None,  # pyright: ignore[reportArgumentType] -- it carries no chain
    )
    place = SigFieldSpec("Signature1", on_page=0, box=(60, 60, 260, 120))
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    meta = signers.PdfSignatureMetadata(field_name="Signature1", md_algorithm="sha256")
    return signers.sign_pdf(writer, meta, signer, new_field_spec=place).getvalue()


@pytest.mark.soak
def test_a_key_file_signs_later(rehearsal: Rehearsal, unsigned: PrivateKey):
    desk = rehearsal.contract_desk
    assert desk.sign_with_file(rehearsal.case, rehearsal.target, PASSWORD) == ()
    assert contract_of(rehearsal).how == "file"
    # Done twice, the second time there is nothing to do.
    assert desk.sign_with_file(rehearsal.case, rehearsal.target, PASSWORD) == ()


def test_a_key_file_that_is_not_the_one_is_told(
    rehearsal: Rehearsal, unsigned: PrivateKey, tmp_path: Path
):
    desk, case = rehearsal.contract_desk, rehearsal.case
    wrong = desk.sign_with_file(case, rehearsal.target, Secret("otra"))
    assert codes(wrong) == [ContractCode.KEY_FILE_CLOSED]
    accents = desk.sign_with_file(case, rehearsal.target, Secret("contraseñá"))
    assert codes(accents) == [ContractCode.KEY_FILE_CLOSED]
    gone = desk.sign_with_file(case, tmp_path / "none.p12", PASSWORD)
    assert codes(gone) == [EvidenceCode.FILE_UNREADABLE]
    whole = rehearsal.target.read_bytes()
    alone = base64.b64decode(certificate_answer(rehearsal).certificate)
    cut, of_no_version = whole[:3000], whole.replace(b"\x02\x01\x03", b"\x02\x01\x01", 1)
    for none in (alone, of_no_version, cut, b"junk" * 100, b"", b"0", b"junk".ljust(2 << 20)):
        (tmp_path / "junk.p12").write_bytes(none)
        junk = desk.sign_with_file(case, tmp_path / "junk.p12", PASSWORD)
        assert codes(junk) == [ContractCode.NO_KEY_FILE]
    answer = certificate_answer(rehearsal)
    certificate, *chain = map(load_certificate, (answer.certificate, *answer.chain))
    other = some_key("rsa-2048")
    del certificate
    stranger = write_pkcs12(other, self_signed(other), chain, PASSWORD, "x")
    (tmp_path / "other.p12").write_bytes(stranger)
    found = desk.sign_with_file(case, tmp_path / "other.p12", PASSWORD)
    assert codes(found) == [ContractCode.OTHER_KEY_FILE]
    assert contract_of(rehearsal).signed_at is None


def self_signed(key: PrivateKey) -> x509.Certificate:
    from issuance.certificates.authority import build_root
    from issuance.certificates.der import encode_name
    from issuance.certificates.validity import Validity

    now = system_sources().clock.now().replace(microsecond=0)
    name = encode_name([("2.5.4.3", "OTRA", "utf8")])
    return build_root(name, key, 77, Validity(now, now.replace(year=now.year + 1)))


def test_a_contract_signed_elsewhere_is_taken_in(
    rehearsal: Rehearsal, unsigned: PrivateKey, tmp_path: Path
):
    original = prepared(rehearsal)
    holder = load_certificate(certificate_answer(rehearsal).certificate)
    (tmp_path / "signed.pdf").write_bytes(signed_elsewhere(original, unsigned, holder))
    assert rehearsal.contract_desk.take_in(rehearsal.case, tmp_path / "signed.pdf") == ()
    contract = contract_of(rehearsal)
    assert contract.how == "upload"
    both = read(rehearsal, contract.countersigned)
    assert len(PdfFileReader(io.BytesIO(both)).embedded_signatures) == 2
    again = rehearsal.contract_desk.take_in(rehearsal.case, tmp_path / "signed.pdf")
    assert codes(again) == [ContractCode.SIGNED_BEFORE]


def test_a_file_too_large_for_a_contract_is_another_document(
    rehearsal: Rehearsal, unsigned: PrivateKey, tmp_path: Path
):
    # What is said of a scan, to make it again with fewer dots, would take the signature off.
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-1.7")
    os.truncate(large, 9 << 20)
    found = rehearsal.contract_desk.take_in(rehearsal.case, large)
    assert codes(found) == [ContractCode.OTHER_DOCUMENT]


Change = Callable[[bytes, bytes], bytes]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda original, signed: original, ContractCode.SIGNATURE_COUNT),
        pytest.param(
            lambda original, signed: b"%PDF-1.7\n" + signed, ContractCode.OTHER_DOCUMENT,
            marks=pytest.mark.soak,
        ),
        (lambda original, signed: original[:-9] + b"X" + signed[len(original) - 8 :],
         ContractCode.OTHER_DOCUMENT),
        pytest.param(
            lambda original, signed: signed[: len(original) + 400], EvidenceCode.DAMAGED,
            marks=pytest.mark.soak,
        ),
        (lambda original, signed: signed.replace(b"Signature1", b"Signature2"),
         ContractCode.SIGNATURE_BROKEN),
        pytest.param(
            lambda original, signed: b"GIF89a", ContractCode.OTHER_DOCUMENT,
            marks=pytest.mark.soak,
        ),
    ],
    ids=["unsigned", "prefixed", "other terms", "cut", "altered", "no PDF"],
)  # fmt: skip
def test_what_is_not_the_contract_signed_is_refused_and_nothing_is_recorded(
    rehearsal: Rehearsal, unsigned: PrivateKey, tmp_path: Path, change: Change, code: str
):
    original = prepared(rehearsal)
    holder = load_certificate(certificate_answer(rehearsal).certificate)
    document = change(original, signed_elsewhere(original, unsigned, holder))
    (tmp_path / "signed.pdf").write_bytes(document)
    found = rehearsal.contract_desk.take_in(rehearsal.case, tmp_path / "signed.pdf")
    assert code in codes(found)
    assert contract_of(rehearsal).signed_at is None
    assert contract_of(rehearsal).countersigned is None


def test_another_certificate_signs_nothing(
    rehearsal: Rehearsal, unsigned: PrivateKey, tmp_path: Path
):
    other = some_key("rsa-2048")
    document = signed_elsewhere(prepared(rehearsal), other, self_signed(other))
    (tmp_path / "signed.pdf").write_bytes(document)
    found = rehearsal.contract_desk.take_in(rehearsal.case, tmp_path / "signed.pdf")
    assert codes(found) == [ContractCode.OTHER_SIGNER]


def test_only_who_may_hands_a_contract_in(rehearsal: Rehearsal, unsigned: PrivateKey):
    blob = rehearsal.contract_desk.prepare(rehearsal.case)
    assert isinstance(blob, BlobRef)
    body = RecordSignedContract(
        serial=certificate_of(rehearsal).serial, document=blob, how="upload"
    )
    rehearsal.become("carmen")
    assert codes(give(rehearsal, body)) == [CaseFinding.NOT_YOUR_ROLE]
    rehearsal.become("olga")
    wrong = body.model_copy(update={"serial": "1"})
    assert not give(rehearsal, wrong).applied


def test_what_was_not_prepared_cannot_be_handed_in(rehearsal: Rehearsal, unsigned: PrivateKey):
    agreed = rehearsal.state.activation.contract
    assert agreed is not None
    serial = certificate_of(rehearsal).serial
    body = RecordSignedContract(serial=serial, document=agreed, how="upload")
    assert codes(give(rehearsal, body)) == [ContractCode.NOT_PREPARED]
