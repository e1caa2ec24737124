"""Signatures in the contract, judged by the program's own check, by pyHanko bare and by poppler."""

import io
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import asn1crypto.x509
import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import DictionaryObject, NameObject, StreamObject, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader, PdfWriter

from issuance.certificates.contract_signature import sign_document, with_signature_field
from issuance.certificates.contract_verification import check_signatures
from issuance.certificates.keys import PrivateKey, certificate_der, make_private_key
from issuance.certificates.seal import seal_name, seal_to_be_signed
from issuance.certificates.service_certificate import ServiceTemplate
from issuance.certificates.signer import SoftwareSigner, issue
from issuance.certificates.validity import Validity
from issuance.evidence.checker import LimitedChecker
from issuance.evidence.protocol import SignedDocumentTask
from issuance.findings import Finding
from issuance.findings.contract import ContractCode
from issuance.findings.evidence import EvidenceCode
from issuance.policies.contract_pdf import contract_text, make_contract
from tests.examples import examples
from tests.issuance.certificates.certificate_samples import (
    NOW,
    PERSON,
    Office,
    icert_profile,
    make_office,
    resolved_for,
    run,
    write_pem,
)

HOLDER = {"field": "applicant", "reason": "Acepto el contrato de Ñ", "at": NOW}
SEAL = {"field": "office", "reason": "Sello", "at": NOW + timedelta(minutes=1)}
JUDGED_AT = NOW + timedelta(hours=1)


def contract_of(name: str, pages: int = 1) -> bytes:
    clause = "Cláusula sobre la firma electrónica. " * 900 * (pages - 1)
    text = contract_text(f"Contrato\n\n# Objeto\n$name.\n\n{clause}", "es", {"name": name})
    document = make_contract(text, [("Nombres", name)], created_at=NOW, document_id=UUID(int=7))
    return with_signature_field(document, "applicant")


def sealing_signer(office: Office, key: PrivateKey, name: str = "OFICINA ÑUÑO") -> SoftwareSigner:
    template = ServiceTemplate(
        common_name=name,
        public_key=key.public_key(),
        issuer=office.issuing,
        serial=4711,
        validity=Validity(NOW.replace(microsecond=0), office.issuing.not_valid_after_utc),
    )
    body = seal_to_be_signed(template, ((), (), ()))
    return SoftwareSigner(key, x509.load_der_x509_certificate(issue(office.signer, body)))


def signed(document: bytes, signer: SoftwareSigner, office: Office, **how: object) -> bytes:
    result = sign_document(document, signer, office.chain, **how)  # pyright: ignore[reportArgumentType]
    assert isinstance(result, bytes), result
    return result


@dataclass(frozen=True)
class Signing:
    """A contract with both signatures, and who made them."""

    office: Office
    holder: SoftwareSigner
    seal: SoftwareSigner
    original: bytes
    by_holder: bytes
    by_both: bytes

    def check(
        self, document: bytes, *signers: SoftwareSigner, at: datetime = JUDGED_AT
    ) -> list[str]:
        certificates = [each.certificate for each in signers]
        found = check_signatures(document, len(self.original), certificates, self.office.chain, at)
        return [each.code for each in found]


def signing(office: Office, algorithm: str, name: str = "MARÍA ÑUSTA", pages: int = 1) -> Signing:
    key, seal_key = make_private_key(algorithm), make_private_key(algorithm)
    holder = SoftwareSigner(key, office.issue(resolved_for(icert_profile()), key))
    seal = sealing_signer(office, seal_key)
    original = contract_of(name, pages)
    by_holder = signed(original, holder, office, **HOLDER)
    return Signing(
        office, holder, seal, original, by_holder, signed(by_holder, seal, office, **SEAL)
    )


@pytest.fixture(scope="module", params=["rsa-2048", "p-256", "p-384"])
def both(request: pytest.FixtureRequest) -> Signing:
    return signing(make_office(request.param, make_private_key), request.param)


@pytest.fixture(scope="module")
def sample() -> Signing:
    return signing(make_office("p-256", make_private_key), "p-256")


def test_both_signatures_are_right_and_the_first_octets_stay(both: Signing):
    assert both.by_holder.startswith(both.original)
    assert both.by_both.startswith(both.by_holder)
    assert both.check(both.by_holder, both.holder) == []
    assert both.check(both.by_both, both.holder, both.seal) == []


@pytest.mark.parametrize("place", [0.3, 0.95])
def test_a_chain_altered_inside_the_file_is_damage(sample: Signing, place: float):
    embedded = certificate_der(sample.office.issuing).hex().encode()
    start = sample.by_both.lower().rindex(embedded)
    octet = start + 2 * int(place * len(embedded) / 2)
    altered = bytearray(sample.by_both)
    altered[octet] = ord("1") if altered[octet] == ord("0") else ord("0")
    assert sample.check(bytes(altered), sample.holder, sample.seal) == [
        ContractCode.SIGNATURE_BROKEN
    ]


