"""Signatures made in custody, judged by pyHanko, poppler, xmlsec1, OpenSSL and PyJWT."""

import asyncio
import base64
import hashlib
import io
import json
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.tsp import TimeStampReq
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader, PdfWriter

from issuance.certificates.keys import certificate_der, private_key_bytes
from issuance.evidence.checker import LimitedChecker
from issuance.findings import Finding
from issuance.findings.signing import SigningCode
from issuance.signing.documents import JSON, PDF, XML, Document, PreparedHere, Signing
from issuance.signing.layout import Layout, read_layout
from issuance.signing.preparation import Prepared, SigningTask
from tests.examples import examples
from tests.issuance.certificates.certificate_samples import NOW, needs_openssl, run, write_pem
from tests.issuance.signing.signing_samples import Case, case, layout_xml, pdf, picture

BOTH = pytest.mark.parametrize("algorithm", ["rsa-2048", "p-256"])
XML_DOCUMENT = '<oficio><nodo Id="nodo123">Ñuñoa</nodo><otro/></oficio>'.encode()
needs_xmlsec = pytest.mark.skipif(not shutil.which("xmlsec1"), reason="xmlsec1 is missing")
needs_pdfsig = pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler-utils is missing")


@pytest.fixture(scope="module")
def checker() -> Iterator[LimitedChecker]:
    checker = LimitedChecker()
    yield checker
    checker.close()


def signed(document: Document, by: Case, field: str = "Firma-1") -> bytes:
    made = Signing(PreparedHere()).sign(document, by.holder, field)
    assert isinstance(made, bytes), made
    return made


def refused(document: Document, signing: Signing | None = None) -> str:
    made = (signing or Signing(PreparedHere())).sign(document, case().holder, "Firma-1")
    assert isinstance(made, Finding), made
    return made.code


def visible(**how: object) -> Layout:
    layout = read_layout(layout_xml(**how))  # pyright: ignore[reportArgumentType]
    assert isinstance(layout, Layout), layout
    return layout


def judge(document: bytes, by: Case) -> list[bool]:
    trust = ValidationContext(
        trust_roots=[Certificate.load(certificate_der(by.office.root))],
        moment=NOW,
        allow_fetching=False,
    )
    signatures = PdfFileReader(io.BytesIO(document)).embedded_signatures
    return [validate_pdf_signature(each, trust).bottom_line for each in signatures]


@BOTH
def test_a_pdf_is_signed_twice_and_both_signatures_are_right(algorithm: str):
    by = case(algorithm)
    once = signed(Document(PDF, pdf()), by)
    twice = signed(Document(PDF, once, visible(image=picture())), by, "Firma-2")
    assert once.startswith(pdf())
    assert twice.startswith(once)
    assert judge(once, by) == [True]
    assert judge(twice, by) == [True, True]


def test_a_changed_octet_shows():
    document = bytearray(signed(Document(PDF, pdf()), case()))
    document[document.index(b"stream") + 20] ^= 1
    assert judge(bytes(document), case()) == [False]


class Swapping:
    """A preparer somebody took over: it prepares another document, or lies about a digest."""

    def __init__(self, document: bytes, digest: bytes = b"") -> None:
        self._document, self._digest = document, digest

    def prepare_signing(self, parts: tuple[bytes, ...], task: SigningTask) -> Prepared | Finding:
        made = PreparedHere().prepare_signing((self._document, *parts[1:]), task)
        assert isinstance(made, Prepared)
        return replace(made, digest=self._digest or made.digest)


@pytest.mark.parametrize("preparer", [Swapping(pdf(1)), Swapping(pdf(), bytes(32))])
def test_who_prepares_does_not_choose_what_is_signed(preparer: Swapping):
    assert refused(Document(PDF, pdf()), Signing(preparer)) == SigningCode.PDF_NOT_SIGNABLE


def test_a_signature_is_stamped_where_a_time_stamper_is_given():
    key = case("rsa-2048").private
    builder = x509.CertificateBuilder(
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TSA")]),
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TSA")]),
        key.public_key(), 1, NOW - timedelta(days=1), NOW + timedelta(days=1),
    )  # fmt: skip
    certificate = builder.add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
    ).sign(key, SHA256())  # pyright: ignore[reportArgumentType]
    authority = Certificate.load(certificate_der(certificate))
    stamper = DummyTimeStamper(authority, PrivateKeyInfo.load(private_key_bytes(key)), fixed_dt=NOW)

    def stamp(digest: bytes) -> bytes:
        imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
        asked = TimeStampReq({"version": 1, "cert_req": True, "message_imprint": imprint})
        response = asyncio.run(stamper.async_request_tsa_response(asked))
        return bytes(response["time_stamp_token"].dump())

    document = Signing(PreparedHere(), stamp).sign(Document(PDF, pdf()), case().holder, "F")
    assert isinstance(document, bytes)
    roots = [authority, Certificate.load(certificate_der(case().office.root))]
    trust = ValidationContext(trust_roots=roots, moment=NOW, allow_fetching=False)
    (signature,) = PdfFileReader(io.BytesIO(document)).embedded_signatures
    status = validate_pdf_signature(signature, trust)
    assert status.bottom_line
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.timestamp == NOW


