"""Files that arrive in pieces: sealed as they come, one file for each, forgotten after a day."""

import fcntl
import hashlib
import hmac
import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from issuance.access.key_ring import KeyRing, Purpose

_LENGTH_OCTETS: Final = 4
_FORGOTTEN_AFTER: Final = timedelta(days=1)


class Uploads:
    """What has arrived of files that are not whole yet; safe in many processes.

    A piece is kept as its length (4 octets, big-endian) and its sealed octets. Names tell nothing:
    they are HMACs of the digest. Every method raises OSError where the folder cannot be used.
    """

    def __init__(self, folder: Path, keys: KeyRing) -> None:
        self._folder = folder
        self._keys = keys

    def received(self, sha256: str) -> int:
        """Return how many octets from the beginning are there."""
        try:
            with self._open(sha256, os.O_RDONLY) as descriptor:
                return len(self._content(sha256, descriptor)[0])
        except FileNotFoundError:
            return 0

    def add(self, sha256: str, offset: int, piece: bytes) -> bytes:
        """Add a piece durably; return the content so far.

        A piece that does not begin where the last one ended is not added.
        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        with self._open(sha256, os.O_RDWR | os.O_CREAT) as descriptor:
            content, end = self._content(sha256, descriptor)
            if offset != len(content):
                return content
            sealed = self._keys.seal(Purpose.UPLOADS, piece, _place(sha256, offset))
            record = len(sealed).to_bytes(_LENGTH_OCTETS, "big") + sealed
            # What a crash tore lies behind the last whole piece.
            os.ftruncate(descriptor, end)
            os.pwrite(descriptor, record, end)
            os.fsync(descriptor)
            return content + piece

    def forget(self, sha256: str) -> None:
        """Remove what has arrived of a file."""
        self._path(sha256).unlink(missing_ok=True)

    def forget_old(self, now: datetime) -> None:
        """Remove what nobody has gone on with for a day."""
        before = (now - _FORGOTTEN_AFTER).timestamp()
        for path in self._folder.glob("*.part"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)

    def _content(self, sha256: str, descriptor: int) -> tuple[bytes, int]:
        """Return the octets that are there, and where the last whole piece ends in the file."""
        size, end, content = os.fstat(descriptor).st_size, 0, b""
        stored = os.pread(descriptor, size, 0)
        while end + _LENGTH_OCTETS <= size:
            start = end + _LENGTH_OCTETS
            until = start + int.from_bytes(stored[end:start], "big")
            place = _place(sha256, len(content))
            piece = self._keys.open(Purpose.UPLOADS, stored[start:until], place)
            if until > size or piece is None:
                break
            content, end = content + piece, until
        return content, end

    @contextmanager
    def _open(self, sha256: str, flags: int) -> Generator[int]:
        descriptor = os.open(self._path(sha256), flags | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)

    def _path(self, sha256: str) -> Path:
        key = self._keys.key(Purpose.UPLOADS)
        name = hmac.new(key, sha256.encode(), hashlib.sha256).hexdigest()
        return self._folder / f"{name}.part"


def _place(sha256: str, offset: int) -> bytes:
    return f"{sha256}:{offset}".encode()
