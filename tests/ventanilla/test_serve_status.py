"""What the status service hands out of a published folder, whoever asks and whatever lies there."""

import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from issuance.certificates.ocsp import TRY_LATER, UNAUTHORIZED
from issuance.engine.status_files import StatusFiles
from issuance.engine.status_http import LARGEST_REQUEST, request_in
from tests.issuance.certificates.status_samples import TODAY, StatusOffice, status_office
from ventanilla.cli import main
from ventanilla.serve_status import HOST, StatusServer

LIST, ISSUER = "emisora.crl", "emisora.cer"


@pytest.fixture
def authority() -> StatusOffice:
    return status_office("p-256")


@pytest.fixture
def server(authority: StatusOffice, tmp_path: Path) -> Iterator[StatusServer]:
    """Serve a list and no answer."""
    files = StatusFiles(tmp_path, LIST)
    files.prepare(authority.issuing, b"")
    files.write_list(authority.list())
    with StatusServer((HOST, 0), files, lambda: TODAY) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def request_der(authority: StatusOffice) -> bytes:
    # As RFC 5019 wants certificates named.
    naming = hashes.SHA1()  # noqa: S303
    builder = ocsp.OCSPRequestBuilder().add_certificate(authority.good, authority.issuing, naming)
    return builder.build().public_bytes(Encoding.DER)


def ask(
    server: StatusServer, path: str, body: bytes | None = None, tag: str = ""
) -> tuple[int, Message, bytes]:
    """Return status, headers and content."""
    headers = {"If-None-Match": tag} if tag else {}
    with closing(HTTPConnection(HOST, server.server_port, timeout=60)) as connection:
        connection.request("GET" if body is None else "POST", path, body, headers)
        with connection.getresponse() as response:
            return response.status, response.headers, response.read()


def test_a_list_damaged_on_the_disk_is_not_handed_out(server: StatusServer, tmp_path: Path):
    assert ask(server, f"/{LIST}")[0] == 200
    (tmp_path / LIST).write_bytes((tmp_path / LIST).read_bytes()[:50])
    assert ask(server, f"/{LIST}")[0] == 404


def test_without_the_authority_whole_who_asks_is_told_to_try_later(
    server: StatusServer, request_der: bytes, tmp_path: Path
):
    assert ask(server, "/ocsp", request_der)[2] == UNAUTHORIZED
    (tmp_path / ISSUER).write_bytes((tmp_path / ISSUER).read_bytes()[:50])
    assert ask(server, "/ocsp", request_der)[2] == TRY_LATER
    assert ask(server, f"/{ISSUER}")[0] == 404


@pytest.mark.parametrize("port", ["65536", "-1"])
def test_a_port_that_is_none_is_told(
    authority: StatusOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str], port: str
):
    StatusFiles(tmp_path / "published", LIST).prepare(authority.issuing, b"")
    assert main(["serve-status", str(tmp_path), "--port", port]) == 69
    assert f"{HOST}:{port}" in capsys.readouterr().err


def test_a_path_of_slashes_is_not_looked_through(request_der: bytes):
    asked = b64encode(request_der).decode()
    assert request_in(f"/a/b/{asked}") == request_der
    assert request_in("/" + "A/" * LARGEST_REQUEST + asked) == b""


@pytest.mark.parametrize("others", ["{}", "W/{}", '"older", {}'])
def test_a_copy_that_still_holds_is_not_sent_again(server: StatusServer, others: str):
    _, headers, content = ask(server, f"/{LIST}")
    status, again, nothing = ask(server, f"/{LIST}", tag=others.format(headers["ETag"]))
    assert (status, nothing) == (304, b"")
    # Another length than that of the content would be untrue (RFC 9110, 8.6).
    assert again["Content-Length"] == str(len(content))


@pytest.mark.parametrize(
    ("error", "told"), [(BrokenPipeError(), ""), (ValueError("of ours"), "of ours")]
)
def test_of_clients_nothing_is_told(
    server: StatusServer, error: Exception, told: str, capsys: pytest.CaptureFixture[str]
):
    try:
        raise error
    except type(error):
        server.handle_error(None, ("192.0.2.7", 49152))
    written = capsys.readouterr().err
    assert "192.0.2.7" not in written
    assert told in written
    assert bool(written) == bool(told)