@needs_pdfsig
def test_poppler_finds_the_signature_right(tmp_path: Path):
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed(Document(PDF, pdf(), visible()), case("rsa-2048")))
    said = run("pdfsig", "-nocert", str(path)).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said


@pytest.mark.parametrize(("page", "shown_on"), [("LAST", 1), ("1", 0), ("last", 1), (" 2 ", 1)])
def test_the_signature_shows_where_the_layout_says(page: str, shown_on: int):
    layout = visible(image=picture("JPEG"), page=page)
    reader = PdfReader(io.BytesIO(signed(Document(PDF, pdf(), layout), case())))
    fields = [
        (number, [float(each) for each in annotation.get_object()["/Rect"]])  # pyright: ignore
        for number, sheet in enumerate(reader.pages)
        for annotation in sheet.get("/Annots", [])
    ]
    assert fields == [(shown_on, [250, 300, 350, 450])]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "LA"])
def test_the_picture_is_drawn_again_without_what_else_its_file_held(mode: str):
    image = picture(mode=mode)
    secret = b"tEXtComment\0told to nobody"
    chunk = len(secret[4:]).to_bytes(4) + secret + zlib.crc32(secret).to_bytes(4)
    hidden = image[:33] + chunk + image[33:]
    document = signed(Document(PDF, pdf(), visible(image=hidden)), case())
    assert b"told to nobody" not in document
    images = [each for page in PdfReader(io.BytesIO(document)).pages for each in page.images]
    assert images == []  # the picture is the signature's appearance, not the page's
    assert b"/Subtype /Image" in document
    assert judge(document, case()) == [True]


def test_words_show_where_the_layout_asks_for_them_or_brings_no_picture():
    words = visible(attributes='active="true" layer2="true"', image=picture())
    assert words.has_text
    assert visible().has_text
    assert not visible(image=picture()).has_text
    assert judge(signed(Document(PDF, pdf(), words), case()), case()) == [True]


def test_a_signature_that_is_not_active_does_not_show():
    assert read_layout(layout_xml(attributes='active="false"')) is None
    reader = PdfReader(io.BytesIO(signed(Document(PDF, pdf()), case())))
    annotations = [a.get_object() for page in reader.pages for a in page.get("/Annots", [])]
    assert [list(each["/Rect"]) for each in annotations] == [[0, 0, 0, 0]]  # pyright: ignore


