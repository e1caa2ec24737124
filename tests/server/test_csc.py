"""The remote signing interface on a live server, driven by pyHanko's own client and by hand."""

import asyncio
import base64
import hashlib
import io
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from issuance.engine.signing_streams import read_log
from issuance.register.sessions import SessionRow
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from server.authentication import hash_token
from tests.engine.ministry import Ministry
from tests.issuance.signing.signing_samples import pdf
from tests.live_server import LiveServer
from tests.server.signing_platform import API_KEY, SECRET, Known, System

BEARER = f"{API_KEY}.{SECRET.reveal()}"
TOKEN = "el-token-de-la-sesion-de-ana"
SHA256 = "2.16.840.1.101.3.4.2.1"
RSA = "1.2.840.113549.1.1.1"


@pytest.fixture
def holder(platform: LiveServer, known: Known, system: System) -> str:
    """The token of a session of the holder's."""
    now = system.clock.now()
    row = SessionRow(
        token_hash=hash_token(TOKEN, ""),
        id=UUID(int=1),
        operator="ana",
        roles=("member",),
        station=None,
        started_at=now,
        last_used_at=now,
        expires_at=now + timedelta(hours=1),
    )
    with platform.served.office.register.writing() as writing:
        writing.end_session(row.token_hash)
        writing.keep_session(row)
    return TOKEN