def test_the_signature_says_when_and_why_and_carries_its_chain(sample: Signing):
    first, second = PdfFileReader(io.BytesIO(sample.by_both)).embedded_signatures
    assert first.self_reported_timestamp == NOW.replace(microsecond=0)
    assert first.sig_object["/Reason"] == HOLDER["reason"]
    assert first.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert [each.dump() for each in second.other_embedded_certs] == [
        certificate_der(sample.office.issuing)
    ]
    # In PAdES B-B the time stands in the signature dictionary alone (EN 319 142-1, table 1).
    attributes = {each["type"].native for each in first.signer_info["signed_attrs"]}
    assert "signing_time" not in attributes
    assert "signing_certificate_v2" in attributes


@pytest.mark.soak
def test_a_long_contract_of_many_pages_is_signed_too(sample: Signing):
    long = signing(sample.office, "p-256", "ÁÉÍÓÚ Ñ " * 40, pages=4)
    assert len(PdfReader(io.BytesIO(long.original)).pages) >= 4
    assert long.check(long.by_both, long.holder, long.seal) == []


@settings(max_examples=examples(6), deadline=None)
@given(name=st.text(min_size=1, max_size=120))
def test_whatever_the_name_the_contract_can_be_signed(sample: Signing, name: str):
    original = contract_of(name)
    document = signed(original, sample.holder, sample.office, **HOLDER)
    signer = [sample.holder.certificate]
    assert check_signatures(document, len(original), signer, sample.office.chain, JUDGED_AT) == ()


def test_a_signature_of_somebody_else_is_told(sample: Signing):
    assert sample.check(sample.by_holder, sample.seal) == [ContractCode.OTHER_SIGNER]


def test_one_signature_more_or_less_is_told(sample: Signing):
    assert sample.check(sample.original, sample.holder) == [ContractCode.SIGNATURE_COUNT]
    assert sample.check(sample.by_both, sample.holder) == [ContractCode.SIGNATURE_COUNT]
    assert sample.check(sample.by_holder, sample.holder, sample.seal) == [
        ContractCode.SIGNATURE_COUNT
    ]


def test_a_certificate_that_ended_or_comes_from_elsewhere_is_not_trusted(sample: Signing):
    late = sample.check(sample.by_holder, sample.holder, at=NOW + timedelta(days=4000))
    assert late == [ContractCode.SIGNER_NOT_TRUSTED]
    stranger = signing(make_office("p-256", make_private_key), "p-256")
    found = check_signatures(
        stranger.by_holder,
        len(stranger.original),
        [stranger.holder.certificate],
        sample.office.chain,
        JUDGED_AT,
    )
    assert [each.code for each in found] == [ContractCode.SIGNER_NOT_TRUSTED]


def signature_octets(document: bytes) -> list[tuple[int, int]]:
    """Return where the signatures' own octets lie, which nothing signs."""
    return [match.span() for match in re.finditer(rb"/Contents <[0-9A-Fa-f]+>", document)]


def test_no_altered_octet_passes(sample: Signing):
    document, chance = sample.by_both, random.Random(11)
    own = signature_octets(document)
    assert len(own) == 2
    for _ in range(60):
        place = chance.randrange(len(document))
        if any(start <= place < end for start, end in own):
            continue
        altered = bytearray(document)
        altered[place] ^= 1 << chance.randrange(8)
        assert sample.check(bytes(altered), sample.holder, sample.seal), place


def added(document: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def other_terms(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(StreamObject(stream_data=b"0 0 300 300 re f"))
    writer.update_container(page)


def acting(writer: IncrementalPdfFileWriter) -> None:
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): pdf_string("x")}
    writer.root["/OpenAction"] = DictionaryObject(script)
    writer.update_root()


def test_terms_changed_before_signing_are_told(sample: Signing):
    document = signed(added(sample.original, other_terms), sample.holder, sample.office, **HOLDER)
    assert sample.check(document, sample.holder) == [ContractCode.CHANGED]


def test_terms_changed_after_signing_are_told(sample: Signing):
    found = sample.check(added(sample.by_holder, other_terms), sample.holder)
    assert ContractCode.CHANGED in found
    assert ContractCode.SIGNATURE_BROKEN in found


def test_a_rewritten_file_is_told(sample: Signing):
    writer = PdfWriter(io.BytesIO(sample.by_holder))
    output = io.BytesIO()
    writer.write(output)
    assert sample.check(output.getvalue(), sample.holder)


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7\n", b"\x00" * 4096, b"not a document"])
def test_what_is_no_signed_document_is_told(sample: Signing, junk: bytes):
    assert sample.check(junk, sample.holder) == [ContractCode.UNREADABLE]
    assert sample.check(sample.original[:-200] + junk, sample.holder)


def test_a_field_that_is_signed_already_cannot_be_signed_again(sample: Signing):
    again = sign_document(
        sample.by_holder, sample.holder, sample.office.chain,
        field="applicant", reason="otra vez", at=NOW,
    )  # fmt: skip
    assert isinstance(again, Finding)
    assert again.code == ContractCode.NOT_SIGNED_HERE


