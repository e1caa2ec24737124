"""The interface of the Cloud Signature Consortium: its texts, its limits, and a client of others.

The client is pyHanko's `CSCSigner`, over HTTP on the loopback.
"""

import asyncio
import base64
import hashlib
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, async_sign_pdf
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from issuance.access.totp import current_code
from issuance.certificates.keys import certificate_der
from issuance.findings import blocks
from issuance.findings.signing import SigningCode
from issuance.secret import Secret
from issuance.signing.csc import (
    AuthorizeRequest,
    Credential,
    SignRequest,
    authorized,
    check_sign_algorithm,
    credentials_info,
    credentials_list,
    info,
    read_authorize,
    read_sign,
    sign_hashes,
)
from issuance.signing.csc_answer import CscAnswer, csc_refusal
from issuance.signing.csc_authorisation import new_authorisation, read_sad, write_sad
from issuance.signing.key_decisions import decide_code, decide_spend, decide_try
from tests.examples import examples
from tests.issuance.certificates.certificate_samples import NOW
from tests.issuance.signing.signing_key import Key
from tests.issuance.signing.signing_samples import OTP_SECRET, case, pdf, step_of

SAD_KEY = bytes(range(32))
SHA256_OID, RSA_OID, SHA256_RSA_OID = (
    "2.16.840.1.101.3.4.2.1",
    "1.2.840.113549.1.1.1",
    "1.2.840.113549.1.1.11",
)
ECDSA_OID = "1.2.840.10045.4.3.2"
HASH, OTHER = (
    base64.b64encode(hashlib.sha256(each).digest()).decode() for each in (b"what is signed", b"b")
)
GENERIC = (
    "The request is missing a required parameter, includes an invalid parameter value or is "
    "otherwise malformed"
)


def credential(algorithm: str = "rsa-2048", *, attended: bool = True) -> Credential:
    by = case(algorithm)
    certificate = by.holder.key.certificate
    return Credential("ana-1", "Ana", certificate, by.office.chain, "valid", attended, usable=True)


def octets(fields: object) -> bytes:
    return json.dumps(fields).encode()


def sad(*hashes: str, name: str = "ana-1", number: int = 1) -> str:
    return write_sad(new_authorisation(UUID(int=number), name, hashes, NOW), SAD_KEY)


def to_sign(**changes: Any) -> bytes:
    fields = {
        "credentialID": "ana-1",
        "SAD": sad(HASH),
        "hash": [HASH],
        "hashAlgo": SHA256_OID,
        "signAlgo": RSA_OID,
    }
    return octets({k: v for k, v in (fields | changes).items() if v is not None})


def to_authorize(**changes: Any) -> bytes:
    fields = {"credentialID": "ana-1", "numSignatures": 1, "hash": [HASH], "OTP": "123456"}
    return octets({k: v for k, v in (fields | changes).items() if v is not None})


def test_the_service_and_its_credentials_are_described():
    described = info("Firma", "es-CL", ["external"]).body
    assert described["specs"] == "1.0.4.0"
    assert "signatures/signHash" in described["methods"]
    known = [credential()]
    asked = {"credentialID": "ana-1", "certificates": "chain", "certInfo": True, "authInfo": True}
    said = credentials_info(octets(asked), known).body
    assert said["key"] == {"status": "enabled", "algo": [RSA_OID, SHA256_RSA_OID], "len": 2048}
    chain = [base64.b64decode(each) for each in said["cert"]["certificates"]]
    assert chain == [certificate_der(each) for each in (known[0].certificate, *known[0].chain)]
    assert said["cert"]["validTo"] == known[0].certificate.not_valid_after_utc.strftime(
        "%Y%m%d%H%M%SZ"
    )
    assert "NUÑEZ" in said["cert"]["subjectDN"]
    assert (said["authMode"], said["SCAL"], said["OTP"]["presence"]) == ("explicit", "2", "true")
    plain = credentials_info(octets({"credentialID": "ana-1"}), known).body
    assert len(plain["cert"]["certificates"]) == 1
    assert "OTP" not in plain
    none = credentials_info(octets({"credentialID": "ana-1", "certificates": "none"}), known).body
    assert none["cert"] == {"status": "valid"}
    unattended = credentials_info(octets(asked), [credential("p-256", attended=False)]).body
    assert unattended["authMode"] == "implicit"
    assert unattended["key"]["algo"] == [ECDSA_OID]


