"""Requests of the signing API as its published clients send them, and every status they get."""

import base64
import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.findings import Finding, FindingCode, blocks
from issuance.findings.signing import SigningCode
from issuance.secret import Secret
from issuance.signing.chilean_time import chilean_text
from issuance.signing.documents import PreparedHere, Signing
from issuance.signing.ticket_answer import Answer, answer, fault, refuse
from issuance.signing.ticket_request import MOST_OCTETS, TicketRequest, read_request
from issuance.signing.ticket_signing import logged, shown_as, sign_request
from issuance.signing.ticket_token import (
    ATTENDED,
    UNATTENDED,
    Claims,
    check_claims,
    check_code_header,
    read_token,
)
from tests.examples import examples
from tests.issuance.certificates.certificate_samples import NOW
from tests.issuance.signing.signing_samples import (
    ATTENDED_RUN,
    SANDBOX_ENTITY,
    SANDBOX_SECRET,
    UNATTENDED_RUN,
    body,
    case,
    file,
    layout_xml,
    pdf,
    picture,
    token,
)

GRANTS = {(UNATTENDED, UNATTENDED_RUN), (ATTENDED, ATTENDED_RUN)}


def read(octets: bytes) -> TicketRequest:
    request = read_request(octets)
    assert isinstance(request, TicketRequest), request
    return request


def answered(octets: bytes, code: str | None = None, now: datetime = NOW) -> Answer:
    """Answer a request as the server does, for the sandbox's application and certificates."""
    request = read_request(octets)
    if isinstance(request, Finding):
        return refuse(request)
    secrets = [SANDBOX_SECRET] if request.api_token_key == "sandbox" else []
    claims = read_token(request.token, secrets, now)
    if isinstance(claims, Finding):
        return refuse(claims)
    if finding := check_claims(claims, SANDBOX_ENTITY, GRANTS):
        return refuse(finding)
    header = check_code_header(claims, code)
    if isinstance(header, Finding):
        return refuse(header)
    results = sign_request(request, case().holder, Signing(PreparedHere()), 4711)
    return answer(request, results, 4711)


def test_files_are_answered_with_the_documented_fields():
    content = pdf()
    said = answered(
        body(
            file(content, description="oficio.pdf", checksum="abc", layout=layout_xml(picture())),
            file(b'{"a":1}', "application/json"),
            file(b"<a/>", "application/xml", references=None, xmlObjects=["<b/>"]),
        )
    )
    assert said.status == 200
    assert list(said.body) == ["files", "metadata", "idSolicitud"]
    assert said.body["idSolicitud"] == 4711
    assert said.body["metadata"] == {
        "otpExpired": False,
        "filesSigned": 3,
        "signedFailed": 0,
        "objectsReceived": 3,
    }
    first, second, _ = said.body["files"]
    signed = base64.b64decode(first.pop("content"))
    assert signed.startswith(content)
    assert first == {
        "status": "OK",
        "description": "oficio.pdf",
        "contentType": "application/pdf",
        "documentStatus": "SIGNED",
        "checksum_original": "abc",
        "checksum_signed": hashlib.sha256(signed).hexdigest(),
    }
    assert list(json.loads(base64.b64decode(second["content"]))) == ["jws"]
    assert second["description"] is second["checksum_original"] is None
    json.dumps(said.body)


def test_hashes_are_answered_with_the_documented_fields():
    digest = base64.b64encode(hashlib.sha256(b"byte range").digest()).decode()
    item = {"content-type": "application/pdf", "content": digest}
    said = answered(body(item, variant="hashes"))
    assert said.status == 200
    assert said.body["metadata"] == {
        "otpExpired": False,
        "hashesSigned": 1,
        "signedFailed": 0,
        "hashesReceived": 1,
    }
    (only,) = said.body["hashes"]
    container = base64.b64decode(only.pop("content"))
    assert container[:1] == b"0"
    assert len(container) < 15_000, "it fits in the official placeholder"
    assert only == {
        "status": "OK",
        "contentType": "application/pdf",
        "documentStatus": "SIGNED",
        "hashOriginal": digest,
    }