def test_a_seal_bears_the_offices_name_where_it_fits(sample: Signing):
    assert "CN=OFICINA ÑUÑO" in sample.seal.certificate.subject.rfc4514_string()
    assert seal_name("Oficina", "id") == "Oficina"
    assert seal_name("Ñ" * 64, "id") == "Ñ" * 64
    assert seal_name("Ñ" * 65, "id") == "id"


# -- in the limited child -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checker():
    checker = LimitedChecker()
    yield checker
    checker.close()


def task_for(sample: Signing) -> SignedDocumentTask:
    import base64

    def text(certificate: x509.Certificate) -> str:
        return base64.b64encode(certificate_der(certificate)).decode()

    return SignedDocumentTask(
        original=len(sample.original),
        signers=(text(sample.holder.certificate),),
        chain=tuple(map(text, sample.office.chain)),
        at=JUDGED_AT,
    )


def test_the_child_judges_as_we_do(sample: Signing, checker: LimitedChecker):
    task = task_for(sample)
    assert checker.check_signed(sample.by_holder, task) == ()
    (found,) = checker.check_signed(sample.original, task)
    assert found.code == ContractCode.SIGNATURE_COUNT


def test_the_child_opens_nothing_that_acts(sample: Signing, checker: LimitedChecker):
    hostile = added(sample.by_holder, acting)
    found = {each.code for each in checker.check_signed(hostile, task_for(sample))}
    assert EvidenceCode.ACTIVE_CONTENT in found


def test_a_huge_tail_is_refused(sample: Signing, checker: LimitedChecker):
    huge = sample.by_holder + b"%" * (3 << 20) + b"\n%%EOF\n"
    found = {each.code for each in checker.check_signed(huge, task_for(sample))}
    assert EvidenceCode.TOO_LARGE in found


# -- other judges ---------------------------------------------------------------------------------


def test_pyhanko_alone_finds_both_right(both: Signing):
    root = asn1crypto.x509.Certificate.load(certificate_der(both.office.root))
    for signature in PdfFileReader(io.BytesIO(both.by_both)).embedded_signatures:
        trust = ValidationContext(trust_roots=[root], moment=JUDGED_AT)
        status = validate_pdf_signature(signature, trust)
        assert status.bottom_line, status.pretty_print_details()


@pytest.fixture(scope="module")
def pdfsig(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Signing, bytes], str]:
    """Poppler's judge, which trusts the root of the office it is asked about."""
    for program in ("pdfsig", "certutil"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (poppler-utils, libnss3-tools)")

    def judge(case: Signing, document: bytes) -> str:
        folder = tmp_path_factory.mktemp("nss")
        write_pem(folder / "root.pem", case.office.root)
        (folder / "contract.pdf").write_bytes(document)
        store = f"sql:{folder}"
        for command in (
            ("certutil", "-N", "-d", store, "--empty-password"),
            ("certutil", "-A", "-d", store, "-n", "root", "-t", "CT,C,C",
             "-i", str(folder / "root.pem")),
        ):  # fmt: skip
            assert run(*command).returncode == 0, command
        return run("pdfsig", "-nssdir", store, str(folder / "contract.pdf")).stdout

    return judge


def test_poppler_finds_both_right(both: Signing, pdfsig: Callable[[Signing, bytes], str]):
    said = pdfsig(both, both.by_both)
    assert said.count("Signature is Valid.") == 2, said
    assert said.count("Signature Type: ETSI.CAdES.detached") == 2
    assert PERSON["first_surname"] in said
    assert "OFICINA ÑUÑO" in said
    assert "Total document signed" in said


def test_poppler_refuses_an_altered_contract(
    sample: Signing, pdfsig: Callable[[Signing, bytes], str]
):
    altered = bytearray(sample.by_both)
    altered[sample.original.index(b"stream") + 20] ^= 1
    said = pdfsig(sample, bytes(altered))
    assert "Signature is Valid." not in said
    assert "Digest Mismatch" in said


def test_openssl_verifies_the_signature_container(sample: Signing, tmp_path: Path):
    (signature,) = PdfFileReader(io.BytesIO(sample.by_holder)).embedded_signatures
    start, first, after, rest = map(int, list(signature.sig_object["/ByteRange"]))  # pyright: ignore
    document = sample.by_holder
    (tmp_path / "covered").write_bytes(document[start : start + first])
    with (tmp_path / "covered").open("ab") as file:
        file.write(document[after : after + rest])
    (tmp_path / "signature.der").write_bytes(bytes(signature.pkcs7_content).rstrip(b"\0"))
    root = write_pem(tmp_path / "root.pem", sample.office.root)
    command = [
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in",
        str(tmp_path / "signature.der"), "-content", str(tmp_path / "covered"), "-CAfile",
        str(root), "-purpose", "any", "-attime", str(int(JUDGED_AT.timestamp())), "-out",
        str(tmp_path / "out"),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "covered").open("r+b") as file:
        file.write(b"X")
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0
