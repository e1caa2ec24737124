"""Guards the doors to everything slow: each fails when it is opened on the event loop's thread."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import PIL.Image
import pytest

from backend_client.at_the_station import key_pool, sealed_keys
from backend_client.station_storage import EncryptedStorage
from issuance.access import key_slots
from issuance.certificates import keys as certificate_keys
from issuance.certificates import sealing
from issuance.evidence.blob_store import BlobStore
from issuance.evidence.checker import LimitedChecker
from issuance.register.register import Register

_DOORS: tuple[tuple[Any, str], ...] = (
    (Register, "reading"),
    (Register, "writing"),
    (BlobStore, "keep"),
    (BlobStore, "read"),
    (LimitedChecker, "check"),
    (LimitedChecker, "preview"),
    (EncryptedStorage, "read"),
    (EncryptedStorage, "write"),
    (key_pool.KeyPool, "take"),
    (sealed_keys.SealedKeyStore, "seal"),
    (sealed_keys.SealedKeyStore, "open"),
    (certificate_keys, "sign"),
    (certificate_keys, "make_private_key"),
    (key_slots, "_derive"),  # argon2id, of a person's password
    (sealing, "_key_from"),  # argon2id, of a key file's password
    (PIL.Image, "open"),
    (socket.socket, "connect"),
)


@contextmanager
def guarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """Replace the doors; yield how often each was opened, so that the guard is seen to guard."""
    opened: dict[str, int] = {}
    loop_thread = threading.get_ident()

    def guard(name: str, door: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **named: Any) -> Any:
            assert threading.get_ident() != loop_thread, f"{name} on the event loop's thread"
            opened[name] = opened.get(name, 0) + 1
            return door(*arguments, **named)

        return watched

    with monkeypatch.context() as patch:
        for owner, name in _DOORS:
            patch.setattr(owner, name, guard(f"{owner.__name__}.{name}", getattr(owner, name)))
        yield opened