def test_some_files_may_fail_and_the_others_are_signed():
    said = answered(
        body(
            file(pdf()),
            file(b"no PDF", description="malo.pdf", checksum="x"),
            file(pdf()) | {"content": "no base64!"},
            file(pdf(), layout="<nothing/>"),
        )
    )
    assert said.status == 200
    assert [each["status"] for each in said.body["files"]] == ["OK", "error", "error", "error"]
    assert said.body["metadata"]["filesSigned"] == 1
    assert said.body["metadata"]["signedFailed"] == 3
    assert said.body["files"][1] == {
        "content": None,
        "status": "error",
        "contentType": "application/pdf",
        "documentStatus": "PDF_UNREADABLE",
        "description": "malo.pdf",
        "checksum_original": "x",
        "checksum_signed": None,
    }


CONTENT = base64.b64encode(pdf())


@pytest.mark.parametrize(
    "checksum",
    [
        base64.b64encode(hashlib.sha256(CONTENT).digest()).decode(),  # the official samples
        base64.b64encode(hashlib.sha256(pdf()).digest()).decode(),  # gepd
        hashlib.sha256(pdf()).hexdigest(),  # ltorresu, sgaf, Lebu, sicr3p
        hashlib.md5(pdf()).hexdigest(),  # noqa: S324 - iOnline's habit
        "C9D0BB67C8BE7B4B9D9B4D7C1F7A2E6D",  # one constant
    ],
)
def test_every_habit_of_checksums_is_echoed(checksum: str):
    said = answered(body(file(pdf(), checksum=checksum)))
    assert said.body["files"][0]["checksum_original"] == checksum


@pytest.mark.parametrize(
    "changed",
    [
        lambda f: {("contentType" if k == "content-type" else k): v for k, v in f.items()},
        lambda f: f | {"content-type": " Application/PDF "},
        lambda f: (
            f | {"content": "\r\n".join(f["content"][i : i + 76] for i in range(0, 9999, 76))}
        ),
        lambda f: f | {"checksum": None, "layout": None, "description": None, "references": None},
        lambda f: f | {"layout": "", "unheard": {"of": [1]}},
    ],
)
def test_the_habits_of_clients_in_the_wild_are_taken(changed: Any):
    assert answered(body(changed(file(pdf())))).body["metadata"]["filesSigned"] == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"iat": int(NOW.timestamp())},  # the official Java
        {"iat": int(NOW.timestamp()) + 9999, "exp": 1, "nbf": 2**40},
        {"expiration": chilean_text(NOW + timedelta(minutes=5)) + "Z"},  # gepd
        {"expiration": chilean_text(NOW + timedelta(minutes=29)) + ".123"},
        {"run": int(UNATTENDED_RUN)},
    ],
)
def test_the_tokens_of_clients_in_the_wild_are_taken(changes: dict[str, Any]):
    said = answered(body(file(b"1", "application/json"), token=token(**changes)))
    assert said.status == 200, said.body


def other_algorithm(algorithm: str, **changes: Any) -> str:
    claims = jwt.decode(token(**changes), options={"verify_signature": False})
    return jwt.encode(claims, SANDBOX_SECRET.reveal() * 2, algorithm=algorithm)


