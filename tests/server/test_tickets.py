"""The signing interface on a live server: every status, as the integrators' systems meet it."""

import base64
import hashlib
import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from issuance.engine.signing_streams import read_log
from issuance.signing.sandbox_stream import ENTITY as SANDBOX_ENTITY
from issuance.signing.sandbox_stream import OTP_SECRET as SANDBOX_OTP
from issuance.signing.sandbox_stream import SECRET as SANDBOX_SECRET
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from tests.engine.desk import SetClock
from tests.issuance.signing.signing_samples import layout_xml, pdf, picture
from tests.live_server import LiveServer
from tests.server.signing_platform import TICKETS, Known, System, file
from tests.server.speaking import status_of_an_announcement

JSON = b'{"a": 1}'
TEXT = file(JSON, "application/json")


def attended(system: System) -> System:
    system.purpose = ATTENDED
    return system


def error_of(answer: httpx.Response) -> str:
    assert list(answer.json()) == ["error"]
    return answer.json()["error"]


def test_a_pdf_is_signed_and_every_judge_says_so(system: System, tmp_path: Path):
    content = pdf()
    answer = system.send(file(content, description="oficio.pdf", checksum="x"))
    assert answer.status_code == 200, answer.text
    said = answer.json()
    signed = base64.b64decode(said["files"][0]["content"])
    assert signed.startswith(content)
    assert said["files"][0]["checksum_original"] == "x"
    assert said["files"][0]["checksum_signed"] == hashlib.sha256(signed).hexdigest()
    assert said["metadata"]["filesSigned"] == 1
    assert isinstance(said["idSolicitud"], int)
    (tmp_path / "signed.pdf").write_bytes(signed)
    if shutil.which("pdfsig"):
        told = subprocess.run(
            ["pdfsig", "-nocert", tmp_path / "signed.pdf"], capture_output=True, text=True
        )
        assert "Signature is Valid" in told.stdout, told.stdout


def test_an_attended_request_takes_a_code_and_the_code_works_once(system: System):
    code = attended(system).code()
    assert system.send(TEXT, code=code).status_code == 200
    again = system.send(TEXT, code=code)
    assert (again.status_code, error_of(again)) == (412, "OTP inválido")


def test_two_requests_at_once_with_one_code_are_one(system: System):
    code = attended(system).code()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: system.send(TEXT, code=code), range(4)))
    assert sorted(each.status_code for each in answers) == [200, 412, 412, 412]


@pytest.mark.parametrize(
    ("changes", "code", "status", "error"),
    [
        ({"token": "a.b.c"}, None, 400, "Token inválido"),
        ({"api_token_key": "nobody"}, None, 400, "Token inválido"),
        ({"api_token_key": "\x00" * 5}, None, 400, "Token inválido"),
        ({}, "123456", 400, "El propósito Desatendido no lleva OTP"),
        ({"run": "11111111"}, None, 404, "Certificado no encontrado"),
        ({"entity": "Ministerio de energía"}, None, 404, "Certificado no encontrado"),
        ({"purpose": "Proposito General"}, None, 404, "Certificado no encontrado"),
        ({"purpose": ATTENDED}, None, 400, "OTP vacío"),
        ({"purpose": ATTENDED}, "000000", 412, "OTP inválido"),
        ({"minutes": -1}, None, 400, "Token inválido: expirado"),
        ({"minutes": 31}, None, 400, "Token inválido: expiration supera los 30 minutos"),
    ],
)
def test_what_is_refused_as_a_whole(system: System, changes, code, status: int, error: str):
    fields = {name: changes.pop(name) for name in ("token", "api_token_key") if name in changes}
    fields = {"token": system.token(**changes)} | fields
    answer = system.send(TEXT, code=code, **fields)
    assert (answer.status_code, error_of(answer)) == (status, error)


def test_five_wrong_codes_lock_and_say_for_how_long(system: System):
    assert attended(system).send(TEXT, code=system.code()).status_code == 200
    answers = [system.send(TEXT, code="000000") for _ in range(6)]
    assert [each.status_code for each in answers] == [412] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) == 15 * 60
    right = system.send(TEXT, code=system.code())
    assert right.status_code == 429


