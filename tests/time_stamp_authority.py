"""A real time-stamp authority on loopback (RFC 3161), which may also answer otherwise."""

import asyncio
import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import tsp
from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from issuance.certificates.keys import certificate_der, private_key_bytes
from tests.issuance.signing.signing_samples import case

Answer = tuple[int, bytes]
USER, PASSWORD = "oficina", "s3creto del sello"


@dataclass
class RunningAuthority:
    """The authority: where it is, its certificate, what was asked, and its mischief.

    `answer` makes another HTTP answer of the right token; `waits` holds every answer back.
    """

    url: str
    now: Callable[[], datetime]
    certificate: Certificate
    key: PrivateKeyInfo
    answer: Callable[[tsp.TimeStampResp], Answer] = lambda right: (200, right.dump())
    changed: dict[str, Any] = field(default_factory=dict)
    login: str = ""
    waits: threading.Event | None = None
    asked: int = 0

    def stamped(self, octets: bytes) -> tsp.TimeStampResp:
        """Return the right answer to a request, or to a changed one."""
        request = tsp.TimeStampReq.load(octets)
        for name, value in self.changed.items():
            request[name] = value
        stamper = DummyTimeStamper(self.certificate, self.key, fixed_dt=self.now())
        return asyncio.run(stamper.async_request_tsa_response(request))

    def answered(self, octets: bytes, login: str | None) -> Answer:
        """Return status and body."""
        self.asked += 1
        if self.waits is not None:
            self.waits.wait(20)
        if self.login and login != f"Basic {base64.b64encode(self.login.encode()).decode()}":
            return 401, b"who?"
        return self.answer(self.stamped(octets))

    def behaves(self) -> None:
        """Answer as an authority does from now on."""
        self.answer, self.changed = lambda right: (200, right.dump()), {}
        self.login, self.waits, self.asked = "", None, 0


def _contents(right: Any) -> Any:
    return right["time_stamp_token"]["content"]


def with_other_signature(right: tsp.TimeStampResp) -> Answer:
    """Return an answer whose signature is of something else."""
    signer: Any = _contents(right)["signer_infos"][0]
    signer["signature"] = bytes(256)
    return 200, right.dump(force=True)


def rejected(_: tsp.TimeStampResp) -> Answer:
    """Return a refusal of the protocol's own."""
    return 200, bytes.fromhex("30053003020102")


@contextmanager
def time_stamp_authority(now: Callable[[], datetime]) -> Iterator[RunningAuthority]:
    """Run an authority that stamps with a moment of the caller's."""
    certificate, key = _identity(now())
    handler: Any = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    url = f"http://127.0.0.1:{server.server_port}/tsa"
    handler.authority = running = RunningAuthority(url, now, certificate, key)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield running
    finally:
        if running.waits is not None:
            running.waits.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    authority: RunningAuthority

    def do_POST(self) -> None:
        assert self.headers["Content-Type"] == "application/timestamp-query"
        octets = self.rfile.read(int(self.headers["Content-Length"]))
        status, body = self.authority.answered(octets, self.headers.get("Authorization"))
        self.send_response(status)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the library's name
        """Say nothing."""


def _identity(at: datetime) -> tuple[Certificate, PrivateKeyInfo]:
    key = case("rsa-2048").private
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TSA")])
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), 1, at - timedelta(days=1), at + timedelta(days=100)
    )
    certificate = builder.add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
    ).sign(key, SHA256())  # pyright: ignore[reportArgumentType]
    private = PrivateKeyInfo.load(private_key_bytes(key))
    return Certificate.load(certificate_der(certificate)), private