@pytest.mark.parametrize(
    ("octets", "code", "status", "error"),
    [
        (b" " * (MOST_OCTETS + 1), None, 400, "Solicitud excede el tamaño máximo que son 5 MB"),
        (b"", None, 400, "La solicitud no es JSON válido"),
        (b"\xff{}", None, 400, "La solicitud no es JSON válido"),
        (b"[" * 200_000, None, 400, "La solicitud no es JSON válido"),
        (b"[]", None, 400, "Falta el campo token o su formato no es válido"),
        (body(token=""), None, 400, "Falta el campo token o su formato no es válido"),
        (body(api_token_key=7), None, 400,
         "Falta el campo api_token_key o su formato no es válido"),
        (body(), None, 400, "Falta el campo files o su formato no es válido"),
        (body(file(b"1"), hashes=[file(b"1")]), None, 400,
         "Falta el campo files o su formato no es válido"),
        (body(files={"a": 1}), None, 400, "Falta el campo files o su formato no es válido"),
        (body(files=["a"]), None, 400, "Falta el campo files o su formato no es válido"),
        (body(file(b"1", "text/plain")), None, 400,
         "El campo content-type no es un tipo de contenido permitido"),
        (body({"content": "MQ=="}), None, 400,
         "Falta el campo content-type o su formato no es válido"),
        (body(file(b"")), None, 400, "Falta el campo content o su formato no es válido"),
        (body(file(b"1", description=1)), None, 400,
         "Falta el campo description o su formato no es válido"),
        (body(file(b"1", description="?")).replace(b"?", rb"\ud800"), None, 400,
         "Falta el campo description o su formato no es válido"),
        (body(file(b"1", references="#a")), None, 400,
         "Falta el campo references o su formato no es válido"),
        (body(file(b"1", xmlObjects=[1])), None, 400,
         "Falta el campo xmlObjects o su formato no es válido"),
        (body(*[file(b"1")] * 201), None, 400, "La solicitud tiene demasiados archivos"),
        (body(file(b"1"), api_token_key="other"), None, 400, "Token inválido"),
        (body(file(b"1"), token="a.b.c"), None, 400, "Token inválido"),
        (body(file(b"1"), token=token(Secret("f" * 32))), None, 400, "Token inválido"),
        (body(file(b"1"), token=other_algorithm("HS512")), None, 400, "Token inválido"),
        (body(file(b"1"), token=jwt.encode({"run": "1"}, "", "none")), None, 400, "Token inválido"),
        (body(file(b"1"), token=token(entity=None)), None, 400, "Token inválido: falta entity"),
        (body(file(b"1"), token=token(purpose=["a"])), None, 400, "Token inválido: falta purpose"),
        (body(file(b"1"), token=token(expiration="mañana")), None, 400,
         "Token inválido: formato de expiration"),
        (body(file(b"1"), token=token(minutes=-1)), None, 400, "Token inválido: expirado"),
        (body(file(b"1"), token=token(minutes=31)), None, 400,
         "Token inválido: expiration supera los 30 minutos"),
        (body(file(b"1"), token=token(purpose=ATTENDED, run=ATTENDED_RUN)), None, 400, "OTP vacío"),
        (body(file(b"1"), token=token(purpose=ATTENDED, run=ATTENDED_RUN)), "  ", 400, "OTP vacío"),
        (body(file(b"1")), "123456", 400, "El propósito Desatendido no lleva OTP"),
        (body(file(b"1"), token=token(run="33333333")), None, 404, "Certificado no encontrado"),
        (body(file(b"1"), token=token(purpose=ATTENDED)), None, 404, "Certificado no encontrado"),
        (body(file(b"1"), token=token(purpose="Proposito General")), None, 404,
         "Certificado no encontrado"),
        (body(file(b"1"), token=token(entity=SANDBOX_ENTITY.upper())), None, 404,
         "Certificado no encontrado"),
    ],
)  # fmt: skip
def test_requests_are_refused_with_the_documented_status(
    octets: bytes, code: str | None, status: int, error: str
):
    said = answered(octets, code)
    assert (said.status, said.body) == (status, {"error": error})


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (SigningCode.CERTIFICATE_UNKNOWN, 404),
        (SigningCode.CERTIFICATE_INACTIVE, 404),
        (SigningCode.OTP_NOT_SET_UP, 404),
        (SigningCode.OTP_WRONG, 412),
        (SigningCode.OTP_USED, 412),
        (SigningCode.OTP_LOCKS, 412),
        (SigningCode.APPLICATION_NOT_ENABLED, 412),
        (SigningCode.OTP_LOCKED, 429),
        (SigningCode.CUSTODY_KEY_DAMAGED, 500),
        (SigningCode.SIGNING_UNAVAILABLE, 503),
    ],
)
def test_what_the_key_refuses_has_its_status(code: FindingCode, status: int):
    said = refuse(blocks(code, left=2))
    assert said.status == status
    assert list(said.body) == ["error"]


def test_a_lock_says_for_how_long_and_a_fault_says_nothing():
    assert refuse(blocks(SigningCode.OTP_LOCKED, seconds=90)).retry_after == 90
    assert fault().status == 500
    assert fault().body == {"error": "Error interno"}