def test_what_is_no_request_is_told_in_the_interfaces_own_words(system: System):
    for body in (b"", b"[]", b"{", b"\xff"):
        answer = system.post(body)
        assert answer.status_code == 400
        assert error_of(answer)
        assert answer.headers["content-type"] == "application/json"


def test_another_method_is_told_in_the_interfaces_own_form(system: System):
    for method in ("GET", "PUT", "DELETE"):
        answer = system.client.request(method, TICKETS)
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
        assert answer.headers["content-type"] == "application/json"
        assert error_of(answer) == "Método no permitido: use POST"


def test_five_megabytes_are_refused_before_they_are_read(platform: LiveServer, system: System):
    large = 5 * 1024 * 1024 + 1
    assert status_of_an_announcement(platform, f"POST {TICKETS}", large) == 400

    def pieces() -> Iterator[bytes]:
        yield from [b" " * 65_536] * 81

    answer = system.client.post(TICKETS, content=pieces())
    assert answer.status_code == 400
    assert error_of(answer) == "Solicitud excede el tamaño máximo que son 5 MB"


def test_who_still_sends_too_much_is_left_the_answer(platform: LiveServer):
    body = b" " * (5 * 1024 * 1024 + 1)
    asking = f"POST {TICKETS} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(platform.url.rpartition(":")[2]))) as speaking:
        speaking.sendall(asking.encode())
        assert speaking.recv(100).split()[1] == b"400"
        speaking.sendall(body)
        while speaking.recv(4096):
            pass


def test_a_fault_of_ours_is_json_too_and_tells_nothing(
    platform: LiveServer, system: System, monkeypatch: pytest.MonkeyPatch
):
    served = platform.served.office.folder / "custody.json"
    hidden = served.rename(served.with_suffix(".away"))
    try:
        platform.served.office.custody.close()
        answer = system.send(TEXT)
    finally:
        hidden.rename(served)
    assert (answer.status_code, error_of(answer)) == (500, "Error interno")
    assert system.send(TEXT).status_code == 200


def test_a_register_that_is_busy_is_told_as_unavailable(
    platform: LiveServer, system: System, known: Known, monkeypatch: pytest.MonkeyPatch
):
    before = revision_of_log(platform, known)
    monkeypatch.setattr("issuance.register.register.BUSY_SECONDS", 0.01)
    with platform.served.office.register.writing():
        answer = system.send(TEXT)
    assert (answer.status_code, error_of(answer)) == (503, "Servicio no disponible")
    assert answer.headers["Retry-After"] == "2"
    assert revision_of_log(platform, known) == before


def revision_of_log(platform: LiveServer, known: Known) -> int:
    with platform.served.office.register.reading() as reading:
        return read_log(reading, known.certificates[UNATTENDED])[1]


def test_some_files_may_fail(system: System):
    answer = system.send(file(pdf()), file(b"no pdf"), TEXT)
    assert answer.status_code == 200
    assert answer.json()["metadata"] == {
        "otpExpired": False,
        "filesSigned": 2,
        "signedFailed": 1,
        "objectsReceived": 3,
    }