def call(system: System, method: str, bearer: str | None = BEARER, **fields: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    return system.client.post(f"/csc/v1/{method}", json=fields, headers=headers)


def digest(text: bytes = b"1") -> str:
    return base64.b64encode(hashlib.sha256(text).digest()).decode()


def authorize(system: System, certificate: UUID, bearer: str = BEARER, **more: Any):
    fields = {"credentialID": str(certificate), "numSignatures": 1, "hash": [digest()]}
    return call(system, "credentials/authorize", bearer, **fields | more)


def sign(system: System, certificate: UUID, sad: str, bearer: str = BEARER, **more: Any):
    fields = {
        "credentialID": str(certificate), "SAD": sad, "hash": [digest()],
        "hashAlgo": SHA256, "signAlgo": RSA,
    }  # fmt: skip
    return call(system, "signatures/signHash", bearer, **fields | more)


def description_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_description"]


def test_the_service_describes_itself_to_anybody(system: System):
    said = call(system, "info", None).json()
    assert said["specs"] == "1.0.4.0"
    assert "signatures/signHash" in said["methods"]


@pytest.mark.parametrize(
    ("verb", "method", "status"),
    [
        ("POST", "credentials/sendOTP", 404), ("GET", "nothing", 404),
        ("GET", "info", 405), ("PUT", "signatures/signHash", 405),
    ],
)  # fmt: skip
def test_what_is_no_method_is_told_in_the_interfaces_own_form(
    system: System, verb: str, method: str, status: int
):
    answer = system.client.request(verb, f"/csc/v1/{method}")
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.headers.get("allow") == ("POST" if status == 405 else None)


@pytest.mark.parametrize("bearer", [None, "nonsense", "a.b", f"{API_KEY}.{'0' * 32}", "x" * 5000])
def test_nobody_unknown_learns_anything(system: System, bearer: str | None):
    for method in (
        "credentials/list", "credentials/info", "credentials/authorize", "signatures/signHash",
    ):  # fmt: skip
        answer = call(system, method, bearer)
        assert answer.status_code == 401
        assert answer.json()["error"] == "invalid_token"


def test_an_application_sees_what_it_is_registered_for(system: System, known: Known):
    ids = call(system, "credentials/list").json()["credentialIDs"]
    assert set(ids) == {str(each) for each in known.certificates.values()}
    described = call(
        system, "credentials/info", credentialID=ids[0], certificates="chain", certInfo=True
    ).json()
    assert described["cert"]["status"] == "valid"
    assert len(described["cert"]["certificates"]) == 4
    assert "12345678-5" in described["cert"]["subjectDN"]
    sandbox = "sandbox.27a216342c744f89b7b82fa290519ba0"
    others = call(system, "credentials/list", sandbox).json()["credentialIDs"]
    assert not set(others) & set(ids)
    unseen = call(system, "credentials/info", sandbox, credentialID=ids[0])
    assert description_of(unseen) == (400, "Invalid parameter credentialID")


def test_hashes_are_signed_unattended_once_for_each_authorisation(system: System, known: Known):
    certificate = known.certificates[UNATTENDED]
    sad = authorize(system, certificate).json()["SAD"]
    other = sign(system, certificate, sad, hash=[digest(b"2")])
    assert description_of(other) == (400, "Hash is not authorized by the SAD")
    assert len(sign(system, certificate, sad).json()["signatures"]) == 1
    again = sign(system, certificate, sad)
    assert description_of(again) == (400, "Invalid parameter SAD")
    system.clock.pass_time(minutes=6)
    late = authorize(system, certificate).json()["SAD"]
    system.clock.pass_time(minutes=6)
    assert description_of(sign(system, certificate, late)) == (400, "SAD expired")


def test_an_attended_credential_takes_a_code_once(system: System, known: Known, holder: str):
    certificate = known.certificates[ATTENDED]
    none = authorize(system, certificate, holder)
    assert none.status_code == 400
    code = system.code()
    sad = authorize(system, certificate, holder, OTP=code).json()["SAD"]
    used = authorize(system, certificate, holder, OTP=code)
    assert description_of(used) == (400, "The OTP is invalid")
    assert sign(system, certificate, sad, holder).status_code == 200


def test_a_holder_sees_their_own_credentials_alone(
    platform: LiveServer, system: System, known: Known, holder: str
):
    office = platform.served.office
    ministry = Ministry(office, known.ministry)
    ministry.register("7880442-4", "Beto")
    ids = call(system, "credentials/list", holder).json()["credentialIDs"]
    assert set(ids) == {str(each) for each in known.certificates.values()}
    with office.register.writing() as writing:
        writing.end_session(hash_token(TOKEN, ""))
    assert call(system, "credentials/list", holder).status_code == 401


def test_what_was_signed_is_recorded(platform: LiveServer, system: System, known: Known):
    certificate = known.certificates[UNATTENDED]
    register = platform.served.office.register
    with register.reading() as reading:
        before = read_log(reading, certificate)[1]
    sad = authorize(system, certificate).json()["SAD"]
    sign(system, certificate, sad)
    with register.reading() as reading:
        assert read_log(reading, certificate)[1] == before + 1


def test_what_is_too_large_is_refused(system: System):
    answer = system.client.post("/csc/v1/credentials/list", content=b" " * 300_000)
    assert answer.status_code == 413


async def test_pyhankos_client_signs_a_pdf(platform: LiveServer, system: System, known: Known):
    aiohttp = pytest.importorskip("aiohttp", reason="pyHanko's client needs aiohttp")
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, async_sign_pdf
    from pyhanko.sign.signers.csc_signer import (
        CSCAuthorizationInfo,
        CSCAuthorizationManager,
        CSCServiceSessionInfo,
        CSCSigner,
        fetch_certs_in_csc_credential,
    )

    certificate, code = str(known.certificates[ATTENDED]), system.code()

    async with aiohttp.ClientSession() as session:

        class WithCode(CSCAuthorizationManager):
            async def authorize_signature(self, hash_b64s: list[str]) -> CSCAuthorizationInfo:
                asked = self.format_csc_auth_request(otp=code, hash_b64s=hash_b64s)
                where = self.csc_session_info.endpoint_url("credentials/authorize")
                headers = self.csc_session_info.auth_headers
                async with session.post(where, json=asked, headers=headers) as response:
                    return self.parse_csc_auth_response(await response.json())

        info = CSCServiceSessionInfo(platform.url, certificate, oauth_token=BEARER, api_ver="v1")
        described = await fetch_certs_in_csc_credential(session, info)
        signer = CSCSigner(session, WithCode(info, described), batch_size=1)
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf()))
        meta = PdfSignatureMetadata(field_name="Firma", md_algorithm="sha256")
        output = await async_sign_pdf(writer, meta, signer=signer, bytes_reserved=20_000)
    signed = bytes(output.getbuffer())
    await asyncio.to_thread(_judged, signed)


def _judged(signed: bytes) -> None:
    if not shutil.which("pdfsig"):
        pytest.skip("no pdfsig here")
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "signed.pdf"
        file.write_bytes(signed)
        told = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True)
    assert "Signature is Valid" in told.stdout, told.stdout