@pytest.mark.parametrize(
    ("claim", "text", "code"),
    [
        ("entity", "subsecretaria general de la presidencia", SigningCode.CLAIM_SPELLING),
        ("entity", SANDBOX_ENTITY + " ", SigningCode.CLAIM_SPACES),
        ("entity", "Subsecretari\u0301a General de la Presidencia", SigningCode.CLAIM_SPACES),
        ("entity", "Ministerio de Energía", SigningCode.CLAIM_NOT_REGISTERED),
        ("purpose", "Proposito General", SigningCode.CLAIM_SPELLING),
        ("purpose", "desatendido", SigningCode.CLAIM_SPELLING),
        ("purpose", "Firma", SigningCode.CLAIM_NOT_REGISTERED),
        ("purpose", ATTENDED, SigningCode.CLAIM_NOT_REGISTERED),
        ("run", "33333333", SigningCode.CLAIM_NOT_REGISTERED),
        ("run", "22222222-2", SigningCode.CLAIM_NOT_REGISTERED),
    ],
)
def test_the_claim_that_differs_is_named_and_not_told(claim: str, text: str, code: FindingCode):
    said = {"entity": SANDBOX_ENTITY, "run": UNATTENDED_RUN, "purpose": UNATTENDED, claim: text}
    finding = check_claims(Claims(**said, expiration=""), SANDBOX_ENTITY, GRANTS)
    assert finding is not None
    assert (finding.code, finding.parameters) == (code, {"part": claim})


def test_a_rotated_secret_and_the_one_before_are_both_taken():
    old, new = Secret("a" * 32), Secret("b" * 32)
    for secret in (old, new):
        assert isinstance(read_token(Secret(token(secret)), (old, new), NOW), Claims)
    assert isinstance(read_token(Secret(token(old)), (new,), NOW), Finding)


def test_a_token_may_come_again_until_it_expires():
    octets = body(file(b"1", "application/json"), token=token(minutes=5))
    assert [answered(octets).status for _ in range(2)] == [200, 200]
    assert answered(octets, now=NOW + timedelta(minutes=4, seconds=59)).status == 200
    assert answered(octets, now=NOW + timedelta(minutes=5, seconds=1)).status == 400
    assert answered(octets, now=NOW - timedelta(minutes=26)).status == 400


@settings(max_examples=examples(50))
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")))
def test_any_octets_for_a_request_are_answered(octets: bytes):
    assert isinstance(read_request(octets), Finding)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=examples(50), deadline=None)
@given(
    st.dictionaries(st.sampled_from(["token", "api_token_key", "files", "hashes"]), VALUES),
    st.dictionaries(
        st.sampled_from(
            ["content-type", "content", "description", "checksum", "layout", "references"]
        ),
        VALUES,
    ),
)
def test_any_json_for_a_request_is_answered(outer: dict[str, Any], inner: dict[str, Any]):
    listed = [file(b"1", "application/json")]
    plain: dict[str, Any] = {"token": token(), "api_token_key": "sandbox", "files": listed}
    for fields in (plain | outer, plain | {"files": [listed[0] | inner]}):
        assert answered(json.dumps(fields).encode()).status in (200, 400)


@given(st.text(max_size=100))
def test_any_text_for_a_token_is_answered(text: str):
    assert isinstance(read_token(Secret(text), (SANDBOX_SECRET,), NOW), Finding)


def test_what_is_logged_has_no_content_and_every_figure():
    octets = body(
        file(pdf(), description="ofício.pdf", checksum="abc", layout=layout_xml()),
        file(b"x"),
    )
    request = read(octets)
    holder = shown_as(case().holder, "José Ñ")
    assert holder.text == ("Firmado por: José Ñ", "Fecha: 2026-11-20 12:30:12")
    results = sign_request(request, holder, Signing(PreparedHere()), 1)
    good, bad = logged(request, results)
    assert isinstance(results[0].outcome, bytes)
    assert good.original == hashlib.sha256(pdf()).hexdigest()
    assert good.signed == hashlib.sha256(results[0].outcome).hexdigest()
    assert (good.name, good.said, good.size) == ("ofício.pdf", "abc", len(pdf()))
    assert good.place is not None
    assert good.place.top == 450
    assert (bad.refusal, bad.signed) == ("PDF_UNREADABLE", "")
    assert token() not in repr(request)
    assert base64.b64encode(pdf()).decode() not in repr((request, results))
