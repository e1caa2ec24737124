"""Connections of the Unix socket, taken only from users that may use it (SO_PEERCRED, unix(7))."""

import asyncio
import os
import socket
import struct
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

from server.proxies import PEER_USER

_CREDENTIALS: Final = struct.Struct("3i")
_PEER_GROUPS: Final = 59
"""`SO_PEERGROUPS` of socket(7), which Python does not name."""
_MOST_OCTETS: Final = 1024
"""What Python lets an option have: 256 groups. A member of more is not recognised as one."""


def peer_protocol(group: int | None) -> type[H11Protocol]:
    """Return the protocol of a socket for the server's own user and the members of a group."""

    class PeerProtocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            user = allowed_user(transport.get_extra_info("socket"), group)
            super().connection_made(transport)
            if user is None:
                transport.abort()
                return
            self.client = (f"{PEER_USER}{user}", 0)

    return PeerProtocol


def allowed_user(peer: Any, group: int | None) -> int | None:
    """Return the peer's user if it may speak: the server's own, root, or a member of the group."""
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, user, own_group = _CREDENTIALS.unpack(credentials)
    if user in (0, os.geteuid()):
        return user
    if group is not None and (group == own_group or group in _other_groups(peer)):
        return user
    return None


def _other_groups(peer: Any) -> tuple[int, ...]:
    try:
        octets = peer.getsockopt(socket.SOL_SOCKET, _PEER_GROUPS, _MOST_OCTETS)
    except OSError:
        return ()
    return struct.unpack(f"{len(octets) // 4}I", octets)
