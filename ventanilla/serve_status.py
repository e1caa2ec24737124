"""`ventanilla serve-status`: serves an office's revocation list and status answers over HTTP.

It needs no key and no log-in: everything it serves was signed and published before (RFC 5019).
"""

import argparse
import hashlib
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from tui.translation import N_

if TYPE_CHECKING:
    from issuance.certificates.validity import Validity
    from issuance.engine.status_files import StatusFiles

EXIT_NO_INPUT: Final = 66
EXIT_UNAVAILABLE: Final = 69
HOST: Final = "127.0.0.1"
PORT: Final = 8889
_LARGEST_REQUEST: Final = 4096
_PATIENCE: Final = 10.0
"""Seconds a client may take over its request."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "folder", nargs="?", type=Path, help="the office's folder (default: the one here)"
    )
    parser.add_argument(
        "--port", type=int, default=PORT, help=f"on {HOST} (default {PORT}; 0 takes a free one)"
    )
    parser.add_argument("--policy", default="ec-icert", help="names folder and list")


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted; 66 where nothing was published, 69 where the port is taken."""
    from issuance.access.durable_file import errno_name
    from issuance.engine.status_files import StatusFiles
    from issuance.policies.loader import load_policy, policy_names
    from ventanilla.compose import SystemClock, office_folder
    from ventanilla.findings_text import terminal_words

    words = terminal_words()
    if arguments.policy not in policy_names():
        unknown = N_("{policy}: known policies are {known}")
        known = ", ".join(policy_names())
        print(words(unknown, policy=arguments.policy, known=known), file=sys.stderr)
        return EXIT_NO_INPUT
    rule = load_policy(arguments.policy).policy.publication
    files = StatusFiles((arguments.folder or office_folder()) / rule.folder, rule.list_name)
    if files.answers.issuer() is None:
        empty = N_("{folder}: nothing was published yet; `ventanilla tick` publishes")
        print(words(empty, folder=str(files.folder)), file=sys.stderr)
        return EXIT_NO_INPUT
    try:
        server = StatusServer((HOST, arguments.port), files, SystemClock().now)
    except (OSError, OverflowError) as error:
        reason = errno_name(error) if isinstance(error, OSError) else "ERANGE"
        refused = N_("{address}: this port cannot be listened on ({reason})")
        address = f"{HOST}:{arguments.port}"
        print(words(refused, address=address, reason=reason), file=sys.stderr)
        return EXIT_UNAVAILABLE
    print(f"http://{HOST}:{server.server_port}/", flush=True)
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


class StatusServer(ThreadingHTTPServer):
    """Serves the published files of one office on loopback."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], files: "StatusFiles", now: Callable[[], datetime]
    ) -> None:
        super().__init__(address, _Handler)
        self.files = files
        self.now = now

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep silent of clients that left; tell what else went wrong, but not with whom."""
        del request, client_address
        if not isinstance(sys.exception(), OSError):
            traceback.print_exc()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "ventanilla"
    sys_version = ""
    timeout = _PATIENCE

    @property
    def _status(self) -> StatusServer:
        if not isinstance(self.server, StatusServer):
            raise TypeError("only a status server hands out status")
        return self.server

    def do_GET(self) -> None:
        """Serve the list, the issuing authority's certificate, or the answer a path asks for."""
        path = unquote(self.path.partition("?")[0])
        files = self._status.files
        if path.endswith(".crl"):
            self._send_list(files.list_at(path))
        elif path.endswith(".cer"):
            self._send(files.answers.issuer(), "application/pkix-cert", None)
        else:
            from issuance.engine.status_http import request_in

            self._answer(request_in(path))

    do_HEAD = do_GET  # noqa: N815 -- the name the server looks for

    def do_POST(self) -> None:
        """Answer the status request in the body (RFC 6960, A.1)."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LARGEST_REQUEST:
            self.close_connection = True
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        self._answer(self.rfile.read(int(length)))

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 -- inherited
        """Keep silent: who asks about whose certificate is nobody's business."""

    def _answer(self, request: bytes) -> None:
        answer = self._status.files.answer(request, self._status.now())
        self._send(answer.content, "application/ocsp-response", answer.window)

    def _send_list(self, content: bytes | None) -> None:
        window = None
        if content is not None:
            from issuance.engine.status_http import list_window

            window = list_window(content)
        # What the disk has damaged is as good as missing.
        self._send(content if window else None, "application/pkix-crl", window)

    def _send(self, content: bytes | None, kind: str, window: "Validity | None") -> None:
        if content is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        from issuance.engine.status_http import caching

        tag = f'"{hashlib.sha256(content).hexdigest()}"'
        # Proxies ask with several tags at once, and call them weak.
        known = window is not None and tag in self.headers.get("If-None-Match", "")
        self.send_response(HTTPStatus.NOT_MODIFIED if known else HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in caching(window, self._status.now()).items():
            self.send_header(name, value)
        if window is not None:
            self.send_header("ETag", tag)
        self.end_headers()
        if self.command != "HEAD" and not known:
            self.wfile.write(content)
