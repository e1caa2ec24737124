"""How many hashes a served office signs, against a bare FastAPI route, as a ratio of the same run.

The bare route makes one PKCS#7 with the same kind of key and inserts one durable row; ours takes a
token, finds the certificate, signs, and has the entry in the chain before it answers. Both run in
a process of their own under the same server, in turns; each turn is a ratio, and the middle one
counts, so that other work on the machine weighs on both. The limit is 0.3 times the bare rate. 200
requests at the same time must all be signed. How documents are signed in process is measured in
signing.py.
"""

import base64
import hashlib
import http.client
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from pydantic import BaseModel

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = 16
REQUESTS = 200
ROUNDS = 8
AT_ONCE = 200
LIMIT = 0.3


class Wish(BaseModel):
    """What the bare route is asked for."""

    content: str


def serve_bare(folder: str, told: Connection) -> None:
    """Serve one PKCS#7 and one durable insert a request."""
    from fastapi import FastAPI

    from issuance.certificates.keys import make_private_key
    from tests.issuance.certificates.certificate_samples import (
        icert_profile,
        make_office,
        resolved_for,
    )

    key = make_private_key("rsa-2048")
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("an RSA key was asked for")
    certificate = make_office("p-256", make_private_key).issue(resolved_for(icert_profile()), key)
    database = sqlite3.connect(f"{folder}/bare.db", check_same_thread=False, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE signatures (at REAL, hash TEXT)")
    lock, application = threading.Lock(), FastAPI()

    @application.post("/sign")
    def sign(wish: Wish) -> dict[str, str]:
        content = base64.b64decode(wish.content)
        builder = PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, SHA256())
        signed = builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])
        with lock:
            row = (time.time(), hashlib.sha256(signed).hexdigest())
            database.execute("INSERT INTO signatures VALUES (?, ?)", row)
        return {"content": base64.b64encode(signed).decode()}

    _serve(application, told)


def serve_ours(folder: str, told: Connection) -> None:
    """Serve an office as `ventanilla serve` does."""
    from server.application import create_application
    from server.journal import Journal
    from tests.live_server import opened_for_serving

    served = opened_for_serving(Path(folder))
    with (Path(folder).parent / "journal").open("w") as journal:
        _serve(create_application(served, Journal(journal)), told)


def _serve(application: object, told: Connection) -> None:
    from server.listening import http_server, listen_on_loopback

    listening = listen_on_loopback("127.0.0.1", 0)
    told.send(listening.getsockname()[1])
    http_server(application, listening, None).run([listening])  # pyright: ignore[reportArgumentType]


@contextmanager
def running(serve: Callable[[str, Connection], None], folder: Path) -> Iterator[int]:
    """Run a server in a process of its own; yield its port."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(str(folder), there), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


class Clients:
    """Programs that keep their connections and send one request after the other."""

    def __init__(self, port: int, path: str, body: Callable[[], bytes]) -> None:
        self._port, self._path, self._body = port, path, body
        self._kept = threading.local()

    def send(self, _: int) -> int:
        """Send one request; return its status."""
        if not hasattr(self._kept, "connection"):
            self._kept.connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection: http.client.HTTPConnection = self._kept.connection
        connection.request("POST", self._path, self._body(), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        return answer.status

    def rate(self, threads: ThreadPoolExecutor) -> float:
        """Return the requests a second of one round, all of which succeed."""
        began = time.perf_counter()
        statuses = set(threads.map(self.send, range(REQUESTS)))
        seconds = time.perf_counter() - began
        if statuses != {200}:
            raise RuntimeError(f"answered with {sorted(statuses)}")
        return REQUESTS / seconds


def main() -> int:
    """Measure, print, and return 1 when a limit is broken."""
    from tests.engine.desk import SetClock
    from tests.server.signing_platform import TICKETS, System, prepared

    content = base64.b64encode(hashlib.sha256(b"what the client keeps").digest()).decode()
    item = {"content-type": "application/pdf", "content": content}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        known = prepared(folder / "office", SetClock())
        with running(serve_bare, folder) as bare, running(serve_ours, known.folder) as ours:
            bare_body = json.dumps({"content": content}).encode()
            system = System(None, SetClock())  # pyright: ignore[reportArgumentType]
            theirs = Clients(bare, "/sign", lambda: bare_body)
            own = Clients(ours, TICKETS, lambda: system.body(item, variant="hashes"))
            with ThreadPoolExecutor(CLIENTS) as one, ThreadPoolExecutor(CLIENTS) as other:
                for clients, threads in ((theirs, one), (own, other)):
                    list(threads.map(clients.send, range(CLIENTS)))
                rounds = [(theirs.rate(one), own.rate(other)) for _ in range(ROUNDS)]
            crowd = Clients(ours, TICKETS, lambda: system.body(item, variant="hashes"))
            with ThreadPoolExecutor(AT_ONCE) as many:
                statuses = list(many.map(crowd.send, range(AT_ONCE)))
    ratios = sorted(signed / bare_rate for bare_rate, signed in rounds)
    ratio, beside = statistics.median(ratios), statistics.median(each for each, _ in rounds)
    failed = sum(each != 200 for each in statuses)
    sys.stdout.write(
        f"hashes: {ratio:.2f} of the bare route's rate ({ratios[0]:.2f} to {ratios[-1]:.2f} in "
        f"{ROUNDS} rounds), at least {LIMIT}; the bare route answers {beside:.0f} a second\n"
        f"{AT_ONCE} requests at once: {failed} failed\nload: {os.getloadavg()[0]:.1f}\n"
    )
    return 0 if ratio >= LIMIT and not failed else 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