def test_credentials_are_listed_page_by_page():
    ids = [f"ana-{number}" for number in range(5)]
    first = credentials_list(octets({"maxResults": 3}), ids).body
    assert first == {"credentialIDs": ids[:3], "nextPageToken": "3"}
    rest = credentials_list(octets({"maxResults": 3, "pageToken": "3"}), ids).body
    assert rest == {"credentialIDs": ids[3:]}
    assert credentials_list(b"{}", ids).body == {"credentialIDs": ids}
    for fields in ({"maxResults": 0}, {"maxResults": "3"}, {"pageToken": "a"}, {"pageToken": 1}):
        assert credentials_list(octets(fields), ids).status == 400


@pytest.mark.parametrize("algorithm", ["rsa-2048", "p-256"])
def test_hashes_that_were_authorised_are_signed_in_their_order(algorithm: str):
    sign_algorithm = RSA_OID if algorithm == "rsa-2048" else ECDSA_OID
    fields = to_sign(SAD=sad(OTHER, HASH), hash=[HASH, OTHER], signAlgo=sign_algorithm)
    request = read_sign(fields, SAD_KEY, NOW)
    assert isinstance(request, SignRequest)
    key = case(algorithm).holder.key
    assert check_sign_algorithm(request, key.certificate) is None
    first, second = map(base64.b64decode, sign_hashes(request, key).body["signatures"])
    public = key.certificate.public_key()
    for signature, message in ((first, b"what is signed"), (second, b"b")):
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, message, padding.PKCS1v15(), SHA256())
        else:
            assert isinstance(public, ec.EllipticCurvePublicKey)
            public.verify(signature, message, ec.ECDSA(SHA256()))


def test_a_key_does_not_sign_by_anothers_algorithm():
    request = read_sign(to_sign(signAlgo=ECDSA_OID), SAD_KEY, NOW)
    assert isinstance(request, SignRequest)
    refused = check_sign_algorithm(request, case("rsa-2048").holder.key.certificate)
    assert refused is not None
    assert refused.body["error_description"] == "Invalid parameter signAlgo"


@pytest.mark.parametrize(
    ("body", "description"),
    [
        (b"", GENERIC),
        (b"[1]", GENERIC),
        (b"[" * 99_999, GENERIC),
        (b"{}" + b" " * 300_000, GENERIC),
        (to_sign(credentialID=None), "Missing (or invalid type) string parameter credentialID"),
        (to_sign(credentialID="other"), "Invalid parameter SAD"),
        (to_sign(SAD=None), "Missing (or invalid type) string parameter SAD"),
        (to_sign(SAD="a.b"), "Invalid parameter SAD"),
        (to_sign(SAD="ñ.ñ"), "Invalid parameter SAD"),
        (to_sign(SAD="a" * 20_000), "Invalid parameter SAD"),
        (to_sign(hash=None), "Missing (or invalid type) array parameter hash"),
        (to_sign(hash=HASH), "Missing (or invalid type) array parameter hash"),
        (to_sign(hash=[]), "Empty hash array"),
        (to_sign(hash=[1]), "Invalid Base64 hash string parameter"),
        (to_sign(hash=["?"]), "Invalid Base64 hash string parameter"),
        (to_sign(hash=["MQ=="]), "Invalid digest value length"),
        (to_sign(hash=[OTHER]), "Hash is not authorized by the SAD"),
        (to_sign(hash=[HASH, OTHER]), "Hash is not authorized by the SAD"),
        (to_sign(hash=[HASH, HASH]), "Hash is not authorized by the SAD"),
        (to_sign(hash=[HASH] * 51), "Numbers of signatures is too high"),
        (to_sign(signAlgo=None), "Missing (or invalid type) string parameter signAlgo"),
        (to_sign(signAlgo="1.2.3"), "Invalid parameter signAlgo"),
        (to_sign(hashAlgo=None), "Missing (or invalid type) string parameter hashAlgo"),
        (to_sign(hashAlgo="1.3.14.3.2.26"), "Invalid parameter hashAlgo"),
    ],
)
def test_what_cannot_be_signed_gets_the_texts_of_the_specification(body: bytes, description: str):
    refused = read_sign(body, SAD_KEY, NOW)
    assert isinstance(refused, CscAnswer)
    assert refused.status == 400
    assert refused.body == {"error": "invalid_request", "error_description": description}


