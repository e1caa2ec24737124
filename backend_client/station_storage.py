"""How TinyDB's one document gets to the disk: encrypted, whole, and never half written."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, cast

from tinydb.storages import Storage

from issuance.access.durable_file import exclusive, replace_file, sync_folder
from issuance.access.sealing import Sealing
from issuance.sources import Clock, Randomness

_HEADER: Final = b"VENTANILLA STATION 1\n"


class EncryptedStorage(Storage):
    """A file of header, nonce and AES-256-GCM ciphertext (with tag) of JSON, mode 0600.

    Reading needs no lock, because the file is only ever replaced. Who writes holds the file with
    `exclusive` from before reading until after writing. A file that does not open with the key is
    renamed, never overwritten.
    """

    def __init__(self, path: Path, key: bytes, clock: Clock, randomness: Randomness) -> None:
        self._path = path
        self._sealing = Sealing(key)
        self._clock = clock
        self._randomness = randomness

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return the tables, or None when there is no readable file."""
        tables = self._tables()
        return self._set_damaged_aside() if isinstance(tables, _Damage) else tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace the file.

        Raises:
            OSError: it could not be written; the old content stays.
        """
        plaintext = json.dumps(data, separators=(",", ":")).encode()
        replace_file(self._path, _HEADER + self._sealing.seal(plaintext, _HEADER, self._randomness))

    def _tables(self) -> "dict[str, dict[str, Any]] | _Damage | None":
        plaintext = _opened(self._path, self._sealing)
        if plaintext is None:
            return _Damage() if self._path.exists() else None
        return cast("dict[str, dict[str, Any]]", json.loads(plaintext))

    def _set_damaged_aside(self) -> dict[str, dict[str, Any]] | None:
        with exclusive(self._path):
            # Another process may have been first and written a sound file meanwhile.
            tables = self._tables()
            if not isinstance(tables, _Damage):
                return tables
            moment = self._clock.now().strftime("%Y%m%dT%H%M%S.%fZ")
            self._path.rename(self._path.with_name(f"{self._path.name}.damaged-{moment}"))
            sync_folder(self._path.parent)
            return None


def rekey_store(path: Path, key: bytes, former: Sequence[bytes], randomness: Randomness) -> None:
    """Encrypt a store under `key` that lies under one of the former keys; raises OSError.

    What none of them opens stays, to be set aside when it is read.
    """
    with exclusive(path):
        for each in former:
            plaintext = _opened(path, Sealing(each))
            if plaintext is not None:
                replace_file(path, _HEADER + Sealing(key).seal(plaintext, _HEADER, randomness))


def _opened(path: Path, sealing: Sealing) -> bytes | None:
    """Return what a store holds; None where there is none, or another key sealed it."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    sealed = content.removeprefix(_HEADER)
    return None if len(sealed) == len(content) else sealing.open(sealed, _HEADER)


class _Damage:
    """The file is not one that this key sealed."""
