"""Guards the doors to everything slow: each fails when it is opened on the event loop's thread."""

import pkgutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

import PIL.Image
import pytest

import backend_client
import screens
from backend_client.at_the_station import durable, key_pool, places, saving, sealed_keys
from backend_client.station_storage import EncryptedStorage
from issuance.access import durable_file, key_slots
from issuance.certificates import keys as certificate_keys
from issuance.certificates import sealing
from issuance.certificates.keys import PrivateKey
from issuance.evidence.blob_store import BlobStore
from issuance.evidence.checker import LimitedChecker
from issuance.register.register import Register
from tui.widgets import file_picker


class KeyMaker:
    """Makes the keys of a journey, behind a door that can be watched."""

    def __init__(self, make: Callable[[str], PrivateKey]) -> None:
        self._make = make

    def __call__(self, algorithm: str) -> PrivateKey:
        return self._make(algorithm)


_METHODS: tuple[tuple[Any, str], ...] = (
    (Register, "reading"),
    (Register, "writing"),
    (BlobStore, "keep"),
    (BlobStore, "read"),
    (LimitedChecker, "check"),
    (LimitedChecker, "preview"),
    (EncryptedStorage, "read"),
    (EncryptedStorage, "write"),
    (key_pool.KeyPool, "take"),
    (KeyMaker, "__call__"),
    (sealed_keys.SealedKeyStore, "seal"),
    (sealed_keys.SealedKeyStore, "open"),
    (PIL.Image, "open"),
    (socket.socket, "connect"),
    (subprocess.Popen, "__init__"),  # the limited child, the engines it asks, a camera
)
_FUNCTIONS: tuple[tuple[ModuleType, str], ...] = (
    (certificate_keys, "sign"),
    (key_slots, "_derive"),  # argon2id, of a person's password
    (sealing, "_key_from"),  # argon2id, of a key file's password
    (durable, "write_new"),
    (durable_file, "replace_file"),
    (saving, "save_pkcs12"),
    (places, "removable_folders"),
    (places, "target_finding"),
    (file_picker, "list_folder"),
)
"""Modules import these by name, so each is watched wherever it is named."""

OPENED_BY_A_JOURNEY = frozenset({
    "Register.reading", "Register.writing", "BlobStore.keep", "BlobStore.read",
    "LimitedChecker.check", "LimitedChecker.preview", "EncryptedStorage.read",
    "EncryptedStorage.write", "KeyPool.take", "KeyMaker.__call__", "SealedKeyStore.seal",
    "Popen.__init__", "keys.sign", "sealing._key_from", "key_slots._derive", "durable.write_new",
    "durable_file.replace_file", "saving.save_pkcs12", "places.removable_folders",
    "places.target_finding", "file_picker.list_folder",
})  # fmt: skip
"""What a citizen's way from the first key to the key file cannot do without."""


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

    # What is imported while the doors are watched would keep them for ever.
    for package in (screens, backend_client):
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(each.name)
    with monkeypatch.context() as patch:
        for owner, name in _METHODS:
            patch.setattr(owner, name, guard(_named(owner, name), getattr(owner, name)))
        for module, name in _FUNCTIONS:
            door = getattr(module, name)
            for user in _users(door):
                patch.setattr(user, name, guard(_named(module, name), door))
        yield opened


def _named(owner: Any, name: str) -> str:
    return f"{owner.__name__.rpartition('.')[2]}.{name}"


def _users(door: Callable[..., Any]) -> list[ModuleType]:
    """Return the modules in which a function goes by its own name."""
    return [
        module for module in list(sys.modules.values())
        if isinstance(module, ModuleType) and vars(module).get(door.__name__) is door
    ]  # fmt: skip
