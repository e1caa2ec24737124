"""Whose word about a client's certificate is taken: the proxy's, and nobody else's."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from cryptography import x509
from starlette.requests import Request

from server.problems import Refusal

VERIFIED: Final = "x-client-verify"
"""`$ssl_client_verify` of nginx: SUCCESS, NONE or FAILED:reason; absent where none is asked for."""
_IN_ORDER: Final = "SUCCESS"
CERTIFICATE: Final = "x-client-certificate"
"""`$ssl_client_escaped_cert` of nginx: the certificate in PEM, percent-encoded."""
FORWARDED_FOR: Final = "x-forwarded-for"
"""`$remote_addr` of nginx."""
PEER_USER: Final = "uid:"
"""How a client of the Unix socket is named, before the number of its user."""


@dataclass(frozen=True, slots=True)
class Proxies:
    """Where the proxy speaks from: addresses over TCP, users (numbers) over the Unix socket."""

    addresses: frozenset[str] = frozenset()
    users: frozenset[int] = frozenset()

    def speaks(self, request: Request) -> bool:
        """Tell whether a request comes from the proxy."""
        host = request.client.host if request.client else ""
        if host.startswith(PEER_USER):
            return int(host.removeprefix(PEER_USER)) in self.users
        return host in self.addresses

    def client_address(self, request: Request) -> str:
        """Return the address a request came from, which behind the proxy is what the proxy says."""
        if self.speaks(request):
            return request.headers.get(FORWARDED_FOR, "").rpartition(",")[2].strip()
        return request.client.host if request.client else ""

    def certificate(self, request: Request) -> x509.Certificate | None:
        """Return the client's certificate, which the proxy found in order; None without one.

        Raises `Refusal` where somebody else than the proxy claims one, or the claim makes no sense.
        """
        verified = request.headers.getlist(VERIFIED)
        shown = request.headers.getlist(CERTIFICATE)
        if not verified and not shown:
            return None
        if not self.speaks(request) or len(verified) != 1 or len(shown) > 1:
            raise Refusal(400, "Only the proxy speaks of client certificates")
        if verified[0] != _IN_ORDER:
            return None
        try:
            return x509.load_pem_x509_certificate(unquote("".join(shown)).encode())
        except ValueError:
            raise Refusal(400, "The client certificate cannot be read") from None

    def misses_one(self, request: Request) -> bool:
        """Tell whether the proxy asked for a certificate and got none that is in order."""
        return request.headers.get(VERIFIED, _IN_ORDER) != _IN_ORDER