def encrypted() -> bytes:
    writer = PdfWriter(io.BytesIO(pdf()))
    writer.encrypt("clave", algorithm="AES-256")
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (Document(PDF, b""), SigningCode.PDF_UNREADABLE),
        (Document(PDF, b"%PDF-1.7\nno more"), SigningCode.PDF_UNREADABLE),
        (Document(PDF, encrypted()), SigningCode.PDF_ENCRYPTED),
        (Document(PDF, pdf(), visible(page="3")), SigningCode.LAYOUT_PAGE),
        (Document(PDF, pdf(), visible(box=(9, 9, 9, 99))), SigningCode.LAYOUT_BOX),
        (Document(PDF, pdf(), visible(box=(0, 0, 99999, 10))), SigningCode.LAYOUT_BOX),
        (Document(PDF, pdf(), visible(image=b"GIF89a")), SigningCode.LAYOUT_IMAGE),
        (Document(PDF, pdf(), visible(image=picture("BMP"))), SigningCode.LAYOUT_IMAGE),
        (Document(PDF, pdf(), visible(image=picture(size=(5000, 4000), mode="1"))),
         SigningCode.LAYOUT_IMAGE),
        (Document(XML, b"<a>"), SigningCode.XML_UNREADABLE),
        (Document(XML, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), SigningCode.XML_DOCTYPE),
        (Document(XML, b"<?xml-stylesheet href='x'?><a/>"), SigningCode.XML_BESIDE_ROOT),
        (Document(XML, b"<a/><!-- after -->"), SigningCode.XML_BESIDE_ROOT),
        (Document(XML, XML_DOCUMENT, references=("#other",)), SigningCode.XML_REFERENCE),
        (Document(XML, XML_DOCUMENT, references=("nodo123",)), SigningCode.XML_REFERENCE),
        (Document(XML, XML_DOCUMENT, references=("http://a/b",)), SigningCode.XML_REFERENCE),
        (Document(XML, b'<a><b Id="c"/><b Id="c"/></a>', references=("#c",)),
         SigningCode.XML_REFERENCE),
        (Document(XML, XML_DOCUMENT, references=("#" + "n" * 300,)), SigningCode.XML_REFERENCE),
        (Document(XML, XML_DOCUMENT, objects=("<a>",)), SigningCode.XML_UNREADABLE),
        (Document(XML, XML_DOCUMENT, objects=("\ud800",)), SigningCode.XML_UNREADABLE),
        (Document(XML, XML_DOCUMENT, objects=("<a/>",) * 40), SigningCode.XML_REFERENCE),
        (Document(JSON, b"{"), SigningCode.JSON_UNREADABLE),
        (Document(JSON, b"[" * 100_000), SigningCode.JSON_UNREADABLE),
        (Document(JSON, b"\xff"), SigningCode.JSON_UNREADABLE),
        (Document(JSON, b'{"a": NaN}'), SigningCode.JSON_UNREADABLE),
    ],
)  # fmt: skip
def test_what_cannot_be_signed_is_told(document: Document, code: SigningCode):
    assert refused(document) == code


