"""How a station reaches its server: `server.json` beside the office's sign in the remote folder."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import ValidationError

from issuance.access.durable_file import exclusive, replace_file, write_finding
from issuance.findings import Finding, blocks
from issuance.findings.remote import RemoteCode
from issuance.model import Frozen

FILE_NAME: Final = "server.json"
ADDRESS: Final = "address"
"""The name of the field an address is typed in."""

_SOCKET: Final = "unix:"
_LARGEST_FILE: Final = 1 << 16
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?")
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class ServerSettings(Frozen):
    """The server's address, the files that prove who is who (PEM), and this station's identity.

    `address` is `https://host[:port]`, `unix:` and an absolute path, or `http://` to a server of
    this very computer. `certificate` and `key` are the station's; `authority` is the one that the
    server's certificate comes from, where the system does not know it. `server_key` (Ed25519, in
    hexadecimal) verifies what an enrolled station is told; empty for other computers.
    """

    address: str
    station: UUID
    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None
    server_key: str = ""

    @property
    def socket(self) -> str | None:
        """Return the path of the server's Unix socket; None for a server of the network."""
        return self.address.removeprefix(_SOCKET) if self.address.startswith(_SOCKET) else None

    @property
    def name(self) -> str:
        """Return what the server is called in a sentence."""
        return self.socket or urlsplit(self.address).netloc


def checked_address(typed: str) -> str | Finding:
    """Return the address as it is kept, or say that it is none."""
    address = typed.strip().rstrip("/")
    if address.startswith(_SOCKET):
        path = address.removeprefix(_SOCKET)
        usable = path.startswith("/") and path.isprintable() and len(path) <= 100
    else:
        usable = _is_web_address(address)
    return address if usable else blocks(RemoteCode.SERVER_ADDRESS_INVALID, ADDRESS)


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    more = parts.path or parts.query or parts.fragment or parts.username
    return secure and not more and (host in _LOOPBACK or bool(_HOST.fullmatch(host)))


def read_server_settings(folder: Path) -> ServerSettings | Finding:
    """Read how the server is reached, or say that it cannot be read."""
    try:
        with (folder / FILE_NAME).open("rb") as file:
            return ServerSettings.model_validate_json(file.read(_LARGEST_FILE))
    except (OSError, ValidationError):
        return blocks(RemoteCode.CONNECTION_FILE_UNREADABLE, file=FILE_NAME)


def write_server_settings(folder: Path, settings: ServerSettings) -> Finding | None:
    """Keep how the server is reached, durably and for this user alone."""
    path = folder / FILE_NAME
    try:
        with exclusive(path):
            replace_file(path, settings.model_dump_json(indent=1).encode() + b"\n")
    except OSError as error:
        return write_finding(error, path)
    return None
