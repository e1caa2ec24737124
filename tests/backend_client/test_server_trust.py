"""Server and station prove to each other who they are (TLS with certificates on both sides)."""

import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backend_client.backend import OfficeSign
from backend_client.offices import Offices
from backend_client.remote_office import connect
from issuance.certificates.keys import PrivateKey
from issuance.findings import Finding
from issuance.findings.remote import RemoteCode
from issuance.wire import OfficeSign as Served
from ventanilla.compose import system_sources

SIGN = Served(
    id=UUID(int=7), name="Oficina", province="pichincha", language="es", theme="dark",
    demonstration=False, policy="ec-icert@1#0",
)  # fmt: skip


@dataclass(frozen=True)
class Proof:
    """A certificate of its own authority, and its key, as files."""

    certificate: Path
    key: Path


def make_proof(folder: Path, name: str) -> Proof:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    names = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(names)
        .issuer_name(names)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    proof = Proof(folder / f"{name}.pem", folder / f"{name}.key")
    proof.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    proof.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return proof


@pytest.fixture
def proofs(tmp_path: Path) -> dict[str, Proof]:
    return {name: make_proof(tmp_path, name) for name in ("server", "station", "stranger")}


class _Sign(BaseHTTPRequestHandler):
    """Answers everything with the office's sign."""

    def do_GET(self) -> None:
        body = SIGN.model_dump_json().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its own name
        del format, args


@pytest.fixture
def address(proofs: dict[str, Proof]) -> Iterator[str]:
    """Serve the office's sign to whoever has the station's certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(proofs["server"].certificate, proofs["server"].key)
    context.load_verify_locations(proofs["station"].certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    # Later versions refuse a station after their handshake, where a reset may outrun the alert.
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with HTTPServer(("127.0.0.1", 0), _Sign) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("station", "authority", "code"),
    [
        ("station", "server", None),
        ("station", "stranger", RemoteCode.CERTIFICATE_OF_SERVER_REFUSED),
        ("station", "", RemoteCode.CERTIFICATE_OF_SERVER_REFUSED),
        ("stranger", "server", RemoteCode.CERTIFICATE_OF_STATION_REFUSED),
        ("", "server", RemoteCode.CERTIFICATE_OF_STATION_REFUSED),
    ],
)
def test_both_sides_prove_who_they_are(
    proofs: dict[str, Proof],
    address: str,
    tmp_path: Path,
    make_key: Callable[[str], PrivateKey],
    station: str,
    authority: str,
    code: RemoteCode | None,
):
    offices = Offices(tmp_path / "home", system_sources, make_key)
    told = connect(
        offices,
        address,
        proofs[station].certificate if station else None,
        proofs[station].key if station else None,
        proofs[authority].certificate if authority else None,
    )
    if code is None:
        assert isinstance(told, OfficeSign), told
        assert told.name == SIGN.name
    else:
        assert isinstance(told, Finding), told
        assert told.code == code
