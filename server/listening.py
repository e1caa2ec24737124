"""Where a server listens: on loopback, or on a Unix socket that only some users may use."""

import os
import socket
import stat
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from server.peer import peer_protocol

_BACKLOG: Final = 512
_PATIENCE: Final = 30
"""Seconds in which what was begun may end."""
_KEPT_WARM: Final = 75
"""Seconds an idle connection is kept; longer than a station's heartbeat."""


class NotListening(Exception):  # noqa: N818 -- it is told to a person
    """The place cannot be listened on; its text is a code: `loopback` or `folder`."""


def listen_on_loopback(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises `NotListening` for an address others could reach, OSError where it is taken.
    """
    try:
        address = ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise NotListening("loopback") from None
    if not address.is_loopback:
        raise NotListening("loopback")
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return _listening(listening, (str(address), port))


def listen_on_socket(path: Path, group: int | None) -> socket.socket:
    """Return a listening Unix socket, of mode 0600 or, for a group, 0660.

    Raises `NotListening` where others could put another socket in its place, OSError where it
    cannot be made.
    """
    folder = path.parent.stat()
    if folder.st_uid not in (0, os.geteuid()) or folder.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise NotListening("folder")
    if path.is_socket():
        if _answers(path):
            raise FileExistsError(path)
        # Nobody listens any more: its server did not end well.
        path.unlink()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        _listening(listening, str(path))
    finally:
        os.umask(before)
    if group is not None:
        os.chown(path, -1, group)
        path.chmod(0o660)
    return listening


def http_server(
    application: ASGIApp, listening: socket.socket, group: int | None
) -> uvicorn.Server:
    """Return what serves an application on a listening socket; it logs nothing by itself."""
    local = listening.family == socket.AF_UNIX
    return uvicorn.Server(
        uvicorn.Config(
            application,
            http=peer_protocol(group) if local else H11Protocol,
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            # Whoever speaks is who is connected: an address in a header could be anybody's.
            proxy_headers=False,
            timeout_keep_alive=_KEPT_WARM,
            timeout_graceful_shutdown=_PATIENCE,
        )
    )


def _listening(unbound: socket.socket, address: tuple[str, int] | str) -> socket.socket:
    try:
        unbound.bind(address)
        unbound.listen(_BACKLOG)
    except BaseException:
        unbound.close()
        raise
    return unbound


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        try:
            asking.connect(str(path))
        except OSError:
            return False
    return True