@pytest.mark.parametrize(
    ("body", "description"),
    [
        (to_authorize(credentialID=7), "Missing (or invalid type) string parameter credentialID"),
        (to_authorize(numSignatures=None),
         "Missing (or invalid type) integer parameter numSignatures"),
        (to_authorize(numSignatures=True),
         "Missing (or invalid type) integer parameter numSignatures"),
        (to_authorize(numSignatures=0), "Invalid value for parameter numSignatures"),
        (to_authorize(numSignatures=2), "Invalid value for parameter numSignatures"),
        (to_authorize(numSignatures=51), "Numbers of signatures is too high"),
        (to_authorize(hash=None), "Missing (or invalid type) array parameter hash"),
        (to_authorize(OTP=123456), "Missing (or invalid type) string parameter OTP"),
    ],
)  # fmt: skip
def test_what_cannot_be_authorised_gets_the_texts_of_the_specification(
    body: bytes, description: str
):
    refused = read_authorize(body)
    assert isinstance(refused, CscAnswer)
    assert refused.body["error_description"] == description


def test_leave_to_sign_ends_and_is_of_this_server():
    until = NOW + timedelta(minutes=5)
    good = read_sign(to_sign(), SAD_KEY, until - timedelta(seconds=1))
    assert isinstance(good, SignRequest)
    expired = read_sign(to_sign(), SAD_KEY, until)
    assert isinstance(expired, CscAnswer)
    assert expired.body["error_description"] == "SAD expired"
    assert isinstance(read_sign(to_sign(), bytes(32), NOW), CscAnswer)


@settings(max_examples=examples(35))
@given(st.data())
def test_no_leave_to_sign_can_be_altered(data: st.DataObject):
    genuine = sad(HASH)
    place = data.draw(st.integers(0, len(genuine) - 1))
    letter = data.draw(st.sampled_from("ABCabc019-_."))
    altered = genuine[:place] + letter + genuine[place + 1 :]
    taken = read_sign(to_sign(SAD=altered), SAD_KEY, NOW)
    if isinstance(taken, SignRequest):
        # The last letter of base64 has bits that say nothing.
        assert taken.authorisation.hashes == (HASH,)


@settings(max_examples=examples(35))
@given(st.binary(max_size=60))
def test_any_octets_are_answered(body: bytes):
    assert isinstance(read_sign(body, SAD_KEY, NOW), CscAnswer)
    assert isinstance(read_authorize(body), CscAnswer)
    assert credentials_info(body, []).status == 400


@pytest.mark.parametrize(
    ("code", "error", "description"),
    [
        (SigningCode.OTP_WRONG, "invalid_otp", "The OTP is invalid"),
        (SigningCode.OTP_USED, "invalid_otp", "The OTP is invalid"),
        (SigningCode.OTP_LOCKS, "invalid_otp", "The OTP is invalid"),
        (SigningCode.OTP_LOCKED, "invalid_request", "Credential locked"),
        (SigningCode.AUTHORISATION_SPENT, "invalid_request", "Invalid parameter SAD"),
        (SigningCode.CERTIFICATE_INACTIVE, "invalid_request",
         "The credential identified by credentialID is disabled"),
    ],
)  # fmt: skip
def test_what_the_keys_rules_refuse_has_its_text(code: SigningCode, error: str, description: str):
    assert csc_refusal(blocks(code)).body == {"error": error, "error_description": description}


