"""A mail server, an authority and an office's sealing for the tests of notices."""

import asyncio
import os
import random
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from issuance.access.sealing import Sealing


class SystemRandomness:
    """The operating system's randomness."""

    def octets(self, count: int) -> bytes:
        return os.urandom(count)

    def digits(self, count: int) -> str:
        return "".join(random.choice("0123456789") for _ in range(count))


@pytest.fixture
def randomness() -> SystemRandomness:
    return SystemRandomness()


@pytest.fixture
def sealing() -> Sealing:
    return Sealing(os.urandom(32))


@dataclass
class MailHandler:
    """Answers as a test tells it to and keeps what it accepted."""

    sender_reply: str = ""
    recipient_reply: str = ""
    data_replies: list[str] = field(default_factory=list)
    accepted: list[Envelope] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 -- the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.sender_reply or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient_reply:
            return self.recipient_reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.data_replies:
            return self.data_replies.pop(0)
        self.accepted.append(envelope)
        assert server.transport is not None
        self.encrypted.append(server.transport.get_extra_info("cipher") is not None)
        return "250 taken"


@dataclass(frozen=True)
class Authority:
    """A certification authority of one test run, with one server certificate."""

    certificate_file: Path
    server_context: ssl.SSLContext


def make_authority(folder: Path, host: str = "127.0.0.1") -> Authority:
    """Make a root and a server certificate for `host`."""
    now = datetime.now(UTC)
    root_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Mail test root")])
    server_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Mail test server")])

    def build(subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(root_name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
        )

    root = (
        build(root_name, root_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    server = (
        build(server_name, server_key)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False
        )
        .sign(root_key, hashes.SHA256())
    )
    folder.mkdir(exist_ok=True)
    root_file, chain_file = folder / "root.pem", folder / "server.pem"
    root_file.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    chain_file.write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + server.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain_file)
    return Authority(root_file, context)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path / "authority")


StartServer = Callable[..., int]


@pytest.fixture
def handler() -> MailHandler:
    return MailHandler()


class _AnyPortController(Controller):
    """Listens on a port the system chooses."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def start_server(handler: MailHandler) -> Iterator[StartServer]:
    """Start a mail server with aiosmtpd's options and return its port."""
    running: list[Controller] = []

    def start(**options: Any) -> int:
        controller = _AnyPortController(handler, hostname="127.0.0.1", port=0, **options)
        controller.start()
        running.append(controller)
        return controller.port

    yield start
    for controller in running:
        controller.stop()