def test_hashes_come_back_as_detached_pkcs7(system: System, tmp_path: Path):
    content = b"what the client keeps"
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    item = {"content-type": "application/pdf", "content": digest}
    said = system.send(item, variant="hashes").json()
    assert said["hashes"][0]["hashOriginal"] == digest
    (tmp_path / "p7").write_bytes(base64.b64decode(said["hashes"][0]["content"]))
    (tmp_path / "content").write_bytes(content)
    checked = subprocess.run(
        ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-noverify",
         "-in", tmp_path / "p7", "-content", tmp_path / "content", "-out", tmp_path / "out"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


@pytest.mark.skipif(not shutil.which("xmlsec1"), reason="no xmlsec1 here")
def test_an_xml_is_verified_by_another_implementation(system: System, tmp_path: Path):
    xml = b'<doc><a ID="nodo123">1</a></doc>'
    answer = system.send(file(xml, "application/xml", references=["#nodo123"]))
    signed = base64.b64decode(answer.json()["files"][0]["content"])
    (tmp_path / "signed.xml").write_bytes(signed)
    checked = subprocess.run(
        ["xmlsec1", "--verify", "--insecure", "--id-attr:ID", "a", tmp_path / "signed.xml"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2027, 4, 3, 12, tzinfo=UTC),  # UTC-3, the clocks go back that night
        datetime(2027, 4, 5, 12, tzinfo=UTC),  # UTC-4
        datetime(2027, 9, 4, 12, tzinfo=UTC),  # UTC-4, they go forward that night
        datetime(2027, 9, 6, 12, tzinfo=UTC),  # UTC-3
    ],
)
def test_tokens_are_read_by_chiles_clocks_on_both_sides_of_a_change(
    system: System, clock: SetClock, moment: datetime
):
    clock.moment = moment
    assert system.send(TEXT).status_code == 200
    summer = moment.month in (4, 9) and moment.day in (3, 6)
    hours = -3 if summer else -4
    local = moment.timestamp() + hours * 3600 + 300
    text = datetime.fromtimestamp(local, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    assert system.send(TEXT, token=system.token(expiration=text)).status_code == 200
    wrong = datetime.fromtimestamp(local - 3600, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    assert system.send(TEXT, token=system.token(expiration=wrong)).status_code == 400


def test_a_token_may_come_again_within_its_time_and_not_after(system: System, clock: SetClock):
    body = system.body(TEXT)
    assert [system.post(body).status_code for _ in range(2)] == [200, 200]
    clock.pass_time(minutes=5)
    assert system.post(body).status_code == 400


@pytest.mark.parametrize(
    "changed",
    [
        lambda item: {("contentType" if k == "content-type" else k): v for k, v in item.items()},
        lambda item: item | {"checksum": base64.b64encode(hashlib.sha256(JSON).digest()).decode()},
        lambda item: item | {"checksum": hashlib.sha256(JSON).hexdigest()},
        lambda item: item | {"checksum": hashlib.md5(JSON).hexdigest()},  # noqa: S324
        lambda item: item | {"checksum": None, "description": None, "layout": None},
    ],
)
def test_the_habits_of_clients_in_the_wild_are_taken(system: System, changed):
    said = system.send(changed(TEXT)).json()
    assert said["metadata"]["filesSigned"] == 1
    assert said["files"][0]["checksum_original"] == changed(TEXT).get("checksum")


def test_a_visible_signature_keeps_its_layout(system: System):
    layout = layout_xml(picture())
    said = system.send(file(pdf(), layout=layout)).json()
    assert said["files"][0]["status"] == "OK"


def test_the_published_test_identities_sign(platform: LiveServer, system: System):
    system.key, system.secret, system.entity = "sandbox", SANDBOX_SECRET, SANDBOX_ENTITY
    system.run = "22222222"
    assert system.send(TEXT).status_code == 200
    system.run, system.purpose = "11111111", ATTENDED
    from issuance.access.totp import current_code

    code = current_code(SANDBOX_OTP, system.clock.now()).reveal()
    assert system.send(TEXT, code=code).status_code == 200


def test_what_was_signed_is_in_the_log_before_the_answer(
    platform: LiveServer, system: System, known: Known
):
    before = revision_of_log(platform, known)
    number = system.send(TEXT, file(b"no pdf")).json()["idSolicitud"]
    assert revision_of_log(platform, known) == before + 1
    assert number > 0


def test_many_requests_at_once_are_all_signed_and_all_recorded(
    platform: LiveServer, system: System, known: Known
):
    body = system.body(TEXT)
    with ThreadPoolExecutor(24) as threads:
        answers = list(threads.map(lambda _: system.post(body), range(60)))
    assert {each.status_code for each in answers} == {200}
    numbers = {each.json()["idSolicitud"] for each in answers}
    assert len(numbers) == 60
    with platform.served.office.register.reading() as reading:
        state, revision = read_log(reading, known.certificates[UNATTENDED])
    assert state is not None
    assert state.requests == revision


def test_neither_token_nor_code_nor_run_stands_in_the_journal(platform: LiveServer, system: System):
    attended(system)
    code = system.code()
    system.send(TEXT, code=code)
    written = platform.log.getvalue()
    assert TICKETS in written
    for secret in (system.token(), f'"{code}"', system.run, system.secret.reveal()):
        assert secret not in written
    assert json.loads(written.splitlines()[-1])["operator"] is None


def test_an_office_with_a_counter_has_no_certificates_to_sign_with(server: LiveServer):
    answer = server.client().post(TICKETS, content=b"{}")
    assert (answer.status_code, error_of(answer)) == (404, "Certificado no encontrado")