class Service:
    """The interface over the rules of a key's stream, with nothing else behind it."""

    def __init__(self) -> None:
        self.key = Key().set_up()
        self.key.clock.pass_time(seconds=60)
        self.known = [credential()]
        self.sads: list[str] = []

    async def answer(self, request: Any) -> Any:
        from aiohttp import web

        method = request.match_info["method"]
        said = self._answer(method, await request.read())
        return web.json_response(said.body, status=said.status)

    def _answer(self, method: str, body: bytes) -> CscAnswer:
        match method:
            case "credentials/info":
                return credentials_info(body, self.known)
            case "credentials/authorize":
                return self._authorize(body)
            case _:
                return self._sign(body)

    def _authorize(self, body: bytes) -> CscAnswer:
        request, key = read_authorize(body), self.key
        if not isinstance(request, AuthorizeRequest):
            return request
        assert request.code is not None
        for decide in (
            lambda: decide_try(key.now, key.at),
            lambda: decide_code(key.now, step_of(request.code or Secret(""), key.at)),
        ):
            decision = decide()
            key.take(decision)
            if decision.findings:
                return csc_refusal(decision.findings[0])
        made = new_authorisation(UUID(int=7), request.credential, request.hashes, key.at)
        said = authorized(made, SAD_KEY)
        self.sads.append(said.body["SAD"])
        return said

    def _sign(self, body: bytes) -> CscAnswer:
        request = read_sign(body, SAD_KEY, self.key.at)
        if not isinstance(request, SignRequest):
            return request
        authorisation = request.authorisation
        decision = decide_spend(
            self.key.now, authorisation.id, authorisation.expires_at, self.key.at
        )
        self.key.take(decision)
        if decision.findings:
            return csc_refusal(decision.findings[0])
        return sign_hashes(request, case("rsa-2048").holder.key)


@pytest.fixture
async def service() -> AsyncIterator[tuple[Service, str, Any]]:
    aiohttp = pytest.importorskip("aiohttp", reason="pyHanko's client needs aiohttp")
    from aiohttp import web

    made = Service()
    application = web.Application()
    application.router.add_post("/csc/v1/{method:.+}", made.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession() as session:
        yield made, f"http://127.0.0.1:{port}", session
    await runner.cleanup()


async def sign_by_client(
    made: Service, url: str, session: Any, code: Secret, count: int
) -> list[bytes]:
    from pyhanko.sign.signers.csc_signer import (
        CSCAuthorizationInfo,
        CSCAuthorizationManager,
        CSCServiceSessionInfo,
        CSCSigner,
        fetch_certs_in_csc_credential,
    )

    class WithCode(CSCAuthorizationManager):
        async def authorize_signature(self, hash_b64s: list[str]) -> CSCAuthorizationInfo:
            asked = self.format_csc_auth_request(otp=code.reveal(), hash_b64s=hash_b64s)
            where = self.csc_session_info.endpoint_url("credentials/authorize")
            async with session.post(where, json=asked) as response:
                return self.parse_csc_auth_response(await response.json())

    service_info = CSCServiceSessionInfo(url, "ana-1", api_ver="v1")
    described = await fetch_certs_in_csc_credential(session, service_info)
    signer = CSCSigner(session, WithCode(service_info, described), batch_size=count)

    async def one(number: int) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf(number + 1)))
        meta = PdfSignatureMetadata(field_name="Firma", md_algorithm="sha256")
        output = await async_sign_pdf(writer, meta, signer=signer, bytes_reserved=20_000)
        return bytes(output.getbuffer())

    return await asyncio.gather(*map(one, range(count)))


async def test_pyhankos_client_signs_two_documents_with_one_code(
    service: tuple[Service, str, Any],
):
    made, url, session = service
    code = current_code(OTP_SECRET, made.key.at)
    documents = await sign_by_client(made, url, session, code, 2)
    assert len(made.sads) == 1
    root = Certificate.load(certificate_der(case("rsa-2048").office.root))
    for document in documents:
        (signature,) = PdfFileReader(io.BytesIO(document)).embedded_signatures
        trust = ValidationContext(trust_roots=[root], moment=NOW, allow_fetching=False)
        assert (await async_validate_pdf_signature(signature, trust)).bottom_line
    with pytest.raises(SigningError):
        await sign_by_client(made, url, session, code, 1)
    assert len(made.sads) == 1, "the same code authorises nothing more"
    hashes = read_sad(made.sads[0], "ana-1", SAD_KEY, made.key.at).hashes
    body = to_sign(SAD=made.sads[0], hash=list(hashes))
    async with session.post(f"{url}/csc/v1/signatures/signHash", data=body) as response:
        assert response.status == 400
        assert (await response.json())["error_description"] == "Invalid parameter SAD"