@settings(max_examples=examples(10), deadline=None)
@given(st.data())
def test_a_mutilated_pdf_is_refused_or_signed_rightly(data: st.DataObject):
    whole = bytearray(pdf())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(len(whole) // 2, len(whole)))])
    made = Signing(PreparedHere()).sign(Document(PDF, cut), case().holder, "Firma-1")
    assert isinstance(made, Finding) or made.startswith(cut)


def test_the_limited_child_prepares_as_this_process_does(checker: LimitedChecker):
    signing, by = Signing(checker), case("rsa-2048")
    document = signing.sign(Document(PDF, pdf(), visible(image=picture())), by.holder, "F")
    assert isinstance(document, bytes)
    assert judge(document, by) == [True]
    nodes = Document(XML, XML_DOCUMENT, references=("#nodo123",), objects=("<Mas/>",))
    assert isinstance(signing.sign(nodes, by.holder, ""), bytes)
    assert refused(Document(PDF, b"%PDF-"), signing) == SigningCode.PDF_UNREADABLE
    again = signing.sign(Document(PDF, pdf()), by.holder, "F")
    assert isinstance(again, bytes)


def bomb() -> bytes:
    """Return a PDF of some ten thousand octets whose table of objects has four gigabytes."""
    squeeze = zlib.compressobj(9)
    begun = squeeze.compress(b"") + squeeze.flush(zlib.Z_FULL_FLUSH)
    block = squeeze.compress(bytes(1 << 22)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    twice = zlib.compress(begun + block * 1024 + squeeze.flush(), 9)
    head = b"%PDF-1.7\n"
    stream = b"1 0 obj\n<< /Type /XRef /Size 2 /W [1 2 1] /Root 1 0 R /Filter "
    stream += b"[/FlateDecode /FlateDecode] /Length %d >>\nstream\n" % len(twice)
    return head + stream + twice + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % len(head)


def test_a_pdf_that_would_fill_the_memory_is_refused(checker: LimitedChecker):
    made = Signing(checker).sign(Document(PDF, bomb()), case().holder, "F")
    assert isinstance(made, Finding)
    assert made.code == SigningCode.PDF_UNREADABLE


def xml_verified(document: bytes, by: Case, tmp_path: Path) -> bool:
    (tmp_path / "signed.xml").write_bytes(document)
    root = write_pem(tmp_path / "root.pem", by.office.root)
    names = ("nodo", "Object", "SignedProperties", "KeyInfo")
    done = run(
        "xmlsec1", "--verify", "--enabled-key-data", "x509",
        *(part for name in names for part in ("--id-attr:Id", name)),
        "--trusted-pem", str(root), "--verification-time", NOW.strftime("%Y-%m-%d %H:%M:%S"),
        str(tmp_path / "signed.xml"),
    )  # fmt: skip
    return done.returncode == 0


@needs_xmlsec
@BOTH
@pytest.mark.parametrize("references", [(), ("#nodo123",)])
def test_xmlsec1_finds_the_xml_signature_right(
    algorithm: str, references: tuple[str, ...], tmp_path: Path
):
    by = case(algorithm)
    objects = ("<Informacion>más</Informacion>",)
    document = signed(Document(XML, XML_DOCUMENT, None, references, objects), by)
    assert xml_verified(document, by, tmp_path)
    assert not xml_verified(document.replace("Ñuñoa".encode(), b"Macul"), by, tmp_path)
    assert not xml_verified(document.replace("más".encode(), b"menos"), by, tmp_path)


def test_an_xml_signature_states_its_time_and_certificate():
    root = etree.fromstring(signed(Document(XML, XML_DOCUMENT), case()))
    spaces = {"x": "http://uri.etsi.org/01903/v1.3.2#", "d": "http://www.w3.org/2000/09/xmldsig#"}
    assert root.xpath("string(//x:SigningTime)", namespaces=spaces) == "2026-11-20T15:30:12Z"
    fingerprint = hashlib.sha256(certificate_der(case().holder.key.certificate)).digest()
    digest = root.xpath("string(//x:SigningCertificateV2//d:DigestValue)", namespaces=spaces)
    assert base64.b64decode(str(digest)) == fingerprint


@BOTH
def test_a_json_becomes_a_jws(algorithm: str):
    by = case(algorithm)
    document = '{"ñ": 1,  "a":[]}'.encode()
    (compact,) = json.loads(signed(Document(JSON, document), by)).values()
    header = jwt.get_unverified_header(compact)
    certificate = x509.load_der_x509_certificate(base64.b64decode(header["x5c"][0]))
    public: Any = certificate.public_key()
    assert jwt.api_jws.decode(compact, public, ["RS256", "ES256"]) == document
    head, _, signature = compact.split(".")
    forged = base64.urlsafe_b64encode(b'{"a":2}').rstrip(b"=").decode()
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.api_jws.decode(f"{head}.{forged}.{signature}", public, ["RS256", "ES256"])


@needs_openssl
@BOTH
def test_openssl_verifies_the_signature_of_a_hash(algorithm: str, tmp_path: Path):
    by, content = case(algorithm), b"what only the client has"
    made = Signing(PreparedHere()).sign_hash(hashlib.sha256(content).digest(), by.holder)
    assert isinstance(made, bytes)
    (tmp_path / "signature.p7").write_bytes(made)
    (tmp_path / "content").write_bytes(content)
    root = write_pem(tmp_path / "root.pem", by.office.root)
    command = (
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in",
        str(tmp_path / "signature.p7"), "-content", str(tmp_path / "content"), "-CAfile",
        str(root), "-purpose", "any", "-attime", str(int(NOW.timestamp())), "-out",
        str(tmp_path / "out"),
    )  # fmt: skip
    assert run(*command).returncode == 0
    (tmp_path / "content").write_bytes(content + b".")
    assert run(*command).returncode != 0


def test_a_hash_of_another_length_is_refused():
    made = Signing(PreparedHere()).sign_hash(bytes(20), case().holder)
    assert isinstance(made, Finding)
    assert made.code == SigningCode.HASH_LENGTH


@settings(max_examples=examples(20))
@given(st.text(max_size=300))
def test_any_text_for_a_layout_is_answered(text: str):
    assert not isinstance(read_layout(text), Layout)


@pytest.mark.parametrize(
    ("layout", "part"),
    [
        (layout_xml().replace("<llx>250</llx>", ""), "llx"),
        (layout_xml().replace("250", "25.5"), "llx"),
        (layout_xml().replace("LAST", "0"), "page"),
        (layout_xml().replace("LAST", "²"), "page"),
        (layout_xml().replace("<BASE64VALUE>", "<BASE64VALUE>?"), "BASE64VALUE"),
        (layout_xml().replace("<llx>", "<llx>1</llx><llx>"), "llx"),
        (layout_xml().replace("AgileSignerConfig", "Config"), "AgileSignerConfig"),
        ("<!DOCTYPE a>" + layout_xml(), "DOCTYPE"),
        ("<AgileSignerConfig>" + "<a>" * 40, "a"),
        ("not XML", "AgileSignerConfig"),
        ("\ud800", "AgileSignerConfig"),
    ],
)
def test_a_layout_that_is_not_as_documented_is_refused_by_its_part(layout: str, part: str):
    finding = read_layout(layout)
    assert isinstance(finding, Finding)
    assert finding.code == SigningCode.LAYOUT_UNREADABLE
    assert finding.parameters == {"part": part}
